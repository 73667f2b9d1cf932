package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"grassroots/models"
	"grassroots/models/store"
)

// client is a River client whose type of transaction does not show.
type client interface {
	// insert adds jobs, each a river.InsertManyParams, in the transaction in ctx.
	insert(ctx context.Context, jobs []any) error
	start(ctx context.Context) error
	stop(ctx context.Context) error
	// waiting brings forward what has become due and counts what waits to be
	// worked.
	waiting(ctx context.Context) (int, error)
	// counts counts the jobs in each state, and changes nothing.
	counts(ctx context.Context) (map[string]int, error)
}

// clientOn is a client on one kind of database.
type clientOn[T any] struct {
	river  *river.Client[T]
	driver riverdriver.Driver[T]
	inTx   func(ctx context.Context, f func(T) error) error
	now    func() time.Time
}

// newClient makes a client for the store's database.
func (q *Queue) newClient(cfg *river.Config) (client, error) {
	if q.kinds == 0 {
		return nil, errors.New("jobs: no kind of job is registered")
	}
	if q.store.Dialect() == store.Postgres {
		return newClientOn[pgx.Tx](q, riverpgxv5.New(q.store.PgxPool()), q.store.PgxTx, cfg)
	}
	return newClientOn[*sql.Tx](q, newSQLiteDriver(q.store.WriterDB(), q.bell), q.store.SQLTx, cfg)
}

func newClientOn[T any](
	q *Queue, driver riverdriver.Driver[T], inTx func(context.Context, func(T) error) error, cfg *river.Config,
) (client, error) {
	r, err := river.NewClient(driver, cfg)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &clientOn[T]{river: r, driver: driver, inTx: inTx, now: q.cfg.Now}, nil
}

func (c *clientOn[T]) insert(ctx context.Context, jobs []any) error {
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		params[i] = j.(river.InsertManyParams)
	}
	err := c.inTx(ctx, func(tx T) error {
		_, err := c.river.InsertManyFastTx(ctx, tx, params)
		return err
	})
	if err != nil {
		return models.Wrap(models.KindOf(err), "What follows from this could not be put in the queue.", err)
	}
	return nil
}

func (c *clientOn[T]) start(ctx context.Context) error { return c.river.Start(ctx) }

func (c *clientOn[T]) stop(ctx context.Context) error {
	err := c.river.Stop(ctx)
	if err == nil || ctx.Err() == nil {
		return err
	}
	// Told to stop, a job has a moment to give way.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return c.river.StopAndCancel(ctx)
}

func (c *clientOn[T]) waiting(ctx context.Context) (int, error) {
	exec := c.driver.GetExecutor()
	schedule := &riverdriver.JobScheduleParams{Max: 1000}
	if c.now != nil {
		now := c.now()
		schedule.Now = &now
	}
	if _, err := exec.JobSchedule(ctx, schedule); err != nil {
		return 0, err
	}
	return exec.JobCountByState(ctx, &riverdriver.JobCountByStateParams{State: rivertype.JobStateAvailable})
}

// riverConfig is what every client of the queue has in common, with what the
// one that runs in the background needs.
func (q *Queue) riverConfig() *river.Config {
	cfg := &river.Config{
		Workers:                     q.workers,
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: q.cfg.Workers}, queueOutside: {MaxWorkers: q.cfg.Workers}},
		Logger:                      slog.New(quiet{q.cfg.Logger.Handler()}),
		MaxAttempts:                 maxAttempts,
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           fetchPollPostgres,
		JobTimeout:                  q.cfg.Timeout,
		RescueStuckJobsAfter:        q.cfg.Timeout + time.Minute,
		CompletedJobRetentionPeriod: q.retention(),
		RetryPolicy:                 retryPolicy{q.now},
		ErrorHandler:                errorHandler{q},
	}
	if q.store.Dialect() == store.SQLite {
		cfg.FetchPollInterval = fetchPollSQLite
	}
	if q.cfg.Now != nil {
		cfg.Test.Time = clock(q.cfg.Now)
	}
	for _, p := range q.periodic {
		cfg.PeriodicJobs = append(cfg.PeriodicJobs, p.river())
	}
	return cfg
}

func (q *Queue) now() time.Time {
	if q.cfg.Now != nil {
		return q.cfg.Now()
	}
	return time.Now()
}

// clock lets River ask an injected clock.
type clock func() time.Time

// Now implements rivertype.TimeGenerator.
func (c clock) Now() time.Time { return c() }

// NowOrNil implements rivertype.TimeGenerator.
func (c clock) NowOrNil() *time.Time {
	now := c()
	return &now
}

// retryPolicy waits four times as long after each failure: 15 seconds, 1
// minute, 4, 16, about 1 hour, 4, then 6 hours each.
type retryPolicy struct{ now func() time.Time }

const (
	firstRetry   = 15 * time.Second
	longestRetry = 6 * time.Hour
)

// NextRetry implements river.ClientRetryPolicy.
func (p retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	wait := firstRetry
	for range len(job.Errors) {
		wait = min(wait*4, longestRetry)
	}
	// A tenth more at random, so that what failed together does not come back
	// together.
	return p.now().Add(wait + rand.N(wait/10)).UTC()
}

// errorHandler hears of jobs that panic.
type errorHandler struct{ q *Queue }

// HandleError implements river.ErrorHandler; worker.Work has told already.
func (errorHandler) HandleError(context.Context, *rivertype.JobRow, error) *river.ErrorHandlerResult {
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (h errorHandler) HandlePanic(ctx context.Context, job *rivertype.JobRow, v any, trace string) *river.ErrorHandlerResult {
	h.q.cfg.Logger.ErrorContext(ctx, "a job panicked", "kind", job.Kind, "job", job.ID, "panic", v, "trace", trace)
	h.q.failed(fmt.Errorf("job %s panicked: %v", job.Kind, v))
	return nil
}

// quiet lowers to debug what River says of itself, and its complaints of
// having been told to stop in the middle of something.
type quiet struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return h.Handler.Enabled(ctx, lower(l))
}

// Handle implements slog.Handler.
func (h quiet) Handle(ctx context.Context, r slog.Record) error {
	r.Level = lower(r.Level)
	r.Attrs(func(a slog.Attr) bool {
		if strings.Contains(a.Value.String(), context.Canceled.Error()) {
			r.Level = slog.LevelDebug
		}
		return r.Level != slog.LevelDebug
	})
	if !h.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h quiet) WithAttrs(as []slog.Attr) slog.Handler { return quiet{h.Handler.WithAttrs(as)} }

// WithGroup implements slog.Handler.
func (h quiet) WithGroup(name string) slog.Handler { return quiet{h.Handler.WithGroup(name)} }

func lower(l slog.Level) slog.Level {
	if l == slog.LevelInfo {
		return slog.LevelDebug
	}
	return l
}
