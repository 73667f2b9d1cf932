package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// errNoTx says that a transaction was asked for where there is none.
var errNoTx = errors.New("store: this needs a transaction: see Tx")

// The job queue has drivers of its own, below GORM. What follows lets it work
// on the same connections and, above all, in the same transactions.

// WriterDB is SQLite's one writing connection. The queue shares it, so that it
// never competes with the pages for the file's lock.
func (s *Store) WriterDB() *sql.DB { return s.pool.writer }

// PgxPool is the pool of the Postgres primary, nil on SQLite.
func (s *Store) PgxPool() *pgxpool.Pool {
	if s.pg == nil {
		return nil
	}
	return s.pg.primary
}

// SQLTx runs f on the transaction in ctx as database/sql has it.
func (s *Store) SQLTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx := s.txIn(ctx)
	if tx == nil {
		return errNoTx
	}
	return f(tx.Tx)
}

// PgxTx runs f on the Postgres transaction in ctx as pgx has it. f must not
// keep it.
func (s *Store) PgxTx(ctx context.Context, f func(pgx.Tx) error) error {
	tx := s.txIn(ctx)
	if tx == nil {
		return errNoTx
	}
	return tx.conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("store: a %T is not a Postgres connection", driverConn)
		}
		return f(pgxTx{c.Conn()})
	})
}

// pgxTx is the transaction that is open on a connection. It belongs to Tx, so
// only Tx ends it. The alias keeps the connection's own methods but frees the
// name Conn.
type pgxTx struct{ *pgxConn }

type pgxConn = pgx.Conn

var errNotYours = errors.New("store: the transaction belongs to the store")

// Begin implements pgx.Tx.
func (t pgxTx) Begin(context.Context) (pgx.Tx, error) { return nil, errNotYours }

// Commit implements pgx.Tx.
func (t pgxTx) Commit(context.Context) error { return errNotYours }

// Rollback implements pgx.Tx.
func (t pgxTx) Rollback(context.Context) error { return errNotYours }

// LargeObjects implements pgx.Tx; nothing here has any.
func (t pgxTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Conn implements pgx.Tx.
func (t pgxTx) Conn() *pgx.Conn { return t.pgxConn }
