package store

import (
	"context"
	"time"

	"grassroots/models"
)

// EachAdoption calls f with each adoption of a case study that was recorded
// here and is not hidden, in the order of their ids, with every status that it
// had. f must ask the database nothing.
func (s *Store) EachAdoption(ctx context.Context, caseStudyID string, f func(models.Adoption) error) error {
	var rows []adoptionStepRow
	err := s.DB(ctx).Table("adoption_steps").Select("adoption_steps.*").Joins("JOIN adoptions ON adoptions.id = adoption_steps.adoption_id").
		Where("adoptions.case_study_id = ? AND adoptions.site = '' AND adoptions.hidden = ''", caseStudyID).Order("adoption_steps.adoption_id, adoption_steps.number").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	steps := map[string][]models.AdoptionStep{}
	for _, r := range rows {
		steps[r.AdoptionID] = append(steps[r.AdoptionID], models.AdoptionStep{Status: r.Status, PersonID: r.PersonID, At: r.At})
	}
	return eachRow(s.DB(ctx).Model(&adoptionRow{}).Where("case_study_id = ? AND site = '' AND hidden = ''", caseStudyID).Order("id"), func(r adoptionRow) error {
		a := r.toModel()
		a.Steps = steps[r.ID]
		return f(a)
	})
}

// AdoptionVersion is how far an adoption has come.
type AdoptionVersion struct {
	ID      string
	Version int
	Changed time.Time
}

// AdoptionVersions gives how far each adoption of a case study that was recorded
// here has come, by the code of the organisation; also those that moved to the
// case study that it was merged into.
func (s *Store) AdoptionVersions(ctx context.Context, caseStudyID string) (map[string]AdoptionVersion, error) {
	var rows []adoptionRow
	err := s.DB(ctx).Select("id", "organisation", "version", "changed_at").
		Where("site = '' AND (case_study_id = ? OR id IN (SELECT adoption_id FROM merged_adoptions WHERE from_id = ?))", caseStudyID, caseStudyID).Find(&rows).Error
	out := make(map[string]AdoptionVersion, len(rows))
	for _, r := range rows {
		out[r.Organisation] = AdoptionVersion{r.ID, r.Version, r.ChangedAt}
	}
	return out, err
}

type removedAdoptionRow struct {
	AdoptionID  string `gorm:"primaryKey"`
	CaseStudyID string
	RemovedAt   time.Time
}

func (removedAdoptionRow) TableName() string { return "removed_adoptions" }

// AdoptionRemoved tells whether an adoption was here and was taken back.
func (s *Store) AdoptionRemoved(ctx context.Context, id string) (bool, error) {
	var found []string
	err := s.DB(ctx).Model(&removedAdoptionRow{}).Where("adoption_id = ?", id).Limit(1).Pluck("adoption_id", &found).Error
	return len(found) > 0, err
}

// KeepAdoption adds an adoption as it was elsewhere, with its steps, or brings
// the one of the same id to that state. The count beside the case study is left
// as it is: Recount follows.
func (s *Store) KeepAdoption(ctx context.Context, a models.Adoption, known bool) error {
	if _, err := s.ensureOrganisation(ctx, a.Organisation); err != nil {
		return err
	}
	row := rowOfAdoption(&a)
	if !known {
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return conflictOr(err, "An adoption has the id of one that is here on another case study.")
		}
		return s.addSteps(ctx, a.ID, a.Steps, 1)
	}
	err := s.DB(ctx).Model(&adoptionRow{}).Where("id = ?", a.ID).Select("status", "owner_id", "sites", "started", "in_use", "stopped", "baseline", "result", "cost", "adaptations", "needed", "reason", "figures",
		"version", "changed_at").Updates(&row).Error
	if err != nil {
		return err
	}
	if err := s.exec(ctx, "DELETE FROM adoption_steps WHERE adoption_id = ?", a.ID); err != nil {
		return err
	}
	return s.addSteps(ctx, a.ID, a.Steps, 1)
}
