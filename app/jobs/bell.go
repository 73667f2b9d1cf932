package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// On SQLite River asks a table for news twenty times a second, which alone
// costs an idle program 1.5% of a core. But whoever enqueues is nearly always
// this process: so here a bell is rung after the commit. Jobs that another
// process enqueues in the same file (an import, say) are found by the look for
// work that comes round every fetchPoll.

// fetchPoll is short on Postgres, where a burst of commits can share one piece
// of news and the last of them be overlooked.
const (
	fetchPollSQLite   = 2 * time.Second
	fetchPollPostgres = time.Second
)

// bell wakes whoever waits for it.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

// ring wakes the waiter now, or at its next wait.
func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// sqliteDriver is River's, with the bell in place of the table.
type sqliteDriver struct {
	*riversqlite.Driver
	bell bell
}

func newSQLiteDriver(db *sql.DB, b bell) *sqliteDriver {
	return &sqliteDriver{riversqlite.New(db), b}
}

// SupportsListenNotify implements riverdriver.Driver: nothing is to be written
// to the table of news.
func (d *sqliteDriver) SupportsListenNotify() bool { return false }

// SupportsListener implements riverdriver.Driver.
func (d *sqliteDriver) SupportsListener() bool { return true }

// GetListener implements riverdriver.Driver.
func (d *sqliteDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return &bellListener{bell: d.bell}
}

// bellListener tells River of new jobs when the bell rings: of each queue in
// turn, since the bell does not say which. River asks it from one goroutine.
type bellListener struct {
	bell  bell
	still []string // queues to tell of before the next ring
}

var _ riverdriver.Listener = (*bellListener)(nil)

// WaitForNotification implements riverdriver.Listener. Topic and payload are
// those of River's own news of an insert.
func (l *bellListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	if len(l.still) == 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.bell:
			l.still = []string{river.QueueDefault, queueOutside}
		}
	}
	queue := l.still[0]
	l.still = l.still[1:]
	return &riverdriver.Notification{Topic: "river_insert", Payload: fmt.Sprintf(`{"queue": %q}`, queue)}, nil
}

// Close implements riverdriver.Listener; there is nothing to connect to.
func (l *bellListener) Close(context.Context) error { return nil }

// Connect implements riverdriver.Listener.
func (l *bellListener) Connect(context.Context) error { return nil }

// Listen implements riverdriver.Listener.
func (l *bellListener) Listen(context.Context, string) error { return nil }

// Ping implements riverdriver.Listener.
func (l *bellListener) Ping(context.Context) error { return nil }

// Schema implements riverdriver.Listener.
func (l *bellListener) Schema() string { return "" }

// SetAfterConnectExec implements riverdriver.Listener.
func (l *bellListener) SetAfterConnectExec(string) {}

// Unlisten implements riverdriver.Listener.
func (l *bellListener) Unlisten(context.Context, string) error { return nil }
