package connections

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"grassroots/app/web"
	"grassroots/models"
)

// mapSource is all that maps are drawn from. It is shared and never changed.
type mapSource struct {
	records       []models.JoinRecord // those of one case study together
	cut           bool                // there are more
	organisations map[string]string   // names by code
	standards     []string            // those that are used, most used first
	words         *web.Vocabulary
}

// mapMemos is what maps remember between requests.
type mapMemos struct {
	source *web.Memo[*mapSource]
	places *web.Memo[[]point]
}

// Where the systems of a graph are depends on the graph alone, so that is kept
// for long.
const (
	keptPlaces    = 64
	keptPlacesFor = 24 * time.Hour
)

func newMapMemos(s *web.Site) mapMemos {
	return mapMemos{source: web.NewContentMemo[*mapSource](s, 1), places: web.NewLastingMemo[[]point](s, keptPlaces, keptPlacesFor)}
}

// mapSource reads the connections, or gives what was read a moment ago.
func (f *Feature) mapSource(ctx context.Context) (*mapSource, error) {
	return f.maps.source.Get(ctx, "", func(ctx context.Context) (*mapSource, error) {
		s := &mapSource{}
		var err error
		if s.records, s.cut, err = f.store.JoinRecords(ctx); err != nil {
			return nil, err
		}
		if s.organisations, err = f.store.JoinOrganisations(ctx); err != nil {
			return nil, err
		}
		if s.words, err = f.site.Vocabulary(ctx); err != nil {
			return nil, err
		}
		byStandard := group(s.records, func(r models.JoinRecord) string { return r.Standard })
		s.standards = sortedKeys(byStandard, func(a, b *tally) int { return cmp.Compare(b.connections, a.connections) }, strings.Compare)
		return s, nil
	})
}

// organisation names an organisation.
func (s *mapSource) organisation(code string) string {
	return models.Organisation{Code: code, Name: s.organisations[code]}.DisplayName()
}

// matching gives the connections that a query asks for, and counts by each
// field of models.JoinFilters what there would be without its own filter.
func (s *mapSource) matching(q models.JoinQuery) (list []models.JoinRecord, facets map[string]map[string]int) {
	facets = map[string]map[string]int{}
	for _, field := range models.JoinFilters() {
		facets[field] = map[string]int{}
	}
	count := func(field string, r models.JoinRecord) {
		switch field {
		case models.JoinBySystem:
			facets[field][r.From]++
			if r.To != r.From {
				facets[field][r.To]++
			}
		case models.JoinByStandard:
			facets[field][r.Standard]++
		case models.JoinByStatus:
			facets[field][r.Status]++
		case models.JoinByRegion:
			facets[field][r.Region]++
		case models.JoinByOrganisation:
			facets[field][r.Organisation]++
		}
	}
	for _, r := range s.records {
		switch n, missed := q.Misses(r); n {
		case 0:
			list = append(list, r)
			for _, field := range models.JoinFilters() {
				count(field, r)
			}
		case 1:
			count(missed, r)
		}
	}
	return list, facets
}

// tally counts connections.
type tally struct {
	connections   int
	live          int // connections that are live
	studies       int
	toward, back  bool // some connection brings information that way
	organisations distinct
	lastStudy     string
}

func (t *tally) add(r models.JoinRecord) {
	t.connections++
	if r.Status == models.StatusLive {
		t.live++
	}
	if r.CaseStudyID != t.lastStudy { // those of one stand together
		t.studies, t.lastStudy = t.studies+1, r.CaseStudyID
	}
	t.toward = t.toward || r.Direction != models.Unknown
	t.back = t.back || r.Direction == models.TwoWay
	if r.Organisation != "" {
		t.organisations.add(r.Organisation)
	}
}

// most orders tallies by what they count, the greatest first.
func most(a, b *tally) int {
	return cmp.Or(cmp.Compare(b.organisations.count(), a.organisations.count()), cmp.Compare(b.studies, a.studies), cmp.Compare(b.connections, a.connections))
}

// distinct is a set of values. Most are small, and there are thousands.
type distinct struct {
	few  []string
	many map[string]bool
}

func (d *distinct) add(v string) {
	switch {
	case d.many != nil:
		d.many[v] = true
	case slices.Contains(d.few, v):
	case len(d.few) < 16:
		d.few = append(d.few, v)
	default:
		d.many = map[string]bool{v: true}
		for _, f := range d.few {
			d.many[f] = true
		}
	}
}

func (d *distinct) count() int { return max(len(d.few), len(d.many)) }

// group counts connections by a key.
func group[K comparable](list []models.JoinRecord, key func(models.JoinRecord) K) map[K]*tally {
	out := map[K]*tally{}
	for _, r := range list {
		into(out, key(r)).add(r)
	}
	return out
}

func into[K comparable](tallies map[K]*tally, key K) *tally {
	t := tallies[key]
	if t == nil {
		t = &tally{}
		tallies[key] = t
	}
	return t
}

// sortedKeys gives the keys of tallies in an order of theirs, then of the keys'.
func sortedKeys[K comparable](tallies map[K]*tally, order func(a, b *tally) int, then func(a, b K) int) []K {
	keys := make([]K, 0, len(tallies))
	for k := range tallies {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(order(tallies[a], tallies[b]), then(a, b)) })
	return keys
}

// joined is two systems, in the order in which authors wrote them.
type joined struct{ from, to string }

func (j joined) compare(o joined) int {
	return cmp.Or(strings.Compare(j.from, o.from), strings.Compare(j.to, o.to))
}

func pairOf(r models.JoinRecord) joined { return joined{r.From, r.To} }

// mapSystem is a system on the map with what is counted of it.
type mapSystem struct {
	slug string
	*tally
	others map[string]bool // slugs of those that it is joined to
}

// systemsOf counts connections by their systems, the most joined first.
func systemsOf(list []models.JoinRecord) []mapSystem {
	tallies, others := map[string]*tally{}, map[string]map[string]bool{}
	see := func(r models.JoinRecord, slug, other string) {
		into(tallies, slug).add(r)
		if others[slug] == nil {
			others[slug] = map[string]bool{}
		}
		if other != slug {
			others[slug][other] = true
		}
	}
	for _, r := range list {
		see(r, r.From, r.To)
		if r.To != r.From {
			see(r, r.To, r.From)
		}
	}
	out := make([]mapSystem, 0, len(tallies))
	for slug, t := range tallies {
		out = append(out, mapSystem{slug: slug, tally: t, others: others[slug]})
	}
	slices.SortFunc(out, func(a, b mapSystem) int {
		return cmp.Or(cmp.Compare(len(b.others), len(a.others)), most(a.tally, b.tally), strings.Compare(a.slug, b.slug))
	})
	return out
}

// totalOf counts connections together.
func totalOf(list []models.JoinRecord) *tally {
	t := &tally{}
	for _, r := range list {
		t.add(r)
	}
	return t
}
