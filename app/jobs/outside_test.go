package jobs_test

import (
	"context"
	"fmt"
	"testing"

	"grassroots/app/jobs"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// slow is a job that waits until it is told.
type slow struct {
	N int `json:"n"`
}

// Kind implements jobs.Args.
func (slow) Kind() string { return "jobs_test.slow" }

// Servers of others that do not answer hold up what waits for them alone.
func TestWhatWaitsOutsideHoldsUpNoOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q, l := logging(s, jobs.Config{Workers: 2})
		answer := make(chan struct{})
		jobs.Register(q, func(ctx context.Context, job slow) error {
			select {
			case <-answer:
			case <-ctx.Done():
			}
			l.add(fmt.Sprint("slow ", job.N))
			return ctx.Err()
		})
		for i := range 3 {
			if err := q.Enqueue(t.Context(), slow{i}, jobs.Outside()); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := q.Enqueue(t.Context(), note{"quick"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the quick one ran", func() bool { return len(l.sorted()) == 1 })
		wantLog(t, l, "quick")
		close(answer)
		eventually(t, "the slow ones ran", func() bool { return len(l.sorted()) == 4 })
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
