package store

import (
	"context"

	"gorm.io/gorm"

	"grassroots/models"
)

// ListLimited gives a page of the case studies that a person may read and not
// everybody may, as ListCaseStudies does of the others. It says in SQL what
// models.CaseStudy.ReadRight says of one of them, which a test compares. They
// have no facets: filters find none of them.
func (s *Store) ListLimited(ctx context.Context, p *models.Person, q models.ListQuery) (models.Page[models.Summary], error) {
	return s.listPage(ctx, q, limitedTo(p))
}

// LimitedTexts is TextsByID for those of the case studies that ListLimited gives
// a person.
func (s *Store) LimitedTexts(ctx context.Context, p *models.Person, ids []string) ([]models.CaseStudy, error) {
	return s.texts(ctx, ids, limitedTo(p))
}

// LimitedOf gives the newest of those case studies that a person owns and not
// everybody may read.
func (s *Store) LimitedOf(ctx context.Context, personID string, limit int) ([]models.Summary, error) {
	return s.someSummaries(s.allSummaries(ctx).Where("case_studies.status = ? AND case_studies.owner_id = ?", models.Limited, personID), limit)
}

func limitedTo(p *models.Person) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		db = db.Where("case_studies.status = ?", models.Limited)
		if p.May(models.ReadOrganisation, models.Subject{}) { // whatever it is about
			return db
		}
		organisations := append([]string{p.Confirmed}, p.LeadOf()...)
		return db.Where(`(case_studies.visibility = ? OR case_studies.owner_id = ? OR case_studies.organisation <> '' AND case_studies.organisation IN ?
			OR EXISTS (SELECT 1 FROM case_study_people e WHERE e.case_study_id = case_studies.id AND e.person_id = ?))`, models.ToSignedIn, p.ID, organisations, p.ID)
	}
}
