package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// Listed is what a map of the site says of a page: the key that the list is
// read by, the last part of the address, and when it changed.
type Listed struct {
	Key       string
	Slug      string
	UpdatedAt time.Time // zero where nobody keeps it
}

// ListedCaseStudies gives published case studies after a key, in the order of
// their keys.
func (s *Store) ListedCaseStudies(ctx context.Context, after string, limit int) ([]Listed, error) {
	var rows []Listed
	err := s.DB(ctx).Table("case_studies").Select("id AS key, slug, updated_at").
		Where("status = ? AND id > ?", models.Published, after).Order("id").Limit(limit).Find(&rows).Error
	return rows, err
}

// NthCaseStudyAfter gives the key of the nth published case study after a key,
// empty when there are fewer.
func (s *Store) NthCaseStudyAfter(ctx context.Context, after string, n int) (string, error) {
	return firstOf(s.DB(ctx).Table("case_studies").Where("status = ? AND id > ?", models.Published, after).Order("id").Offset(n-1).Limit(1), "id")
}

// ListedOrganisations gives organisations that have case studies after a code,
// in the order of their codes.
func (s *Store) ListedOrganisations(ctx context.Context, after string, limit int) ([]Listed, error) {
	var rows []Listed
	err := s.DB(ctx).Table("organisations").Select("code AS key, code AS slug").
		Where("studies > 0 AND code > ?", after).Order("code").Limit(limit).Find(&rows).Error
	return rows, err
}

// NthOrganisationAfter gives the code of the nth organisation with case
// studies after a code, empty when there are fewer.
func (s *Store) NthOrganisationAfter(ctx context.Context, after string, n int) (string, error) {
	return firstOf(s.DB(ctx).Table("organisations").Where("studies > 0 AND code > ?", after).Order("code").Offset(n-1).Limit(1), "code")
}

// CountListed counts the published case studies and the organisations that
// have any.
func (s *Store) CountListed(ctx context.Context) (int, error) {
	var n int
	err := s.DB(ctx).Raw(`SELECT (SELECT COUNT(*) FROM case_studies WHERE status = ?) + (SELECT COUNT(*) FROM organisations WHERE studies > 0)`,
		models.Published).Scan(&n).Error
	return n, err
}

// firstOf gives the first value of a column, or nothing.
func firstOf(db *gorm.DB, column string) (string, error) {
	var found []string
	err := db.Pluck(column, &found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}
