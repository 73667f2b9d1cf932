package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// notCopied keeps those that are no copy of a case study elsewhere, where they are reviewed.
const notCopied = "NOT EXISTS (SELECT 1 FROM exchange_copies x WHERE x.case_study_id = case_studies.id)"

// FillReviewDue works out of up to limit case studies when they are to be read again, which
// were there before that was kept, and tells of how many it was.
func (s *Store) FillReviewDue(ctx context.Context, limit int) (int, error) {
	var ids []string
	if err := s.DB(ctx).Table("case_studies").Where("review_due IS NULL").Order("id").Limit(limit).Pluck("id", &ids).Error; err != nil {
		return 0, err
	}
	for _, id := range ids {
		cs, err := s.CaseStudy(ctx, id)
		if err != nil {
			return 0, err
		}
		if err := s.exec(ctx, "UPDATE case_studies SET review_due = ? WHERE id = ? AND review_due IS NULL", cs.ReviewDue(), id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// toReview are the case studies that were to be read again by a moment and have not been.
func (s *Store) toReview(ctx context.Context, now time.Time) *gorm.DB {
	return s.DB(ctx).Table("case_studies").Where("review_due <= ? AND status <> ? AND stage <> ?", now, models.Withdrawn, models.StageIdea).Where(notCopied)
}

// ReviewsToAsk gives the ids of up to limit case studies that are to be read again and whose
// authors have not been asked, those that wait longest first.
func (s *Store) ReviewsToAsk(ctx context.Context, limit int) (ids []string, err error) {
	err = s.toReview(ctx, s.Now()).Where("review_asked_at IS NULL").Order("review_due, id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// ReviewsUnheard gives the ids of up to limit case studies whose authors were asked before a
// moment and were silent, and whose organisation's leads have not been asked.
func (s *Store) ReviewsUnheard(ctx context.Context, before time.Time, limit int) (ids []string, err error) {
	err = s.toReview(ctx, s.Now()).Where("review_asked_at <= ? AND review_lead_asked_at IS NULL", before).Order("review_due, id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}

// AskReview notes that the authors of a case study are asked to read it again, and tells
// whether they had not been: whichever node asks, it is asked once. Lists can be filtered by
// it from then on.
func (s *Store) AskReview(ctx context.Context, cs *models.CaseStudy) (bool, error) {
	now := s.Now()
	done := s.DB(ctx).Exec("UPDATE case_studies SET review_asked_at = ?, changes = changes + 1 WHERE id = ? AND review_asked_at IS NULL AND review_due <= ?", now, cs.ID, now)
	if done.Error != nil || done.RowsAffected == 0 || cs.Status != models.Published {
		return done.RowsAffected > 0, done.Error
	}
	if err := s.unmarkStale(ctx, cs.ID); err != nil {
		return false, err
	}
	return true, s.DB(ctx).Create(&facetRow{models.FacetReview, models.ReviewOverdue, cs.ID}).Error
}

// AskReviewOfLeads notes that the leads of its organisation are asked, and tells whether
// they had not been.
func (s *Store) AskReviewOfLeads(ctx context.Context, id string) (bool, error) {
	done := s.DB(ctx).Exec("UPDATE case_studies SET review_lead_asked_at = ? WHERE id = ? AND review_lead_asked_at IS NULL AND review_asked_at IS NOT NULL", s.Now(), id)
	return done.RowsAffected > 0, done.Error
}

// ConfirmReview keeps that somebody has read a case study and finds it right. cs.ReviewedAt
// is set.
func (s *Store) ConfirmReview(ctx context.Context, cs *models.CaseStudy) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		now, before := s.Now(), cs.LastReviewed()
		cs.ReviewedAt = &now
		Note(ctx, "case-study.review", cs.ID, map[string]any{"last": before}, map[string]any{"last": now})
		if err := s.unmarkStale(ctx, cs.ID); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE case_studies SET reviewed_at = ?, review_due = ?, review_asked_at = NULL, review_lead_asked_at = NULL, changes = changes + 1 WHERE id = ?", now, cs.ReviewDue(), cs.ID)
	})
}

func (s *Store) unmarkStale(ctx context.Context, id string) error {
	return s.exec(ctx, "DELETE FROM case_study_facets WHERE case_study_id = ? AND facet = ?", id, models.FacetReview)
}
