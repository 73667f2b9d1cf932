package store

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// pool is what GORM runs statements on. It sends reads to the readers and the
// rest to the writer, makes times storable and counts. GORM's own resolver
// picks a replica at random without knowing whether it is alive, and sends a
// read that begins with WITH to the writer.
type pool struct {
	writer  *sql.DB
	readers []*reader
	// writeWait bounds the wait for the writer where there is but one
	// connection; 0 means no bound. It also ends the wait of a write that was
	// begun inside a transaction, but without that transaction's context.
	writeWait time.Duration
	now       func() time.Time
	watch     *watcher
}

// reader is a database that reads may run on.
type reader struct {
	db *sql.DB
	// remote says that it is a server of its own, which can be away.
	remote bool
	// awayUntil is when to try it again, in Unix nanoseconds.
	awayUntil atomic.Int64
}

// awayFor is how long a replica that failed is left alone.
const awayFor = 5 * time.Second

var errBusy = models.E(models.Unavailable, "The database is busy. Try again in a moment.")

type freshKey struct{}

// Fresh gives a context whose reads see every committed write: they run on the
// primary, not on a replica that may be a moment behind.
func Fresh(ctx context.Context) context.Context {
	return context.WithValue(ctx, freshKey{}, true)
}

// readerFor picks a reader for a statement, or nil when it is the writer's.
func (p *pool) readerFor(ctx context.Context, query string) *reader {
	if len(p.readers) == 0 || !isRead(query) {
		return nil
	}
	fresh := ctx.Value(freshKey{}) != nil
	start := rand.IntN(len(p.readers))
	for i := range p.readers {
		r := p.readers[(start+i)%len(p.readers)]
		if !r.remote {
			return r
		}
		if !fresh && p.now().UnixNano() >= r.awayUntil.Load() {
			return r
		}
	}
	return nil
}

// failedOver reports whether a read failed for the replica's sake and should
// run on the primary instead.
func (p *pool) failedOver(ctx context.Context, r *reader, err error) bool {
	if err == nil || !r.remote || ctx.Err() != nil {
		return false
	}
	switch {
	case isServerAway(err):
		r.awayUntil.Store(p.now().Add(awayFor).UnixNano())
		return true
	case isRetryable(err): // cancelled by the replica's own recovery
		return true
	}
	return false
}

// PrepareContext implements gorm.ConnPool.
func (p *pool) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	if r := p.readerFor(ctx, query); r != nil {
		return r.db.PrepareContext(ctx, query)
	}
	return p.writer.PrepareContext(ctx, query)
}

// ExecContext implements gorm.ConnPool.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	defer p.watch.begin(ctx, query)()
	if p.writeWait == 0 {
		return p.writer.ExecContext(ctx, query, storableArgs(args)...)
	}
	conn, err := p.writerConn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.ExecContext(ctx, query, storableArgs(args)...)
}

// QueryContext implements gorm.ConnPool.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	defer p.watch.begin(ctx, query)()
	args = storableArgs(args)
	if r := p.readerFor(ctx, query); r != nil {
		rows, err := r.db.QueryContext(ctx, query, args...)
		if !p.failedOver(ctx, r, err) {
			return rows, err
		}
	}
	if p.writeWait == 0 {
		return p.writer.QueryContext(ctx, query, args...)
	}
	conn, err := p.writerConn(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := conn.QueryContext(ctx, query, args...)
	// Close waits for the rows, which the caller closes.
	go conn.Close()
	return rows, err
}

// QueryRowContext implements gorm.ConnPool.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	defer p.watch.begin(ctx, query)()
	args = storableArgs(args)
	if r := p.readerFor(ctx, query); r != nil {
		row := r.db.QueryRowContext(ctx, query, args...)
		if !p.failedOver(ctx, r, row.Err()) {
			return row
		}
	}
	return p.writer.QueryRowContext(ctx, query, args...)
}

// BeginTx implements gorm.ConnPoolBeginner, for GORM's own Transaction.
func (p *pool) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	return p.begin(ctx, opts)
}

func (p *pool) begin(ctx context.Context, opts *sql.TxOptions) (*txConn, error) {
	conn, err := p.writerConn(ctx)
	if err != nil {
		return nil, err
	}
	return p.beginOn(ctx, conn, opts)
}

// writerConn takes a connection that writes, in bounded time where there is
// only one.
func (p *pool) writerConn(ctx context.Context) (*sql.Conn, error) {
	if p.writeWait == 0 {
		return p.writer.Conn(ctx)
	}
	wait, cancel := context.WithTimeout(ctx, p.writeWait)
	defer cancel()
	conn, err := p.writer.Conn(wait)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, errBusy
	}
	return conn, err
}

// GetDBConn implements gorm.GetDBConnector.
func (p *pool) GetDBConn() (*sql.DB, error) { return p.writer, nil }

// Close closes the readers, then the writer, which on SQLite folds the
// write-ahead log into the file.
func (p *pool) Close() error {
	var errs []error
	for _, r := range p.readers {
		errs = append(errs, r.db.Close())
	}
	return errors.Join(append(errs, p.writer.Close())...)
}

// isRead reports whether a statement certainly changes nothing and locks
// nothing.
func isRead(query string) bool {
	words := strings.FieldsFunc(strings.ToUpper(query), func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	})
	if len(words) == 0 || words[0] != "SELECT" && words[0] != "WITH" && words[0] != "VALUES" {
		return false
	}
	for i, w := range words {
		switch w {
		case "INSERT", "DELETE", "MERGE":
			if words[0] == "WITH" {
				return false
			}
		case "UPDATE":
			if words[0] == "WITH" || words[i-1] == "FOR" || words[i-1] == "KEY" {
				return false
			}
		case "SHARE":
			if words[i-1] == "FOR" || words[i-1] == "KEY" {
				return false
			}
		}
	}
	return true
}
