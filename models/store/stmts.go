package store

import (
	"container/list"
	"context"
	"database/sql"
	"sync"
)

// stmtCache keeps a reader's statements prepared, the most recently used.
// SQLite takes as long to understand a page's typical query as to run it. pgx
// does the same for Postgres, on each connection; GORM's own cache was three
// times slower there, and cannot serve two pools.
type stmtCache struct {
	db   *sql.DB
	most int

	mu     sync.Mutex
	byText map[string]*list.Element
	recent *list.List // of *cachedStmt, most recently used first
}

// cachedStmt is closed when it has left the cache and nobody runs it.
type cachedStmt struct {
	*sql.Stmt
	text string
	uses int
	gone bool
}

func newStmtCache(db *sql.DB, most int) *stmtCache {
	return &stmtCache{db: db, most: most, byText: map[string]*list.Element{}, recent: list.New()}
}

// query runs a statement that reads.
func (c *stmtCache) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	defer c.release(s)
	return s.QueryContext(ctx, args...)
}

// take finds or prepares a statement and marks it as in use.
func (c *stmtCache) take(ctx context.Context, text string) (*cachedStmt, error) {
	if s := c.find(text); s != nil {
		return s, nil
	}
	prepared, err := c.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &cachedStmt{Stmt: prepared, text: text, uses: 1}
	if _, taken := c.byText[text]; taken { // prepared by another meanwhile
		s.gone = true
		return s, nil
	}
	c.byText[text] = c.recent.PushFront(s)
	if c.recent.Len() > c.most {
		c.drop(c.recent.Back())
	}
	return s, nil
}

func (c *stmtCache) find(text string) *cachedStmt {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byText[text]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	s := e.Value.(*cachedStmt)
	s.uses++
	return s
}

// drop takes a statement out of the cache. The lock is held.
func (c *stmtCache) drop(e *list.Element) {
	s := c.recent.Remove(e).(*cachedStmt)
	delete(c.byText, s.text)
	s.gone = true
	if s.uses == 0 {
		_ = s.Close()
	}
}

// release ends a use. Rows that are still being read keep the statement open
// for themselves.
func (c *stmtCache) release(s *cachedStmt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.uses--
	if s.gone && s.uses == 0 {
		_ = s.Close()
	}
}

// close drops every statement.
func (c *stmtCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.recent.Len() > 0 {
		c.drop(c.recent.Back())
	}
}
