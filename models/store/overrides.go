package store

import (
	"context"
	"time"

	"grassroots/models"
)

type overrideRow struct {
	ID          string
	PersonID    string
	Subject     models.OverrideSubject
	SubjectID   string
	CaseStudyID string
	Field       string
	Kind        string
	Reason      string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

func (overrideRow) TableName() string { return "overrides" }

// AddOverrides keeps what was let stand, with ids and the time of now.
func (s *Store) AddOverrides(ctx context.Context, list []models.Override) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]overrideRow, len(list))
	for i, o := range list {
		rows[i] = overrideRow{ID: s.NewID(), PersonID: o.PersonID, Subject: o.Subject, SubjectID: o.SubjectID, CaseStudyID: o.CaseStudyID, Field: o.Field,
			Kind: o.Kind, Reason: o.Reason, CreatedAt: s.Now()}
	}
	return s.DB(ctx).Create(&rows).Error
}

// OverrideQuery asks for what was let stand; an empty field does not narrow it.
type OverrideQuery struct {
	Kind, Reason, CaseStudyID string
	Before                    string // id of the one after which to go on
	Limit                     int
}

// Overrides lists what was let stand, the newest first, with who and on which
// case study; more tells that there are others after it.
func (s *Store) Overrides(ctx context.Context, q OverrideQuery) (list []models.Override, more bool, err error) {
	db := s.DB(ctx).Table("overrides").Select("overrides.*, people.name AS person_name, people.handle, case_studies.title, case_studies.slug").
		Joins("JOIN people ON people.id = overrides.person_id").Joins("LEFT JOIN case_studies ON case_studies.id = overrides.case_study_id")
	for column, value := range map[string]string{"overrides.kind": q.Kind, "overrides.reason": q.Reason, "overrides.case_study_id": q.CaseStudyID} {
		if value != "" {
			db = db.Where(column+" = ?", value)
		}
	}
	if q.Before != "" {
		db = db.Where("overrides.id < ?", q.Before)
	}
	var rows []struct {
		Row         overrideRow `gorm:"embedded"`
		PersonName  string
		Handle      string
		Title, Slug *string
	}
	if err := db.Order("overrides.id DESC").Limit(q.Limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > q.Limit; more {
		rows = rows[:q.Limit]
	}
	for _, r := range rows {
		o := models.Override{ID: r.Row.ID, PersonID: r.Row.PersonID, PersonName: r.PersonName, Handle: r.Handle, Subject: r.Row.Subject, SubjectID: r.Row.SubjectID,
			CaseStudyID: r.Row.CaseStudyID, Field: r.Row.Field, Kind: r.Row.Kind, Reason: r.Row.Reason, CreatedAt: r.Row.CreatedAt}
		if r.Title != nil && r.Slug != nil {
			o.Title, o.Slug = *r.Title, *r.Slug
		}
		list = append(list, o)
	}
	return list, more, nil
}
