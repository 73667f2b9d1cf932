package store_test

import (
	"sync"
	"testing"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

var dialects = []string{store.SQLite, store.Postgres}

func open(t *testing.T, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// tables counts the tables that are not the database's own.
func tables(t *testing.T, s *store.Store) int {
	t.Helper()
	query := "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
	if s.Dialect() == store.Postgres {
		query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
	}
	var n int
	must(t, s.DB(t.Context()).Raw(query).Scan(&n).Error)
	return n
}

func TestMigrateUpDownUp(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := open(t, storetest.EmptyOn(t, dialect))
			ctx := t.Context()
			current, want, err := s.SchemaVersion(ctx)
			must(t, err)
			if current != 0 || want < 3 {
				t.Fatalf("empty: at %d of %d", current, want)
			}
			must(t, s.Migrate(ctx))
			full := tables(t, s)
			must(t, s.Migrate(ctx)) // nothing left to do
			must(t, addEmail(s.DB(ctx), "1"))
			if current, want, err = s.SchemaVersion(ctx); err != nil || current != want {
				t.Fatalf("migrated: at %d of %d, %v", current, want, err)
			}
			must(t, s.MigrateDown(ctx))
			if n := tables(t, s); n != 1 { // goose's own
				t.Fatalf("after down: %d tables", n)
			}
			if current, _, err = s.SchemaVersion(ctx); err != nil || current != 0 {
				t.Fatalf("after down: at %d, %v", current, err)
			}
			must(t, s.Migrate(ctx))
			if n := tables(t, s); n != full {
				t.Fatalf("after up again: %d tables, %d before", n, full)
			}
			if n := countEmails(t, ctx, s); n != 0 {
				t.Fatalf("%d rows came back", n)
			}
		})
	}
}

func TestManyNodesMigrateAtOnce(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			cfg := storetest.EmptyOn(t, dialect)
			var nodes []*store.Store
			for range 4 {
				nodes = append(nodes, open(t, cfg))
			}
			var group sync.WaitGroup
			for _, s := range nodes {
				group.Go(func() {
					if err := s.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			for _, s := range nodes {
				if current, want, err := s.SchemaVersion(t.Context()); err != nil || current != want {
					t.Errorf("at %d of %d, %v", current, want, err)
				}
			}
		})
	}
}
