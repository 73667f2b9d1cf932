package store

import (
	"context"
	"time"
)

// FacetNews tells of a value of a facet when case studies first and last named
// it.
type FacetNews struct {
	Value       string
	Studies     int
	First, Last time.Time // when those case studies were posted
}

// FacetNews gives the values of a facet, that of the newest case study first;
// nothing when no published case study has the facet.
func (s *Store) FacetNews(ctx context.Context, facet string, limit int) ([]FacetNews, error) {
	var rows []struct {
		Value       string
		Studies     int
		First, Last NullTime
	}
	err := s.DB(ctx).Table("case_study_facets").
		Select(`case_study_facets.value, COUNT(*) AS studies, MIN(case_studies.published_at) AS "first", MAX(case_studies.published_at) AS "last"`).
		Joins("JOIN case_studies ON case_studies.id = case_study_facets.case_study_id").
		Where("case_study_facets.facet = ?", facet).Group("case_study_facets.value").
		Order(`"last" DESC, case_study_facets.value`).Limit(limit).Find(&rows).Error
	out := make([]FacetNews, len(rows))
	for i, r := range rows {
		out[i] = FacetNews{r.Value, r.Studies, r.First.Time, r.Last.Time}
	}
	return out, err
}
