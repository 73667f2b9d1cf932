package spread_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/spread"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	owner models.Person
	study models.CaseStudy
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{spread.New(s)} }, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, owner: apptest.Person(t, a.Store, apptest.Named("owen-owner", "Owen Owner"))}
		b.study = models.CaseStudy{ID: a.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Organisation: "RR8", Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
		if err := a.Store.CreateCaseStudy(t.Context(), &b.study, store.SaveNote{EditorID: b.owner.ID}); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	})
}

func (b *bench) adopt(t *testing.T, a models.Adoption, region, kind string) {
	t.Helper()
	if _, _, err := b.Store.SaveOrganisation(t.Context(), models.Organisation{Code: a.Organisation, Name: "Trust " + a.Organisation, Region: region, Kind: kind}); err != nil {
		t.Fatal(err)
	}
	a.ID, a.CaseStudyID, a.OwnerID, a.CreatedAt = b.Store.NewID(), b.study.ID, b.owner.ID, b.Store.Now()
	if err := b.Store.AddAdoption(t.Context(), &a, b.owner.ID); err != nil {
		t.Fatal(err)
	}
}

func TestHowACaseStudySpreads(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := "/case-studies/" + b.study.Slug + "/spread"
		c := b.Client(t)
		c.Get(at).Want(http.StatusOK).WantText("No other organisation has said yet that it tries this.").WantNoText("By region")
		b.Clock.Move(10 * 24 * time.Hour)
		b.adopt(t, models.Adoption{Organisation: "RWY", Status: models.AdoptionInUse, Baseline: "Two hours", Result: "Forty minutes", Adaptations: "Two templates"}, "North East and Yorkshire", "Acute trust")
		b.Clock.Move(20 * 24 * time.Hour)
		b.adopt(t, models.Adoption{Organisation: "RYR", Status: models.AdoptionStopped, Started: "2026-03-24", Stopped: "2026-04-01", Reason: "The supplier left"}, "South East", "Acute trust")
		b.adopt(t, models.Adoption{Organisation: "RXX", Status: models.AdoptionInterested}, "South East", "Mental health trust")
		p := b.Client(t).Get(at).Want(http.StatusOK)
		p.WantText("2 organisations had begun to try or use it by now, and 1 had stopped.", "Trust RWY Began to try or use it 14 March 2026 Days after it was posted 10 By now In use", "24 March 2026 Days after it was posted 20 By now Stopped", "Trust RXX Began to try or use it Not yet",
			"Region South East Organisations 2 In use 0 Trying it 0 Stopped 1", "Region North East and Yorkshire Organisations 1 In use 1", "By now In use Before Two hours What came of it Forty minutes", "By now Stopped Before Not told What came of it The supplier left", "Two templates").WantNoText("How like yours")
		if !strings.Contains(p.Body, `<path d="M0 120H106.7V`) { // a third of the way from the 4th of March to the 3rd of April
			t.Error("the line does not rise where the first began")
		}
		// Who has an organisation sees what it has in common with those that use it, and with those that stopped.
		like := apptest.Person(t, b.Store, apptest.Named("lena", "Lena Lead"), func(p *models.Person) { p.Organisation = "RAA" })
		if _, _, err := b.Store.SaveOrganisation(t.Context(), models.Organisation{Code: "RAA", Name: "Ours", Region: "South East", Kind: "Acute trust"}); err != nil {
			t.Fatal(err)
		}
		b.As(t, like).Get(at).WantText("In use at Trust RWY Like yours: the same kind of organisation (acute trust).", "Stopped at Trust RYR Like yours: the same kind of organisation (acute trust) and the same region (South East).")
		get := func() { b.As(t, like).Get(at).Want(http.StatusOK) }
		get()
		before := len(b.Statements(get))
		b.adopt(t, models.Adoption{Organisation: "RZZ", Status: models.AdoptionTrying}, "London", "Acute trust")
		if after := len(b.Statements(get)); after != before {
			t.Errorf("%d statements, with an adopter more %d", before, after)
		}
		c.Get("/case-studies/no-such/spread").Want(http.StatusNotFound)
	})
}
