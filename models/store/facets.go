package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"grassroots/models"
)

// facetRow is one value of one facet of a published case study.
type facetRow struct {
	Facet       string
	Value       string
	CaseStudyID string
}

func (facetRow) TableName() string { return "case_study_facets" }

// facetsOf works out the facets of a document: codes and slugs, not names.
// Organisations, systems and standards that no list knows are taken up,
// unconfirmed, for an admin to look at.
func (s *Store) facetsOf(ctx context.Context, t *terms, cs *models.CaseStudy) ([]facetRow, error) {
	d := &cs.Document
	var rows []facetRow
	add := func(name string, values ...string) {
		for _, v := range values {
			if row := (facetRow{name, v, cs.ID}); v != "" && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
		}
	}
	add(models.FacetStage, string(d.Stage))
	add(models.FacetSetting, d.Settings...)
	add(models.FacetTag, d.Tags...)
	add(models.FacetCampaign, d.Campaign)
	add(models.FacetDevices, d.Devices.Facet()...)
	if cs.Stale(s.Now()) { // as what comes from elsewhere can be at once
		add(models.FacetReview, models.ReviewOverdue)
	}
	for _, a := range d.Authors {
		add(models.FacetStaffGroup, a.StaffGroup)
	}
	for _, e := range d.Evidence {
		add(models.FacetEvidence, e.Kind)
	}
	if d.NICEEvidence != nil {
		add(models.FacetNICETier, d.NICEEvidence.Tier)
	}
	if d.Organisation != "" {
		org, err := t.organisation(ctx, d.Organisation)
		if err != nil {
			return nil, err
		}
		add(models.FacetOrganisation, org.Code)
		add(models.FacetRegion, org.Region)
	}
	for _, c := range d.Connections {
		from, err := t.system(ctx, c.From)
		if err != nil {
			return nil, err
		}
		to, err := t.system(ctx, c.To)
		if err != nil {
			return nil, err
		}
		standard, err := t.standard(ctx, c.Standard)
		if err != nil {
			return nil, err
		}
		add(models.FacetFromSystem, from)
		add(models.FacetToSystem, to)
		add(models.FacetSystem, from, to)
		add(models.FacetStandard, standard)
		if _, err := t.organisation(ctx, c.Site); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(rows, compareFacets)
	return rows, nil
}

// FacetsByID gives the facets of each of the case studies.
func (s *Store) FacetsByID(ctx context.Context, ids []string) (map[string]map[string][]string, error) {
	var rows []facetRow
	if err := s.DB(ctx).Where("case_study_id IN ?", ids).Order("case_study_id, facet, value").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]map[string][]string, len(ids))
	for _, r := range rows {
		if out[r.CaseStudyID] == nil {
			out[r.CaseStudyID] = map[string][]string{}
		}
		out[r.CaseStudyID][r.Facet] = append(out[r.CaseStudyID][r.Facet], r.Value)
	}
	return out, nil
}

// filtered narrows a query over case_studies to those that have, for every
// facet named, one of its values; except leaves one facet out.
func filtered(db *gorm.DB, filters map[string][]string, except string) *gorm.DB {
	names := make([]string, 0, len(filters))
	for name := range filters {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == except || len(filters[name]) == 0 {
			continue
		}
		db = db.Where("EXISTS (SELECT 1 FROM case_study_facets f WHERE f.case_study_id = case_studies.id AND f.facet = ? AND f.value IN ?)", name, filters[name])
	}
	return db
}

// FacetCounts counts, for each of the named facets, how many published case
// studies have each value, under the query's filters on the other facets: what
// pressing a box would add, not what is left. One statement for the facets
// that are not filtered on, one more for each that is.
func (s *Store) FacetCounts(ctx context.Context, q models.ListQuery, names []string) (map[string]map[string]int, error) {
	out := make(map[string]map[string]int, len(names))
	var together []string
	for _, n := range names {
		out[n] = map[string]int{}
		if len(q.Filters[n]) == 0 {
			together = append(together, n)
			continue
		}
		if err := s.countFacets(ctx, q, []string{n}, n, out); err != nil {
			return nil, err
		}
	}
	if len(together) > 0 {
		if err := s.countFacets(ctx, q, together, "", out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) countFacets(ctx context.Context, q models.ListQuery, names []string, except string, out map[string]map[string]int) error {
	var rows []struct {
		Facet string
		Value string
		N     int
	}
	db := s.DB(ctx).Table("case_study_facets").Select("facet, value, COUNT(*) AS n").
		Where("facet IN ?", names).Group("facet, value")
	narrowed := q.Text != ""
	for name, values := range q.Filters {
		narrowed = narrowed || name != except && len(values) > 0
	}
	if narrowed { // rows of case_study_facets are all of published case studies, so the join is only for the rest
		db = db.Joins("JOIN case_studies ON case_studies.id = case_study_facets.case_study_id")
		db = matching(filtered(db, q.Filters, except), q.Text)
	}
	if err := db.Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		out[r.Facet][r.Value] = r.N
	}
	return nil
}
