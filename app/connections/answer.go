package connections

import (
	"cmp"
	"context"
	"slices"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

const (
	shownStudies = 20
	shownPeople  = 8
	shownSteps   = 30
	readJoins    = 1000 // connections that the case studies of a page may have together
)

// answer is what is known of a question.
type answer struct {
	question question
	v        *web.Vocabulary
	asker    *web.Near
	totals   models.JoinTotals
	places   map[string]models.JoinPlace
	studies  []study
	writers  []writer
	steps    []models.JoinStep // what the one system that was named is joined to
	paths    []path
	reverse  models.JoinTotals // the other way round, when there is no way
	wider    models.JoinTotals // of the two systems alone, when there is nothing by all that was asked
}

// study is a case study with those of its connections that were asked for.
type study struct {
	models.Summary
	joins []models.Join
	place models.JoinPlace // the nearest of its connections
}

// writer is somebody to ask, with what they wrote of the case studies shown.
type writer struct {
	models.Person
	wrote []models.Summary
	place models.JoinPlace // of the nearest of them
}

func (a *answer) standardName(code string) string { return a.v.StandardName(code) }

// direct tells whether anybody has joined what was asked for.
func (a *answer) direct() bool { return a.totals.CaseStudies > 0 }

// answer looks for what is known of a question. How many statements it takes
// depends on the kind of the answer, never on how much there is.
func (f *Feature) answer(ctx context.Context, q question) (*answer, error) {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	a := &answer{question: q, v: v}
	if a.asker, err = f.site.NearTo(ctx, q.near); err != nil {
		return nil, err
	}
	if a.totals, err = f.store.JoinTotals(ctx, q.joins()); err != nil {
		return nil, err
	}
	if !a.direct() {
		return a, f.instead(ctx, a)
	}
	if err := f.studies(ctx, a); err != nil {
		return nil, err
	}
	if (q.from == "") == (q.to == "") {
		return a, nil
	}
	j := q.joins()
	j.Limit = shownSteps
	a.steps, err = f.store.JoinSteps(ctx, j)
	return a, err
}

// studies reads the case studies of an answer, the nearest first, and who wrote
// them.
func (f *Feature) studies(ctx context.Context, a *answer) error {
	places, err := f.store.JoinPlaces(ctx, a.question.joins())
	if err != nil {
		return err
	}
	places = a.asker.InOrder(places)
	j := a.question.joins()
	j.Limit = readJoins
	a.places = map[string]models.JoinPlace{}
	rank := map[string]int{}
	for n, p := range places {
		a.places[p.Code] = p
		if n < shownStudies { // each place has a case study, so no more are needed
			j.Organisation, rank[p.Code] = append(j.Organisation, p.Code), n
		}
	}
	joins, _, _, err := f.store.Joins(ctx, j)
	if err != nil {
		return err
	}
	byID := map[string]*study{}
	var all []*study
	for _, x := range joins {
		s, place := byID[x.CaseStudyID], a.places[x.Organisation]
		if s == nil {
			s = &study{place: place}
			s.ID = x.CaseStudyID
			byID[x.CaseStudyID] = s
			all = append(all, s)
		}
		if a.asker.Score(place) > a.asker.Score(s.place) {
			s.place = place
		}
		s.joins = append(s.joins, x)
	}
	if a.asker != nil {
		slices.SortStableFunc(all, func(x, y *study) int {
			return cmp.Or(cmp.Compare(a.asker.Score(y.place), a.asker.Score(x.place)), cmp.Compare(rank[x.place.Code], rank[y.place.Code]))
		})
	}
	all = all[:min(len(all), shownStudies)]
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.ID
	}
	summaries, err := f.store.SummariesByID(ctx, ids)
	if err != nil {
		return err
	}
	for _, m := range summaries {
		s := *byID[m.ID]
		s.Summary = m
		a.studies = append(a.studies, s)
	}
	writers, err := f.store.WritersOf(ctx, ids)
	a.writers = inOrderOfStudies(a.studies, writers)
	return err
}

// inOrderOfStudies puts each person once, where the first of their case studies
// stands.
func inOrderOfStudies(studies []study, written []store.Writer) []writer {
	var out []writer
	for _, s := range studies {
		for _, w := range written {
			if w.CaseStudyID != s.ID {
				continue
			}
			at := slices.IndexFunc(out, func(o writer) bool { return o.ID == w.Person.ID })
			if at < 0 {
				out = append(out, writer{Person: w.Person, place: s.place})
				at = len(out) - 1
			}
			out[at].wrote = append(out[at].wrote, s.Summary)
		}
	}
	return out[:min(len(out), shownPeople)]
}

// instead looks for what helps when nobody has joined what was asked for: the
// same without the other choices, the other way round, and over other systems.
func (f *Feature) instead(ctx context.Context, a *answer) error {
	q := a.question
	var err error
	if q.narrowed() && (q.from != "" || q.to != "") {
		wide := q
		wide.standard, wide.Status, wide.Region = "", "", ""
		if a.wider, err = f.store.JoinTotals(ctx, wide.joins()); err != nil {
			return err
		}
	}
	if q.from == "" || q.to == "" {
		return nil
	}
	turned := q
	turned.from, turned.to = q.to, q.from
	if a.reverse, err = f.store.JoinTotals(ctx, turned.joins()); err != nil {
		return err
	}
	steps, err := f.everyStep(ctx, q)
	if err != nil {
		return err
	}
	generic := web.GenericSystems(a.v)
	a.paths = findPaths(steps, q.from, q.to, func(slug string) bool { return !generic[slug] })
	return nil
}

// everyStep gives all steps that the question allows, remembered for those who
// ask of other systems. What is only planned or has stopped leads nowhere,
// unless it is asked for.
func (f *Feature) everyStep(ctx context.Context, q question) ([]models.JoinStep, error) {
	j := q.filters()
	if len(j.Status) == 0 {
		j.Status = []string{models.StatusLive, models.StatusTrial, models.Unknown}
	}
	key := q.standard + "\x00" + q.Status + "\x00" + q.Region
	return f.steps.Get(ctx, key, func(ctx context.Context) ([]models.JoinStep, error) { return f.store.JoinSteps(ctx, j) })
}
