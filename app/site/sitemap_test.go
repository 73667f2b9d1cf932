package site_test

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
)

// sitemap is a map of the site as a search engine reads it.
type sitemap struct {
	XMLName xml.Name
	URLs    []struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod"`
	} `xml:"url"`
	Maps []struct {
		Loc string `xml:"loc"`
	} `xml:"sitemap"`
}

func (b *bench) sitemap(t *testing.T, path string) sitemap {
	t.Helper()
	page := b.Client(t).Get(path).Want(http.StatusOK)
	if got := page.Header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
		t.Errorf("%s is %q", path, got)
	}
	var m sitemap
	if err := xml.Unmarshal([]byte(page.Body), &m); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if m.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" {
		t.Errorf("%s is of the namespace %q", path, m.XMLName.Space)
	}
	return m
}

func (m sitemap) addresses() []string {
	var out []string
	for _, u := range m.URLs {
		out = append(out, strings.TrimPrefix(u.Loc, apptest.BaseURL))
	}
	return out
}

// ownPages is how many pages are there whatever people post.
const ownPages = 14

func TestTheMapListsWhatCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		cs := b.addStudy("Letters & results", func(cs *models.CaseStudy) { cs.Organisation = "RR8" })
		gone := b.addStudy("Withdrawn")
		if err := b.Store.SetStatus(t.Context(), gone.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		apptest.Person(t, b.Store, func(p *models.Person) { p.Organisation = "RJ1" })
		for title, audience := range map[string]models.Visibility{"Where to begin": models.ToEverybody, "Mine": models.ToEditors} {
			c := models.Collection{ID: b.Store.NewID(), OwnerID: apptest.Person(t, b.Store).ID, Title: title, Audience: audience}
			if err := b.Store.CreateCollection(t.Context(), &c); err != nil {
				t.Fatal(err)
			}
		}
		m := b.sitemap(t, "/sitemap.xml")
		got := m.addresses()
		for _, want := range []string{"/", "/case-studies", "/accessibility", "/case-studies/" + cs.Slug, "/organisations/RR8", "/collections/where-to-begin"} {
			if !slices.Contains(got, want) {
				t.Errorf("the map lacks %s", want)
			}
		}
		for _, not := range []string{"/case-studies/" + gone.Slug, "/organisations/RJ1", "/collections/mine"} {
			if slices.Contains(got, not) {
				t.Errorf("the map has %s", not)
			}
		}
		for _, u := range m.URLs {
			if strings.HasSuffix(u.Loc, cs.Slug) && u.LastMod != cs.UpdatedAt.Format(time.RFC3339) {
				t.Errorf("it changed %q, want %v", u.LastMod, cs.UpdatedAt)
			}
		}
	})
}

func TestTheMapOfTenThousand(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const n = 10_000
		b.many(n)
		m := b.sitemap(t, "/sitemap.xml")
		seen := map[string]bool{}
		for _, a := range m.addresses() {
			seen[a] = true
		}
		if len(m.URLs) != n+ownPages || len(seen) != len(m.URLs) {
			t.Errorf("%d addresses, %d of them different, want %d", len(m.URLs), len(seen), n+ownPages)
		}
		statements := b.Statements(func() { b.Client(t).Get("/sitemap.xml") })
		if len(statements) > 22 {
			t.Errorf("%d statements for %d case studies", len(statements), n)
		}
		b.Client(t).Do(http.MethodHead, "/sitemap.xml", nil, "").Want(http.StatusOK)
	})
}

func TestMoreThanOneMapMayHave(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.site.SetPerSitemap(1000)
		b.many(2000) // exactly two maps of case studies
		if err := b.Store.SaveSystem(t.Context(), models.System{Slug: "ppm", Name: "PPM+", Confirmed: true}); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.SaveSystem(t.Context(), models.System{Slug: "proposed", Name: "Proposed"}); err != nil {
			t.Fatal(err)
		}
		b.addStudy("With an organisation", func(cs *models.CaseStudy) { cs.Organisation = "RR8" })
		index := b.sitemap(t, "/sitemap.xml")
		if index.XMLName.Local != "sitemapindex" || len(index.Maps) != 6 {
			t.Fatalf("%d maps in a %s, want pages, three of case studies, one of organisations and one of systems", len(index.Maps), index.XMLName.Local)
		}
		seen := map[string]bool{}
		for _, m := range index.Maps {
			list := b.sitemap(t, strings.TrimPrefix(m.Loc, apptest.BaseURL)).addresses()
			if len(list) == 0 || len(list) > 1000 {
				t.Errorf("%s has %d addresses", m.Loc, len(list))
			}
			for _, a := range list {
				if seen[a] {
					t.Errorf("%s is in two maps", a)
				}
				seen[a] = true
			}
		}
		if len(seen) != 2000+1+1+1+ownPages {
			t.Errorf("%d addresses in all, want %d", len(seen), 2003+ownPages)
		}
		b.Client(t).Get("/sitemaps/case-studies.xml?after=nonsense").Want(http.StatusBadRequest)
		b.Client(t).Get("/sitemaps/people.xml").Want(http.StatusNotFound)
	})
}
