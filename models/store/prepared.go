package store

import (
	"container/list"
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
)

// preparing opens connections to SQLite that keep the statements which they ran
// last prepared. SQLite takes as long to understand a typical statement of ours as
// to run it, and while one transaction writes all others wait. It stands below
// database/sql, so that it serves readers, transactions and the job queue's own
// statements alike. pgx does the same for Postgres; GORM's own cache was three
// times slower there, and cannot serve two pools.
type preparing struct {
	driver.Connector
	most int // statements that a connection keeps
}

// Connect implements driver.Connector.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	c, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("store: a %T cannot keep statements", conn)
	}
	return &preparedConn{sqliteConn: c, most: p.most, byText: map[string]*list.Element{}, recent: list.New()}, nil
}

// sqliteConn is what a connection of the driver can do, all of which must go on
// being found on what wraps it.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is such a connection. database/sql lets one goroutine at a time use
// it, the closing of rows included.
type preparedConn struct {
	sqliteConn
	most   int
	byText map[string]*list.Element
	recent *list.List // of *preparedStmt that nobody runs, most recently used first
}

type preparedStmt struct {
	sqliteStmt
	text string
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ExecContext implements driver.ExecerContext.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	done, err := s.ExecContext(ctx, args)
	return done, c.keepOr(s, err)
}

// QueryContext implements driver.QueryerContext.
func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, c.keepOr(s, err)
	}
	r, ok := rows.(sqliteRows)
	if !ok {
		return rows, fmt.Errorf("store: a %T does not say what its columns are", rows)
	}
	return &preparedRows{sqliteRows: r, conn: c, stmt: s}, nil
}

// take gives a prepared statement to run, taken out of those that are kept, so that
// a second one with the same text, run while rows of the first are still read, is
// another; nil for what is not worth keeping.
func (c *preparedConn) take(ctx context.Context, query string) (*preparedStmt, error) {
	if e, ok := c.byText[query]; ok {
		delete(c.byText, query)
		return c.recent.Remove(e).(*preparedStmt), nil
	}
	if !worthKeeping(query) {
		return nil, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s, ok := prepared.(sqliteStmt)
	if !ok {
		return nil, fmt.Errorf("store: a %T cannot be run with a context", prepared)
	}
	return &preparedStmt{s, query}, nil
}

// keep puts a statement back that nobody runs any more.
func (c *preparedConn) keep(s *preparedStmt) error {
	if _, taken := c.byText[s.text]; taken {
		return s.Close()
	}
	c.byText[s.text] = c.recent.PushFront(s)
	if c.recent.Len() <= c.most {
		return nil
	}
	oldest := c.recent.Remove(c.recent.Back()).(*preparedStmt)
	delete(c.byText, oldest.text)
	return oldest.Close()
}

// keepOr keeps a statement that has been run; what came of running it is the error
// that counts.
func (c *preparedConn) keepOr(s *preparedStmt, err error) error {
	if kept := c.keep(s); err == nil {
		return kept
	}
	return err
}

// Close implements driver.Conn.
func (c *preparedConn) Close() error {
	for e := c.recent.Front(); e != nil; e = e.Next() {
		_ = e.Value.(*preparedStmt).Close() // the connection is gone with it either way
	}
	c.recent.Init()
	clear(c.byText)
	return c.sqliteConn.Close()
}

// worthKeeping tells whether a statement reads or changes rows. What changes the
// database itself is run once.
func worthKeeping(query string) bool {
	rest := strings.TrimSpace(query)
	for strings.HasPrefix(rest, "--") { // the queue names its statements so
		_, rest, _ = strings.Cut(rest, "\n")
		rest = strings.TrimSpace(rest)
	}
	word, _, _ := strings.Cut(rest, " ")
	word, _, _ = strings.Cut(word, "\n")
	switch strings.ToUpper(word) {
	case "SELECT", "WITH", "INSERT", "UPDATE", "DELETE":
		return true
	}
	return false
}

// sqliteRows is what rows of the driver can tell.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// preparedRows give their statement back once they are closed.
type preparedRows struct {
	sqliteRows
	conn *preparedConn
	stmt *preparedStmt
}

// Close implements driver.Rows.
func (r *preparedRows) Close() error {
	if r.stmt == nil {
		return nil
	}
	s := r.stmt
	r.stmt = nil
	return r.conn.keepOr(s, r.sqliteRows.Close())
}
