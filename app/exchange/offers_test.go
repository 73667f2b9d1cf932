package exchange_test

import (
	"net/http"
	"strings"
	"testing"

	"grassroots/app/exchange"
	"grassroots/models"
	"grassroots/models/store"
)

// adopt has an organisation of an instance adopt a case study there.
func (i *instance) adopt(t *testing.T, id, organisation, result string) models.Adoption {
	t.Helper()
	a := models.Adoption{ID: i.Store.NewID(), CaseStudyID: id, Organisation: organisation, Status: models.AdoptionTrying, Started: "2026-01-02", Result: result, CreatedAt: i.Store.Now(),
		Figures: models.AdoptionFigures{Measures: []models.AdoptionMeasure{{Name: "Calls", Better: "lower", Baseline: new(float64)}}}}
	if err := i.Store.AddAdoption(t.Context(), &a, ""); err != nil {
		t.Fatal(err)
	}
	return a
}

// wantOffered fails the test when other adoptions of a case study are listed, or
// another number of them is counted.
func (i *instance) wantOffered(t *testing.T, id string, counted int, want string) {
	t.Helper()
	list, _, err := i.Store.Adoptions(t.Context(), store.AdoptionQuery{CaseStudyID: id, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, a := range list {
		if len(a.Figures.Measures) != 1 {
			t.Errorf("the figures of %s are %+v", a.Organisation, a.Figures)
		}
		got += a.Organisation + " " + string(a.Status) + " " + a.Result + " " + strings.TrimPrefix(a.URL, a.Site) + "; "
	}
	cs, err := i.Store.CaseStudy(t.Context(), id)
	if err != nil || got != want || cs.Adoptions != counted {
		t.Errorf("%d are counted, and listed %q (%v); want %d and %q", cs.Adoptions, got, err, counted, want)
	}
}

// Somebody elsewhere adopts their copy of what was posted here: it is here too,
// once, through outages, and goes when it goes there.
func TestAdoptionsOfACopyAreOfferedBack(t *testing.T) {
	t.Parallel()
	here, there := newOrigin(t), newOrigin(t)
	mine := here.post(t, "Letters in minutes", "We did it.")
	there.add(t, here)
	there.sync(t, 1, 0, 0, 0)
	adopted := there.adopt(t, mine.ID, "RWY", "Fewer calls")
	there.adopt(t, mine.ID, "RA1", "The letter for NHS number 999 026 0184 came")
	theirs := there.post(t, "Theirs", "Of there.")
	there.adopt(t, theirs.ID, "RB1", "")
	here.add(t, there)
	line := "/case-studies/letters-in-minutes/adoptions/RWY; "
	for range 2 { // and again: nothing is twice
		here.syncAny(t)
		here.wantOffered(t, mine.ID, 1, "RWY trying Fewer calls "+line)
	}
	before, err := here.Store.CaseStudy(t.Context(), mine.ID)
	if err != nil {
		t.Fatal(err)
	}
	// What is on the way falls over: what is here stays.
	there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Path == exchange.OffersPath {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		next.ServeHTTP(w, r)
	})
	list, err := here.Store.Origins(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.ex.Sync(t.Context(), list[0], exchange.SyncOptions{}); err == nil {
		t.Error("an outage is not told of")
	}
	here.wantOffered(t, mine.ID, before.Adoptions, "RWY trying Fewer calls "+line)
	// Somebody changes it on the way.
	there.onTheWay(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		said := answer(r, next)
		if r.URL.Path == exchange.OffersPath {
			_, _ = w.Write([]byte(with(t, said.Body.String(), "Fewer calls", "More calls!")))
			return
		}
		_, _ = w.Write(said.Body.Bytes())
	})
	if _, err := here.ex.Sync(t.Context(), list[0], exchange.SyncOptions{}); err == nil {
		t.Error("what was changed on the way was taken")
	}
	there.onTheWay(nil)
	adopted.Status, adopted.Reason, adopted.Stopped = models.AdoptionStopped, "Too dear", "2026-02-02"
	there.Clock.Move(1e9)
	if err := there.Store.ChangeAdoption(t.Context(), &adopted, ""); err != nil {
		t.Fatal(err)
	}
	here.syncAny(t)
	here.wantOffered(t, mine.ID, 0, "RWY stopped Fewer calls "+line)
	if err := there.Store.RemoveAdoption(t.Context(), &adopted); err != nil {
		t.Fatal(err)
	}
	here.syncAny(t)
	here.wantOffered(t, mine.ID, 0, "")
}

func (o *origin) syncAny(t *testing.T) {
	t.Helper()
	list, err := o.Store.Origins(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%d origins, %v", len(list), err)
	}
	if _, err := o.ex.Sync(t.Context(), list[0], exchange.SyncOptions{}); err != nil {
		t.Fatal(err)
	}
}
