// Package jobs runs what follows a write: indexing, e-mail, digests, sweeps. A
// job is enqueued in the transaction that makes it needed, so it exists exactly
// when the write does, and it is worked at least once: a handler must bear
// being run again.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"grassroots/models"
	"grassroots/models/store"
)

// Args is what a job is about, kept as JSON. Kind names the job for good: rows
// of that name wait in databases. Keep ids in it, not people's words.
type Args interface{ Kind() string }

// Config says how jobs run; its zero value will do.
type Config struct {
	// Workers is how many jobs run at a time on this node; 0 means 4.
	Workers int
	// Timeout is how long one job may take; 0 means five minutes.
	Timeout time.Duration
	// Logger takes what the queue has to say; nil means slog's default.
	Logger *slog.Logger
	// Now replaces the clock in tests. nil means the machine's, and then the
	// database decides what is due, so that nodes need not agree.
	Now func() time.Time
}

const (
	defaultWorkers = 4
	defaultTimeout = 5 * time.Minute
	// maxAttempts with retryDelay's waits is about a day and a half.
	maxAttempts = 10
	// fetchCooldown is the least time between two looks for work. River's own
	// tenth of a second would hold four workers to forty jobs a second.
	fetchCooldown = 10 * time.Millisecond
	// retention is how long a job that was done is kept, for the curious.
	retention = 24 * time.Hour
)

// Queue is the jobs of one database. Register every kind before the first
// Enqueue, Start or Drain; a node that only enqueues never calls Start.
type Queue struct {
	store *store.Store
	cfg   Config

	mu       sync.Mutex
	workers  *river.Workers
	kinds    int
	periodic []periodicJob
	main     client // made with the first use
	started  bool
	bell     bell

	draining atomic.Bool
	failures failures
}

// New makes the queue of a store.
func New(s *store.Store, cfg Config) *Queue {
	if cfg.Workers <= 0 {
		cfg.Workers = defaultWorkers
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	return &Queue{store: s, cfg: cfg, workers: river.NewWorkers(), bell: newBell()}
}

// Register says who works jobs of T's kind. It panics when the kind is taken
// or the queue is in use: both are faults in the wiring of the program.
func Register[T Args](q *Queue, work func(ctx context.Context, args T) error) {
	RegisterLong(q, 0, work)
}

// RegisterLong is Register for jobs that may take longer than others: each has
// until timeout; 0 means the queue's own.
func RegisterLong[T Args](q *Queue, timeout time.Duration, work func(ctx context.Context, args T) error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.main != nil {
		panic("jobs: Register after the queue's first use")
	}
	river.AddWorker(q.workers, &worker[T]{q: q, timeout: timeout, work: work})
	q.kinds++
}

// worker lets a function do the work of a kind.
type worker[T Args] struct {
	river.WorkerDefaults[T]
	q       *Queue
	timeout time.Duration
	work    func(ctx context.Context, args T) error
}

// Timeout implements river.Worker.
func (w *worker[T]) Timeout(*river.Job[T]) time.Duration { return w.timeout }

// Work implements river.Worker.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error {
	// A job follows a write at once, and a replica may not have it yet.
	ctx = store.WithTrail(ctx, &store.Trail{Means: models.ByJob, Request: job.Kind})
	ctx = context.WithValue(store.Fresh(ctx), attemptKey{}, attempt{job.Attempt, job.MaxAttempts})
	err := w.work(ctx, job.Args)
	var later *river.JobSnoozeError
	if err != nil && !errors.As(err, &later) {
		w.q.failed(fmt.Errorf("job %s: %w", job.Kind, err))
	}
	return err
}

type attemptKey struct{}

type attempt struct{ n, of int }

// LastAttempt reports, inside a job, whether a failure now is final.
func LastAttempt(ctx context.Context) bool {
	a, ok := ctx.Value(attemptKey{}).(attempt)
	return ok && a.n >= a.of
}

// Abandon wraps an error that no further attempt can mend.
func Abandon(err error) error { return river.JobCancel(err) }

// Later makes a job that cannot be done yet wait, without counting an attempt.
func Later(wait time.Duration) error { return river.JobSnooze(wait) }

// Option changes how a job is enqueued.
type Option func(*river.InsertOpts)

// At keeps a job until a time.
func At(t time.Time) Option {
	return func(o *river.InsertOpts) { o.ScheduledAt = t.UTC() }
}

// Attempts bounds how often a job is tried.
func Attempts(n int) Option {
	return func(o *river.InsertOpts) { o.MaxAttempts = n }
}

// Low lets every other job go first.
func Low() Option {
	return func(o *river.InsertOpts) { o.Priority = 4 }
}

// queueOutside is the queue of the jobs that wait on servers of others.
const queueOutside = "outside"

// Outside has the job done by workers that do nothing else: for one that waits
// on a server of somebody else's, which may be slow, so that all others need
// not wait as well.
func Outside() Option {
	return func(o *river.InsertOpts) { o.Queue = queueOutside }
}

// Enqueue adds a job in the transaction in ctx, or at once when there is none.
func (q *Queue) Enqueue(ctx context.Context, args Args, opts ...Option) error {
	return q.EnqueueMany(ctx, []Args{args}, opts...)
}

// EnqueueMany adds many jobs as Enqueue adds one. All that a transaction adds is written
// in one statement, just before it is committed.
func (q *Queue) EnqueueMany(ctx context.Context, args []Args, opts ...Option) error {
	c, err := q.client()
	if err != nil {
		return err
	}
	var o river.InsertOpts
	for _, opt := range opts {
		opt(&o)
	}
	return q.store.Tx(ctx, func(ctx context.Context) error {
		q.store.AfterCommit(ctx, q.bell.ring)
		for _, a := range args {
			q.store.Gather(ctx, q, river.InsertManyParams{Args: a, InsertOpts: &o}, c.insert)
		}
		return nil
	})
}

// client gives the queue's own client, made when it is first asked for: by
// then every kind is registered.
func (q *Queue) client() (client, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.main != nil {
		return q.main, nil
	}
	c, err := q.newClient(q.riverConfig())
	if err != nil {
		return nil, err
	}
	q.main = c
	return c, nil
}

// Start works jobs in the background until Stop. The context is for starting
// alone.
func (q *Queue) Start(ctx context.Context) error {
	c, err := q.client()
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.started {
		return errors.New("jobs: started already")
	}
	err = q.takeUp(ctx)
	if err == nil {
		err = c.start(context.WithoutCancel(ctx))
	}
	if err != nil {
		return models.Wrap(models.Unavailable, "The job queue could not start.", err)
	}
	q.started = true
	return nil
}

// takeUp makes the jobs that a crash cut short wait again. On SQLite there is
// one process that works jobs, so what is at work when it starts is nobody's; on
// Postgres the leader takes such jobs up when their time is over.
func (q *Queue) takeUp(ctx context.Context) error {
	if q.store.Dialect() != store.SQLite {
		return nil
	}
	// The last attempt is not repeated: it may be what crashed the program.
	return q.store.DB(ctx).Exec(
		"UPDATE river_job SET state = 'available' WHERE state = 'running' AND attempt < max_attempts").Error
}

// Stop takes no more jobs and waits for those at work. When ctx ends first
// they are told to stop, and are run again later.
func (q *Queue) Stop(ctx context.Context) error {
	q.mu.Lock()
	c, started := q.main, q.started
	q.started = false
	q.mu.Unlock()
	if !started {
		return nil
	}
	return c.stop(ctx)
}
