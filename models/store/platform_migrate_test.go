package store_test

import (
	"io/fs"
	"path"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"grassroots/models/store"
	"grassroots/models/store/migrations"
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

// TestMigrationsInTheOrderTheyCame migrates a database whenever another of the
// migrations came, in the order in which they came, which is not that of their
// numbers: whoever has followed the main branch has such a one.
func TestMigrationsInTheOrderTheyCame(t *testing.T) {
	t.Parallel()
	early := map[string]string{ // and what they came before
		"00006_connections.sql": "00005_ends.sql", "00009_webhooks.sql": "00008_bundles.sql", "00014_visibility.sql": "00011_overrides.sql",
		"00015_audit.sql": "00012_signon.sql", "00019_ratecounts.sql": "00017_reports.sql", "00023_merges.sql": "00020_measures.sql",
	}
	order, err := fs.Glob(migrations.Files, "*.sql")
	must(t, err)
	for file, before := range early {
		at := slices.Index(order, file)
		if at < 0 || !slices.Contains(order, before) {
			t.Fatalf("there is no %s or no %s", file, before)
		}
		order = slices.Delete(order, at, at+1)
		order = slices.Insert(order, slices.Index(order, before), file)
	}
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := open(t, storetest.EmptyOn(t, dialect))
			files := fstest.MapFS{}
			for i, name := range order {
				text, err := fs.ReadFile(migrations.Files, path.Clean(name))
				must(t, err)
				files[name] = &fstest.MapFile{Data: text}
				// Alone where the order is another one: the rest is one step.
				if i+1 == len(order) || order[i+1] < name {
					must(t, s.MigrateWith(t.Context(), files))
				}
			}
			whole := open(t, storetest.EmptyOn(t, dialect))
			must(t, whole.Migrate(t.Context()))
			if a, b := tables(t, s), tables(t, whole); a != b {
				t.Errorf("%d tables in the order they came, %d in that of their numbers", a, b)
			}
			if current, want, err := s.SchemaVersion(t.Context()); err != nil || current != want {
				t.Errorf("at %d of %d, %v", current, want, err)
			}
		})
	}
}

// TestWhatWasDoneWithoutMeasures holds that copies which were hidden, and case
// studies which were merged, before that was done by measures have one
// afterwards, and that the way back leaves them hidden and merged.
func TestWhatWasDoneWithoutMeasures(t *testing.T) {
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := open(t, storetest.EmptyOn(t, dialect))
			ctx := t.Context()
			before := fstest.MapFS{}
			names, err := fs.Glob(migrations.Files, "*.sql")
			must(t, err)
			for _, name := range names {
				if name < "00032" {
					text, err := fs.ReadFile(migrations.Files, name)
					must(t, err)
					before[name] = &fstest.MapFile{Data: text}
				}
			}
			must(t, s.MigrateWith(ctx, before))
			run := func(sql string, args ...any) {
				t.Helper()
				must(t, s.DB(ctx).Exec(sql, args...).Error)
			}
			now := s.Now()
			run("INSERT INTO people (id, handle, name, email, demo, created_at) VALUES ('p', 'farah', 'Farah', 'farah@nhs.net', ?, ?), ('o', 'other', 'Other', 'other@nhs.net', ?, ?)", false, now, false, now)
			for _, id := range []string{"copy", "from", "into"} {
				run("INSERT INTO case_studies (id, slug, title, stage, owner_id, status, revision, hot, hot_age, demo, created_at, updated_at, published_at) VALUES (?, ?, ?, 'idea', 'o', 'withdrawn', 1, 0, 0, ?, ?, ?, ?)", id, id, id, false, now, now, now)
			}
			run("INSERT INTO exchange_origins (id, url, trusted, added_at) VALUES ('x', 'https://x.example', '', ?)", now)
			run("INSERT INTO exchange_copies (case_study_id, origin_id, url, revision, status, signed, signed_by, fetched_at, checked_at, hidden_at, hidden_by, dropped) VALUES ('copy', 'x', '', 1, 'published', '', '', ?, ?, ?, 'Farah', ?)", now, now, now, false)
			run("INSERT INTO case_study_merges (from_id, into_id, by_id, words, merged_at) VALUES ('from', 'into', 'p', 'The same', ?)", now)
			must(t, s.Migrate(ctx))
			list, _, err := s.Measures(ctx, store.MeasureQuery{Limit: 10})
			if err != nil || len(list) != 2 || list[0].SubjectID != "from" || list[0].Words != "The same" || list[1].SubjectID != "copy" || list[1].ModeratorID != "p" {
				t.Fatalf("%+v, %v", list, err)
			}
			m, err := s.MergeOf(ctx, "from")
			if err != nil || m.IntoID != "into" || m.ByID != "p" || m.Words != "The same" || !m.At.Equal(list[0].MadeAt) {
				t.Errorf("%+v, %v", m, err)
			}
			var hidden string
			if err := s.DB(ctx).Raw("SELECT hidden FROM case_studies WHERE id = 'copy'").Scan(&hidden).Error; err != nil || hidden != list[1].ID {
				t.Errorf("%q, %v", hidden, err)
			}
			must(t, s.MigrateDownTo(ctx, 31))
			var kept struct{ HiddenBy, ByID, Words string }
			must(t, s.DB(ctx).Raw("SELECT hidden_by, by_id, words FROM exchange_copies, case_study_merges").Scan(&kept).Error)
			if kept.HiddenBy != "Farah" || kept.ByID != "p" || kept.Words != "The same" {
				t.Errorf("on the way back: %+v", kept)
			}
			must(t, s.Migrate(ctx))
		})
	}
}
