package kits_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/words"
	"grassroots/models"
	"grassroots/templates"
)

func pounds(v int64) *int64 { return &v }

func at(v float64) *float64 { return &v }

// TestAKitOfACaseStudyUnderOtherHeadings shows the whole of it, and where some are known the headings of the rest.
func TestAKitOfACaseStudyUnderOtherHeadings(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		own := b.study(models.Document{Title: "Letters anyhow", Body: "It began in May.\n\n## A walk\n\nWe *walked*.\n\n## The talk\n\n- We talked", Authors: []models.Author{{Name: "Ann"}}})
		to := "/case-studies/" + own.Slug + "/kit"
		b.Client(t).Get(to).Want(http.StatusOK).WantText(templates.KitOwnHeadings, "It began in May.", "A walk We walked.", "The talk We talked").WantNoText(templates.KitOtherParts)
		text := b.Client(t).Get(to + ".md").Body
		if !strings.Contains(text, "### A walk\n\n> We walked.") || !strings.Contains(text, templates.KitOwnHeadings) {
			t.Errorf("the text is %s", text)
		}
		some := b.study(models.Document{Title: "Llythyrau", Body: "## Y camau\n\n1. Gofyn\n\n## Costau\n\nDim.\n\n## Y daith\n\nHir.", Authors: []models.Author{{Name: "Ann"}}})
		to = "/case-studies/" + some.Slug + "/kit"
		b.Client(t).Get(to).Want(http.StatusOK).WantText("Gofyn", "Dim.", templates.KitOtherParts, "Y daith", templates.KitNoFailed).WantNoText(templates.KitOwnHeadings, templates.KitNoCost, "Hir.")
		var kit struct {
			Cost  string
			Known bool                             `json:"headings_known"`
			Other []struct{ Heading, Text string } `json:"other_sections"`
		}
		b.Client(t).Get("/api/v1/case-studies/" + some.ID + "/kit").Want(http.StatusOK).JSON(&kit)
		if kit.Cost != "Dim." || !kit.Known || len(kit.Other) != 2 || kit.Other[1].Heading != "Y daith" || kit.Other[1].Text != "Hir." {
			t.Errorf("the API gives %+v", kit)
		}
		all := b.study(models.Document{Title: "All of it", Body: "## Governance\n\nA\n\n## Team\n\nB\n\n## Costs\n\nC\n\n## Pitfalls\n\nD\n\n## Advice\n\nE\n\n## More\n\nF", Authors: []models.Author{{Name: "Ann"}}})
		b.Client(t).Get("/case-studies/"+all.Slug+"/kit").WantNoText("Other sections", templates.KitOwnHeadings)
		// A long one is cut, and of an empty one nothing is shown.
		long := b.study(models.Document{Title: "Long", Body: "## Tale\n\n" + strings.Repeat("word ", 9_000) + "\n\n## After\n\nIt.", Authors: []models.Author{{Name: "Ann"}}})
		if n := len(b.Client(t).Get("/case-studies/" + long.Slug + "/kit").Want(http.StatusOK).Body); n > 60_000 {
			t.Errorf("the kit of a long case study has %d bytes", n)
		}
	})
}

// TestAKitHasFiguresApart has a table for each way in which figures are known, and marks what is invented.
func TestAKitHasFiguresApart(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		cs := b.study(models.Document{Title: "Letters", Body: "## Costs\n\nMuch.", Authors: []models.Author{{Name: "Ann"}}})
		b.adopt(cs, "RWY", 10, func(a *models.Adoption) {
			a.Adaptations = "Another form"
			a.Figures = models.AdoptionFigures{Money: models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{OneOff: pounds(1200), Cash: pounds(300)}, Known: models.KnownAccounts},
				Measures: []models.AdoptionMeasure{{Name: "Time to send", Unit: "minutes", Better: "lower", Baseline: at(60), Result: at(45), From: "2026-01-01", To: "2026-01-31"}, {Name: "Calls", Better: "lower", Expected: at(3)}}}
		})
		b.adopt(cs, "RCF", 30, func(a *models.Adoption) {
			a.Figures = models.AdoptionFigures{Money: models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds{Running: pounds(77), NonCash: pounds(900)}, Known: models.KnownEstimate, How: "By hand"}}
		})
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET demo = ? WHERE organisation = 'RWY'", true).Error; err != nil {
			t.Fatal(err)
		}
		to := "/case-studies/" + cs.Slug + "/kit"
		page := b.Client(t).Get(to).Want(http.StatusOK).WantText("From accounts", "Organisation RWY Invented for the demonstration Cost, once £1,200 Saved each year, cash-releasing £300", templates.KitApart,
			"Only estimated", "Organisation RCF Cost, each year £77 Saved each year, not cash £900", "By hand", "Time to send Before 60 minutes Now 45 minutes Expected Not told", "Calls", "Organisation RWY Invented for the demonstration Another form").
			WantNoText("1,500", "Organisation RCF Invented", templates.KitNoFigures)
		for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
			if !strings.Contains(id, "Letters") {
				t.Errorf("not in Welsh: %q", id)
			}
		}
		var kit struct {
			Money []struct {
				Known         string
				OneOff        *int64 `json:"one_off"`
				Demonstration bool
			}
			Measures []struct {
				Name, Known string
				Expected    *float64
			}
		}
		b.Client(t).Get("/api/v1/case-studies/" + cs.ID + "/kit").Want(http.StatusOK).JSON(&kit)
		if len(kit.Money) != 2 || len(kit.Measures) != 2 || *kit.Measures[1].Expected != 3 {
			t.Errorf("the API gives %+v", kit)
		}
		// As a text it is in the language of the reader, and what people wrote stays.
		english := b.Client(t).Get(to + ".md").Want(http.StatusOK)
		welsh := b.Client(t)
		welsh.Header.Set("Accept-Language", "cy")
		text := welsh.Get(to + ".md").Want(http.StatusOK)
		if text.Header.Get("Content-Language") != "cy" || english.Header.Get("Content-Language") != "en" || !strings.Contains(text.Header.Get("Vary"), "Accept-Language") {
			t.Errorf("it says that it is in %q and %q", text.Header.Get("Content-Language"), english.Header.Get("Content-Language"))
		}
		in := map[string]bool{}
		for l := range strings.Lines(text.Body) {
			in[l] = true
		}
		for l := range strings.Lines(english.Body) {
			ours := strings.Trim(strings.TrimSpace(l), "#- :")
			if ours == "" || !in[l] || strings.ContainsAny(l, ">]") || ours == "Ann" || strings.HasPrefix(ours, "Another") {
				continue
			}
			t.Errorf("not in Welsh: %q", l)
		}
		for _, want := range []string{": Letters", "£1,200", "> Another form", "By hand"} {
			if !strings.Contains(text.Body, want) {
				t.Errorf("the text in Welsh has no %q", want)
			}
		}
	})
}
