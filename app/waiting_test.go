package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

// waits fails the test unless just these wait for too long, the oldest first, on
// the page and by the API.
func (w told) waits(p models.Person, path, api string, titles ...string) {
	w.t.Helper()
	got := titlesOn(w.As(w.t, p).Get(path).Want(http.StatusOK))
	var list struct {
		Items []struct{ Title string }
		Total int
	}
	w.Program(w.t, p).Get(api).Want(http.StatusOK).JSON(&list)
	var listed []string
	for _, i := range list.Items {
		listed = append(listed, i.Title)
	}
	if !slices.Equal(got, titles) || !slices.Equal(listed, titles) || list.Total != len(titles) {
		w.t.Errorf("%s has %v, the API %v of %d, want %v", path, got, listed, list.Total, titles)
	}
}

func (w told) overdue() {
	w.t.Helper()
	if err := w.whole.Feedback.TellOverdue(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

func TestIdeasThatWaitTooLongAreOnAListAndTold(t *testing.T) {
	eachAsking(t, func(w told) {
		w.whole.Site.Feedback.Days = 14
		day := 24 * time.Hour
		if _, _, err := w.Store.SaveOrganisation(w.t.Context(), models.Organisation{Code: "RR8", Name: "Leeds Teaching Hospitals"}); err != nil {
			w.t.Fatal(err)
		}
		author, other := w.person("ann", "Ann"), w.person("bob", "Bob")
		w.person("co", "Co")
		at := func(code string) func(*models.Person) { return func(p *models.Person) { p.Organisation = code } }
		lead := apptest.Person(w.t, w.Store, apptest.Named("lead", "Lead"), at("RR8"), apptest.WithRole(models.RoleLead))
		elsewhere := apptest.Person(w.t, w.Store, apptest.Named("far", "Far"), at("RWY"), apptest.WithRole(models.RoleLead))
		moderator := apptest.Person(w.t, w.Store, apptest.Named("mod", "Mod"), apptest.WithRole(models.RoleModerator))
		idea := func(title, code string) models.CaseStudy {
			w.Clock.Move(time.Second)
			return w.post(author, models.Document{Title: title, Organisation: code, Authors: []models.Author{{Name: "Co", Handle: "co"}}})
		}
		first, answered := idea("First", "RR8"), idea("Answered", "RR8")
		own := idea("Own words alone", "RR8")
		idea("Elsewhere", "RWY")
		idea("Nowhere", "")
		w.post(author, models.Document{Title: "A trial", Organisation: "RR8", Stage: models.StageTrial})
		w.comment(other, answered, "", "Have you tried it?")
		w.comment(author, own, "", "I forgot to say")
		co, err := w.Store.PersonByHandle(w.t.Context(), "co")
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.whole.Comments.Post(w.t.Context(), &co, comments.NewComment{CaseStudy: own.ID, Body: "Officially ours", Kind: models.Result, Official: true}); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		page, api := "/organisations/RR8/waiting", "/api/v1/organisations/RR8/waiting-ideas"
		w.waits(lead, page, api)
		w.As(w.t, lead).Get("/organisations/RR8").WantText("No idea has waited too long for a first response.")
		w.overdue()
		w.want(lead)

		w.Clock.Move(15 * day)
		w.overdue()
		w.overdue() // and not again
		w.waits(lead, page, api, "First", "Own words alone")
		w.waits(moderator, page, api, "First", "Own words alone")
		w.waits(moderator, "/moderation/waiting", "/api/v1/waiting-ideas", "First", "Own words alone", "Elsewhere", "Nowhere")
		w.want(lead, "Leeds Teaching Hospitals has 2 ideas that waited too long: Ideas without a first response")
		w.want(elsewhere, "Organisation RWY has an idea that waited too long: Ideas without a first response")
		c := w.As(w.t, lead)
		c.Get("/organisations/RR8").WantText("2 ideas have waited too long for a first response.")
		w.Client(w.t).Get("/organisations/RR8").WantNoText("waited too long")
		link := apptest.Attr(apptest.All(c.Get("/me/notifications").All(apptest.Class("gr-notice"))[0], apptest.Tag("a"))[0], "href")
		if to := c.Get(link).Want(http.StatusFound).Header.Get("Location"); to != page {
			w.t.Errorf("the notification leads to %s", to)
		}
		for _, p := range []models.Person{author, elsewhere} {
			w.As(w.t, p).Get(page).Want(http.StatusForbidden)
			w.Program(w.t, p).Get(api).WantProblem(http.StatusForbidden)
			w.As(w.t, p).Get("/moderation/waiting").Want(http.StatusForbidden)
		}

		// A comment of somebody else ends it; when it is deleted, it waits again.
		said := w.comment(other, first, "", "We have done this")
		w.waits(lead, page, api, "Own words alone")
		if _, err := w.whole.Comments.Delete(w.t.Context(), &other, said.ID); err != nil {
			w.t.Fatal(err)
		}
		w.waits(lead, page, api, "First", "Own words alone")
		w.overdue()

		// The organisation's own time holds in place of the usual one.
		form := c.Get(page).WantText("Empty is as usual on this site: 14 days.").Form("/organisations/RR8/response-time")
		for _, bad := range []string{"0", "61", "-1", "x", "1.5"} {
			form.Set("days", bad).Send().WantErrors("Enter a number of days from 1 to 60, or nothing for as usual on this site")
		}
		form.Set("days", "30").Send().WantRedirect(page).Follow().WantText("is saved", "None has waited too long.")
		w.waits(moderator, "/moderation/waiting", "/api/v1/waiting-ideas", "Elsewhere", "Nowhere")
		w.Program(w.t, lead).Send(http.MethodPut, "/api/v1/organisations/RR8/response-time", map[string]int{"days": 2}).Want(http.StatusOK)
		w.Program(w.t, lead).Send(http.MethodPut, "/api/v1/organisations/RR8/response-time", map[string]int{"days": 61}).WantProblem(http.StatusUnprocessableEntity)
		w.Program(w.t, elsewhere).Send(http.MethodPut, "/api/v1/organisations/RR8/response-time", map[string]int{"days": 2}).WantProblem(http.StatusForbidden)
		w.As(w.t, moderator).Post("/organisations/RR8/response-time", url.Values{"days": {"3"}}).Want(http.StatusForbidden)
		w.waits(lead, page, api, "First", "Own words alone")

		// Who leads there no longer is told of it no longer.
		if err := w.Store.Revoke(w.t.Context(), lead.ID, models.Grant{Role: models.RoleLead, Organisation: "RR8"}); err != nil {
			w.t.Fatal(err)
		}
		w.Site.PeopleChanged()
		w.As(w.t, lead).Get("/me/notifications").WantNoText("waited too long")
	})
}

func TestTheListOfWaitingIdeasIsPaged(t *testing.T) {
	eachAsking(t, func(w told) {
		w.whole.Site.Feedback.Days = 1
		author := w.person("ann", "Ann")
		moderator := apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleModerator))
		for i := range 5 { // two of them in the same moment
			if i != 3 {
				w.Clock.Move(time.Second)
			}
			w.post(author, models.Document{Title: "Idea " + apptest.Numbered("", i), Organisation: "RR8"})
		}
		w.Clock.Move(48 * time.Hour)
		api, seen, at := w.Program(w.t, moderator), []string{}, "/api/v1/waiting-ideas?limit=2"
		for at != "" {
			var list struct {
				Items []struct{ ID string }
				Next  *string `json:"next_cursor"`
				Total int
			}
			api.Get(at).Want(http.StatusOK).JSON(&list)
			for _, i := range list.Items {
				seen = append(seen, i.ID)
			}
			if at = ""; list.Next != nil {
				at = "/api/v1/waiting-ideas?limit=2&cursor=" + *list.Next
			}
			if list.Total != 5 {
				w.t.Errorf("%d in all", list.Total)
			}
		}
		if len(seen) != 5 || len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 5 {
			w.t.Errorf("the pages have %s", strings.Join(seen, " "))
		}
		api.Get("/api/v1/waiting-ideas?cursor=x").WantProblem(http.StatusBadRequest)
		c := w.As(w.t, moderator)
		few := len(w.Statements(func() { c.Get("/moderation/waiting").Want(http.StatusOK) }))
		w.post(author, models.Document{Title: "One more"})
		w.Clock.Move(48 * time.Hour)
		c = w.As(w.t, moderator)
		if many := len(w.Statements(func() { c.Get("/moderation/waiting").Want(http.StatusOK) })); many > few {
			w.t.Errorf("%d statements, then %d", few, many)
		}
	})
}

// What an idea is about is found in its words as well: most begin as words alone.
func TestWhatAnIdeaNamesIsAskedAbout(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		w.knows("ben", systmOne)
		w.post(author, joins("Makes the system known"))
		w.knows("fhir", func(e *models.Expertise) { e.Standards = []string{"hl7-v2"} })
		cs := w.post(author, models.Document{Title: "Could SystmOne print less?"})
		w.work()
		w.wantAsked(cs, "ben")
	})
}
