package spread_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/store"
)

func at(v float64) *float64 { return &v }

// phases is a series of n points about 60 and n about 30.
func phases(n int) string {
	lines := []string{"step: n1"}
	for i := range n {
		lines = append(lines, fmt.Sprintf("b%d,%d", i+1, 59+i%2*2))
	}
	for i := range n {
		lines = append(lines, fmt.Sprintf("n%d,%d", i+1, 29+i%2*2))
	}
	return strings.Join(lines, "\n")
}

// reporting makes a benefit of the case study, and adopters that report it each in its way.
func (b *bench) reporting(t *testing.T) string {
	t.Helper()
	cs := b.study
	cs.Benefits = []models.Benefit{{Measure: "Time to send a letter", Unit: "minutes", Before: at(60), After: at(45), Better: "lower", Period: "2026-01-01/2026-01-31"}}
	if err := b.Store.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		t.Fatal(err)
	}
	says := func(code string, status models.AdoptionStatus, list ...models.AdoptionMeasure) {
		b.Clock.Move(time.Hour) // they stand in the order in which they began
		b.adopt(t, models.Adoption{Organisation: code, Status: status, Figures: models.AdoptionFigures{Measures: list}}, "South East", "Acute trust")
	}
	letter := func(m models.AdoptionMeasure) models.AdoptionMeasure {
		m.Repeats, m.Name, m.Better, m.Unit = "time to send a letter", "Letters", "lower", "minutes"
		return m
	}
	calls := func(better string, before, now float64) models.AdoptionMeasure {
		return models.AdoptionMeasure{Name: "Calls", Unit: "a day", Better: better, Baseline: at(before), Result: at(now)}
	}
	says("RA1", models.AdoptionInUse, letter(models.AdoptionMeasure{Baseline: at(60), Result: at(30), FromSeries: true, Series: phases(10)}), calls("lower", 10, 8))
	says("RA2", models.AdoptionInUse, letter(models.AdoptionMeasure{Baseline: at(60), Result: at(30), FromSeries: true, Series: phases(9)}), calls("lower", 10, 10))
	says("RA3", models.AdoptionStopped, letter(models.AdoptionMeasure{Baseline: at(20), Result: at(26), Method: "We estimate it"}))
	says("RA4", models.AdoptionTrying, letter(models.AdoptionMeasure{Baseline: at(10), Result: at(45)}))
	says("RA5", models.AdoptionInUse, letter(models.AdoptionMeasure{Baseline: at(0), Result: at(4)}))
	says("RA6", models.AdoptionStopped, letter(models.AdoptionMeasure{Expected: at(4)}), calls("higher", 1, 2))
	says("RA7", models.AdoptionPlanning)
	return "/case-studies/" + b.study.Slug + "/spread"
}

func TestResultsOverSites(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.adopt(t, models.Adoption{Organisation: "RA0", Status: models.AdoptionTrying, Figures: models.AdoptionFigures{Measures: []models.AdoptionMeasure{{Name: "Alone", Better: "lower", Baseline: at(2), Result: at(1)}}}}, "", "Acute trust")
		c := b.As(t, b.owner) // whom no page that was kept is shown
		c.Get("/case-studies/"+b.study.Slug+"/spread").Want(http.StatusOK).WantText("No measure has a value before and now from two places yet, so there is nothing to set side by side.").WantNoText("Alone", "by region")
		p := c.Get(b.reporting(t)).Want(http.StatusOK)
		p.WantText("Lower is better: better to the left of the line at 0%, worse to the right.", "No average over the sites is worked out",
			"The case study itself By now Before 60 minutes Now 45 minutes Change 25% lower than before, which is better 95% interval None: one value before and one now How well known Measured",
			"Trust RA1 By now In use Before 60 minutes Now 30 minutes Change 50% lower than before, which is better 95% interval −51.2%, −48.8% How well known Measured",
			"Trust RA2 By now In use Before 60 minutes Now 30 minutes Change 50% lower than before, which is better 95% interval None: fewer than 10 points before or after",
			"Trust RA3 By now Stopped Before 20 minutes Now 26 minutes Change 30% higher than before, which is worse 95% interval None: one value before and one now How well known Only estimated",
			"Trust RA4 By now Trying it Before 10 minutes Now 45 minutes Change 350% higher than before, which is worse 95% interval None: one value before and one now How well known Claimed",
			"Trust RA5 By now In use Before 0 minutes Now 4 minutes Change Not in per cent",
			"Nothing reported for this measure by those that tried it at: Trust RA0 Trying it Trust RA6 Stopped",
			"Trust RA2 By now In use Before 10 a day Now 10 a day Change The same as before").WantNoText("Alone", "100% higher")
		plots := regexp.MustCompile(`(?s)<svg class="gr-voices__chart"[^>]*aria-labelledby="name-forest-.*?</svg>`).FindAllString(p.Body, -1)
		if len(plots) != 2 {
			t.Fatalf("%d plots, want that of letters and that of calls", len(plots))
		}
		// The axis is from −100 to 200 per cent of 276 units; each row has a point but that beyond the edge, which is an arrow.
		for text, want := range map[string]int{
			">Trust RA": 8, "The case study itself": 1, "Trust RA5": 0, "+200%": 1, // each in its title too
			`M66.9 71.0H69.1M66.9 61.0v20M69.1 61.0v20" fill="none" stroke="#212b32"`: 1, // the interval of the one with enough points: narrower than the point, and its ends reach beyond that
			`M64.0 67.0h8v8h-8Z`:        1, // that point
			`d="M310 197.0l-10 -6v12Z"`: 1, // the arrow, in the fifth row
			`d="M87.0 25.0h8v8h-8Z"`:    1, // 25% lower, measured
			`d="M141.6 150.0l5 5l-5 5`:  1, // 30% higher, estimated
		} {
			if n := strings.Count(plots[0], text); n != want {
				t.Errorf("%q is there %d times, want %d, in %s", text, n, want, plots[0])
			}
		}
		if !strings.Contains(p.Body, "Organisations that adopt this, by region") {
			t.Error("no map of the regions")
		}
		get := func() { c.Get(p.Path).Want(http.StatusOK) }
		get()
		before := len(b.Statements(get))
		b.adopt(t, models.Adoption{Organisation: "RA8", Status: models.AdoptionInUse, Figures: models.AdoptionFigures{Measures: []models.AdoptionMeasure{{Name: "Calls", Unit: "a day", Better: "lower", Baseline: at(4), Result: at(2)}}}}, "London", "Acute trust")
		if after := len(b.Statements(get)); after != before {
			t.Errorf("%d statements, with a report more %d", before, after)
		}
	})
}

func TestResultsOverSitesAreInWelsh(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		path := b.reporting(t)
		page := b.Client(t).Get(path).Want(http.StatusOK)
		for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
			if id != words.ID("Letters in minutes") && id != words.ID("Time to send a letter") {
				t.Errorf("not in Welsh: %q", id)
			}
		}
		said := string(book.HTML(models.Welsh, []byte(page.Body)))
		for _, want := range []string{"Mae is yn well: gwell i’r chwith o’r llinell ar 0%", ">Yr astudiaeth achos ei hun</text>", ">De-ddwyrain Lloegr</div>", "30% yn uwch na chynt, sy’n waeth"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not there", want)
			}
		}
	})
}

// TestWhatIsInventedIsMarkedAsSuch wherever the page of the spread names it.
func TestWhatIsInventedIsMarkedAsSuch(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		path := b.reporting(t)
		b.As(t, b.owner).Get(path).Want(http.StatusOK).WantNoText("Invented")
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET demo = ?, adaptations = 'Another form' WHERE organisation IN ('RA1', 'RA6')", true).Error; err != nil {
			t.Fatal(err)
		}
		b.Site.ContentChanged()
		p := b.As(t, b.owner).Get(path).Want(http.StatusOK)
		p.WantText("Trust RA1 Invented for the demonstration By now In use Before 60 minutes", "Trust RA1 Invented for the demonstration Began to try or use it", "Trust RA6 Stopped Invented for the demonstration").
			WantNoText("Trust RA2 Invented for")
		if n := strings.Count(p.Body, ">Invented</text>"); n != 2 { // two measures of the one; nobody else reports what the other does
			t.Errorf("%d rows of the plots say that they are invented", n)
		}
	})
}
