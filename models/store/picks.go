package store

import (
	"context"

	"grassroots/models"
)

// PickFacts is what a case study has of what a person said of themselves.
type PickFacts struct {
	Systems    []string // those of the person's that it joins, by slug
	StaffGroup bool     // one of its authors is of the person's staff group
	Own        bool     // the person posted it or is one of its authors
}

// PickFacts gives what each of some case studies has of what a person said; those
// that have nothing of it may be left out. It takes two statements.
func (s *Store) PickFacts(ctx context.Context, p *models.Person, systems, ids []string) (map[string]PickFacts, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []facetRow
	err := s.DB(ctx).Where("case_study_id IN ?", ids).Where("(facet = ? AND value IN ? OR facet = ? AND value = ?)", models.FacetSystem, orNone(systems), models.FacetStaffGroup, p.StaffGroup).
		Order("case_study_id, facet, value").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make(map[string]PickFacts, len(ids))
	for _, r := range rows {
		f := out[r.CaseStudyID]
		if r.Facet == models.FacetSystem {
			f.Systems = append(f.Systems, r.Value)
		} else {
			f.StaffGroup = true
		}
		out[r.CaseStudyID] = f
	}
	var own []string
	err = s.DB(ctx).Raw(`SELECT c.id FROM case_studies c WHERE c.id IN ? AND (c.owner_id = ? OR EXISTS (SELECT 1 FROM case_study_people w WHERE w.case_study_id = c.id AND w.person_id = ?))`, ids, p.ID, p.ID).Scan(&own).Error
	for _, id := range own {
		f := out[id]
		f.Own = true
		out[id] = f
	}
	return out, err
}

// orNone is a list for IN, which may not be empty.
func orNone(values []string) []string {
	if len(values) == 0 {
		return []string{""}
	}
	return values
}
