package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

const insertEmail = `INSERT INTO emails (id, to_address, subject, text, created_at) VALUES (?, 'a', 'b', 'c', ?)`

func countEmails(t *testing.T, ctx context.Context, s *store.Store) int64 {
	t.Helper()
	var n int64
	if err := s.DB(ctx).Table("emails").Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func addEmail(db *gorm.DB, id string) error {
	return db.Exec(insertEmail, id, db.NowFunc()).Error
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTxCommitsAndRollsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		stop := errors.New("stop")
		var ran []string
		err := s.Tx(ctx, func(ctx context.Context) error {
			s.AfterCommit(ctx, func() { ran = append(ran, "never") })
			must(t, addEmail(s.DB(ctx), "1"))
			// Joining does not commit by itself.
			must(t, s.Tx(ctx, func(ctx context.Context) error { return addEmail(s.DB(ctx), "2") }))
			if !s.InTx(ctx) || countEmails(t, ctx, s) != 2 {
				t.Error("the transaction does not see its own rows")
			}
			return stop
		})
		if !errors.Is(err, stop) || countEmails(t, ctx, s) != 0 {
			t.Fatalf("after an error: %v, %d rows", err, countEmails(t, ctx, s))
		}
		must(t, s.Tx(ctx, func(ctx context.Context) error {
			s.AfterCommit(ctx, func() { ran = append(ran, fmt.Sprint(countEmails(t, t.Context(), s))) })
			return s.Tx(ctx, func(ctx context.Context) error { return addEmail(s.DB(ctx), "1") })
		}))
		if n := countEmails(t, ctx, s); n != 1 {
			t.Fatalf("after a commit: %d rows", n)
		}
		s.AfterCommit(ctx, func() { ran = append(ran, "at once") })
		if !slices.Equal(ran, []string{"1", "at once"}) {
			t.Fatalf("ran after the commit: %q", ran)
		}
	})
}

func TestAPanicRollsBackAndFreesTheConnection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for range 10 { // more often than there are connections
			func() {
				defer func() { _ = recover() }()
				_ = s.Tx(t.Context(), func(ctx context.Context) error {
					must(t, addEmail(s.DB(ctx), "1"))
					panic("stop")
				})
			}()
		}
		if n := countEmails(t, t.Context(), s); n != 0 {
			t.Fatalf("%d rows", n)
		}
		must(t, addEmail(s.DB(t.Context()), "1"))
	})
}

func TestACancelledContextRollsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Tx(ctx, func(ctx context.Context) error {
			must(t, addEmail(s.DB(ctx), "1"))
			cancel()
			return s.DB(ctx).Exec("SELECT 1").Error
		})
		if err == nil {
			t.Fatal("a cancelled transaction was committed")
		}
		if n := countEmails(t, t.Context(), s); n != 0 {
			t.Fatalf("%d rows", n)
		}
		must(t, addEmail(s.DB(t.Context()), "1"))
	})
}

// GORM's own Transaction, with its savepoints, works on the same connections.
func TestGormTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, s.Tx(ctx, func(ctx context.Context) error {
			must(t, addEmail(s.DB(ctx), "1"))
			err := s.DB(ctx).Transaction(func(tx *gorm.DB) error {
				must(t, addEmail(tx, "2"))
				return errors.New("back to the savepoint")
			})
			if err == nil {
				t.Error("no error from the inner transaction")
			}
			return nil
		}))
		must(t, s.DB(ctx).Transaction(func(tx *gorm.DB) error { return addEmail(tx, "3") }))
		var ids []string
		must(t, s.DB(ctx).Raw("SELECT id FROM emails ORDER BY id").Scan(&ids).Error)
		if !slices.Equal(ids, []string{"1", "3"}) {
			t.Fatalf("rows %q", ids)
		}
	})
}

// A hundred people count up one number, each reading it first.
func TestNoUpdateIsLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, s.DB(ctx).Exec("CREATE TABLE counters (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)").Error)
		must(t, s.DB(ctx).Exec("INSERT INTO counters VALUES (1, 0)").Error)
		lock := ""
		if s.Dialect() == store.Postgres {
			lock = " FOR UPDATE"
		}
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				err := s.Tx(ctx, func(ctx context.Context) error {
					var n int
					if err := s.DB(ctx).Raw("SELECT n FROM counters WHERE id = 1" + lock).Scan(&n).Error; err != nil {
						return err
					}
					return s.DB(ctx).Exec("UPDATE counters SET n = ? WHERE id = 1", n+1).Error
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		var n int
		must(t, s.DB(ctx).Raw("SELECT n FROM counters").Scan(&n).Error)
		if n != 100 {
			t.Fatalf("counted to %d", n)
		}
	})
}

// Two transactions that cannot both come first: one is refused by Postgres, and
// Tx runs it again.
func TestTxRunsAgainAfterASerialisationFailure(t *testing.T) {
	t.Parallel()
	s := storetest.NewOn(t, store.Postgres)
	ctx := t.Context()
	bothRead := make(chan struct{}, 2)
	var mu sync.Mutex
	runs := 0
	var group sync.WaitGroup
	for i := range 2 {
		group.Go(func() {
			first := true
			err := s.Tx(ctx, func(ctx context.Context) error {
				mu.Lock()
				runs++
				mu.Unlock()
				if err := s.DB(ctx).Exec("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").Error; err != nil {
					return err
				}
				n := countEmails(t, ctx, s)
				if first {
					first = false
					bothRead <- struct{}{}
					for len(bothRead) < 2 && ctx.Err() == nil {
						if err := s.DB(ctx).Exec("SELECT pg_sleep(0.01)").Error; err != nil {
							return err
						}
					}
				}
				return addEmail(s.DB(ctx), fmt.Sprintf("%d after %d", i, n))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := countEmails(t, ctx, s); n != 2 || runs < 3 {
		t.Fatalf("%d rows after %d runs", n, runs)
	}
}

// View sees one moment, however much is written meanwhile, and cannot write.
func TestViewSeesOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		outer := t.Context()
		must(t, s.View(outer, func(ctx context.Context) error {
			before := countEmails(t, ctx, s)
			must(t, addEmail(s.DB(outer), "meanwhile"))
			if after := countEmails(t, ctx, s); before != after {
				t.Errorf("saw %d rows, then %d", before, after)
			}
			return nil
		}))
		if n := countEmails(t, outer, s); n != 1 {
			t.Errorf("%d rows", n)
		}
		if err := s.View(outer, func(ctx context.Context) error { return addEmail(s.DB(ctx), "2") }); err == nil {
			t.Error("a view wrote")
		}
	})
}

func TestTimesComeBackAsTheyWent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		kathmandu := time.FixedZone("", 5*3600+45*60)
		at := time.Date(2026, 3, 29, 1, 30, 0, 123456789, kathmandu)
		want := time.Date(2026, 3, 28, 19, 45, 0, 123456000, time.UTC)
		type email struct {
			ID        string
			CreatedAt time.Time
			SentAt    *time.Time
		}
		must(t, s.DB(ctx).Exec(insertEmail, "unsent", at).Error)
		must(t, s.DB(ctx).Exec(insertEmail, "sent", at).Error)
		must(t, s.DB(ctx).Exec("UPDATE emails SET sent_at = ? WHERE id = 'sent'", &at).Error)
		var got []email
		// The comparison is with the nanoseconds that were not kept.
		must(t, s.DB(ctx).Where("created_at = ?", at).Order("id").Find(&got).Error)
		if len(got) != 2 {
			t.Fatalf("found %d rows", len(got))
		}
		for _, e := range got {
			if e.CreatedAt != want {
				t.Errorf("%s: created %v, want %v", e.ID, e.CreatedAt, want)
			}
		}
		if got[0].SentAt == nil || *got[0].SentAt != want || got[1].SentAt != nil {
			t.Errorf("sent at %v and %v", got[0].SentAt, got[1].SentAt)
		}
		var latest, none store.NullTime
		must(t, s.DB(ctx).Raw("SELECT MAX(created_at) FROM emails").Row().Scan(&latest))
		must(t, s.DB(ctx).Raw("SELECT MAX(sent_at) FROM emails WHERE id = 'unsent'").Row().Scan(&none))
		if !latest.Valid || latest.Time != want || none.Valid {
			t.Errorf("MAX gave %v and %v", latest, none)
		}
	})
}

func TestTimesSort(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		offsets := []time.Duration{0, time.Microsecond, 100 * time.Millisecond, 120 * time.Millisecond, time.Second,
			11 * time.Second, 24 * time.Hour}
		for i := len(offsets) - 1; i >= 0; i-- {
			must(t, s.DB(ctx).Exec(insertEmail, fmt.Sprint(i), base.Add(offsets[i])).Error)
		}
		var ids []string
		must(t, s.DB(ctx).Raw("SELECT id FROM emails WHERE created_at < ? ORDER BY created_at",
			base.Add(24*time.Hour)).Scan(&ids).Error)
		if !slices.Equal(ids, []string{"0", "1", "2", "3", "4", "5"}) {
			t.Fatalf("order %q", ids)
		}
	})
}

// Text that looks like a time stays text, in expressions too.
func TestTextStaysText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, addEmail(s.DB(ctx), "2026-01-01"))
		var got string
		must(t, s.DB(ctx).Raw("SELECT COALESCE(id, '') FROM emails").Scan(&got).Error)
		if got != "2026-01-01" {
			t.Fatalf("read %q", got)
		}
	})
}

func TestConstraintsAreToldApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, s.DB(ctx).Exec("CREATE TABLE replies (email_id TEXT NOT NULL REFERENCES emails (id))").Error)
		must(t, addEmail(s.DB(ctx), "1"))
		if err := addEmail(s.DB(ctx), "1"); !store.IsDuplicate(err) {
			t.Errorf("a taken key gave %v", err)
		}
		err := s.DB(ctx).Exec("INSERT INTO replies VALUES ('none')").Error
		if !errors.Is(err, gorm.ErrForeignKeyViolated) || store.IsDuplicate(err) {
			t.Errorf("a missing parent gave %v", err)
		}
		if err := s.DB(ctx).Exec(`SELECT "no such column" FROM emails`).Error; err == nil {
			t.Error("a double-quoted name was taken for text")
		}
	})
}

func TestCounter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, c := store.WithCounter(t.Context())
		must(t, addEmail(s.DB(ctx), "1"))
		must(t, s.Tx(ctx, func(ctx context.Context) error {
			countEmails(t, ctx, s)
			return addEmail(s.DB(ctx), "2")
		}))
		countEmails(t, t.Context(), s) // under another context
		if c.Count() != 3 || !strings.Contains(c.Statements()[1], "count(*)") {
			t.Fatalf("counted %q", c.Statements())
		}
		c.Reset()
		if c.Count() != 0 {
			t.Fatal("Reset kept something")
		}
	})
}

// Readers are not held up by a writer, and a write is not by readers.
func TestReadersDoNotWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		outer := t.Context()
		must(t, s.Tx(outer, func(ctx context.Context) error {
			must(t, addEmail(s.DB(ctx), "1"))
			var n int
			must(t, s.DB(outer).Raw("WITH e AS (SELECT * FROM emails) SELECT count(*) FROM e").Scan(&n).Error)
			if n != 0 {
				t.Errorf("saw %d rows that were not committed", n)
			}
			return nil
		}))
		rows, err := s.DB(outer).Raw("SELECT id FROM emails").Rows()
		must(t, err)
		defer rows.Close()
		must(t, addEmail(s.DB(outer), "2"))
	})
}

func TestSlowQueriesAreLoggedWithoutValues(t *testing.T) {
	var mu sync.Mutex
	var out bytes.Buffer
	logger := slog.New(slog.NewTextHandler(lockedWriter{&mu, &out}, nil))
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		slow := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
			SELECT count(*) FROM n WHERE ? <> ''`
		if s.Dialect() == store.Postgres {
			slow = "SELECT count(*) FROM (SELECT pg_sleep(0.25)) AS n WHERE CAST(? AS TEXT) <> ''"
		}
		var n int
		must(t, s.DB(t.Context()).Raw(slow, "jo@example.org").Scan(&n).Error)
		must(t, s.DB(t.Context()).Raw("SELECT 1 WHERE ? <> ''", "quick").Scan(&n).Error)
		mu.Lock()
		defer mu.Unlock()
		got := out.String()
		if !strings.Contains(got, "slow query") || !strings.Contains(got, "SELECT count(*)") {
			t.Errorf("logged %q", got)
		}
		if strings.Contains(got, "jo@example.org") {
			t.Errorf("a value was logged: %q", got)
		}
	}, storetest.WithLogger(logger))
}

type lockedWriter struct {
	mu *sync.Mutex
	w  *bytes.Buffer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg  store.Config
		kind models.Kind
	}{
		"nothing":         {store.Config{}, models.Invalid},
		"no address":      {store.Config{PostgresURL: "postgres://us er:secret@[/x"}, models.Invalid},
		"nobody there":    {store.Config{PostgresURL: "postgres://u:secret@127.0.0.1:1/x"}, models.Unavailable},
		"a folder":        {store.Config{SQLitePath: t.TempDir()}, models.Unavailable},
		"in a plain file": {store.Config{SQLitePath: "platform_test.go/x.db"}, models.Unavailable},
	} {
		s, err := store.Open(t.Context(), c.cfg)
		if err == nil {
			_ = s.Close()
		}
		if models.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the password is in %q", name, err)
		}
	}
}

// A path may hold what means something in an address.
func TestOddPaths(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/a b?c#d%20e/é&x=1.db"
	s, err := store.Open(t.Context(), store.Config{SQLitePath: path})
	must(t, err)
	must(t, s.Migrate(t.Context()))
	must(t, addEmail(s.DB(t.Context()), "1"))
	must(t, s.Close())
	again, err := store.Open(t.Context(), store.Config{SQLitePath: path})
	must(t, err)
	defer again.Close()
	if n := countEmails(t, t.Context(), again); n != 1 {
		t.Fatalf("%d rows", n)
	}
}
