package store_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// joinedStore is a store with two systems and two organisations that the lists
// know.
func joinedStore(t *testing.T, s *store.Store) models.Person {
	t.Helper()
	for _, m := range []models.System{
		{Slug: "ppm-plus", Name: "PPM+", Aliases: []string{"PPM Plus"}, Confirmed: true},
		{Slug: "systmone", Name: "SystmOne", Aliases: []string{"TPP"}, Confirmed: true},
	} {
		must(t, s.SaveSystem(t.Context(), m))
	}
	place(t, s, models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire"})
	place(t, s, models.Organisation{Code: "RXF", Name: "Mid Yorkshire Teaching NHS Trust", Kind: "Acute trust", Region: "North East and Yorkshire"})
	return newPerson(t, s, "owner")
}

func place(t *testing.T, s *store.Store, o models.Organisation) {
	t.Helper()
	_, _, err := s.SaveOrganisation(t.Context(), o)
	must(t, err)
}

// ticking is a clock that is a second later each time that it is read, so that
// what is made later has the later id.
func ticking() storetest.Option {
	var seconds atomic.Int64
	return storetest.WithNow(func() time.Time { return time.Unix(1_770_000_000+seconds.Add(1), 0) })
}

// joins reads the connections of a query without its pages.
func joins(t *testing.T, s *store.Store, q models.JoinQuery) []models.Join {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	list, _, total, err := s.Joins(t.Context(), q)
	must(t, err)
	if total < len(list) {
		t.Errorf("%d connections of %d", len(list), total)
	}
	return list
}

// lines puts connections into short texts.
func lines(list []models.Join) []string {
	out := []string{}
	for _, j := range list {
		out = append(out, fmt.Sprintf("%s %s %s by %s", j.Title, j.From, j.To, j.Standard))
	}
	return out
}

func TestConnectionsAreKeptInTheTermsOfTheLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		cs := newStudy(t, s, owner, models.Document{Title: "Letters", Stage: models.StageInUse, Organisation: "RR8", Connections: []models.Connection{
			{From: "ppm plus", To: "TPP", Standard: "hl7-v2", Version: "2.4", Transport: "MESH", Direction: "one-way", Data: []string{"discharge summary", "clinic letter"}, Status: "live", Site: "RR801"},
			{From: "Home-made thing", To: "PPM+"},
		}})
		want := []models.Join{
			{ID: cs.ID + "-01", CaseStudyID: cs.ID, Position: 1, From: "ppm-plus", To: "systmone", FromText: "ppm plus", ToText: "TPP", Standard: "hl7-v2", Version: "2.4", Transport: "MESH",
				Direction: "one-way", Data: []string{"discharge summary", "clinic letter"}, Status: "live", Site: "RR801", Organisation: "RR8", Region: "North East and Yorkshire",
				Title: "Letters", Slug: "letters", Stage: models.StageInUse, OrgName: "Leeds Teaching Hospitals NHS Trust", OrgKind: "Acute trust"},
			{ID: cs.ID + "-02", CaseStudyID: cs.ID, Position: 2, From: "home-made-thing", To: "ppm-plus", FromText: "Home-made thing", ToText: "PPM+", Standard: "unknown", Direction: "unknown",
				Status: "unknown", Organisation: "RR8", Region: "North East and Yorkshire", Title: "Letters", Slug: "letters", Stage: models.StageInUse,
				OrgName: "Leeds Teaching Hospitals NHS Trust", OrgKind: "Acute trust"},
		}
		if got := joins(t, s, models.JoinQuery{}); !reflect.DeepEqual(got, want) {
			t.Errorf("the connections are\n%+v, not\n%+v", got, want)
		}
		if m, err := s.System(t.Context(), "home-made-thing"); err != nil || m.Confirmed {
			t.Errorf("a system that no list knew is %+v, %v", m, err)
		}
		if m, err := s.Standard(t.Context(), "hl7-v2"); err != nil || m.Confirmed {
			t.Errorf("a standard that no list knew is %+v, %v", m, err)
		}
		if o, err := s.Organisation(t.Context(), "RR801"); err != nil || o.Named {
			t.Errorf("a site that no list knew is %+v, %v", o, err)
		}
	})
}

func TestConnectionsFollowTheirCaseStudy(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		cs := newStudy(t, s, owner, models.Document{Title: "Letters", Connections: []models.Connection{{From: "PPM+", To: "SystmOne"}, {From: "PPM+", To: "ICE"}}})
		check := func(want ...string) {
			t.Helper()
			if got := lines(joins(t, s, models.JoinQuery{})); !slices.Equal(got, append([]string{}, want...)) {
				t.Errorf("the connections are %q, not %q", got, want)
			}
		}
		check("Letters ppm-plus systmone by unknown", "Letters ppm-plus ice by unknown")
		cs.Connections = []models.Connection{{From: "ICE", To: "PPM+", Standard: "hl7-v2"}}
		must(t, s.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}))
		check("Letters ice ppm-plus by hl7-v2")
		must(t, s.SetStatus(t.Context(), cs.ID, models.Withdrawn))
		check()
		cs.Connections = []models.Connection{{From: "ICE", To: "SystmOne"}}
		must(t, s.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID})) // while nobody can read it
		check()
		must(t, s.SetStatus(t.Context(), cs.ID, models.Published))
		check("Letters ice systmone by unknown")
		cs.Connections = nil
		must(t, s.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}))
		check()
	})
}

func TestConnectionsAreCountedWithTheirSite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		joined := func(title, organisation, site string) {
			newStudy(t, s, owner, models.Document{Title: title, Organisation: organisation, Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Site: site}}})
		}
		joined("At another", "RR8", "RXF")
		joined("At no known place", "RR8", "B86057")
		joined("Without a trust", "", "B86057")
		joined("At a site", "RR8", "RR801")
		where := func() map[string]string {
			out := map[string]string{}
			for _, j := range joins(t, s, models.JoinQuery{}) {
				out[j.Title] = j.Organisation + " " + j.Region
			}
			return out
		}
		want := map[string]string{"At another": "RXF North East and Yorkshire", "At no known place": "RR8 North East and Yorkshire", "Without a trust": " ", "At a site": "RR8 North East and Yorkshire"}
		if got := where(); !reflect.DeepEqual(got, want) {
			t.Errorf("they are at %v", got)
		}
		place(t, s, models.Organisation{Code: "B86057", Name: "A practice", Region: "London"})
		place(t, s, models.Organisation{Code: "RR801", Name: "Leeds General Infirmary", Region: "London"})
		place(t, s, models.Organisation{Code: "RXF", Name: "Mid Yorkshire", Region: "Midlands"})
		want["At another"], want["At no known place"], want["Without a trust"] = "RXF Midlands", "B86057 London", "B86057 London"
		if got := where(); !reflect.DeepEqual(got, want) {
			t.Errorf("named, they are at %v", got)
		}
		must(t, s.RebuildConnections(t.Context())) // which has to come to the same
		if got := where(); !reflect.DeepEqual(got, want) {
			t.Errorf("derived anew, they are at %v", got)
		}
	})
}

func TestConnectionsAreFiltered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		a := newStudy(t, s, owner, models.Document{Title: "A", Organisation: "RR8", Connections: []models.Connection{
			{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Direction: "one-way", Status: "live"},
			{From: "SystmOne", To: "PPM+", Standard: "uk-core", Direction: "two-way", Status: "trial"}}})
		newStudy(t, s, owner, models.Document{Title: "B", Connections: []models.Connection{{From: "SystmOne", To: "ICE", Direction: "view", Status: "stopped"}}})
		forth, turned, viewed := "A ppm-plus systmone by hl7-v2", "A systmone ppm-plus by uk-core", "B systmone ice by unknown"
		for name, c := range map[string]struct {
			q    models.JoinQuery
			want []string
		}{
			"everything, the newest first": {models.JoinQuery{}, []string{viewed, forth, turned}},
			"from":                         {models.JoinQuery{From: []string{"ppm-plus"}}, []string{forth}},
			"to":                           {models.JoinQuery{To: []string{"ppm-plus", "ice"}}, []string{viewed, turned}},
			"from and to":                  {models.JoinQuery{From: []string{"systmone"}, To: []string{"ice"}}, []string{viewed}},
			"either way":                   {models.JoinQuery{From: []string{"ppm-plus"}, To: []string{"systmone"}, EitherWay: true}, []string{forth, turned}},
			"one way is not both":          {models.JoinQuery{From: []string{"ice"}, EitherWay: true}, []string{}},
			"a system on either side":      {models.JoinQuery{System: []string{"ppm-plus"}}, []string{forth, turned}},
			"standard":                     {models.JoinQuery{Standard: []string{"unknown"}}, []string{viewed}},
			"direction":                    {models.JoinQuery{Direction: []string{"two-way"}}, []string{turned}},
			"status":                       {models.JoinQuery{Status: []string{"live", "stopped"}}, []string{viewed, forth}},
			"organisation":                 {models.JoinQuery{Organisation: []string{"RR8"}}, []string{forth, turned}},
			"region":                       {models.JoinQuery{Region: []string{"North East and Yorkshire"}}, []string{forth, turned}},
			"case study":                   {models.JoinQuery{CaseStudy: []string{a.ID}}, []string{forth, turned}},
			"all of several":               {models.JoinQuery{System: []string{"ppm-plus"}, Status: []string{"trial"}}, []string{turned}},
			"nothing":                      {models.JoinQuery{From: []string{"' OR 1=1"}}, []string{}},
		} {
			if got := lines(joins(t, s, c.q)); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, not %q", name, got, c.want)
			}
		}
	}, ticking())
}

func TestConnectionsComeByPages(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		var want []string
		for i := range 6 {
			var list []models.Connection
			var of []string
			for j := range 3 {
				list = append(list, models.Connection{From: "PPM+", To: fmt.Sprintf("System %d", j)})
				of = append(of, fmt.Sprintf("Study %d ppm-plus system-%d by unknown", i, j))
			}
			newStudy(t, s, owner, models.Document{Title: fmt.Sprintf("Study %d", i), Connections: list})
			want = append(want, of...)
		}
		all := lines(joins(t, s, models.JoinQuery{}))
		sorted := slices.Sorted(slices.Values(all))
		if slices.Sort(want); !slices.Equal(sorted, want) {
			t.Fatalf("the connections are %q", all)
		}
		var paged []string
		after, calls := "", 0
		for {
			ctx, counter := store.WithCounter(t.Context())
			list, next, total, err := s.Joins(ctx, models.JoinQuery{After: after, Limit: 4})
			must(t, err)
			if calls++; total != len(want) || counter.Count() != 2 {
				t.Errorf("%d in all, by %d queries", total, counter.Count())
			}
			paged = append(paged, lines(list)...)
			if after = next; next == "" {
				break
			}
		}
		if !slices.Equal(paged, all) || calls != 5 {
			t.Errorf("%d pages give %q, not %q", calls, paged, all)
		}
		for _, bad := range []string{"x", "01", strings.Repeat("a", 40), "-01"} {
			if _, _, _, err := s.Joins(t.Context(), models.JoinQuery{After: bad, Limit: 4}); models.KindOf(err) != models.BadRequest {
				t.Errorf("after %q: %v", bad, err)
			}
		}
	})
}

func TestConnectionsAreCountedByWhatTheyHave(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		live := models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Direction: "one-way", Status: "live"}
		trial := models.Connection{From: "PPM+", To: "SystmOne", Standard: "uk-core", Direction: "one-way", Status: "trial"}
		for title, c := range map[string]struct {
			organisation string
			joined       []models.Connection
		}{"1": {"RR8", []models.Connection{live, trial}}, "2": {"RR8", []models.Connection{live}}, "3": {"RXF", []models.Connection{live}}, "4": {"", []models.Connection{live}},
			"5": {"RXF", []models.Connection{{From: "SystmOne", To: "ICE"}}}} {
			newStudy(t, s, owner, models.Document{Title: title, Organisation: c.organisation, Connections: c.joined})
		}
		count := func(value string, organisations, studies int) models.JoinCount {
			return models.JoinCount{Value: value, Organisations: organisations, CaseStudies: studies}
		}
		totals, err := s.JoinTotals(t.Context(), models.JoinQuery{From: []string{"ppm-plus"}})
		must(t, err)
		if want := (models.JoinTotals{Connections: 5, CaseStudies: 4, Organisations: 2, Unplaced: 1, ByStandard: []models.JoinCount{count("hl7-v2", 2, 4), count("uk-core", 1, 1)},
			ByStatus: []models.JoinCount{count("live", 2, 4), count("trial", 1, 1)}, ByDirection: []models.JoinCount{count("one-way", 2, 4)}}); !reflect.DeepEqual(totals, want) {
			t.Errorf("the totals are %+v", totals)
		}
		if totals, err := s.JoinTotals(t.Context(), models.JoinQuery{From: []string{"ice"}}); err != nil || !reflect.DeepEqual(totals, models.JoinTotals{}) {
			t.Errorf("nothing is counted as %+v, %v", totals, err)
		}
		edges, err := s.JoinEdges(t.Context(), models.JoinQuery{})
		must(t, err)
		if want := []models.JoinEdge{{From: "ppm-plus", To: "systmone", Standard: "hl7-v2", Direction: "one-way", Status: "live", Organisations: 2, CaseStudies: 4},
			{From: "ppm-plus", To: "systmone", Standard: "uk-core", Direction: "one-way", Status: "trial", Organisations: 1, CaseStudies: 1},
			{From: "systmone", To: "ice", Standard: "unknown", Direction: "unknown", Status: "unknown", Organisations: 1, CaseStudies: 1}}; !slices.Equal(edges, want) {
			t.Errorf("the edges are %+v", edges)
		}
		pairs, err := s.JoinPairs(t.Context(), models.JoinQuery{Limit: 1})
		must(t, err)
		if want := []models.JoinPair{{From: "ppm-plus", To: "systmone", Organisations: 2, CaseStudies: 4}}; !slices.Equal(pairs, want) {
			t.Errorf("the pairs are %+v", pairs)
		}
	})
}

// TestAStartDerivesWhatAnEarlierProgramDidNot begins with a store that was
// filled before there were connections.
func TestAStartDerivesWhatAnEarlierProgramDidNot(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		var want []string
		for i := range 103 { // more than are derived at once
			newStudy(t, s, owner, models.Document{Title: fmt.Sprintf("Study %03d", i), Connections: []models.Connection{{From: "PPM+", To: "Somebody's record"}}})
			want = append(want, fmt.Sprintf("Study %03d ppm-plus somebodys-record by unknown", i))
		}
		withdrawn := newStudy(t, s, owner, models.Document{Title: "Withdrawn", Connections: []models.Connection{{From: "PPM+", To: "ICE"}}})
		must(t, s.SetStatus(t.Context(), withdrawn.ID, models.Withdrawn))
		must(t, s.DB(t.Context()).Exec("DELETE FROM connections").Error)
		derived := func() []string {
			var out []string
			for q := (models.JoinQuery{Limit: 60}); ; {
				list, next, _, err := s.Joins(t.Context(), q)
				must(t, err)
				out = append(out, lines(list)...)
				if q.After = next; next == "" {
					slices.Sort(out)
					return out
				}
			}
		}
		lists := []models.System{{Slug: "ppm-plus", Name: "PPM+", Confirmed: true}}
		must(t, s.SeedWith(t.Context(), lists, nil, "1"))
		if got := derived(); !slices.Equal(got, want) {
			t.Fatalf("%d connections, the first %q", len(got), got[:min(2, len(got))])
		}
		// A name that moves to another system takes the connections along.
		must(t, s.DB(t.Context()).Exec("UPDATE system_names SET slug = 'systmone' WHERE name = 'somebody''s record'").Error)
		before := toIndex(t, s)
		must(t, s.SeedWith(t.Context(), lists, nil, "2"))
		for i, line := range want {
			want[i] = strings.ReplaceAll(line, "somebodys-record", "systmone")
		}
		if got := derived(); !slices.Equal(got, want) {
			t.Errorf("after the change: %d connections, the first %q", len(got), got[:min(2, len(got))])
		}
		facets, err := s.FacetCounts(t.Context(), models.ListQuery{}, []string{models.FacetToSystem})
		must(t, err)
		if n := facets[models.FacetToSystem]["systmone"]; n != 103 {
			t.Errorf("%d case studies have the facet", n)
		}
		if after := toIndex(t, s); after != before+103 {
			t.Errorf("%d changes are for the index, after %d", after, before)
		}
		must(t, s.RebuildConnections(t.Context())) // which finds nothing to do
		if after := toIndex(t, s); after != before+103 {
			t.Errorf("nothing has changed, and %d changes are for the index", after)
		}
	})
}

// toIndex counts the changes of case studies.
func toIndex(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	must(t, s.DB(t.Context()).Raw("SELECT SUM(changes) FROM case_studies").Scan(&n).Error)
	return n
}

// TestAWriteLooksNamesUpOnce holds that the queries of a write do not grow with
// the connections.
func TestAWriteLooksNamesUpOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		queries := func(n int) int {
			doc := models.Document{Title: fmt.Sprintf("With %d", n), Stage: models.StageIdea, Body: "Text", Organisation: "RR8"}
			for range n {
				doc.Connections = append(doc.Connections, models.Connection{From: "PPM+", To: "SystmOne", Site: "RXF"})
			}
			cs := models.CaseStudy{ID: s.NewID(), Document: doc, OwnerID: owner.ID, CreatedAt: s.Now(), UpdatedAt: s.Now()}
			ctx, counter := store.WithCounter(t.Context())
			must(t, s.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: owner.ID}))
			return counter.Count()
		}
		if one, many := queries(1), queries(60); one != many {
			t.Errorf("%d queries for one connection, %d for sixty", one, many)
		}
	})
}
