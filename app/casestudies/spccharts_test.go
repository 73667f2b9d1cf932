package casestudies_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
)

// A measure in the text is drawn on the page and in print, with what it shows in words
// and in a table; one that cannot be read stays as it was written, with what is wrong.
func TestAMeasureIsDrawn(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		var rows strings.Builder
		for i := range 16 {
			fmt.Fprintf(&rows, "2026-%02d,%d\n", i+1, 50+i%2*4)
		}
		body := "Before.\n\n```measure\ntitle: Hours to <send>\nunit: hours\nbetter: lower\ntarget: 30\nmonth,hours\n" + rows.String() + "2026-17,20\n```\n\nAfter.\n\n```measure\ntitle: Broken\n2026-01,1\n2026-02,lots\n```\n\n```\nplain code\n```\n"
		p := apptest.Person(t, a.Store)
		made, err := cs.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: "Letters", Body: body, Stage: models.StageInUse}, Poster: &p})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/case-studies/" + made.Slug, "/case-studies/" + made.Slug + "/print"} {
			page := a.Client(t).Get(path).Want(http.StatusOK)
			page.WantText("Hours to <send>", "The latest point is more than chance: it is an improvement.", "It will miss its target each time, unless something changes.", "Outside the limits",
				"This measure cannot be drawn: line 3: “lots” is not a number", "2026-02,lots", "plain code", "Before.", "After.")
			figure := page.One(apptest.Class("gr-measurement"))
			if n := len(apptest.All(figure, apptest.Tag("tr"))); n != 18 {
				t.Errorf("%s: the table has %d rows, want a head and 17", path, n)
			}
			if charts := apptest.All(figure, apptest.Class("gr-measurement__chart")); len(charts) != 1 || len(apptest.All(charts[0], apptest.Tag("title"))) != 1 || len(apptest.All(charts[0], apptest.Tag("desc"))) != 1 {
				t.Errorf("%s: the drawing has no title or description", path)
			}
		}
		page := a.Client(t).Get("/case-studies/" + made.Slug)
		if page.One(apptest.Class("gr-measurement")) == nil || strings.Contains(page.Body, "Hours to <send>") {
			t.Error("what was written is not escaped")
		}
	})
}
