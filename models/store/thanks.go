package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type thanksRow struct {
	ID          string
	CaseStudyID string
	FromID      string
	Reason      models.ThanksReason
	Words       string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

func (thanksRow) TableName() string { return "thanks" }

type thankedRow struct {
	ThanksID string
	PersonID string
	Hidden   bool
}

func (thankedRow) TableName() string { return "thanks_people" }

// AddThanks saves thanks to some people. Conflict when their writer has thanked
// for the case study already; TooMany when they have thanked too often within a
// day.
func (s *Store) AddThanks(ctx context.Context, t *models.Thanks, people []string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, t.FromID); err != nil {
			return err
		}
		var n int64
		if err := s.DB(ctx).Table("thanks").Where("from_id = ? AND created_at > ?", t.FromID, t.CreatedAt.Add(-24*time.Hour)).Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxThanksADay {
			return &models.Error{Kind: models.TooMany, After: 24 * time.Hour, Message: "You have thanked as often as one person can within a day. Try again tomorrow."}
		}
		Note(ctx, "thanks.add", t.ID, nil, map[string]any{"case_study": t.CaseStudyID, "to": people, "reason": t.Reason})
		done := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&thanksRow{t.ID, t.CaseStudyID, t.FromID, t.Reason, t.Words, t.CreatedAt})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return models.E(models.Conflict, "You have thanked for this case study already. Take that back first, on your own page, to say something else.")
		}
		rows := make([]thankedRow, len(people))
		for i, id := range people {
			rows[i] = thankedRow{ThanksID: t.ID, PersonID: id}
		}
		return s.DB(ctx).Create(&rows).Error
	})
}

// thanks reads thanks for case studies that everybody can read, the newest first.
func (s *Store) thanks(db *gorm.DB, hidden string, limit int) ([]models.Thanks, error) {
	var rows []struct {
		Row                               thanksRow `gorm:"embedded"`
		Slug, Title, FromName, FromHandle string
		Hidden                            bool
	}
	err := db.Select("thanks.*, case_studies.slug, case_studies.title, people.name AS from_name, people.handle AS from_handle, "+hidden+" AS hidden").
		Joins("JOIN people ON people.id = thanks.from_id").
		Joins("JOIN case_studies ON case_studies.id = thanks.case_study_id AND case_studies.status = ?", models.Published).
		Order("thanks.created_at DESC, thanks.id DESC").Limit(limit).Find(&rows).Error
	list := make([]models.Thanks, len(rows))
	for i, r := range rows {
		list[i] = models.Thanks{ID: r.Row.ID, CaseStudyID: r.Row.CaseStudyID, FromID: r.Row.FromID, Reason: r.Row.Reason, Words: r.Row.Words, CreatedAt: r.Row.CreatedAt,
			Slug: r.Slug, Title: r.Title, FromName: r.FromName, FromHandle: r.FromHandle, Hidden: r.Hidden}
	}
	return list, err
}

// ThanksTo gives the newest thanks to a person for what everybody can read; all
// has those that they do not show, for themselves.
func (s *Store) ThanksTo(ctx context.Context, personID string, all bool, limit int) ([]models.Thanks, error) {
	db := s.DB(ctx).Table("thanks").Joins("JOIN thanks_people ON thanks_people.thanks_id = thanks.id AND thanks_people.person_id = ?", personID)
	if !all {
		db = db.Where("NOT thanks_people.hidden")
	}
	return s.thanks(db, "thanks_people.hidden", limit)
}

// ThanksFrom gives the newest thanks of a person.
func (s *Store) ThanksFrom(ctx context.Context, personID string, limit int) ([]models.Thanks, error) {
	return s.thanks(s.DB(ctx).Table("thanks").Where("thanks.from_id = ?", personID), "FALSE", limit)
}

// ShowThanks says whether a person shows thanks to them on their page. NotFound
// when there are none such.
func (s *Store) ShowThanks(ctx context.Context, personID, id string, show bool) error {
	return s.changeThanks(ctx, "thanks.show", id, map[string]any{"shown": show}, func(db *gorm.DB) *gorm.DB {
		return db.Model(&thankedRow{}).Where("thanks_id = ? AND person_id = ?", id, personID).Update("hidden", !show)
	})
}

// RemoveThanks takes back what a person said. NotFound when there is none such.
func (s *Store) RemoveThanks(ctx context.Context, fromID, id string) error {
	return s.changeThanks(ctx, "thanks.remove", id, nil, func(db *gorm.DB) *gorm.DB {
		return db.Where("id = ? AND from_id = ?", id, fromID).Delete(&thanksRow{})
	})
}

func (s *Store) changeThanks(ctx context.Context, action, id string, after map[string]any, change func(*gorm.DB) *gorm.DB) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, action, id, nil, after)
		done := change(s.DB(ctx))
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "There are no such thanks of yours.")
		}
		return done.Error
	})
}

// TeamNames gives for each of some case studies the names of those of this site
// who posted or wrote it, in the order of names.
func (s *Store) TeamNames(ctx context.Context, caseStudyIDs []string) (map[string][]string, error) {
	var rows []struct{ ID, Name string }
	err := s.DB(ctx).Raw(`SELECT c.id, p.name FROM case_studies c JOIN people p ON p.id = c.owner_id WHERE c.id IN ?
		UNION SELECT w.case_study_id AS id, p.name FROM case_study_people w JOIN people p ON p.id = w.person_id WHERE w.case_study_id IN ? ORDER BY 1, 2`, caseStudyIDs, caseStudyIDs).Scan(&rows).Error
	teams := map[string][]string{}
	for _, r := range rows {
		teams[r.ID] = append(teams[r.ID], r.Name)
	}
	return teams, err
}
