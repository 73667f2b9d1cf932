package evidence_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/evidence"
	"grassroots/app/web"
	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	owner models.Person
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{evidence.New(s)} }, func(t *testing.T, a *apptest.App) {
		f(t, &bench{App: a, owner: apptest.Person(t, a.Store, apptest.Named("owen", "Owen Owner"))})
	})
}

func (b *bench) study(t *testing.T, d models.Document) models.CaseStudy {
	t.Helper()
	d.Stage, d.Language, d.Body = models.StageTrial, "en", "Text"
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: d}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func TestACaseStudyAndItsEvidenceAreCited(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		cs := b.study(t, models.Document{Title: "Letters <b>& more</b>", Organisation: "RR8", Authors: []models.Author{{Name: "Amina Yusuf", Email: "amina@nhs.net"}},
			Evidence: []models.Evidence{{Kind: "rct", Title: "A trial", Source: "BMJ", Date: "2024", DOI: "10.1136/bmj.n71"}}})
		at := "/case-studies/" + cs.Slug + "/cite"
		page := b.Client(t).Get(at).Want(http.StatusOK).WantText("How to cite it", "Amina Yusuf. Letters <b>& more</b> [Internet]. Grassroots; 2026 Mar 4 [cited 2026 Mar 4].", "A trial (2024). BMJ. doi: 10.1136/bmj.n71").WantNoText("amina@nhs.net")
		for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
			if !strings.Contains(id, "Letters") && id != "A trial" {
				t.Errorf("not in Welsh: %q", id)
			}
		}
		bib := b.Client(t).Get(at + ".bib").Want(http.StatusOK)
		if got := bib.Header.Get("Content-Type"); got != "application/x-bibtex; charset=utf-8" || !strings.Contains(bib.Header.Get("Content-Disposition"), "cite-"+cs.Slug+".bib") || strings.Count(bib.Body, "@") != 2 {
			t.Errorf("the file is %s, %s:\n%s", got, bib.Header.Get("Content-Disposition"), bib.Body)
		}
		ris := b.Client(t).Get(at + ".ris").Want(http.StatusOK)
		if strings.Count(ris.Body, "ER  - \r\n") != 2 || !strings.Contains(ris.Body, "TI  - Letters <b>& more</b>\r\n") || strings.Contains(ris.Body, "amina@") {
			t.Errorf("the file is\n%s", ris.Body)
		}
		var all struct {
			CaseStudy struct{ Vancouver, RIS string } `json:"case_study"`
			Evidence  []struct{ Title, BibTeX string }
		}
		b.Client(t).Get("/api/v1/case-studies/" + cs.ID + "/citations").Want(http.StatusOK).JSON(&all)
		if !strings.HasPrefix(all.CaseStudy.Vancouver, "Amina Yusuf.") || len(all.Evidence) != 1 || !strings.HasPrefix(all.Evidence[0].BibTeX, "@article{") {
			t.Errorf("the API gives %+v", all)
		}
	})
}

func TestWhatMayNotBeReadIsNotCited(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		inside := b.study(t, models.Document{Title: "Inside", Organisation: "RR8", Visibility: models.ToSignedIn})
		for _, to := range []string{"/case-studies/" + inside.Slug + "/cite", "/case-studies/" + inside.Slug + "/cite.bib", "/case-studies/" + inside.Slug + "/cite.ris", "/api/v1/case-studies/" + inside.ID + "/citations", "/case-studies/none/cite"} {
			b.Client(t).Get(to).Want(http.StatusNotFound)
		}
		b.As(t, b.owner).Get("/case-studies/" + inside.Slug + "/cite").Want(http.StatusOK)
	})
}

// told is what somebody was told: of which case study, who, and whether as leads.
type told struct {
	study, person string
	lead          bool
}

// What is due is asked of its authors once, however many nodes look, then of the leads; a
// press that it is still right ends that until the next time.
func TestAuthorsAreAskedToReadItAgain(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		a, f := b.App, evidence.New(b.Site)
		var asked []told
		f.Tell = func(_ context.Context, cs models.CaseStudy, people []string, lead bool) error {
			for _, p := range people {
				asked = append(asked, told{cs.Title, p, lead})
			}
			return nil
		}
		look := func(want ...told) {
			t.Helper()
			asked = nil
			for range 2 { // as by two nodes
				if err := f.AskReviews(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(asked, want) {
				t.Errorf("told are %v and not %v", asked, want)
			}
		}
		lead := apptest.Person(t, a.Store, apptest.Named("lena", "Lena Lead"), func(p *models.Person) {
			p.Grants = []models.Grant{{Role: models.RoleLead, Organisation: "RR8"}}
		})
		cs := b.study(t, models.Document{Title: "Letters", Organisation: "RR8", ReviewBy: "2026-06-01"})
		b.study(t, models.Document{Title: "Later"})
		if err := a.Store.DB(t.Context()).Exec("UPDATE case_studies SET review_due = NULL").Error; err != nil { // as before it was kept
			t.Fatal(err)
		}
		look()
		a.Clock.Move(100 * 24 * time.Hour) // 12 June
		filtered := func(want int) {
			t.Helper()
			page, err := a.Store.ListCaseStudies(t.Context(), models.ListQuery{Sort: models.SortNew, Limit: 10, Filters: map[string][]string{models.FacetReview: {models.ReviewOverdue}}})
			if err != nil || len(page.Items) != want {
				t.Errorf("the filter finds %+v, %v", page.Items, err)
			}
		}
		look(told{"Letters", b.owner.ID, false})
		filtered(1)
		look()
		a.Clock.Move(29 * 24 * time.Hour)
		look()
		a.Clock.Move(25 * time.Hour)
		look(told{"Letters", lead.ID, true})
		a.Clock.Move(24 * time.Hour)
		look()

		at := "/case-studies/" + cs.Slug + "/still-right"
		other := apptest.Person(t, a.Store)
		b.As(t, other).Post(at, nil).Want(http.StatusForbidden)
		b.As(t, b.owner).Post(at, nil).WantRedirect("/case-studies/" + cs.Slug)
		b.As(t, b.owner).Post("/case-studies/none/still-right", nil).Want(http.StatusNotFound)
		now, err := a.Store.CaseStudy(t.Context(), cs.ID)
		if err != nil || now.ReviewedAt == nil || !now.ReviewedAt.Equal(a.Clock.Now()) || now.Stale(a.Clock.Now()) || now.Revision != 1 {
			t.Errorf("it is %+v, %v", now.ReviewedAt, err)
		}
		filtered(0)
		look()
		a.Clock.Move(time.Hour)
		api := "/api/v1/case-studies/" + cs.ID + "/still-right"
		a.Program(t, other).Send(http.MethodPost, api, nil).Want(http.StatusForbidden)
		a.Client(t).Send(http.MethodPost, api, nil).Want(http.StatusUnauthorized)
		var reviewed struct {
			Reviewed  time.Time
			ReviewDue time.Time `json:"review_due"`
		}
		a.Program(t, b.owner).Send(http.MethodPost, api, nil).Want(http.StatusOK).JSON(&reviewed)
		if !reviewed.Reviewed.Equal(a.Clock.Now()) || !reviewed.ReviewDue.After(a.Clock.Now().AddDate(0, 11, 0)) {
			t.Errorf("the API says %+v", reviewed)
		}
		a.Program(t, b.owner).Send(http.MethodPost, "/api/v1/case-studies/none/still-right", nil).Want(http.StatusNotFound)
		events, _, err := a.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "case-study.review", Limit: 5})
		if err != nil || len(events) != 2 || events[0].Subject != cs.ID {
			t.Errorf("the record has %+v, %v", events, err)
		}
		a.Clock.Move(370 * 24 * time.Hour)
		look(told{"Later", b.owner.ID, false}, told{"Letters", b.owner.ID, false})
	})
}
