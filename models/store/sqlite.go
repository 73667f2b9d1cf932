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
	driver "modernc.org/sqlite"

	"grassroots/models"
)

const (
	sqliteReaders = 4
	// sqliteStmts is how many statements stay prepared on a connection.
	sqliteStmts = 200
	// sqliteWriteWait is how long a write waits for the one before it.
	sqliteWriteWait = 10 * time.Second
	// sqliteReaderAge is how old a connection that reads gets. A new one knows
	// what the tables have grown to, see measure.
	sqliteReaderAge = time.Hour
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
	writer, err := openPrepared(sqliteDSN(path, url.Values{
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
	readers, err := openPrepared(sqliteDSN(path, url.Values{"_query_only": {"1"}}))
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
	readers.SetConnMaxLifetime(sqliteReaderAge)
	s.pool.readers = []*reader{{db: readers}}
	return sqlite.New(sqlite.Config{Conn: s.pool}), nil
}

// openPrepared gives a pool of connections that keep their statements prepared.
func openPrepared(dsn string) (*sql.DB, error) {
	connector, err := driver.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(preparing{connector, sqliteStmts}), nil
}

// measure has SQLite count the rows of tables and indexes that have grown tenfold
// since it did so last, or never were counted, so that it need not guess which
// index is the narrowest. It looks at some hundreds of rows of each, 30 ms in
// all at 10,000 case studies. Postgres does it by itself.
func (s *Store) measure(ctx context.Context) error {
	if s.dialect != SQLite {
		return nil
	}
	// 0x10000 is every table and not only those that this connection has read;
	// 0x02 is that counting: https://www.sqlite.org/pragma.html#pragma_optimize.
	_, err := s.pool.writer.ExecContext(ctx, "PRAGMA optimize=0x10002")
	var samples int
	if err == nil {
		err = s.pool.writer.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'sqlite_stat4'").Scan(&samples)
	}
	if err == nil && samples > 0 {
		// With samples of values a statement is prepared anew for each other value
		// that it is given: a twelfth of the time of a page.
		_, err = s.pool.writer.ExecContext(ctx, "DELETE FROM sqlite_stat4")
	}
	if err != nil {
		return models.Wrap(models.Internal, "The tables of the database could not be counted.", err)
	}
	return nil
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
