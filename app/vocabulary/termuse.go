package vocabulary

import (
	"context"
	"net/url"
	"slices"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// How many of each thing a term's page shows of its use.
const (
	shownPlaces   = 25
	shownJoins    = 40
	shownKnowers  = 12
	shownFailures = 12
)

// useOf gives who uses a term, what it joins, who knows it and what failed, the
// same for everybody who asks. The number of statements does not depend on how
// much that is.
func (f *Feature) useOf(ctx context.Context, t term) (templates.TermUse, error) {
	return f.uses.Get(ctx, t.kind+" "+t.id, func(ctx context.Context) (templates.TermUse, error) { return f.readUse(ctx, t) })
}

func (f *Feature) readUse(ctx context.Context, t term) (use templates.TermUse, err error) {
	lists, err := f.site.Vocabulary(ctx)
	if err != nil {
		return use, err
	}
	counts, err := f.countsWith(ctx, t.facet, t.id, t.with, models.FacetStage)
	if err != nil {
		return use, err
	}
	if t.kind == models.TermSystem {
		use.With = mostFrequent(counts[t.with], lists.StandardName, standardURL)
	} else {
		use.With = mostFrequent(counts[t.with], lists.SystemName, systemURL)
	}
	if err := f.addPlaces(ctx, &use, t); err != nil {
		return use, err
	}
	if err := f.addJoins(ctx, &use, t, lists); err != nil {
		return use, err
	}
	if err := f.addKnowers(ctx, &use, t); err != nil {
		return use, err
	}
	use.Stopped = counts[models.FacetStage][string(models.StageStopped)]
	use.StoppedURL = t.listed() + "&stage=" + string(models.StageStopped)
	failures, err := f.store.Failures(ctx, t.facet, t.id, models.FailedHeading, shownFailures)
	for _, one := range failures {
		line := templates.TermFailure{Title: one.Title, URL: "/case-studies/" + one.Slug, Organisation: one.OrgName, Stopped: one.Stage == models.StageStopped, Told: one.Heading != ""}
		if line.Told {
			line.URL += "#" + one.Heading
		}
		use.Failures = append(use.Failures, line)
	}
	return use, err
}

// addPlaces adds the organisations that use a term, and sums them up.
func (f *Feature) addPlaces(ctx context.Context, use *templates.TermUse, t term) error {
	places, err := f.store.JoinUsers(ctx, t.joins)
	if err != nil {
		return err
	}
	use.Organisations = len(places)
	regions, statuses := map[string]int{}, map[string]int{}
	for _, p := range places {
		regions[p.Region]++
		for _, s := range p.Statuses {
			statuses[s]++
		}
	}
	for _, p := range places[:min(len(places), shownPlaces)] {
		use.Places = append(use.Places, templates.TermPlace{Name: p.OrgName, URL: "/organisations/" + url.PathEscape(p.Organisation), Kind: p.OrgKind, Region: p.Region,
			Statuses: p.Statuses, Studies: p.CaseStudies})
	}
	delete(regions, "")
	use.Regions = mostFrequent(regions, asItIs, func(region string) string { return t.listed() + "&region=" + url.QueryEscape(region) })
	use.Statuses = mostFrequent(statuses, templates.ConnectionText, func(string) string { return "" })
	return nil
}

func asItIs(s string) string { return s }

// addJoins adds the pairs of systems that a term joins, with the standards and
// how far each is.
func (f *Feature) addJoins(ctx context.Context, use *templates.TermUse, t term, lists *web.Vocabulary) error {
	pairs, err := f.store.JoinPairs(ctx, t.joins)
	if err != nil {
		return err
	}
	edges, err := f.store.JoinEdges(ctx, t.joins)
	if err != nil {
		return err
	}
	how := howJoined(t, edges, lists)
	use.MoreJoins = max(0, len(pairs)-shownJoins)
	for _, p := range pairs[:min(len(pairs), shownJoins)] {
		crumb := func(slug string) templates.Crumb {
			return templates.Crumb{Text: lists.SystemName(slug), URL: systemURL(slug)}
		}
		j := templates.TermJoin{From: crumb(p.From), To: crumb(p.To), How: how[[2]string{p.From, p.To}], Organisations: p.Organisations, Studies: p.CaseStudies,
			CaseStudiesURL: "/case-studies?from_system=" + url.QueryEscape(p.From) + "&to_system=" + url.QueryEscape(p.To)}
		if t.kind == models.TermSystem {
			j.Way = "Goes to"
			if p.From != t.id {
				j.Way, j.To = "Comes from", j.From
			}
		} else {
			j.CaseStudiesURL += "&standard=" + url.QueryEscape(t.id)
		}
		use.Joins = append(use.Joins, j)
	}
	return nil
}

// howJoined gives the standards of each pair of systems with how far they are;
// on the page of a standard that one goes without saying.
func howJoined(t term, edges []models.JoinEdge, lists *web.Vocabulary) map[[2]string][]templates.TermHow {
	how := map[[2]string][]templates.TermHow{}
	for _, e := range edges {
		standard := templates.Crumb{Text: lists.StandardName(e.Standard), URL: standardURL(e.Standard)}
		if t.kind == models.TermStandard {
			standard = templates.Crumb{}
		}
		pair := [2]string{e.From, e.To}
		i := slices.IndexFunc(how[pair], func(h templates.TermHow) bool { return h.Standard == standard })
		if i < 0 {
			i = len(how[pair])
			how[pair] = append(how[pair], templates.TermHow{Standard: standard})
		}
		if h := &how[pair][i]; !slices.Contains(h.Statuses, e.Status) {
			h.Statuses = append(h.Statuses, e.Status)
		}
	}
	return how
}

// addKnowers adds the people to ask.
func (f *Feature) addKnowers(ctx context.Context, use *templates.TermUse, t term) error {
	people, err := f.store.PeopleWhoKnow(ctx, t.facet, t.id, t.names, shownKnowers)
	for _, p := range people {
		k := templates.TermKnower{Person: templates.BylineProps{Name: p.Name, URL: "/people/" + p.Handle, Role: p.JobTitle, Organisation: p.OrgName,
			OrganisationURL: "/organisations/" + url.PathEscape(p.Organisation)}}
		switch {
		case p.CaseStudies > 0 && p.Skill:
			k.Why = templates.FormatCount(p.CaseStudies, "case study", "case studies") + " and among their skills"
		case p.CaseStudies > 0:
			k.Why = templates.FormatCount(p.CaseStudies, "case study", "case studies")
		case p.Says:
			k.Why = "Says that they know it"
		default:
			k.Why = "Among their skills"
		}
		use.Knowers = append(use.Knowers, k)
	}
	return err
}
