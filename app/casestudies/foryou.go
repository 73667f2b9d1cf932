package casestudies

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

const (
	// weighed is how many of the most active case studies for each thing that
	// a person said are weighed.
	weighed = 30
	// What each thing in common weighs, beside how near the place is.
	forSystem     = 3
	forStaffGroup = 1
	mostSystems   = 3 // systems in common beyond these add nothing
)

// worked are the stages at which there is something to learn from.
func worked() []string {
	return []string{string(models.StageTrial), string(models.StageInUse), string(models.StageSpreading), string(models.StageStopped)}
}

// ForYou picks case studies for a person by the systems that they use, given by
// slug, by where they work and by their staff group, those with most in common
// first, each with why. Case studies of their own are left out, and whatever not
// everybody may read. How many statements it takes depends on no rows.
func (f *Feature) ForYou(ctx context.Context, p *models.Person, systems []string, limit int) ([]models.Pick, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	systems = specific(v, systems)
	var n neighbours
	if p.Organisation != "" {
		if n, err = f.near(ctx, p.Organisation); err != nil && models.KindOf(err) != models.NotFound {
			return nil, err
		}
	}
	var found []models.Summary
	for _, by := range []struct {
		facet  string
		values []string
	}{{models.FacetSystem, systems}, {models.FacetOrganisation, n.codes}, {models.FacetStaffGroup, nonEmpty(p.StaffGroup)}} {
		if len(by.values) == 0 {
			continue
		}
		page, err := f.store.ListCaseStudies(ctx, models.ListQuery{Sort: models.SortHot, Limit: weighed, Uncounted: true, Filters: map[string][]string{by.facet: by.values, models.FacetStage: worked()}})
		if err != nil {
			return nil, err
		}
		for _, s := range page.Items {
			if !slices.ContainsFunc(found, func(o models.Summary) bool { return o.ID == s.ID }) {
				found = append(found, s)
			}
		}
	}
	return f.weigh(ctx, p, v, systems, n, found, limit)
}

// weigh puts what was found in the order of how much it has in common with a
// person; what has as much stays in the order that it has.
func (f *Feature) weigh(ctx context.Context, p *models.Person, v *web.Vocabulary, systems []string, n neighbours, found []models.Summary, limit int) ([]models.Pick, error) {
	ids := make([]string, len(found))
	for i, s := range found {
		ids[i] = s.ID
	}
	facts, err := f.store.PickFacts(ctx, p, systems, ids)
	if err != nil {
		return nil, err
	}
	weight := map[string]int{}
	for _, s := range found {
		is := facts[s.ID]
		weight[s.ID] = min(len(is.Systems), mostSystems)*forSystem + n.score[s.Organisation]
		if is.StaffGroup {
			weight[s.ID] += forStaffGroup
		}
	}
	found = slices.DeleteFunc(found, func(s models.Summary) bool { return facts[s.ID].Own })
	slices.SortStableFunc(found, func(a, b models.Summary) int { return cmp.Compare(weight[b.ID], weight[a.ID]) })
	var picks []models.Pick
	for _, s := range found[:min(len(found), limit)] {
		picks = append(picks, models.Pick{Summary: s, Why: why(v, facts[s.ID], n.why[s.Organisation])})
	}
	return picks, nil
}

// why says what a case study has in common with a person.
func why(v *web.Vocabulary, is store.PickFacts, place string) string {
	var said []string
	if len(is.Systems) > 0 {
		names := make([]string, len(is.Systems))
		for i, slug := range is.Systems {
			names[i] = v.SystemName(slug)
		}
		said = append(said, "Joins "+models.Together(names)+", which you use.")
	}
	if place != "" {
		said = append(said, place)
	}
	if is.StaffGroup {
		said = append(said, "Written by somebody of your staff group.")
	}
	return strings.Join(said, " ")
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// specific are the systems of a list as they are called now, without those that
// stand for no one system.
func specific(v *web.Vocabulary, systems []string) []string {
	generic := web.GenericSystems(v)
	return slices.DeleteFunc(slices.Clone(v.NowAll(models.TermSystem, systems)), func(s string) bool { return generic[s] })
}

// IdeasFor gives the newest ideas about some systems, or the newest of all where
// there are none.
func (f *Feature) IdeasFor(ctx context.Context, systems []string, limit int) (list []models.Summary, own bool, err error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, false, err
	}
	q := models.ListQuery{Sort: models.SortNew, Limit: limit, Uncounted: true, Filters: map[string][]string{models.FacetStage: {string(models.StageIdea)}}}
	if systems = specific(v, systems); len(systems) > 0 {
		about := q
		about.Filters = map[string][]string{models.FacetStage: q.Filters[models.FacetStage], models.FacetSystem: systems}
		page, err := f.store.ListCaseStudies(ctx, about)
		if err != nil || len(page.Items) > 0 {
			return page.Items, true, err
		}
	}
	page, err := f.store.ListCaseStudies(ctx, q)
	return page.Items, false, err
}

// Active gives the most active case studies that are more than an idea.
func (f *Feature) Active(ctx context.Context, limit int) ([]models.Summary, error) {
	page, err := f.store.ListCaseStudies(ctx, models.ListQuery{Sort: models.SortHot, Limit: limit, Uncounted: true, Filters: map[string][]string{models.FacetStage: worked()}})
	return page.Items, err
}
