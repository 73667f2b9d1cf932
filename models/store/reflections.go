package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// Every method asks for whose reflections are meant, and reads and changes no
// other's: there is no way to one but with its person.

type reflectionRow struct {
	ID          string
	PersonID    string
	CaseStudyID string
	Register    models.Register
	Title       string
	Day         string
	Minutes     int
	Method      string
	WithOthers  bool
	Themes      jsonList[string]
	What        string
	Learnt      string
	Changed     string
	Relevance   string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	ChangedAt   time.Time
	Version     int
}

func (reflectionRow) TableName() string { return "reflections" }

func reflectionRowOf(r *models.Reflection) reflectionRow {
	return reflectionRow{ID: r.ID, PersonID: r.PersonID, CaseStudyID: r.CaseStudyID, Register: r.Register, Title: r.Title, Day: r.Day, Minutes: r.Minutes, Method: r.Method, WithOthers: r.With,
		Themes: jsonList[string](r.Themes), What: r.What, Learnt: r.Learnt, Changed: r.Changed, Relevance: r.Relevance, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, Version: r.Version}
}

func (r reflectionRow) toModel(slug string) models.Reflection {
	return models.Reflection{ID: r.ID, PersonID: r.PersonID, CaseStudyID: r.CaseStudyID, Slug: slug, Register: r.Register, Title: r.Title, Day: r.Day, Minutes: r.Minutes, Method: r.Method,
		With: r.WithOthers, Themes: r.Themes, What: r.What, Learnt: r.Learnt, Changed: r.Changed, Relevance: r.Relevance, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt, Version: r.Version}
}

// reflectionsOf narrows to a person's reflections of a period.
func (s *Store) reflectionsOf(ctx context.Context, personID string, p models.Period) *gorm.DB {
	db := s.DB(ctx).Table("reflections").Where("reflections.person_id = ?", personID)
	if p.From != "" {
		db = db.Where("reflections.day >= ?", p.From)
	}
	if p.To != "" {
		db = db.Where("reflections.day <= ?", p.To)
	}
	return db
}

// Reflections gives a person's reflections of a period, the latest day first, and
// whether there are more. after is the last one of the page before, of which the
// day and the id count; nil for the first page.
func (s *Store) Reflections(ctx context.Context, personID string, p models.Period, after *models.Reflection, most int) ([]models.Reflection, bool, error) {
	db := s.reflectionsOf(ctx, personID, p)
	if after != nil {
		db = db.Where("(reflections.day, reflections.id) < (?, ?)", after.Day, after.ID)
	}
	list, err := s.readReflections(db.Order("reflections.day DESC, reflections.id DESC").Limit(most + 1))
	if len(list) > most {
		return list[:most], true, err
	}
	return list, false, err
}

// readReflections reads reflections with the slugs of their case studies.
func (s *Store) readReflections(db *gorm.DB) ([]models.Reflection, error) {
	var rows []struct {
		Row  reflectionRow `gorm:"embedded"`
		Slug string
	}
	err := db.Select("reflections.*, COALESCE(case_studies.slug, '') AS slug").Joins("LEFT JOIN case_studies ON case_studies.id = reflections.case_study_id").Find(&rows).Error
	list := make([]models.Reflection, len(rows))
	for i, r := range rows {
		list[i] = r.Row.toModel(r.Slug)
	}
	return list, err
}

// ReflectionTotals sums up a person's reflections of a period.
func (s *Store) ReflectionTotals(ctx context.Context, personID string, p models.Period) (models.ReflectionTotals, error) {
	var t models.ReflectionTotals
	err := s.reflectionsOf(ctx, personID, p).Select(`COUNT(*) AS count, COALESCE(SUM(minutes), 0) AS minutes, COALESCE(SUM(CASE WHEN with_others THEN minutes ELSE 0 END), 0) AS "with",
		COALESCE(SUM(CASE WHEN what = '' OR learnt = '' OR changed = '' OR relevance = '' THEN 1 ELSE 0 END), 0) AS unfinished`).Scan(&t).Error
	return t, err
}

// Reflection gives a reflection of a person's. NotFound when there is none of
// theirs.
func (s *Store) Reflection(ctx context.Context, personID, id string) (models.Reflection, error) {
	list, err := s.readReflections(s.reflectionsOf(ctx, personID, models.Period{}).Where("reflections.id = ?", id))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "There is no such reflection of yours.")
	}
	if err != nil {
		return models.Reflection{}, err
	}
	return list[0], nil
}

// SaveReflection saves a reflection of r.PersonID: Version 0 makes it, any other
// has to be the one that was read, else it is a Conflict. Of what it says nothing
// goes on record but that it was saved.
func (s *Store) SaveReflection(ctx context.Context, r *models.Reflection) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		row, before := reflectionRowOf(r), r.Version
		row.Version, row.ChangedAt = before+1, s.Now()
		if before == 0 {
			row.CreatedAt = row.ChangedAt
			var n int64
			if err := s.HoldPerson(ctx, r.PersonID); err != nil {
				return err
			}
			if err := s.reflectionsOf(ctx, r.PersonID, models.Period{}).Count(&n).Error; err != nil {
				return err
			}
			if n >= models.MaxReflections {
				return models.Errorf(models.Conflict, "You have %d reflections, which is the most that are kept for one person. Take your record out, then remove old ones.", n)
			}
			Note(ctx, "reflection.add", r.ID, nil, nil)
			if err := s.DB(ctx).Create(&row).Error; err != nil {
				return err
			}
		} else {
			Note(ctx, "reflection.change", r.ID, nil, nil)
			done := s.DB(ctx).Model(&reflectionRow{}).Where("id = ? AND person_id = ? AND version = ?", r.ID, r.PersonID, before).
				Select("register", "title", "day", "minutes", "method", "with_others", "themes", "what", "learnt", "changed", "relevance", "changed_at", "version").Updates(&row)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 {
				if _, err := s.Reflection(ctx, r.PersonID, r.ID); err != nil {
					return err
				}
				return models.E(models.Conflict, "You have changed this reflection somewhere else since you opened it. Nothing was saved.")
			}
		}
		r.Version, r.CreatedAt, r.ChangedAt = row.Version, row.CreatedAt, row.ChangedAt
		return nil
	})
}

// RemoveReflection deletes a reflection of a person's for good. NotFound when
// there is none of theirs.
func (s *Store) RemoveReflection(ctx context.Context, personID, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		Note(ctx, "reflection.remove", id, nil, nil)
		done := s.DB(ctx).Where("person_id = ?", personID).Delete(&reflectionRow{}, "id = ?", id)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "There is no such reflection of yours.")
		}
		return done.Error
	})
}
