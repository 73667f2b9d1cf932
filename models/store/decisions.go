package store

import (
	"context"
	"time"

	"grassroots/models"
)

type decisionRow struct {
	ID, CaseStudyID string
	Status          models.DecisionStatus
	Reason          string
	PersonID        string
	MadeAt          time.Time
}

func (decisionRow) TableName() string { return "decisions" }

// Decide keeps what became of a case study: the last decision stands with it. What
// is decided already, for the same reason, changes nothing; changed tells.
func (s *Store) Decide(ctx context.Context, d *models.Decision) (changed bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		var study struct{ Decision, DecisionReason string }
		if err := s.forUpdate(ctx).Table("case_studies").Select("decision, decision_reason").Take(&study, "id = ?", d.CaseStudyID).Error; err != nil {
			return notFound(err, "That case study")
		}
		if study.Decision == string(d.Status) && study.DecisionReason == d.Reason {
			return nil
		}
		changed = true
		Note(ctx, "case-study.decide", d.CaseStudyID, map[string]any{"decision": study.Decision}, map[string]any{"decision": d.Status})
		if err := s.DB(ctx).Create(&decisionRow{d.ID, d.CaseStudyID, d.Status, d.Reason, d.PersonID, d.MadeAt}).Error; err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE case_studies SET decision = ?, decision_reason = ?, decided_at = ? WHERE id = ?", d.Status, d.Reason, d.MadeAt, d.CaseStudyID)
	})
	return changed, err
}

// Decisions gives what was decided about a case study, the last first: so many at
// most.
func (s *Store) Decisions(ctx context.Context, caseStudyID string, limit int) ([]models.Decision, error) {
	var list []models.Decision
	err := s.DB(ctx).Table("decisions").Select("decisions.*, people.name AS person_name").Joins("JOIN people ON people.id = decisions.person_id").
		Where("decisions.case_study_id = ?", caseStudyID).Order("decisions.id DESC").Limit(limit).Scan(&list).Error
	return list, err
}
