package store_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func TestStepsGoTheWaysThatInformationDoes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		joined := func(title, organisation string, list ...models.Connection) {
			newStudy(t, s, owner, models.Document{Title: title, Organisation: organisation, Connections: list})
		}
		joined("1", "RR8", models.Connection{From: "PPM+", To: "SystmOne", Direction: "two-way", Status: "live"}, models.Connection{From: "SystmOne", To: "PPM+", Direction: "one-way"})
		joined("2", "RXF", models.Connection{From: "PPM+", To: "SystmOne", Status: "live"}, models.Connection{From: "PPM+", To: "ICE", Direction: "view"})
		steps := func(q models.JoinQuery) []string {
			t.Helper()
			list, err := s.JoinSteps(t.Context(), q)
			must(t, err)
			out := []string{}
			for _, x := range list {
				out = append(out, fmt.Sprintf("%s>%s %d/%d %v", x.From, x.To, x.Organisations, x.CaseStudies, x.ViewOnly))
			}
			return out
		}
		forth, back, viewed := "ppm-plus>systmone 2/2 false", "systmone>ppm-plus 1/1 false", "ppm-plus>ice 1/1 true"
		for name, c := range map[string]struct {
			q    models.JoinQuery
			want []string
		}{
			"all":            {models.JoinQuery{}, []string{forth, viewed, back}},
			"from":           {models.JoinQuery{From: []string{"systmone"}}, []string{back}},
			"to":             {models.JoinQuery{To: []string{"systmone", "ice"}}, []string{forth, viewed}},
			"from and to":    {models.JoinQuery{From: []string{"ppm-plus"}, To: []string{"systmone"}}, []string{forth}},
			"status":         {models.JoinQuery{Status: []string{"live"}}, []string{forth, back}},
			"the first":      {models.JoinQuery{Limit: 1}, []string{forth}},
			"what is not so": {models.JoinQuery{From: []string{"ice"}}, []string{}},
		} {
			if got := steps(c.q); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, not %q", name, got, c.want)
			}
		}
	})
}

func TestWhatOrganisationsHaveInCommon(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		owner := joinedStore(t, s)
		newStudy(t, s, owner, models.Document{Title: "1", Organisation: "RR8", Connections: []models.Connection{{From: "PPM+", To: "SystmOne"}, {From: "ICE", To: "PPM+"}}})
		newStudy(t, s, owner, models.Document{Title: "2", Organisation: "RXF", Connections: []models.Connection{{From: "ICE", To: "SystmOne"}, {From: "EMIS", To: "ICE"}}})
		newStudy(t, s, owner, models.Document{Title: "3", Connections: []models.Connection{{From: "ICE", To: "SystmOne"}}})
		ours, err := s.SystemsAt(t.Context(), "RR8")
		must(t, err)
		if !slices.Equal(ours, []string{"ppm-plus", "ice", "systmone"}) {
			t.Errorf("Leeds has %q", ours)
		}
		shared, err := s.OrganisationsWith(t.Context(), ours)
		must(t, err)
		if len(shared) != 2 || !slices.Equal(shared["RXF"], []string{"ice", "systmone"}) {
			t.Errorf("others have %q", shared)
		}
		places, err := s.JoinPlaces(t.Context(), models.JoinQuery{System: []string{"ice"}})
		must(t, err)
		codes := map[string]int{}
		for _, p := range places {
			codes[p.Code] = p.CaseStudies
			if p.Code == "RXF" && (p.Kind != "Acute trust" || p.Region != "North East and Yorkshire" || p.Name != "Mid Yorkshire Teaching NHS Trust") {
				t.Errorf("a place is %+v", p)
			}
		}
		if !maps.Equal(codes, map[string]int{"RR8": 1, "RXF": 1, "": 1}) {
			t.Errorf("the places are %v", codes)
		}
		if none, err := s.SystemsAt(t.Context(), "RJ1"); err != nil || len(none) != 0 {
			t.Errorf("an organisation without connections has %q, %v", none, err)
		}
	})
}

func TestOrganisationsAreFoundByWhatPeopleType(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := s.Now()
		for _, o := range []models.Organisation{{Code: "RR8", Name: "Leeds Teaching Hospitals NHS Trust"}, {Code: "RGD", Name: "Leeds and York Partnership NHS Foundation Trust"},
			{Code: "RAX", Name: "Kingston Hospital"}, {Code: "OLD", Name: "Airedale Trust", Closed: &now}, {Code: "NEW", Name: "Airedale NHS Foundation Trust"}, {Code: "AB1", Name: "The Mall"}, {Code: "AB2", Name: "The Mall"}} {
			place(t, s, o)
		}
		for text, want := range map[string]string{"rr8": "RR8", "RAX": "RAX", "leeds teaching hospitals nhs trust": "RR8", "Leeds  Teaching": "RR8", "York Partnership": "RGD", "leeds": "", "Kingston Hospital": "RAX",
			"airedale": "NEW", "the mall": "", "NHS": "", "100%": "", "": "", "XYZ": ""} {
			got, err := s.OrganisationsCalled(t.Context(), []string{text, ""})
			if err != nil || got[text] != want {
				t.Errorf("%q is %q, not %q (%v)", text, got[text], want, err)
			}
		}
		for i := range 600 { // more than are looked through
			place(t, s, models.Organisation{Code: fmt.Sprintf("A%05d", i), Name: fmt.Sprintf("Practice Kingston Hospital %d", i)})
		}
		if got, err := s.OrganisationsCalled(t.Context(), []string{"Kingston Hospital", "Practice Kingston"}); err != nil || got["Kingston Hospital"] != "RAX" || got["Practice Kingston"] != "" {
			t.Errorf("among many they are %q, %v", got, err)
		}
	})
}
