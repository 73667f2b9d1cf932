package people_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

// recorded gives the events of the audit record, in no order since the clock
// stands still, and fails the test when one lacks when, from where or which request, or tells too much.
func (h *signOnHouse) recorded(t *testing.T, secrets ...string) []models.AuditEvent {
	t.Helper()
	list, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	h.issuer.mu.Lock()
	secrets = append(secrets, h.issuer.nonce, "a-code", clientSecret, "eyJ", "@nhs.net", "Jane")
	h.issuer.mu.Unlock()
	for _, e := range list {
		if !e.At.Equal(h.Clock.Now()) || e.Request == "" || e.Address == "" {
			t.Errorf("an event does not say when, from where or by which request: %+v", e)
		}
		for _, secret := range secrets {
			if text := e.Action + e.Subject + e.Before + e.After; secret != "" && strings.Contains(text, secret) {
				t.Errorf("%q is in the record: %+v", secret, e)
			}
		}
	}
	return list
}

// wantRefusal fails the test unless an event is that somebody was refused, and
// why.
func (h *signOnHouse) wantRefusal(t *testing.T, why string) {
	t.Helper()
	list := h.recorded(t)
	if !slices.ContainsFunc(list, func(e models.AuditEvent) bool {
		return e.Action == "sign-in.refuse" && e.After == `{"means":"provider","reason":"`+why+`"}`
	}) {
		t.Errorf("the record does not say that somebody was refused for %s: %+v", why, list)
	}
}

func actions(list []models.AuditEvent) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.Action)
	}
	slices.Sort(out)
	return out
}

func TestSingleSignOnIsOnRecord(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		h.Site.Proxies = web.Proxies{Known: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/32")}}
		seen := map[string]bool{}
		next := func(what string, want ...string) []models.AuditEvent {
			t.Helper()
			list := slices.DeleteFunc(h.recorded(t), func(e models.AuditEvent) bool { return seen[e.ID] })
			for _, e := range list {
				seen[e.ID] = true
			}
			slices.Sort(want)
			got := slices.DeleteFunc(actions(list), func(a string) bool { return strings.HasPrefix(a, "POST /sign-in/provider") })
			if !slices.Equal(got, want) {
				t.Errorf("%s: recorded %v, want %v", what, got, want)
			}
			return list
		}
		says := func(org, group string) {
			h.issuer.set(func(i *issuer) {
				i.claims = map[string]any{"name": "Jane", "email": "jane@nhs.net", "email_verified": true, "work": map[string]any{"org": org, "group": group}}
			})
		}
		c := h.Client(t)
		c.Header.Set("X-Forwarded-For", "203.0.113.9")
		says("RR8", "Estates and Ancillary")
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		made := next("an account is made", "person.make", "role.grant", "identity.link", "identity.claims", "person.change", "person.confirm", "session.begin")
		p, err := h.Store.PersonByEmail(t.Context(), "jane@nhs.net")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range made {
			if e.Address != "203.0.113.0/24" || e.Actor != p.ID && !strings.HasPrefix(e.Action, "POST") {
				t.Errorf("it is not recorded of whom and from where: %+v", e)
			}
		}
		says("RWY", "Estates and Ancillary")
		h.signOn(t, h.Client(t), nil).Want(http.StatusSeeOther)
		changed := next("another organisation", "identity.claims", "person.change", "person.confirm", "session.begin")
		claims := changed[slices.IndexFunc(changed, func(e models.AuditEvent) bool { return e.Action == "identity.claims" })]
		if claims.Before != `{"organisation":"RR8","staff_group":"Estates and Ancillary"}` || claims.After != `{"organisation":"RWY","staff_group":"Estates and Ancillary"}` {
			t.Errorf("the claims: %+v", claims)
		}
		h.signOn(t, h.Client(t), nil).Want(http.StatusSeeOther)
		next("nothing new", "session.begin")

		// The provider ends her sessions, of which there are three.
		h.Client(t).Post("/sign-in/provider/logout", url.Values{"logout_token": {h.issuer.logoutToken(map[string]any{"sid": nil})}}).Want(http.StatusOK)
		for _, e := range next("sessions are ended", "session.end", "session.end", "session.end") {
			if e.After != `{"by":"provider","person":"`+p.ID+`"}` || e.Means != models.ByNobody {
				t.Errorf("it does not say whose session was ended: %+v", e)
			}
		}
		// Anybody can come back from nowhere; the log has it.
		h.Client(t).Get("/sign-in/provider/callback?code=x&state=y").Want(http.StatusForbidden)
		next("what did not begin here")
	})
}

func TestLinkingIsOnRecord(t *testing.T) {
	eachSignOn(t, func(t *testing.T, h *signOnHouse) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		h.issuer.set(func(i *issuer) { i.claims = map[string]any{"email": "jane@nhs.net", "email_verified": true} })
		h.signOn(t, h.Client(t), nil).Want(http.StatusConflict)
		h.wantRefusal(t, "account-taken")
		c := h.As(t, jane)
		h.signOn(t, c, nil).Want(http.StatusSeeOther)
		list := h.recorded(t)
		at := slices.IndexFunc(list, func(e models.AuditEvent) bool { return e.Action == "identity.link" })
		if at < 0 || list[at].Actor != jane.ID || list[at].Subject != jane.ID || list[at].After != `{"issuer":"`+h.issuer.URL+`"}` {
			t.Errorf("the record has %+v", list)
		}
	})
}

// The secret of a link is nowhere in the record, and who came in by it is.
func TestLinksAreOnRecord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.Client(t)
		c.Post("/sign-in/email", url.Values{"email": {"new.person@nhs.net"}})
		link := h.links(t)[0]
		c.Post(link, nil).Want(http.StatusSeeOther)
		list, _, err := h.Store.AuditEvents(t.Context(), models.AuditQuery{Limit: 100})
		p, found := h.Store.PersonByEmail(t.Context(), "new.person@nhs.net")
		if err != nil || found != nil || !slices.Contains(actions(list), "person.make") || !slices.Contains(actions(list), "session.begin") {
			t.Fatalf("recorded %v, %v, %v", actions(list), err, found)
		}
		c.Post("/sign-out", nil)
		c.Post("/sign-in/email", url.Values{"email": {"new.person@nhs.net"}})
		second := h.links(t)[1]
		c.Post(second, nil).Want(http.StatusSeeOther)
		if list, _, err = h.Store.AuditEvents(t.Context(), models.AuditQuery{Limit: 100}); err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			for _, l := range []string{link, second} {
				if secret := strings.TrimPrefix(l, "/sign-in/link/"); strings.Contains(e.Subject+e.Before+e.After, secret) || strings.Contains(e.Subject, "nhs.net") {
					t.Errorf("a secret is in the record: %+v", e)
				}
			}
			if e.Action == "person.make" && (e.Actor != p.ID || e.Means != models.BySession) {
				t.Errorf("it is not recorded who: %+v", e)
			}
		}
	})
}
