package people_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/people"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// house is a site with this feature and an outbox that tests can read.
type house struct {
	*apptest.App
	people  *people.Feature
	queue   *jobs.Queue
	console *apptest.Log
}

// each runs f on both databases.
func each(t *testing.T, f func(t *testing.T, h *house), options ...apptest.Option) {
	t.Helper()
	var made sync.Map
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		h := &house{queue: jobs.New(site.Store, jobs.Config{Now: site.Now}), console: &apptest.Log{}}
		made.Store(site, h)
		mailer, err := mail.New(site.Store, h.queue, mail.Config{Console: h.console, Logger: site.Log})
		if err != nil {
			t.Fatal(err)
		}
		h.people = people.New(site, mailer, cards)
		return []apptest.Routes{h.people}
	}, func(t *testing.T, a *apptest.App) {
		found, _ := made.Load(a.Site)
		h := found.(*house)
		h.App = a
		f(t, h)
	}, options...)
}

// cards are cards of case studies with no more than these tests look at.
func cards(_ *fiber.Ctx, items []models.Summary, _ string) ([]templates.ListCardProps, error) {
	out := make([]templates.ListCardProps, len(items))
	for i, s := range items {
		out[i] = templates.ListCardProps{Title: s.Title, URL: "/case-studies/" + s.Slug, Vote: &templates.VoteButtonProps{Title: s.Title, Votes: s.Votes}}
	}
	return out, nil
}

var linkForm = regexp.MustCompile(regexp.QuoteMeta(apptest.BaseURL) + `(/sign-in/link/\S+)`)

// mails works the outbox off and gives what has been shown on the console.
func (h *house) mails(t *testing.T) string {
	t.Helper()
	if err := h.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h.console.String()
}

// links gives the path of every link that was sent, oldest first.
func (h *house) links(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, m := range linkForm.FindAllStringSubmatch(h.mails(t), -1) {
		out = append(out, m[1])
	}
	return out
}

// post publishes a case study of a person's.
func (h *house) post(t *testing.T, owner models.Person, title string) models.CaseStudy {
	t.Helper()
	now := h.Store.Now()
	cs := models.CaseStudy{ID: h.Store.NewID(), OwnerID: owner.ID, Status: models.Published, CreatedAt: now, UpdatedAt: now, PublishedAt: now,
		Document: models.Document{Title: title, Stage: models.StageIdea, Body: "Letters are late.", Organisation: owner.Organisation}}
	if err := h.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

// comment writes a comment that mentions people.
func (h *house) comment(t *testing.T, cs models.CaseStudy, author models.Person, html string, mentioned ...string) models.Comment {
	t.Helper()
	c := models.Comment{ID: h.Store.NewID(), CaseStudyID: cs.ID, AuthorID: author.ID, Kind: models.Question, Body: html, HTML: html, CreatedAt: h.Store.Now()}
	if err := h.Store.AddComment(t.Context(), &c, mentioned); err != nil {
		t.Fatal(err)
	}
	return c
}

// hostile are bytes that a form may hold by accident or by design.
func hostile() map[string]string {
	return map[string]string{
		"a NUL":         "Jane\x00 Smith",
		"invalid UTF-8": "Jane\xff\xfe Smith",
		"an override":   "Jane\u202e Smith",
		"long":          strings.Repeat("a", 100_000),
		"a script":      `"><script>alert(1)</script>`,
		"lines":         "Jane\r\nSmith: x",
	}
}
