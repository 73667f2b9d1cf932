package app_test

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

// stale makes every session one of somebody who showed who they are a while ago,
// and for whom nothing is held.
func (w *wholeSite) stale(age time.Duration) {
	w.t.Helper()
	if err := w.Store.DB(w.t.Context()).Exec("UPDATE sessions SET proved_at = ?", w.Store.Now().Add(-age)).Error; err != nil {
		w.t.Fatal(err)
	}
	if err := w.Store.DB(w.t.Context()).Exec("DELETE FROM held_forms").Error; err != nil { // one person has ten at most
		w.t.Fatal(err)
	}
	w.Site.PeopleChanged()
}

// asksAgain tells whether an answer sends its person to show anew who they are.
func asksAgain(page *apptest.Page) bool {
	return page.Status == http.StatusSeeOther && strings.HasPrefix(page.Header.Get("Location"), web.ProvePath+"?next=")
}

// Every route that the table names refuses a sign-in that is too old, writes
// nothing but the held form, and lets a fresh one through; no other asks.
func TestSensitiveRoutesNeedAFreshSignIn(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	w.Site.FreshFor = 15 * time.Minute
	admin := w.actors[len(w.actors)-1]
	walked := 0
	for _, route := range w.Fiber.GetRoutes(true) {
		right, ruled := web.Access(route.Method, route.Path)
		if !ruled || strings.HasPrefix(route.Path, "/sign-") || route.Method == http.MethodHead {
			continue
		}
		what, sensitive := web.NeedsProof(route.Method, route.Path)
		th := w.things(admin, right, false)
		body, kind := bodyFor(route.Method, route.Path)
		send := func(age time.Duration, change func(*apptest.Client)) *apptest.Page {
			c := w.As(t, *admin.person)
			if strings.HasPrefix(route.Path, "/api/") {
				c = w.Program(t, *admin.person)
			}
			if change != nil {
				change(c)
			}
			w.stale(age)
			return c.Do(route.Method, th.address(route.Path), strings.NewReader(body), kind)
		}
		before := w.events()
		asked := asksAgain(send(15*time.Minute, nil))
		if asked != sensitive {
			t.Errorf("%s %s asks who it is again: %v; the table: %v", route.Method, route.Path, asked, sensitive)
		}
		if !sensitive {
			continue
		}
		walked++
		if got := w.events() - before; got != 1 { // the beginning of the session
			t.Errorf("%s %s was refused, and %d events are recorded", route.Method, route.Path, got)
		}
		if what == "" || what == "do this" {
			t.Errorf("%s %s has no words for what it does", route.Method, route.Path)
		}
		script := send(15*time.Minute, func(c *apptest.Client) { c.Header.Set("Accept", "application/json") })
		if script.Status != http.StatusUnauthorized || !strings.Contains(script.Body, "more than 15 minutes ago") {
			t.Errorf("%s %s by a script: %d %s", route.Method, route.Path, script.Status, script.Body)
		}
		if asksAgain(send(15*time.Minute-time.Second, nil)) {
			t.Errorf("%s %s asks somebody who signed in just now", route.Method, route.Path)
		}
	}
	if walked != len(web.ProvenRoutes()) {
		t.Errorf("%d routes were walked, the table has %d", walked, len(web.ProvenRoutes()))
	}
}

// What admins write needs a fresh sign-in unless the table says why not, and no
// operation of the API is in it: a token is never fresh.
func TestTheTableOfSensitiveRoutes(t *testing.T) {
	t.Parallel()
	exceptions := 0
	for _, route := range web.RuledRoutes() {
		method, path, _ := strings.Cut(route, " ")
		right, _ := web.Access(method, path)
		_, sensitive := web.NeedsProof(method, path)
		if right == models.Administer && method != http.MethodGet && !sensitive {
			exceptions++
		}
		if sensitive && (method == http.MethodGet || strings.HasPrefix(path, "/api/")) {
			t.Errorf("%s needs a fresh sign-in, and cannot be held", route)
		}
	}
	if exceptions != 3 {
		t.Errorf("%d writes of admins need no fresh sign-in", exceptions)
	}
}

// The table in the documents is the table in the code.
func TestSensitiveRoutesAreDocumented(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../docs/sign-in.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if route := strings.Trim(cells[0], " `"); len(cells) == 2 && (strings.HasPrefix(route, "POST /") || strings.HasPrefix(route, "PUT /")) {
			documented[route] = strings.TrimSpace(cells[1])
		}
	}
	if got, want := slices.Sorted(maps.Keys(documented)), slices.Sorted(maps.Keys(web.ProvenRoutes())); !slices.Equal(got, want) {
		t.Errorf("docs/sign-in.md has %v, the code %v", got, want)
	}
	for route, what := range web.ProvenRoutes() {
		if documented[route] != what {
			t.Errorf("docs/sign-in.md says of %s %q, the code %q", route, documented[route], what)
		}
	}
}

// With 0 nobody is asked.
func TestFreshSignInsCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	admin := w.actors[len(w.actors)-1]
	c := w.As(t, *admin.person)
	w.stale(11 * time.Hour)
	c.Post("/me/tokens", map[string][]string{"name": {"x"}, "expires": {"7"}}).Want(http.StatusOK).WantText("Your new token")
}
