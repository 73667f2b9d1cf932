package kits_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/kits"
	"grassroots/app/web"
	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

type bench struct {
	*apptest.App
	t     *testing.T
	owner models.Person
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	joins := func(_ context.Context, list []models.Connection) (rows []templates.ConnectionRow, err error) {
		for _, c := range list {
			rows = append(rows, templates.ConnectionRow{From: c.From, To: c.To, Standard: c.Standard, State: templates.ConnectionState(c.Status, c.Direction)})
		}
		return rows, nil
	}
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{kits.New(s, joins)} }, func(t *testing.T, a *apptest.App) {
		f(t, &bench{App: a, t: t, owner: apptest.Person(t, a.Store, apptest.Named("owen", "Owen Owner"))})
	})
}

func (b *bench) study(d models.Document) models.CaseStudy {
	b.t.Helper()
	d.Organisation, d.Stage, d.Language = "RR8", models.StageTrial, "en"
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: d}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	return cs
}

// adopt has an organisation be interested, and use it some days later.
func (b *bench) adopt(cs models.CaseStudy, code string, days int, change func(*models.Adoption)) {
	b.t.Helper()
	a := models.Adoption{ID: b.Store.NewID(), CaseStudyID: cs.ID, Organisation: code, Status: models.AdoptionInterested, OwnerID: b.owner.ID, CreatedAt: b.Store.Now()}
	if err := b.Store.AddAdoption(b.t.Context(), &a, b.owner.ID); err != nil {
		b.t.Fatal(err)
	}
	a.Status, a.InUse = models.AdoptionInUse, b.Store.Now().Add(time.Duration(days)*24*time.Hour).Format(time.DateOnly)
	change(&a)
	if err := b.Store.ChangeAdoption(b.t.Context(), &a, b.owner.ID); err != nil {
		b.t.Fatal(err)
	}
}

func TestAKitSaysWhatIsKnownAndWhatIsNot(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		inWelsh := func(p *apptest.Page) {
			t.Helper()
			for _, id := range book.Missing(models.Welsh, []byte(p.Body)) {
				if !strings.Contains(id, "Letters") {
					t.Errorf("not in Welsh: %q", id)
				}
			}
		}
		bare := b.study(models.Document{Title: "Letters alone", Body: "We did it.", Authors: []models.Author{{Name: "Ann"}}})
		page := b.Client(t).Get("/case-studies/"+bare.Slug+"/kit").Want(http.StatusOK).WantText("Made from revision 1", "0 organisations say")
		inWelsh(page)
		text := b.Client(t).Get("/case-studies/" + bare.Slug + "/kit.md").Want(http.StatusOK).Body
		for _, none := range []string{templates.KitNoSteps, templates.KitNoJoins, templates.KitNoAgree, templates.KitNoPeople, templates.KitNoDocuments, templates.KitNoCost, templates.KitNoCosts, templates.KitNoFailed,
			templates.KitNoAdapt, templates.KitNoFigures, templates.KitNoMeasures, templates.KitOwnHeadings, templates.KitNoStopped, templates.KitNoChanged, templates.KitNoNeeded, templates.KitNoWaits} {
			page.WantText(none)
			if !strings.Contains(text, none) {
				t.Errorf("the text does not say %q", none)
			}
		}

		full := b.study(models.Document{Title: "Letters in full", Authors: []models.Author{{Name: "Ann Author", Role: "Ward manager", Handle: "owen"}}, DataUse: &models.DataUse{PersonalData: true, DPIA: "done"},
			Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2", Direction: "one-way", Status: "live"}}, Evidence: []models.Evidence{{Title: "An audit", URL: "https://audit.test/x"}},
			Body: "## What was done\n\n1. Ask *the lab*.\n\n## Cost and time\n\n| What | Pounds |\n| --- | --- |\n| Licence | 900 |\n\nAnd a week.\n\n## What failed\n\nThe [first form](https://forms.test/1) <b>did</b>.\n\n## Information governance and clinical safety\n\nThe Caldicott guardian signed.\n"})
		b.adopt(full, "RWY", 10, func(a *models.Adoption) { a.Cost, a.Adaptations = "Two days", "Another form" })
		b.adopt(full, "RCF", 30, func(a *models.Adoption) {
			a.Status, a.Reason, a.Needed = models.AdoptionStopped, "Nobody *had* time", "A porter"
		})
		to := "/case-studies/" + full.Slug + "/kit"
		b.Client(t).Get(to).Want(http.StatusOK).WantText("Ask the lab.", "PPM+", "The Caldicott guardian signed.", "first form", "An audit", "Licence", "900", "And a week.", "Two days", "Another form", "Nobody *had* time", "A porter",
			"Trial, said on 4 March 2026", "10 days", "30 days", "There is no median of fewer than three.", "Ann Author", "Owen Owner", "<b>did</b>").WantNoText(templates.KitNoCost, templates.KitNoSteps, templates.KitNoAgree)
		b.adopt(full, "RR1", 20, func(*models.Adoption) {})
		b.Site.ContentChanged()
		b.Client(t).Get(to).WantText("The median: 20 days")
		inWelsh(b.Client(t).Get(to + "?x=1"))
		text = b.Client(t).Get(to + ".md").Want(http.StatusOK).Body
		for _, want := range []string{"# Replication kit: Letters in full", "1. Ask the lab.", "- PPM+ → SystmOne", `> Nobody \*had\* time`, `\<b\>did\</b\>`, "[An audit](<https://audit.test/x>)", "The median: 20 days", "](<http"} {
			if !strings.Contains(text, want) {
				t.Errorf("the text has no %q:\n%s", want, text)
			}
		}
		var kit struct {
			Revision     int
			Steps        []string
			MedianDays   *int `json:"median_days"`
			Stopped      []struct{ Text string }
			Connections  []struct{ Direction string }
			Cost, Failed string
		}
		b.Client(t).Get("/api/v1/case-studies/" + full.ID + "/kit").Want(http.StatusOK).JSON(&kit)
		if kit.Revision != 1 || len(kit.Steps) != 1 || kit.MedianDays == nil || *kit.MedianDays != 20 || len(kit.Stopped) != 1 || kit.Connections[0].Direction != "one-way" || !strings.Contains(kit.Cost, "900") {
			t.Errorf("the API gives %+v", kit)
		}
	})
}

func TestAKitAsksAsOftenForManyAsForFew(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.study(models.Document{Title: "Letters", Body: "## Steps\n\n- One", Authors: []models.Author{{Name: "Ann"}}})
		to := "/case-studies/" + cs.Slug + "/kit"
		b.adopt(cs, "R00", 3, func(a *models.Adoption) { a.Cost = "Much" })
		c := b.As(t, b.owner)
		few := len(b.Statements(func() { c.Get(to).Want(http.StatusOK) }))
		for i := 1; i < 30; i++ {
			b.adopt(cs, fmt.Sprintf("R%02d", i), i, func(a *models.Adoption) { a.Cost = "Much" })
		}
		if many := len(b.Statements(func() { c.Get(to).Want(http.StatusOK) })); many > few {
			t.Errorf("%d statements, then %d", few, many)
		}
		b.Client(t).Get("/case-studies/none/kit").Want(http.StatusNotFound)
	})
}
