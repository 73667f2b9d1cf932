package people_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

func TestANewColleagueComesInThroughTheProvider(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		c := h.Client(t)
		c.Get("/sign-in?next=%2Fcase-studies%2Fnew").Form("/sign-in/provider")
		address := h.begin(t, c, url.Values{"next": {"/case-studies/new"}})
		q := address.Query()
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) != 43 || len(q.Get("nonce")) != 43 ||
			q.Get("response_type") != "code" || q.Get("redirect_uri") != apptest.BaseURL+"/sign-in/provider/callback" || q.Get("scope") != "openid profile email" {
			t.Errorf("asked with %v", q)
		}
		h.issuer.set(func(i *issuer) {
			i.claims = map[string]any{"name": "Jane Smith", "email": "Jane.Smith@nhs.net", "email_verified": true}
			i.userinfo = map[string]any{"sub": "s1", "work": []any{map[string]any{"org": "RR8", "group": "nursing and midwifery registered"}}}
		})
		back := h.back(address, nil)
		c.Get(back).WantRedirect("/welcome?next=%2Fcase-studies%2Fnew")
		p, err := h.Store.PersonByEmail(t.Context(), "jane.smith@nhs.net")
		if err != nil || p.Name != "Jane Smith" || p.Handle != "jane-smith" || p.Organisation != "RR8" || p.Confirmed != "RR8" || p.StaffGroup != "Nursing and Midwifery Registered" {
			t.Fatalf("the account: %+v, %v", p, err)
		}
		c.Get("/me").Want(http.StatusOK).WantText("Jane Smith")
		// The state is used up, also for whoever has the cookie.
		c.Get(back).Want(http.StatusForbidden).WantText("This sign-in was not begun in this browser, was used already")

		h.signOn(t, h.Client(t), nil).WantRedirect("/")
		if n, err := h.Store.CountPeople(t.Context(), peopleQuery()); err != nil || n != 1 {
			t.Errorf("%d accounts, %v", n, err)
		}
		if log := h.Log.String(); strings.Contains(log, "jane.smith") || strings.Contains(log, "Jane") {
			t.Errorf("a person is in the log: %s", log)
		}
		for name, value := range c.Cookies() {
			if strings.Contains(value, q.Get("nonce")) || strings.Contains(value, q.Get("state")) {
				t.Errorf("the cookie %s holds what is secret", name)
			}
		}
	})
}

// Whatever an answer or a token has wrong, nobody is signed in, the page is
// plain, and the log says why.
func TestAnswersThatAreNotToBeBelieved(t *testing.T) {
	none := func(claims map[string]any) string {
		raw, _ := json.Marshal(claims)
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(raw) + "."
	}
	for _, c := range []struct {
		what, reason string
		why          string // in the audit record
		claims       map[string]any
		sign         func(map[string]any) string
		over         url.Values
		userinfo     map[string]any
	}{
		{what: "another issuer", claims: map[string]any{"iss": "https://evil.example"}, reason: "different provider", why: "issuer"},
		{what: "another audience", claims: map[string]any{"aud": "somebody-else"}, reason: "expected audience", why: "audience"},
		{what: "two audiences without a party", claims: map[string]any{"aud": []string{clientID, "other"}}, reason: "another client", why: "audience"},
		{what: "another party", claims: map[string]any{"azp": "other"}, reason: "another client", why: "audience"},
		{what: "another nonce", claims: map[string]any{"nonce": "guessed"}, reason: "another nonce", why: "nonce"},
		{what: "no nonce", claims: map[string]any{"nonce": nil}, reason: "another nonce", why: "nonce"},
		{what: "expired", claims: map[string]any{"exp": apptest.NewClock().Now().Add(-time.Minute).Unix()}, reason: "expired", why: "expired"},
		{what: "no expiry", claims: map[string]any{"exp": nil}, reason: "expired", why: "expired"},
		{what: "from the future", claims: map[string]any{"iat": apptest.NewClock().Now().Add(time.Hour).Unix()}, reason: "from the future", why: "time"},
		{what: "nobody", claims: map[string]any{"sub": ""}, reason: "names nobody", why: "subject"},
		{what: "unsigned", sign: none, reason: "none", why: "signature"},
		{what: "signed by another key", sign: func(m map[string]any) string { return signed(testKeys()[1], "first", m) }, reason: "failed to verify", why: "signature"},
		{what: "signed by a key of another name", sign: func(m map[string]any) string { return signed(testKeys()[1], "second", m) }, reason: "failed to verify", why: "signature"},
		{what: "signed with the client's secret", sign: func(m map[string]any) string { return signed([]byte(clientSecret), "first", m) }, reason: "HS256", why: "signature"},
		{what: "no token", sign: func(map[string]any) string { return "" }, reason: "no id token", why: "no-token"},
		{what: "no token at all", sign: func(map[string]any) string { return "x.y.z" }, reason: "malformed", why: "signature"},
		{what: "an answer of another issuer", over: url.Values{"iss": {"https://evil.example"}}, reason: "the issuer", why: "issuer"},
		{what: "an answer without its issuer", over: url.Values{"iss": nil}, reason: "the issuer", why: "issuer"},
		{what: "an error", over: url.Values{"error": {"access_denied"}, "code": nil}, reason: "access_denied", why: "provider"},
		{what: "no code", over: url.Values{"code": nil}, reason: "the error", why: "provider"},
		{what: "told of somebody else", userinfo: map[string]any{"sub": "s2"}, reason: "another person", why: "subject"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			eachSignOn(t, func(t *testing.T, h *signOnHouse) {
				h.issuer.set(func(i *issuer) {
					i.claims, i.sign = c.claims, c.sign
					if c.userinfo != nil {
						i.userinfo = c.userinfo
					}
				})
				browser := h.Client(t)
				page := browser.Get(h.back(h.begin(t, browser, nil), c.over)).Want(http.StatusForbidden).WantText("You are not signed in")
				page.WantNoText("evil", "nonce", "token")
				browser.Get("/me").WantRedirect("/sign-in?next=%2Fme")
				if log := h.Log.String(); !strings.Contains(log, "nobody was signed in") || !strings.Contains(log, c.reason) {
					t.Errorf("the log does not say %q: %s", c.reason, log)
				}
				h.wantRefusal(t, c.why)
				if n, err := h.Store.CountPeople(t.Context(), peopleQuery()); err != nil || n != 0 {
					t.Errorf("%d accounts were made, %v", n, err)
				}
			})
		})
	}
}

func TestTheReturnBelongsToTheBrowserThatBegan(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		c := h.Client(t)
		back := h.back(h.begin(t, c, nil), nil)
		// Somebody is sent the address of another's return.
		h.Client(t).Get(back).Want(http.StatusForbidden)
		other := h.Client(t)
		h.begin(t, other, nil)
		other.Get(back).Want(http.StatusForbidden)
		for _, state := range []string{"", "x", strings.Repeat("A", 43), "\x00", strings.Repeat("a", 3000)} {
			c.Get("/sign-in/provider/callback?code=x&state=" + url.QueryEscape(state)).Want(http.StatusForbidden)
		}
		// Two tabs of one browser do not disturb each other.
		second := h.begin(t, c, url.Values{"next": {"/me"}})
		c.Get(back).Want(http.StatusSeeOther)
		c.Get(h.back(second, nil)).WantRedirect("/me")
		late := h.back(h.begin(t, c, nil), nil)
		h.Clock.Move(15*time.Minute + time.Second)
		c.Get(late).Want(http.StatusForbidden)
		if h.issuer.asked["/token"] != 2 {
			t.Errorf("the provider was asked for %d tokens", h.issuer.asked["/token"])
		}
	})
}

func TestAProviderThatIsAway(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.issuer.set(func(i *issuer) { i.away = true })
		c := h.Client(t)
		const away = "the test provider cannot be reached at the moment"
		c.Get("/sign-in").Want(http.StatusOK).WantNoText(away)
		c.Post("/sign-in/provider", nil).Want(http.StatusServiceUnavailable).WantText(away, "or sign in by e-mail")
		c.Get("/sign-in").Want(http.StatusOK).WantText(away)
		h.issuer.set(func(i *issuer) { i.away = false })
		address := h.begin(t, c, nil)
		c.Get("/sign-in").WantNoText(away)
		back := h.back(address, nil)
		h.issuer.set(func(i *issuer) { i.away = true })
		c.Get(back).Want(http.StatusServiceUnavailable).WantText("Try again in a few minutes")
		// What is known of it is asked for anew after a while, and kept while it is away.
		h.Clock.Move(2 * time.Hour)
		h.begin(t, c, nil)
	})
}

func TestKeysOfTheProviderChange(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.signOn(t, h.Client(t), nil).Want(http.StatusSeeOther)
		h.issuer.set(func(i *issuer) { i.key, i.kid = testKeys()[1], "second" })
		h.signOn(t, h.Client(t), nil).WantRedirect("/")
		h.issuer.set(func(i *issuer) {
			i.sign = func(m map[string]any) string { return signed(testKeys()[0], "first", m) }
		})
		h.signOn(t, h.Client(t), nil).Want(http.StatusForbidden) // the old key is no more
	})
}

func TestAStrongSignInIsRequired(t *testing.T) {
	strong := func(s *web.SingleSignOn) { s.ACR, s.AMR = []string{"aal3", "aal2"}, []string{"mfa", "hwk"} }
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		for _, c := range []struct {
			claims map[string]any
			want   int
		}{
			{map[string]any{"acr": "aal2", "amr": []string{"pwd", "mfa"}}, http.StatusSeeOther},
			{map[string]any{"acr": "aal1", "amr": []string{"pwd", "mfa"}}, http.StatusForbidden},
			{map[string]any{"acr": "aal2", "amr": []string{"pwd"}}, http.StatusForbidden},
			{map[string]any{"acr": "aal2"}, http.StatusForbidden},
			{map[string]any{"amr": []string{"mfa"}}, http.StatusForbidden},
		} {
			h.issuer.set(func(i *issuer) { i.claims = c.claims })
			browser := h.Client(t)
			address := h.begin(t, browser, nil)
			if got := address.Query().Get("acr_values"); got != "aal3 aal2" {
				t.Errorf("asked for %q", got)
			}
			if page := browser.Get(h.back(address, nil)); page.Status != c.want || c.want == http.StatusForbidden && !strings.Contains(page.Text(), "stronger sign-in") {
				t.Errorf("%v: %d, want %d: %s", c.claims, page.Status, c.want, page.Text())
			}
			if c.want == http.StatusForbidden {
				h.wantRefusal(t, "not-strong")
			}
		}
	}, strong)
}

func TestWhoGetsAnAccountThatIsThereAlready(t *testing.T) {
	verified := map[string]any{"email": "jane@nhs.net", "email_verified": true}
	for _, c := range []struct {
		what       string
		claims     map[string]any
		change     func(*web.SingleSignOn)
		asHerself  bool // in a browser where she is signed in
		asAnother  bool
		has        bool // another subject has the account already
		theirs     bool
		wantStatus int
	}{
		{what: "not by default", claims: verified, wantStatus: http.StatusConflict},
		{what: "when the settings say so", claims: verified, change: func(s *web.SingleSignOn) { s.LinkByEmail = true }, theirs: true, wantStatus: http.StatusSeeOther},
		{what: "when she is signed in to it", claims: verified, asHerself: true, theirs: true, wantStatus: http.StatusSeeOther},
		{what: "not when somebody else is signed in", claims: verified, asAnother: true, wantStatus: http.StatusConflict},
		{what: "not when it has another subject", claims: verified, has: true, asHerself: true, change: func(s *web.SingleSignOn) { s.LinkByEmail = true }, wantStatus: http.StatusConflict},
		{what: "not an address that is not verified", claims: map[string]any{"email": "jane@nhs.net", "email_verified": false},
			change: func(s *web.SingleSignOn) { s.LinkByEmail, s.TrustEmail = true, true }, wantStatus: http.StatusSeeOther},
		{what: "not one of which nothing is said", claims: map[string]any{"email": "jane@nhs.net"}, change: func(s *web.SingleSignOn) { s.LinkByEmail = true }, wantStatus: http.StatusSeeOther},
		{what: "unless the provider is trusted", claims: map[string]any{"email": "jane@nhs.net"}, theirs: true,
			change: func(s *web.SingleSignOn) { s.LinkByEmail, s.TrustEmail = true, true }, wantStatus: http.StatusSeeOther},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			change := c.change
			if change == nil {
				change = func(*web.SingleSignOn) {}
			}
			eachSignOn(t, func(t *testing.T, h *signOnHouse) {
				jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
				browser := h.Client(t)
				if c.asHerself {
					browser = h.As(t, jane)
				}
				if c.asAnother {
					browser = h.As(t, apptest.Person(t, h.Store))
				}
				if c.has {
					if err := h.Store.AddIdentity(t.Context(), models.Identity{Issuer: h.issuer.URL, Subject: "s0", PersonID: jane.ID, CreatedAt: h.Clock.Now(), UsedAt: h.Clock.Now()}); err != nil {
						t.Fatal(err)
					}
				}
				h.issuer.set(func(i *issuer) { i.claims = c.claims })
				h.signOn(t, browser, nil).Want(c.wantStatus)
				identity, err := h.Store.Identity(t.Context(), h.issuer.URL, "s1")
				if theirs := err == nil && identity.PersonID == jane.ID; theirs != c.theirs {
					t.Errorf("the account was given: %v, want %v", theirs, c.theirs)
				}
				if c.wantStatus == http.StatusSeeOther && !c.theirs {
					p, err := h.Store.PersonByID(t.Context(), identity.PersonID)
					if err != nil || p.Reachable() {
						t.Errorf("an address that nobody verified became the account's: %+v, %v", p, err)
					}
				}
			}, change)
		})
	}
}

func TestProfilesFollowTheProviderUntilTheirPersonSetsThem(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		says := func(orgs ...any) models.Person {
			h.issuer.set(func(i *issuer) {
				i.claims = map[string]any{"work": map[string]any{"org": orgs, "group": "Estates and Ancillary"}}
			})
			h.signOn(t, h.Client(t), nil).Want(http.StatusSeeOther)
			identity, err := h.Store.Identity(t.Context(), h.issuer.URL, "s1")
			if err != nil {
				t.Fatal(err)
			}
			p, err := h.Store.PersonByID(t.Context(), identity.PersonID)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		for _, step := range []struct {
			says []any
			sets string
			want string
		}{
			{says: []any{"RR8"}, want: "RR8"},
			{says: []any{"RWY"}, want: "RWY"},              // it follows
			{says: []any{"RWY"}, sets: "RAE", want: "RAE"}, // what she sets stays
			{says: []any{"RCF"}, want: "RAE"},              // also when the provider changes
			{says: []any{"RCF", "RR8"}, want: "RAE"},       // of several none is taken
			{says: []any{"not a code; DROP TABLE"}, want: "RAE"},
		} {
			if step.sets != "" {
				p := says(step.says...)
				p.Organisation = step.sets
				if err := h.Store.UpdatePerson(t.Context(), &p); err != nil {
					t.Fatal(err)
				}
			}
			confirmed := len(step.says) == 1 && step.says[0] == step.want
			if p := says(step.says...); p.WorksAt(step.want) != confirmed || p.Organisation != step.want || p.StaffGroup != "Estates and Ancillary" {
				t.Errorf("%v: works at %q as %q, want %q", step, p.Organisation, p.StaffGroup, step.want)
			}
		}
	})
}

func TestTheProviderAlone(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		c := h.Client(t)
		page := c.Get("/sign-in").Want(http.StatusOK).WantText("Sign in with the test provider")
		page.WantNoText("E-mail address", "passkey")
		c.Post("/sign-in/email", url.Values{"email": {"jane@nhs.net"}}).Want(http.StatusForbidden)
		c.Get("/sign-in/link/x").Want(http.StatusForbidden)
		c.Post("/sign-in/link/x", nil).Want(http.StatusForbidden)
		if links := h.links(t); len(links) != 0 {
			t.Errorf("links were sent: %v", links)
		}
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		c.Get("/me").Want(http.StatusOK)
	}, func(s *web.SingleSignOn) { s.Only = true })
}

func TestSigningOutAtTheProvider(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		c := h.Client(t)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		var kept []string
		if err := h.Store.DB(t.Context()).Raw("SELECT id_token FROM sessions").Scan(&kept).Error; err != nil || len(kept) != 1 || strings.HasPrefix(kept[0], "ey") {
			t.Errorf("the id token is kept as %v, %v", kept, err)
		}
		page := c.Post("/sign-out", nil).Want(http.StatusOK).WantText("You are signed out here")
		q := leadsTo(t, page, h.issuer.URL+"/end").Query()
		hint, err := jose.ParseSignedCompact(q.Get("id_token_hint"), []jose.SignatureAlgorithm{jose.RS256})
		if err != nil || hint.Signatures[0].Header.KeyID != "first" || q.Get("client_id") != clientID || q.Get("post_logout_redirect_uri") != apptest.BaseURL+"/sign-out" {
			t.Errorf("the provider is told %v, %v", q, err)
		}
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		c.Get("/sign-out").WantRedirect("/").Follow().WantText("You are signed out.")
		// Who came in otherwise has nothing to end there.
		h.As(t, apptest.Person(t, h.Store)).Post("/sign-out", nil).WantRedirect("/")
		// When the provider is away, here one is signed out all the same.
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		h.issuer.set(func(i *issuer) { i.away = true })
		c.Post("/sign-out", nil)
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	})
}

func TestTheProviderEndsSessions(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		program := func(token string) *apptest.Page {
			c := h.Client(t)
			return c.Do(http.MethodPost, "/sign-in/provider/logout", strings.NewReader(url.Values{"logout_token": {token}}.Encode()), "application/x-www-form-urlencoded")
		}
		in := func(sid string) *apptest.Client {
			h.issuer.set(func(i *issuer) { i.claims = map[string]any{"sid": sid} })
			c := h.Client(t)
			h.signOn(t, c, nil).Want(http.StatusSeeOther)
			return c
		}
		signedIn := func(c *apptest.Client) bool { return c.Get("/me").Status == http.StatusOK }
		first, second := in("session-1"), in("session-2")
		identity, err := h.Store.Identity(t.Context(), h.issuer.URL, "s1")
		if err != nil {
			t.Fatal(err)
		}
		person, err := h.Store.PersonByID(t.Context(), identity.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		byLink := h.As(t, person)

		for what, over := range map[string]map[string]any{
			"an issuer": {"iss": "https://evil.example"}, "an audience": {"aud": "other"}, "a nonce": {"nonce": "x"}, "no events": {"events": nil},
			"other events": {"events": map[string]any{"x": map[string]any{}}}, "nobody": {"sub": nil, "sid": nil}, "no id": {"jti": nil},
			"an old one": {"iat": h.Clock.Now().Add(-6 * time.Minute).Unix()}, "an expired one": {"exp": h.Clock.Now().Add(-time.Second).Unix()},
			"one of the future": {"iat": h.Clock.Now().Add(2 * time.Minute).Unix()},
		} {
			if got := program(h.issuer.logoutToken(over)); got.Status != http.StatusBadRequest || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d", what, got.Status)
			}
		}
		now := h.Clock.Now()
		events := map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}
		forged := map[string]any{"iss": h.issuer.URL, "sub": "s1", "aud": clientID, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": "j", "events": events}
		for _, token := range []string{"", "x", signed(testKeys()[1], "first", forged), signed([]byte(clientSecret), "first", forged)} {
			program(token).Want(http.StatusBadRequest)
		}
		if !signedIn(first) || !signedIn(second) {
			t.Fatal("a token that was refused ended a session")
		}

		token := h.issuer.logoutToken(nil)
		program(token).Want(http.StatusOK)
		if signedIn(first) || !signedIn(second) || !signedIn(byLink) {
			t.Error("another session ended than the one that the token names")
		}
		again := in("session-1")
		program(token).Want(http.StatusBadRequest)
		if !signedIn(again) {
			t.Error("a token was obeyed twice")
		}
		program(h.issuer.logoutToken(map[string]any{"sid": nil})).Want(http.StatusOK)
		if signedIn(again) || signedIn(second) || !signedIn(byLink) {
			t.Error("a token that names the person alone ends each of their sessions from the provider, and no other")
		}
	})
}

func TestThereIsNoProvider(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		c.Get("/sign-in").WantNoText("single sign-on")
		for _, status := range []int{c.Post("/sign-in/provider", nil).Status, c.Get("/sign-in/provider/callback?code=x").Status, c.Post("/sign-in/provider/logout", nil).Status} {
			if status != http.StatusNotFound {
				t.Errorf("status %d", status)
			}
		}
		if slices.Contains(slices.Collect(maps.Keys(c.Cookies())), "grassroots_signon") {
			t.Error("a cookie was left")
		}
	})
}
