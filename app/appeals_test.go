package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"grassroots/models"
	"grassroots/models/store"
)

func TestAnAppealIsDecidedByAnotherModerator(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, reader := w.person("Amina Yusuf"), w.person("Ben Carter")
		farah, gwen := w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleModerator)
		cs := w.post(author, "Letters in minutes")
		page := "/case-studies/" + cs.Slug
		w.act(farah, models.ThingStudy, cs.ID, "hide", "wrong", "The figures are of last year.")
		id := w.standing(models.ThingStudy, cs.ID)
		at := "/me/moderation/" + id + "/appeal"
		a := w.As(t, author)
		a.Get("/me/moderation").Want(http.StatusOK).WantText("Appeal against this")
		a.Get(at).Want(http.StatusOK).WantText("Why you disagree", "The figures are of last year.").WantNoText("Farah")
		w.As(t, reader).Get(at).Want(http.StatusNotFound)
		w.As(t, reader).Post(at, url.Values{"words": {"Me too."}}).Want(http.StatusNotFound)
		a.Post(at, url.Values{"words": {" "}}).Want(http.StatusUnprocessableEntity).WantText("Say why")
		a.Post(at, url.Values{"words": {certain}}).Want(http.StatusUnprocessableEntity).WantText("This holds personal data")
		a.Post(at, url.Values{"words": {"They are of this year."}}).Want(http.StatusSeeOther).Follow().WantText("Your appeal is sent", "They are of this year.", "It waits for another moderator")
		a.Post(at, url.Values{"words": {"Again."}}).Want(http.StatusConflict)
		a.Get(at).Want(http.StatusConflict)
		list := w.waiting()
		if len(list) != 1 || list[0].Cause != models.CauseAppeal || list[0].MeasureID != id {
			t.Fatalf("%+v", list)
		}
		item, decide := "/moderation/items/"+list[0].ID, "/moderation/measures/"+id+"/decide"
		f, g := w.As(t, farah), w.As(t, gwen)
		g.Get("/moderation").Want(http.StatusOK).WantText("Appeal about a case study", "Letters in minutes")
		f.Get(item).Want(http.StatusOK).WantText("another moderator has to decide").WantNoText("What do you decide?")
		f.Post(decide, url.Values{"decision": {"upheld"}, "words": {"I am right."}}).Want(http.StatusForbidden)
		a.Post(decide, url.Values{"decision": {"lifted"}, "words": {"I am right."}}).Want(http.StatusForbidden)
		g.Get(item).Want(http.StatusOK).WantText("What do you decide?", "They are of this year.", "The figures are of last year.").WantNoText("Close without doing anything")
		g.Post(item+"/close", url.Values{"answer": {"Done."}}).Want(http.StatusBadRequest)
		g.Post(decide, url.Values{"words": {"Half."}}).Want(http.StatusUnprocessableEntity).WantText("Choose whether it stands or is taken back", "Half.")
		g.Post(decide, url.Values{"decision": {"lifted"}, "words": {"You are right: this year."}}).Want(http.StatusSeeOther).Follow().WantText("Decided.", "Nothing is waiting")
		g.Post(decide, url.Values{"decision": {"upheld"}, "words": {"Or not."}}).Want(http.StatusConflict)
		w.Client(t).Get(page).Want(http.StatusOK).WantText("Letters in minutes")
		a.Get("/me/moderation").Want(http.StatusOK).WantText("Taken back", "It was taken back", "You are right: this year.").WantNoText("Gwen")
		if text := w.mailTo(author); !strings.Contains(text, "You are right: this year.") {
			t.Errorf("the author was written %q", text)
		}
		g.Get("/moderation?state=closed").WantText("It was taken back")
		for _, e := range w.moderationEvents() {
			if strings.Contains(e.Before+e.After, "this year") || strings.Contains(e.After, "alone") {
				t.Errorf("%+v", e)
			}
		}
	})
}

// moderationEvents gives what is recorded of moderation.
func (w *town) moderationEvents() []models.AuditEvent {
	w.t.Helper()
	list, _, err := w.Store.AuditEvents(store.Fresh(w.t.Context()), models.AuditQuery{Action: "moderation.", Limit: 50})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestTheOnlyModeratorDecidesAndThatIsRecorded(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(author, "Letters in minutes")
		note := w.comment(author, cs, "It went well.")
		w.act(farah, models.ThingComment, note.ID, "hide", "other", "No.")
		id := w.standing(models.ThingComment, note.ID)
		w.As(t, author).Post("/me/moderation/"+id+"/appeal", url.Values{"words": {"Why?"}}).Want(http.StatusSeeOther)
		f := w.As(t, farah)
		f.Get("/moderation/items/"+w.waiting()[0].ID).Want(http.StatusOK).WantText("As there is no other moderator", "What do you decide?", "It went well.")
		// Whose it is does not count, nor who is suspended.
		if err := w.Store.Grant(t.Context(), author.ID, models.Grant{Role: models.RoleModerator}); err != nil {
			t.Fatal(err)
		}
		suspended := w.person("Hari Rao", models.RoleModerator)
		m := models.Measure{ID: w.Store.NewID(), Action: models.MeasureSuspend, Kind: models.ThingPerson, SubjectID: suspended.ID, AuthorID: suspended.ID, ModeratorID: farah.ID, Reason: "other", Words: "No."}
		if err := w.Store.TakeMeasure(t.Context(), &m); err != nil {
			t.Fatal(err)
		}
		f.Post("/moderation/measures/"+id+"/decide", url.Values{"decision": {"upheld"}, "words": {"It stays."}}).Want(http.StatusSeeOther)
		w.As(t, author).Get("/me/moderation").WantText("In force", "It stands", "It stays.").WantNoText("Farah")
		if text := w.mailTo(author); !strings.Contains(text, "It stays.") {
			t.Errorf("the author was written %q", text)
		}
		alone := false
		for _, e := range w.moderationEvents() {
			alone = alone || e.Action == "moderation.decide" && strings.Contains(e.After, `"alone":true`) && e.Actor == farah.ID
		}
		if !alone {
			t.Error("it is not recorded that the only moderator decided")
		}
		// A moderator can still think better of it.
		w.lift(farah, models.ThingComment, note.ID, "All right.")
		w.Client(t).Get("/case-studies/" + cs.Slug).WantText("It went well.")
	})
}

func TestWhoIsSuspendedAppeals(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		writer, farah, gwen := w.person("Ben Carter"), w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleAdmin)
		w.suspend(farah, writer, w.Clock.Now().AddDate(0, 0, 7).Format("2006-01-02"))
		id := w.standing(models.ThingPerson, writer.ID)
		var answer struct{ Decision, Decided string }
		send := func(p models.Person, what, body string) {
			w.Program(t, p).Do(http.MethodPost, "/api/v1/measures/"+id+"/"+what, strings.NewReader(body), "application/json").Want(http.StatusOK).JSON(&answer)
		}
		send(writer, "appeal", `{"words":"It was a joke."}`)
		if answer.Decision != "waiting" {
			t.Errorf("%+v", answer)
		}
		w.As(t, writer).Get("/me/moderation").WantText("It was a joke.", "It waits for another moderator")
		send(gwen, "decide", `{"decision":"lifted","words":"We see."}`)
		if answer.Decision != "lifted" || answer.Decided != "We see." {
			t.Errorf("%+v", answer)
		}
		w.As(t, writer).Get("/case-studies").Want(http.StatusOK).WantNoText("Your account is suspended")

		// What is over, or taken back, needs no appeal.
		w.act(farah, models.ThingPerson, writer.ID, "warn", "unkind", "Mind your words.")
		id = w.standing(models.ThingPerson, writer.ID)
		w.lift(farah, models.ThingPerson, writer.ID, "Sorry.")
		w.As(t, writer).Post("/me/moderation/"+id+"/appeal", url.Values{"words": {"Well."}}).Want(http.StatusConflict)
	})
}

func TestTakingAMeasureBackEndsItsAppeal(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author := w.person("Amina Yusuf")
		moderators := []models.Person{w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleModerator), w.person("Hari Rao", models.RoleAdmin)}
		cs := w.post(author, "Letters in minutes")
		w.act(moderators[0], models.ThingStudy, cs.ID, "lock", "unkind", "Cool down.")
		id := w.standing(models.ThingStudy, cs.ID)
		w.As(t, author).Post("/me/moderation/"+id+"/appeal", url.Values{"words": {"We are cool."}}).Want(http.StatusSeeOther)
		w.lift(moderators[0], models.ThingStudy, cs.ID, "Fine.")
		if list := w.waiting(); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		w.As(t, author).Get("/me/moderation").WantText("It was taken back", "Fine.")

		// Two decide at once, and one of them is first.
		w.act(moderators[0], models.ThingStudy, cs.ID, "hide", "unkind", "Cool down.")
		id = w.standing(models.ThingStudy, cs.ID)
		w.As(t, author).Post("/me/moderation/"+id+"/appeal", url.Values{"words": {"We are cool."}}).Want(http.StatusSeeOther)
		errs := make([]error, 2)
		var all sync.WaitGroup
		for i, decision := range []models.Outcome{models.OutcomeUpheld, models.OutcomeLifted} {
			all.Go(func() { _, errs[i] = w.judged.Decide(t.Context(), &moderators[i+1], id, decision, "So it is.") })
		}
		all.Wait()
		for _, err := range errs {
			if err != nil && models.KindOf(err) != models.Conflict {
				t.Error(err)
			}
		}
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both decided, or none: %v", errs)
		}
		m, err := w.Store.Measure(store.Fresh(t.Context()), id)
		if err != nil || (m.Decision == models.OutcomeLifted) != (m.LiftedAt != nil) || (errs[1] == nil) != (m.LiftedAt != nil) {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
