package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/jobs"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

type note struct {
	Text string `json:"text"`
}

func (note) Kind() string { return "note" }

type chain struct {
	Left int `json:"left"`
}

func (chain) Kind() string { return "chain" }

// log is what handlers did, in order.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
}

func (l *log) sorted() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(slices.Values(l.lines))
}

// testClock is a clock that stands until it is moved.
type testClock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *testClock {
	return &testClock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func (c *testClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *testClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// logging is a queue whose notes are written to a log.
func logging(s *store.Store, cfg jobs.Config) (*jobs.Queue, *log) {
	l := &log{}
	q := jobs.New(s, cfg)
	jobs.Register(q, func(_ context.Context, n note) error {
		l.add(n.Text)
		return nil
	})
	return q, l
}

func drain(t *testing.T, q *jobs.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := q.Drain(ctx); err != nil {
		t.Fatalf("draining: %v", err)
	}
}

func wantLog(t *testing.T, l *log, want ...string) {
	t.Helper()
	if got := l.sorted(); !slices.Equal(got, want) {
		t.Fatalf("worked %q, want %q", got, want)
	}
}

// eventually polls until a condition holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

func TestEnqueueSharesTheTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q, l := logging(s, jobs.Config{})
		ctx := t.Context()
		stop := errors.New("stop")

		err := s.Tx(ctx, func(ctx context.Context) error {
			if err := s.DB(ctx).Exec(insertEmail, "kept?").Error; err != nil {
				return err
			}
			if err := q.Enqueue(ctx, note{"rolled back"}); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		drain(t, q)
		wantLog(t, l)

		err = s.Tx(ctx, func(ctx context.Context) error {
			if err := q.Enqueue(ctx, note{"first"}); err != nil {
				return err
			}
			if err := s.DB(ctx).Exec(insertEmail, "between").Error; err != nil {
				return err
			}
			return q.Enqueue(ctx, note{"second"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Enqueue(ctx, note{"third, alone"}); err != nil {
			t.Fatal(err)
		}
		drain(t, q)
		wantLog(t, l, "first", "second", "third, alone")
		var ids []string
		if err := s.DB(ctx).Raw("SELECT id FROM emails").Scan(&ids).Error; err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(ids, []string{"between"}) {
			t.Fatalf("rows %q", ids)
		}
	})
}

const insertEmail = `INSERT INTO emails (id, to_address, subject, text, created_at)
	VALUES (?, 'a', 'b', 'c', CURRENT_TIMESTAMP)`

// A panic in the middle of the transaction leaves neither row nor job.
func TestEnqueueAndPanic(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q, l := logging(s, jobs.Config{})
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = s.Tx(t.Context(), func(ctx context.Context) error {
				if err := q.Enqueue(ctx, note{"never"}); err != nil {
					t.Error(err)
				}
				panic("stop")
			})
		}()
		drain(t, q)
		wantLog(t, l)
	})
}

func TestDrainWorksWhatJobsEnqueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := &log{}
		q := jobs.New(s, jobs.Config{})
		jobs.Register(q, func(ctx context.Context, c chain) error {
			l.add(fmt.Sprint(c.Left))
			if c.Left == 0 {
				return nil
			}
			return q.Enqueue(ctx, chain{c.Left - 1})
		})
		if err := q.Enqueue(t.Context(), chain{3}); err != nil {
			t.Fatal(err)
		}
		drain(t, q)
		wantLog(t, l, "0", "1", "2", "3")
	})
}

func TestFailuresAreTriedAgainWhenTheirTimeComes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock := newClock()
		l := &log{}
		q := jobs.New(s, jobs.Config{Now: clock.now})
		jobs.Register(q, func(ctx context.Context, n note) error {
			l.add(fmt.Sprintf("%s, last %v", n.Text, jobs.LastAttempt(ctx)))
			return errors.New("the server is away")
		})
		if err := q.Enqueue(t.Context(), note{"try"}, jobs.Attempts(3)); err != nil {
			t.Fatal(err)
		}
		want := []string{"try, last false", "try, last false", "try, last true"}
		for i, wait := range []time.Duration{0, 17 * time.Second, 70 * time.Second} {
			clock.move(wait)
			err := q.Drain(t.Context())
			if err == nil || !strings.Contains(err.Error(), "the server is away") {
				t.Fatalf("attempt %d: %v", i+1, err)
			}
			wantLog(t, l, want[:i+1]...)
			drain(t, q) // before its time comes nothing is tried
			wantLog(t, l, want[:i+1]...)
		}
		clock.move(24 * time.Hour)
		drain(t, q)
		wantLog(t, l, want...)
	})
}

func TestAbandonAndLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock := newClock()
		l := &log{}
		q := jobs.New(s, jobs.Config{Now: clock.now})
		jobs.Register(q, func(_ context.Context, n note) error {
			l.add(n.Text)
			switch n.Text {
			case "hopeless":
				return jobs.Abandon(errors.New("no such thing"))
			case "early":
				return jobs.Later(time.Hour)
			}
			return nil
		})
		for _, text := range []string{"hopeless", "early"} {
			if err := q.Enqueue(t.Context(), note{text}); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "no such thing") {
			t.Fatalf("draining: %v", err)
		}
		wantLog(t, l, "early", "hopeless")
		clock.move(61 * time.Minute)
		drain(t, q)
		wantLog(t, l, "early", "early", "hopeless")
	})
}

func TestAJobWaitsForItsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		clock := newClock()
		q, l := logging(s, jobs.Config{Now: clock.now})
		ctx := t.Context()
		enqueue := func(text string, opts ...jobs.Option) {
			t.Helper()
			if err := q.Enqueue(ctx, note{text}, opts...); err != nil {
				t.Fatal(err)
			}
		}
		enqueue("tomorrow", jobs.At(clock.now().Add(24*time.Hour)))
		enqueue("today", jobs.Low())
		drain(t, q)
		wantLog(t, l, "today")
		clock.move(24 * time.Hour)
		drain(t, q)
		wantLog(t, l, "today", "tomorrow")
	})
}

func TestTwoNodesRunAPeriodicJobOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := &log{}
		for range 2 {
			q := jobs.New(s, jobs.Config{})
			jobs.Register(q, func(_ context.Context, n note) error {
				l.add(n.Text)
				return nil
			})
			q.Every(24*time.Hour, note{"sweep"})
			if err := q.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the sweep ran", func() bool { return len(l.sorted()) > 0 })
			// Whoever leads next starts its schedule afresh.
			if err := q.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		drainQueue, _ := logging(s, jobs.Config{})
		drain(t, drainQueue)
		wantLog(t, l, "sweep")
	})
}

func TestStartWorksWhatIsEnqueuedElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		working, l := logging(s, jobs.Config{})
		if err := working.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		web, _ := logging(s, jobs.Config{}) // never started
		if err := web.Enqueue(t.Context(), note{"from the web"}); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the job ran", func() bool { return len(l.sorted()) == 1 })
		if err := working.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := web.Enqueue(t.Context(), note{"after the stop"}); err != nil {
			t.Fatal(err)
		}
		wantLog(t, l, "from the web")
	})
}

func TestStopWaitsForWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := &log{}
		begun, goOn := make(chan struct{}), make(chan struct{})
		q := jobs.New(s, jobs.Config{})
		jobs.Register(q, func(ctx context.Context, n note) error {
			close(begun)
			select {
			case <-goOn:
				l.add(n.Text)
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := q.Enqueue(t.Context(), note{"slow"}); err != nil {
			t.Fatal(err)
		}
		<-begun
		stopped := make(chan error)
		go func() { stopped <- q.Stop(t.Context()) }()
		select {
		case err := <-stopped:
			t.Fatalf("stopped while a job was at work: %v", err)
		case goOn <- struct{}{}:
		}
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		wantLog(t, l, "slow")
	})
}

func TestAPanickingJobHarmsNoOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := &log{}
		q := jobs.New(s, jobs.Config{})
		jobs.Register(q, func(_ context.Context, n note) error {
			if n.Text == "bad" {
				panic("out of cheese")
			}
			l.add(n.Text)
			return nil
		})
		for _, text := range []string{"bad", "good"} {
			if err := q.Enqueue(t.Context(), note{text}); err != nil {
				t.Fatal(err)
			}
		}
		if err := q.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "out of cheese") {
			t.Fatalf("draining: %v", err)
		}
		wantLog(t, l, "good")
	})
}

// The queue and many writers share one file, or one server, without a busy
// error and without losing a job.
func TestWritersAndQueueTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q, l := logging(s, jobs.Config{})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		const writers, each = 8, 25
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for i := range each {
					id := fmt.Sprintf("%d-%02d", w, i)
					err := s.Tx(t.Context(), func(ctx context.Context) error {
						if err := s.DB(ctx).Exec(insertEmail, id).Error; err != nil {
							return err
						}
						return q.Enqueue(ctx, note{id})
					})
					if err != nil {
						t.Errorf("writer %d: %v", w, err)
						return
					}
				}
			})
		}
		group.Wait()
		eventually(t, "every job ran", func() bool { return len(l.sorted()) == writers*each })
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// A job runs when its transaction is committed, not when the queue next looks
// for work: five in a row would take nine seconds on SQLite otherwise.
func TestACommitWakesTheQueue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		q, l := logging(s, jobs.Config{})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for i := range 5 {
			var opts []jobs.Option
			if i%2 == 1 {
				opts = append(opts, jobs.Outside())
			}
			err := s.Tx(t.Context(), func(ctx context.Context) error { return q.Enqueue(ctx, note{fmt.Sprint(i)}, opts...) })
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "the job ran", func() bool { return len(l.sorted()) == i+1 })
		}
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("five jobs in a row took %v", took)
		}
		if err := q.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// A job that was at work when the program crashed is worked by the next one.
func TestACrashLosesNoJob(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	q, l := logging(s, jobs.Config{})
	for _, text := range []string{"cut short", "cut short the last time"} {
		if err := q.Enqueue(t.Context(), note{text}); err != nil {
			t.Fatal(err)
		}
	}
	err := s.DB(t.Context()).Exec(`UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP,
		attempt = CASE id WHEN 2 THEN max_attempts ELSE 1 END`).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the job ran", func() bool { return len(l.sorted()) > 0 })
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantLog(t, l, "cut short")
	counts, err := q.Counts(t.Context())
	if err != nil || counts["completed"] != 1 || counts["running"] != 1 || counts["available"] != 0 {
		t.Fatalf("counts %v, %v", counts, err)
	}
}
