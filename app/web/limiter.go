package web

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// limiterKeys is how many keys a limiter remembers; the one not seen for
// longest is forgotten first.
const limiterKeys = 10_000

// Limiter lets each key through so many times in a span of time. It lives in
// this process: it keeps one client from flooding one node, and is not the
// limit that anything's safety rests on.
type Limiter struct {
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

// NewLimiter lets each key through most times in span, by the clock now.
func NewLimiter(most int, span time.Duration, now func() time.Time) *Limiter {
	seen, err := lru.New[string, window](limiterKeys)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &Limiter{most: most, span: span, now: now, seen: seen}
}

// Allow counts one more for a key and tells whether it is let through.
func (l *Limiter) Allow(key string) bool { return l.Wait(key) == 0 }

// Wait counts one more for a key and gives how long it has to wait to be let
// through: 0 when it is let through now.
func (l *Limiter) Wait(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	w, ok := l.seen.Get(key)
	if !ok || now.Sub(w.began) >= l.span {
		w = window{began: now}
	}
	w.count++
	l.seen.Add(key, w)
	if w.count <= l.most {
		return 0
	}
	return w.began.Add(l.span).Sub(now)
}
