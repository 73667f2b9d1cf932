package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// elsewhere are values of a parameter that leads on, of which each would lead
// to another site, run a script or add a header if it were taken as it is.
func elsewhere() []string {
	return []string{
		"https://evil.example", "http://evil.example/", "HTTPS://evil.example", "//evil.example", "///evil.example", "////evil.example/..",
		`/\evil.example`, `\/evil.example`, `\\evil.example`, `/\/evil.example`, `//\evil.example`, "https:evil.example", "https:/evil.example",
		"https:///evil.example", "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
		"vbscript:x", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/me\r\nSet-Cookie: a=b", "/me\nX: y", "/\x00/evil.example",
		"//evil.example@grassroots.test", "https://grassroots.test@evil.example", "https://grassroots.test.evil.example", "//grassroots.test:80@evil.example",
		"evil.example", "me", "?next=//evil.example", "#//evil.example", "//%65vil.example", "//evil。example", " //evil.example", "ftp://evil.example",
		"/" + strings.Repeat("a", 9000),
	}
}

func TestNothingLeadsElsewhere(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.Client(t)
	for _, value := range elsewhere() {
		if got := models.SafeReturn(value, "/"); got != "/" {
			t.Errorf("%q is taken for a path of this site: %q", value, got)
		}
		if len(value) > 8000 {
			continue // more than an address may have
		}
		page := c.Get("/sign-in?next=" + url.QueryEscape(value)).Want(http.StatusOK)
		if next := page.Form("/sign-in/email").Values.Get("next"); next != "" {
			t.Errorf("%q: the form leads on to %q", value, next)
		}
	}
	for _, path := range []string{"//evil.example/", "/%5Cevil.example/", "/%2Fevil.example/", "/%09/evil.example/", "/.//evil.example/"} {
		page := c.Do(http.MethodGet, w.Site.BaseURL+path, nil, "")
		to := page.Header.Get("Location")
		u, err := url.Parse(to)
		if err != nil || u.Host != "" || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle="|\son[a-z]+="|javascript:`)

func wantHeaders(t *testing.T, p *apptest.Page) {
	t.Helper()
	policy := p.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) && !strings.HasPrefix(p.Path, "/attachments/") {
			t.Errorf("%s (%d): the policy has no %s: %s", p.Path, p.Status, want, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("%s (%d): the policy is %s", p.Path, p.Status, policy)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin"} {
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s (%d): %s is %q", p.Path, p.Status, name, got)
		}
	}
	if !strings.Contains(p.Header.Get("Permissions-Policy"), "camera=()") {
		t.Errorf("%s (%d): no Permissions-Policy", p.Path, p.Status)
	}
	if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
		if found := inline.FindString(p.Body); found != "" {
			t.Errorf("%s has %q in it", p.Path, found)
		}
	}
}

func TestEveryAnswerHasTheHeadersThatKeepBrowsersSafe(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	th := w.things(w.actors[1], models.ReadPublic, false)
	admin := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
	for _, c := range []*apptest.Client{w.Client(t), w.As(t, admin)} {
		for _, route := range web.RuledRoutes() {
			if method, path, _ := strings.Cut(route, " "); method == http.MethodGet {
				p := c.Get(th.address(path))
				wantHeaders(t, p)
				if p.Header.Get("Strict-Transport-Security") != "" {
					t.Errorf("%s: HSTS without https", path)
				}
			}
		}
		wantHeaders(t, c.Get("/nothing-is-here").Want(http.StatusNotFound))
		wantHeaders(t, c.Post("/healthz", nil).Want(http.StatusMethodNotAllowed))
		wantHeaders(t, c.Get("/api/v1/case-studies/nothing").Want(http.StatusNotFound))
	}
	secure := apptest.New(t, storetest.NewOn(t, store.SQLite), func(*web.Site) []apptest.Routes { return nil }, apptest.WithBaseURL("https://grassroots.test"))
	p := secure.Client(t).Get("/nothing").Want(http.StatusNotFound)
	wantHeaders(t, p)
	if got := p.Header.Get("Strict-Transport-Security"); !strings.Contains(got, "max-age=31536000") {
		t.Errorf("HSTS is %q on https", got)
	}
}

func TestEveryWriteOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	th := w.things(w.actors[1], models.EditStudy, false)
	admin := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
	for _, headers := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}, {"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://sub.grassroots.test"}},
		{"Sec-Fetch-Site": {""}, "Origin": {"https://evil.example"}}, {"Sec-Fetch-Site": {""}, "Origin": {"null"}},
	} {
		c := w.As(t, admin)
		c.Header = headers
		for _, route := range web.RuledRoutes() {
			if method, path, _ := strings.Cut(route, " "); method != http.MethodGet && !strings.HasPrefix(path, web.OneClickPath) {
				if p := c.Do(method, th.address(path), strings.NewReader("a=b"), "application/x-www-form-urlencoded"); p.Status != http.StatusForbidden {
					t.Errorf("%s with %v is answered with %d", route, headers, p.Status)
				}
			}
		}
	}
}

func TestTheIdOfARequestIsOurs(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.Client(t)
	c.Header.Set("X-Request-Id", "chosen by the client")
	if got := c.Get("/").Header.Get("X-Request-Id"); len(got) != 26 || strings.Contains(got, "chosen") {
		t.Errorf("the id is %q", got)
	}
}

// Whoever asks too often is told how long to wait, at every address of pages
// and API alike, and so is who meets a limit of the operation itself.
func TestTooManyRequestsSayHowLongToWait(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t, func(d *app.Deps) {
		at := time.Now().UTC()
		d.Config.Limits, d.Now = web.Limits{Address: 2}, func() time.Time { return at } // no new minute begins
	})
	wantWait := func(route string, p *apptest.Page) {
		t.Helper()
		if wait, err := strconv.Atoi(p.Header.Get("Retry-After")); p.Status != http.StatusTooManyRequests || err != nil || wait < 1 {
			t.Errorf("%s: %d, Retry-After: %s", route, p.Status, p.Header.Get("Retry-After"))
		}
	}
	th := w.things(w.actors[1], models.ReadPublic, false)
	writer := apptest.Person(t, w.Store)
	browser, c := w.As(t, writer), w.Client(t)
	c.Get("/").Want(http.StatusOK)
	for _, route := range web.RuledRoutes() {
		method, path, _ := strings.Cut(route, " ")
		if path == "/healthz" || path == "/readyz" || path == "/metrics" {
			continue
		}
		p := c.Do(method, th.address(path), strings.NewReader("a=b"), "application/x-www-form-urlencoded")
		wantWait(route, p)
		wantHeaders(t, p)
	}
	program := w.Program(t, writer)
	address := "/api/v1/case-studies/" + th.study.ID + "/comments"
	for range models.MaxCommentsAnHour {
		program.Do(http.MethodPost, address, strings.NewReader(`{"body":"It works here."}`), "application/json").Want(http.StatusCreated)
	}
	wantWait("the comments of an hour", program.Do(http.MethodPost, address, strings.NewReader(`{"body":"It works here."}`), "application/json"))
	wantWait("the comments of an hour, by a form", browser.Post("/case-studies/"+th.study.Slug+"/comments", url.Values{"kind": {"experience"}, "body": {"It works."}}))
}
