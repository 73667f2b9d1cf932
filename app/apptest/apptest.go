// Package apptest runs features as the program does, through the same
// middleware on a migrated database of the test's own, and reads their pages as
// a browser would. It knows no feature: a test mounts what it tests.
package apptest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/assets"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
	"grassroots/search"
	"grassroots/search/embedded"
)

// BaseURL is where the site under test believes itself to be.
const BaseURL = "http://grassroots.test"

// maxBody is the largest request body, as the program has it.
const maxBody = 13 << 20

// Routes is a feature that can be mounted.
type Routes interface{ Routes(r fiber.Router) }

// Operations is a feature that has a part in the API.
type Operations interface{ API(api huma.API) }

// App is a site with its features, ready to be asked.
type App struct {
	Site  *web.Site
	Store *store.Store
	Fiber *fiber.App
	API   huma.API
	Clock *Clock // of the site and its store; nil when New was given a store with another
	Log   *Log

	counting atomic.Pointer[context.Context]
}

type settings struct {
	config web.Config
	index  search.Index
}

// Option changes how the site is set up.
type Option func(*settings)

// Demo lets the demo people be signed in with one press.
func Demo() Option { return func(s *settings) { s.config.Demo = true } }

// WithBaseURL puts the site somewhere else, such as behind https.
func WithBaseURL(u string) Option { return func(s *settings) { s.config.BaseURL = u } }

// WithDomains sets which domains may sign up by e-mail link.
func WithDomains(domains ...string) Option {
	return func(s *settings) { s.config.EmailDomains = domains }
}

// WithSessions sets how long a session lasts without use, and at most.
func WithSessions(idle, life time.Duration) Option {
	return func(s *settings) { s.config.SessionIdle, s.config.SessionLife = idle, life }
}

// WithFresh sets for how long a sign-in is a fresh one; without it nobody is
// asked again who they are.
func WithFresh(within time.Duration) Option {
	return func(s *settings) { s.config.FreshFor = within }
}

// WithLimits sets how often things may be done, and whose word is taken for
// where a request comes from. Without it there are no limits but that on links.
func WithLimits(l web.Limits, p web.Proxies) Option {
	return func(s *settings) { s.config.Limits, s.config.Proxies = l, p }
}

// WithIndex gives the site another search index than an empty embedded one.
func WithIndex(i search.Index) Option { return func(s *settings) { s.index = i } }

// Each runs f on SQLite and on Postgres, each with a site and a store of its
// own, whose one clock the test moves.
func Each(t *testing.T, make func(*web.Site) []Routes, f func(t *testing.T, a *App), options ...Option) {
	t.Helper()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			clock := NewClock()
			a := New(t, storetest.NewOn(t, dialect, storetest.WithNow(clock.Now)), make, options...)
			a.Clock = clock
			f(t, a)
		})
	}
}

// New makes a site on a store, with the middleware of the program and the
// features that make gives for it. The site has the store's clock.
func New(t testing.TB, st *store.Store, make func(*web.Site) []Routes, options ...Option) *App {
	t.Helper()
	set := settings{config: web.Config{BaseURL: BaseURL, EmailDomains: []string{"nhs.net", "*.nhs.uk"},
		Secret: []byte("a secret that only the tests know"), Version: "test", Limits: web.Limits{Links: 5}}}
	for _, o := range options {
		o(&set)
	}
	if set.index == nil {
		set.index = EmptyIndex(t)
	}
	built, err := assets.Load()
	if errors.Is(err, assets.ErrNotBuilt) {
		built = &assets.Assets{} // pages render without them
	} else if err != nil {
		t.Fatal(err)
	}
	log := &Log{}
	site := web.NewSite(set.config, st, set.index, built, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), st.Now)
	a := &App{Site: site, Store: st, Log: log,
		Fiber: fiber.New(fiber.Config{ErrorHandler: site.HandleError, Immutable: true, DisableStartupMessage: true, BodyLimit: maxBody, ReadBufferSize: 16 << 10})}
	a.Fiber.Use(a.counted)
	site.Use(a.Fiber)
	a.signInRoute()
	// Routes of a test's own have no rule, and let everybody through.
	r := site.Guard(a.Fiber, func(string, string) {})
	features := make(site)
	for _, f := range features {
		f.Routes(r)
	}
	a.API = site.NewAPI(a.Fiber, r)
	for _, f := range features {
		if f, ok := f.(Operations); ok {
			f.API(a.API)
		}
	}
	return a
}

// Around makes the whole application ready to be asked.
func Around(f *fiber.App, site *web.Site) *App {
	a := &App{Site: site, Store: site.Store, Fiber: f}
	a.signInRoute()
	return a
}

func (a *App) signInRoute() {
	a.Fiber.Post(signInPath, func(c *fiber.Ctx) error {
		if err := a.Site.SignIn(c, c.Params("id"), models.ByLink); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

// Statements gives the database statements that the requests of f run.
func (a *App) Statements(f func()) []string {
	ctx, counter := store.WithCounter(context.Background())
	a.counting.Store(&ctx)
	defer a.counting.Store(nil)
	f()
	return counter.Statements()
}

func (a *App) counted(c *fiber.Ctx) error {
	if ctx := a.counting.Load(); ctx != nil {
		c.SetUserContext(*ctx)
	}
	return c.Next()
}

// signInPath begins a session for a person by id, so that a test need not walk
// through a sign-in that it does not test.
const signInPath = "/apptest/sign-in/:id"

// EmptyIndex opens a search index for a test.
func EmptyIndex(t testing.TB) search.Index {
	t.Helper()
	index, _, err := embedded.Open(embedded.Options{Dir: t.TempDir() + "/index", Synonyms: search.DefaultSynonyms()})
	if err != nil {
		t.Fatalf("opening a search index: %v", err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Errorf("closing the search index: %v", err)
		}
	})
	return index
}

// Person saves a person for a test, whom change may first change. Without a
// handle they get one that nobody has.
func Person(t testing.TB, st *store.Store, change ...func(*models.Person)) models.Person {
	t.Helper()
	years := 8
	id := st.NewID()
	unique := strings.ToLower(id[len(id)-8:])
	p := models.Person{ID: id, Handle: "colleague-" + unique, Name: "Colleague " + unique, Email: "colleague." + unique + "@nhs.net",
		JobTitle: "Staff nurse", StaffGroup: "Nursing and Midwifery Registered", YearsExperience: &years, Skills: []string{"audit"},
		Grants: []models.Grant{{Role: models.RoleMember}}, CreatedAt: st.Now()}
	for _, f := range change {
		f(&p)
	}
	if err := st.CreatePerson(t.Context(), &p); err != nil {
		t.Fatalf("making a person: %v", err)
	}
	p, err := st.PersonByID(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Named gives a person a handle, a name and an address made of both.
func Named(handle, name string) func(*models.Person) {
	return func(p *models.Person) { p.Handle, p.Name, p.Email = handle, name, handle+"@nhs.net" }
}

// WithRole gives a person a role; a lead is one of their own organisation.
func WithRole(r models.Role) func(*models.Person) {
	return func(p *models.Person) {
		g := models.Grant{Role: r}
		if r == models.RoleLead {
			g.Organisation = p.Organisation
		}
		p.Grants = append(p.Grants, g)
	}
}

// Clock is a clock that a test moves. It begins at a fixed moment.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at noon of 4 March 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

// Now gives the time of the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move lets time pass.
func (c *Clock) Move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Log keeps what the site logged.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*Log)(nil)

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String gives everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Numbered gives a name that sorts by its number, for lists of many.
func Numbered(prefix string, n int) string {
	digits := strconv.Itoa(n)
	return prefix + strings.Repeat("0", max(0, 4-len(digits))) + digits
}
