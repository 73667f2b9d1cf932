package app_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

// A new account is held to what a new one may do, is told so, and is new no
// longer once it has been here and has posted, or somebody knows it.
func TestNewAccountsAreLimitedUntilTheyAreKnown(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	w.whole.Site.Trust = models.Trust{After: 72 * time.Hour, Posts: 2}
	now := w.Store.Now()
	at := func(age time.Duration) func(*models.Person) {
		return func(p *models.Person) { p.CreatedAt = now.Add(-age); p.Demo = false }
	}
	study := w.things(w.actors[1], models.ReadPublic, false).study
	comment := func(c *apptest.Client, text string) *apptest.Page {
		return c.Post("/case-studies/"+study.Slug+"/comments", url.Values{"body": {text}, "kind": {"experience"}})
	}

	novice := apptest.Person(t, w.Store, at(time.Hour))
	c := w.As(t, novice)
	c.Get("/me").WantText("Your account is new")
	comment(c, "See https://a.example/ and https://b.example/ and "+apptest.BaseURL+"/case-studies").Want(http.StatusSeeOther)
	comment(c, "https://a.example/ https://b.example/ https://c.example/").Want(http.StatusUnprocessableEntity).
		WantErrors("Your account is new, so a comment can have 2 links to other sites at most. Take some of them out").WantText("https://c.example/")
	mentions := ""
	for i := range 4 {
		mentions += "@" + apptest.Person(t, w.Store, apptest.Named("colleague-"+strconv.Itoa(i), "Colleague")).Handle + " "
	}
	comment(c, mentions).Want(http.StatusUnprocessableEntity).WantErrors("Your account is new, so a comment can mention 3 people at most. Take some of them out")
	// Nor by an edit of one that is there.
	mine, err := w.Store.CommentsByAuthor(t.Context(), novice.ID, 1)
	if err != nil || len(mine) != 1 {
		t.Fatal(mine, err)
	}
	c.Post("/comments/"+mine[0].ID+"/edit", url.Values{"body": {"https://a.example/ https://b.example/ https://c.example/"}, "kind": {"experience"}, "version": {"1"}}).
		Want(http.StatusUnprocessableEntity)
	for i := range models.NewcomerComments - 1 {
		comment(c, "Comment "+strconv.Itoa(i)).Want(http.StatusSeeOther)
	}
	comment(c, "One more").Want(http.StatusTooManyRequests).WantText("has written 10 comments within a day", "One more")

	api := w.Program(t, novice)
	post := func(i int) *apptest.Page {
		return api.Send(http.MethodPost, "/api/v1/case-studies", map[string]string{"title": "Idea " + strconv.Itoa(i), "stage": "idea", "body": "Text"})
	}
	for i := range models.NewcomerStudies {
		post(i).Want(http.StatusCreated)
	}
	post(9).WantProblem(http.StatusTooManyRequests)
	// The way of the draft is no way round, and the draft is kept.
	var action string
	for _, form := range c.Get("/case-studies/new").All(apptest.Tag("form")) {
		if at := apptest.Attr(form, "action"); strings.HasPrefix(at, "/me/drafts/") {
			action = at
		}
	}
	sent := c.Post(action, url.Values{"form": {"idea"}, "version": {"0"}, "title": {"Idea 9"}, "section_problem": {"A problem"}, "action": {"publish"}})
	sent.Want(http.StatusTooManyRequests).WantText("has posted 3 case studies within a day", "A problem")
	if n, err := w.Store.CountStudiesSince(t.Context(), novice.ID, now.Add(-time.Hour)); err != nil || n != models.NewcomerStudies {
		t.Errorf("%d case studies of the new account (%v)", n, err)
	}

	for name, known := range map[string]models.Person{
		"who is confirmed":     apptest.Person(t, w.Store, at(time.Hour), func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }),
		"who has a role":       apptest.Person(t, w.Store, at(time.Hour), apptest.WithRole(models.RoleOrganiser)),
		"of the demonstration": apptest.Person(t, w.Store, at(time.Hour), func(p *models.Person) { p.Demo = true }),
	} {
		w.As(t, known).Get("/me").WantNoText("Your account is new")
		if page := comment(w.As(t, known), "https://a.example/ https://b.example/ https://c.example/"); page.Status != http.StatusSeeOther {
			t.Errorf("somebody %s: %d", name, page.Status)
		}
	}
	// Age alone does not do, nor does posting alone.
	quiet := w.As(t, apptest.Person(t, w.Store, at(100*time.Hour)))
	quiet.Get("/me").WantText("Your account is new")
	comment(quiet, "One").Want(http.StatusSeeOther)
	quiet.Get("/me").WantText("Your account is new")
	comment(quiet, "Two").Want(http.StatusSeeOther)
	quiet.Get("/me").WantNoText("Your account is new")
	comment(quiet, "https://a.example/ https://b.example/ https://c.example/").Want(http.StatusSeeOther)
}
