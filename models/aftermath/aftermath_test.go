package aftermath_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
)

// Whatever is shown, no group of people that can be made of the shown numbers of regions
// and organisations, by adding and taking away, is of 1 to 4 people; and no shown number of
// any table is, nor what is left over.
func TestNoGroupOfFewCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		var people []aftermath.Member
		for range random.IntN(80) {
			org := random.IntN(1 + random.IntN(14))
			m := aftermath.Member{Organisation: fmt.Sprintf("O%02d", org), Region: fmt.Sprintf("R%d", org%4), StaffGroup: fmt.Sprintf("S%d", random.IntN(1+random.IntN(5)))}
			if org == 5 { // of which the region is not known
				m.Region = ""
			}
			switch random.IntN(12) {
			case 0:
				m.Organisation, m.Region = "", ""
			case 1:
				m.StaffGroup = ""
			}
			people = append(people, m)
		}
		c := aftermath.Count(people)
		if c.Total != 0 && c.Total != len(people) || c.Total == 0 && len(people) >= aftermath.Least {
			t.Fatalf("round %d: total %d of %d", round, c.Total, len(people))
		}
		// The atoms are who have the same region and organisation among those shown: every
		// group that can be made is of some of them.
		atoms, groups := map[string]int{}, map[string]int{}
		for _, m := range people {
			key := ""
			if c.Regions[m.Region] > 0 {
				key = m.Region
			}
			key += "/"
			if c.Organisations[m.Organisation] > 0 {
				key += m.Organisation
			}
			atoms[key]++
			if c.StaffGroups[m.StaffGroup] > 0 {
				groups[m.StaffGroup]++
			} else {
				groups[""]++
			}
		}
		if c.Total == 0 {
			if len(c.Regions)+len(c.Organisations)+len(c.StaffGroups) > 0 {
				t.Fatalf("round %d: few are shown: %+v", round, c)
			}
			continue
		}
		for _, of := range []map[string]int{atoms, groups} {
			for key, n := range of {
				if n < aftermath.Least {
					t.Fatalf("round %d: %q is %d people, of %+v", round, key, n, c)
				}
			}
		}
		for _, table := range []map[string]int{c.Regions, c.Organisations, c.StaffGroups} {
			if rest := c.Rest(table); rest < 0 || rest > 0 && rest < aftermath.Least {
				t.Fatalf("round %d: %d are left of %+v", round, rest, table)
			}
		}
	}
}

func TestTheSmallestOfTheShownGoesWhereFewAreLeft(t *testing.T) {
	t.Parallel()
	var people []aftermath.Member
	for org, n := range map[string]int{"A": 9, "B": 6, "C": 2} {
		for range n {
			people = append(people, aftermath.Member{Organisation: org, Region: "North"})
		}
	}
	c := aftermath.Count(people)
	if c.Organisations["A"] != 9 || c.Organisations["B"] != 0 || c.Regions["North"] != 17 || c.Rest(c.Organisations) != 8 {
		t.Errorf("%+v", c)
	}
}

func london(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// The days are those of London, on both of which clocks change too.
func TestDaysAreThoseOfLondon(t *testing.T) {
	t.Parallel()
	zone := london(t)
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, one := range []struct{ from, until, first, second string }{
		{"2026-03-28T12:00:00Z", "2026-03-31T12:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"}, // 23 hours
		{"2026-10-24T12:00:00Z", "2026-10-27T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z"}, // 25 hours
	} {
		first, second := at(one.first), at(one.second)
		m := aftermath.Moments{Entries: []time.Time{first.Add(-time.Second), first, second.Add(-time.Second), second, at(one.until)}, Comments: []time.Time{at(one.from).Add(-time.Second)},
			Views: []aftermath.DayCount{{Day: first.In(zone).Format(time.DateOnly), N: 7}}}
		s := m.Over(at(one.from), at(one.until), zone)
		if s.Weekly || len(s.Spans) != 4 || !s.Spans[1].From.Equal(first) || !s.Spans[1].To.Equal(second) || s.Spans[1].Entries != 2 || s.Spans[0].Entries != 1 || s.Spans[2].Entries != 1 || s.Spans[1].Views != 7 {
			t.Errorf("%+v", s)
		}
		if sums := s.Sums(); sums.Entries != 4 || sums.Comments != 0 {
			t.Errorf("%+v: what came before or at the end counts not", sums)
		}
	}
	m := aftermath.Moments{}
	s := m.Over(at("2026-03-04T12:00:00Z"), at("2026-05-04T12:00:00Z"), zone)
	if !s.Weekly || s.Spans[0].From.Format(time.RFC3339) != "2026-03-02T00:00:00Z" || s.Spans[4].From.Format(time.RFC3339) != "2026-03-30T00:00:00+01:00" {
		t.Errorf("%+v", s.Spans)
	}
	if none := m.Over(at("2026-05-04T12:00:00Z"), at("2026-05-04T12:00:00Z"), zone); len(none.Spans) != 0 {
		t.Error("nothing has begun")
	}
}

func TestScoresOfACriterion(t *testing.T) {
	t.Parallel()
	now := time.Now()
	cards := make([]judging.Card, 0, 5)
	for _, n := range []int{1, 2, 2, 5} {
		cards = append(cards, judging.Card{Scores: map[string]int{"a": n}, SubmittedAt: &now})
	}
	cards = append(cards, judging.Card{Scores: map[string]int{"a": 4}}) // does not count
	// Quartiles as numpy.percentile([1, 2, 2, 5], [25, 50, 75]) gives them.
	s := aftermath.SpreadOf(cards, []models.Criterion{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}})
	if s[0].N != 4 || s[0].Counts != [5]int{1, 2, 0, 0, 1} || s[0].Mean != 2.5 || s[0].Lower != 1.75 || s[0].Median != 2 || s[0].High != 2.75 || s[1].N != 0 {
		t.Errorf("%+v", s)
	}
}

// What is due on a day that a month does not have is due on its last, at the same time by
// the clock in London, in winter and in summer.
func TestWhenItIsAsked(t *testing.T) {
	t.Parallel()
	zone := london(t)
	for _, one := range []struct {
		results string
		months  int
		want    string
	}{
		{"2026-08-31T12:00:00+01:00", 6, "2027-02-28T12:00:00Z"},
		{"2027-08-31T12:00:00+01:00", 6, "2028-02-29T12:00:00Z"},
		{"2026-11-30T09:00:00Z", 3, "2027-02-28T09:00:00Z"},
		{"2026-01-15T09:00:00Z", 3, "2026-04-15T09:00:00+01:00"},
		{"2026-07-31T23:30:00Z", 3, "2026-11-01T00:30:00Z"}, // it is August in London
		{"2024-02-29T12:00:00Z", 12, "2025-02-28T12:00:00Z"},
		{"2025-12-29T01:30:00Z", 3, "2026-03-29T02:30:00+01:00"}, // the hour that is never shown
	} {
		results, err := time.Parse(time.RFC3339, one.results)
		if err != nil {
			t.Fatal(err)
		}
		if got := aftermath.Due(results, one.months, zone).Format(time.RFC3339); got != one.want {
			t.Errorf("%s and %d months: %s, want %s", one.results, one.months, got, one.want)
		}
	}
	results := time.Date(2026, 8, 31, 11, 0, 0, 0, time.UTC)
	due := time.Date(2027, 2, 28, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]int{due.Add(-time.Second): 0, due: 1, due.Add(aftermath.AskedWithin - time.Second): 1, due.Add(aftermath.AskedWithin): 0} {
		if got := aftermath.DueMonths(results, at, zone); len(got) != want {
			t.Errorf("at %s: %v", at, got)
		}
	}
}

func TestTheLastAnswerCounts(t *testing.T) {
	t.Parallel()
	got := aftermath.Latest([]aftermath.FollowUp{{CaseStudyID: "a", Months: 3, Answer: aftermath.StillUsed}, {CaseStudyID: "a", Months: 6, Answer: aftermath.Stopped}, {CaseStudyID: "a", Months: 12}, {CaseStudyID: "b", Months: 3}, {CaseStudyID: "b", Months: 6}})
	if got["a"].Answer != aftermath.Stopped || got["b"].Months != 6 {
		t.Errorf("%+v", got)
	}
}
