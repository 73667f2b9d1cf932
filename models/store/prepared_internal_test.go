package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	driver "modernc.org/sqlite"
)

// openFew opens a file whose connections keep two statements.
func openFew(t *testing.T, connections int) *sql.DB {
	t.Helper()
	connector, err := driver.NewConnector(sqliteDSN(filepath.Join(t.TempDir(), "x.db"), nil))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(preparing{connector, 2})
	db.SetMaxOpenConns(connections)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// kept are the texts that the one connection of a pool keeps, the most recent first.
func kept(t *testing.T, db *sql.DB) (texts []string) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = conn.Raw(func(c any) error {
		p := c.(*preparedConn)
		if len(p.byText) != p.recent.Len() {
			return fmt.Errorf("%d texts for %d statements", len(p.byText), p.recent.Len())
		}
		for e := p.recent.Front(); e != nil; e = e.Next() {
			texts = append(texts, e.Value.(*preparedStmt).text)
		}
		return nil
	})
	if err := errors.Join(err, conn.Close()); err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestStatementsAreKeptAndLeave(t *testing.T) {
	t.Parallel()
	db := openFew(t, 2)
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 50 {
				var a, b int
				if err := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT ?, %d", (g+i)%5), i).Scan(&a, &b); err != nil || a != i || b != (g+i)%5 {
					t.Errorf("read %d and %d: %v", a, b, err)
				}
			}
		})
	}
	group.Wait()
	if n := len(kept(t, db)); n != 2 {
		t.Errorf("%d statements are kept", n)
	}
	if _, err := db.ExecContext(t.Context(), "SELECT nonsense"); err == nil {
		t.Error("nonsense was prepared")
	}
}

func TestAStatementThatIsRunTwiceAtOnce(t *testing.T) {
	t.Parallel()
	db := openFew(t, 1)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n"
	sum := func(most int, each func()) (total int) {
		rows, err := tx.QueryContext(t.Context(), numbers, most)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var n int
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
			total += n
			each()
		}
		if err := errors.Join(rows.Err(), rows.Close(), rows.Close()); err != nil {
			t.Error(err)
		}
		return total
	}
	inner := 0
	if outer := sum(4, func() { inner += sum(3, func() {}) }); outer != 10 || inner != 24 {
		t.Errorf("the sums are %d and %d, want 10 and 24", outer, inner)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if texts := kept(t, db); len(texts) != 1 || texts[0] != numbers {
		t.Errorf("kept are %q", texts)
	}
}

func TestAKeptStatementOutlivesWhatItFailsOver(t *testing.T) {
	t.Parallel()
	db := openFew(t, 1)
	exec := func(query string, args ...any) error {
		_, err := db.ExecContext(t.Context(), query, args...)
		return err
	}
	const add = "-- name: Add :exec\nINSERT INTO things (id, name) VALUES (?, ?) RETURNING id"
	if err := errors.Join(exec("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)"), exec(add, 1, "one")); err != nil {
		t.Fatal(err)
	}
	var id int
	if err := db.QueryRowContext(t.Context(), add, 1, "again").Scan(&id); err == nil {
		t.Error("the same id was taken twice")
	}
	// A table that changes beneath has its statements understood anew.
	if err := exec("ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7"); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(t.Context(), add, 2, "two").Scan(&id); err != nil || id != 2 {
		t.Errorf("the second is %d: %v", id, err)
	}
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM things WHERE id = ?", 2)
	if err != nil {
		t.Fatal(err)
	}
	types, err := rows.ColumnTypes()
	if err := errors.Join(err, rows.Close()); err != nil || len(types) != 3 || types[2].DatabaseTypeName() != "INTEGER" {
		t.Errorf("the columns are %v: %v", types, err)
	}
	for _, text := range kept(t, db) {
		if !worthKeeping(text) {
			t.Errorf("%q is kept", text)
		}
	}
}
