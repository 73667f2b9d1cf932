package store_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// TestOneSweepAtATime holds that nobody sweeps while another does, in one
// process or two, and that who may wait no longer is told so.
func TestOneSweepAtATime(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			cfg := storetest.ConfigOn(t, dialect)
			nodes := []*store.Store{open(t, cfg)}
			if dialect == store.Postgres {
				nodes = append(nodes, open(t, cfg))
			}
			var inside, sweeps atomic.Int32
			var all sync.WaitGroup
			for range 3 {
				for _, s := range nodes {
					all.Go(func() {
						err := s.SweepIndex(t.Context(), func(context.Context) error {
							if inside.Add(1) != 1 {
								t.Error("two sweeps at once")
							}
							for range 100 { // gives another the chance to come in
								runtime.Gosched()
							}
							inside.Add(-1)
							sweeps.Add(1)
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					})
				}
			}
			all.Wait()
			if n := int(sweeps.Load()); n != 3*len(nodes) {
				t.Errorf("%d sweeps, want %d", n, 3*len(nodes))
			}
			late := errors.New("the sweep's own failure")
			err := nodes[0].SweepIndex(t.Context(), func(context.Context) error {
				ctx, cancel := context.WithCancel(t.Context())
				cancel()
				if err := nodes[len(nodes)-1].SweepIndex(ctx, func(context.Context) error { return nil }); err == nil {
					t.Error("a second sweep came in")
				}
				return late
			})
			if !errors.Is(err, late) {
				t.Errorf("the sweep gives %v", err)
			}
		})
	}
}
