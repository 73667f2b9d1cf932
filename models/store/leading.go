package store

import (
	"context"

	"grassroots/models"
)

// StandardsAt gives the codes of the standards that an organisation's connections
// name, by how often they do.
func (s *Store) StandardsAt(ctx context.Context, organisation string) (codes []string, err error) {
	err = s.DB(ctx).Raw("SELECT standard FROM connections WHERE organisation = ? AND standard NOT IN ('', ?) GROUP BY standard ORDER BY COUNT(*) DESC, standard", organisation, models.Unknown).Scan(&codes).Error
	return codes, err
}

// NewWith gives the newest case studies that everybody may read, published since a
// moment and not by the organisation itself, which name some of the systems or
// standards or have some of the tags, and what of these each has. It takes at most two
// statements.
func (s *Store) NewWith(ctx context.Context, q FitsQuery) ([]models.NewWith, error) {
	if len(q.Systems)+len(q.Standards)+len(q.Tags) == 0 {
		return nil, nil
	}
	const names = "(f.facet = ? AND f.value IN ? OR f.facet = ? AND f.value IN ? OR f.facet = ? AND f.value IN ?)"
	args := []any{models.FacetSystem, orNone(q.Systems), models.FacetStandard, orNone(q.Standards), models.FacetTag, orNone(q.Tags)}
	var rows []summaryRow
	err := s.summaries(ctx).Where("case_studies.published_at > ? AND case_studies.organisation <> ?", q.Since, q.Organisation).
		Where("EXISTS (SELECT 1 FROM case_study_facets f WHERE f.case_study_id = case_studies.id AND "+names+")", args...).
		Order("case_studies.published_at DESC, case_studies.id DESC").Limit(q.Limit).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out, ids, at := make([]models.NewWith, len(rows)), make([]string, len(rows)), map[string]int{}
	for i, r := range rows {
		out[i].Summary, ids[i], at[r.ID] = r.toModel(), r.ID, i
	}
	var facets []facetRow
	err = s.DB(ctx).Table("case_study_facets AS f").Where("f.case_study_id IN ?", ids).Where(names, args...).Order("f.case_study_id, f.facet, f.value").Find(&facets).Error
	for _, f := range facets {
		switch one := &out[at[f.CaseStudyID]]; f.Facet {
		case models.FacetSystem:
			one.Systems = append(one.Systems, f.Value)
		case models.FacetStandard:
			one.Standards = append(one.Standards, f.Value)
		default:
			one.Tags = append(one.Tags, f.Value)
		}
	}
	return out, err
}

// UnansweredIdeas gives the ideas of an organisation that wait for a first response,
// however long they have, the oldest first, and how many there are.
func (s *Store) UnansweredIdeas(ctx context.Context, organisation string, usual, limit int) (list []models.WaitingIdea, total int, err error) {
	db := s.DB(ctx).Table("case_studies").Where(unanswered).Where("case_studies.organisation = ?", organisation)
	var n int64
	if err := db.Count(&n).Error; err != nil || n == 0 {
		return nil, 0, err
	}
	err = s.DB(ctx).Table("case_studies").Where(unanswered).Where("case_studies.organisation = ?", organisation).
		Joins("JOIN people ON people.id = case_studies.owner_id").Joins("LEFT JOIN response_times rt ON rt.organisation = case_studies.organisation").
		Select("case_studies.id, case_studies.slug, case_studies.title, case_studies.organisation, people.name AS owner_name, case_studies.votes, case_studies.published_at, COALESCE(rt.days, ?) AS days", usual).
		Order("case_studies.published_at, case_studies.id").Limit(limit).Scan(&list).Error
	return list, int(n), err
}

// CountTasks counts the tasks in the workspaces of some adoptions, by the ids of those
// that have any. today is a day in London, before which a task is overdue.
func (s *Store) CountTasks(ctx context.Context, adoptionIDs []string, today string) (map[string]models.TaskCount, error) {
	if len(adoptionIDs) == 0 {
		return nil, nil
	}
	var rows []struct {
		AdoptionID string
		models.TaskCount
	}
	err := s.DB(ctx).Raw(`SELECT adoption_id, COUNT(*) AS total, SUM(CASE WHEN done_at IS NOT NULL THEN 1 ELSE 0 END) AS done,
		SUM(CASE WHEN done_at IS NULL AND due <> '' AND due < ? THEN 1 ELSE 0 END) AS overdue FROM workspace_tasks WHERE adoption_id IN ? GROUP BY adoption_id`, today, adoptionIDs).Scan(&rows).Error
	out := make(map[string]models.TaskCount, len(rows))
	for _, r := range rows {
		out[r.AdoptionID] = r.TaskCount
	}
	return out, err
}

// ToThank gives the case studies that an organisation has in use and for which nobody
// whose profile names it has thanked, those used for the longest first, with those whom
// a person can thank for it. It takes two statements.
func (s *Store) ToThank(ctx context.Context, organisation, personID string, limit int) (list []models.ToThank, err error) {
	const team = `(p.id = c.owner_id OR EXISTS (SELECT 1 FROM case_study_people w WHERE w.case_study_id = c.id AND w.person_id = p.id)) AND p.closed_at IS NULL AND p.email NOT LIKE '%.invalid'
		AND p.id <> @person AND NOT EXISTS (SELECT 1 FROM conversation_blocks b WHERE b.person_id = p.id AND b.blocked_id = @person)`
	args := map[string]any{"organisation": organisation, "person": personID, "used": models.AdoptionInUse, "published": models.Published, "limit": limit}
	var found []struct{ ID, Slug, Title string }
	err = s.DB(ctx).Raw(`SELECT c.id, c.slug, c.title FROM adoptions a JOIN case_studies c ON c.id = a.case_study_id
		WHERE a.organisation = @organisation AND a.site = '' AND a.hidden = '' AND a.status = @used AND c.status = @published AND c.organisation <> @organisation
		AND NOT EXISTS (SELECT 1 FROM exchange_copies x WHERE x.case_study_id = c.id)
		AND NOT EXISTS (SELECT 1 FROM thanks t JOIN people f ON f.id = t.from_id WHERE t.case_study_id = c.id AND (f.organisation = @organisation OR f.id = @person))
		AND EXISTS (SELECT 1 FROM people p WHERE `+team+`) ORDER BY a.created_at, a.id LIMIT @limit`, args).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids, at := make([]string, len(found)), map[string]int{}
	for i, f := range found {
		ids[i], at[f.ID] = f.ID, i
		list = append(list, models.ToThank{ID: f.ID, Slug: f.Slug, Title: f.Title})
	}
	args["ids"] = ids
	var rows []struct{ ID, Name string }
	err = s.DB(ctx).Raw("SELECT c.id, p.name FROM case_studies c JOIN people p ON "+team+" WHERE c.id IN @ids ORDER BY c.id, p.name, p.id", args).Scan(&rows).Error
	for _, r := range rows {
		one := &list[at[r.ID]]
		one.Names = append(one.Names, r.Name)
	}
	return list, err
}
