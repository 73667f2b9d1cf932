package vocabulary_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"gorm.io/gorm"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

func (b *bench) merge(c *apptest.Client, kind, from, into string) *apptest.Page {
	b.t.Helper()
	path := "/moderation/" + kind + "/" + from
	page := c.Get(path).Want(http.StatusOK).Form(path+"/merge").Set("into", into).Send().Want(http.StatusOK)
	return page.Form(path + "/merge").Send()
}

func TestMergingTwoSystems(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: "tpp-thing", Name: "TPP thing", Supplier: "Phoenix", Kind: "Old kind", Settings: []string{"Acute"},
			Aliases: []string{"S1 thing"}, Confirmed: true}))
		b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: "older", Name: "Older", Successor: "tpp-thing", Confirmed: true}))
		b.join("Letters", models.Connection{From: "s1 THING", To: "PPM+", Standard: "hl7-v2"}, models.Connection{From: "PPM+", To: "TPP thing"})
		b.join("Both", models.Connection{From: "SystmOne", To: "TPP thing", Standard: "gp-connect"})
		b.must(b.Store.Indexed(t.Context(), unindexed(b)))
		touched, err := b.Store.ToIndex(t.Context(), "", 50, true)
		b.must(err)
		b.must(b.Store.MarkIndexed(t.Context(), touched))

		c := b.moderator()
		path := "/moderation/systems/tpp-thing"
		preview := c.Get(path).Form(path+"/merge").Set("into", "systmone").Send().Want(http.StatusOK).WantText("Merge TPP thing into SystmOne", "Both are confirmed",
			"2 case studies are filed with all connections under SystmOne", "TPP thing, S1 thing", "The address /systems/tpp-thing leads to /systems/systmone", "Supplier Goes Phoenix Stays TPP Becomes TPP", "Other names Goes S1 thing Stays Becomes TPP thing, S1 thing")
		preview.Form(path+"/merge").Send().WantRedirect("/moderation/systems/systmone").Follow().WantText("TPP thing is another name for SystmOne now.", "Merged into it", "Took in tpp-thing")

		got := b.system("systmone")
		if got.Supplier != "TPP" || got.Kind != "GP record" || !slices.Equal(got.Settings, []string{"Acute"}) || !slices.Equal(got.Aliases, []string{"TPP thing", "S1 thing"}) || got.Successor != "" {
			t.Errorf("it is %+v", got)
		}
		if s := b.system("older"); s.Successor != "systmone" {
			t.Errorf("what it succeeded is succeeded by %q", s.Successor)
		}
		reader := b.Client(t)
		for _, old := range []string{"tpp-thing", "TPP%20thing", "s1%20thing"} {
			if to := reader.Get("/systems/" + old).Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/systems/systmone" {
				t.Errorf("%s leads to %q", old, to)
			}
			var one apiTerm
			if reader.Get("/api/v1/systems/" + old).Want(http.StatusOK).JSON(&one); one.Slug != "systmone" || one.CaseStudies != 2 {
				t.Errorf("in the API %s is %+v", old, one)
			}
		}
		reader.Get("/systems/systmone").WantText("2 case studies", "Letters", "Both", "TPP thing, S1 thing")
		reader.Get("/systems").WantText("SystmOne TPP GP record 2 case studies").WantNoText("TPP thing")
		want(t, "filed under the old", b.filed(models.FacetSystem, "tpp-thing"), []string{})
		want(t, "from", b.filed(models.FacetFromSystem, "systmone"), []string{"Both", "Letters"})
		want(t, "to", b.filed(models.FacetToSystem, "systmone"), []string{"Both", "Letters"})
		want(t, "joined", b.joined(models.JoinQuery{System: []string{"systmone"}}), []string{"ppm-plus by unknown to systmone", "systmone by gp-connect to systmone", "systmone by hl7-v2 to ppm-plus"})
		want(t, "joined by the old", b.joined(models.JoinQuery{System: []string{"tpp-thing"}}), []string{})

		// The search index sees all of it again.
		var changed []string
		for _, u := range unindexed(b) {
			changed = append(changed, u.ID)
		}
		if !slices.Contains(changed, "tpp-thing") || !slices.Contains(changed, "systmone") {
			t.Errorf("the index is told of %q", changed)
		}
		if touched, err = b.Store.ToIndex(t.Context(), "", 50, true); err != nil || len(touched) != 2 {
			t.Errorf("the index is told of %d case studies, %v", len(touched), err)
		}
		// What is written from now on follows too, and the slug is never given again.
		b.join("Later", models.Connection{From: "tpp thing", To: "TPP-Thing"})
		want(t, "filed later", b.filed(models.FacetSystem, "systmone"), []string{"Both", "Later", "Letters"})
		c.Get(path).Want(http.StatusFound)
		c.Post(path, url.Values{"name": {"TPP thing"}, "version": {"1"}}).WantRedirect("/moderation/systems/systmone")
	})
}

func unindexed(b *bench) []store.Unindexed {
	b.t.Helper()
	list, err := b.Store.Unindexed(b.t.Context(), 100)
	b.must(err)
	return list
}

func TestMergingTwoStandards(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("By a name of their own", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-2.4"})
		b.join("By the other", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"})
		c := b.moderator()
		b.merge(c, "standards", "hl7-2.4", "HL7 version 2").WantRedirect("/moderation/standards/hl7-v2")
		if to := b.Client(t).Get("/standards/hl7-2.4").Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/standards/hl7-v2" {
			t.Errorf("the old code leads to %q", to)
		}
		var one apiTerm
		if b.Client(t).Get("/api/v1/standards/hl7-2.4").Want(http.StatusOK).JSON(&one); one.Code != "hl7-v2" || one.CaseStudies != 2 {
			t.Errorf("in the API it is %+v", one)
		}
		b.join("Later", models.Connection{From: "PPM+", To: "SystmOne", Standard: "hl7-2.4"})
		want(t, "filed", b.filed(models.FacetStandard, "hl7-v2"), []string{"By a name of their own", "By the other", "Later"})
		want(t, "joined", b.joined(models.JoinQuery{Standard: []string{"hl7-v2"}}), []string{"ppm-plus by hl7-v2 to systmone", "ppm-plus by hl7-v2 to systmone", "ppm-plus by hl7-v2 to systmone"})
		c.Get("/moderation/standards/hl7-v2").Form("/moderation/standards/hl7-v2/split").Send().WantRedirect("/moderation/standards/hl7-2.4")
		want(t, "filed apart", b.filed(models.FacetStandard, "hl7-2.4"), []string{"By a name of their own", "Later"})
		want(t, "filed under the other", b.filed(models.FacetStandard, "hl7-v2"), []string{"By the other"})
	})
}

func TestMergesThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "Home-made thing", To: "SystmOne"})
		c := b.moderator()
		const path = "/moderation/systems/home-made-thing/merge"
		for into, message := range map[string]string{"": "Enter the name of the system that it is another name for", "no such": "Nothing in the list is called “no such”",
			"home-made thing": "“home-made thing” is this system itself. Choose another one", "HOME-MADE-THING": "“HOME-MADE-THING” is this system itself. Choose another one"} {
			c.Get(path + "?into=" + url.QueryEscape(into)).WantErrors(message)
			c.Post(path, url.Values{"into": {into}, "version": {"1"}, "into_version": {"1"}}).WantErrors(message)
		}
		// Stale on either side.
		for _, form := range []url.Values{{"into": {"systmone"}, "version": {"7"}, "into_version": {"1"}}, {"into": {"systmone"}, "version": {"1"}, "into_version": {"0"}}, {"into": {"systmone"}}} {
			c.Post(path, form).Want(http.StatusConflict).WantText("Nothing was changed.", "Merge Home-made thing into SystmOne")
		}
		// Merged already, and round in a circle.
		b.merge(c, "systems", "home-made-thing", "SystmOne").Want(http.StatusSeeOther)
		c.Post(path, url.Values{"into": {"ppm-plus"}, "version": {"1"}, "into_version": {"1"}}).WantRedirect("/moderation/systems/systmone").Follow().WantText("It was merged into this one already.")
		c.Get("/moderation/systems/systmone/merge?into=Home-made+thing").WantErrors("“Home-made thing” is this system itself. Choose another one")
		// Successors would go round: Old Record is succeeded by PPM+, PPM+ by 3M.
		b.must(b.Store.SaveSystem(t.Context(), models.System{Slug: "ppm-plus", Name: "PPM+", Successor: "3m-codefinder", Confirmed: true}))
		merging := c.Get("/moderation/systems/3m-codefinder/merge?into=old-record").Want(http.StatusOK)
		merging.Form("/moderation/systems/3m-codefinder/merge").Send().Want(http.StatusUnprocessableEntity).WantText("They would take their own place in the end")
		if s := b.system("3m-codefinder"); s.Name == "" {
			t.Error("it is gone")
		}
		// What succeeds the other can be merged with it: nothing takes its own place.
		b.merge(c, "systems", "ppm-plus", "3m-codefinder").Want(http.StatusSeeOther)
		if s := b.system("3m-codefinder"); s.Successor != "" {
			t.Errorf("it is succeeded by %q", s.Successor)
		}
	})
}

func TestChainsOfMergesLeadToTheEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "First name", To: "Second name"})
		c := b.moderator()
		b.merge(c, "systems", "first-name", "Second name").Want(http.StatusSeeOther)
		b.merge(c, "systems", "second-name", "PPM+").Want(http.StatusSeeOther)
		for _, old := range []string{"first-name", "second-name"} {
			if to := b.Client(t).Get("/systems/" + old).Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/systems/ppm-plus" {
				t.Errorf("%s leads to %q", old, to)
			}
		}
		// Taking the second back brings the first along, to where it was.
		forms := c.Get("/moderation/systems/ppm-plus").Forms("/moderation/systems/ppm-plus/split")
		i := slices.IndexFunc(forms, func(f *apptest.Form) bool { return f.Values.Get("merged") == "second-name" })
		forms[i].Send().WantRedirect("/moderation/systems/second-name").Follow().WantText("Second name is in the list by itself again.", "Came back out of")
		if to := b.Client(t).Get("/systems/first-name").Want(http.StatusMovedPermanently).Header.Get("Location"); to != "/systems/second-name" {
			t.Errorf("the first leads to %q", to)
		}
		want(t, "filed", b.filed(models.FacetSystem, "second-name"), []string{"Letters"})
		want(t, "not filed", b.filed(models.FacetSystem, "ppm-plus"), []string{})
	})
}

func TestTakingAMergeBack(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Theirs", models.Connection{From: "Old Record", To: "SystmOne"})
		b.join("Ours", models.Connection{From: "Leeds Care Record", To: "SystmOne"})
		before := b.system("ppm-plus")
		c := b.moderator()
		b.merge(c, "systems", "ppm-plus", "old-record").Want(http.StatusSeeOther)
		b.join("Later", models.Connection{From: "PPM Plus", To: "SystmOne"})
		want(t, "together", b.filed(models.FacetSystem, "old-record"), []string{"Later", "Ours", "Theirs"})
		const path = "/moderation/systems/old-record"
		c.Post(path+"/split", url.Values{"merged": {"no-such"}}).Want(http.StatusNotFound)
		c.Post(path+"/split", nil).Want(http.StatusNotFound)
		c.Get(path).Form(path + "/split").Send().WantRedirect("/moderation/systems/ppm-plus")
		if after := b.system("ppm-plus"); after.Name != before.Name || !slices.Equal(after.Aliases, before.Aliases) || after.Supplier != before.Supplier {
			t.Errorf("it was %+v and is %+v", before, after)
		}
		want(t, "its own", b.filed(models.FacetSystem, "ppm-plus"), []string{"Later", "Ours"})
		want(t, "the other's", b.filed(models.FacetSystem, "old-record"), []string{"Theirs"})
		if s := b.system("old-record"); len(s.Aliases) != 0 {
			t.Errorf("the other is still called %q", s.Aliases)
		}
		b.Client(t).Get("/systems/ppm-plus").Want(http.StatusOK)
		c.Post(path+"/split", url.Values{"merged": {"ppm-plus"}}).Want(http.StatusNotFound)

		// A name that the other goes by now is not taken from under it.
		b.merge(c, "systems", "ppm-plus", "old-record").Want(http.StatusSeeOther)
		c.Get(path).Form(path).Set("name", "PPM+").Send().Want(http.StatusSeeOther)
		c.Get(path).Form(path + "/split").Send().Want(http.StatusConflict).WantText("Give it another name first")
	})
}

// TestMergesAtOnce lets two moderators merge the same systems in each direction:
// one of them wins, and nothing is lost.
func TestMergesAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.join("Letters", models.Connection{From: "PPM+", To: "SystmOne"})
		var pages [2]*apptest.Page
		forms := [2]*apptest.Form{}
		for i, path := range []string{"/moderation/systems/ppm-plus/merge?into=systmone", "/moderation/systems/systmone/merge?into=ppm-plus"} {
			forms[i] = b.moderator().Get(path).Form([]string{"/moderation/systems/ppm-plus/merge", "/moderation/systems/systmone/merge"}[i])
		}
		var both sync.WaitGroup
		for i := range forms {
			both.Go(func() { pages[i] = forms[i].Send() })
		}
		both.Wait()
		merged, err := b.Store.MergedTerms(t.Context())
		if err != nil || len(merged) != 1 {
			t.Fatalf("%d merges, %v; the answers are %d and %d", len(merged), err, pages[0].Status, pages[1].Status)
		}
		want(t, "filed", b.filed(models.FacetSystem, merged[0].Into), []string{"Letters"})
		want(t, "joined", b.joined(models.JoinQuery{}), []string{merged[0].Into + " by unknown to " + merged[0].Into})
		for _, p := range pages {
			if p.Status != http.StatusSeeOther && p.Status != http.StatusConflict && p.Status != http.StatusUnprocessableEntity {
				t.Errorf("an answer is %d", p.Status)
			}
		}
	})
}

// TestMergedWhileNamed merges a system just after its name was looked up for
// another merge, and before the system itself was read.
func TestMergedWhileNamed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		form := b.moderator().Get("/moderation/systems/systmone/merge?into=ppm-plus").Form("/moderation/systems/systmone/merge")
		var armed atomic.Bool
		err := b.Store.DB(t.Context()).Callback().Query().After("gorm:query").Register("test:another_merge", func(db *gorm.DB) {
			if db.Statement.Table != "system_names" || !armed.CompareAndSwap(true, false) {
				return
			}
			from, err := b.Store.Term(t.Context(), models.TermSystem, "ppm-plus")
			into, err2 := b.Store.Term(t.Context(), models.TermSystem, "systmone")
			err3 := b.Store.MergeTerms(t.Context(), store.Merge{Kind: models.TermSystem, From: from.ID, Into: into.ID, FromVersion: from.Version, IntoVersion: into.Version})
			if err := errors.Join(err, err2, err3); err != nil {
				t.Errorf("the other merge: %v", err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		armed.Store(true)
		form.Send().Want(http.StatusConflict).WantText("was merged into another entry, or taken out of the list, a moment ago. Nothing was changed.")
		if armed.Load() {
			t.Error("there was no other merge")
		}
	})
}
