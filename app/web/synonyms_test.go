package web_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
	"grassroots/search"
)

// noted is a search engine that notes which tables it is given.
type noted struct {
	search.Index
	away   atomic.Bool
	tables atomic.Int32
}

func (n *noted) SetSynonyms(context.Context, search.Synonyms) error {
	if n.away.Load() {
		return search.ErrUnavailable
	}
	n.tables.Add(1)
	return nil
}

// marks tells whether a site marks a word that means the same as the query.
func marks(t *testing.T, s *web.Site, text, query string) bool {
	t.Helper()
	return len(s.Highlighter(t.Context()).Highlight(text, query)) > 0
}

func TestEveryNodeNoticesNewSynonyms(t *testing.T) {
	t.Parallel()
	clock := apptest.NewClock()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		saver, engine := apptest.New(t, st, nothing), &noted{Index: search.Away{}}
		other := apptest.New(t, st, nothing, apptest.WithIndex(engine))
		if marks(t, other.Site, "Zorbing for beginners", "quoximode") {
			t.Fatal("the word is known before it is a synonym")
		}
		begun := engine.tables.Load()
		if err := st.SetSetting(t.Context(), web.SynonymsSetting, "zorbing, quoximode\n", "ada"); err != nil {
			t.Fatal(err)
		}
		if err := saver.Site.RefreshSynonyms(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !marks(t, saver.Site, "Zorbing for beginners", "quoximode") {
			t.Error("the node that saved them does not use them")
		}
		engine.away.Store(true)
		clock.Move(16 * time.Second)
		if !marks(t, other.Site, "Zorbing for beginners", "quoximode") {
			t.Error("the other node still marks by the old synonyms after 16 seconds")
		}
		// The engine that was away is offered them again, and then left alone.
		engine.away.Store(false)
		for range 3 {
			clock.Move(16 * time.Second)
			marks(t, other.Site, "Zorbing", "quoximode")
		}
		if got := engine.tables.Load() - begun; got != 1 {
			t.Errorf("the engine was given %d tables, want the new one once", got)
		}
		// So does one whose lists of systems have changed.
		if err := st.SaveSystem(t.Context(), models.System{Slug: "medway", Name: "Medway", Aliases: []string{"Silverlink Zebra"}, Confirmed: true}); err != nil {
			t.Fatal(err)
		}
		clock.Move(16 * time.Second)
		if !marks(t, other.Site, "Zebra goes live: Medway", "silverlink zebra") || engine.tables.Load()-begun != 2 {
			t.Error("the other name of a system was not noticed")
		}
		if err := st.DeleteSetting(t.Context(), web.SynonymsSetting); err != nil {
			t.Fatal(err)
		}
		clock.Move(16 * time.Second)
		if marks(t, other.Site, "Zorbing for beginners", "quoximode") {
			t.Error("the synonym is used after the defaults were restored")
		}
	}, storetest.WithNow(clock.Now))
}

func TestReadingTheListsAgainCostsNoPageAQuery(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		site := apptest.New(t, st, nothing).Site
		ctx, counter := store.WithCounter(t.Context())
		site.Highlighter(ctx)
		first := counter.Count()
		for range 20 {
			site.Highlighter(ctx)
		}
		if again := counter.Count() - first; again != 0 {
			t.Errorf("%d statements for 20 pages within a moment, want none", again)
		}
	})
}

func nothing(*web.Site) []apptest.Routes { return nil }
