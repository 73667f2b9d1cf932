package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// Whoever voted and commented is told once of what became of a case study, and of
// the same status not again.
func TestWhatBecameOfACaseStudyIsToldOnce(t *testing.T) {
	eachTold(t, func(w told) {
		author, voter := w.person("ann", "Ann"), w.person("val", "Val")
		lead := apptest.Person(w.t, w.Store, apptest.Named("lead", "Lead"), func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
		cs := w.post(author, models.Document{Title: "Letters", Organisation: "RR8"})
		if _, err := w.whole.CaseStudies.Vote(w.t.Context(), &voter, cs.ID, true); err != nil {
			w.t.Fatal(err)
		}
		w.comment(voter, cs, "", "Good")
		w.work()
		at := "/case-studies/" + cs.Slug + "/decision"
		w.As(w.t, voter).Post(at, url.Values{"status": {"planned"}, "reason": {"x"}}).Want(http.StatusForbidden)
		c := w.As(w.t, lead)
		c.Post(at, nil).WantErrors("Choose what becomes of it", "Say why, so that those who voted and commented know what came of it")
		c.Post(at, url.Values{"status": {"planned"}, "reason": {"NHS number 943 476 5919"}}).Want(http.StatusUnprocessableEntity)
		c.Post(at, url.Values{"status": {"planned"}, "reason": {"The money is there."}}).WantRedirect("/case-studies/" + cs.Slug)
		w.work()
		w.want(voter, "Lead decided “Planned” about Letters")
		w.Client(w.t).Get("/case-studies/" + cs.Slug).WantText("Planned: The money is there.")
		api := w.Program(w.t, author)
		for _, status := range []string{"taken-forward", "planned"} {
			api.Send(http.MethodPut, "/api/v1/case-studies/"+cs.ID+"/decision", map[string]string{"status": status, "reason": "It has begun."}).Want(http.StatusOK)
			w.work()
		}
		w.want(voter, "Ann decided “Taken forward” about Letters", "Lead decided “Planned” about Letters")
		var got struct {
			Decision struct{ Status, Reason string }
		}
		w.Program(w.t, voter).Get("/api/v1/case-studies/" + cs.ID).Want(http.StatusOK).JSON(&got)
		if got.Decision.Status != "planned" || got.Decision.Reason != "It has begun." {
			w.t.Errorf("the API says %+v", got)
		}
		var list struct{ Items []struct{ Status, By string } }
		w.Client(w.t).Get("/api/v1/case-studies/" + cs.ID + "/decisions").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 3 || list.Items[2].By != "Lead" {
			w.t.Errorf("the API lists %+v", list)
		}
		w.Client(w.t).Get(at).Want(http.StatusOK).WantText("Taken forward", "The money is there.", "Lead")
	})
}
