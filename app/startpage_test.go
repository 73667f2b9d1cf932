package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/models"
)

// titlesOn gives the titles of the cards of a page, in their order.
func titlesOn(p *apptest.Page) (out []string) {
	for _, n := range p.All(apptest.Class("gr-result__title")) {
		out = append(out, apptest.Text(n))
	}
	return out
}

// Somebody who is signed in finds on their start page what fits what they said,
// with why, and what waits for them; what not everybody may read is not there.
func TestAStartPageOfOnesOwn(t *testing.T) {
	eachAsking(t, func(w told) {
		w.whole.Site.Feedback.Days = 14
		for _, o := range []models.Organisation{{Code: "RR8", Name: "Our trust", Kind: "Acute trust", Region: "Yorkshire"}, {Code: "RAE", Name: "A trust there", Kind: "Acute trust", Region: "London"}} {
			if _, _, err := w.Store.SaveOrganisation(w.t.Context(), o); err != nil {
				w.t.Fatal(err)
			}
		}
		author := w.person("ann", "Ann")
		links := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		group := "Nursing and Midwifery Registered"
		w.post(author, models.Document{Title: "Far away", Stage: models.StageInUse})
		w.post(author, models.Document{Title: "By a nurse", Stage: models.StageInUse, Authors: []models.Author{{Name: "N", StaffGroup: group}}})
		w.post(author, models.Document{Title: "Same kind", Stage: models.StageTrial, Organisation: "RAE"})
		w.post(author, models.Document{Title: "All of it", Stage: models.StageStopped, Organisation: "RAE", Connections: links, Authors: []models.Author{{Name: "N", StaffGroup: group}}})
		w.post(author, models.Document{Title: "For some", Stage: models.StageInUse, Connections: links, Visibility: models.ToSignedIn})
		w.post(author, models.Document{Title: "An idea about letters", Connections: links})
		w.post(author, models.Document{Title: "Another idea", Organisation: "RR8"})

		newcomer := apptest.Person(w.t, w.Store, apptest.Named("new", "New Colleague"), func(p *models.Person) { p.JobTitle, p.StaffGroup, p.Organisation = "", "", "" })
		page := w.As(w.t, newcomer).Get("/").Want(http.StatusOK).WantText("Answer three questions", "Nothing waits for you.", "Active now", "New ideas that want an answer")
		if got := titlesOn(page); slices.Contains(got, "For some") || !slices.Contains(got, "Far away") {
			w.t.Errorf("who said nothing sees %q", got)
		}
		w.Client(w.t).Get("/").WantText("What have your colleagues joined up?").WantNoText("waits for you")

		nia := w.knows("nia", systmOne, func(p *models.Person) { p.JobTitle, p.StaffGroup, p.Organisation = "Nurse", group, "RR8" })
		w.post(nia, models.Document{Title: "Her own", Stage: models.StageInUse, Connections: links})
		w.work()
		w.Clock.Move(15 * time.Minute) // what is near is remembered for a while
		c := w.As(w.t, nia)
		page = c.Get("/").Want(http.StatusOK).WantText("For you", "Joins SystmOne, which you use. Like yours: the same kind of organisation (acute trust). Written by somebody of your staff group.", "Ideas about systems that you use").
			WantNoText("Answer three questions", "Nothing waits")
		if got := titlesOn(page); !slices.Equal(got, []string{"All of it", "Same kind", "By a nurse", "An idea about letters"}) {
			w.t.Errorf("the page has %q", got)
		}
		w.startWaits(nia, author)
	})
}

// startWaits fails the test unless each thing that waits is on the page, and off
// it when it waits no more.
func (w told) startWaits(nia, author models.Person) {
	w.t.Helper()
	c := w.As(w.t, nia)
	w.save(nia, "/case-studies?system=systmone", "Our systems")
	cs := w.post(author, models.Document{Title: "Waits for Nia", Connections: []models.Connection{{From: "PPM+", To: "SystmOne"}}})
	w.As(w.t, author).Get("/people/nia/ask").Form("/people/nia/ask").Set("body", "How did you begin?").Send().Want(http.StatusSeeOther)
	w.work()
	c.Get("/").WantText("2 ideas that you were asked about", "1 question in private waits for an answer", "1 new case study in your search “Our systems”", "new notifications")
	w.comment(nia, cs, "", "We began with one ward.")
	c.Get("/").WantText("1 idea that you were asked about")

	lead := apptest.Person(w.t, w.Store, apptest.Named("lead", "Lead"), func(p *models.Person) { p.Organisation = "RR8" }, apptest.WithRole(models.RoleLead))
	moderator := apptest.Person(w.t, w.Store, apptest.Named("mod", "Mod"), apptest.WithRole(models.RoleModerator))
	w.Clock.Move(15 * 24 * time.Hour)
	w.As(w.t, w.person("rita", "Rita")).Get("/report/case-study/"+cs.ID).Form("/report/case-study/"+cs.ID).Set("reason", "spam").Set("words", "It sells something").Send().Want(http.StatusSeeOther)
	w.As(w.t, lead).Get("/").WantText("1 idea at RR8 waits for a first response").WantNoText("report")
	w.As(w.t, moderator).Get("/").WantText("1 report waits for the moderators")
	var start struct {
		Waits struct {
			Reports int            `json:"reports"`
			Ideas   map[string]int `json:"waiting_ideas"`
			Asked   int            `json:"asked"`
		} `json:"waits"`
		ForYou []struct{ Title, Why string } `json:"for_you"`
	}
	w.Program(w.t, lead).Get("/api/v1/me/start").Want(http.StatusOK).JSON(&start)
	if start.Waits.Ideas["RR8"] != 1 || start.Waits.Reports != 0 {
		w.t.Errorf("the API gives the lead %+v", start)
	}
	w.Program(w.t, nia).Get("/api/v1/me/start").Want(http.StatusOK).JSON(&start)
	if start.Waits.Asked != 1 || len(start.ForYou) != 3 || start.ForYou[0].Title != "All of it" || !strings.HasPrefix(start.ForYou[0].Why, "Joins SystmOne") {
		w.t.Errorf("the API gives %+v", start)
	}
	w.Client(w.t).Get("/api/v1/me/start").WantProblem(http.StatusUnauthorized)
}

// How many statements the page takes depends neither on what it shows nor on what
// waits.
func TestStatementsOfAStartPage(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		links := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		w.post(author, models.Document{Title: "First", Stage: models.StageInUse, Connections: links, Organisation: "RAE"})
		w.post(author, joins("An idea"))
		nia := w.knows("nia", systmOne, func(p *models.Person) { p.Organisation, p.StaffGroup = "RR8", "Estates and Ancillary" })
		c := w.As(w.t, nia)
		c.Get("/").Want(http.StatusOK)
		few := w.Statements(func() { c.Get("/").Want(http.StatusOK) })
		for i := range 12 {
			w.post(author, models.Document{Title: fmt.Sprintf("More %02d", i), Stage: models.StageInUse, Connections: links, Organisation: "RAE"})
		}
		w.save(nia, "/case-studies?system=systmone", "One")
		w.save(nia, "/case-studies?tag=letters", "Two")
		w.work()
		page := c.Get("/").Want(http.StatusOK)
		if n := len(page.All(func(n *html.Node) bool { return n.Data == "article" })); n != 7 {
			w.t.Errorf("the page has %d cards", n)
		}
		if many := w.Statements(func() { c.Get("/").Want(http.StatusOK) }); len(many) > len(few) || len(few) > 16 {
			w.t.Errorf("%d statements, then %d:\n%s", len(few), len(many), strings.Join(many, "\n"))
		}
	})
}
