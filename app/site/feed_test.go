package site_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// atom is a feed as a reader of feeds understands it.
type atom struct {
	XMLName xml.Name   `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Author  *atomName  `xml:"author"`
	Links   []atomLink `xml:"link"`
	Entries []struct {
		ID        string     `xml:"id"`
		Title     string     `xml:"title"`
		Updated   string     `xml:"updated"`
		Published string     `xml:"published"`
		Summary   string     `xml:"summary"`
		Author    *atomName  `xml:"author"`
		Links     []atomLink `xml:"link"`
	} `xml:"entry"`
}

type atomName struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// feed reads a feed and holds it to what RFC 4287 requires of every feed.
func (b *bench) feed(t *testing.T, path string) atom {
	t.Helper()
	page := b.Client(t).Get(path).Want(http.StatusOK)
	if got := page.Header.Get("Content-Type"); got != "application/atom+xml; charset=utf-8" {
		t.Errorf("%s is %q", path, got)
	}
	var f atom
	if err := xml.Unmarshal([]byte(page.Body), &f); err != nil {
		t.Fatalf("%s is no feed: %v\n%.500s", path, err, page.Body)
	}
	updated := rfc3339(t, f.Updated)
	if f.ID == "" || f.Title == "" || f.Author == nil || f.Author.Name == "" {
		t.Errorf("the feed lacks an id, a title or an author: %+v", f)
	}
	self := ""
	for _, l := range f.Links {
		if l.Rel == "self" {
			self = l.Href
		}
	}
	if self != apptest.BaseURL+path {
		t.Errorf("the feed says that it is at %q, it is at %s", self, path)
	}
	ids := map[string]bool{}
	for _, e := range f.Entries {
		if u, err := url.Parse(e.ID); err != nil || !u.IsAbs() || ids[e.ID] {
			t.Errorf("the id %q is no address, or there twice", e.ID)
		}
		ids[e.ID] = true
		if e.Title == "" || rfc3339(t, e.Updated).After(updated) || rfc3339(t, e.Published).IsZero() {
			t.Errorf("the entry lacks a title or a time, or is newer than the feed: %+v", e)
		}
		if len(e.Links) != 1 || e.Links[0].Rel != "alternate" || !strings.HasPrefix(e.Links[0].Href, apptest.BaseURL+"/case-studies/") {
			t.Errorf("the entry leads to %+v", e.Links)
		}
	}
	return f
}

func rfc3339(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Error(err)
	}
	return at
}

func (f atom) titles() string {
	var out []string
	for _, e := range f.Entries {
		out = append(out, e.Title)
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
		top := b.addStudy("Results")
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
		if f.Title != "Grassroots: case studies (RR8)" || f.Entries[0].Author.Name != "Priya Nair" || !strings.Contains(f.Entries[0].Summary, "Idea, Organisation RR8") {
			t.Errorf("the feed is %+v", f)
		}
		for _, bad := range []string{"?colour=blue", "?stage=finished", "?sort=loudest", "?limit=1000", "?limit=x", "?cursor=x"} {
			b.Client(t).Get("/feeds/case-studies.atom" + bad).Want(http.StatusBadRequest)
		}
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
		a, z := first.Entries[0], second.Entries[0]
		if a.ID != z.ID || a.ID != "urn:ulid:"+cs.ID || z.Title != "After" || a.Updated == z.Updated || a.Published != z.Published || second.Updated != z.Updated {
			t.Errorf("before %+v, after %+v", a, z)
		}
	})
}

func TestAFeedIsSentOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.addStudy("Letters")
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
		if len(f.Entries) != len(hostile) {
			t.Fatalf("%d entries, want %d", len(f.Entries), len(hostile))
		}
		for i, e := range f.Entries {
			if want := hostile[len(hostile)-1-i]; e.Title != want && !strings.Contains(want, "\u0001") {
				t.Errorf("the title %q has become %q", want, e.Title)
			}
		}
		b.feed(t, "/feeds/case-studies.atom?tag="+url.QueryEscape(`"><script>alert(1)</script>`))
	})
}
