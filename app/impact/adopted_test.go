package impact_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/words"
	"grassroots/models"
)

// figures has an adoption say something in figures.
func (b *bench) figures(a *models.Adoption, f models.AdoptionFigures) {
	b.t.Helper()
	a.Figures = f
	if err := b.Store.ChangeAdoption(b.t.Context(), a, b.other.ID); err != nil {
		b.t.Fatal(err)
	}
}

// TestWhatAdoptionsMeasuredStandsApart: what is measured, claimed and estimated is added within
// each alone, never to what case studies say of themselves, and cash never to what is none.
func TestWhatAdoptionsMeasuredStandsApart(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		cs := b.post(models.StageInUse, hours(5000, 0, nil))
		adopt := func(organisation string, status models.AdoptionStatus) models.Adoption {
			b.Clock.Move(day) // so that they are in this order
			return b.adopt(cs, organisation, status)
		}
		one, two, three := adopt("RX1", models.AdoptionInUse), adopt("RWY", models.AdoptionTrying), adopt("RYR", models.AdoptionStopped)
		b.Clock.Move(day)
		sample, pounds := 40, func(v int64) *int64 { return &v }
		time := func(before, after, expected float64) models.AdoptionMeasure {
			return models.AdoptionMeasure{Name: "Time on letters", Unit: "hours a week", Better: "lower", Baseline: &before, Result: &after, Expected: &expected}
		}
		measured := time(100, 25, 62.5)
		measured.Sample, measured.Method = &sample, "Audit"
		only := models.AdoptionMeasure{Name: "Time on calls", Unit: "hours a week", Better: "lower", Baseline: num(700), Expected: num(100)}
		b.figures(&one, models.AdoptionFigures{Measures: []models.AdoptionMeasure{measured, only}, Money: models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{Cash: pounds(1000), NonCash: pounds(20000)}, Expected: models.AdoptionPounds{Cash: pounds(1234), Running: pounds(5)}, Known: models.KnownAccounts}})
		b.figures(&two, models.AdoptionFigures{Measures: []models.AdoptionMeasure{time(10, 7, 5)}, Money: models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{Cash: pounds(300), OneOff: pounds(50)}, Known: models.KnownEstimate}})
		b.figures(&three, models.AdoptionFigures{Measures: []models.AdoptionMeasure{time(9000, 0, 1)}, Money: models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{Cash: pounds(777)}, Known: models.KnownAccounts}})
		page := b.Client(t).Get("/impact").Want(http.StatusOK).WantText("Hours released a week Measured 75 Claimed 3 Only estimated 600", "The same in full-time equivalents of 37.5 hours Measured 2 Claimed 0.08 Only estimated 16",
			"Hours released a week Measured None said Claimed 5,000", "Not as good as expected Measured 0 Claimed 1", "As good as expected, or better Measured 1 Claimed 0", "Hours expected a week Measured 37.5 Claimed 5",
			"Saved each year, cash-releasing From accounts £1,000 Claimed None said Only estimated £300", "Saved each year, not cash From accounts £20,000", "Cash-releasing saving expected, each year From accounts £1,234 Claimed None said Only estimated None said", "Saved each year, cash-releasing From accounts £1,000 Claimed None said Only estimated None said", "1 measure is of adoptions that are not tried or used by now", "Time on letters How well known Claimed Before 9,000 hours a week Now 0 hours a week Expected 1 hours a week Organisation Sussex By now Stopped").WantNoText("Cost expected, each year")
		board := b.Client(t).Get("/organisations/RX1/impact").Want(http.StatusOK).WantText("In figures, of what is adopted here", "Hours released a week Measured 75 Claimed None said Only estimated 600")
		b.Client(t).Get("/organisations/RR8/impact").WantText("What other organisations say that took them up", "Hours released a week Measured 75 Claimed 3")
		var got struct {
			Adopted map[string]struct {
				Measures int
				Hours    *float64 `json:"hours_released_a_week"`
				Money    struct {
					Cash, NonCash *int64
					Against       map[string]struct {
						Adoptions        int
						Expected, Actual *int64
					} `json:"expected_beside_actual"`
				}
			} `json:"adoption_benefits"`
		}
		b.Client(t).Get("/api/v1/impact").Want(http.StatusOK).JSON(&got)
		if a := got.Adopted; a["measured"].Measures != 1 || *a["measured"].Hours != 75 || *a["claimed"].Hours != 3 || a["claimed"].Measures != 2 || *a["estimated"].Hours != 600 || *a["measured"].Money.Cash != 1000 {
			t.Errorf("%+v", a)
		}
		if against := got.Adopted["measured"].Money.Against; against["cash"].Adoptions != 1 || *against["cash"].Expected != 1234 || *against["cash"].Actual != 1000 || against["running"].Adoptions != 0 || against["running"].Expected != nil {
			t.Errorf("%+v", against)
		}
		for _, path := range []string{"/impact", "/impact.csv", "/api/v1/impact", "/organisations/RR8/impact", "/organisations/RX1/impact", "/organisations/RX1/impact.csv"} {
			body := strings.ReplaceAll(b.Client(t).Get(path).Want(http.StatusOK).Body, ",", "")
			for _, sum := range []string{"78", "678", "675", "603", "5075", "5003", "5600", "9075", "21000", "1300", "1777", "20050"} {
				for _, edge := range []string{">" + sum + "<", "\"" + sum + "\"", ":" + sum + "}", "£" + sum} {
					if strings.Contains(body, edge) {
						t.Errorf("%s has the sum %s", path, sum)
					}
				}
			}
		}
		table := b.Client(t).Get("/impact/data/adoption-measures.csv").Want(http.StatusOK).Table()
		if len(table) != 4 || table[0]["measure"] != "Time on letters" || table[0]["known"] != "measured" || table[0]["hours_released_a_week"] != "75" || table[1]["after"] != "" || table[3]["status"] != "stopped" {
			t.Errorf("%v", table)
		}
		if money := b.Client(t).Get("/impact/data/adoption-money.csv").Want(http.StatusOK).Table(); len(money) != 3 || money[0]["cash"] != "1000" || money[0]["non_cash"] != "20000" || money[0]["cash_expected"] != "1234" || money[0]["running_expected"] != "5" {
			t.Errorf("%v", money)
		}
		if lines := b.Client(t).Get("/organisations/RX1/impact.csv").Want(http.StatusOK).Body; !strings.Contains(lines, "here-adoption-benefits") {
			t.Error(lines)
		}
		theirs := map[string]bool{}
		for _, name := range []string{"Study 1", "Time on letters", "Time on calls", "Leeds", "Nottingham", "Airedale", "Sussex"} {
			theirs[words.ID(name)] = true
		}
		for _, body := range []string{page.Body, board.Body, b.Client(t).Get("/impact/data").Body} {
			for _, id := range book.Missing(models.Welsh, []byte(body)) {
				if !theirs[id] {
					t.Errorf("not in Welsh: %q", id)
				}
			}
		}
	})
}
