package casestudies_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	catalogue "grassroots/app/words"
	"grassroots/models"
)

// Each benefit is shown with what it stands on; what is wrong with a source comes back with
// all that was typed; a form that asks less loses nothing.
func TestEvidenceIsAskedForAndShownBesideWhatItSupports(t *testing.T) {
	book, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	inWelsh := func(p *apptest.Page) {
		t.Helper()
		for _, id := range book.Missing(models.Welsh, []byte(p.Body)) {
			if id != "Letters" && id != "Letters lost" && id != "Edit: Letters" && !strings.Contains(id, "Old report") {
				t.Errorf("not in Welsh: %q", id)
			}
		}
	}
	each(t, func(t *testing.T, b *apptest.App, f *casestudies.Feature) {
		p := apptest.Person(t, b.Store)
		c := b.As(t, p)
		six := 6.0
		made, err := f.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: "Letters", Stage: models.StageInUse, Body: "Text",
			Benefits: []models.Benefit{{Measure: "Minutes to send", After: &six}, {Measure: "Letters lost", After: &six}}, Evidence: []models.Evidence{{Title: "Old report", URL: "https://example.org/old", Extra: map[string]any{"volume": "3"}}}}})
		if err != nil {
			t.Fatal(err)
		}
		at := "/case-studies/" + made.Slug
		b.Client(t).Get(at).Want(http.StatusOK).WantText("Minutes to send not given 6 No evidence given", "Letters lost not given 6 No evidence given")
		form := c.Get(at + "/edit").Want(http.StatusOK).Form("/me/drafts/" + made.ID)
		form.Set("evidence[0].kind", "rct").Set("evidence[0].benefit", "Minutes to send").Set("evidence[0].doi", "bmj n71").Set("evidence[0].date", "May").Set("evidence[0].authors", "Smith J; Patel A").Set("evidence[0].checked_by", "Clinical audit")
		page := form.Press("action", "publish").Send().Want(http.StatusUnprocessableEntity).WantText("A DOI begins with 10.", "Enter when the source appeared")
		inWelsh(page)
		form = page.Form("/me/drafts/" + made.ID)
		for name, want := range map[string]string{"evidence[0].doi": "bmj n71", "evidence[0].date": "May", "evidence[0].authors": "Smith J; Patel A", "evidence[0].benefit": "Minutes to send"} {
			if got := form.Values.Get(name); got != want {
				t.Errorf("%s comes back as %q", name, got)
			}
		}
		form.Set("evidence[0].doi", "https://doi.org/10.1136/bmj.n71").Set("evidence[0].pmid", "https://pubmed.ncbi.nlm.nih.gov/33782057/").Set("evidence[0].date", "2024-05").Set("evidence[0].checked", "2026-02-11").Set("evidence[0].source", "BMJ").
			Set("evidence[0].claim", "They arrive the same day")
		page = form.Press("action", "publish").Send().WantRedirect(at).Follow()
		page.WantText("Minutes to send not given 6 Old report (Randomised trial)", "Letters lost not given 6 No evidence given", "Smith J, Patel A. BMJ. May 2024", "DOI: 10.1136/bmj.n71", "PubMed: 33782057", "Supports the benefit Minutes to send",
			"What it supports: They arrive the same day", "Checked by Clinical audit on 11 February 2026")
		page.WantText("Cite it")
		inWelsh(page)
		inWelsh(c.Get(at + "/edit"))
		b.Client(t).Get("/case-studies?evidence=rct").WantText("Letters", "Evidence: Randomised trial")
		cs, err := b.Store.CaseStudy(t.Context(), made.ID)
		if err != nil || cs.Evidence[0].Extra["volume"] != "3" || cs.Evidence[0].DOI != "10.1136/bmj.n71" {
			t.Errorf("kept is %+v, %v", cs.Evidence, err)
		}
		// An address of a DOI is one.
		form = c.Get(at + "/edit").Form("/me/drafts/" + made.ID)
		form = form.Press("action", "add-evidence").Send().Want(http.StatusOK).Form("/me/drafts/" + made.ID)
		form.Set("evidence[1].url", "https://doi.org/10.1000/182").Press("action", "publish").Send().WantRedirect(at).Follow().WantText("DOI: 10.1000/182")
		// What names a patient is stopped in the new fields, too.
		form = c.Get(at + "/edit").Form("/me/drafts/" + made.ID)
		form.Set("evidence[1].claim", "It helped NHS number 943 476 5919").Press("action", "publish").Send().Want(http.StatusUnprocessableEntity)
	})
}
