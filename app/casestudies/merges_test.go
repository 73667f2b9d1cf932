package casestudies_test

import (
	"net/http"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/store"
)

// TestListsFollowWhatWasMerged holds that an address which names a system or a
// standard by what it was called before finds what it is now, in the list, in
// the API and by the search engine, and that every name of a system finds the
// case studies that join it.
func TestListsFollowWhatWasMerged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		sweep := func() {
			t.Helper()
			_, err := cs.IndexTouched(ctx)
			must(err)
		}
		nurse := apptest.Person(t, a.Store)
		must(a.Store.SaveSystem(ctx, models.System{Slug: "zorblax", Name: "Zorblax", Confirmed: true}))
		must(a.Store.SaveStandard(ctx, models.Standard{Code: "right-code", Name: "The right one", Confirmed: true}))
		post(t, cs, nurse, "Letters in minutes", "We did it.", func(d *models.Document) {
			d.Connections = []models.Connection{{From: "Quoximode", To: "Spreadsheets", Standard: "wrong-code"}}
		})
		sweep()
		c := a.Client(t)
		c.Get("/case-studies?q=zorblax").Want(http.StatusOK).WantNoText("Letters in minutes")
		must(a.Store.MergeTerms(ctx, store.Merge{Kind: models.TermSystem, From: "quoximode", Into: "zorblax", FromVersion: 1, IntoVersion: 1}))
		must(a.Store.MergeTerms(ctx, store.Merge{Kind: models.TermStandard, From: "wrong-code", Into: "right-code", FromVersion: 1, IntoVersion: 1}))
		a.Site.VocabularyChanged()
		a.Clock.Move(time.Second)
		sweep()
		for _, query := range []string{"system=quoximode", "system=zorblax", "from_system=quoximode", "standard=wrong-code", "standard=right-code", "system=quoximode&system=zorblax",
			"q=letters&system=quoximode", "q=zorblax", "q=quoximode", "q=the+right+one"} {
			c.Get("/case-studies?" + query).Want(http.StatusOK).WantText("Letters in minutes")
			var page struct{ Total int }
			if c.Get("/api/v1/case-studies?" + query).Want(http.StatusOK).JSON(&page); page.Total != 1 {
				t.Errorf("%s finds %d in the API", query, page.Total)
			}
		}
		c.Get("/case-studies?to_system=quoximode").WantNoText("Letters in minutes")
		// What is chosen shows under the name that it has now.
		c.Get("/case-studies?system=quoximode").WantText("System: Zorblax").WantNoText("System: quoximode")
	})
}
