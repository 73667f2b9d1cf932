package app_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app"
	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// eachAsking is a site on which two people are asked about each idea, and nobody
// more than twice a week.
func eachAsking(t *testing.T, f func(w told)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range []string{store.SQLite, store.Postgres} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			clock := apptest.NewClock()
			s := storetest.NewOn(t, dialect, storetest.WithNow(clock.Now))
			w := wholeSiteOn(t, s, func(d *app.Deps) { d.Config.Feedback = models.FeedbackRules{People: 2, AWeek: 2} })
			w.Clock = clock
			f(told{w})
		})
	}
}

// knows makes somebody who agreed to be found and says that they know things.
func (w told) knows(handle string, change func(*models.Expertise), more ...func(*models.Person)) models.Person {
	w.t.Helper()
	w.Clock.Move(time.Millisecond) // so that whoever comes later has the higher id
	p := apptest.Person(w.t, w.Store, append([]func(*models.Person){apptest.Named(handle, "Person "+handle)}, more...)...)
	e := models.Expertise{PersonID: p.ID, Shown: models.ToSignedIn, Findable: true}
	change(&e)
	if err := w.Store.SaveExpertise(w.t.Context(), &e, func(models.KnowKind, string) string { return "" }); err != nil {
		w.t.Fatal(err)
	}
	return p
}

func systmOne(e *models.Expertise) { e.Systems = []string{"systmone"} }

// joins is an idea about SystmOne.
func joins(title string) models.Document {
	return models.Document{Title: title, Organisation: "RR8", Settings: []string{"Acute"}, Connections: []models.Connection{{From: "PPM+", To: "SystmOne", Standard: "hl7-v2"}}}
}

// wantAsked fails the test unless just these are asked about a case study.
func (w told) wantAsked(cs models.CaseStudy, handles ...string) {
	w.t.Helper()
	var got []string
	err := w.Store.DB(w.t.Context()).Raw("SELECT p.handle FROM feedback_asks a JOIN people p ON p.id = a.person_id WHERE a.case_study_id = ? ORDER BY p.handle", cs.ID).Scan(&got).Error
	if err != nil || !slices.Equal(got, handles) {
		w.t.Errorf("about %s are asked %v, want %v (%v)", cs.Title, got, handles, err)
	}
}

func TestThoseBestPlacedAreAskedOnce(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		w.knows("acute", func(e *models.Expertise) { systmOne(e); e.Settings = []string{"Acute"} })
		ben, cleo := w.knows("ben", systmOne), w.knows("cleo", systmOne)
		w.knows("setting-alone", func(e *models.Expertise) { e.Settings = []string{"Acute"} })
		w.knows("other", func(e *models.Expertise) { e.Systems = []string{"emis-web"} })
		w.knows("shy", func(e *models.Expertise) { systmOne(e); e.Findable = false })
		w.knows("colleagues", func(e *models.Expertise) { systmOne(e); e.Shown = models.ToOrganisation }, func(p *models.Person) { p.Organisation = "RWY" })
		skilled := w.person("skilled", "Skilled")
		skilled.Skills = []string{"Discharge planning"}
		if err := w.Store.UpdatePerson(w.t.Context(), &skilled); err != nil {
			w.t.Fatal(err)
		}
		w.knows("author-too", systmOne)

		d := joins("Letters")
		d.Authors = []models.Author{{Name: "Also", Handle: "author-too"}}
		first := w.post(author, d)
		w.work()
		// Most in common first; of two alike who came first, since neither was asked.
		w.wantAsked(first, "acute", "ben")
		w.want(ben, "Ann posted an idea, and you are asked what you know of it: Letters")
		w.As(w.t, ben).Get("/me/notifications").WantText("You wrote that you know SystmOne.")
		w.want(cleo)
		// What has been done is not done again.
		if err := w.whole.CaseStudies.Offer(w.t.Context(), first); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.wantAsked(first, "acute", "ben")

		// Those asked least recently are next, among equals.
		w.Clock.Move(time.Hour)
		second := w.post(author, models.Document{Title: "Results", Connections: []models.Connection{{From: "SystmOne", To: "Patient Knows Best"}}})
		w.work()
		w.wantAsked(second, "author-too", "cleo")

		// A trial is offered to nobody, nor is what is withdrawn before its turn.
		trial := joins("Trial")
		trial.Stage = models.StageTrial
		w.wantAsked(w.post(author, trial))
		gone := w.post(author, joins("Gone"))
		if _, err := w.whole.CaseStudies.Withdraw(w.t.Context(), &author, gone.ID, ""); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.wantAsked(gone)
		if _, err := w.whole.CaseStudies.BringBack(w.t.Context(), &author, gone.ID); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.wantAsked(gone, "acute", "ben")
	})
}

func TestNobodyIsAskedMoreThanTheyWant(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		often, never := w.knows("often", systmOne), w.knows("never", systmOne)
		c := w.As(w.t, never)
		c.Get("/me/asked").Want(http.StatusOK).WantText("Nobody has asked you yet", "As usual here: Twice a week at most").Form("/me/asked/settings").Set("a_week", "0").Send().WantRedirect("/me/asked")
		for _, bad := range []string{"11", "-1", "x", "1.5"} {
			c.Post("/me/asked/settings", url.Values{"a_week": {bad}}).WantErrors("Choose how often you may be asked within a week: from never to 10 times")
		}
		var all []models.CaseStudy
		for _, title := range []string{"One", "Two", "Three"} {
			w.Clock.Move(time.Millisecond)
			all = append(all, w.post(author, joins(title)))
			w.work()
		}
		w.wantAsked(all[0], "often")
		w.wantAsked(all[1], "often")
		w.wantAsked(all[2])
		w.want(never)
		// Once there is room again, the ideas that waited are looked at; those from
		// long ago are not.
		w.Clock.Move(8 * 24 * time.Hour)
		w.knows("new", systmOne)
		w.fill()
		w.wantAsked(all[0], "new", "often")
		w.wantAsked(all[1], "new", "often")
		w.wantAsked(all[2], "often")
		w.Clock.Move(8 * 24 * time.Hour)
		w.fill()
		w.wantAsked(all[2], "often")
		// Their own number holds in place of the usual one, also above it.
		var choice struct {
			AWeek *int `json:"a_week"`
			Usual int
		}
		api := w.Program(w.t, often)
		api.Get("/api/v1/me/asked-settings").Want(http.StatusOK).JSON(&choice)
		if choice.AWeek != nil || choice.Usual != 2 {
			w.t.Errorf("the API says %+v", choice)
		}
		api.Send(http.MethodPut, "/api/v1/me/asked-settings", map[string]int{"a_week": 4}).Want(http.StatusOK).JSON(&choice)
		api.Send(http.MethodPut, "/api/v1/me/asked-settings", map[string]int{"a_week": 11}).WantProblem(http.StatusUnprocessableEntity)
		if choice.AWeek == nil || *choice.AWeek != 4 {
			w.t.Errorf("the API says %+v", choice)
		}
		for _, title := range []string{"Four", "Five", "Six", "Seven", "Eight"} {
			w.Clock.Move(time.Millisecond)
			all = append(all, w.post(author, joins(title)))
			w.work()
		}
		w.wantAsked(all[6], "often")
		w.wantAsked(all[7])
	})
}

// Where somebody who was asked says nothing for a week, somebody else is asked as
// well; where they answer or decline, nobody more than that.
func TestAnAskWithoutAnAnswerPassesOn(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		ben := w.knows("ben", systmOne)
		cleo := w.knows("cleo", systmOne)
		w.knows("dora", systmOne)
		w.knows("ed", systmOne)
		cs := w.post(author, joins("Letters"))
		w.work()
		w.wantAsked(cs, "ben", "cleo")
		w.comment(ben, cs, "", "We tried it for a year.")
		w.Clock.Move(6 * 24 * time.Hour)
		w.fill()
		w.wantAsked(cs, "ben", "cleo")
		w.Clock.Move(25 * time.Hour)
		w.fill()
		w.wantAsked(cs, "ben", "cleo", "dora")
		w.fill()
		w.wantAsked(cs, "ben", "cleo", "dora")
		w.As(w.t, cleo).Get("/me/asked").WantText("Give feedback") // they still can
		w.comment(cleo, cs, "", "We tried it, too.")
		w.Clock.Move(8 * 24 * time.Hour)
		w.fill()
		w.wantAsked(cs, "ben", "cleo", "dora") // two have answered, and it is old
	})
}

// fill does what comes round once a day.
func (w told) fill() {
	w.t.Helper()
	if err := w.whole.Feedback.Fill(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

// declineOn gives where a page of asks has its last one declined.
func declineOn(page *apptest.Page) (to string) {
	for _, form := range page.All(apptest.Tag("form")) {
		if action := apptest.Attr(form, "action"); strings.HasSuffix(action, "/decline") {
			to = action
		}
	}
	return to
}

func TestDecliningAndAnswering(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		ben := w.knows("ben", systmOne)
		w.knows("cleo", systmOne)
		dora := w.knows("dora", systmOne)
		cs := w.post(author, joins("Letters"))
		w.work()
		w.wantAsked(cs, "ben", "cleo")
		c := w.As(w.t, ben)
		page := c.Get("/me/asked").Want(http.StatusOK).WantText("Letters", "Posted by Ann", "You wrote that you know SystmOne.", "Give feedback")
		decline := declineOn(page)
		w.As(w.t, dora).Post(decline, nil).Want(http.StatusNotFound)
		page.Form(decline).Send().WantRedirect("/me/asked").Follow().WantText("Somebody else is asked.", "Not this time", "Give feedback after all")
		c.Post(decline, nil).WantRedirect("/me/asked") // again changes nothing
		w.work()
		w.wantAsked(cs, "ben", "cleo", "dora")
		w.want(dora, "Ann posted an idea, and you are asked what you know of it: Letters")

		// What they say is marked, and theirs is answered; what others say is not.
		w.comment(author, cs, "", "What do you think?")
		answer := w.comment(dora, cs, "", "We tried it for a year.")
		if !answer.Asked {
			w.t.Error("the answer is not marked")
		}
		study := w.Client(w.t).Get("/case-studies/" + cs.Slug).Want(http.StatusOK)
		if n := strings.Count(study.Text(), "Asked for their experience"); n != 1 {
			w.t.Errorf("%d comments are marked", n)
		}
		w.As(w.t, dora).Get("/me/asked").WantText("Answered", "Read your answer").WantNoText("Not this time Letters")
		var list struct {
			Items []struct{ ID, State, Why, Comment, Title string }
			Total int
		}
		api := w.Program(w.t, dora)
		api.Get("/api/v1/me/asked").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 1 || list.Total != 1 || list.Items[0].State != "answered" || list.Items[0].Comment != answer.ID || list.Items[0].Why != "You wrote that you know SystmOne" {
			w.t.Fatalf("the API lists %+v", list)
		}
		api.Send(http.MethodPost, "/api/v1/me/asked/"+list.Items[0].ID+"/decline", nil).WantProblem(http.StatusConflict)
		w.Program(w.t, ben).Send(http.MethodPost, "/api/v1/me/asked/"+list.Items[0].ID+"/decline", nil).WantProblem(http.StatusNotFound)
		api.Get("/api/v1/me/asked?cursor=x").WantProblem(http.StatusBadRequest)

		// Whoever closes their account is asked nothing any more.
		if err := w.Store.ClosePerson(w.t.Context(), ben.ID); err != nil {
			w.t.Fatal(err)
		}
		w.wantAsked(cs, "cleo", "dora")
	})
}

// What not everybody may read is offered to those alone who may, and whoever
// blocked its author or is suspended is not asked.
func TestWhoCannotBeAsked(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		at := func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" }
		w.knows("stranger", systmOne)
		colleague := w.knows("colleague", systmOne, at)
		blocker := w.knows("blocker", systmOne, at)
		if err := w.Store.BlockAsker(w.t.Context(), blocker.ID, author.ID); err != nil {
			w.t.Fatal(err)
		}
		suspended := w.knows("suspended", systmOne, at)
		moderator := apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleModerator))
		m := models.Measure{ID: w.Store.NewID(), Action: models.MeasureSuspend, Kind: models.ThingPerson, SubjectID: suspended.ID, AuthorID: suspended.ID, ModeratorID: moderator.ID, Reason: "spam", Words: "Spam", MadeAt: w.Store.Now()}
		if err := w.Store.TakeMeasure(w.t.Context(), &m); err != nil {
			w.t.Fatal(err)
		}
		d := joins("Zanzibar")
		d.Visibility = models.ToOrganisation
		cs := w.post(author, d)
		w.work()
		w.wantAsked(cs, "colleague")
		w.As(w.t, colleague).Get("/me/asked").WantText("Zanzibar")
		// Whoever works there no longer sees it no longer.
		colleague.Confirmed, colleague.Organisation = "", "RWY"
		if err := w.Store.UpdatePerson(w.t.Context(), &colleague); err != nil {
			w.t.Fatal(err)
		}
		w.Site.PeopleChanged()
		w.As(w.t, colleague).Get("/me/asked").WantNoText("Zanzibar")
		// What was written long ago, or for show, is offered to nobody.
		old, err := w.whole.CaseStudies.Create(w.t.Context(), &author, casestudies.Publication{Document: withBody(joins("Old")), Created: w.Store.Now().Add(-models.AskedWithin)})
		if err != nil {
			w.t.Fatal(err)
		}
		w.work()
		w.wantAsked(old)
	})
}

func withBody(d models.Document) models.Document {
	d.Body, d.Stage = "Text", models.StageIdea
	return d
}

// A crash between two steps, which rolls both back, leaves nobody asked untold
// and nobody asked twice.
func TestAskingIsWholeOrNotAtAll(t *testing.T) {
	eachAsking(t, func(w told) {
		author := w.person("ann", "Ann")
		w.knows("ben", systmOne)
		cleo := w.knows("cleo", systmOne)
		tell := w.whole.Feedback.TellAsked
		fails := true
		w.whole.Feedback.TellAsked = func(ctx context.Context, a models.Ask, owner string) error {
			if err := tell(ctx, a, owner); err != nil || !fails || a.PersonID != cleo.ID {
				return err
			}
			return models.E(models.Unavailable, "The power went.")
		}
		cs := w.post(author, joins("Letters"))
		if err := w.queue.Drain(w.t.Context()); err == nil {
			w.t.Error("the job did not fail")
		}
		w.wantAsked(cs)
		w.want(cleo)
		fails = false
		w.Clock.Move(time.Hour)
		w.work()
		w.wantAsked(cs, "ben", "cleo")
		w.want(cleo, "Ann posted an idea, and you are asked what you know of it: Letters")
	})
}

// Statements do not grow with what somebody is asked.
func TestStatementsOfThePageOfAsks(t *testing.T) {
	eachAsking(t, func(w told) {
		author, ben := w.person("ann", "Ann"), w.knows("ben", systmOne)
		c := w.As(w.t, ben)
		w.post(author, joins("One"))
		w.work()
		few := len(w.Statements(func() { c.Get("/me/asked").Want(http.StatusOK) }))
		w.post(author, joins("Two"))
		w.work()
		if many := len(w.Statements(func() { c.Get("/me/asked").Want(http.StatusOK) })); many > few {
			w.t.Errorf("%d statements, then %d", few, many)
		}
	})
}
