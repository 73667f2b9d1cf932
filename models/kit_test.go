package models

import (
	"testing"
	"time"
)

func TestDaysToUse(t *testing.T) {
	t.Parallel()
	at := func(day string) time.Time {
		when, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	step := func(s AdoptionStatus, day string) AdoptionStep { return AdoptionStep{Status: s, At: at(day)} }
	for _, c := range []struct {
		name  string
		a     Adoption
		days  int
		known bool
	}{
		{"as it was said", Adoption{Steps: []AdoptionStep{step(AdoptionInterested, "2026-01-01"), step(AdoptionTrying, "2026-01-20"), step(AdoptionInUse, "2026-02-01")}}, 31, true},
		{"by the day that they gave", Adoption{InUse: "2026-01-11", Steps: []AdoptionStep{step(AdoptionPlanning, "2026-01-01"), step(AdoptionInUse, "2026-02-01")}}, 10, true},
		{"stopped since", Adoption{InUse: "2026-01-11", Steps: []AdoptionStep{step(AdoptionPlanning, "2026-01-01"), step(AdoptionInUse, "2026-02-01"), step(AdoptionStopped, "2026-03-01")}}, 10, true},
		{"in use before it was written down", Adoption{InUse: "2025-01-11", Steps: []AdoptionStep{step(AdoptionInterested, "2026-01-01"), step(AdoptionInUse, "2026-02-01")}}, 0, false},
		{"written down afterwards", Adoption{InUse: "2026-01-11", Steps: []AdoptionStep{step(AdoptionInUse, "2026-02-01")}}, 0, false},
		{"not yet", Adoption{Steps: []AdoptionStep{step(AdoptionInterested, "2026-01-01")}}, 0, false},
		{"nothing", Adoption{}, 0, false},
	} {
		if days, known := c.a.DaysToUse(); days != c.days || known != c.known {
			t.Errorf("%s: %d %v", c.name, days, known)
		}
	}
}
