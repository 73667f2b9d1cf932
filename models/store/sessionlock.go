package store

import (
	"context"
	"database/sql"
	"time"

	"grassroots/models"
)

const (
	// schemaLockKey and sweepLockKey are this program's own numbers among a
	// server's advisory locks.
	schemaLockKey = 0x6772617373 // "grass"
	sweepLockKey  = schemaLockKey + 1
	// lockPoll is how often a node that waits asks again. It asks rather
	// than blocks: a blocked statement would hold up CREATE INDEX CONCURRENTLY.
	lockPoll = 100 * time.Millisecond
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
		try = func() (bool, error) { return tryAdvisoryLock(ctx, conn, schemaLockKey) }
		unlock = func() { advisoryUnlock(ctx, conn, schemaLockKey) }
	} else {
		lock, err := openFileLock(s.path + ".lock")
		if err != nil {
			return models.Wrap(models.Unavailable, "The lock file beside the database cannot be made.", err)
		}
		defer lock.close()
		try, unlock = lock.try, func() {}
	}
	ok, err := polled(ctx, try)
	switch {
	case ctx.Err() != nil && !ok:
		return models.Wrap(models.Unavailable, "Another process is still changing the schema.", ctx.Err())
	case err != nil:
		return models.Wrap(models.Unavailable, "The schema cannot be locked.", err)
	}
	defer unlock()
	return f()
}

// SweepIndex runs f while no other call to SweepIndex does, on any node: what f reads
// from the database and gives to the search index is then never put over what
// another read later. It waits for its turn as long as ctx allows, and holds a
// connection of its own meanwhile on Postgres.
func (s *Store) SweepIndex(ctx context.Context, f func(context.Context) error) error {
	select {
	case s.sweeping <- struct{}{}:
		defer func() { <-s.sweeping }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.dialect != Postgres {
		return f(ctx) // one process at a time has the data folder
	}
	conn, err := s.pool.writer.Conn(ctx)
	if err != nil {
		return models.Wrap(models.Unavailable, "The Postgres server does not answer.", err)
	}
	defer conn.Close()
	if _, err := polled(ctx, func() (bool, error) { return tryAdvisoryLock(ctx, conn, sweepLockKey) }); err != nil {
		return models.Wrap(models.Unavailable, "Another node is still bringing the search index up to date.", err)
	}
	defer advisoryUnlock(ctx, conn, sweepLockKey)
	return f(ctx)
}

// polled asks for a lock until it is had.
func polled(ctx context.Context, try func() (bool, error)) (bool, error) {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		if ok, err := try(); ok || err != nil {
			return ok, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-tick.C:
		}
	}
}

func tryAdvisoryLock(ctx context.Context, conn *sql.Conn, key int64) (ok bool, err error) {
	err = conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", key).Scan(&ok)
	return ok, err
}

// advisoryUnlock works after ctx ended too: the connection goes back to a pool,
// where the lock would outlive the work.
func advisoryUnlock(ctx context.Context, conn *sql.Conn, key int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", key)
}
