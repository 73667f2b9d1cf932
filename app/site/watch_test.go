package site_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
	"grassroots/search"
)

// awayIndex is a search engine that does not answer.
type awayIndex struct{ search.Index }

// Ping implements search.Index.
func (awayIndex) Ping(context.Context) error { return search.ErrUnavailable }

type readiness struct {
	Ready                    bool
	Database, Schema, Search string
}

func ready(t *testing.T, p *apptest.Page) readiness {
	t.Helper()
	var r readiness
	if err := json.Unmarshal([]byte(p.Body), &r); err != nil {
		t.Fatalf("%s: %v", p.Body, err)
	}
	return r
}

func TestHealthWithoutSearch(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get("/healthz").Want(http.StatusOK)
		want := readiness{Ready: true, Database: "ok", Schema: "ok", Search: "away"}
		if got := ready(t, b.Client(t).Get("/readyz").Want(http.StatusOK)); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}, apptest.WithIndex(awayIndex{}))
}

func TestHealthWithoutDatabase(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			st, err := store.Open(t.Context(), storetest.ConfigOn(t, dialect))
			if err != nil {
				t.Fatal(err)
			}
			client := away(t, st)
			if got := ready(t, client.Get("/readyz").Want(http.StatusOK)); !got.Ready {
				t.Errorf("%+v, want ready", got)
			}
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
			client.Get("/healthz").Want(http.StatusOK)
			page := client.Get("/readyz").Want(http.StatusServiceUnavailable)
			if got := ready(t, page); got.Ready || got.Database != "away" || strings.Contains(page.Body, "sql") {
				t.Errorf("it answers %s", page.Body)
			}
		})
	}
}

func TestHealthOnAnOldSchema(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			st, err := store.Open(t.Context(), storetest.EmptyOn(t, dialect))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })
			client := away(t, st)
			if got := ready(t, client.Get("/readyz").Want(http.StatusServiceUnavailable)); got.Ready || got.Database != "ok" || got.Schema == "ok" {
				t.Errorf("on an empty database it answers %+v", got)
			}
			if err := st.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			client.Get("/readyz").Want(http.StatusOK)
		})
	}
}

// away opens a browser on a site whose store the test takes away.
func away(t *testing.T, st *store.Store) *apptest.Client {
	t.Helper()
	return apptest.New(t, st, func(s *web.Site) []apptest.Routes {
		pages, _ := feature(s)
		return []apptest.Routes{measured{pages}}
	}, apptest.WithIndex(awayIndex{})).Client(t)
}

// listen serves the pages on a real address of this machine.
func listen(t *testing.T, st *store.Store) string {
	t.Helper()
	s := web.NewSite(web.Config{BaseURL: apptest.BaseURL}, st, awayIndex{}, &assets.Assets{}, slog.New(slog.DiscardHandler), st.Now)
	pages, queue := feature(s)
	if err := queue.Enqueue(t.Context(), sleepy{}); err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{ErrorHandler: s.HandleError, Immutable: true, DisableStartupMessage: true})
	app.Use(pages.Measure, s.Identify)
	pages.Routes(app)
	app.Get("/case-studies/:slug", func(c *fiber.Ctx) error {
		if c.Params("slug") == "broken" {
			return errors.New("a fault of ours")
		}
		return c.SendString("ok")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := errors.Join(app.Shutdown(), <-done); err != nil {
			t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

// get asks a real address, with headers given as name and value in turn.
func get(t *testing.T, address string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestMetricsCountByRoute(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		address := listen(t, st)
		for _, path := range []string{"/healthz", "/case-studies/one", "/case-studies/two", "/case-studies/broken", "/no/such/page", "/wp-login.php"} {
			get(t, address+path)
		}
		status, body := get(t, address+"/metrics")
		if status != http.StatusOK {
			t.Fatalf("status %d: %s", status, body)
		}
		for _, want := range []string{
			`grassroots_http_requests_total{method="GET",route="/healthz",status="200"} 1`,
			`grassroots_http_requests_total{method="GET",route="/case-studies/:slug",status="200"} 2`,
			`grassroots_http_requests_total{method="GET",route="/case-studies/:slug",status="500"} 1`,
			`grassroots_http_requests_total{method="GET",route="none",status="404"} 2`,
			`grassroots_http_request_duration_seconds_count{method="GET",route="/case-studies/:slug"} 3`,
			`grassroots_jobs{state="available"} 1`,
			"go_goroutines ",
		} {
			if !strings.Contains(body, want+"\n") && !strings.Contains(body, "\n"+want) {
				t.Errorf("the metrics lack %s", want)
			}
		}
		if strings.Contains(body, "wp-login") || strings.Contains(body, "case-studies/one") {
			t.Error("an address that somebody tried has become a series")
		}
	})
}

func TestMetricsAreForOperators(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		// The address of these requests is neither of this machine nor private.
		b.Client(t).Get("/metrics").Want(http.StatusNotFound)
		b.As(t, apptest.Person(t, b.Store)).Get("/metrics").Want(http.StatusNotFound)
		b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator))).Get("/metrics").Want(http.StatusNotFound)
		b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleAdmin))).Get("/metrics").Want(http.StatusOK)

		address := listen(t, b.Store) + "/metrics"
		if status, _ := get(t, address); status != http.StatusOK {
			t.Errorf("this machine gets %d", status)
		}
		for _, header := range []string{"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"} {
			if status, _ := get(t, address, header, "198.51.100.7"); status != http.StatusNotFound {
				t.Errorf("through a proxy that sets %s it answers %d", header, status)
			}
		}
	})
}
