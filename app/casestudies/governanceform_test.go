package casestudies_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// What is asked follows from what was said, nothing that was said is lost, and
// readers see it summed up.
func TestDataUseAndDevicesAreAskedAndShown(t *testing.T) {
	each(t, func(t *testing.T, b *apptest.App, f *casestudies.Feature) {
		p := apptest.Person(t, b.Store)
		c := b.As(t, p)
		made, err := f.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: "Falls sensors", Stage: models.StageTrial, Body: "Text"}})
		if err != nil {
			t.Fatal(err)
		}
		edit := "/case-studies/" + made.Slug + "/edit"
		page := c.Get(edit).Want(http.StatusOK).WantText("Does it use information about people who can be identified?", "DCB0160")
		if n := strings.Count(page.Body, `class="gr-asked"`); n != 2 || strings.Contains(page.Body, "gr-asked--now") {
			t.Errorf("%d groups of questions wait for a yes", n)
		}
		form := page.Form("/me/drafts/" + made.ID)
		form.Set("data_use.personal_data", "yes")
		form.Set("devices.used", "yes")
		form.Set("safety.dcb0160", "done")
		page = form.Press("action", "governance").Send().Want(http.StatusOK).WantText("On what ground? (lawful basis)", "Recognised legitimate interests", "National data opt-out", "5.13 Input is checked")
		if n := strings.Count(page.Body, "gr-asked--now"); n != 2 {
			t.Errorf("%d groups of questions are asked", n)
		}
		form = page.Form("/me/drafts/" + made.ID)
		form.Set("data_use.lawful_basis", "public-task")
		form.Set("data_use.dpia", "done")
		form.Set("data_use.opt_out", "not-applicable")
		form.Set("data_use.notes", "Direct care alone.")
		for _, provision := range models.Provisions()[:11] {
			form.Set("devices.provisions["+provision.Value+"]", "yes")
		}
		form.Set("devices.provisions[5.12]", "unknown")
		form.Press("action", "publish").Send().WantRedirect("/case-studies/"+made.Slug).Follow().
			WantText("Data use and safety", "Public task", "Does not apply: individual care only", "Direct care alone.", "DCB0160, by the care organisation", "11 of 13, unknown: 2", "5.1 No universal default passwords")
		b.Client(t).Get("/case-studies?devices=unknown").WantText("Falls sensors", "Some unknown")
		b.Client(t).Get("/case-studies?devices=all-met").WantNoText("Falls sensors")
		b.Client(t).Get("/case-studies/" + made.Slug + "/print").WantText("11 of 13, unknown: 2")

		// Saying that there are none asks no more, and keeps what was said.
		form = c.Get(edit).Form("/me/drafts/" + made.ID)
		form.Set("devices.used", "no")
		form.Press("action", "publish").Send().WantRedirect("/case-studies/"+made.Slug).Follow().WantText("Connected devices", "None").WantNoText("11 of 13")
		cs, err := b.Store.CaseStudy(t.Context(), made.ID)
		if err != nil || cs.Devices == nil || cs.Devices.Used || cs.Devices.Provisions["5.1"] != "yes" || cs.DataUse.LawfulBasis != "public-task" {
			t.Errorf("kept are %+v and %+v, %v", cs.Devices, cs.DataUse, err)
		}
		form = c.Get(edit).Form("/me/drafts/" + made.ID)
		form.Set("data_use.personal_data", "")
		form.Set("devices.used", "sideways")
		form.Press("action", "publish").Send().WantRedirect("/case-studies/" + made.Slug).Follow().WantNoText("Lawful basis")
	})
}
