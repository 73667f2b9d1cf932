package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"grassroots/app/jobs"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// What one operation adds to the queue, however often, is one statement, each job with
// its own settings; what a failed one added is gone.
func TestATransactionAddsItsJobsTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock := newClock()
		q, l := logging(s, jobs.Config{Now: clock.now})
		add := func(ctx context.Context) error {
			return errors.Join(q.Enqueue(ctx, note{"first"}), q.EnqueueMany(ctx, []jobs.Args{note{"second"}, note{"third"}}, jobs.Low()),
				q.Enqueue(ctx, note{"later"}, jobs.At(clock.now().Add(time.Hour))))
		}
		undone := errors.New("undone")
		err := s.Tx(t.Context(), func(ctx context.Context) error { return errors.Join(add(ctx), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := s.Tx(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		counts, err := q.Counts(t.Context())
		if err != nil || counts["available"] != 3 || counts["scheduled"] != 1 {
			t.Errorf("%v, %v", counts, err)
		}
		drain(t, q)
		wantLog(t, l, "first", "second", "third")
	})
}
