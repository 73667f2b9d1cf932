package store

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/libtnb/sqlite"
	"gorm.io/gorm"

	"grassroots/models"
)

const (
	sqliteReaders = 4
	// sqliteStmts is how many statements stay prepared.
	sqliteStmts = 200
	// sqliteWriteWait is how long a write waits for the one before it.
	sqliteWriteWait = 10 * time.Second
)

// openSQLite opens one connection that writes and a few that read. Writers
// queue in Go rather than in SQLite's busy loop, and readers never wait for
// them (WAL).
//
// synchronous is FULL: with NORMAL the last commits before a power cut can be
// lost, and what was acknowledged to a person must not be. FULL took 1,500 to
// 3,000 transactions a second where NORMAL took 9,000 to 14,000 (2 cores, local
// disk): either is far more than people do. With a hundred writers at a time the
// slowest waited 0.2 to 0.5 s in this queue, 0.9 to 2 s in SQLite's busy loop.
func (s *Store) openSQLite(ctx context.Context, cfg Config) (gorm.Dialector, error) {
	path, err := filepath.Abs(cfg.SQLitePath)
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The database file cannot be found.", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, models.Wrap(models.Unavailable, "The folder of the database cannot be made.", err)
	}
	s.path = path
	writer, err := sql.Open(sqlite.DriverName, sqliteDSN(path, url.Values{
		"_txlock":  {"immediate"},
		"_journal": {"WAL"},
		"_sync":    {"FULL"},
	}))
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The database file cannot be opened.", err)
	}
	writer.SetMaxOpenConns(1)
	s.pool = &pool{writer: writer, writeWait: sqliteWriteWait, now: s.now, watch: &watcher{s.log}}
	// The first connection makes the file and turns WAL on, before readers come.
	if err := writer.PingContext(ctx); err != nil {
		_ = writer.Close()
		return nil, models.Wrap(models.Unavailable, "The database file "+path+" cannot be opened.", err)
	}
	readers, err := sql.Open(sqlite.DriverName, sqliteDSN(path, url.Values{"_query_only": {"1"}}))
	if err != nil {
		_ = writer.Close()
		return nil, models.Wrap(models.Unavailable, "The database file cannot be opened.", err)
	}
	n := cfg.MaxConns
	if n <= 0 {
		n = sqliteReaders
	}
	readers.SetMaxOpenConns(n)
	readers.SetMaxIdleConns(n)
	s.pool.readers = []*reader{{db: readers, stmts: newStmtCache(readers, sqliteStmts)}}
	return sqlite.New(sqlite.Config{Conn: s.pool}), nil
}

// sqliteDSN names the file with the settings that every connection shares and
// those given.
func sqliteDSN(path string, extra url.Values) string {
	q := url.Values{
		"_busy_timeout": {"10000"},
		"_foreign_keys": {"1"},
		"_time_format":  {"sqlite"},
		"_timezone":     {"UTC"},
		// "x" means a column, never the text x, as in Postgres.
		"_dqs":    {"0"},
		"_pragma": {"temp_store(MEMORY)"},
	}
	for k, v := range extra {
		q[k] = v
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}
