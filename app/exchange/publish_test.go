package exchange_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/exchange"
	"grassroots/models"
	"grassroots/models/store"
)

func noteOf(p models.Person) store.SaveNote { return store.SaveNote{EditorID: p.ID} }

func TestWhatIsPublishedCanBeKeptAndAskedAbout(t *testing.T) {
	each(t, func(t *testing.T, here *instance, _ *origin) {
		cs := here.post(t, "Letters", "Text")
		for _, path := range []string{exchange.KeysPath, exchange.ChangesPath, "/exchange/case-studies/" + cs.ID} {
			first := here.Client(t).Get(path).Want(http.StatusOK)
			tag := first.Header.Get("ETag")
			if tag == "" || first.Header.Get("Cache-Control") != "public, no-cache" {
				t.Errorf("%s: %v", path, first.Header)
			}
			again := here.Client(t)
			again.Header.Set("If-None-Match", tag)
			if page := again.Get(path); page.Status != http.StatusNotModified || page.Body != "" {
				t.Errorf("%s: %d", path, page.Status)
			}
		}
		text := payload(t, here.Client(t).Get("/exchange/case-studies/"+cs.ID).Body)
		if strings.Contains(text, "@nhs.net") || strings.Contains(text, "colleague-") || strings.Contains(text, "01632") || !strings.Contains(text, "Colleague") {
			t.Errorf("what is told is %s", text)
		}
		for path, want := range map[string]int{exchange.ChangesPath + "?after=x": 400, exchange.ChangesPath + "?after=-1": 400, exchange.ChangesPath + "?after=99": 200,
			"/exchange/case-studies/nothing": 404, "/exchange/case-studies/" + here.Store.NewID(): 404} {
			here.Client(t).Get(path).Want(want)
		}
	})
}

func TestVotesTellOthersNothing(t *testing.T) {
	each(t, func(t *testing.T, here *instance, _ *origin) {
		cs := here.post(t, "Letters", "Text")
		before := here.Client(t).Get(exchange.ChangesPath).Body
		p := apptest.Person(t, here.Store)
		if _, err := here.studies.Vote(t.Context(), &p, cs.ID, true); err != nil {
			t.Fatal(err)
		}
		if after := here.Client(t).Get(exchange.ChangesPath).Body; after != before {
			t.Errorf("it says now %s", payload(t, after))
		}
		here.set(t, cs.ID, models.Withdrawn)
		if text := payload(t, here.Client(t).Get(exchange.ChangesPath).Body); !strings.Contains(text, `"position":2`) || !strings.Contains(text, `"withdrawn"`) {
			t.Errorf("it says %s", text)
		}
		here.Client(t).Get("/exchange/case-studies/" + cs.ID).Want(http.StatusGone)
	})
}

// Whoever reads the list while others write must find below what it has read
// nothing new.
func TestPositionsAppearInOrder(t *testing.T) {
	each(t, func(t *testing.T, here *instance, _ *origin) {
		var group sync.WaitGroup
		const writers, each = 4, 10
		for w := range writers {
			group.Go(func() {
				for n := range each {
					here.post(t, fmt.Sprintf("Letters %d-%d", w, n), "Text")
				}
			})
		}
		done := make(chan struct{})
		go func() { group.Wait(); close(done) }()
		seen := map[string]bool{}
		var at int64
		for last := false; !last; {
			select {
			case <-done:
				last = true
			default:
			}
			if err := here.Store.NumberExchange(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, _, err := here.Store.ExchangeChanges(t.Context(), at, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list {
				at = c.Position
				seen[c.CaseStudyID] = true
			}
		}
		if at != writers*each || len(seen) != writers*each {
			t.Errorf("%d were seen, the last position is %d", len(seen), at)
		}
	})
}
