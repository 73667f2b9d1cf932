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

// words gives a text of n numbered words in sentences and paragraphs.
func words(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "word%d", i)
		switch {
		case i%100 == 99:
			b.WriteString(".\n\n")
		case i%10 == 9:
			b.WriteString(". ")
		default:
			b.WriteString(" ")
		}
	}
	return b.String()
}

// revise publishes another text of a case study.
func revise(t *testing.T, cs *casestudies.Feature, p models.Person, made models.CaseStudy, body, note string) models.CaseStudy {
	t.Helper()
	doc := made.Document
	doc.Body = body
	made, err := cs.Revise(t.Context(), &p, casestudies.Publication{ID: made.ID, Document: doc, Base: made.Revision, Note: note})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestOneChangedWordInALongTextIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		body := words(5000)
		made := post(t, cs, owner, "Long", body)
		revise(t, cs, owner, made, strings.Replace(body, "word2500", "mended", 1), "One word")
		page := a.Client(t).Get("/case-studies/long/history/2").Want(http.StatusOK)
		page.WantText("One word", owner.Name)
		diff := page.One(apptest.With("div", "class", "gr-diff"))
		shown := 0
		folds := page.All(apptest.With("details", "class", "gr-diff__fold"))
		if len(folds) != 2 {
			t.Fatalf("%d parts are folded, want the one before and the one after", len(folds))
		}
		for _, f := range folds {
			if apptest.HasAttr(f, "open") {
				t.Error("what did not change is unfolded")
			}
			shown -= len(strings.Fields(apptest.Text(f)))
		}
		text := apptest.Text(diff)
		shown += len(strings.Fields(text))
		if shown > 150 {
			t.Errorf("%d words are shown beside one that changed", shown)
		}
		for _, want := range []string{"word2499", "Removed: word2500", "Added: mended", "word2501", "word0", "word4999"} {
			if !strings.Contains(text, want) {
				t.Errorf("the difference lacks %q", want)
			}
		}
	})
}

func TestAnyTwoRevisionsAreCompared(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		owner := apptest.Person(t, a.Store)
		made := post(t, cs, owner, "Often changed", "First text")
		c := a.Client(t)
		if page := c.Get("/case-studies/often-changed/history").Want(http.StatusOK); len(page.All(apptest.Tag("select"))) > 0 {
			t.Error("a choice of revisions is offered where there is one")
		}
		for i, text := range []string{"Second text", "Third text", "First text"} {
			made = revise(t, cs, owner, made, text, fmt.Sprint("Change ", i+1))
		}
		compare := "/case-studies/often-changed/history/compare"
		form := c.Get("/case-studies/often-changed/history").Want(http.StatusOK).Form(compare)
		if form.Values.Get("from") != "3" || form.Values.Get("to") != "4" {
			t.Errorf("the form offers %v, want the last change", form.Values)
		}
		page := form.Set("from", "3").Set("to", "1").Send().WantRedirect("/case-studies/often-changed/history/3?against=1").Follow().Want(http.StatusOK)
		page.WantText("What changed since revision 1", "Removed: First", "Added: Third").WantNoText("Second")
		again := page.Form(compare)
		if again.Values.Get("from") != "1" || again.Values.Get("to") != "3" {
			t.Errorf("the page compares 1 and 3, and its form says %v", again.Values)
		}
		c.Get(compare + "?from=1&to=4").Follow().WantText("Both revisions say the same")
		c.Get(compare + "?from=2&to=2").Follow().WantText("You chose the same revision twice")
		for _, query := range []string{"", "?from=1", "?from=one&to=2", "?from=0&to=2"} {
			c.Get(compare + query).Want(http.StatusBadRequest)
		}
		c.Get(compare + "?from=1&to=99").Follow().Want(http.StatusNotFound)
	})
}
