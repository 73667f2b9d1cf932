package store

import (
	"context"

	"grassroots/models"
)

// Rendering is a revision's text and what readers are shown of it.
type Rendering struct {
	CaseStudyID string
	Number      int
	Body        string
	HTML        string
	Text        string
	Contents    []models.Heading
}

// ToRender lists revisions whose HTML was made by rules of a lower number, with
// their Body alone.
func (s *Store) ToRender(ctx context.Context, rules, limit int) ([]Rendering, error) {
	var rows []revisionRow
	err := s.DB(ctx).Select("case_study_id", "number", "document").Where("rules < ?", rules).
		Order("rules, case_study_id, number").Limit(limit).Find(&rows).Error
	out := make([]Rendering, len(rows))
	for i, r := range rows {
		out[i] = Rendering{CaseStudyID: r.CaseStudyID, Number: r.Number, Body: r.Document.Body}
	}
	return out, err
}

// SaveRendered keeps what rules of a number made of revisions. The search index
// is told of those whose words have changed by it.
func (s *Store) SaveRendered(ctx context.Context, rules int, list []Rendering) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		for _, r := range list {
			err := s.DB(ctx).Exec(`UPDATE case_studies SET changes = changes + 1 WHERE id = ? AND revision = ? AND EXISTS (
				SELECT 1 FROM revisions WHERE case_study_id = ? AND number = ? AND text <> ?)`, r.CaseStudyID, r.Number, r.CaseStudyID, r.Number, r.Text).Error
			if err != nil {
				return err
			}
			err = s.DB(ctx).Model(&revisionRow{}).Where("case_study_id = ? AND number = ? AND rules < ?", r.CaseStudyID, r.Number, rules).
				Select("html", "text", "contents", "rules").
				Updates(&revisionRow{HTML: r.HTML, Text: r.Text, Contents: r.Contents, Rules: rules}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}
