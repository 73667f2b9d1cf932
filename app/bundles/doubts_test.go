package bundles_test

import (
	"path/filepath"
	"strings"
	"testing"

	"grassroots/models/store"
)

// What in a bundle is in doubt comes in, is told to whoever imports it, and
// stands before moderators, once and without what it is.
func TestWhatIsInDoubtInABundleIsKeptForModerators(t *testing.T) {
	t.Parallel()
	pairs(t, func(t *testing.T, p *pair) {
		cs := p.here.write(p.author, "Letters", "They arrive.")
		// Not through what asks people: as another site would have it.
		first := p.here.study(cs.ID)
		first.Body = "We showed it to Mr Weatherby and he liked it."
		p.here.must(p.here.store.ReviseCaseStudy(t.Context(), &first, store.SaveNote{EditorID: p.author.ID}))
		third := p.here.study(cs.ID)
		third.Body += " So did all the others."
		p.here.must(p.here.store.ReviseCaseStudy(t.Context(), &third, store.SaveNote{EditorID: p.author.ID}))
		comment := p.here.say(p.author, cs.ID, "Ask Mrs Applegarth.")

		path := filepath.Join(p.dir, "doubts.zip")
		p.here.export(path, everything())
		checked, err := p.there.Bundles.Check(t.Context(), path, nil)
		p.there.must(err)
		told, more := checked.Doubts()
		p.there.must(checked.Close())
		if text := strings.Join(told, "\n"); len(told) != 2 || more != 0 || !strings.Contains(text, cs.ID) || !strings.Contains(text, ".md:") || !strings.Contains(text, "This may be a name: “We showed it to Mr […] and he liked it.”") ||
			!strings.Contains(text, "comment "+comment) || strings.Contains(text, "Weatherby") || strings.Contains(text, "Applegarth") {
			t.Errorf("told, and %d more: %s", more, text)
		}
		for range 2 { // the second time nothing is new
			p.send(p.here, p.there)
			list, _, err := p.there.store.Overrides(t.Context(), store.OverrideQuery{Limit: 10})
			p.there.must(err)
			if len(list) != 2 || list[0].Reason != "import" || list[1].Reason != "import" || list[0].CaseStudyID != cs.ID || list[1].CaseStudyID != cs.ID {
				t.Fatalf("%+v", list)
			}
			fields := list[0].Field + " " + list[1].Field + " " + list[0].SubjectID + " " + list[1].SubjectID
			if strings.Count(fields, "body") != 2 || !strings.Contains(fields, comment) || !strings.Contains(fields, cs.ID) {
				t.Errorf("kept: %+v", list)
			}
		}
		p.same(t)
	})
}
