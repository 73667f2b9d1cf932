package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// eachWhole runs a test on the whole site, on both databases.
func eachWhole(t *testing.T, f func(t *testing.T, a *apptest.App, cs *casestudies.Feature)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := wholeSiteOn(t, s)
		f(t, w.App, w.whole.CaseStudies)
	})
}

// postAs publishes a case study of a person's.
func postAs(t *testing.T, cs *casestudies.Feature, p models.Person, title, body string) models.CaseStudy {
	t.Helper()
	made, err := cs.Create(t.Context(), &p, casestudies.Publication{Document: models.Document{Title: title, Stage: models.StageIdea, Body: body, Authors: []models.Author{{Name: p.Name, Handle: p.Handle}}}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAModeratorMergesADuplicateAndTakesItBack(t *testing.T) {
	t.Parallel()
	eachWhole(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		author, other := apptest.Person(t, a.Store, apptest.Named("ann", "Ann Author")), apptest.Person(t, a.Store)
		moderator := apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator))
		from := postAs(t, cs, author, "Letters in minutes", "We did it.")
		into := postAs(t, cs, other, "Discharge letters within minutes", "We did it, too.")
		if _, err := cs.IndexTouched(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{from.ID, into.ID} {
			if _, err := cs.Vote(t.Context(), &author, id, true); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := cs.Vote(t.Context(), &other, from.ID, true); err != nil {
			t.Fatal(err)
		}
		fromURL, intoURL := "/case-studies/"+from.Slug, "/case-studies/"+into.Slug
		mod, reader := a.As(t, moderator), a.As(t, other)
		reader.Get(fromURL).WantNoText("Merge it into another")
		reader.Get(fromURL + "/merge").Want(http.StatusForbidden)
		reader.Post(fromURL+"/merge", url.Values{"into": {into.Slug}, "words": {"The same"}}).Want(http.StatusForbidden)

		choose := mod.Get(mod.Get(fromURL).Want(http.StatusOK).Link("Merge it into another")).Want(http.StatusOK).WantText("Which case study stays?", into.Title)
		choose.Form(fromURL + "/merge").Send().Want(http.StatusUnprocessableEntity).WantErrors("Choose the case study that stays, or enter its address")
		choose.Form(fromURL+"/merge").Set("address", "https://elsewhere.example/no").Send().WantErrors("No case study has the address “https://elsewhere.example/no”")
		choose.Form(fromURL+"/merge").Set("address", apptest.BaseURL+fromURL+"#comments").Send().WantErrors("Choose another one: nothing can be merged into itself")
		choose.Form(fromURL+"/merge").Set("address", apptest.BaseURL+intoURL+"?x=1").Send().Want(http.StatusOK).WantText("What will happen")
		review := choose.Form(fromURL+"/merge").Set("into", into.Slug).Send().Want(http.StatusOK).WantText("2 votes", "1 vote", "Ann Author")
		review.Form(fromURL + "/merge").Send().Want(http.StatusUnprocessableEntity).WantErrors("Say why, in a sentence or two")
		bad := review.Form(fromURL+"/merge").Set("words", "NHS number 943 476 5919").Send().Want(http.StatusUnprocessableEntity)
		if !strings.Contains(bad.Text(), "What will happen") {
			t.Error("what was typed led away from the page")
		}
		done := review.Form(fromURL+"/merge").Set("words", "Both are about the same letters.").Send().WantRedirect(intoURL).Follow()
		done.WantText("is part of this case study now. 1 vote and 0 comments came with it.", "Merged into it", "Letters in minutes by Ann Author")

		// Readers are led there, from every address; its author is told why.
		for path, to := range map[string]string{fromURL: intoURL, fromURL + "/print": intoURL + "/print", fromURL + ".md": intoURL + ".md", fromURL + "/history": intoURL} {
			if at := reader.Get(path).Want(http.StatusFound).Header.Get("Location"); at != to {
				t.Errorf("%s leads to %s, want %s", path, at, to)
			}
		}
		reader.Post(fromURL+"/vote", nil).Want(http.StatusGone).WantText("part of another one now")
		gone := a.Program(t, other).Get("/api/v1/case-studies/" + from.ID).Want(http.StatusGone)
		if link := gone.Header.Get("Link"); link != "</api/v1/case-studies/"+into.ID+`>; rel="successor-version"` {
			t.Errorf("the API links to %q", link)
		}
		own := a.As(t, author)
		own.Get(fromURL).Want(http.StatusOK).WantText("Part of another case study", "Both are about the same letters.").WantNoText("Bring it back", "Take the merge back")
		own.Post(fromURL+"/bring-back", nil).Want(http.StatusConflict).WantText("A moderator can take that back.")
		own.Get("/case-studies").WantNoText("Letters in minutes")
		mod.Get(fromURL + "/merge?into=" + into.Slug).WantErrors("“Letters in minutes” is withdrawn, so there is nothing to merge")

		back := mod.Get(fromURL).Form(fromURL + "/unmerge").Send().WantRedirect(fromURL).Follow()
		back.WantText("The merge is taken back").WantNoText("Part of another")
		mod.Post(fromURL+"/unmerge", nil).Want(http.StatusNotFound)
		reader.Get(fromURL).Want(http.StatusOK).WantText("2 votes")
		reader.Get(intoURL).Want(http.StatusOK).WantText("1 vote").WantNoText("Merged into it")
	})
}

func TestNobodyMergesWhatIsTheirOwnOrACopy(t *testing.T) {
	t.Parallel()
	eachWhole(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		moderator := apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator))
		mine, theirs := postAs(t, cs, moderator, "Mine", "Text"), postAs(t, cs, apptest.Person(t, a.Store), "Theirs", "Text")
		c := a.As(t, moderator)
		c.Get("/case-studies/" + mine.Slug).WantNoText("Merge it into another")
		c.Get("/case-studies/" + mine.Slug + "/merge").Want(http.StatusForbidden).WantText("another moderator has to look at it")
		c.Get("/case-studies/" + theirs.Slug + "/merge?into=" + mine.Slug).WantErrors("That one is yours, or you wrote it with others, so another moderator has to merge something into it")
		// Nor what they wrote with others.
		if err := a.Store.SetEditors(t.Context(), theirs.ID, []string{moderator.ID}); err != nil {
			t.Fatal(err)
		}
		c.Get("/case-studies/"+theirs.Slug).Want(http.StatusOK).WantNoText("Merge it into another", "Moderate")
		c.Get("/case-studies/" + theirs.Slug + "/merge").Want(http.StatusForbidden).WantText("another moderator has to look at it")
	})
}

// Where the second is closed to a reader later, its title is told to nobody
// through the first.
func TestAMergeTellsNothingOfWhatIsLimited(t *testing.T) {
	t.Parallel()
	eachWhole(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		author, other := apptest.Person(t, a.Store), apptest.Person(t, a.Store)
		moderator := apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator))
		from, into := postAs(t, cs, author, "Letters in minutes", "Text"), postAs(t, cs, other, "Zanzibar letters", "Text")
		if _, _, err := cs.Merge(t.Context(), &moderator, from.ID, into.ID, "The same."); err != nil {
			t.Fatal(err)
		}
		d := into.Document
		d.Visibility = models.ToOrganisation
		d.Organisation = "RR8"
		if _, err := cs.Revise(t.Context(), &other, casestudies.Publication{ID: into.ID, Document: d, Base: 1}); err != nil {
			t.Fatal(err)
		}
		a.Client(t).Get("/case-studies/" + from.Slug).Want(http.StatusGone).WantNoText("Zanzibar")
		own := a.As(t, author)
		own.Get("/case-studies/" + from.Slug).Want(http.StatusOK).WantText("into one that you cannot read").WantNoText("Zanzibar")
		own.Post("/case-studies/"+from.Slug+"/bring-back", nil).Want(http.StatusConflict).WantNoText("Zanzibar")
		a.As(t, other).Get("/case-studies/" + from.Slug).Want(http.StatusFound)
	})
}

func TestMergesInTheAPI(t *testing.T) {
	t.Parallel()
	eachWhole(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		from, into := postAs(t, cs, apptest.Person(t, a.Store), "Letters in minutes", "Text"), postAs(t, cs, apptest.Person(t, a.Store), "The same letters", "Text")
		api := a.Program(t, apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator)))
		at := "/api/v1/case-studies/" + from.Slug + "/merge"
		api.Send(http.MethodPost, at, map[string]string{"into": "nowhere", "words": "The same"}).WantProblem(http.StatusUnprocessableEntity)
		var got struct {
			ID, Into, URL   string
			Votes, Comments int
		}
		api.Send(http.MethodPost, at, map[string]string{"into": into.Slug, "words": "The same"}).Want(http.StatusOK).JSON(&got)
		if got.ID != from.ID || got.Into != into.ID || got.URL != apptest.BaseURL+"/case-studies/"+into.Slug {
			t.Errorf("merged: %+v", got)
		}
		api.Do(http.MethodDelete, at, nil, "").Want(http.StatusNoContent)
		api.Do(http.MethodDelete, at, nil, "").WantProblem(http.StatusNotFound)
		a.Program(t, apptest.Person(t, a.Store)).Send(http.MethodPost, at, map[string]string{"into": into.Slug, "words": "The same"}).WantProblem(http.StatusForbidden)
	})
}

// A merge is told to the author with its reason, and another moderator can take
// it back on appeal, with all that moved.
func TestAMergeCanBeAppealedAgainst(t *testing.T) {
	t.Parallel()
	eachWhole(t, func(t *testing.T, a *apptest.App, cs *casestudies.Feature) {
		author, other := apptest.Person(t, a.Store), apptest.Person(t, a.Store)
		first, second := apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator)), apptest.Person(t, a.Store, apptest.WithRole(models.RoleModerator))
		from, into := postAs(t, cs, author, "Letters in minutes", "Text"), postAs(t, cs, other, "The same letters", "Text")
		if _, err := cs.Vote(t.Context(), &other, from.ID, true); err != nil {
			t.Fatal(err)
		}
		told := a.As(t, other)
		told.Post("/report/case-study/"+from.ID, url.Values{"reason": {"duplicate"}, "words": {"It is mine."}}).Want(http.StatusSeeOther)
		if _, _, err := cs.Merge(t.Context(), &first, from.ID, into.ID, "Both are about the same letters."); err != nil {
			t.Fatal(err)
		}
		told.Get("/me/reports").WantText("A moderator has merged it into another", "It is part of another case study now")
		a.As(t, first).Get("/moderation").WantNoText("It is mine.")
		own := a.As(t, author)
		own.Get("/me/moderation").WantText("A case study was merged into another", "Both are about the same letters.", "A duplicate")
		m, err := a.Store.MergeMeasure(t.Context(), from.ID)
		if err != nil {
			t.Fatal(err)
		}
		link := "/me/moderation/" + m.ID + "/appeal"
		own.Get(link).Form(link).Set("words", "Ours is of another hospital.").Send().Want(http.StatusSeeOther)
		decide := "/moderation/measures/" + m.ID + "/decide"
		form := url.Values{"decision": {"lifted"}, "words": {"They are two."}}
		a.As(t, first).Post(decide, form).Want(http.StatusForbidden)
		a.As(t, second).Post(decide, form).Want(http.StatusSeeOther)
		a.Client(t).Get("/case-studies/" + from.Slug).Want(http.StatusOK).WantText("1 vote")
		own.Get("/me/moderation").WantText("They are two.")
		told.Get("/me/reports").WantNoText("merged", "It is part of")
		if open, err := a.Store.OpenItemOf(t.Context(), models.ThingStudy, from.ID); err != nil || open.Reports != 1 {
			t.Errorf("what was reported is %+v, %v", open, err)
		}
		var mails int64
		if err := a.Store.DB(t.Context()).Table("emails").Where("to_address = ?", author.Email).Count(&mails).Error; err != nil || mails != 2 {
			t.Errorf("%d e-mails (%v), want one of the merge and one of its end", mails, err)
		}
	})
}
