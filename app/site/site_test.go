package site_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/site"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// sleepy is a job of no consequence: a queue has to know one.
type sleepy struct{}

// Kind implements jobs.Args.
func (sleepy) Kind() string { return "site_test.sleepy" }

// bench is a site with the pages of this package.
type bench struct {
	*apptest.App
	t     *testing.T
	site  *site.Feature
	queue *jobs.Queue
}

// measured mounts the pages behind what measures requests, as the program does.
type measured struct{ *site.Feature }

func (m measured) Routes(r fiber.Router) {
	r.Use(m.Measure)
	m.Feature.Routes(r)
}

func feature(s *web.Site) (*site.Feature, *jobs.Queue) {
	queue := jobs.New(s.Store, jobs.Config{Logger: s.Log})
	jobs.Register(queue, func(context.Context, sleepy) error { return nil })
	return site.New(s, queue), queue
}

func each(t *testing.T, f func(t *testing.T, b *bench), options ...apptest.Option) {
	t.Helper()
	t.Parallel()
	var features sync.Map // by site: each database has its own
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		pages, queue := feature(s)
		features.Store(s, &bench{site: pages, queue: queue})
		return []apptest.Routes{measured{pages}}
	}, func(t *testing.T, a *apptest.App) {
		found, _ := features.Load(a.Site)
		b := found.(*bench)
		b.App, b.t = a, t
		f(t, b)
	}, options...)
}

// addStudy saves a case study, a moment after the one before.
func (b *bench) addStudy(title string, change ...func(*models.CaseStudy)) models.CaseStudy {
	b.t.Helper()
	b.Clock.Move(time.Second)
	owner := apptest.Person(b.t, b.Store)
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Summary: "What we did.", Stage: models.StageIdea, Body: "We did it.", Language: "en"}}
	for _, f := range change {
		f(&cs)
	}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	b.Site.Changed()
	return cs
}

func TestStatementsSayWhatIsSo(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		client := b.Client(t)
		client.Get("/accessibility").Want(http.StatusOK).WantText("Web Content Accessibility Guidelines version 2.2 at level AA", "has not been audited", "Tell us of a problem")
		client.Get("/privacy").Want(http.StatusOK).WantText("grassroots_session", "grassroots_flash", "after 1 hour without use; after 12 hours at the latest", "No information about patients")
		client.Get("/help/contact").Want(http.StatusOK).WantText("No admin has been named yet", "grassroots.test")
		apptest.Person(t, b.Store, apptest.Named("ada", "Ada Admin"), apptest.WithRole(models.RoleAdmin))
		apptest.Person(t, b.Store, apptest.Named("max", "Max Member"))
		b.Site.Changed()
		page := client.Get("/help/contact").WantText("Ada Admin").WantNoText("Max Member", "ada@nhs.net")
		if page.Link("Ada Admin") != "/people/ada" {
			t.Error("the admin's page is not linked")
		}
		// What the statements lead to is there.
		for _, path := range []string{"/accessibility", "/privacy"} {
			for _, l := range client.Get(path).Links() {
				if to, id, ok := strings.Cut(l, "#"); ok && strings.HasPrefix(to, "/help/") {
					client.Get(to).Want(http.StatusOK).ByID(id)
				}
			}
		}
	})
}

func TestCookiesAreThoseThatThePrivacyPageNames(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		client := b.As(t, apptest.Person(t, b.Store))
		page := client.Get("/privacy").WantText("__Host-grassroots")
		for name := range client.Cookies() {
			if !strings.Contains(page.Body, "<code>"+name+"</code>") {
				t.Errorf("the cookie %q is not on the page", name)
			}
		}
		if len(client.Cookies()) == 0 {
			t.Error("nobody is signed in")
		}
	}, apptest.WithBaseURL("https://grassroots.test"))
}

func TestMarkdownHelpShowsWhatItSays(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		page := b.Client(t).Get("/help/markdown").Want(http.StatusOK)
		ids := map[string]bool{}
		for _, n := range page.All(func(*html.Node) bool { return true }) {
			if id := apptest.Attr(n, "id"); id != "" && ids[id] {
				t.Errorf("the id %q is there twice", id)
			} else {
				ids[id] = true
			}
		}
		for _, tag := range []string{"strong", "em", "del", "h3", "ul", "ol", "input", "table", "blockquote", "code", "sup"} {
			found := 0
			for _, prose := range page.All(apptest.Class("gr-prose")) {
				found += len(apptest.All(prose, apptest.Tag(tag)))
			}
			if found == 0 {
				t.Errorf("no example has become a %s", tag)
			}
		}
		page.WantText("| Measure | Before | After |", "Minutes to send a letter")
	})
}

func TestSecurityTxt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		page := b.Client(t).Get("/.well-known/security.txt").Want(http.StatusOK)
		if got := page.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("it is %q", got)
		}
		fields := map[string]string{}
		for line := range strings.Lines(page.Body) {
			if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.HasPrefix(line, "#") {
				fields[name] = value
			}
		}
		expires, err := time.Parse(time.RFC3339, fields["Expires"])
		if left := expires.Sub(b.Clock.Now()); err != nil || left < 90*24*time.Hour || left > 365*24*time.Hour {
			t.Errorf("it expires %q, %v", fields["Expires"], err)
		}
		if fields["Canonical"] != apptest.BaseURL+"/.well-known/security.txt" {
			t.Errorf("it says it is at %q", fields["Canonical"])
		}
		path, id, _ := strings.Cut(strings.TrimPrefix(fields["Contact"], apptest.BaseURL), "#")
		b.Client(t).Get(path).Want(http.StatusOK).ByID(id)
	})
}

func TestRobotsTxt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		page := b.Client(t).Get("/robots.txt").Want(http.StatusOK)
		for _, want := range []string{"User-agent: *\n", "Disallow: /admin\n", "Disallow: /me\n", "Sitemap: http://grassroots.test/sitemap.xml\n"} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("it lacks %q", want)
			}
		}
	})
}

// many saves published case studies quickly: their rows alone.
func (b *bench) many(n int) {
	b.t.Helper()
	owner := apptest.Person(b.t, b.Store)
	err := b.Store.Tx(b.t.Context(), func(ctx context.Context) error {
		for at := 0; at < n; at += 500 {
			var values []string
			var args []any
			for i := at; i < min(n, at+500); i++ {
				b.Clock.Move(time.Millisecond)
				id, now := b.Store.NewID(), b.Store.Now()
				values = append(values, "(?, ?, 'published', ?, 'idea', ?, 1, 0, 0, ?, ?, ?, ?)")
				args = append(args, id, fmt.Sprintf("study-%d", i), "Study", owner.ID, false, now, now, now)
			}
			sql := "INSERT INTO case_studies (id, slug, status, title, stage, owner_id, revision, hot, hot_age, demo, created_at, updated_at, published_at) VALUES "
			if err := b.Store.DB(ctx).Exec(sql+strings.Join(values, ", "), args...).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
