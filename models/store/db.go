// Package store keeps the domain in a database: SQLite for the embedded
// default, Postgres in production, through the same GORM queries. A noun has a
// file; this one opens the database and hands out sessions on it.
package store

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"grassroots/models"
)

// The dialects a Store speaks.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Config says which database to open.
type Config struct {
	// SQLitePath is the database file, made when absent. It is ignored when
	// PostgresURL is set.
	SQLitePath string
	// PostgresURL is a postgres:// address.
	PostgresURL string
	// ReplicaURLs are Postgres read replicas. Reads outside transactions go
	// to them; one that is away is passed over in favour of the primary.
	ReplicaURLs []string
	// Now gives the time; nil means the machine's clock.
	Now func() time.Time
	// Logger takes what the database has to say; nil means slog's default.
	Logger *slog.Logger
	// MaxConns bounds the connections to each server (Postgres) or the
	// readers of the file (SQLite); 0 means 20 and 4.
	MaxConns int
}

// Store is an open database.
type Store struct {
	dialect string
	gorm    *gorm.DB
	pool    *pool
	pg      *pgHandles
	path    string
	ballots ballotBox
	// sweeping holds a token while a sweep of this process runs.
	sweeping chan struct{}
	now      func() time.Time
	log      *slog.Logger
}

// Open connects to the database and checks that it answers. It does not
// change the schema: see Migrate.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	s := &Store{sweeping: make(chan struct{}, 1), now: cfg.Now, log: cfg.Logger}
	var dialector gorm.Dialector
	var err error
	switch {
	case cfg.PostgresURL != "":
		s.dialect = Postgres
		s.ballots.lanes = 2
		dialector, err = s.openPostgres(ctx, cfg)
	case cfg.SQLitePath != "":
		s.dialect = SQLite
		dialector, err = s.openSQLite(ctx, cfg)
	default:
		return nil, models.E(models.Invalid, "No database is named: give a SQLite file or a Postgres address.")
	}
	if err != nil {
		return nil, err
	}
	s.gorm, err = gorm.Open(dialector, &gorm.Config{
		// A transaction is opened where one is wanted, by Tx.
		SkipDefaultTransaction: true,
		TranslateError:         true,
		NowFunc:                s.Now,
		Logger:                 gormLog{s.log},
		NamingStrategy:         schema.NamingStrategy{IdentifierMaxLength: 63},
	})
	if err != nil {
		return nil, errors.Join(models.Wrap(models.Unavailable, "The database cannot be opened.", err), s.Close())
	}
	return s, nil
}

// Dialect is SQLite or Postgres.
func (s *Store) Dialect() string { return s.dialect }

// Now is the store's clock, in UTC and no finer than both databases keep it.
func (s *Store) Now() time.Time { return storable(s.now()) }

// DB gives a session on the transaction in ctx if there is one, else on the
// database. Outside a transaction reads may run on a replica, which can be a
// moment behind: see Fresh.
func (s *Store) DB(ctx context.Context) *gorm.DB {
	db := s.gorm.Session(&gorm.Session{Context: ctx, NewDB: true})
	if tx := s.txIn(ctx); tx != nil {
		db.Statement.ConnPool = tx
	}
	return db
}

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.writer.PingContext(ctx); err != nil {
		return models.Wrap(models.Unavailable, "The database does not answer.", err)
	}
	return nil
}

// Version names the database and its version, as in "sqlite 3.50.1".
func (s *Store) Version(ctx context.Context) (string, error) {
	query := "SELECT sqlite_version()"
	if s.dialect == Postgres {
		query = "SHOW server_version"
	}
	var v string
	if err := s.pool.writer.QueryRowContext(ctx, query).Scan(&v); err != nil {
		return "", models.Wrap(models.Unavailable, "The database does not answer.", err)
	}
	v, _, _ = strings.Cut(v, " ")
	return s.dialect + " " + v, nil
}

// Close waits for what is running and closes every connection.
func (s *Store) Close() error {
	var errs []error
	if s.pool != nil {
		errs = append(errs, s.pool.Close())
	}
	if s.pg != nil {
		s.pg.close()
	}
	return errors.Join(errs...)
}
