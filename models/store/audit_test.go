package store_test

import (
	"context"
	"errors"
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

// Whatever is done to the chain behind the program's back is named.
func TestAuditChain(t *testing.T) {
	for _, c := range []struct {
		name string
		sql  []string
		want []string
	}{
		{"untouched", nil, nil},
		{"who is changed", []string{"UPDATE audit_events SET actor = 'p2' WHERE seq = 3"}, []string{"the event in place 3 was changed"}},
		{"what is changed", []string{"UPDATE audit_events SET after = '{}' WHERE seq = 1"}, []string{"the event in place 1 was changed"}},
		{"when is changed", []string{"UPDATE audit_events SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 5"}, []string{"the event in place 5 was changed"}},
		{"one removed", []string{"DELETE FROM audit_events WHERE seq = 2"}, []string{"the event in place 2 is missing", "place 3 follows a gap"}},
		{"the first removed", []string{"DELETE FROM audit_events WHERE seq = 1"}, []string{"the event in place 1 is missing"}},
		{"the last removed", []string{"DELETE FROM audit_events WHERE seq = 5"}, []string{"the event in place 5 is missing"}},
		{"two exchanged", []string{"UPDATE audit_events SET seq = -1 WHERE seq = 2", "UPDATE audit_events SET seq = 2 WHERE seq = 4", "UPDATE audit_events SET seq = 4 WHERE seq = -1"},
			[]string{"the event in place 2 was changed", "the event in place 4 was changed"}},
		{"one added at the end", []string{"INSERT INTO audit_events (id, at, actor, means, action, seq, hash) VALUES ('x', '2026-01-01 00:00:00+00:00', 'p', 'session', 'a', 6, 'h')"},
			[]string{"the event in place 6 was changed", "there are events after place 5"}},
		{"all removed", []string{"DELETE FROM audit_events"}, []string{"the event in place 1 is missing", "the event in place 5 is missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				chained(t, s, 5)
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
		if err := s.DB(t.Context()).Exec("UPDATE audit_events SET at = ? WHERE seq <= 2", now.Add(-48*time.Hour)).Error; err != nil {
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
		if err := s.DB(t.Context()).Exec("DELETE FROM audit_events WHERE seq = 3").Error; err != nil {
			t.Fatal(err)
		}
		if _, got := faults(t, s); !strings.Contains(got, "place 3 is missing") {
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
