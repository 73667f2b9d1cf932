package casestudies_test

import (
	"context"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/search"
)

// busy is an index during whose work people go on voting.
type busy struct {
	search.Index
	during func(d search.Document)
}

// Upsert implements search.Index.
func (b *busy) Upsert(ctx context.Context, docs ...search.Document) error {
	for _, d := range docs {
		if b.during != nil {
			b.during(d)
		}
	}
	return b.Index.Upsert(ctx, docs...)
}

func TestASweepOfTheIndexEndsWhilePeopleVote(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		index := &busy{Index: a.Site.Index}
		a.Site.Index = index
		owner := apptest.Person(t, a.Store)
		post(t, cs, owner, "First", "Text")
		post(t, cs, owner, "Second", "Text")
		given := 0
		index.during = func(d search.Document) {
			if given++; given > 10 {
				t.Fatal("the sweep goes on and on")
			}
			if _, err := a.Store.Vote(t.Context(), d.ID, apptest.Person(t, a.Store).ID, true); err != nil {
				t.Error(err)
			}
		}
		if n, err := cs.IndexTouched(t.Context()); err != nil || n != 2 {
			t.Fatalf("%d were indexed, want 2: %v", n, err)
		}
		left, err := a.Store.ToIndex(t.Context(), "", -1, true)
		if err != nil || len(left) != 2 {
			t.Errorf("the next sweep has %v to see, %v; want both", left, err)
		}
		index.during = nil
		if n, err := cs.IndexTouched(t.Context()); err != nil || n != 2 {
			t.Errorf("%d were indexed the next time, want 2: %v", n, err)
		}
		if left, err = a.Store.ToIndex(t.Context(), "", -1, true); err != nil || len(left) != 0 {
			t.Errorf("%v are still to be seen: %v", left, err)
		}
	})
}
