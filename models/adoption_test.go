package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAdoptionValidate(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		in    Adoption
		wrong []string // fields
		want  Adoption
	}{
		{name: "nothing", wrong: []string{"organisation", "status"}},
		{name: "interested", in: Adoption{Organisation: "RR8", Status: AdoptionInterested}, want: Adoption{Organisation: "RR8", Status: AdoptionInterested}},
		{name: "trying since today", in: Adoption{Organisation: "RR8", Status: AdoptionTrying}, want: Adoption{Organisation: "RR8", Status: AdoptionTrying, Started: "2026-03-04"}},
		{name: "in use", in: Adoption{Organisation: "RR8", Status: AdoptionInUse, Started: "2025-01-01"}, want: Adoption{Organisation: "RR8", Status: AdoptionInUse, Started: "2025-01-01", InUse: "2026-03-04"}},
		{name: "stopped without a reason", in: Adoption{Organisation: "RR8", Status: AdoptionStopped, Reason: "  "}, wrong: []string{"reason"}},
		{name: "stopped", in: Adoption{Organisation: "RR8", Status: AdoptionStopped, Reason: " Too dear "}, want: Adoption{Organisation: "RR8", Status: AdoptionStopped, Stopped: "2026-03-04", Reason: "Too dear"}},
		{name: "begun again", in: Adoption{Organisation: "RR8", Status: AdoptionTrying, Started: "2025-01-01", Stopped: "2026-01-01", Reason: "Too dear"},
			want: Adoption{Organisation: "RR8", Status: AdoptionTrying, Started: "2025-01-01"}},
		{name: "days", in: Adoption{Organisation: "RR8", Status: AdoptionStopped, Started: "next week", InUse: "2026-03-09", Stopped: "2026-02-30", Reason: "x"}, wrong: []string{"started", "in_use", "stopped"}},
		{name: "days out of order", in: Adoption{Organisation: "RR8", Status: AdoptionStopped, Started: "2026-01-02", InUse: "2026-01-01", Stopped: "2026-01-03", Reason: "x"}, wrong: []string{"in_use"}},
		{name: "long", in: Adoption{Organisation: "RR8", Status: AdoptionInUse, Result: strings.Repeat("x", MaxAdoptionText+1), Sites: strings.Repeat("x", MaxAdoptionSites+1)}, wrong: []string{"sites", "result"}},
	} {
		got := c.in
		err := got.Validate(now)
		var wrong []string
		for _, f := range Fields(err) {
			wrong = append(wrong, f.Field)
		}
		if !slices.Equal(wrong, c.wrong) {
			t.Errorf("%s: %v, want %v", c.name, err, c.wrong)
		}
		if got.Steps = nil; err == nil && (got.Started != c.want.Started || got.InUse != c.want.InUse || got.Stopped != c.want.Stopped || got.Reason != c.want.Reason || got.Status != c.want.Status) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWhoMayAdopt(t *testing.T) {
	owner := Person{ID: "o", Organisation: "RR8"}
	moved := Person{ID: "o", Organisation: "RWY"}
	lead := &Person{ID: "l", Grants: []Grant{{Role: RoleLead, Organisation: "RR8"}}}
	moderator := &Person{ID: "m", Grants: []Grant{{Role: RoleModerator}}}
	admin := &Person{ID: "d", Grants: []Grant{{Role: RoleAdmin}}}
	thinks := &Adoption{Organisation: "RR8", OwnerID: "o", Owner: owner, Status: AdoptionPlanning}
	tries := &Adoption{Organisation: "RR8", OwnerID: "o", Owner: owner, Status: AdoptionTrying}
	elsewhere := &Adoption{Organisation: "RR8", Site: "https://elsewhere.nhs.uk", Status: AdoptionPlanning}
	for _, c := range []struct {
		name        string
		who         *Person
		say, change bool
		removes     []bool // what is planned, and what is tried
	}{
		{"nobody", nil, false, false, []bool{false, false}},
		{"the owner", &owner, true, true, []bool{true, false}},
		{"a colleague", &Person{ID: "c", Organisation: "RR8"}, true, false, []bool{false, false}},
		{"somebody elsewhere", &Person{ID: "e", Organisation: "RWY"}, false, false, []bool{false, false}},
		{"a lead", lead, true, true, []bool{true, false}},
		{"a moderator", moderator, false, false, []bool{false, false}},
		{"an admin", admin, true, true, []bool{true, false}},
	} {
		if got := c.who.May(SayInterest, Subject{Organisation: "RR8"}); got != c.say {
			t.Errorf("%s says interest: %v", c.name, got)
		}
		if got := c.who.May(RunAdoption, tries.Subject()); got != c.change {
			t.Errorf("%s changes: %v", c.name, got)
		}
		if got := []bool{thinks.MayRemove(c.who), tries.MayRemove(c.who)}; !slices.Equal(got, c.removes) {
			t.Errorf("%s removes: %v", c.name, got)
		}
		if elsewhere.MayRemove(c.who) {
			t.Errorf("%s removes what is of another instance", c.name)
		}
	}
	left := &Adoption{Organisation: "RR8", OwnerID: "o", Owner: moved, Status: AdoptionTrying}
	if moved.May(RunAdoption, left.Subject()) {
		t.Error("who has left the organisation still speaks for it")
	}
}
