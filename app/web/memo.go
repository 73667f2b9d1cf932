package web

import (
	"context"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// Memo remembers what was read for everybody alike, by a key. Many asking for
// one thing at once read it once. What it gives is shared and must not be
// changed.
type Memo[T any] struct {
	site *Site
	ttl  time.Duration
	// lasting memories outlive writes: for what may be a little old.
	lasting bool
	kept    *lru.Cache[string, memory[T]]
	reading singleflight.Group
}

type memory[T any] struct {
	value      T
	made       time.Time
	generation uint64
}

// NewMemo makes a memo of the size's most recent keys. It forgets after
// pageTTL, and at once when something is written on this node.
func NewMemo[T any](s *Site, size int) *Memo[T] { return newMemo[T](s, size, pageTTL, false) }

// NewLastingMemo makes a memo that writes do not touch.
func NewLastingMemo[T any](s *Site, size int, ttl time.Duration) *Memo[T] {
	return newMemo[T](s, size, ttl, true)
}

func newMemo[T any](s *Site, size int, ttl time.Duration, lasting bool) *Memo[T] {
	kept, err := lru.New[string, memory[T]](size)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &Memo[T]{site: s, kept: kept, ttl: ttl, lasting: lasting}
}

// Get gives what is remembered under a key, or reads it. The reading goes on
// when the first who asked has gone: others may be waiting for it.
func (m *Memo[T]) Get(ctx context.Context, key string, read func(context.Context) (T, error)) (T, error) {
	generation := uint64(0)
	if !m.lasting {
		generation = m.site.cache.generation.Load()
	}
	if k, ok := m.kept.Get(key); ok && k.generation == generation && m.site.Now().Sub(k.made) < m.ttl {
		return k.value, nil
	}
	got, err, _ := m.reading.Do(key+strconv.FormatUint(generation, 36), func() (any, error) {
		value, err := read(context.WithoutCancel(ctx))
		if err == nil {
			m.kept.Add(key, memory[T]{value, m.site.Now(), generation})
		}
		return value, err
	})
	value, _ := got.(T)
	return value, err
}
