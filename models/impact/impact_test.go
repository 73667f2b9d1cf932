package impact_test

import (
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/impact"
)

func num(v float64) *float64 { return &v }

func TestHowWellABenefitIsKnown(t *testing.T) {
	t.Parallel()
	n := 412
	none := 0
	for name, one := range map[string]struct {
		b    models.Benefit
		want impact.Kind
	}{
		"before, after, sample and method": {models.Benefit{Measure: "m", Before: num(2), After: num(1), Sample: &n, Method: "audit"}, impact.Measured},
		"before, after and period":         {models.Benefit{Measure: "m", Before: num(2), After: num(1), Period: "2025-01-01/2025-03-31"}, impact.Measured},
		"a sample without a method":        {models.Benefit{Measure: "m", Before: num(2), After: num(1), Sample: &n}, impact.Claimed},
		"a sample of nobody":               {models.Benefit{Measure: "m", Before: num(2), After: num(1), Sample: &none, Method: "audit"}, impact.Claimed},
		"only after":                       {models.Benefit{Measure: "m", After: num(1), Sample: &n, Method: "audit", Period: "2025-01-01/2025-03-31"}, impact.Claimed},
		"before and after alone":           {models.Benefit{Measure: "m", Before: num(2), After: num(1)}, impact.Claimed},
		"nothing after":                    {models.Benefit{Measure: "m", Before: num(2), Sample: &n, Method: "audit", Period: "2025-01-01/2025-03-31"}, impact.Estimated},
		"an estimate that says so":         {models.Benefit{Measure: "m", Before: num(2), After: num(1), Sample: &n, Method: "pilot estimate", Period: "2025-01-01/2025-03-31"}, impact.Estimated},
		"expected savings":                 {models.Benefit{Measure: "Expected hours saved", Before: num(2), After: num(1), Period: "2025-01-01/2025-03-31"}, impact.Estimated},
		"a project is no projection":       {models.Benefit{Measure: "Letters of the project", Before: num(2), After: num(1), Period: "2025-01-01/2025-03-31"}, impact.Measured},
	} {
		if got := impact.KindOf(one.b); got != one.want {
			t.Errorf("%s: %s, not %s", name, got, one.want)
		}
	}
}

func TestHoursAreAddedOnlyWhereTheyAreHours(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		b    models.Benefit
		want float64
		ok   bool
	}{
		{models.Benefit{Unit: "hours a week", Better: "lower", Before: num(10), After: num(4)}, 6, true},
		{models.Benefit{Unit: "Hours per week", Better: "lower", Before: num(4), After: num(10)}, -6, true}, // it became worse
		{models.Benefit{Unit: "hours/day", Better: "lower", Before: num(2), After: num(1)}, 5, true},
		{models.Benefit{Unit: "hrs per month", Better: "lower", Before: num(52), After: num(0)}, 12, true},
		{models.Benefit{Unit: "hours a year", Measure: "Time saved", Better: "higher", After: num(104)}, 2, true},
		{models.Benefit{Unit: "hours a week", Measure: "Opening times", Better: "higher", Before: num(10), After: num(20)}, 0, false},
		{models.Benefit{Unit: "hours a week", Before: num(10), After: num(20)}, 0, false}, // which is better?
		{models.Benefit{Unit: "hours a week", Better: "lower", After: num(20)}, 0, false},
		{models.Benefit{Unit: "hours a week", Better: "lower", Before: num(20)}, 0, false},
		{models.Benefit{Unit: "hours", Better: "lower", Before: num(10), After: num(4)}, 0, false},
		{models.Benefit{Unit: "minutes a week", Better: "lower", Before: num(10), After: num(4)}, 0, false},
		{models.Benefit{Unit: "hours a patient", Better: "lower", Before: num(10), After: num(4)}, 0, false},
		{models.Benefit{Unit: "hours per patient per week", Better: "lower", Before: num(10), After: num(4)}, 0, false},
	} {
		if got, ok := impact.HoursReleased(one.b); ok != one.ok || got-one.want > 1e-9 || one.want-got > 1e-9 {
			t.Errorf("%+v: %v %v", one.b, got, ok)
		}
	}
}

// The remission times of the 21 patients given 6-mercaptopurine of Freireich and others
// (1963), of which the median by Kaplan and Meier is 23 weeks in every textbook.
func TestTheMedianIsThatOfKaplanAndMeier(t *testing.T) {
	t.Parallel()
	var waits []impact.Wait
	add := func(came bool, weeks ...int) {
		for _, w := range weeks {
			waits = append(waits, impact.Wait{For: time.Duration(w), Came: came})
		}
	}
	add(false, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
	add(true, 6, 6, 6, 7, 10, 13, 16, 22, 23)
	s := impact.SurvivalOf(waits)
	if s.N != 21 || s.Came != 9 || !s.Known || s.Median != 23 {
		t.Errorf("%+v", s)
	}
	if s := impact.SurvivalOf([]impact.Wait{{1, true}, {2, false}, {3, false}}); s.Known || s.Came != 1 {
		t.Errorf("%+v: it has come for one of three", s)
	}
	if s := impact.SurvivalOf(nil); s.N != 0 || s.Known {
		t.Errorf("%+v", s)
	}
}

// A day of London begins an hour earlier in summer.
func TestDaysAreThoseOfLondon(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-07-01": "2026-06-30T23:00:00Z", "2026-01-01": "2026-01-01T00:00:00Z", "2026-03-30": "2026-03-29T23:00:00Z"} {
		if got, err := impact.Day("from", day, zone); err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%s begins at %s, %v", day, got.UTC(), err)
		}
	}
	for _, bad := range []string{"yesterday", "2026-02-30", "0001-01-01", "9999-01-01", "2026-1-1"} {
		if _, err := impact.Day("from", bad, zone); models.KindOf(err) != models.BadRequest {
			t.Errorf("%s: %v", bad, err)
		}
	}
	// One that was recorded at half past midnight in June is of July nowhere.
	study := &impact.Study{ID: "a", PublishedAt: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	at := time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC) // 1 July in London
	f := impact.Facts{Studies: []*impact.Study{study}, Adoptions: []*impact.Adoption{{Study: study, Organisation: "RR8", CreatedAt: at, Steps: []impact.Step{{models.AdoptionTrying, at}}}}}
	months := f.Count(impact.Query{Until: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)}, zone).Months
	if len(months) != 2 || months[0].Recorded != 1 || months[0].From.Month() != time.July || months[1].From.Month() != time.August {
		t.Errorf("%+v", months)
	}
}
