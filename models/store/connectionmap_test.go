package store_test

import (
	"slices"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func TestJoinRecordsAreTheConnections(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if list, more, err := s.JoinRecords(t.Context()); err != nil || more || len(list) > 0 {
			t.Errorf("without connections there are %v, more %v, %v", list, more, err)
		}
		owner := joinedStore(t, s)
		place(t, s, models.Organisation{Code: "RJ1", Name: "Guy's and St Thomas' NHS Foundation Trust", Region: "London"})
		newStudy(t, s, owner, models.Document{Title: "Letters", Organisation: "RR8", Connections: []models.Connection{
			{From: "PPM+", To: "TPP", Standard: "hl7-v2", Direction: "one-way", Status: "live"}, {From: "TPP", To: "PPM+", Standard: "hl7-v2", Status: "trial"}}})
		newStudy(t, s, owner, models.Document{Title: "Results", Organisation: "RJ1", Connections: []models.Connection{{From: "ICE", To: "TPP", Standard: "hl7-fhir-r4", Status: "live"}, {From: "ICE", To: "ICE"}}})
		newStudy(t, s, owner, models.Document{Title: "Nowhere", Organisation: "Z99", Connections: []models.Connection{{From: "PPM+", To: "ICE", Status: "stopped"}}})
		records, more, err := s.JoinRecords(t.Context())
		must(t, err)
		if more || len(records) != 5 {
			t.Fatalf("%d records, more %v", len(records), more)
		}
		studies := []string{}
		for _, r := range records {
			studies = append(studies, r.CaseStudyID)
		}
		if len(slices.Compact(studies)) != 3 {
			t.Errorf("the records of a case study do not stand together: %q", studies)
		}
		// What is counted in memory is what the database finds.
		for _, q := range []models.JoinQuery{{}, {System: []string{"ice"}}, {System: []string{"ppm-plus", "ice"}, Status: []string{"live"}}, {Standard: []string{"hl7-v2", "unknown"}},
			{Status: []string{"live", "stopped"}}, {Region: []string{"London"}}, {Organisation: []string{"RR8", "RJ1"}, Standard: []string{"hl7-v2"}}, {Organisation: []string{"RXF"}}} {
			var want, got []string
			for _, j := range joins(t, s, q) {
				want = append(want, j.CaseStudyID+j.From+j.To+j.Standard+j.Direction+j.Status+j.Organisation+j.Region)
			}
			for _, r := range records {
				if n, _ := q.Misses(r); n == 0 {
					got = append(got, r.CaseStudyID+r.From+r.To+r.Standard+r.Direction+r.Status+r.Organisation+r.Region)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%+v counts %q, and finds %q", q, got, want)
			}
		}
		names, err := s.JoinOrganisations(t.Context())
		if err != nil || len(names) != 2 || names["RR8"] != "Leeds Teaching Hospitals NHS Trust" {
			t.Errorf("the organisations are %q, %v", names, err)
		}
	})
}

func TestWhichFilterMisses(t *testing.T) {
	t.Parallel()
	r := models.JoinRecord{From: "a", To: "b", Standard: "s", Status: "live", Region: "London", Organisation: "RJ1"}
	for _, c := range []struct {
		q     models.JoinQuery
		n     int
		field string
	}{
		{models.JoinQuery{}, 0, ""}, {models.JoinQuery{System: []string{"b"}}, 0, ""}, {models.JoinQuery{System: []string{"c"}}, 1, "system"},
		{models.JoinQuery{Standard: []string{"t"}, Status: []string{"live"}}, 1, "standard"}, {models.JoinQuery{Region: []string{"Wales"}, Organisation: []string{"RR8"}}, 2, "organisation"},
	} {
		if n, field := c.q.Misses(r); n != c.n || field != c.field {
			t.Errorf("%+v: %d, %q", c.q, n, field)
		}
	}
}
