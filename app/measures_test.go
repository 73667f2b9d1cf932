package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/casestudies"
	"grassroots/app/moderation"
	"grassroots/models"
	"grassroots/models/store"
)

// act has a moderator do something about a thing by the form and its check.
func (w *town) act(m models.Person, kind models.ThingKind, id, action, reason, words string) {
	w.t.Helper()
	c, at := w.As(w.t, m), "/moderation/act/"+string(kind)+"/"+id
	form := url.Values{"action": {action}, "reason": {reason}, "words": {words}}
	c.Post(at+"/check", form).Want(http.StatusOK).WantText("Check before you go on", words)
	c.Post(at, form).Want(http.StatusSeeOther).Follow().WantText("Done. They see why")
}

// lift has a moderator take back the newest measure about a thing.
func (w *town) lift(m models.Person, kind models.ThingKind, id, words string) {
	w.t.Helper()
	w.As(w.t, m).Post("/moderation/measures/"+w.standing(kind, id)+"/lift", url.Values{"words": {words}}).Want(http.StatusSeeOther)
}

// standing gives the id of a measure about a thing that is in force.
func (w *town) standing(kind models.ThingKind, id string) string {
	w.t.Helper()
	list, err := w.Store.MeasuresAgainst(store.Fresh(w.t.Context()), kind, id, 10)
	at := slices.IndexFunc(list, func(m models.Measure) bool { return m.LiftedAt == nil })
	if err != nil || at < 0 {
		w.t.Fatalf("%+v, %v", list, err)
	}
	return list[at].ID
}

// mailTo gives the texts of the e-mails to a person, the newest last.
func (w *town) mailTo(p models.Person) string {
	w.t.Helper()
	var texts []string
	err := w.Store.DB(store.Fresh(w.t.Context())).Raw("SELECT subject || text FROM emails WHERE to_address = ? ORDER BY id", p.Email).Scan(&texts).Error
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.Join(texts, "\n")
}

// counted gives the count of comments beside a case study.
func (w *town) counted(id string) int {
	w.t.Helper()
	cs, err := w.Store.CaseStudy(store.Fresh(w.t.Context()), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return cs.Comments
}

func TestAHiddenCaseStudyIsGoneForReaders(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		colleague, reader := w.person("Tom Rees"), w.person("Ben Carter")
		cs := w.post(author, "Zanzibar letters", models.Author{Name: "Amina Yusuf", Handle: author.Handle}, models.Author{Name: "Tom Rees", Handle: colleague.Handle})
		w.comment(reader, cs, "Zanzibar speaks.")
		w.report(reader, models.ThingStudy, cs.ID, "patient-data", "The second paragraph.")
		w.index()
		page := "/case-studies/" + cs.Slug
		seen := []string{"/", "/case-studies", "/case-studies?q=zanzibar", "/api/v1/case-studies", "/api/v1/search?q=zanzibar", "/people/" + author.Handle}
		for _, at := range seen {
			w.Client(t).Get(at).Want(http.StatusOK).WantText("Zanzibar letters")
		}
		item := w.waiting()[0].ID
		m := w.As(t, farah)
		m.Get(page).Want(http.StatusOK).WantText("Moderate")
		w.As(t, reader).Get(page).Want(http.StatusOK).WantNoText("Moderate")
		m.Get("/moderation/items/" + item).Want(http.StatusOK).WantText("Do something about it")
		act := "/moderation/act/case-study/" + cs.ID
		m.Get(act).Want(http.StatusOK).WantText("1 person has reported this", "Hide it", "Close its comments")
		m.Post(act, url.Values{"words": {"It names a patient."}}).Want(http.StatusUnprocessableEntity).WantText("Choose what is to be done", "Choose which rule it breaks", "It names a patient.")
		form := url.Values{"action": {"hide"}, "reason": {"patient-data"}, "words": {"It names a patient."}, "item": {item}, "answer": {"Thank you, we agree."}}
		m.Post(act, url.Values{"action": {"hide"}, "reason": {"patient-data"}, "words": {certain}}).Want(http.StatusUnprocessableEntity).WantText("This holds personal data")
		m.Post(act+"/check", form).Want(http.StatusOK).WantText("Check before you go on", "It names a patient.", "Thank you, we agree.")
		m.Get(page).WantNoText("Hidden by a moderator")
		m.Post(act, form).Want(http.StatusSeeOther).Follow().WantText("Done.", "A case study was hidden", "Show it again")
		w.index()

		w.Client(t).Get(page).Want(http.StatusGone).WantText("A moderator has hidden this case study").WantNoText("Zanzibar")
		w.As(t, reader).Get(page).Want(http.StatusGone)
		for _, at := range append(seen, "/feeds/case-studies.atom", "/sitemaps/case-studies.xml") {
			if p := w.Client(t).Get(at); p.Status == http.StatusOK && strings.Contains(p.Body, "Zanzibar letters") {
				t.Errorf("%s shows it", at)
			}
		}
		a := w.As(t, author)
		a.Get(page).Want(http.StatusOK).WantText("Hidden by a moderator", "Patient or personal data", "It names a patient.", "What moderators did").WantNoText("Bring it back", "Farah", "Only you and your co-authors")
		w.As(t, colleague).Get(page).Want(http.StatusOK).WantText("It names a patient.")
		for _, who := range []models.Person{author, colleague} {
			w.As(t, who).Get("/me/moderation").Want(http.StatusOK).WantText("A case study was hidden", "It names a patient.", "In force").WantNoText("Farah")
			if text := w.mailTo(who); !strings.Contains(text, "It names a patient.") || !strings.Contains(text, "/me/moderation") {
				t.Errorf("%s was written %q", who.Name, text)
			}
		}
		w.As(t, reader).Get("/me/moderation").Want(http.StatusOK).WantNoText("Zanzibar")
		w.As(t, reader).Get("/me/reports").Want(http.StatusOK).WantText("A moderator has hidden it", "Thank you, we agree.")
		a.Post(page+"/bring-back", nil).Want(http.StatusConflict).WantText("/me/moderation")
		w.Program(t, author).Get("/api/v1/case-studies/" + cs.ID).Want(http.StatusGone).WantText("A moderator has hidden this case study")
		// It can be mended, and stays hidden.
		changed := cs.Document
		changed.Body = "Text without names"
		if revised, err := w.studies.Revise(t.Context(), &author, casestudies.Publication{ID: cs.ID, Document: changed, Base: 1}); err != nil || revised.Status != models.Withdrawn {
			t.Errorf("%s, %v", revised.Status, err)
		}
		m.Post(act, form).Want(http.StatusConflict)

		lift := "/moderation/measures/" + w.standing(models.ThingStudy, cs.ID) + "/lift"
		m.Post(lift, url.Values{"words": {" "}}).Want(http.StatusUnprocessableEntity).WantText("Say why")
		w.As(t, reader).Post(lift, url.Values{"words": {"Please."}}).Want(http.StatusForbidden)
		m.Post(lift, url.Values{"words": {"The name is gone."}}).Want(http.StatusSeeOther)
		m.Post(lift, url.Values{"words": {"Again."}}).Want(http.StatusConflict)
		w.index()
		for _, at := range seen {
			w.Client(t).Get(at).Want(http.StatusOK).WantText("Zanzibar letters")
		}
		a.Get("/me/moderation").Want(http.StatusOK).WantText("Taken back", "The name is gone.")
		if text := w.mailTo(author); !strings.Contains(text, "taken back") || !strings.Contains(text, "The name is gone.") {
			t.Errorf("the author was written %q", text)
		}
	})
}

func TestWhatItsAuthorHadWithdrawnStaysSo(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(author, "Letters in minutes")
		page := "/case-studies/" + cs.Slug
		a := w.As(t, author)
		a.Post(page+"/withdraw", nil).Want(http.StatusSeeOther)
		w.act(farah, models.ThingStudy, cs.ID, "hide", "spam", "It sells something.")
		a.Post(page+"/bring-back", nil).Want(http.StatusConflict)
		w.lift(farah, models.ThingStudy, cs.ID, "It does not.")
		w.Client(t).Get(page).Want(http.StatusGone)
		a.Post(page+"/bring-back", nil).Want(http.StatusSeeOther)
		w.Client(t).Get(page).Want(http.StatusOK)
	})
}

func TestAHiddenCommentLeavesItsPlace(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		writer, reader := w.person("Ben Carter"), w.person("Carys Lloyd")
		cs := w.post(author, "Letters in minutes")
		note := w.comment(writer, cs, "You are all @"+author.Handle+" fools.")
		reply := url.Values{"kind": {"experience"}, "body": {"That is not so."}, "parent": {note.ID}}
		w.As(t, reader).Post("/case-studies/"+cs.Slug+"/comments", reply).Want(http.StatusSeeOther)
		page, at := "/case-studies/"+cs.Slug, "/api/v1/comments/"+note.ID
		w.As(t, author).Get("/me").WantText("fools")
		m := w.As(t, farah)
		m.Get(page).WantText("Moderate the comment by Ben Carter")
		w.act(farah, models.ThingComment, note.ID, "hide", "unkind", "Say what is wrong with the work, not with people.")
		if n := w.counted(cs.ID); n != 1 {
			t.Errorf("%d comments are counted", n)
		}
		for _, who := range []models.Person{author, reader} {
			w.As(t, who).Get(page).Want(http.StatusOK).WantText("A moderator has hidden this comment", "That is not so.").WantNoText("fools", "Ben Carter", "Say what is wrong")
		}
		w.Client(t).Get(page).WantText("A moderator has hidden this comment").WantNoText("fools")
		w.Client(t).Get("/people/" + writer.Handle).WantNoText("fools")
		w.As(t, author).Get("/me").WantNoText("fools")
		var seen struct {
			Body, HTML      string
			Hidden, Deleted bool
			Author          *struct{ Name string }
			Replies         []struct{ Body string }
		}
		w.Client(t).Get(at).Want(http.StatusOK).JSON(&seen)
		if seen.Body != "" || seen.HTML != "" || !seen.Hidden || seen.Deleted || seen.Author != nil || len(seen.Replies) != 1 {
			t.Errorf("%+v", seen)
		}
		c := w.As(t, writer)
		c.Get(page).WantText("fools", "Say what is wrong with the work", "Unkind or abusive", "How to say that you disagree")
		m.Get(page).WantText("fools", "Say what is wrong with the work").WantNoText("How to say that you disagree")
		c.Get("/me/moderation").WantText("A comment was hidden", "Letters in minutes", "Say what is wrong with the work")
		c.Get("/comments/" + note.ID + "/edit").Want(http.StatusForbidden)
		c.Post("/comments/"+note.ID+"/edit", url.Values{"body": {"Sorry"}, "kind": {"question"}, "version": {"1"}}).Want(http.StatusForbidden)
		w.As(t, reader).Post("/case-studies/"+cs.Slug+"/comments", reply).Want(http.StatusConflict)
		w.As(t, reader).Post("/report/comment/"+note.ID, url.Values{"reason": {"unkind"}, "words": {"Look."}}).Want(http.StatusConflict)

		w.lift(farah, models.ThingComment, note.ID, "We read it again.")
		if n := w.counted(cs.ID); n != 2 {
			t.Errorf("%d comments are counted", n)
		}
		w.Client(t).Get(page).WantText("fools", "Ben Carter", "2 comments")
		w.As(t, author).Get("/me").WantText("fools")

		// Deleted while it is hidden, it is not counted twice nor brought back.
		w.act(farah, models.ThingComment, note.ID, "hide", "unkind", "Once more.")
		c.Post("/comments/"+note.ID+"/delete", nil).Want(http.StatusSeeOther)
		if n := w.counted(cs.ID); n != 1 {
			t.Errorf("%d comments are counted", n)
		}
		w.lift(farah, models.ThingComment, note.ID, "It is gone.")
		if n := w.counted(cs.ID); n != 1 {
			t.Errorf("%d comments are counted", n)
		}
		w.Client(t).Get(page).WantText("This comment was deleted.").WantNoText("fools")
	})
}

func TestClosedCommentsTakeNothing(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah, writer := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator), w.person("Ben Carter")
		cs := w.post(author, "Letters in minutes")
		note := w.comment(writer, cs, "How do you do it?")
		page := "/case-studies/" + cs.Slug
		w.act(farah, models.ThingStudy, cs.ID, "lock", "unkind", "Cool down for a week.")
		w.Client(t).Get(page).Want(http.StatusOK).WantText("A moderator has closed the comments", "Unkind or abusive", "Cool down for a week.", "How do you do it?").WantNoText("Sign in to comment")
		c := w.As(t, writer)
		c.Get(page).WantText("Cool down for a week.").WantNoText("Add a comment", "Reply to", "Edit your comment")
		c.Post(page+"/comments", url.Values{"kind": {"question"}, "body": {"And now?"}}).Want(http.StatusForbidden).WantText("Cool down for a week.", "And now?")
		c.Post(page+"/comments", url.Values{"kind": {"question"}, "body": {"And now?"}, "parent": {note.ID}}).Want(http.StatusForbidden)
		c.Get("/comments/" + note.ID + "/edit").Want(http.StatusForbidden)
		api := w.Program(t, writer)
		for method, at := range map[string]string{http.MethodPost: "/api/v1/case-studies/" + cs.ID + "/comments", http.MethodPut: "/api/v1/comments/" + note.ID} {
			var problem struct{ Detail string }
			api.Do(method, at, strings.NewReader(`{"body":"And now?"}`), "application/json").Want(http.StatusForbidden).JSON(&problem)
			if !strings.Contains(problem.Detail, "Cool down for a week.") {
				t.Errorf("%s %s: %q", method, at, problem.Detail)
			}
		}
		c.Post(page+"/vote", url.Values{"voted": {"true"}}).Want(http.StatusSeeOther)
		if n := w.counted(cs.ID); n != 1 {
			t.Errorf("%d comments are counted", n)
		}
		w.lift(farah, models.ThingStudy, cs.ID, "A week has gone.")
		c.Post(page+"/comments", url.Values{"kind": {"question"}, "body": {"And now?"}}).Want(http.StatusSeeOther)
	})
}

func TestNobodyModeratesTheirOwn(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		farah, gwen, author := w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleAdmin), w.person("Amina Yusuf")
		own := w.post(farah, "Mine")
		shared := w.post(author, "Ours", models.Author{Name: "Amina Yusuf", Handle: author.Handle}, models.Author{Name: "Farah Siddiqui", Handle: farah.Handle})
		note := w.comment(farah, own, "I wrote this.")
		m := w.As(t, farah)
		hide := url.Values{"action": {"hide"}, "reason": {"other"}, "words": {"No."}}
		for _, at := range []string{"case-study/" + own.ID, "case-study/" + shared.ID, "comment/" + note.ID} {
			m.Get("/moderation/act/" + at).Want(http.StatusForbidden)
			m.Post("/moderation/act/"+at, hide).Want(http.StatusForbidden)
			w.As(t, author).Post("/moderation/act/"+at, hide).Want(http.StatusForbidden)
			w.As(t, gwen).Post("/moderation/act/"+at, hide).Want(http.StatusSeeOther)
			kind, id, _ := strings.Cut(at, "/")
			lift := "/moderation/measures/" + w.standing(models.ThingKind(kind), id) + "/lift"
			m.Post(lift, url.Values{"words": {"Mine."}}).Want(http.StatusForbidden)
			w.As(t, gwen).Post(lift, url.Values{"words": {"Yours."}}).Want(http.StatusSeeOther)
		}
		// Nor do they read who reported what they wrote with others.
		w.report(w.person("Ben Carter"), models.ThingStudy, shared.ID, "wrong", "It is not true.")
		m.Get("/moderation").WantText("Nothing is waiting")
		m.Get("/moderation/items/" + w.waiting()[0].ID).Want(http.StatusForbidden)
	})
}

func TestTwoModeratorsDoAThingOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author := w.person("Amina Yusuf")
		cs := w.post(author, "Letters in minutes")
		note := w.comment(w.person("Ben Carter"), cs, "You are all fools.")
		moderators := []models.Person{w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleAdmin), w.person("Hari Rao", models.RoleModerator)}
		for _, n := range []moderation.NewMeasure{{Action: models.MeasureHide, Kind: models.ThingComment, Thing: note.ID}, {Action: models.MeasureLock, Kind: models.ThingStudy, Thing: cs.ID},
			{Action: models.MeasureHide, Kind: models.ThingStudy, Thing: cs.ID}} {
			n.Reason, n.Words = "unkind", "It is unkind."
			errs := make([]error, len(moderators))
			var all sync.WaitGroup
			for i := range moderators {
				all.Go(func() { _, errs[i] = w.judged.Act(t.Context(), &moderators[i], n) })
			}
			all.Wait()
			done := 0
			for _, err := range errs {
				if err == nil {
					done++
				} else if models.KindOf(err) != models.Conflict {
					t.Errorf("%s: %v", n.Action, err)
				}
			}
			if done != 1 {
				t.Errorf("%s was done %d times", n.Action, done)
			}
		}
		if n := w.counted(cs.ID); n != 0 {
			t.Errorf("%d comments are counted", n)
		}
	})
}

func TestMeasuresGoThroughTheAPI(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(author, "Letters in minutes")
		m, a := w.Program(t, farah), w.Program(t, author)
		body := func(action string) *strings.Reader {
			return strings.NewReader(`{"action":"` + action + `","kind":"case-study","about":"` + cs.Slug + `","reason":"wrong","words":"The figures are of last year."}`)
		}
		a.Do(http.MethodPost, "/api/v1/measures", body("hide"), "application/json").Want(http.StatusForbidden)
		var made struct {
			ID, Action, About string
			Stands            bool
		}
		for _, action := range []string{"lock", "hide"} {
			w.Clock.Move(time.Second)
			m.Do(http.MethodPost, "/api/v1/measures", body(action), "application/json").Want(http.StatusCreated).JSON(&made)
			if made.Action != action || made.About != cs.ID || !made.Stands {
				t.Errorf("%+v", made)
			}
		}
		m.Do(http.MethodPost, "/api/v1/measures", body("hide"), "application/json").Want(http.StatusConflict)
		m.Do(http.MethodPost, "/api/v1/measures", body("ban"), "application/json").Want(http.StatusUnprocessableEntity)
		a.Get("/api/v1/measures").Want(http.StatusForbidden)
		type list struct {
			Items      []struct{ ID, Words string }
			Total      int
			NextCursor *string `json:"next_cursor"`
		}
		for c, at := range map[string]string{"a": "/api/v1/me/measures?limit=1", "m": "/api/v1/measures?limit=1"} {
			who := a
			if c == "m" {
				who = m
			}
			var first, second list
			who.Get(at).Want(http.StatusOK).WantNoText("Farah", farah.ID).JSON(&first)
			if len(first.Items) != 1 || first.Total != 2 || first.NextCursor == nil || first.Items[0].ID != made.ID || first.Items[0].Words != "The figures are of last year." {
				t.Fatalf("%s: %+v", at, first)
			}
			who.Get(at + "&cursor=" + *first.NextCursor).Want(http.StatusOK).JSON(&second)
			if len(second.Items) != 1 || second.NextCursor != nil {
				t.Errorf("%s: %+v", at, second)
			}
		}
		lift := "/api/v1/measures/" + made.ID + "/lift"
		a.Do(http.MethodPost, lift, strings.NewReader(`{"words":"Please."}`), "application/json").Want(http.StatusForbidden)
		m.Do(http.MethodPost, lift, strings.NewReader(`{"words":"They hold."}`), "application/json").Want(http.StatusOK).JSON(&made)
		if made.Stands {
			t.Errorf("%+v", made)
		}
		w.Client(t).Get("/case-studies/" + cs.Slug).Want(http.StatusOK).WantText("A moderator has closed the comments")
		events, _, err := w.Store.AuditEvents(store.Fresh(t.Context()), models.AuditQuery{Action: "moderation.", Limit: 10})
		if err != nil || len(events) != 3 {
			t.Errorf("%d events, %v", len(events), err)
		}
		for _, e := range events {
			if strings.Contains(e.Before+e.After, "figures") || e.Subject != cs.ID || e.Actor != farah.ID {
				t.Errorf("%+v", e)
			}
		}
	})
}

// A copy from another instance is hidden as anything else, and nobody is written
// to.
func TestACopyIsHiddenWithWords(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		elsewhere, farah := w.person("Other instances"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(elsewhere, "Zanzibar letters")
		origin := models.Origin{ID: w.Store.NewID(), URL: "https://grassroots.example.nhs.uk", Trusted: "x"}
		if err := w.Store.AddOrigin(t.Context(), &origin); err != nil {
			t.Fatal(err)
		}
		if err := w.Store.SaveCopy(t.Context(), store.SavedCopy{CaseStudyID: cs.ID, OriginID: origin.ID, URL: origin.URL + "/case-studies/zanzibar-letters", Revision: 1}); err != nil {
			t.Fatal(err)
		}
		page, act, m := "/case-studies/"+cs.Slug, "/moderation/act/case-study/"+cs.ID, w.As(t, farah)
		m.Get(page).Want(http.StatusOK).WantText("Moderate").WantNoText("Withdraw")
		form := url.Values{"action": {"hide"}, "reason": {"wrong"}, "words": {"It is not so here."}}
		m.Post(act+"/check", form).Want(http.StatusOK).WantText("nobody is sent an e-mail", "It is not so here.")
		m.Post(act, form).Want(http.StatusSeeOther).Follow().WantText("What you said is kept with it.", "It is not so here.")
		w.Client(t).Get(page).Want(http.StatusGone).WantText("A moderator has hidden this case study")
		m.Get(page).Want(http.StatusOK).WantText("Hidden by a moderator", "It is not so here.", "Show it again").WantNoText("Bring it back")
		w.lift(farah, models.ThingStudy, cs.ID, "It is.")
		w.Client(t).Get(page).Want(http.StatusOK).WantText("Zanzibar letters")
	})
}

func TestTheTextOfPatientDataIsDeletedForGood(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		writer := w.person("Ben Carter")
		cs := w.post(author, "Letters in minutes")
		note, rude := w.comment(writer, cs, "The lady in the corner bed of Zanzibar ward."), w.comment(w.person("Carys Lloyd"), cs, "Fools.")
		m := w.As(t, farah)
		act := "/moderation/act/comment/" + note.ID
		w.act(farah, models.ThingComment, rude.ID, "hide", "unkind", "Say it kindly.")
		m.Post("/moderation/measures/"+w.standing(models.ThingComment, rude.ID)+"/erase", nil).Want(http.StatusConflict)
		w.act(farah, models.ThingComment, note.ID, "hide", "patient-data", "One can tell who she is.")
		erase := "/moderation/measures/" + w.standing(models.ThingComment, note.ID) + "/erase"
		m.Get(act).WantText("Delete its text for good")
		w.As(t, author).Post(erase, nil).Want(http.StatusForbidden)
		w.As(t, writer).Post("/me/moderation/"+w.standing(models.ThingComment, note.ID)+"/appeal", url.Values{"words": {"One cannot."}}).Want(http.StatusSeeOther)
		m.Post(erase, nil).Want(http.StatusConflict).WantText("Decide about that first")
		other := w.person("Gethin Pugh", models.RoleModerator)
		w.As(t, other).Post("/moderation/measures/"+w.standing(models.ThingComment, note.ID)+"/decide", url.Values{"decision": {"upheld"}, "words": {"One can."}}).Want(http.StatusSeeOther)
		w.Program(t, other).Do(http.MethodPost, "/api/v1"+strings.TrimPrefix(erase, "/moderation"), nil, "").Want(http.StatusNoContent)
		if where := w.kept("zanzibar ward"); len(where) > 0 {
			t.Errorf("it is still kept in %q", where)
		}
		// What is gone cannot be deleted again, and no page offers it.
		list := m.Get("/moderation/measures").Want(http.StatusOK).WantText("Its text has been deleted")
		if strings.Contains(list.Body, act) || !strings.Contains(list.Body, "/moderation/act/comment/"+rude.ID) {
			t.Error("what is gone is led to, or what is not is not")
		}
		m.Get(act).Want(http.StatusGone)
		m.Post(erase, nil).Want(http.StatusConflict).WantText("Its text is gone already")
		w.As(t, writer).Get("/me/moderation").WantText("One can tell who she is.")
		w.As(t, writer).Get("/case-studies/" + cs.Slug).WantText("This comment was deleted.")
	})
}

func TestWhatACaseStudySaidBeforeIsDeletedForGood(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(author, "The lady of Zanzibar ward")
		m, act := w.As(t, farah), "/moderation/act/case-study/"+cs.ID
		revise := func(title, summary, note string) {
			t.Helper()
			w.Clock.Move(time.Minute)
			w.As(t, author).Get("/case-studies/"+cs.Slug+"/edit").Want(http.StatusOK).Form("/me/drafts/"+cs.ID).Set("title", title).Set("summary", summary).Set("note", note).
				Press("action", "publish").Send().Want(http.StatusSeeOther)
		}
		revise("Letters", "The lady of Zanzibar ward gets them.", "More of Zanzibar ward")
		w.act(farah, models.ThingStudy, cs.ID, "hide", "patient-data", "One can tell who she is.")
		erase := "/moderation/measures/" + w.standing(models.ThingStudy, cs.ID) + "/erase"
		m.Get(act).Want(http.StatusOK).WantText("earlier revisions still hold what it said before", "Delete what it said before for good")
		m.Post(erase, nil).Want(http.StatusConflict).WantText("It has not been changed since it was hidden")
		revise("Letters in minutes", "They come at once.", "")
		w.As(t, author).Post(erase, nil).Want(http.StatusForbidden)
		m.Post(erase, nil).Want(http.StatusSeeOther)
		if where := w.kept("zanzibar ward"); len(where) > 0 {
			t.Errorf("it is still kept in %q", where)
		}
		m.Post(erase, nil).Want(http.StatusConflict).WantText("No earlier text of it is kept")
		w.lift(farah, models.ThingStudy, cs.ID, "It is mended.")
		w.Client(t).Get("/case-studies/letters-in-minutes").Want(http.StatusOK).WantText("They come at once.")
		w.Client(t).Get("/case-studies/letters-in-minutes/history").Want(http.StatusOK).WantText("Amina Yusuf")
		for _, at := range []string{"/1", "/2", "/2?against=1", "/3?against=2"} {
			w.Client(t).Get("/case-studies/letters-in-minutes/history" + at).Want(http.StatusOK).WantText("deleted for good")
		}
		w.Client(t).Get("/case-studies/" + cs.Slug).Want(http.StatusNotFound) // the address of the first title
	})
}
