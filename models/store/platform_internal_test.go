package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"grassroots/models"
)

func TestIsRead(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{
		"SELECT 1":                             true,
		"  select * from t":                    true,
		"WITH a AS (SELECT 1) SELECT * FROM a": true,
		"(SELECT 1) UNION (SELECT 2)":          true,
		"VALUES (1)":                           true,
		"SELECT updated_at, delete_me, \"insert\" FROM t":          true,
		"SELECT * FROM t WHERE x = 'for share'":                    false, // careful, not clever
		"SELECT * FROM t FOR UPDATE":                               false,
		"SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED":            false,
		"SELECT * FROM t for share":                                false,
		"WITH a AS (DELETE FROM t RETURNING id) SELECT * FROM a":   false,
		"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a":       false,
		"INSERT INTO t VALUES (1) RETURNING id":                    false,
		"UPDATE t SET x = 1":                                       false,
		"PRAGMA foreign_keys":                                      false,
		"":                                                         false,
		"EXPLAIN ANALYZE DELETE FROM t":                            false,
		"SELECT count(*) FROM `case_studies` WHERE `title` LIKE ?": true,
	} {
		if got := isRead(query); got != want {
			t.Errorf("isRead(%q) = %v", query, got)
		}
	}
}

func TestDialectSQL(t *testing.T) {
	t.Parallel()
	const text = `CREATE TABLE a (
  at TIMESTAMP NOT NULL DEFAULT 'a TIMESTAMP', -- a BLOB
  "BLOB" blob, timestamp_x TEXT DEFAULT CURRENT_TIMESTAMP
);
-- +only postgres
CREATE INDEX p ON a USING gin (x);
-- +end
-- +only sqlite
CREATE INDEX s ON a (x);
-- +end`
	for dialect, want := range map[string][]string{
		SQLite:   {"at TIMESTAMP NOT", "CREATE INDEX s", `"BLOB" blob`},
		Postgres: {"at TIMESTAMPTZ NOT", "CREATE INDEX p", `"BLOB" BYTEA`, "'a TIMESTAMP'", "timestamp_x", "DEFAULT CURRENT_TIMESTAMP\n", "-- a BLOB"},
	} {
		got, err := dialectSQL(text, dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", dialect, w, got)
			}
		}
		if strings.Count(got, "CREATE INDEX") != 1 || strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%s:\n%s", dialect, got)
		}
	}
	for _, bad := range []string{"-- +only oracle\n-- +end", "-- +only sqlite\n", "-- +end", "-- +only sqlite\n-- +only postgres\n-- +end"} {
		if _, err := dialectSQL(bad, SQLite); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestDialectFS(t *testing.T) {
	t.Parallel()
	files, err := dialectFS(fstest.MapFS{
		"00002_b.sql": {Data: []byte("BLOB")},
		"00001_a.sql": {Data: []byte("TIMESTAMP")},
		"embed.go":    {Data: []byte("package x")},
	}, Postgres)
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil || fmt.Sprint(names) != "[00001_a.sql 00002_b.sql]" {
		t.Fatal(names, err)
	}
	text, err := fs.ReadFile(files, "00002_b.sql")
	if err != nil || string(text) != "BYTEA" {
		t.Fatalf("%q, %v", text, err)
	}
	if _, err := fs.ReadFile(files, "embed.go"); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func openTest(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{SQLitePath: filepath.Join(t.TempDir(), "x.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// A write inside a transaction, but without its context, could wait for ever:
// it is refused instead.
func TestAWriteBesideItsOwnTransactionIsRefused(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	s.pool.writeWait = 50 * time.Millisecond
	outer := t.Context()
	err := s.Tx(outer, func(context.Context) error {
		return s.DB(outer).Exec("CREATE TABLE t (id TEXT)").Error
	})
	if models.KindOf(err) != models.Unavailable {
		t.Fatalf("gave %v", err)
	}
	if err := s.DB(outer).Exec("CREATE TABLE t (id TEXT)").Error; err != nil {
		t.Fatal(err)
	}
	// RETURNING makes rows of a write; the writer is free once they are read.
	for i := range 3 {
		var id string
		if err := s.DB(outer).Raw("INSERT INTO t VALUES (?) RETURNING id", i).Scan(&id).Error; err != nil || id != fmt.Sprint(i) {
			t.Fatal(id, err)
		}
	}
}

type coded int

func (c coded) Error() string { return "database is locked" }
func (c coded) Code() int     { return int(c) }

func TestErrorsAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err         error
		retry, away bool
	}{
		{nil, false, false},
		{coded(5), true, false},
		{fmt.Errorf("x: %w", coded(5|2<<8)), true, false}, // BUSY_SNAPSHOT
		{coded(19), false, false},
		{&pgconn.PgError{Code: "40001"}, true, false},
		{&pgconn.PgError{Code: "40P01"}, true, false},
		{&pgconn.PgError{Code: "57P01"}, false, true},
		{&pgconn.PgError{Code: "23505"}, false, false},
		{&pgconn.ConnectError{}, false, true},
		{context.Canceled, false, false},
		{sql.ErrNoRows, false, false},
	} {
		if got := isRetryable(c.err); got != c.retry {
			t.Errorf("isRetryable(%v) = %v", c.err, got)
		}
		if got := c.err != nil && isServerAway(c.err); got != c.away {
			t.Errorf("isServerAway(%v) = %v", c.err, got)
		}
	}
	if models.KindOf(notFound(gorm.ErrRecordNotFound, "That page")) != models.NotFound || notFound(nil, "x") != nil {
		t.Error("notFound")
	}
	if models.KindOf(conflictOr(gorm.ErrDuplicatedKey, "Taken.")) != models.Conflict || conflictOr(nil, "x") != nil {
		t.Error("conflictOr")
	}
}

// Tx gives up after a few attempts, and says that the database is busy.
func TestTxGivesUp(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	runs := 0
	err := s.Tx(t.Context(), func(context.Context) error {
		runs++
		return coded(5)
	})
	if models.KindOf(err) != models.Unavailable || runs != txAttempts {
		t.Fatalf("%d runs: %v", runs, err)
	}
}
