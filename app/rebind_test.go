package app_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/outbound"
	"grassroots/app/outbound/outboundtest"
	"grassroots/app/people/provider"
	"grassroots/app/web"
	"grassroots/models"
)

// private is a server that nobody but this machine should reach, which counts
// the connections to it.
func private(t *testing.T) (port string, reached *atomic.Int64) {
	t.Helper()
	reached = &atomic.Int64{}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			reached.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(server.Listener.Addr().String())
	return port, reached
}

// issuer is a provider on this machine, as an operator may have set it, which
// names another server for its tokens.
func issuer(t *testing.T, tokens string, out outbound.Config) *provider.Provider {
	t.Helper()
	var self string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(rw).Encode(map[string]any{"issuer": self, "authorization_endpoint": self + "/in", "token_endpoint": tokens, "jwks_uri": tokens,
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	}))
	t.Cleanup(server.Close)
	self = server.URL
	return app.Provider(web.Config{BaseURL: apptest.BaseURL, SingleSignOn: web.SingleSignOn{Issuer: self, ClientID: "id", ClientSecret: "secret", Name: "Sign-on", Scopes: []string{"openid"}}}, out, time.Now)
}

// doors tries every way in which the site can be made to ask another server: it
// gives how each failed, by name.
func (w *wholeSite) doors(t *testing.T, address string, out outbound.Config) map[string]string {
	t.Helper()
	said := map[string]string{}
	admin := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
	browser := w.As(t, admin)
	page := browser.Post("/admin/webhooks/new", url.Values{"url": {address}, "description": {"Another"}, "events": {"case_study.published"}}).Want(http.StatusOK)
	hook := strings.TrimSuffix(page.Link("Change"), "/edit")
	w.things(w.actors[1], models.ReadPublic, false)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.queue.Drain(ctx); err != nil && !strings.Contains(err.Error(), "webhooks.deliver") {
		t.Fatal(err)
	}
	said["webhooks"] = browser.Get(hook).Want(http.StatusOK).Body

	said["exchange"] = browser.Post("/admin/exchange/new", url.Values{"url": {address}}).Want(http.StatusUnprocessableEntity).Body

	p := issuer(t, address, out)
	_, pending, err := p.Begin(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Finish(t.Context(), pending, provider.Answer{Code: "code", Issuer: p.Issuer()})
	said["sign-on"] = "let in"
	if err != nil {
		said["sign-on"] = outbound.Explain(err)
	}
	return said
}

func TestNoDoorLeadsIntoTheNetworkByAName(t *testing.T) {
	t.Parallel()
	port, reached := private(t)
	for _, second := range []string{"127.0.0.1", "169.254.169.254", "::1", "fc00::1", "::ffff:127.0.0.1", "10.1.2.3"} {
		t.Run(second, func(t *testing.T) {
			t.Parallel()
			names := outboundtest.New(t)
			out := outbound.Config{Resolver: names.Resolver, Timeout: 5 * time.Second}
			w := newWholeSite(t, func(d *app.Deps) { d.Outbound = out })
			names.Answer("193.63.160.1")
			if seen, err := names.LookupNetIP(t.Context(), "ip", "rebind.example"); err != nil || !outbound.Public(seen[0]) {
				t.Fatalf("at first it is %v, %v", seen, err)
			}
			names.Answer(second)
			before := names.Asked()
			for door, said := range w.doors(t, "https://rebind.example:"+port, out) {
				if !strings.Contains(said, "nothing is sent there") || strings.Contains(said, second+":") {
					t.Errorf("%s says %s", door, said)
				}
			}
			if names.Asked() < before+3 {
				t.Errorf("the name was looked up %d times by three doors", names.Asked()-before)
			}
		})
	}
	t.Cleanup(func() {
		if n := reached.Load(); n > 0 {
			t.Errorf("this machine was reached %d times", n)
		}
	})
}

// A server that may be asked sends on to one that may not.
func TestNoDoorIsSentOn(t *testing.T) {
	t.Parallel()
	port, reached := private(t)
	for _, to := range []string{"http://127.0.0.1:" + port, "http://localhost:" + port, "http://[::ffff:127.0.0.1]:" + port, "https://127.0.0.1:" + port} {
		for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			var asked atomic.Int64
			sender := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				http.Redirect(rw, r, to+"/latest/meta-data", status)
			}))
			t.Cleanup(sender.Close)
			out := outbound.Config{AllowPrivate: true, Timeout: 5 * time.Second}
			w := newWholeSite(t, func(d *app.Deps) { d.Outbound = out })
			for door, said := range w.doors(t, sender.URL, out) {
				if said == "let in" {
					t.Errorf("%s was let in", door)
				}
			}
			if asked.Load() < 3 {
				t.Errorf("%d %s: %d of three doors asked", status, to, asked.Load())
			}
		}
	}
	if n := reached.Load(); n > 0 {
		t.Errorf("a redirect was followed %d times", n)
	}
}
