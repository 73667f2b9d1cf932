package store

import (
	"context"
	"time"

	"grassroots/models"
)

type termChangeRow struct {
	ID        string
	Kind      string
	Term      string
	Action    models.TermAction
	Other     string
	Fields    jsonList[models.FieldChange]
	ChangedBy string
	ChangedAt time.Time
}

func (termChangeRow) TableName() string { return "term_changes" }

// noteChange writes an entry of a term's history.
func (s *Store) noteChange(ctx context.Context, kind, id string, c models.TermChange) error {
	return s.DB(ctx).Create(&termChangeRow{ID: s.NewID(), Kind: kind, Term: id, Action: c.Action, Other: c.Other, Fields: c.Fields,
		ChangedBy: c.By, ChangedAt: s.Now()}).Error
}

// TermChanges gives the newest entries of a term's history, the newest first.
func (s *Store) TermChanges(ctx context.Context, kind, id string, limit int) ([]models.TermChange, error) {
	var rows []struct {
		Row      termChangeRow `gorm:"embedded"`
		ByName   string
		ByHandle string
	}
	err := s.DB(ctx).Table("term_changes").Select("term_changes.*, COALESCE(people.name, '') AS by_name, CASE WHEN people.closed_at IS NULL THEN COALESCE(people.handle, '') ELSE '' END AS by_handle").
		Joins("LEFT JOIN people ON people.id = term_changes.changed_by").
		Where("term_changes.kind = ? AND term_changes.term = ?", kind, id).Order("term_changes.id DESC").Limit(limit).Find(&rows).Error
	out := make([]models.TermChange, len(rows))
	for i, r := range rows {
		out[i] = models.TermChange{ID: r.Row.ID, Action: r.Row.Action, Other: r.Row.Other, Fields: r.Row.Fields, By: r.Row.ChangedBy,
			ByName: r.ByName, ByHandle: r.ByHandle, At: r.Row.ChangedAt}
	}
	return out, err
}

type mergedRow struct {
	Kind       string
	ID         string
	IntoID     string
	Term       models.Term `gorm:"serializer:json"`
	Names      jsonList[string]
	Successors jsonList[string]
	MergedAt   time.Time
}

func (mergedRow) TableName() string { return "merged_terms" }

func (r mergedRow) toModel() models.MergedTerm {
	return models.MergedTerm{Kind: r.Kind, ID: r.ID, Name: r.Term.Name, Into: r.IntoID, MergedAt: r.MergedAt}
}

// MergedTerms gives every term that was merged into another, of both kinds.
func (s *Store) MergedTerms(ctx context.Context) ([]models.MergedTerm, error) {
	return s.mergedWhere(ctx, "1 = 1")
}

// MergedInto gives the terms that were merged into one, the newest first.
func (s *Store) MergedInto(ctx context.Context, kind, id string) ([]models.MergedTerm, error) {
	return s.mergedWhere(ctx, "kind = ? AND into_id = ?", kind, id)
}

func (s *Store) mergedWhere(ctx context.Context, where string, values ...any) ([]models.MergedTerm, error) {
	var rows []mergedRow
	err := s.DB(ctx).Where(where, values...).Order("merged_at DESC, id").Find(&rows).Error
	out := make([]models.MergedTerm, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}
