package store

import (
	"context"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// slowQuery is what a page's statement should stay well under.
const slowQuery = 200 * time.Millisecond

// queryLog writes GORM's messages to slog. Statements appear without their
// values: those are people's words and addresses.
type queryLog struct{ log *slog.Logger }

var _ logger.Interface = (*queryLog)(nil)
var _ interface {
	ParamsFilter(context.Context, string, ...any) (string, []any)
} = (*queryLog)(nil)

// LogMode implements logger.Interface; slog's level decides.
func (q *queryLog) LogMode(logger.LogLevel) logger.Interface { return q }

// Info implements logger.Interface. The arguments may hold values: left out.
func (q *queryLog) Info(ctx context.Context, msg string, _ ...any) { q.log.DebugContext(ctx, msg) }

// Warn implements logger.Interface.
func (q *queryLog) Warn(ctx context.Context, msg string, _ ...any) { q.log.WarnContext(ctx, msg) }

// Error implements logger.Interface.
func (q *queryLog) Error(ctx context.Context, msg string, _ ...any) { q.log.ErrorContext(ctx, msg) }

// ParamsFilter implements gorm.ParamsFilter: no values.
func (q *queryLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace implements logger.Interface. An error is returned to the caller, who
// says more about it than could be said here.
func (q *queryLog) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), _ error) {
	took := time.Since(begin)
	if took < slowQuery {
		return
	}
	statement, rows := fc()
	q.log.WarnContext(ctx, "slow query", "took", took.Round(time.Millisecond), "rows", rows, "statement", statement)
}
