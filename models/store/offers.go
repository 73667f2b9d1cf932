package store

import (
	"context"
	"maps"
	"slices"

	"grassroots/models"
)

// AdoptionsOffered gives what organisations here do with copies of case studies
// of another instance, by its address, in the order of their ids, with every
// status that each had: of copies that everybody may read.
func (s *Store) AdoptionsOffered(ctx context.Context, originURL, after string, limit int) ([]models.Adoption, error) {
	list, err := s.adoptionsWhere(ctx, s.DB(ctx).Where(`adoptions.site = '' AND adoptions.hidden = '' AND adoptions.id > ? AND studies.status = ? AND adoptions.case_study_id IN
		(SELECT c.case_study_id FROM exchange_copies c JOIN exchange_origins o ON o.id = c.origin_id WHERE o.url = ?)`, after, models.Published, originURL).Order("adoptions.id").Limit(limit))
	if err != nil {
		return nil, err
	}
	return list, s.AddAdoptionSteps(ctx, list)
}

// ReplaceOffered makes the adoptions that another instance offers, by its
// address, those of a list, each once a case study and organisation. What is of
// a case study that is withdrawn, a copy or not here is left out. What is here
// already stays untouched. It tells how many were added, changed or removed.
func (s *Store) ReplaceOffered(ctx context.Context, site string, list []models.Adoption) (n int, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		n = 0
		var rows []adoptionRow
		if err := s.DB(ctx).Where("site = ?", site).Find(&rows).Error; err != nil {
			return err
		}
		type key struct{ study, organisation string }
		here := map[key]adoptionRow{}
		for _, r := range rows {
			here[key{r.CaseStudyID, r.Organisation}] = r
		}
		touched := map[string]bool{}
		var come []models.Adoption
		for _, a := range list {
			k := key{a.CaseStudyID, a.Organisation}
			if r, known := here[k]; known && r.Version == a.Version && r.ChangedAt.Equal(a.ChangedAt) && r.URL == a.URL {
				delete(here, k)
				continue
			}
			come = append(come, a)
			touched[a.CaseStudyID] = true
		}
		for k := range here {
			touched[k.study] = true
		}
		mine, err := s.holdOwn(ctx, slices.Sorted(maps.Keys(touched)))
		if err != nil {
			return err
		}
		for _, r := range here {
			if err := s.exec(ctx, "DELETE FROM adoptions WHERE id = ?", r.ID); err != nil {
				return err
			}
			n++
		}
		for _, a := range come {
			if !mine[a.CaseStudyID] {
				continue
			}
			a.ID, a.Site, a.OwnerID = s.NewID(), site, ""
			if err := s.KeepAdoption(ctx, a, false); err != nil {
				return err
			}
			n++
		}
		for _, id := range slices.Sorted(maps.Keys(mine)) {
			if err := s.Recount(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// holdOwn holds those of some case studies that were posted here, and tells
// which these are.
func (s *Store) holdOwn(ctx context.Context, ids []string) (map[string]bool, error) {
	mine := map[string]bool{}
	for from := 0; from < len(ids); from += 500 {
		var rows []caseStudyRow
		err := s.forUpdate(ctx).Select("id").Where("id IN ? AND status <> ? AND id NOT IN (SELECT case_study_id FROM exchange_copies)", ids[from:min(len(ids), from+500)], models.Withdrawn).Order("id").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			mine[r.ID] = true
		}
	}
	return mine, nil
}
