package casestudies_test

import (
	"net/http"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	catalogue "grassroots/app/words"
	"grassroots/models"
)

func TestTheTierAndTheDataOfAStudyAreAskedForAndShown(t *testing.T) {
	book, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *apptest.App, f *casestudies.Feature) {
		p := apptest.Person(t, b.Store)
		c := b.As(t, p)
		made, err := f.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: "Sepsis alerts", Stage: models.StageTrial, Body: "Text", Evidence: []models.Evidence{{Kind: "rct", Title: "Sepsis alerts"}}}})
		if err != nil {
			t.Fatal(err)
		}
		at, draft := "/case-studies/"+made.Slug, "/me/drafts/"+made.ID
		inWelsh := func(page *apptest.Page) {
			t.Helper()
			for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
				if id != "Sepsis alerts" && id != "Edit: Sepsis alerts" {
					t.Errorf("not in Welsh: %q", id)
				}
			}
		}
		b.Client(t).Get(at).WantNoText("NICE evidence standards", "Data used for research")
		form := c.Get(at + "/edit").Want(http.StatusOK).WantNoText("Whether it works in practice").Form(draft)
		page := form.Set("nice_evidence.tier", "C").Press("action", "standards").Send().Want(http.StatusOK).WantText("Whether it works in practice", "Whether people can trust it")
		inWelsh(page)
		form = page.Form(draft).Set("nice_evidence.parts[effectiveness]", "yes").Set("nice_evidence.parts[trust]", "no").Set("research_use.study", "A study of alerts").Set("research_use.datasets[0].held_by", "Leeds").
			Set("research_use.approvals[0].kind", "iras").Set("research_use.approvals[0].reference", "IRAS")
		page = form.Press("action", "publish").Send().Want(http.StatusUnprocessableEntity).WantText("Enter the name of the data set", "Enter the IRAS project ID")
		inWelsh(page)
		form = page.Form(draft)
		if form.Values.Get("research_use.approvals[0].reference") != "IRAS" || form.Values.Get("research_use.datasets[0].held_by") != "Leeds" {
			t.Errorf("what was typed is gone: %v", form.Values)
		}
		form.Set("research_use.datasets[0].name", "Emergency records").Set("research_use.datasets[0].access", "sde").Set("research_use.approvals[0].reference", "312345").Set("research_use.approvals[0].date", "2024-05")
		form = form.Press("action", "add-approval").Send().Want(http.StatusOK).Form(draft)
		form.Set("research_use.approvals[1].kind", "rec").Set("research_use.approvals[1].by", "London Bridge REC")
		page = form.Press("action", "publish").Send().WantRedirect(at).Follow()
		page.WantText("NICE evidence standards: tier C", "Neither NICE nor Grassroots has assessed it", "Whether it works Its authors say: met. 1 source here is a comparison, a trial or a review.", "Whether people can trust it Its authors say: not met.",
			"Whether it is worth its cost Its authors do not say whether it is met.", "Data used for research", "A study of alerts", "Emergency records", "Held by Leeds", "In a secure data environment", "IRAS project ID", "Reference: 312345", "By London Bridge REC")
		inWelsh(page)
		b.Client(t).Get(at+"/print").WantText("NICE evidence standards: tier C", "Emergency records")
		var out struct {
			NICE struct {
				Tier  string
				Parts map[string]string
			} `json:"nice_evidence"`
			Research struct {
				Approvals []struct{ Kind, Reference string }
			} `json:"research_use"`
		}
		b.Program(t, p).Send(http.MethodGet, "/api/v1/case-studies/"+made.ID, nil).Want(http.StatusOK).JSON(&out)
		if out.NICE.Tier != "C" || out.NICE.Parts["trust"] != "no" || len(out.Research.Approvals) != 2 || out.Research.Approvals[0].Reference != "312345" {
			t.Errorf("the API gives %+v", out)
		}
		// A lower tier asks for less, and what was said of the rest is kept.
		form = c.Get(at+"/edit").Form(draft).Set("nice_evidence.tier", "A").Set("research_use.study", "").Set("research_use.datasets[0].name", "").Set("research_use.datasets[0].held_by", "")
		form.Set("research_use.approvals[0].kind", "").Set("research_use.approvals[0].reference", "").Set("research_use.approvals[0].date", "").Set("research_use.approvals[1].kind", "").Set("research_use.approvals[1].by", "")
		form.Press("action", "publish").Send().WantRedirect(at).Follow().WantText("tier A").WantNoText("Whether people can trust it", "Data used for research")
		cs, err := b.Store.CaseStudy(t.Context(), made.ID)
		if err != nil || cs.NICEEvidence.Parts["trust"] != "no" || cs.ResearchUse != nil {
			t.Errorf("kept are %+v, %+v, %v", cs.NICEEvidence, cs.ResearchUse, err)
		}
	})
}

// Readers are told that nobody has read it again, in the list and on the page; who may change
// it is offered to say that it is still right.
func TestWhatNobodyReviewedIsMarked(t *testing.T) {
	book, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *apptest.App, f *casestudies.Feature) {
		p := apptest.Person(t, b.Store)
		made, err := f.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: "Sepsis alerts", Stage: models.StageTrial, Body: "Text"}})
		if err != nil {
			t.Fatal(err)
		}
		at := "/case-studies/" + made.Slug
		b.Client(t).Get(at).Want(http.StatusOK).WantNoText("Not reviewed since", "Is it still right?")
		b.As(t, p).Get(at).WantText("Is it still right?", "Last reviewed on 4 March 2026. It is to be read again by 4 March 2027.")
		c := b.As(t, p)
		form := c.Get(at + "/edit").Form("/me/drafts/" + made.ID)
		form.Set("review_by", "soon").Press("action", "publish").Send().Want(http.StatusUnprocessableEntity).WantText("Enter the review date as YYYY-MM-DD").Form("/me/drafts/"+made.ID).
			Set("review_by", "2026-05-31").Press("action", "publish").Send().WantRedirect(at)
		b.Clock.Move(100 * 24 * time.Hour)
		b.Site.ContentChanged()
		page := b.Client(t).Get(at + "?x=2").Want(http.StatusOK).WantText("Not reviewed since 4 March 2026. It was to be read again by 31 May 2026, and may be out of date.")
		mine := b.As(t, p).Get(at).WantText("It is still right")
		for _, shown := range []*apptest.Page{page, mine, b.Client(t).Get("/case-studies").WantText("Not reviewed when it was due"), b.Client(t).Get(at + "/print").WantText("Not reviewed since")} {
			for _, id := range book.Missing(models.Welsh, []byte(shown.Body)) {
				if id != "Sepsis alerts" {
					t.Errorf("not in Welsh: %q", id)
				}
			}
		}
		var out struct {
			Due time.Time `json:"review_due"`
		}
		b.Program(t, p).Send(http.MethodGet, "/api/v1/case-studies/"+made.ID, nil).Want(http.StatusOK).JSON(&out)
		if !out.Due.Equal(time.Date(2026, 5, 31, 23, 0, 0, 0, time.UTC)) {
			t.Errorf("the API says that it is due at %s", out.Due)
		}
	})
}
