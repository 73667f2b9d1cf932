package feeds_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/feeds"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// bench is a site with the feeds, over the lists of the store.
type bench struct {
	*apptest.App
	t *testing.T
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		readable := func(ctx context.Context, slug string) (models.CaseStudy, error) {
			cs, err := s.Store.CaseStudy(ctx, slug)
			if err == nil && cs.Status != models.Published {
				err = models.E(models.Gone, "This case study has been withdrawn.")
			}
			return cs, err
		}
		return []apptest.Routes{pages{}, feeds.New(s, feeds.Lists{Parse: casestudies.ParseQuery, Find: s.Store.ListCaseStudies, System: s.Store.System, CaseStudy: readable})}
	}, func(t *testing.T, a *apptest.App) { f(t, &bench{a, t}) })
}

// pages are routes of other features, in whose way the feeds must not stand.
type pages struct{}

// Routes implements apptest.Routes.
func (pages) Routes(r fiber.Router) {
	r.Get("/systems/:slug", func(c *fiber.Ctx) error { return c.SendString("a page") })
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

// feed asks for a feed and holds it to RFC 4287, and to what its readers need.
func (b *bench) feed(t *testing.T, path string) atom {
	t.Helper()
	page := b.Client(t).Get(path).Want(http.StatusOK)
	if got := page.Header.Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("%s is %q", path, got)
	}
	f, problems := readAtom(page.Body)
	for _, p := range problems {
		t.Errorf("%s: %s", path, p)
	}
	if t.Failed() {
		t.FailNow()
	}
	if self := f.link("self"); self != apptest.BaseURL+path {
		t.Errorf("the feed says that it is at %q, it is at %s", self, path)
	}
	for _, e := range f.entries {
		if e.updated.After(f.updated) {
			t.Errorf("%q is newer than the feed", e.title)
		}
		if !strings.HasPrefix(e.link("alternate"), apptest.BaseURL+"/") {
			t.Errorf("%q leads to %q", e.title, e.link("alternate"))
		}
	}
	return f
}

func TestTheFeedOfCommentsIsOfWhatStands(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		letters, gone := b.addStudy("Letters"), b.addStudy("Withdrawn")
		b.feed(t, "/feeds/comments.atom")
		author := apptest.Person(t, b.Store, apptest.Named("priya", "Priya Nair"))
		say := func(on models.CaseStudy, html string) models.Comment {
			b.Clock.Move(time.Second)
			m := models.Comment{ID: b.Store.NewID(), CaseStudyID: on.ID, AuthorID: author.ID, Kind: models.Question, Body: "?", HTML: html, CreatedAt: b.Store.Now()}
			if err := b.Store.AddComment(t.Context(), &m, nil); err != nil {
				t.Fatal(err)
			}
			b.Site.Changed()
			return m
		}
		first := say(letters, `<p>How <a href="/people/priya">long</a>? &lt;b&gt;</p>`)
		deleted, _ := say(letters, "<p>Oh.</p>"), say(gone, "<p>Why?</p>")
		if err := b.Store.DeleteComment(t.Context(), deleted.ID); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Clock.Move(time.Hour)
		changed := first
		changed.Version = 1
		if err := b.Store.EditComment(t.Context(), &changed, nil); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/feeds/comments.atom", "/case-studies/letters/comments.atom"} {
			f := b.feed(t, path)
			if len(f.entries) != 1 {
				t.Fatalf("%s has %d entries", path, len(f.entries))
			}
			e := f.entries[0]
			if e.id != "urn:ulid:"+first.ID || e.title != "Question on Letters" || e.author != "Priya Nair" || e.content != first.HTML ||
				!e.updated.Equal(b.Store.Now()) || e.link("alternate") != apptest.BaseURL+"/comments/"+first.ID || e.answers != "urn:ulid:"+letters.ID {
				t.Errorf("the entry is %+v", e)
			}
		}
		b.Client(t).Get("/case-studies/withdrawn/comments.atom").Want(http.StatusGone)
		b.Client(t).Get("/case-studies/nothing/comments.atom").Want(http.StatusNotFound)
		for _, bad := range []string{"?cursor=x", "?limit=0", "?colour=blue"} {
			b.Client(t).Get("/feeds/comments.atom" + bad).Want(http.StatusBadRequest)
		}
	})
}

func TestAFeedIsReadToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		author, on := apptest.Person(t, b.Store), b.addStudy("Letters")
		for range 12 {
			b.addStudy("Letters")
			m := models.Comment{ID: b.Store.NewID(), CaseStudyID: on.ID, AuthorID: author.ID, Kind: models.Question, HTML: "<p>?</p>", CreatedAt: b.Store.Now()}
			if err := b.Store.AddComment(t.Context(), &m, nil); err != nil {
				t.Fatal(err)
			}
		}
		b.Site.Changed()
		for path, want := range map[string]int{"/feeds/case-studies.atom?limit=5": 13, "/feeds/case-studies.atom?limit=5&sort=top": 13, "/feeds/comments.atom?limit=5": 12,
			"/case-studies/letters/comments.atom?limit=5": 12} {
			seen := map[string]bool{}
			first := b.feed(t, path)
			id := first.id
			for at, pages := path, 0; at != ""; pages++ {
				if pages > 3 {
					t.Fatalf("%s has no end", path)
				}
				f := b.feed(t, at)
				if f.id != id || f.link("first") != apptest.BaseURL+path || (f.link("previous") == "") != (pages == 0) && strings.Contains(path, "case-studies.atom") {
					t.Errorf("%s has the id %q, the first page %q and the one before %q", at, f.id, f.link("first"), f.link("previous"))
				}
				for _, e := range f.entries {
					if seen[e.id] {
						t.Errorf("%s is on two pages of %s", e.id, path)
					}
					seen[e.id] = true
				}
				at = strings.TrimPrefix(f.link("next"), apptest.BaseURL)
			}
			if len(seen) != want {
				t.Errorf("%s has %d entries on all its pages, want %d", path, len(seen), want)
			}
		}
		statements := func(path string) int { return len(b.Statements(func() { b.feed(t, path) })) }
		for _, path := range []string{"/feeds/case-studies.atom?limit=", "/feeds/comments.atom?limit="} {
			b.Site.Changed()
			few := statements(path + "2")
			if many := statements(path + "12"); many > few {
				t.Errorf("%s needs %d statements for 2 entries and %d for 12", path, few, many)
			}
		}
	})
}
