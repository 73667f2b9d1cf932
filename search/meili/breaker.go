package meili

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"grassroots/search"
)

// breaker spares people the wait for a server that does not answer: after a few
// searches in a row ran out of time, searches are refused for a while without
// asking. A server that refuses by itself needs none: that is quick.
type breaker struct {
	now func() time.Time

	mu    sync.Mutex
	late  int       // searches in a row that ran out of time
	until time.Time // none is asked before
}

const (
	// breakAfter is how many searches in a row have to be late. One alone may
	// have been a hard query.
	breakAfter = 3
	// breakFor is how long the server is then left alone.
	breakFor = 5 * time.Second
)

// search runs one search within a time limit, unless the server is known not to
// answer. What ends the caller's own context is no fault of the server's.
func (b *breaker) search(ctx context.Context, timeout time.Duration, f func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	wait := b.until.Sub(b.now())
	b.mu.Unlock()
	if wait > 0 {
		return fmt.Errorf("%w: Meilisearch does not answer and is asked again in %v", search.ErrUnavailable, wait.Round(time.Second))
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := f(limited)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.note(errors.Is(err, context.DeadlineExceeded))
	return err
}

func (b *breaker) note(late bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !late {
		b.late = 0
		return
	}
	if b.late++; b.late >= breakAfter {
		b.until = b.now().Add(breakFor)
	}
}
