package store

import (
	"context"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// slowQuery is what a page's statement should stay well under.
const slowQuery = 200 * time.Millisecond

// watcher counts statements and writes the slow ones to the log, without their
// values: those are people's words and addresses. It stands below GORM, whose
// own log of a Raw query has the values in it whatever it is told.
type watcher struct {
	log *slog.Logger
}

// begin counts a statement; what it returns is to be called when it has run.
func (w *watcher) begin(ctx context.Context, statement string) (end func()) {
	count(ctx, statement)
	start := time.Now()
	return func() {
		if took := time.Since(start); took >= slowQuery {
			w.log.WarnContext(ctx, "slow query", "took", took.Round(time.Millisecond), "statement", statement)
		}
	}
}

// gormLog passes GORM's own complaints on. They are about models and settings;
// the arguments that may come with them are left out. Statements are the
// watcher's, and errors are returned to the caller, who says more about them.
type gormLog struct{ log *slog.Logger }

var _ logger.Interface = gormLog{}

// LogMode implements logger.Interface; slog's level decides.
func (g gormLog) LogMode(logger.LogLevel) logger.Interface { return g }

// Info implements logger.Interface.
func (g gormLog) Info(ctx context.Context, msg string, _ ...any) { g.log.DebugContext(ctx, msg) }

// Warn implements logger.Interface.
func (g gormLog) Warn(ctx context.Context, msg string, _ ...any) { g.log.WarnContext(ctx, msg) }

// Error implements logger.Interface.
func (g gormLog) Error(ctx context.Context, msg string, _ ...any) { g.log.ErrorContext(ctx, msg) }

// Trace implements logger.Interface.
func (g gormLog) Trace(context.Context, time.Time, func() (string, int64), error) {}
