package feeds_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// titles are those of the entries, in their order.
func (f atom) titles() string {
	var out []string
	for _, e := range f.entries {
		out = append(out, e.title)
	}
	return strings.Join(out, " | ")
}

func TestTheFeedTakesTheListsParameters(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.feed(t, "/feeds/case-studies.atom") // valid without an entry
		b.addStudy("Letters", func(cs *models.CaseStudy) {
			cs.Stage, cs.Organisation, cs.Tags = models.StageInUse, "RR8", []string{"letters"}
		})
		b.addStudy("Bookings", func(cs *models.CaseStudy) {
			cs.Authors = []models.Author{{Name: "Priya Nair"}}
			cs.Organisation = "RR8"
		})
		top := b.addStudy("Results", func(cs *models.CaseStudy) {
			cs.Connections = []models.Connection{{From: "PPM", To: "SystmOne", Standard: "hl7-v2"}}
		})
		gone := b.addStudy("Withdrawn")
		if err := b.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		older, err := b.Store.CaseStudy(t.Context(), "letters")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Store.Vote(t.Context(), older.ID, top.OwnerID, true); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		for path, want := range map[string]string{
			"/feeds/case-studies.atom":                               "Results | Bookings | Letters",
			"/feeds/case-studies.atom?sort=top":                      "Letters | Results | Bookings",
			"/feeds/case-studies.atom?stage=in-use":                  "Letters",
			"/feeds/case-studies.atom?organisation=RR8&stage=idea":   "Bookings",
			"/feeds/case-studies.atom?q=results":                     "Results",
			"/feeds/case-studies.atom?tag=letters&tag=no-such-thing": "Letters",
			"/feeds/case-studies.atom?limit=1":                       "Results",
		} {
			if got := b.feed(t, path).titles(); got != want {
				t.Errorf("%s has %q, want %q", path, got, want)
			}
		}
		f := b.feed(t, "/feeds/case-studies.atom?organisation=RR8")
		if f.title != "Grassroots: case studies (Organisation RR8)" || f.entries[0].author != "Priya Nair" || !strings.Contains(f.entries[0].summary, "Idea, Organisation RR8") {
			t.Errorf("the feed is %+v", f)
		}
		for _, bad := range []string{"?colour=blue", "?stage=finished", "?sort=loudest", "?limit=1000", "?limit=x", "?cursor=x"} {
			b.Client(t).Get("/feeds/case-studies.atom" + bad).Want(http.StatusBadRequest)
		}
		// The address of a system, a standard and an organisation is the same feed.
		for path, want := range map[string]string{"/organisations/RR8/feed.atom": "/feeds/case-studies.atom?organisation=RR8",
			"/organisations/RR8/feed.atom?stage=idea": "/feeds/case-studies.atom?organisation=RR8&stage=idea",
			"/systems/ppm/feed.atom":                  "/feeds/case-studies.atom?system=ppm", "/standards/hl7-v2/feed.atom": "/feeds/case-studies.atom?standard=hl7-v2"} {
			short, long := b.feed(t, path), b.feed(t, want)
			if short.id != long.id || short.titles() != long.titles() || short.titles() == "" || !strings.Contains(short.title, "case studies of ") {
				t.Errorf("%s is %+v, %s is %+v", path, short, want, long)
			}
		}
		b.Client(t).Get("/organisations/rr8/feed.atom?stage=idea").Want(http.StatusMovedPermanently).Follow().Want(http.StatusOK)
		b.Client(t).Get("/systems/nothing/feed.atom").Want(http.StatusNotFound)
		b.Client(t).Get("/systems/ppm").Want(http.StatusOK).WantText("a page")
	})
}

// Who wants to hear of changes as well asks for what changed last.
func TestTheFeedOfChanges(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		old := b.addStudy("Old")
		b.addStudy("New")
		b.Clock.Move(time.Hour)
		old.UpdatedAt = b.Store.Now()
		if err := b.Store.ReviseCaseStudy(t.Context(), &old, store.SaveNote{EditorID: old.OwnerID}); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		if got := b.feed(t, "/feeds/case-studies.atom?sort=updated").titles(); got != "Old | New" {
			t.Errorf("it has %q", got)
		}
		b.feed(t, strings.TrimPrefix(b.feed(t, "/feeds/case-studies.atom?limit=1&sort=updated").link("next"), apptest.BaseURL))
		b.Client(t).Get("/feeds/case-studies.atom?sort=updated&q=old").Want(http.StatusBadRequest)
	})
}

func TestEntriesKeepTheirIDs(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.addStudy("Before")
		first := b.feed(t, "/feeds/case-studies.atom")
		b.Clock.Move(time.Hour)
		cs.Title, cs.UpdatedAt = "After", b.Store.Now()
		if err := b.Store.ReviseCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: cs.OwnerID}); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		second := b.feed(t, "/feeds/case-studies.atom")
		a, z := first.entries[0], second.entries[0]
		if a.id != z.id || first.id != second.id || a.id != "urn:ulid:"+cs.ID || z.title != "After" || a.updated.Equal(z.updated) || !a.published.Equal(z.published) || !second.updated.Equal(z.updated) {
			t.Errorf("before %+v, after %+v", a, z)
		}
	})
}

func TestAFeedIsSentOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.addStudy("Letters")
		reader := b.Client(t)
		page := reader.Get("/feeds/case-studies.atom").Want(http.StatusOK)
		modified := page.Header.Get("Last-Modified")
		reader.Header.Set("If-Modified-Since", modified)
		reader.Get("/feeds/case-studies.atom").Want(http.StatusNotModified)
		b.Clock.Move(time.Minute)
		reader.Get("/feeds/case-studies.atom").Want(http.StatusNotModified)
		// What is withdrawn leaves nothing behind that is newer, and is a change.
		if err := b.Store.SetStatus(t.Context(), b.addStudy("Withdrawn").ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.addStudy("More letters")
		if later := reader.Get("/feeds/case-studies.atom").Want(http.StatusOK).Header.Get("Last-Modified"); later == modified || later == "" {
			t.Errorf("it is of %q still", later)
		}
		for name, client := range map[string]*apptest.Client{"nobody": b.Client(t), "somebody": b.As(t, apptest.Person(t, b.Store))} {
			page := client.Get("/feeds/case-studies.atom").Want(http.StatusOK)
			client.Header.Set("If-None-Match", page.Header.Get("ETag"))
			if again := client.Get("/feeds/case-studies.atom").Want(http.StatusNotModified); again.Body != "" {
				t.Errorf("%s: %d bytes were sent again", name, len(again.Body))
			}
			b.Clock.Move(time.Minute) // past what was kept of the page
			client.Get("/feeds/case-studies.atom").Want(http.StatusNotModified)
			b.addStudy("News for " + name)
			client.Get("/feeds/case-studies.atom").Want(http.StatusOK)
		}
	})
}

func TestHostileTitlesMakeAFeedAllTheSame(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		hostile := []string{`</title></entry></feed>`, `]]>`, `<![CDATA[`, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;`, `&amp;&lt;`, "tab\tand\u0001control\ufffe\uffff", `"'>`,
			"\u202eright to left", "caf\u00e9 🩺", strings.Repeat("w", 150)}
		for _, title := range hostile {
			b.addStudy(title, func(cs *models.CaseStudy) {
				cs.Summary, cs.Authors = title, []models.Author{{Name: title}}
			})
		}
		f := b.feed(t, "/feeds/case-studies.atom")
		if len(f.entries) != len(hostile) {
			t.Fatalf("%d entries, want %d", len(f.entries), len(hostile))
		}
		for i, e := range f.entries {
			if want := hostile[len(hostile)-1-i]; e.title != want && !strings.Contains(want, "\u0001") {
				t.Errorf("the title %q has become %q", want, e.title)
			}
		}
		b.feed(t, "/feeds/case-studies.atom?tag="+url.QueryEscape(`"><script>alert(1)</script>`))
	})
}
