package store

import (
	"context"
	"database/sql"
	"time"

	"grassroots/models"
)

const (
	// schemaLockKey is this program's own number among a server's advisory locks.
	schemaLockKey = 0x6772617373 // "grass"
	// schemaLockPoll is how often a node that waits asks again. It asks rather
	// than blocks: a blocked statement would hold up CREATE INDEX CONCURRENTLY.
	schemaLockPoll = 100 * time.Millisecond
)

// withSchemaLock runs f while no other process changes the schema.
func (s *Store) withSchemaLock(ctx context.Context, f func() error) error {
	var try func() (bool, error)
	var unlock func()
	if s.dialect == Postgres {
		conn, err := s.pool.writer.Conn(ctx)
		if err != nil {
			return models.Wrap(models.Unavailable, "The Postgres server does not answer.", err)
		}
		defer conn.Close()
		try = func() (bool, error) { return tryAdvisoryLock(ctx, conn) }
		unlock = func() { advisoryUnlock(ctx, conn) }
	} else {
		lock, err := openFileLock(s.path + ".lock")
		if err != nil {
			return models.Wrap(models.Unavailable, "The lock file beside the database cannot be made.", err)
		}
		defer lock.close()
		try, unlock = lock.try, func() {}
	}
	tick := time.NewTicker(schemaLockPoll)
	defer tick.Stop()
	for {
		ok, err := try()
		if err != nil {
			return models.Wrap(models.Unavailable, "The schema cannot be locked.", err)
		}
		if ok {
			defer unlock()
			return f()
		}
		select {
		case <-ctx.Done():
			return models.Wrap(models.Unavailable, "Another process is still changing the schema.", ctx.Err())
		case <-tick.C:
		}
	}
}

func tryAdvisoryLock(ctx context.Context, conn *sql.Conn) (ok bool, err error) {
	err = conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(schemaLockKey)).Scan(&ok)
	return ok, err
}

// advisoryUnlock works after ctx ended too: the connection goes back to a pool,
// where the lock would outlive the work.
func advisoryUnlock(ctx context.Context, conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(schemaLockKey))
}
