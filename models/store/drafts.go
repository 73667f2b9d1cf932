package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type draftRow struct {
	ID        string
	Version   int
	Title     string
	Document  models.Document `gorm:"serializer:json"`
	Based     int
	OwnerID   string
	SavedBy   string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (draftRow) TableName() string { return "drafts" }

func (r draftRow) toModel(savedName string) models.Draft {
	return models.Draft{ID: r.ID, Version: r.Version, Document: r.Document, OwnerID: r.OwnerID, Based: r.Based,
		SavedBy: r.SavedBy, SavedName: savedName, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt}
}

// Draft gives a draft with the name of who saved it last. NotFound when there
// is none.
func (s *Store) Draft(ctx context.Context, id string) (models.Draft, error) {
	var r struct {
		Row       draftRow `gorm:"embedded"`
		SavedName string
	}
	err := s.DB(ctx).Table("drafts").Select("drafts.*, people.name AS saved_name").
		Joins("JOIN people ON people.id = drafts.saved_by").Where("drafts.id = ?", id).Take(&r).Error
	if err != nil {
		return models.Draft{}, notFound(err, "That draft")
	}
	return r.Row.toModel(r.SavedName), nil
}

// SaveDraft keeps a draft. Version 0 makes it; any other must be the version
// that was read, else the error is a *models.DraftConflict with what is kept
// now, and nothing is changed. d.Version goes up by one.
func (s *Store) SaveDraft(ctx context.Context, d *models.Draft) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now := s.Now()
		row := draftRow{ID: d.ID, Version: d.Version + 1, Title: models.Truncate(d.Document.Title, models.MaxTitle), Document: d.Document, Based: d.Based,
			OwnerID: d.OwnerID, SavedBy: d.SavedBy, CreatedAt: now, UpdatedAt: now}
		if d.Version == 0 {
			r := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
			if r.Error != nil {
				return r.Error
			}
			if r.RowsAffected == 0 {
				return s.draftConflict(ctx, d)
			}
			d.CreatedAt = now
		} else {
			r := s.DB(ctx).Model(&draftRow{}).Where("id = ? AND version = ?", d.ID, d.Version).
				Select("version", "title", "document", "based", "saved_by", "updated_at").Updates(&row)
			if r.Error != nil {
				return r.Error
			}
			if r.RowsAffected == 0 {
				return s.draftConflict(ctx, d)
			}
		}
		d.Version, d.UpdatedAt = row.Version, now
		return nil
	})
}

func (s *Store) draftConflict(ctx context.Context, d *models.Draft) error {
	theirs, err := s.Draft(ctx, d.ID)
	if err != nil {
		return err
	}
	return &models.DraftConflict{Theirs: theirs, Mine: d.Document}
}

// SetDraftPeople keeps who may work on a draft beside its owner.
func (s *Store) SetDraftPeople(ctx context.Context, id string, personIDs []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.DB(ctx).Exec("DELETE FROM draft_people WHERE draft_id = ?", id).Error; err != nil {
			return err
		}
		for _, p := range personIDs {
			if err := s.DB(ctx).Exec("INSERT INTO draft_people (draft_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING", id, p).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// MayEditDraft tells whether the person owns the draft or was named in it.
func (s *Store) MayEditDraft(ctx context.Context, d models.Draft, personID string) (bool, error) {
	if d.OwnerID == personID {
		return true, nil
	}
	var n int64
	err := s.DB(ctx).Table("draft_people").Where("draft_id = ? AND person_id = ?", d.ID, personID).Count(&n).Error
	return n > 0, err
}

// DraftsOf lists the drafts that a person may work on, last saved first,
// without their text.
func (s *Store) DraftsOf(ctx context.Context, personID string, limit int) ([]models.Draft, error) {
	var rows []struct {
		Row       draftRow `gorm:"embedded"`
		SavedName string
	}
	err := s.DB(ctx).Table("drafts").
		Select("drafts.id, drafts.version, drafts.title, drafts.based, drafts.owner_id, drafts.saved_by, drafts.created_at, drafts.updated_at, people.name AS saved_name").
		Joins("JOIN people ON people.id = drafts.saved_by").
		Where("drafts.owner_id = ? OR drafts.id IN (SELECT draft_id FROM draft_people WHERE person_id = ?)", personID, personID).
		Order("drafts.updated_at DESC, drafts.id DESC").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]models.Draft, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel(r.SavedName)
		out[i].Document.Title = r.Row.Title
	}
	return out, nil
}

// DeleteDraft removes a draft; one that is not there is no error.
func (s *Store) DeleteDraft(ctx context.Context, id string) error {
	return s.DB(ctx).Where("id = ?", id).Delete(&draftRow{}).Error
}

// RebaseDraft notes that a draft now changes a later revision.
func (s *Store) RebaseDraft(ctx context.Context, id string, revision int) error {
	return s.DB(ctx).Exec("UPDATE drafts SET based = ?, version = version + 1 WHERE id = ?", revision, id).Error
}
