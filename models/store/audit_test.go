package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

func recorded(t *testing.T, s *store.Store) []models.AuditEvent {
	t.Helper()
	list, _, err := s.AuditEvents(t.Context(), models.AuditQuery{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAuditOfTransactions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		trail := func() (context.Context, *store.Trail) {
			tr := &store.Trail{Actor: "p1", Means: models.BySession, Address: "192.0.2.0/24", Request: "r1", Action: "POST /x", Subject: "s1"}
			return store.WithTrail(t.Context(), tr), tr
		}
		ctx, _ := trail()
		if err := s.Tx(ctx, func(context.Context) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := s.Tx(ctx, func(context.Context) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := s.Leave(ctx); err != nil {
			t.Fatal(err)
		}
		list := recorded(t, s)
		if len(list) != 1 || list[0].Action != "POST /x" || list[0].Subject != "s1" || list[0].Actor != "p1" || list[0].Means != "session" || list[0].Address != "192.0.2.0/24" || list[0].Request != "r1" {
			t.Fatalf("a request that noted nothing left %+v", list)
		}
		ctx, _ = trail()
		undone := errors.New("undone")
		if err := s.Tx(ctx, func(ctx context.Context) error {
			store.Note(ctx, "thing.made", "t1", nil, map[string]any{"size": 1})
			return undone
		}); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if n := len(recorded(t, s)); n != 1 {
			t.Fatalf("what was undone is recorded: %d", n)
		}
		if err := s.Tx(ctx, func(ctx context.Context) error {
			store.Note(ctx, "thing.made", "t2", map[string]any{"size": 1}, map[string]any{"size": 2})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		list = recorded(t, s)
		if len(list) != 2 || list[0].Action != "thing.made" || list[0].Subject != "t2" || list[0].Before != `{"size":1}` || list[0].After != `{"size":2}` {
			t.Fatalf("what was noted left %+v", list)
		}
		if err := s.View(ctx, func(ctx context.Context) error { store.Note(ctx, "looked", "", nil, nil); return nil }); err != nil {
			t.Fatal(err)
		}
		if err := s.Tx(t.Context(), func(ctx context.Context) error { store.Note(ctx, "by nobody known", "", nil, nil); return nil }); err != nil {
			t.Fatal(err)
		}
		if n := len(recorded(t, s)); n != 2 {
			t.Errorf("reading, or what has no trail, is recorded: %d", n)
		}
	})
}

// chained makes a chain of n sealed events.
func chained(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for range n {
		ctx := store.WithTrail(t.Context(), &store.Trail{Actor: "p1", Means: models.BySession, Action: "thing.made"})
		if err := s.Leave(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if sealed, err := s.SealAudit(t.Context()); err != nil || sealed != n {
		t.Fatalf("sealed %d, %v", sealed, err)
	}
}

func faults(t *testing.T, s *store.Store) (models.AuditReport, string) {
	t.Helper()
	report, err := s.VerifyAudit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, f := range report.Faults {
		words = append(words, f.What)
	}
	return report, strings.Join(words, "; ")
}

func change(seq int, column, value string) string {
	return fmt.Sprintf("UPDATE audit_events SET %s = '%s' WHERE id = (SELECT event_id FROM audit_seals WHERE seq = %d)", column, value, seq)
}

func removed(seq int) string {
	return fmt.Sprintf("DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_seals WHERE seq = %d)", seq)
}

const added = "INSERT INTO audit_events (id, at, actor, means, action) VALUES ('x', '2026-01-01 00:00:00+00:00', 'p', 'session', 'a')"

// unguard is what somebody does first who owns the database and wants to
// change the record.
func unguard(t *testing.T, s *store.Store) {
	t.Helper()
	drop := []string{"DROP TRIGGER audit_events_kept", "DROP TRIGGER audit_seals_kept"}
	if s.Dialect() == store.Postgres {
		drop = []string{"DROP TRIGGER audit_events_kept ON audit_events", "DROP TRIGGER audit_seals_kept ON audit_seals"}
	}
	for _, sql := range drop {
		if err := s.DB(t.Context()).Exec(sql).Error; err != nil {
			t.Fatal(err)
		}
	}
}

// The database itself refuses to change or remove what is recorded.
func TestTheAuditRecordIsOnlyAddedTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		chained(t, s, 3)
		list := []string{change(2, "actor", "p2"), removed(2), "DELETE FROM audit_events", "DELETE FROM audit_seals", "UPDATE audit_seals SET hash = 'x' WHERE seq = 1"}
		if s.Dialect() == store.Postgres {
			list = append(list, "TRUNCATE audit_events", "TRUNCATE audit_seals")
		}
		for _, sql := range list {
			if err := s.DB(t.Context()).Exec(sql).Error; err == nil || !strings.Contains(err.Error(), "only added to") {
				t.Errorf("%s: %v", sql, err)
			}
		}
		if report, got := faults(t, s); got != "" || report.Events != 3 {
			t.Errorf("%+v, %s", report, got)
		}
	})
}

// Whatever is done to the chain behind the program's back is named.
func TestAuditChain(t *testing.T) {
	const remove = "UPDATE audit_ends SET removing = TRUE"
	for _, c := range []struct {
		name string
		sql  []string
		want []string
	}{
		{"untouched", nil, nil},
		{"who is changed", []string{change(3, "actor", "p2")}, []string{"the event in place 3 was changed"}},
		{"what is changed", []string{change(1, "after", "{}")}, []string{"the event in place 1 was changed"}},
		{"when is changed", []string{change(5, "at", "2020-01-01 00:00:00+00:00")}, []string{"the event in place 5 was changed"}},
		{"one removed", []string{remove, removed(2)}, []string{"the event in place 2 is missing"}},
		{"one removed with its seal", []string{remove, removed(2), "DELETE FROM audit_seals WHERE seq = 2"}, []string{"the seal of place 2 is missing", "place 3 follows a gap"}},
		{"the first removed", []string{remove, removed(1)}, []string{"the event in place 1 is missing"}},
		{"the last removed", []string{remove, removed(5)}, []string{"the event in place 5 is missing"}},
		{"two exchanged", []string{"UPDATE audit_seals SET seq = -1 WHERE seq = 2", "UPDATE audit_seals SET seq = 2 WHERE seq = 4", "UPDATE audit_seals SET seq = 4 WHERE seq = -1"},
			[]string{"the event in place 2 was changed", "the event in place 4 was changed"}},
		{"one added at the end", []string{added, "INSERT INTO audit_seals (seq, event_id, hash) VALUES (6, 'x', 'h')"},
			[]string{"the event in place 6 was changed", "there are events after place 5"}},
		{"one added in no place", []string{added}, []string{"the event x has no place"}},
		{"one that waits removed", []string{"INSERT INTO audit_open (event_id) VALUES ('gone')"}, []string{"the event gone, which waits for its place, is missing"}},
		{"one that waits with a place", []string{"INSERT INTO audit_open (event_id) SELECT event_id FROM audit_seals WHERE seq = 2"}, []string{"waits for a place and has one"}},
		{"all removed", []string{remove, "DELETE FROM audit_events"}, []string{"the event in place 1 is missing", "the event in place 5 is missing"}},
		{"all removed with their seals", []string{remove, "DELETE FROM audit_events", "DELETE FROM audit_seals"}, []string{"the seal of place 1 is missing", "the seal of place 5 is missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				chained(t, s, 5)
				unguard(t, s)
				for _, sql := range c.sql {
					if err := s.DB(t.Context()).Exec(sql).Error; err != nil {
						t.Fatal(err)
					}
				}
				_, got := faults(t, s)
				if len(c.want) == 0 && got != "" {
					t.Errorf("faults: %s", got)
				}
				for _, want := range c.want {
					if !strings.Contains(got, want) {
						t.Errorf("%q is not among the faults: %s", want, got)
					}
				}
			})
		})
	}
}

func TestAuditIsKeptAsLongAsSet(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		chained(t, s, 3)
		if gone, err := s.PruneAudit(t.Context(), now.Add(-time.Hour)); err != nil || gone != 0 {
			t.Errorf("%d went that are to stay, %v", gone, err)
		}
		unguard(t, s)
		if err := s.DB(t.Context()).Exec("UPDATE audit_events SET at = ? WHERE id IN (SELECT event_id FROM audit_seals WHERE seq <= 2)", now.Add(-48*time.Hour)).Error; err != nil {
			t.Fatal(err)
		}
		gone, err := s.PruneAudit(t.Context(), now.Add(-24*time.Hour))
		if err != nil || gone != 2 {
			t.Fatalf("%d went, %v", gone, err)
		}
		chained(t, s, 2)
		report, got := faults(t, s)
		if got != "" || report.Events != 3 || report.Last != 5 {
			t.Errorf("what is left: %+v", report)
		}
		for _, sql := range []string{"UPDATE audit_ends SET removing = TRUE", removed(3)} {
			if err := s.DB(t.Context()).Exec(sql).Error; err != nil {
				t.Fatal(err)
			}
		}
		if _, got := faults(t, s); !strings.Contains(got, "the event in place 3 is missing") {
			t.Errorf("the first that was left is removed: %s", got)
		}
	}, storetest.WithNow(func() time.Time { return now }))
}

func TestVotesAreRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := models.Person{ID: s.NewID(), Handle: "voter", Name: "Voter", Email: "voter@nhs.net", CreatedAt: s.Now()}
		if err := s.CreatePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		cs := models.CaseStudy{ID: s.NewID(), OwnerID: p.ID, CreatedAt: s.Now(), UpdatedAt: s.Now(), Document: models.Document{Title: "Letters", Stage: models.StageIdea, Body: "Text"}}
		if err := s.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: p.ID}); err != nil {
			t.Fatal(err)
		}
		for i, on := range []bool{true, true, false, false} {
			ctx := store.WithTrail(t.Context(), &store.Trail{Actor: p.ID, Means: models.ByToken, Action: "PUT vote"})
			if _, err := s.Vote(ctx, cs.ID, p.ID, on); err != nil {
				t.Fatal(i, err)
			}
			if err := s.Leave(ctx); err != nil {
				t.Fatal(err)
			}
		}
		list := recorded(t, s)
		if len(list) != 2 || list[1].Action != "vote.give" || list[0].Action != "vote.take-back" || list[0].Actor != p.ID || list[0].Subject != cs.ID || list[0].Means != "token" {
			t.Errorf("of a vote, one that changes nothing, and taking it back, there is %+v", list)
		}
		if sealed, err := s.SealAudit(t.Context()); err != nil || sealed != 2 {
			t.Errorf("sealed %d, %v", sealed, err)
		}
		if _, got := faults(t, s); got != "" {
			t.Error(got)
		}
	})
}

// A chain that an older program sealed in the rows of the events themselves is
// the same chain after the migration.
func TestAnOlderChainIsKept(t *testing.T) {
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := openEmpty(t, dialect)
			if err := s.SchemaAt(t.Context(), 15); err != nil {
				t.Fatal(err)
			}
			hash := models.AuditStart
			for seq := range int64(4) {
				e := models.AuditEvent{Seq: seq + 1, ID: s.NewID(), At: s.Now().UTC().Truncate(time.Microsecond), Actor: "p1", Means: models.BySession, Action: "thing.made"}
				place, hashed := any(e.Seq), e.Chain(hash)
				if hash = hashed; seq == 3 { // it still waits
					place, hashed = nil, ""
				}
				err := s.DB(t.Context()).Exec("INSERT INTO audit_events (id, at, actor, means, action, seq, hash) VALUES (?, ?, ?, ?, ?, ?, ?)", e.ID, e.At, e.Actor, e.Means, e.Action, place, hashed).Error
				if err == nil && place != nil {
					err = s.DB(t.Context()).Exec("UPDATE audit_ends SET seq = ?, hash = ?", e.Seq, hashed).Error
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			if report, got := faults(t, s); got != "" || report.Events != 3 || report.Open != 1 || report.Last != 3 {
				t.Errorf("%+v, %s", report, got)
			}
			if n, err := s.SealAudit(t.Context()); err != nil || n != 1 {
				t.Errorf("sealed %d, %v", n, err)
			}
			report, got := faults(t, s)
			if got != "" || report.Events != 4 || report.Head != hash {
				t.Errorf("%+v, %s", report, got)
			}
		})
	}
}
