package store

import (
	"context"
	"encoding/json"
	"sync"

	"grassroots/models"
)

// Trail is who does what a context is about, for the audit record. Whatever
// transaction runs under it leaves an event there.
type Trail struct {
	Actor, Means, Address, Request string
	// Action and Subject name what is done where nothing better is noted. With
	// an empty Action only what is noted is recorded.
	Action, Subject string

	mu       sync.Mutex
	notes    []models.AuditEvent // that no transaction has recorded yet
	recorded bool
}

type trailKey struct{}

// WithTrail gives a context whose writes are recorded.
func WithTrail(ctx context.Context, t *Trail) context.Context {
	return context.WithValue(ctx, trailKey{}, t)
}

func trailIn(ctx context.Context) *Trail {
	t, _ := ctx.Value(trailKey{}).(*Trail)
	return t
}

// HasTrail tells whether what is done under a context is recorded.
func HasTrail(ctx context.Context) bool { return trailIn(ctx) != nil }

// Note says for the audit record what is being done, better than its request
// does. Before and after hold what changed, without words that people wrote.
// Without a trail in ctx nothing is noted. Inside of a transaction the event is
// committed with it, else by the next one, or by Leave.
func Note(ctx context.Context, action, subject string, before, after map[string]any) {
	t := trailIn(ctx)
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = append(t.notes, models.AuditEvent{Action: action, Subject: subject, Before: object(before), After: object(after)})
}

// NoteActor says who acts where that was not known when the request came, as
// when somebody signs in.
func NoteActor(ctx context.Context, person, means string) {
	t := trailIn(ctx)
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Actor, t.Means = person, means
}

func object(m map[string]any) string {
	if len(m) == 0 {
		return ""
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return `{"error":"it could not be written down"}`
	}
	return string(raw)
}

// events gives what is to be recorded now, whole.
func (t *Trail) events(s *Store) []models.AuditEvent {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.notes
	if len(list) == 0 && !t.recorded && t.Action != "" {
		list = []models.AuditEvent{{Action: t.Action, Subject: t.Subject}}
	}
	out := make([]models.AuditEvent, len(list))
	for i, e := range list {
		e.ID, e.At, e.Actor, e.Means, e.Address, e.Request = s.NewID(), s.Now().UTC(), t.Actor, t.Means, t.Address, t.Request
		out[i] = e
	}
	return out
}

// noted tells how much is noted so far.
func (t *Trail) noted() int {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.notes)
}

// forget takes back what was noted after the first n.
func (t *Trail) forget(n int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = t.notes[:min(n, len(t.notes))]
}

// done forgets the notes that a transaction has committed.
func (t *Trail) done(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notes = t.notes[min(n, len(t.notes)):]
	t.recorded = true
}

// record adds the events of the trail in ctx to the transaction in it, and gives
// what is to be done once that is committed.
func (s *Store) record(ctx context.Context) (func(), error) {
	t := trailIn(ctx)
	if t == nil {
		return func() {}, nil
	}
	noted := t.noted()
	list := t.events(s)
	if len(list) == 0 {
		return func() {}, nil
	}
	if err := s.addAudit(ctx, list); err != nil {
		return nil, err
	}
	return func() { t.done(noted) }, nil
}

// Leave records what a context's trail has to tell and no transaction did: for
// what is written by one statement, after it.
func (s *Store) Leave(ctx context.Context) error {
	t := trailIn(ctx)
	if t == nil || len(t.events(s)) == 0 {
		return nil
	}
	if s.InTx(ctx) {
		done, err := s.record(ctx)
		if err == nil {
			done()
		}
		return err
	}
	return s.Tx(context.WithoutCancel(ctx), func(context.Context) error { return nil })
}
