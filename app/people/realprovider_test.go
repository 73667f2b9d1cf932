package people_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models/store/storetest"
)

// realProvider is npm's oidc-provider, in a process of its own.
type realProvider struct{ url string }

// startRealProvider starts it for the redirect addresses of apptest.BaseURL.
// Without node or the package the test is skipped, and in CI it fails.
func startRealProvider(t *testing.T, accounts map[string]any, backchannel string) realProvider {
	t.Helper()
	folder, err := filepath.Abs("../../e2e")
	if err != nil {
		t.Fatal(err)
	}
	missing := ""
	if _, err := exec.LookPath("node"); err != nil {
		missing = "node is not on the PATH"
	} else if _, err := os.Stat(filepath.Join(folder, "node_modules", "oidc-provider")); err != nil {
		missing = "e2e/node_modules has no oidc-provider: run npm ci in e2e"
	}
	if missing != "" {
		storetest.Note("oidc: not available (" + missing + ")")
		if ci := os.Getenv("CI"); ci == "true" || ci == "1" {
			t.Fatal("in CI the OpenID provider has to take part, and " + missing)
		}
		t.Skip("THE REAL OPENID PROVIDER DID NOT TAKE PART: " + missing)
	}
	settings, err := json.Marshal(map[string]any{"accounts": accounts, "clients": []map[string]any{{"client_id": clientID, "client_secret": clientSecret,
		"redirect_uris": []string{apptest.BaseURL + "/sign-in/provider/callback"}, "post_logout_redirect_uris": []string{apptest.BaseURL + "/sign-out"},
		"backchannel_logout_uri": backchannel, "backchannel_logout_session_required": true}}})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "oidc.mjs")
	node.Dir, node.Stderr = folder, os.Stderr
	node.Env = append(os.Environ(), "OIDC_PROVIDER="+string(settings), "NODE_NO_WARNINGS=1")
	stdin, err := node.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // it ends with its input
		_ = node.Wait()
	})
	said := regexp.MustCompile(`^provider (\S+) at (\S+)$`)
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if found := said.FindStringSubmatch(lines.Text()); found != nil {
			storetest.Note("oidc: oidc-provider " + found[1] + " took part")
			return realProvider{found[2]}
		}
	}
	t.Fatal("the OpenID provider did not start")
	return realProvider{}
}

// visitor is a browser at the provider, which stops where it is led back.
type visitor struct {
	t *testing.T
	*http.Client
}

func newVisitor(t *testing.T) visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), apptest.BaseURL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// goes opens an address, or sends a form there, until a page is shown or it is
// led back; then back is the path on the site.
func (v visitor) goes(address string, form url.Values) (body, at, back string) {
	v.t.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = v.Get(address)
	} else {
		answer, err = v.PostForm(address, form)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var page strings.Builder
	if _, err := bufio.NewReader(answer.Body).WriteTo(&page); err != nil {
		v.t.Fatal(err)
	}
	if to := answer.Header.Get("Location"); to != "" {
		back = strings.TrimPrefix(to, apptest.BaseURL)
	} else if answer.StatusCode != http.StatusOK {
		v.t.Fatalf("the provider answered %d: %s", answer.StatusCode, page.String())
	}
	return page.String(), answer.Request.URL.String(), back
}

// signsIn signs in at the provider as an account, and gives where that leads.
func (v visitor) signsIn(address, account string) (back string) {
	v.t.Helper()
	_, form, back := v.goes(address, nil)
	if back != "" { // the provider knows the browser
		return back
	}
	_, _, back = v.goes(form, url.Values{"account": {account}})
	return back
}

func TestTheRealProvider(t *testing.T) {
	var mu sync.Mutex
	var tokens []string
	told := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tokens = append(tokens, r.FormValue("logout_token"))
	}))
	t.Cleanup(told.Close)
	work := map[string]any{"org": "RR8", "group": "Medical and Dental"}
	real := startRealProvider(t, map[string]any{
		"jane": map[string]any{"acr": "mfa", "amr": []string{"pwd", "mfa"}, "claims": map[string]any{"name": "Jane Smith", "email": "jane@nhs.net", "email_verified": true, "work": work}},
		"weak": map[string]any{"acr": "password", "amr": []string{"pwd"}, "claims": map[string]any{"name": "Weak", "email": "weak@nhs.net", "email_verified": true}},
	}, told.URL)
	each(t, func(t *testing.T, h *house) {
		h.signOnWith(real.url, time.Now, func(s *web.SingleSignOn) {
			s.Scopes, s.AMR = append(s.Scopes, "work"), []string{"mfa"}
		})
		c, there := h.Client(t), newVisitor(t)
		back := there.signsIn(h.begin(t, c, url.Values{"next": {"/me/tokens"}}).String(), "jane")
		c.Get(back).WantRedirect("/welcome?next=%2Fme%2Ftokens")
		p, err := h.Store.PersonByEmail(t.Context(), "jane@nhs.net")
		if err != nil || p.Name != "Jane Smith" || p.Organisation != "RR8" || p.StaffGroup != "Medical and Dental" {
			t.Fatalf("the account: %+v, %v", p, err)
		}
		// Another browser of hers; the provider asks nothing any more in the first.
		back = there.signsIn(h.begin(t, c, nil).String(), "")
		c.Get(back).WantRedirect("/")
		c.Get("/me").Want(http.StatusOK).WantText("Jane Smith")

		// For what is sensitive it asks her anew, though it knows the browser.
		h.Site.FreshFor = within
		h.Clock.Move(within)
		again := leadsTo(t, asks(t, c, "/me/tokens", tokenForm()).Form("/sign-in/again/provider").Send(), real.url).String()
		if body, _, back := there.goes(again, nil); back != "" {
			t.Fatalf("the provider asked nothing: %s", body)
		}
		h.comesBack(t, c, p, c.Get(there.signsIn(again, "jane")))
		h.Site.FreshFor = 0

		weak := h.Client(t)
		weak.Get(newVisitor(t).signsIn(h.begin(t, weak, nil).String(), "weak")).Want(http.StatusForbidden).WantText("stronger sign-in")
		refused := h.Client(t)
		refused.Get(newVisitor(t).signsIn(h.begin(t, refused, nil).String(), "nobody")).Want(http.StatusForbidden)

		// She signs out here, and there; the provider tells us.
		still := h.Client(t)
		still.Get(there.signsIn(h.begin(t, still, nil).String(), "")).WantRedirect("/")
		page := c.Post("/sign-out", nil).Want(http.StatusOK)
		asks, _, _ := there.goes(leadsTo(t, page, real.url).String(), nil)
		form := regexp.MustCompile(`action="([^"]+)"[^>]*>\s*<input type="hidden" name="xsrf" value="([^"]+)"`).FindStringSubmatch(asks)
		if form == nil {
			t.Fatalf("the provider shows %s", asks)
		}
		still.Get("/me").Want(http.StatusOK)
		_, _, back = there.goes(form[1], url.Values{"xsrf": {form[2]}, "logout": {"yes"}})
		c.Get(back).WantRedirect("/").Follow().WantText("You are signed out.")
		mu.Lock()
		sent := slices.Clone(tokens) // of the test on the other database, too
		mu.Unlock()
		for _, token := range sent {
			h.Client(t).Post("/sign-in/provider/logout", url.Values{"logout_token": {token}}).Want(http.StatusOK)
		}
		still.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	})
}
