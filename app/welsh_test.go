package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/words"
	"grassroots/models"
	"grassroots/models/demo"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// perRoute is how many pages of one route are looked at for each reader.
const perRoute = 4

// walk opens every page that links lead to from some others, at most perRoute of
// each route, and gives their HTML by address.
func walk(t *testing.T, w *wholeSite, c *apptest.Client, from ...string) map[string]string {
	t.Helper()
	var routes []*regexp.Regexp
	for _, r := range w.whole.GetRoutes(true) {
		if r.Method == http.MethodGet {
			pattern := regexp.MustCompile(`:[a-z_]+`).ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`)
			routes = append(routes, regexp.MustCompile("^"+pattern+"$"))
		}
	}
	opened, perPattern := map[string]string{}, map[int]int{}
	seen := map[string]bool{}
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		path, query, _ := strings.Cut(at, "?")
		route := slices.IndexFunc(routes, func(r *regexp.Regexp) bool { return r.MatchString(path) })
		if seen[at] || route < 0 || perPattern[route] >= perRoute || strings.Contains(query, "cursor=") || strings.HasPrefix(path, "/assets/") || path == "/sign-out" {
			continue
		}
		seen[at] = true
		page := c.Get(at)
		if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.Status >= 300 && page.Status < 400 {
			continue
		}
		perPattern[route]++
		opened[at] = page.Body
		for _, a := range apptest.All(page.Doc(), func(n *apptest.Node) bool { return n.Data == "a" }) {
			if u, err := url.Parse(apptest.Attr(a, "href")); err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") {
				u.Fragment = ""
				from = append(from, u.String())
			}
		}
	}
	return opened
}

// namesOf lists what is called by a name here, as messages have it: names are not
// translated.
func namesOf(t *testing.T, st *store.Store) map[string]bool {
	t.Helper()
	var names []string
	if err := st.DB(t.Context()).Raw(`SELECT name FROM systems UNION SELECT name FROM standards UNION SELECT name FROM organisations
		UNION SELECT name FROM people UNION SELECT title FROM case_studies UNION SELECT title FROM collections UNION SELECT title FROM drafts UNION SELECT title FROM campaigns`).Scan(&names).Error; err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, n := range names {
		out[words.ID(n)] = true
	}
	return out
}

// TestEveryPageIsInWelsh: no page has a sentence of ours that Welsh lacks. It walks the
// demonstration as nobody, as a lead and as an admin who moderates.
func TestEveryPageIsInWelsh(t *testing.T) {
	t.Parallel()
	w := wholeSiteOn(t, storetest.NewOn(t, store.SQLite))
	content, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.whole.LoadDemo(t.Context(), content); err != nil {
		t.Fatal(err)
	}
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := namesOf(t, w.Store)
	for _, c := range content.Campaigns { // what organisers ask in their own words
		for _, q := range c.Questions {
			names[words.ID(q.Text)] = true
		}
	}
	missing := map[string]string{}
	for who, c := range readersOf(t, w) {
		pages := walk(t, w, c, "/", "/case-studies/new", "/me", "/admin", "/moderation", "/check", "/impact", "/impact/data", "/organisations/RR8/impact", "/impact/voices", "/people/amina-yusuf", "/nothing-here", "/case-studies?stage=idea&q=zzz", "/interoperability/map", "/sign-in")
		if len(pages) < 40 {
			t.Errorf("the walk of %s came to %d pages alone", who, len(pages))
		}
		for at, page := range pages {
			for _, id := range book.Missing(models.Welsh, []byte(page)) {
				if !names[id] && !zone.MatchString(id) && missing[id] == "" {
					missing[id] = who + " at " + at
				}
			}
		}
	}
	for id, at := range missing {
		t.Errorf("not in Welsh, for %s: %q", at, id)
	}
}

var zone = regexp.MustCompile(`^[A-Z][A-Za-z]+/[A-Z][A-Za-z_/ -]+$`)

func readersOf(t *testing.T, w *wholeSite) map[string]*apptest.Client {
	t.Helper()
	readers := map[string]*apptest.Client{"nobody": w.Client(t)}
	for _, handle := range []string{"amina-yusuf", "farah-siddiqui", "beth-crowther"} {
		p, err := w.Store.PersonByHandle(t.Context(), handle)
		if err != nil {
			t.Fatal(err)
		}
		readers[handle] = w.As(t, p)
	}
	return readers
}
