package web

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
)

// Memo remembers what was read for everybody alike, by a key. Many asking for
// one thing at once read it once, and while it is read again the others are
// given what is remembered. What it gives is shared and must not be changed.
type Memo[T any] struct {
	now        func() time.Time
	ttl        time.Duration
	generation func() uint64 // a change forgets everything
	kept       *lru.Cache[string, *memory[T]]
	reading    singleflight.Group
}

type memory[T any] struct {
	value      T
	made       time.Time
	generation uint64
	refreshing atomic.Bool // somebody is reading it again
}

// NewMemo makes a memo of the size's most recent keys that forgets when
// anything is written on this node.
func NewMemo[T any](s *Site, size int) *Memo[T] {
	return newMemo[T](s, size, pageTTL, s.cache.generation.Load)
}

// NewContentMemo makes a memo that forgets when what people post is published,
// changed or withdrawn, and not when they vote or comment.
func NewContentMemo[T any](s *Site, size int) *Memo[T] {
	return newMemo[T](s, size, pageTTL, s.content.Load)
}

// NewLastingMemo makes a memo that writes do not touch.
func NewLastingMemo[T any](s *Site, size int, ttl time.Duration) *Memo[T] {
	return newMemo[T](s, size, ttl, func() uint64 { return 0 })
}

func newMemo[T any](s *Site, size int, ttl time.Duration, generation func() uint64) *Memo[T] {
	kept, err := lru.New[string, *memory[T]](size)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &Memo[T]{now: s.Now, ttl: ttl, generation: generation, kept: kept}
}

// Get gives what is remembered under a key, or reads it. The reading goes on
// when the first who asked has gone: others may be waiting for it.
func (m *Memo[T]) Get(ctx context.Context, key string, read func(context.Context) (T, error)) (T, error) {
	generation := m.generation()
	k, ok := m.kept.Get(key)
	if ok && k.generation == generation {
		age := m.now().Sub(k.made)
		if age <= m.ttl || age <= staleTTL && !k.refreshing.CompareAndSwap(false, true) {
			return k.value, nil
		}
	}
	got, err, _ := m.reading.Do(key+strconv.FormatUint(generation, 36), func() (any, error) {
		value, err := read(context.WithoutCancel(ctx))
		if err == nil {
			m.kept.Add(key, &memory[T]{value: value, made: m.now(), generation: generation})
		} else if ok {
			k.refreshing.Store(false)
		}
		return value, err
	})
	value, _ := got.(T)
	return value, err
}
