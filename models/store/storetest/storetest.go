// Package storetest gives each test a database of its own: migrated, isolated
// and gone when the test ends, on SQLite and on a real Postgres server.
package storetest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"grassroots/models/store"
)

// Option changes how a test's store is opened.
type Option func(*store.Config)

// WithNow gives the store a clock.
func WithNow(now func() time.Time) Option {
	return func(c *store.Config) { c.Now = now }
}

// WithLogger gives the store a logger; the default keeps quiet.
func WithLogger(l *slog.Logger) Option {
	return func(c *store.Config) { c.Logger = l }
}

// WithMaxConns bounds the store's connections.
func WithMaxConns(n int) Option {
	return func(c *store.Config) { c.MaxConns = n }
}

// Each runs f as two parallel subtests, sqlite and postgres, each on a store
// of its own.
func Each(t *testing.T, f func(t *testing.T, s *store.Store), opts ...Option) {
	t.Helper()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			f(t, NewOn(t, dialect, opts...))
		})
	}
}

// New gives a store on SQLite, for tests of what no database changes.
func New(t testing.TB, opts ...Option) *store.Store {
	t.Helper()
	return NewOn(t, store.SQLite, opts...)
}

// NewOn gives a store on the dialect named. Without a Postgres server the test
// is skipped, or fails when CI is set.
func NewOn(t testing.TB, dialect string, opts ...Option) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), ConfigOn(t, dialect, opts...))
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// ConfigOn gives the configuration of a fresh migrated database, for tests that
// open it themselves, or twice.
func ConfigOn(t testing.TB, dialect string, opts ...Option) store.Config {
	t.Helper()
	cfg := config(opts)
	switch dialect {
	case store.SQLite:
		cfg.SQLitePath = sqliteFile(t)
	case store.Postgres:
		cfg.PostgresURL = postgresDatabase(t, true)
	default:
		t.Fatalf("there is no dialect %q", dialect)
	}
	return cfg
}

// EmptyOn gives the configuration of a database without any schema.
func EmptyOn(t testing.TB, dialect string, opts ...Option) store.Config {
	t.Helper()
	cfg := config(opts)
	if dialect == store.SQLite {
		cfg.SQLitePath = t.TempDir() + "/empty.db"
	} else {
		cfg.PostgresURL = postgresDatabase(t, false)
	}
	return cfg
}

func config(opts []Option) store.Config {
	cfg := store.Config{Logger: slog.New(slog.DiscardHandler), MaxConns: 4}
	for _, o := range opts {
		o(&cfg)
	}
	return cfg
}

// migrated opens a database, migrates it and says which server it was.
func migrated(ctx context.Context, cfg store.Config) (version string, err error) {
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return "", err
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	if err := s.Migrate(ctx); err != nil {
		return "", err
	}
	return s.Version(ctx)
}
