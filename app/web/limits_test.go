package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// behind lets a test say by X-Forwarded-For where it asks from: its own address
// is 0.0.0.0.
func behind(t *testing.T) web.Proxies {
	t.Helper()
	return web.Proxies{Known: prefixes(t, "0.0.0.0/32")}
}

// plainRoutes answers at addresses that have rules with nothing to do.
type plainRoutes struct{ site *web.Site }

func (p plainRoutes) Routes(r fiber.Router) {
	ok := func(c *fiber.Ctx) error { return c.SendString("done") }
	for _, path := range []string{"/case-studies", "/case-studies.csv", "/me", "/healthz", "/readyz", "/metrics", "/sign-in", "/api/v1/me", "/api/v1/case-studies"} {
		r.Get(path, ok)
	}
	for _, path := range []string{"/case-studies/new", "/me/drafts/:id/files", "/case-studies/:slug/vote", "/sign-in/email", "/mcp", "/api/v1/check"} {
		r.Post(path, ok)
	}
}

// nodes gives two nodes on one database, with one clock.
func nodes(t *testing.T, dialect string, limits web.Limits) (*apptest.Clock, [2]*apptest.App) {
	t.Helper()
	clock := apptest.NewClock()
	cfg := storetest.ConfigOn(t, dialect, storetest.WithNow(clock.Now))
	var out [2]*apptest.App
	for i := range out {
		st, err := store.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		out[i] = apptest.New(t, st, func(s *web.Site) []apptest.Routes { return []apptest.Routes{plainRoutes{s}} }, apptest.WithLimits(limits, behind(t)))
	}
	return clock, out
}

func onBoth(t *testing.T, f func(t *testing.T, dialect string)) {
	t.Helper()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			f(t, dialect)
		})
	}
}

func settle(t *testing.T, list ...*apptest.App) {
	t.Helper()
	for _, a := range list {
		if err := a.Site.SettleLimits(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// answered gives how many of n requests were let through.
func answered(t *testing.T, n int, ask func() *apptest.Page) (through int) {
	t.Helper()
	for range n {
		switch p := ask(); p.Status {
		case http.StatusOK:
			through++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("%s: status %d", p.Path, p.Status)
		}
	}
	return through
}

func TestALimitHoldsOverAllNodes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dialect string) {
		clock, node := nodes(t, dialect, web.Limits{Person: 40})
		p := apptest.Person(t, node[0].Store)
		at := [2]*apptest.Client{node[0].As(t, p), node[1].As(t, p)} // one request each
		through := 2
		for range 30 { // a second each
			for i := range at {
				through += answered(t, 2, func() *apptest.Page { return at[i].Get("/me") })
			}
			settle(t, node[:]...)
		}
		// Each node may be a twentieth ahead of what the other knows, and a second.
		if through < 40 || through > 40+2*2 {
			t.Errorf("%d requests of one person were let through on two nodes", through)
		}
		clock.Move(15 * time.Second)
		page := at[1].Get("/me").Want(http.StatusTooManyRequests).WantText("more than 40 requests within a minute", "Wait 45 seconds")
		if got := page.Header.Get("Retry-After"); got != "45" {
			t.Errorf("Retry-After is %q", got)
		}
		// Others are not held to what one did, and the next minute is a new one.
		node[0].As(t, apptest.Person(t, node[0].Store)).Get("/me").Want(http.StatusOK)
		clock.Move(45 * time.Second)
		at[0].Get("/me").Want(http.StatusOK)
		at[1].Get("/me").Want(http.StatusOK)
		if log := node[1].Log.String(); strings.Count(log, "a limit was reached") != 1 || !strings.Contains(log, p.ID) {
			t.Errorf("the log says %s", log)
		}
	})
}

func TestLinksToOneAddressAreCountedExactly(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dialect string) {
		clock, node := nodes(t, dialect, web.Limits{Links: 5})
		var sent atomic.Int64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				switch err := node[i%2].Site.LinkAllowed(t.Context(), "Jane@nhs.net"); models.KindOf(err) {
				case "":
					sent.Add(1)
				case models.TooMany:
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if sent.Load() != 5 {
			t.Errorf("%d links were allowed", sent.Load())
		}
		clock.Move(time.Hour)
		if err := node[0].Site.LinkAllowed(t.Context(), "jane@nhs.net"); err != nil {
			t.Error(err)
		}
	})
}

// one is a node on SQLite, whose database a test may look at.
func one(t *testing.T, limits web.Limits) (*apptest.Clock, *apptest.App) {
	t.Helper()
	clock, node := nodes(t, store.SQLite, limits)
	return clock, node[0]
}

func TestTokensPeopleAndAddressesHaveLimitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, a := one(t, web.Limits{Token: 3, Person: 5, Address: 7})
	p := apptest.Person(t, a.Store)
	secret := web.TokenPrefix + web.NewSecret()
	if err := a.Store.CreateToken(t.Context(), secret, models.Token{ID: a.Store.NewID(), PersonID: p.ID, Name: "script", CreatedAt: a.Store.Now()}); err != nil {
		t.Fatal(err)
	}
	from := func(c *apptest.Client, address string) *apptest.Client {
		c.Header.Set("X-Forwarded-For", address)
		return c
	}
	browser, script := from(a.Client(t), "192.0.2.77"), from(a.Client(t), "192.0.2.77")
	browser = from(a.As(t, p), "192.0.2.77")
	script.Header.Set("Authorization", "Bearer "+secret)
	if n := answered(t, 10, func() *apptest.Page { return browser.Get("/me") }); n != 5 {
		t.Errorf("a person is let through %d times", n)
	}
	if n := answered(t, 10, func() *apptest.Page { return script.Get("/api/v1/me") }); n != 3 {
		t.Errorf("a token is let through %d times", n)
	}
	script.Get("/api/v1/me").WantProblem(http.StatusTooManyRequests)
	for _, x := range []struct {
		address string
		want    int
	}{{"198.51.100.1", 7}, {"198.51.100.1", 0}, {"198.51.100.2", 7}, {"::ffff:198.51.100.2", 0}, {"2001:db8:1:2::1", 7}, {"2001:db8:1:2:ffff::9", 0}, {"2001:db8:1:3::1", 7}} {
		client := from(a.Client(t), x.address)
		if n := answered(t, 10, func() *apptest.Page { return client.Get("/case-studies") }); n != x.want {
			t.Errorf("%s is let through %d times, want %d", x.address, n, x.want)
		}
	}
	// Whoever tries tokens is held by their address.
	thief := from(a.Client(t), "203.0.113.9")
	for i := range 9 {
		thief.Header.Set("Authorization", "Bearer "+web.TokenPrefix+web.NewSecret())
		want := http.StatusUnauthorized
		if i >= 7 {
			want = http.StatusTooManyRequests
		}
		thief.Get("/api/v1/me").WantProblem(want)
	}
	// How the program is, may be asked at any time.
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if n := answered(t, 20, func() *apptest.Page { return from(a.Client(t), "198.51.100.1").Get(path) }); n != 20 && path != "/metrics" {
			t.Errorf("%s is answered %d times", path, n)
		}
	}
}

func TestWhatIsDoneHasALimitOfItsKind(t *testing.T) {
	t.Parallel()
	_, a := one(t, web.Limits{Writes: 1, Searches: 2, Exports: 3, Uploads: 4, SignIns: 5})
	p := apptest.Person(t, a.Store)
	signed, nobody := a.As(t, p), a.Client(t)
	for _, x := range []struct {
		what   string
		client *apptest.Client
		method string
		path   string
		want   int
	}{
		{"a list as it is", signed, "GET", "/case-studies", 40},
		{"a search", signed, "GET", "/case-studies?q=letters", 2},
		{"a search in the API is one more", signed, "GET", "/api/v1/case-studies?q=letters", 0},
		{"a search by nobody", nobody, "GET", "/case-studies?q=letters", 20},
		{"a question of an assistant is one more", nobody, "POST", "/mcp", 0},
		{"a table", signed, "GET", "/case-studies.csv", 3},
		{"a table for nobody", nobody, "GET", "/case-studies.csv", 30},
		{"a file", signed, "POST", "/me/drafts/x/files", 4},
		{"a write", signed, "POST", "/case-studies/new", 1},
		{"a vote is one more", signed, "POST", "/case-studies/x/vote", 0},
		{"signing in", nobody, "POST", "/sign-in/email", 5},
	} {
		n := answered(t, 40, func() *apptest.Page {
			if x.method == "GET" {
				return x.client.Get(x.path)
			}
			return x.client.Post(x.path, nil)
		})
		if n != x.want {
			t.Errorf("%s: let through %d times, want %d", x.what, n, x.want)
		}
	}
}

func TestNothingIsLimitedWithoutASetting(t *testing.T) {
	t.Parallel()
	_, a := one(t, web.Limits{})
	client := a.Client(t)
	if n := answered(t, 200, func() *apptest.Page { return client.Post("/sign-in/email", nil) }); n != 200 {
		t.Errorf("%d of 200 were let through", n)
	}
	for range 20 {
		if err := a.Site.LinkAllowed(t.Context(), "jane@nhs.net"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatWasTypedComesBackWithTheRefusal(t *testing.T) {
	t.Parallel()
	clock, a := one(t, web.Limits{Writes: 1})
	c := a.As(t, apptest.Person(t, a.Store))
	typed := url.Values{"title": {`Letters <script>alert(1)</script> "quoted"`}, "body": {"One line\nand another"}, "tags": {"a", "b"}}
	c.Post("/case-studies/new", typed).Want(http.StatusOK)
	page := c.Post("/case-studies/new?from=x", typed).Want(http.StatusTooManyRequests).WantText("Too many requests", "Nothing was done with what you sent", "Letters <script>alert(1)</script>", "and another")
	form := page.Form("/case-studies/new?from=x")
	if got := form.Values.Encode(); got != typed.Encode() {
		t.Errorf("the form has %s, want %s", got, typed.Encode())
	}
	if strings.Contains(page.Body, "<script>alert") {
		t.Error("what was typed is taken for a part of the page")
	}
	if page.Header.Get("Cache-Control") != "no-store" || page.Header.Get("Retry-After") != "60" {
		t.Errorf("%v", page.Header)
	}
	page = c.PostFiles("/case-studies/new", typed, apptest.File{Field: "file", Name: "x.txt", ContentType: "text/plain", Content: []byte("x")}).
		Want(http.StatusTooManyRequests).WantText("Files are not kept")
	if got := page.Form("/case-studies/new").Values.Encode(); got != typed.Encode() {
		t.Errorf("the form has %s, want %s", got, typed.Encode())
	}
	clock.Move(time.Minute)
	c.Post("/case-studies/new", form.Values).Want(http.StatusOK)
}

func TestALimitAsksTheDatabaseNothing(t *testing.T) {
	t.Parallel()
	statements := func(limits web.Limits) int {
		_, a := one(t, limits)
		c := a.As(t, apptest.Person(t, a.Store))
		c.Get("/me").Want(http.StatusOK)
		return len(a.Statements(func() {
			for range 10 {
				c.Get("/case-studies?q=x").Want(http.StatusOK)
			}
		}))
	}
	with, without := statements(web.Limits{Token: 100, Person: 100, Address: 100, Writes: 100, Searches: 100, Exports: 100, Uploads: 100, SignIns: 100, Links: 5}), statements(web.Limits{})
	if with != without {
		t.Errorf("%d statements with limits and %d without", with, without)
	}
}

// Without the database each node goes on by itself, and tells what it counted
// when the database is back.
func TestALimitHoldsWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	_, a := one(t, web.Limits{Address: 10})
	c := a.Client(t)
	c.Get("/case-studies").Want(http.StatusOK)
	if err := a.Store.DB(t.Context()).Exec("ALTER TABLE rate_counts RENAME TO away").Error; err != nil {
		t.Fatal(err)
	}
	if err := a.Site.SettleLimits(t.Context()); err == nil {
		t.Error("it was told though the table is away")
	}
	if n := answered(t, 20, func() *apptest.Page { return c.Get("/case-studies") }); n != 9 {
		t.Errorf("%d more were let through", n)
	}
	if err := a.Store.DB(t.Context()).Exec("ALTER TABLE away RENAME TO rate_counts").Error; err != nil {
		t.Fatal(err)
	}
	settle(t, a, a)
	var rows []struct {
		Key  string
		Hits int
	}
	if err := a.Store.DB(t.Context()).Raw("SELECT key, hits FROM rate_counts").Scan(&rows).Error; err != nil || len(rows) != 1 || rows[0].Hits != 10 {
		t.Errorf("%v, %v", rows, err)
	}
	for _, row := range rows {
		if strings.Contains(row.Key, "0.0.0.0") || len(row.Key) != 22 {
			t.Errorf("the key %q says who it was", row.Key)
		}
	}
}
