package people_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

const within = 15 * time.Minute

// tokenForm is what somebody types to make a token.
func tokenForm() url.Values { return url.Values{"name": {"The trust's intranet"}, "expires": {"30"}} }

// wantTokens fails the test when a person has another number of tokens.
func (h *house) wantTokens(t *testing.T, p models.Person, want int) {
	t.Helper()
	if got, err := h.Store.CountTokens(t.Context(), p.ID); err != nil || got != want {
		t.Errorf("%s has %d tokens, want %d, %v", p.Name, got, want, err)
	}
}

// asks sends a form that needs a fresh sign-in, and opens the page that asks for
// one.
func asks(t *testing.T, c *apptest.Client, path string, form url.Values) *apptest.Page {
	t.Helper()
	return c.Post(path, form).WantRedirect(web.ProvePath + "?next=").Follow().Want(http.StatusOK).WantText("Show that it is you")
}

// comesBack fails the test unless a form waits after a proof as it was typed, not
// sent, and sends it as its person does.
func (h *house) comesBack(t *testing.T, c *apptest.Client, p models.Person, proof *apptest.Page) {
	t.Helper()
	page := proof.WantRedirect("/me/held").Follow().Want(http.StatusOK).WantText("Make an API token", "The trust's intranet", "30")
	h.wantTokens(t, p, 0)
	forms := page.All(func(n *apptest.Node) bool {
		return n.Data == "form" && strings.HasSuffix(apptest.Attr(n, "action"), "/send")
	})
	if len(forms) != 1 {
		t.Fatalf("%d forms can be sent", len(forms))
	}
	send := page.Form(apptest.Attr(forms[0], "action"))
	sent := send.Send().Want(http.StatusTemporaryRedirect)
	c.Post(sent.Header.Get("Location"), send.Values).Want(http.StatusOK).WantText("Your new token", "The trust's intranet")
	h.wantTokens(t, p, 1)
	c.Get("/me/held").WantText("Nothing waits for you")
}

func TestALinkShowsAnewWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		c := h.As(t, jane)
		c.Post("/me/tokens", url.Values{"name": {""}, "expires": {"30"}}).Want(http.StatusUnprocessableEntity) // fresh
		h.Clock.Move(within)
		page := asks(t, c, "/me/tokens", tokenForm()).WantText("To make an API token, sign in again as Jane", "within the last 15 minutes", "jane@nhs.net")
		h.wantTokens(t, jane, 0)
		before := c.Cookie("grassroots_session")
		page.Form("/sign-in/again/email").Send().WantRedirect("/sign-in/sent").Follow().WantText("jane@nhs.net")
		link := h.links(t)[0]
		// Opened elsewhere it signs in there, and proves nothing here.
		h.comesBack(t, c, jane, c.Post(link, nil))
		if after := c.Cookie("grassroots_session"); after == before {
			t.Error("the session has its old secret")
		}
		sessions, err := h.Store.SessionsOf(t.Context(), jane.ID)
		if err != nil || len(sessions) != 1 || !sessions[0].ProvedAt.Equal(h.Clock.Now()) || !sessions[0].CreatedAt.Equal(h.Clock.Now().Add(-within)) {
			t.Errorf("the sessions: %+v, %v", sessions, err)
		}
		old := h.Client(t)
		old.Header.Set("Cookie", "grassroots_session="+before)
		old.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		h.wantProof(t, jane, models.ByLink)
		// The time begins anew.
		h.Clock.Move(within - time.Second)
		c.Post("/me/tokens", tokenForm()).Want(http.StatusOK)
		h.Clock.Move(time.Second)
		asks(t, c, "/me/tokens", tokenForm())
	}, apptest.WithFresh(within))
}

// wantProof fails the test unless the audit record says once how somebody showed
// anew who they are.
func (h *house) wantProof(t *testing.T, p models.Person, by models.Means) {
	t.Helper()
	list, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Action: "session.prove", Limit: 10})
	if err != nil || len(list) != 1 || list[0].Actor != p.ID || list[0].Means != models.BySession || list[0].Request == "" ||
		list[0].After != `{"means":"`+string(by)+`","person":"`+p.ID+`"}` {
		t.Errorf("the record has %+v, %v", list, err)
	}
}

func TestALinkOpenedElsewhereProvesNothingHere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		c, phone := h.As(t, jane), h.Client(t)
		h.Clock.Move(within)
		asks(t, c, "/me/tokens", tokenForm()).Form("/sign-in/again/email").Send()
		phone.Post(h.links(t)[0], nil).WantRedirect("/")
		phone.Get("/me/held").WantText("Nothing waits for you").WantNoText("intranet")
		asks(t, c, "/me/tokens", tokenForm())
		c.Get("/me/held").WantText("The trust's intranet")
		h.wantTokens(t, jane, 0)
		if page := c.Get("/me/held"); strings.Count(page.Body, "/send\"") != 1 {
			t.Error("the same form is held twice")
		}
	}, apptest.WithFresh(within))
}

// Another person who signs in at that moment gets neither the form nor the
// session, and the first one's form waits for the first one.
func TestSomebodyElseProvesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane, other := apptest.Person(t, h.Store, apptest.Named("jane", "Jane")), apptest.Person(t, h.Store, apptest.Named("other", "Other"))
		c := h.As(t, jane)
		h.Clock.Move(within)
		asks(t, c, "/me/tokens", tokenForm())
		c.Post("/sign-in/email", url.Values{"email": {other.Email}}).WantRedirect("/sign-in/sent")
		c.Post(h.links(t)[0], nil).WantRedirect("/").Follow().WantText("You are signed in as Other.")
		c.Get("/me/held").WantText("Nothing waits for you").WantNoText("intranet")
		c.Post("/me/tokens", url.Values{"name": {"Mine"}, "expires": {"7"}}).Want(http.StatusOK)
		h.wantTokens(t, jane, 0)
		h.wantTokens(t, other, 1)
		if sessions, err := h.Store.SessionsOf(t.Context(), jane.ID); err != nil || len(sessions) != 0 {
			t.Errorf("the first one's session goes on: %+v, %v", sessions, err)
		}
		c.Post("/sign-in/email", url.Values{"email": {jane.Email}}).WantRedirect("/sign-in/sent")
		links := h.links(t)
		h.comesBack(t, c, jane, c.Post(links[len(links)-1], nil))
	}, apptest.WithFresh(within))
}

func TestOnePressShowsAnewWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		amina := apptest.Person(t, h.Store, demoPerson("amina-yusuf", "Amina Yusuf"))
		c := h.As(t, amina)
		h.Clock.Move(within)
		page := asks(t, c, "/me/tokens", tokenForm()).WantNoText("link by e-mail", "passkey")
		h.comesBack(t, c, amina, page.Form("/sign-in/again/demo").Send())
		h.wantProof(t, amina, models.ByDemo)
		h.As(t, apptest.Person(t, h.Store)).Post("/sign-in/again/demo", nil).Want(http.StatusNotFound)
	}, apptest.WithFresh(within), apptest.Demo())
}

func TestAPasskeyShowsAnewWhoItIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane, other := apptest.Person(t, h.Store, apptest.Named("jane", "Jane")), apptest.Person(t, h.Store, apptest.Named("other", "Other"))
		c, hers, others := h.As(t, jane), newAuthenticator(t), newAuthenticator(t)
		hers.registers(c, "My phone").WantRedirect("/me/passkeys")
		others.registers(h.As(t, other), "Another phone").WantRedirect("/me/passkeys")
		h.Clock.Move(within)
		asks(t, c, "/me/tokens", tokenForm()).Form("/sign-in/again/passkey")
		proves := func(a *authenticator) *apptest.Page {
			state, challenge, _ := begin(t, c, "/sign-in/passkey/begin")
			return c.Post("/sign-in/again/passkey", url.Values{"state": {state}, "credential": {a.signs(challenge)}})
		}
		proves(others).Want(http.StatusForbidden).WantText("somebody else than who is signed in", "Jane")
		c.Post("/sign-in/again/passkey", url.Values{"state": {"x"}, "credential": {"{}"}}).Want(http.StatusUnprocessableEntity)
		asks(t, c, "/me/tokens", tokenForm())
		h.comesBack(t, c, jane, proves(hers))
		h.wantProof(t, jane, models.ByPasskey)
		// What was typed for a passkey comes back before the device is asked.
		h.Clock.Move(within)
		c.Header.Set("Accept", "application/json")
		c.Post("/me/passkeys/begin", nil).Want(http.StatusUnauthorized)
		c.Header.Del("Accept")
		asks(t, c, "/me/passkeys", url.Values{"name": {"My tablet"}, "state": {""}, "credential": {""}})
		proves(hers).WantRedirect("/me/held").Follow().WantText("Add a passkey", "My tablet")
		page := c.Post("/me/passkeys", url.Values{"name": {"My tablet"}, "state": {""}, "credential": {""}}).Want(http.StatusUnprocessableEntity).WantText("What you typed is here")
		if got := page.Form("/me/passkeys").Values.Get("name"); got != "My tablet" {
			t.Errorf("the form has %q", got)
		}
	}, apptest.WithFresh(within), apptest.WithBaseURL(secureURL))
}

func TestTheProviderShowsAnewWhoItIs(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.Site.FreshFor = within
		c := h.Client(t)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		identity, err := h.Store.Identity(t.Context(), h.issuer.URL, "s1")
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.Store.PersonByID(t.Context(), identity.PersonID)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Move(within)
		began := h.Clock.Now()
		proves := func(claims map[string]any) *apptest.Page {
			h.issuer.set(func(i *issuer) { i.claims = claims })
			page := asks(t, c, "/me/tokens", tokenForm()).Form("/sign-in/again/provider").Send().Want(http.StatusOK)
			address := leadsTo(t, page, h.issuer.URL)
			if q := address.Query(); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
				t.Errorf("asked with %v", q)
			}
			return c.Get(h.back(address, nil))
		}
		for what, claims := range map[string]map[string]any{
			"no auth_time": {}, "an old auth_time": {"auth_time": began.Add(-2 * time.Minute).Unix()}, "one of the future": {"auth_time": began.Add(2 * time.Minute).Unix()},
			"somebody who is not known": {"auth_time": began.Unix(), "sub": "s2"}, "a text": {"auth_time": "now"},
		} {
			if claims["sub"] != nil {
				h.issuer.set(func(i *issuer) { i.userinfo = map[string]any{"sub": "s2"} })
			}
			if page := proves(claims); page.Status != http.StatusForbidden {
				t.Errorf("%s: %d %s", what, page.Status, page.Text())
			}
			h.issuer.set(func(i *issuer) { i.userinfo = map[string]any{"sub": "s1"} })
			asks(t, c, "/me/tokens", tokenForm())
		}
		if n, err := h.Store.CountPeople(t.Context(), peopleQuery()); err != nil || n != 1 {
			t.Errorf("%d accounts, %v", n, err)
		}
		h.comesBack(t, c, p, proves(map[string]any{"auth_time": began.Unix(), "sid": "session-2"}))
		h.wantProof(t, p, models.ByProvider)
		// The session now belongs to the one at the provider that proved it.
		h.Client(t).Post("/sign-in/provider/logout", url.Values{"logout_token": {h.issuer.logoutToken(map[string]any{"sid": "session-2"})}}).Want(http.StatusOK)
		c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
	})
}

// Another account of the provider, which somebody has here, proves nothing and
// gets nothing; nor does a return to a browser where somebody else has signed in.
func TestAnotherOfTheProviderProvesNothing(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.Site.FreshFor = within
		as := func(subject string) {
			h.issuer.set(func(i *issuer) {
				i.claims, i.userinfo = map[string]any{"sub": subject, "auth_time": h.Clock.Now().Unix()}, map[string]any{"sub": subject}
			})
		}
		as("s2")
		h.signOn(t, h.Client(t), nil).Want(http.StatusSeeOther)
		as("s1")
		c := h.Client(t)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		secret := c.Cookie("grassroots_session")
		h.Clock.Move(within)
		begin := func() *url.URL {
			return leadsTo(t, asks(t, c, "/me/tokens", tokenForm()).Form("/sign-in/again/provider").Send(), h.issuer.URL)
		}
		address := begin()
		as("s2")
		refused := c.Get(h.back(address, nil)).Want(http.StatusForbidden).WantText("somebody else than who is signed in")
		if !strings.Contains(strings.Join(refused.Links(), " "), web.ProvePath) || c.Cookie("grassroots_session") != secret {
			t.Error("who was refused cannot go on as who is signed in")
		}
		c.Get("/me/held").WantText("The trust's intranet") // of the first, who is signed in still
		address = begin()
		h.signOn(t, c, nil).Want(http.StatusSeeOther) // in another tab, as s2
		as("s1")
		c.Get(h.back(address, nil)).Want(http.StatusForbidden)
		c.Get("/me/held").WantText("Nothing waits for you").WantNoText("intranet")
	})
}

// A sign-in that is too old ties no account of the provider to itself.
func TestOldSignInsLinkNothing(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.Site.FreshFor = within
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		c := h.As(t, jane)
		h.issuer.set(func(i *issuer) { i.claims = map[string]any{"email": "jane@nhs.net", "email_verified": true} })
		h.Clock.Move(within)
		h.signOn(t, c, nil).Want(http.StatusConflict)
		if n, err := h.Store.CountIdentities(t.Context(), jane.ID, h.issuer.URL); err != nil || n != 0 {
			t.Errorf("%d identities, %v", n, err)
		}
	})
}

func TestFormsThatCannotBeHeld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		c := h.As(t, jane)
		h.Clock.Move(within)
		for n := range 10 {
			asks(t, c, "/me/tokens", url.Values{"name": {strconv.Itoa(n)}})
		}
		page := c.Post("/me/tokens", tokenForm()).Want(http.StatusUnauthorized).WantText("You signed in more than 15 minutes ago.", "The trust's intranet", "opens in a new tab")
		again := page.Form("/me/tokens")
		c.Post("/me/tokens", url.Values{"name": {strings.Repeat("x", 1<<20+1)}}).Want(http.StatusUnauthorized).WantText("go back and send this once more")
		c.Get(web.ProvePath).Form("/sign-in/again/email").Send()
		c.Post(h.links(t)[0], nil).WantRedirect("/me/held")
		again.Send().Want(http.StatusOK).WantText("Your new token", "The trust's intranet")
		h.wantTokens(t, jane, 1)
		// Without anything to fill in, and from the page that it was sent from.
		h.Clock.Move(within)
		if _, err := h.Store.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Header.Set("Referer", apptest.BaseURL+"/me/tokens?x=1")
		c.Post("/me/close", url.Values{"sure": {"yes"}}).Want(http.StatusUnauthorized) // ten wait still
		c.Header.Set("Referer", "https://evil.example/me")
		if err := h.Store.DB(t.Context()).Exec("DELETE FROM held_forms").Error; err != nil {
			t.Fatal(err)
		}
		c.Post("/me/close", nil).WantRedirect(web.ProvePath + "?next=")
		c.Header.Set("Referer", apptest.BaseURL+"/me/tokens?x=1")
		c.Post("/me/passkeys/1/remove", nil).WantRedirect(web.ProvePath + "?next=%2Fme%2Ftokens%3Fx%3D1")
		c.Get("/me/held").WantText("Close your account", "Remove a passkey")
		if p, err := h.Store.PersonByID(t.Context(), jane.ID); err != nil || p.ClosedAt != nil {
			t.Errorf("the account is closed: %v", err)
		}
	}, apptest.WithFresh(within))
}

// A token is never fresh, and is refused where a fresh sign-in is needed.
func TestTokensProveNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		program := h.Program(t, jane)
		program.Post("/me/tokens", tokenForm()).Want(http.StatusUnauthorized)
		program.Post("/sign-in/again/email", nil).Want(http.StatusUnauthorized)
		program.Get("/api/v1/me").Want(http.StatusOK)
		if links := h.links(t); len(links) != 0 {
			t.Errorf("links were sent: %v", links)
		}
		h.wantTokens(t, jane, 1)
	}, apptest.WithFresh(within))
}

func TestWhoHasNoWayIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.As(t, apptest.Person(t, h.Store, func(p *models.Person) { p.Email = models.NoAddress(p.ID) }))
		h.Clock.Move(within)
		asks(t, c, "/me/tokens", tokenForm()).WantText("Sign out, then sign in again in the way in which you came.")
		c.Post("/sign-in/again/email", nil).Want(http.StatusUnprocessableEntity)
		c.Post("/sign-in/again/provider", nil).Want(http.StatusNotFound)
		h.Client(t).Get(web.ProvePath).WantRedirect("/sign-in?next=%2Fsign-in%2Fagain")
		h.Client(t).Post("/sign-in/again/email", nil).Want(http.StatusUnauthorized)
	}, apptest.WithFresh(within))
}
