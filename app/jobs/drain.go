package jobs

import (
	"context"
	"errors"
	"sync"
	"time"
)

// drainPoll is how often Drain looks whether the work is done.
const drainPoll = 5 * time.Millisecond

// Drain works every job that is due, and what those enqueue in turn, and
// returns when none is left: for a command that must not leave work behind, and
// for tests, where nothing runs but here. It returns the errors of jobs that
// failed; those are tried again when their time comes.
func (q *Queue) Drain(ctx context.Context) error {
	if _, err := q.client(); err != nil {
		return err
	}
	q.draining.Store(true)
	defer q.draining.Store(false)
	for {
		// A client of its own, that leads nothing and listens to nothing,
		// starts and stops at once.
		cfg := q.riverConfig()
		cfg.PeriodicJobs, cfg.LeaderElectionDisabled, cfg.PollOnly = nil, true, true
		cfg.FetchPollInterval, cfg.FetchCooldown = drainPoll, drainPoll
		c, err := q.newClient(cfg)
		if err != nil {
			return err
		}
		n, err := c.waiting(ctx)
		if err != nil || n == 0 {
			return errors.Join(err, q.failures.take())
		}
		if err := workOff(ctx, c); err != nil {
			return errors.Join(err, q.failures.take())
		}
	}
}

// workOff runs a client until nothing waits, and until what it took is done.
func workOff(ctx context.Context, c client) error {
	if err := c.start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	tick := time.NewTicker(drainPoll)
	defer tick.Stop()
	for {
		n, err := c.waiting(ctx)
		if err != nil || n == 0 {
			return errors.Join(err, c.stop(ctx))
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), c.stop(ctx))
		case <-tick.C:
		}
	}
}

// failed keeps a job's error for the Drain that ran it.
func (q *Queue) failed(err error) {
	if q.draining.Load() {
		q.failures.add(err)
	}
}

// failures gathers errors from workers.
type failures struct {
	mu   sync.Mutex
	errs []error
}

func (f *failures) add(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs = append(f.errs, err)
}

func (f *failures) take() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := errors.Join(f.errs...)
	f.errs = nil
	return err
}
