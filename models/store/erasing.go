package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// erasedText stands in the place of the text of a revision that was deleted.
const erasedText = "The text of this revision has been deleted for good, because it held patient or personal data."

// EraseRevisions deletes what a case study said before it was mended: the texts
// and notes of all its revisions but the last, and the addresses that it had by
// former titles. Each revision keeps its number, time and editor. Conflict when
// the last was there at a time already, when it was hidden, say, so that it may
// hold the same; NotFound when there is nothing to delete.
func (s *Store) EraseRevisions(ctx context.Context, id string, hidden time.Time) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		var row caseStudyRow
		if err := s.forUpdate(ctx).Take(&row, "id = ?", id).Error; err != nil {
			return notFound(err, "That case study")
		}
		cs, err := s.CaseStudy(Fresh(ctx), id)
		if err != nil {
			return err
		}
		if !cs.UpdatedAt.After(hidden) {
			return models.E(models.Conflict, "It has not been changed since it was hidden. Whoever wrote it, or a lead of its organisation, mends it first: what it said before can be deleted then.")
		}
		stub := revisionRow{Document: models.Document{Title: cs.Title, Stage: cs.Stage, Organisation: cs.Organisation, Visibility: cs.Visibility, Licence: cs.Licence, Body: erasedText},
			HTML: "<p>" + erasedText + "</p>\n", Text: erasedText}
		r := s.DB(ctx).Model(&revisionRow{}).Where("case_study_id = ? AND number < ? AND NOT erased", id, cs.Revision).
			Select("document", "html", "text", "contents", "note").Updates(&stub)
		if r.Error == nil && r.RowsAffected == 0 {
			r.Error = gorm.ErrRecordNotFound
		}
		if r.Error != nil {
			return notFound(r.Error, "An earlier revision with a text")
		}
		if err := s.DB(ctx).Exec("UPDATE revisions SET erased = ? WHERE case_study_id = ? AND number < ?", true, id, cs.Revision).Error; err != nil {
			return err
		}
		Note(ctx, "case-study.erase", id, nil, map[string]any{"before": cs.Revision})
		return s.DB(ctx).Where("case_study_id = ? AND slug <> ?", id, cs.Slug).Delete(&slugRow{}).Error
	})
}
