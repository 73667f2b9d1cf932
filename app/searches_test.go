package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
)

// save saves a search on its page, from the list, and gives where it is opened.
func (w told) save(p models.Person, list, name string) {
	w.t.Helper()
	c := w.As(w.t, p)
	at := c.Get(list).Want(http.StatusOK).Link("Save this search")
	if at == "" {
		w.t.Fatalf("%s has no link to save it", list)
	}
	c.Get(at).Want(http.StatusOK).Form("/me/searches").Set("name", name).Send().WantRedirect("/me/searches")
}

func (w told) fresh(p models.Person) map[string]int {
	w.t.Helper()
	list, err := w.Store.SavedSearches(w.t.Context(), p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]int{}
	for _, s := range list {
		out[s.Name] = s.New
	}
	return out
}

// Who follows a search or a tag is told once of what is new in it, as they chose for
// it, and of nothing that they may not read.
func TestPeopleAreToldOfWhatTheirSearchesFind(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader, quiet, tagger := w.person("ann", "Ann"), w.person("bob", "Bob"), w.person("quinn", "Quinn"), w.person("tess", "Tess")
		joins := []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}
		w.post(author, models.Document{Title: "The first", Tags: []string{"discharge"}, Connections: joins})
		w.work()
		w.save(reader, "/case-studies?q=the+Letter&system=systmone&sort=new", "Letters")
		w.save(quiet, "/case-studies?system=systmone", "SystmOne")
		if err := w.Store.Follow(w.t.Context(), quiet.ID, w.following(quiet), false); err != nil {
			w.t.Fatal(err)
		}
		tag := w.As(w.t, tagger).Get("/case-studies?tag=discharge").Want(http.StatusOK).Link("Follow the tag discharge")
		w.As(w.t, tagger).Get(tag).WantText("You will be told of new case studies that have this tag").Form("/follow").Send().Want(http.StatusSeeOther)

		cs := w.post(author, models.Document{Title: "Discharge letters in minutes", Tags: []string{"discharge"}, Connections: joins})
		w.post(author, models.Document{Title: "Letters by pigeon"})
		w.work()
		w.want(reader, "Ann posted Discharge letters in minutes")
		w.want(quiet)
		w.want(tagger, "Ann posted Discharge letters in minutes")
		w.As(w.t, reader).Get("/me/notifications").WantText("You follow “Letters”.")
		w.As(w.t, tagger).Get("/me/notifications").WantText("You follow “discharge”.")
		w.As(w.t, reader).Get("/me/following").WantText("Saved searches", "Letters")
		if r, q := w.fresh(reader), w.fresh(quiet); r["Letters"] != 1 || q["SystmOne"] != 1 {
			w.t.Errorf("new in their searches: %v and %v", r, q)
		}
		// The job run again tells nobody twice, also after it was seen.
		c := w.As(w.t, reader)
		opened := c.Get("/me/searches").WantText("1 new", "“the letter”; System: SystmOne").Link("Letters")
		c.Get(opened).WantRedirect("/case-studies?q=the+letter&system=systmone&sort=new")
		if err := w.whole.Notifications.CaseStudy(w.t.Context(), models.EventCaseStudyPublished, cs); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.want(reader, "Ann posted Discharge letters in minutes")
		if n := w.fresh(reader)["Letters"]; n != 0 {
			w.t.Errorf("%d are new in what was just seen", n)
		}
		// What is for some is in no list, so no search finds it until it is for everybody.
		d := models.Document{Title: "Letters of Zanzibar", Organisation: "RR8", Visibility: models.ToOrganisation, Connections: joins}
		limited := w.post(author, d)
		w.work()
		w.want(reader, "Ann posted Discharge letters in minutes")
		d.Visibility, d.Body, d.Stage = models.ToEverybody, "Text", models.StageIdea
		w.revise(author, limited.ID, 1, d)
		w.want(reader, "Ann posted Letters of Zanzibar", "Ann posted Discharge letters in minutes")
		if n := w.fresh(reader)["Letters"]; n != 1 {
			w.t.Errorf("%d are new after one became for everybody", n)
		}
		// Withdrawn again, it counts as new no more.
		if _, err := w.whole.CaseStudies.Withdraw(w.t.Context(), &author, limited.ID, ""); err != nil {
			w.t.Fatal(err)
		}
		if n := w.fresh(reader)["Letters"]; n != 0 {
			w.t.Errorf("%d are new that were withdrawn", n)
		}
	})
}

// following gives the first search of a person as it can be followed.
func (w told) following(p models.Person) models.Followed {
	w.t.Helper()
	list, err := w.Store.SavedSearches(w.t.Context(), p.ID)
	if err != nil || len(list) == 0 {
		w.t.Fatal(list, err)
	}
	return models.Followed{Kind: models.FollowSearch, Thing: list[0].ID}
}

// The same search saved twice is one, however it is written; what is none is
// refused; and nobody sees or touches that of another.
func TestASearchIsSavedOnceAndForOneAlone(t *testing.T) {
	eachTold(t, func(w told) {
		bob, eve := w.person("bob", "Bob"), w.person("eve", "Eve")
		program := w.Program(w.t, bob)
		save := func(name, query string) *apptest.Page {
			return program.Send(http.MethodPost, "/api/v1/me/searches", map[string]any{"name": name, "query": query})
		}
		var first, again struct {
			ID, Name, Query string
			Follow          bool
		}
		save("One", "q=Discharge++letters&stage=trial&stage=idea&sort=new").Want(http.StatusCreated).JSON(&first)
		save("Two", "/case-studies?stage=idea&stage=trial&stage=trial&q=discharge%20letters&cursor=abc").Want(http.StatusCreated).JSON(&again)
		if first.ID != again.ID || again.Name != "Two" || again.Query != "q=discharge+letters&stage=idea&stage=trial" || !again.Follow {
			w.t.Errorf("%+v and %+v", first, again)
		}
		for _, bad := range []string{"sort=new", "colour=red", "stage=finished", "q=%zz", "q="} {
			save("Bad", bad).Want(http.StatusBadRequest)
		}
		save("9434765919", "q=letters").Want(http.StatusUnprocessableEntity)
		save("Fine", "q=NHS+number+943+476+5919").Want(http.StatusUnprocessableEntity)
		c := w.As(w.t, bob)
		page := c.Post("/me/searches", url.Values{"query": {"stage=idea"}, "name": {" "}}).Want(http.StatusUnprocessableEntity).WantErrors("Give the search a name")
		if page.Form("/me/searches").Values.Get("query") != "stage=idea" {
			w.t.Error("the form lost what it saves")
		}
		c.Get("/me/searches/new?q=letters&colour=red").Want(http.StatusBadRequest)
		c.Get("/me/searches/new").WantRedirect("/case-studies")
		c.Get("/me/searches/new?" + first.Query).WantText("You have saved this search already")

		other := w.As(w.t, eve)
		for _, path := range []string{"/me/searches/" + first.ID, "/follow/search/" + first.ID} {
			other.Get(path).Want(http.StatusNotFound)
		}
		other.Post("/me/searches/"+first.ID+"/remove", nil).Want(http.StatusNotFound)
		other.Post("/follow", url.Values{"kind": {"search"}, "thing": {first.ID}}).Want(http.StatusNotFound)
		w.Program(w.t, eve).Send(http.MethodDelete, "/api/v1/me/searches/"+first.ID, nil).Want(http.StatusNotFound)
		w.Client(t).Get("/case-studies?stage=idea").WantNoText("Save this search")

		for i := range models.MaxSearches - 1 {
			save(fmt.Sprintf("Search %d", i), fmt.Sprintf("q=word+%d", i)).Want(http.StatusCreated)
		}
		save("Too many", "q=toomany").Want(http.StatusConflict)
		c.Post("/me/searches/"+first.ID+"/remove", nil).WantRedirect("/me/searches")
		c.Get("/me/searches").WantText("“Two” is removed")
		c.Get("/me/searches").WantNoText("Two").WantText("Search 7")
		if list, err := w.Store.FollowedBy(w.t.Context(), bob.ID); err != nil || len(list) != models.MaxSearches-1 {
			w.t.Errorf("%d are followed (%v)", len(list), err)
		}
		if err := w.Store.ClosePerson(w.t.Context(), bob.ID); err != nil {
			w.t.Fatal(err)
		}
		if list, err := w.Store.SavedSearches(w.t.Context(), bob.ID); err != nil || len(list) != 0 {
			w.t.Errorf("%d are left of a closed account (%v)", len(list), err)
		}
	})
}

func TestWhatATagIsFollowedBy(t *testing.T) {
	eachTold(t, func(w told) {
		author, reader := w.person("ann", "Ann"), w.person("bob", "Bob")
		w.post(author, models.Document{Title: "The first", Tags: []string{"patient safety"}})
		program := w.Program(w.t, reader)
		var got struct{ Kind, Thing, URL string }
		for range 2 {
			program.Send(http.MethodPut, "/api/v1/me/following/tag/patient%20safety", nil).Want(http.StatusOK).JSON(&got)
		}
		if got.Kind != "tag" || got.Thing != "patient safety" || !strings.HasSuffix(got.URL, "/case-studies?tag=patient+safety") {
			w.t.Errorf("%+v", got)
		}
		program.Send(http.MethodPut, "/api/v1/me/following/tag/nobody-has-it", nil).Want(http.StatusNotFound)
		for _, path := range []string{"/case-studies?tag=patient+safety&stage=idea", "/case-studies?tag=patient+safety&q=first", "/case-studies"} {
			w.As(w.t, reader).Get(path).WantNoText("Follow the tag")
		}
		w.As(w.t, reader).Get("/me/following").WantText("Tags", "patient safety")
		at := w.As(w.t, reader).Get("/case-studies?tag=patient+safety").Link("Follow the tag patient safety")
		w.As(w.t, reader).Get(at).Want(http.StatusOK).WantText("You follow patient safety")
		program.Send(http.MethodDelete, "/api/v1/me/following/tag/patient%20safety", nil).Want(http.StatusNoContent)
		w.As(w.t, reader).Get("/me/following").WantNoText("patient safety")
	})
}
