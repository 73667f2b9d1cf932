package people_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"grassroots/app/apptest"
	"grassroots/app/outbound"
	"grassroots/app/people/provider"
	"grassroots/app/web"
	"grassroots/models/store"
)

// issuer is an OpenID provider that says whatever a test wants it to.
type issuer struct {
	*httptest.Server
	clock *apptest.Clock

	mu       sync.Mutex
	key      *rsa.PrivateKey
	kid      string
	claims   map[string]any // of the next id token, over the usual ones; nil takes one out
	userinfo map[string]any
	sign     func(claims map[string]any) string // makes the next id token; nil for an honest one
	nonce    string                             // of the last request for a sign-in
	token    func(w http.ResponseWriter, form url.Values) bool
	away     bool
	asked    map[string]int
}

const (
	clientID     = "grassroots"
	clientSecret = "a secret of the client and the provider"
)

var testKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	var keys []*rsa.PrivateKey
	for range 2 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
	}
	return keys
})

// newIssuer starts an issuer that signs people in as the subject s1.
func newIssuer(t *testing.T, clock *apptest.Clock) *issuer {
	i := &issuer{clock: clock, key: testKeys()[0], kid: "first", userinfo: map[string]any{"sub": "s1"}, asked: map[string]int{}}
	mux := http.NewServeMux()
	answer := func(path string, f func(w http.ResponseWriter, r *http.Request)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.asked[path]++
			if i.away {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			f(w, r)
		})
	}
	answer("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		sendJSON(w, map[string]any{"issuer": i.URL, "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"userinfo_endpoint": i.URL + "/me", "end_session_endpoint": i.URL + "/end", "authorization_response_iss_parameter_supported": true,
			"id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}})
	})
	answer("/keys", func(w http.ResponseWriter, _ *http.Request) {
		sendJSON(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.key.Public(), KeyID: i.kid, Algorithm: "RS256", Use: "sig"}}})
	})
	answer("/token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		if i.token != nil && i.token(w, r.Form) {
			return
		}
		sendJSON(w, map[string]any{"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": i.idToken()})
	})
	answer("/me", func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, i.userinfo) })
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func sendJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

// set changes the issuer between two requests.
func (i *issuer) set(f func(i *issuer)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f(i)
}

func (i *issuer) idToken() string {
	now := i.clock.Now()
	claims := map[string]any{"iss": i.URL, "sub": "s1", "aud": clientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": i.nonce, "sid": "session-1"}
	merge(claims, i.claims)
	if i.sign != nil {
		return i.sign(claims)
	}
	return signed(i.key, i.kid, claims)
}

func merge(claims, over map[string]any) {
	for name, value := range over {
		if value == nil {
			delete(claims, name)
			continue
		}
		claims[name] = value
	}
}

func signed(key any, kid string, claims map[string]any) string {
	algorithm := jose.RS256
	if _, ok := key.([]byte); ok {
		algorithm = jose.HS256
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		panic(err)
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	object, err := signer.Sign(raw)
	if err != nil {
		panic(err)
	}
	token, err := object.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return token
}

// logoutToken makes one as the issuer does, with changes over it.
func (i *issuer) logoutToken(over map[string]any) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.clock.Now()
	claims := map[string]any{"iss": i.URL, "sub": "s1", "sid": "session-1", "aud": clientID, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": web.NewSecret(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
	merge(claims, over)
	return signed(i.key, i.kid, claims)
}

// signOnHouse is a house with an issuer.
type signOnHouse struct {
	*house
	issuer *issuer
}

// eachSignOn runs f on both databases with single sign-on set up.
func eachSignOn(t *testing.T, f func(t *testing.T, h *signOnHouse), change ...func(*web.SingleSignOn)) {
	t.Helper()
	each(t, func(t *testing.T, h *house) {
		i := newIssuer(t, h.Clock)
		h.signOnWith(i.URL, h.Clock.Now, change...)
		f(t, &signOnHouse{h, i})
	})
}

// signOnWith sets single sign-on up with a provider.
func (h *house) signOnWith(issuer string, now func() time.Time, change ...func(*web.SingleSignOn)) {
	h.Site.SingleSignOn = web.SingleSignOn{Issuer: issuer, ClientID: clientID, ClientSecret: clientSecret, Name: "the test provider", Scopes: []string{"profile", "email"},
		OrganisationClaim: "work.org", StaffGroupClaim: "work.group"}
	for _, f := range change {
		f(&h.Site.SingleSignOn)
	}
	h.people.Provider = provider.New(provider.Config{SingleSignOn: h.Site.SingleSignOn, RedirectURL: apptest.BaseURL + "/sign-in/provider/callback",
		PostLogoutURL: apptest.BaseURL + "/sign-out", HTTP: outbound.New(outbound.Config{}).HTTP("127.0.0.1"), Now: now})
}

// begin sends a browser to the provider, and gives the address it is led to.
func (h *house) begin(t *testing.T, c *apptest.Client, form url.Values) *url.URL {
	t.Helper()
	page := c.Post("/sign-in/provider", form).Want(http.StatusOK)
	return leadsTo(t, page, h.Site.SingleSignOn.Issuer)
}

// leadsTo gives the address on another site that a page leads to, by itself and
// by a link.
func leadsTo(t *testing.T, page *apptest.Page, site string) *url.URL {
	t.Helper()
	at := slices.IndexFunc(page.Links(), func(to string) bool { return strings.HasPrefix(to, site) })
	if at < 0 {
		t.Fatalf("%s leads to %v", page.Path, page.Links())
	}
	to := page.Links()[at]
	refresh := page.All(func(n *apptest.Node) bool { return apptest.Attr(n, "http-equiv") == "refresh" })
	if len(refresh) != 1 || apptest.Attr(refresh[0], "content") != "0; url="+to {
		t.Errorf("%s does not lead on by itself", page.Path)
	}
	if got := page.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s may be kept: %q", page.Path, got)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// back is the address that the issuer sends a browser back to, with changes.
func (h *signOnHouse) back(address *url.URL, over url.Values) string {
	q := address.Query()
	h.issuer.set(func(i *issuer) { i.nonce = q.Get("nonce") })
	answer := url.Values{"code": {"a-code"}, "state": {q.Get("state")}, "iss": {h.issuer.URL}}
	maps.Copy(answer, over)
	return "/sign-in/provider/callback?" + answer.Encode()
}

// signOn goes all the way through, in a browser.
func (h *signOnHouse) signOn(t *testing.T, c *apptest.Client, form url.Values) *apptest.Page {
	t.Helper()
	return c.Get(h.back(h.begin(t, c, form), nil))
}

// peopleQuery finds everybody.
func peopleQuery() store.PeopleQuery { return store.PeopleQuery{} }
