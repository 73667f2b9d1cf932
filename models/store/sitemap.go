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

// ListedKind is a kind of page that a map of the site lists.
type ListedKind struct {
	table, key, columns, where string
	args                       []any
}

// The kinds of page: published case studies, organisations that have any, and
// the systems and standards that somebody has confirmed, collections for everybody, and
// published campaigns.
var (
	ListedCaseStudies   = ListedKind{"case_studies", "id", "id AS key, slug, updated_at", "status = ?", []any{models.Published}}
	ListedOrganisations = ListedKind{"organisations", "code", "code AS key, code AS slug", "studies > 0", nil}
	ListedSystems       = ListedKind{"systems", "slug", "slug AS key, slug", "confirmed = ?", []any{true}}
	ListedCollections   = ListedKind{"collections", "slug", "slug AS key, slug, updated_at", "audience = ? AND hidden = ''", []any{models.ToEverybody}}
	ListedCampaigns     = ListedKind{"campaigns", "slug", "slug AS key, slug, updated_at", "published_at IS NOT NULL", nil}
	ListedStandards     = ListedKind{"standards", "code", "code AS key, code AS slug", "confirmed = ?", []any{true}}
)

func (s *Store) listed(ctx context.Context, k ListedKind, after string) *gorm.DB {
	return s.DB(ctx).Table(k.table).Where(k.where, k.args...).Where(k.key+" > ?", after).Order(k.key)
}

// Listed gives pages of a kind after a key, in the order of their keys.
func (s *Store) Listed(ctx context.Context, k ListedKind, after string, limit int) ([]Listed, error) {
	var rows []Listed
	err := s.listed(ctx, k, after).Select(k.columns).Limit(limit).Find(&rows).Error
	return rows, err
}

// NthListedAfter gives the key of the nth page of a kind after a key, empty
// when there are fewer.
func (s *Store) NthListedAfter(ctx context.Context, k ListedKind, after string, n int) (string, error) {
	var found []string
	err := s.listed(ctx, k, after).Offset(n-1).Limit(1).Pluck(k.key, &found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// CountListed counts the pages of kinds.
func (s *Store) CountListed(ctx context.Context, kinds ...ListedKind) (int, error) {
	total := 0
	for _, k := range kinds {
		var n int64
		if err := s.listed(ctx, k, "").Count(&n).Error; err != nil {
			return 0, err
		}
		total += int(n)
	}
	return total, nil
}
