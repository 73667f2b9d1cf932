package casestudies_test

import (
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/markdown"
)

func TestWhatEarlierRulesRenderedIsRenderedAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Rendered", "## Aim\n\nOne")
		made = revise(t, cs, owner, made, "## Aim\n\nTwo\n\n## Results\n\nThree", "")
		other := post(t, cs, owner, "Untouched", "## Aim\n\nText")
		if n, err := cs.RenderAnew(t.Context()); err != nil || n != 0 {
			t.Fatalf("what was just rendered is rendered anew: %d, %v", n, err)
		}
		// An earlier version of the program knew no links to headings, and the
		// words that it took out of one text were others.
		db := a.Store.DB(t.Context())
		for _, statement := range []string{
			"UPDATE revisions SET rules = 0, html = '<p>Old</p>', contents = '[]' WHERE case_study_id = '" + made.ID + "'",
			"UPDATE revisions SET text = 'Old' WHERE number = 2 AND case_study_id = '" + made.ID + "'",
			"UPDATE revisions SET rules = 0 WHERE case_study_id = '" + other.ID + "'",
			"UPDATE case_studies SET indexed = changes",
		} {
			if err := db.Exec(statement).Error; err != nil {
				t.Fatal(err)
			}
		}
		if n, err := cs.RenderAnew(t.Context()); err != nil || n != 3 {
			t.Fatalf("%d revisions are rendered anew (%v), want 3", n, err)
		}
		if n, err := cs.RenderAnew(t.Context()); err != nil || n != 0 {
			t.Fatalf("they are rendered over and over: %d, %v", n, err)
		}
		page := a.Client(t).Get("/case-studies/rendered").Want(http.StatusOK)
		page.WantText("Two", "Three").WantNoText("Old")
		if link := page.One(apptest.With("a", "href", "#s-aim")); apptest.Attr(link, "class") != "gr-anchor" || apptest.Attr(link, "aria-label") != "Link to this section: Aim" {
			t.Errorf("the heading's link is %v", link.Attr)
		}
		a.Client(t).Get("/case-studies/rendered/history/1").WantText("One").WantNoText("Old")
		touched, err := a.Store.ToIndex(t.Context(), "", 10, true)
		if err != nil || len(touched) != 1 || touched[0].ID != made.ID {
			t.Errorf("the index is to hear of %v (%v), want of the one whose words changed", touched, err)
		}
		var rules []int
		if err := db.Raw("SELECT DISTINCT rules FROM revisions").Scan(&rules).Error; err != nil || len(rules) != 1 || rules[0] != markdown.Rules {
			t.Errorf("the revisions note the rules %v (%v)", rules, err)
		}
	})
}
