package people

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// limiterKeys is how many keys a limiter remembers; the one not seen for
// longest is forgotten first.
const limiterKeys = 10_000

// limiter lets each key through so many times in a span of time. It lives in
// this process: it keeps one client from flooding one node, and is not the
// limit that anything's safety rests on.
type limiter struct {
	most int
	span time.Duration
	now  func() time.Time

	mu   sync.Mutex
	seen *lru.Cache[string, window]
}

type window struct {
	began time.Time
	count int
}

func newLimiter(most int, span time.Duration, now func() time.Time) *limiter {
	seen, err := lru.New[string, window](limiterKeys)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &limiter{most: most, span: span, now: now, seen: seen}
}

// allow counts one more for a key and tells whether it is let through.
func (l *limiter) allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	w, ok := l.seen.Get(key)
	if !ok || now.Sub(w.began) >= l.span {
		w = window{began: now}
	}
	w.count++
	l.seen.Add(key, w)
	return w.count <= l.most
}
