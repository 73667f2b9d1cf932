package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"gorm.io/gorm"
)

// txConn is a transaction as GORM runs statements on it. It keeps its
// connection, because the job queue enqueues on it below database/sql.
type txConn struct {
	*sql.Tx
	conn  *sql.Conn
	watch *watcher
	reads bool // it only reads: see View

	mu       sync.Mutex
	gathered []gathering
	after    []func()
}

// gathering is what is done together before a transaction is committed.
type gathering struct {
	key   any
	items []any
	flush func(ctx context.Context, items []any) error
}

var _ gorm.ConnPool = (*txConn)(nil)
var _ gorm.TxCommitter = (*txConn)(nil)

func (p *pool) beginOn(ctx context.Context, conn *sql.Conn, opts *sql.TxOptions) (*txConn, error) {
	tx, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &txConn{Tx: tx, conn: conn, watch: p.watch}, nil
}

// ExecContext implements gorm.ConnPool.
func (t *txConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	defer t.watch.begin(ctx, query)()
	return t.Tx.ExecContext(ctx, query, storableArgs(args)...)
}

// QueryContext implements gorm.ConnPool.
func (t *txConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	defer t.watch.begin(ctx, query)()
	return t.Tx.QueryContext(ctx, query, storableArgs(args)...)
}

// QueryRowContext implements gorm.ConnPool.
func (t *txConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	defer t.watch.begin(ctx, query)()
	return t.Tx.QueryRowContext(ctx, query, storableArgs(args)...)
}

// Commit implements gorm.TxCommitter.
func (t *txConn) Commit() error {
	err := t.Tx.Commit()
	return errors.Join(err, t.release())
}

// Rollback implements gorm.TxCommitter.
func (t *txConn) Rollback() error {
	err := t.Tx.Rollback()
	if errors.Is(err, sql.ErrTxDone) { // its context ended, which rolled it back
		err = nil
	}
	return errors.Join(err, t.release())
}

func (t *txConn) release() error {
	if err := t.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		return err
	}
	return nil
}

type txKey struct{ s *Store }

func (s *Store) txIn(ctx context.Context) *txConn {
	tx, _ := ctx.Value(txKey{s}).(*txConn)
	return tx
}

// InTx reports whether ctx carries a transaction of this store.
func (s *Store) InTx(ctx context.Context) bool { return s.txIn(ctx) != nil }

// txAttempts is how often a transaction that lost against another is tried.
const txAttempts = 6

// Tx runs f in a transaction: what f does with the context it is given is
// committed together when f returns nil, and undone when it returns an error or
// panics. Inside another Tx, f joins it. A transaction that loses against
// another (a serialisation failure, a deadlock, a busy file) is run again a
// few times, so f must change nothing but the database.
//
// On SQLite one transaction writes at a time: do slow work before it.
func (s *Store) Tx(ctx context.Context, f func(ctx context.Context) error) error {
	if s.InTx(ctx) {
		return f(ctx)
	}
	return retrying(ctx, func() error { return s.runTx(ctx, s.pool.begin, nil, f) })
}

// retrying runs f again while it loses against another transaction, a few
// times.
func retrying(ctx context.Context, f func() error) error {
	var err error
	for attempt := range txAttempts {
		if attempt > 0 && !pause(ctx, attempt) {
			break
		}
		if err = f(); !isRetryable(err) {
			return err
		}
	}
	return errors.Join(errBusy, err)
}

// TxOnce is Tx for what cannot be run a second time, such as the answering of a
// request: when it loses against another transaction, it fails.
func (s *Store) TxOnce(ctx context.Context, f func(ctx context.Context) error) error {
	if s.InTx(ctx) {
		return f(ctx)
	}
	err := s.runTx(ctx, s.pool.begin, nil, f)
	if isRetryable(err) {
		return errors.Join(errBusy, err)
	}
	return err
}

// View runs f in a transaction that only reads, so that everything f sees is
// of one moment. It does not hold up writers.
func (s *Store) View(ctx context.Context, f func(ctx context.Context) error) error {
	if s.InTx(ctx) {
		return f(ctx)
	}
	db, opts := s.pool.writer, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if s.dialect == SQLite {
		// A reader of the file sees the moment of its first read until it ends.
		db, opts = s.pool.readers[0].db, nil
	}
	begin := func(ctx context.Context, opts *sql.TxOptions) (*txConn, error) {
		conn, err := db.Conn(ctx)
		if err != nil {
			return nil, err
		}
		tx, err := s.pool.beginOn(ctx, conn, opts)
		if err == nil {
			tx.reads = true
		}
		return tx, err
	}
	return s.runTx(ctx, begin, opts, f)
}

func (s *Store) runTx(
	ctx context.Context,
	begin func(context.Context, *sql.TxOptions) (*txConn, error),
	opts *sql.TxOptions,
	f func(ctx context.Context) error,
) error {
	tx, err := begin(ctx, opts)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f panicked, or ended its goroutine
			_ = tx.Rollback()
		}
	}()
	inTx := context.WithValue(ctx, txKey{s}, tx)
	recorded, trail := func() {}, trailIn(ctx)
	noted := trail.noted()
	if err = f(inTx); err == nil && !tx.reads {
		if err = tx.flush(inTx); err == nil {
			recorded, err = s.record(inTx)
		}
	}
	done = true
	if err != nil {
		trail.forget(noted) // it may be tried again, which notes it again
		// The first error is the one that explains; a failed rollback means a
		// connection that is gone, and the transaction with it.
		_ = tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return ctx.Err() // which undid it
		}
		return err
	}
	recorded()
	for _, f := range tx.after {
		f()
	}
	return nil
}

// Gather keeps something until the transaction in ctx is about to be committed: then
// flush is given all that was gathered under the same key, in order, at once. It is for
// rows that many parts of one operation add to the same table, each unaware of the
// others. There must be a transaction.
func (s *Store) Gather(ctx context.Context, key, item any, flush func(ctx context.Context, items []any) error) {
	tx := s.txIn(ctx)
	tx.mu.Lock()
	defer tx.mu.Unlock()
	for i := range tx.gathered {
		if g := &tx.gathered[i]; g.key == key {
			g.items = append(g.items, item)
			return
		}
	}
	tx.gathered = append(tx.gathered, gathering{key, []any{item}, flush})
}

// flush does what was gathered, and what is gathered by that.
func (t *txConn) flush(ctx context.Context) error {
	for {
		t.mu.Lock()
		list := t.gathered
		t.gathered = nil
		t.mu.Unlock()
		if len(list) == 0 {
			return nil
		}
		for _, g := range list {
			if err := g.flush(ctx, g.items); err != nil {
				return err
			}
		}
	}
}

// AfterCommit runs f once the transaction in ctx is committed, and never when
// it is undone; without a transaction it runs f now. It is for what only this
// process knows, such as a cache: anything that must not be lost is a job.
func (s *Store) AfterCommit(ctx context.Context, f func()) {
	tx := s.txIn(ctx)
	if tx == nil {
		f()
		return
	}
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.after = append(tx.after, f)
}

// pause waits a little before another attempt, longer each time and never in
// step with a rival. It reports false when ctx ended meanwhile.
func pause(ctx context.Context, attempt int) bool {
	most := 10 * time.Millisecond << attempt
	t := time.NewTimer(most/2 + rand.N(most/2))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
