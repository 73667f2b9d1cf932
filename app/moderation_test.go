package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/moderation"
	"grassroots/models"
	"grassroots/models/store"
)

// person makes a person with a role beside that of a member.
func (w *town) person(name string, roles ...models.Role) models.Person {
	w.t.Helper()
	change := []func(*models.Person){apptest.Named(strings.ToLower(strings.ReplaceAll(name, " ", "-")), name)}
	for _, r := range roles {
		change = append(change, apptest.WithRole(r))
	}
	return apptest.Person(w.t, w.Store, change...)
}

// comment puts a comment of a person's on a case study.
func (w *town) comment(p models.Person, cs models.CaseStudy, body string) models.Comment {
	w.t.Helper()
	w.As(w.t, p).Post("/case-studies/"+cs.Slug+"/comments", url.Values{"kind": {"question"}, "body": {body}}).Want(http.StatusSeeOther)
	list, err := w.Store.CommentsByAuthor(w.t.Context(), p.ID, 1)
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// report has a person report a thing.
func (w *town) report(p models.Person, kind models.ThingKind, id, reason, words string) {
	w.t.Helper()
	w.As(w.t, p).Post("/report/"+string(kind)+"/"+id, url.Values{"reason": {reason}, "words": {words}}).Want(http.StatusSeeOther)
}

// waiting gives the items that wait.
func (w *town) waiting() []models.Item {
	w.t.Helper()
	list, _, err := w.Store.Items(w.t.Context(), store.ItemQuery{Limit: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func TestWhatIsReportedWaitsOnce(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, moderator := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		cs := w.post(author, "Letters in minutes")
		note := w.comment(w.person("Ben Carter"), cs, "You are all fools.")
		for i := range 5 {
			w.report(w.person(fmt.Sprintf("Reporter %d", i)), models.ThingComment, note.ID, "unkind", fmt.Sprintf("It is unkind, says number %d.", i))
		}
		w.Clock.Move(73 * time.Hour)
		w.report(w.person("Late Comer"), models.ThingStudy, cs.Slug, "wrong", "The figures are of last year.")
		list := w.waiting()
		if len(list) != 2 || list[0].Reports != 5 || list[0].AuthorName != "Ben Carter" || list[0].Kind != models.ThingComment || list[1].SubjectID != cs.ID {
			t.Fatalf("%+v", list)
		}
		m := w.As(t, moderator)
		queue := m.Get("/moderation").Want(http.StatusOK).WantText("2 wait, the oldest first", "A comment on “Letters in minutes”", "waiting 3 days", "(5 reports)", "Unkind or abusive", "Nobody yet")
		if at, then := strings.Index(queue.Body, list[0].ID), strings.Index(queue.Body, list[1].ID); at < 0 || then < at {
			t.Error("the oldest does not come first")
		}
		m.Get("/moderation?kind=comment&reason=unkind").Want(http.StatusOK).WantText("1 waits").WantNoText("Wrong or misleading (")
		m.Get("/moderation?reason=spam").Want(http.StatusOK).WantText("None found")
		m.Get("/moderation?reason=rudeness").Want(http.StatusBadRequest)
		m.Get("/moderation?state=mine").Want(http.StatusOK).WantText("None found")
		m.Get("/moderation/items/"+list[0].ID).Want(http.StatusOK).WantText("You are all fools.", "5 reports", "Reporter 0", "It is unkind, says number 4.", "nobody has taken it")
		w.As(t, author).Get("/moderation").Want(http.StatusForbidden)
		w.As(t, author).Get("/moderation/items/" + list[0].ID).Want(http.StatusForbidden)
	})
}

func TestAReportIsSentWithTheFormOrTheAPI(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, reader := w.person("Amina Yusuf"), w.person("Ben Carter")
		cs := w.post(author, "Letters in minutes")
		c := w.As(t, reader)
		c.Get("/case-studies/" + cs.Slug).Want(http.StatusOK).WantText("Report it to the moderators")
		w.As(t, author).Get("/case-studies/" + cs.Slug).Want(http.StatusOK).WantNoText("Report it to the moderators")
		c.Get("/people/" + author.Handle).Want(http.StatusOK).WantText("Report this person to the moderators")
		note := w.comment(author, cs, "It went well.")
		c.Get("/case-studies/" + cs.Slug).WantText("Report the comment by Amina Yusuf")
		at := "/report/case-study/" + cs.ID
		c.Get(at).Want(http.StatusOK).WantText("Report a case study", "the person whose it is does not")
		c.Post(at, url.Values{"words": {"It is not true."}}).Want(http.StatusUnprocessableEntity).WantText("Choose what is wrong", "It is not true.")
		c.Post(at, url.Values{"reason": {"wrong"}, "words": {certain}}).Want(http.StatusUnprocessableEntity).WantText("[NHS number]", "This holds personal data")
		c.Post(at, url.Values{"reason": {"wrong"}, "words": {"It is not true."}}).Want(http.StatusSeeOther).Follow().WantText("Your reports", "Letters in minutes", "Waiting for a moderator")
		c.Get(at).Want(http.StatusOK).WantText("You have reported this before", "It is not true.")
		c.Post(at, url.Values{"reason": {"spam"}, "words": {"It sells something."}}).Want(http.StatusSeeOther).Follow().WantText("Your report is changed", "It sells something.").WantNoText("It is not true.")
		if list := w.waiting(); len(list) != 1 || list[0].Reports != 1 || len(list[0].Reasons) != 1 || list[0].Reasons[0] != "spam" {
			t.Errorf("%+v", list)
		}
		w.As(t, author).Post(at, url.Values{"reason": {"spam"}, "words": {"Mine"}}).Want(http.StatusConflict).WantText("your own")
		w.Client(t).Get(at).Want(http.StatusSeeOther)
		c.Get("/report/book/1").Want(http.StatusNotFound)
		c.Get("/report/person/nobody-at-all").Want(http.StatusNotFound)

		api := w.Program(t, reader)
		send := func(body string) *apptest.Page {
			return api.Do(http.MethodPost, "/api/v1/reports", strings.NewReader(body), "application/json")
		}
		var made struct{ ID, Kind, About, Reason string }
		send(`{"kind":"comment","about":"` + note.ID + `","reason":"unkind","words":"It is not kind."}`).Want(http.StatusCreated).JSON(&made)
		if made.About != note.ID || made.Kind != "comment" || made.Reason != "unkind" || !models.ValidID(made.ID) {
			t.Errorf("%+v", made)
		}
		send(`{"kind":"person","about":"` + author.Handle + `","reason":"other","words":"Who is this?"}`).Want(http.StatusCreated)
		send(`{"kind":"person","about":"` + reader.Handle + `","reason":"other","words":"Who am I?"}`).Want(http.StatusConflict)
		send(`{"kind":"comment","about":"` + note.ID + `","reason":"rude","words":"It is not kind."}`).Want(http.StatusUnprocessableEntity)
		send(`{"kind":"comment","about":"` + cs.ID + `","reason":"wrong","words":"It is no comment."}`).Want(http.StatusNotFound)
		if where := kept(t, w.Store, number, plain); where != nil {
			t.Errorf("it is kept in %v", where)
		}
	})
}

func TestAReportIsTakenGivenAndClosed(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, reader := w.person("Amina Yusuf"), w.person("Ben Carter")
		farah, gwen := w.person("Farah Siddiqui", models.RoleModerator), w.person("Gwen Price", models.RoleAdmin)
		cs := w.post(author, "Letters in minutes")
		w.report(reader, models.ThingStudy, cs.ID, "wrong", "It is not true.")
		at := "/moderation/items/" + w.waiting()[0].ID
		m := w.As(t, farah)
		m.Post(at+"/assign", url.Values{"to": {farah.ID}}).Want(http.StatusSeeOther).Follow().WantText("You have taken this", "with Farah Siddiqui")
		m.Get("/moderation?state=mine").Want(http.StatusOK).WantText("1 waits")
		w.As(t, reader).Get("/me/reports").Want(http.StatusOK).WantText("A moderator is looking at it")
		w.As(t, gwen).Post(at+"/assign", url.Values{"to": {gwen.ID}}).Want(http.StatusConflict).WantText("taken or closed this meanwhile")
		m.Post(at+"/assign", url.Values{"was": {farah.ID}, "to": {gwen.ID}}).Want(http.StatusSeeOther).Follow().WantText("with Gwen Price")
		m.Post(at+"/assign", url.Values{"was": {gwen.ID}, "to": {reader.ID}}).Want(http.StatusBadRequest)
		m.Post(at+"/assign", url.Values{"was": {gwen.ID}}).Want(http.StatusSeeOther).Follow().WantText("nobody has taken it")
		m.Post(at+"/close", url.Values{"answer": {" "}}).Want(http.StatusUnprocessableEntity).WantText("Say why")
		m.Post(at+"/close", url.Values{"answer": {"We asked; the figures hold."}}).Want(http.StatusSeeOther).Follow().WantText("Nothing is waiting")
		m.Post(at+"/close", url.Values{"answer": {"Again."}}).Want(http.StatusConflict)
		m.Get("/moderation?state=closed").Want(http.StatusOK).WantText("1 closed", "Nothing was changed")
		w.As(t, reader).Get("/me/reports").Want(http.StatusOK).WantText("Nothing was changed", "We asked; the figures hold.").WantNoText("Farah")
		// Said again, it waits again.
		w.report(reader, models.ThingStudy, cs.ID, "wrong", "They do not hold.")
		if list := w.waiting(); len(list) != 1 || "/moderation/items/"+list[0].ID == at {
			t.Errorf("%+v", list)
		}
		m.Get("/moderation/items/"+w.waiting()[0].ID).WantText("Other reports and appeals about the same", "Nothing was changed")
	})
}

func TestNobodyJudgesWhatIsTheirOwn(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		farah := w.person("Farah Siddiqui", models.RoleModerator)
		reader := w.person("Ben Carter")
		w.report(reader, models.ThingPerson, farah.Handle, "other", "She hides what she does not like.")
		m := w.As(t, farah)
		m.Get("/moderation").Want(http.StatusOK).WantText("Nothing is waiting").WantNoText("Ben Carter")
		at := "/moderation/items/" + w.waiting()[0].ID
		m.Get(at).Want(http.StatusForbidden).WantNoText("Ben Carter", "She hides")
		m.Post(at+"/close", url.Values{"answer": {"No."}}).Want(http.StatusForbidden)
		m.Post(at+"/assign", url.Values{"to": {farah.ID}}).Want(http.StatusForbidden)
		gwen := w.person("Gwen Price", models.RoleAdmin)
		w.As(t, gwen).Post(at+"/assign", url.Values{"to": {farah.ID}}).Want(http.StatusConflict)
		w.As(t, gwen).Get(at).Want(http.StatusOK).WantText("She hides what she does not like.", "Ben Carter")
	})
}

func TestTheQueuePagesWithoutMoreQuestions(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator)
		readers := []models.Person{w.person("Ben Carter"), w.person("Carys Lloyd")}
		m := w.As(t, farah)
		count := func(at string) int {
			m.Get(at) // who asks is known from then on
			return len(w.Statements(func() { m.Get(at).Want(http.StatusOK) }))
		}
		add := func(n int) {
			for i := range n {
				cs := w.post(author, fmt.Sprintf("Letters %d of %s", i, w.Store.NewID()))
				if _, _, _, err := w.judged.Report(t.Context(), &readers[i%2], reportOf(cs)); err != nil {
					t.Fatal(err)
				}
			}
		}
		add(2)
		queue, item := count("/moderation"), count("/moderation/items/"+w.waiting()[0].ID)
		add(22)
		if again := count("/moderation"); again != queue {
			t.Errorf("the queue asks %d times for two, and %d for twenty", queue, again)
		}
		for range 3 {
			if _, _, _, err := w.judged.Report(t.Context(), new(w.person("Person "+w.Store.NewID()[20:])), reportOf(models.CaseStudy{ID: w.waiting()[0].SubjectID})); err != nil {
				t.Fatal(err)
			}
		}
		if again := count("/moderation/items/" + w.waiting()[0].ID); again != item {
			t.Errorf("the page of one asks %d times with one report, and %d with more", item, again)
		}
		first := m.Get("/moderation")
		if n := strings.Count(first.Body, "/moderation/items/"); n != 20 {
			t.Errorf("%d are on the first page", n)
		}
		last := w.waiting()
		next := m.Get("/moderation?cursor=" + last[19].ID).Want(http.StatusOK)
		if n := strings.Count(next.Body, "/moderation/items/"); n != 4 || !strings.Contains(next.Body, last[23].ID) {
			t.Errorf("%d are on the second page", n)
		}
		if !slices.Contains(first.Links(), "/moderation?cursor="+last[19].ID+"&state=open") {
			t.Errorf("no link leads on: %v", first.Links())
		}
		mine := w.As(t, readers[0]).Get("/me/reports").Want(http.StatusOK)
		if n := strings.Count(mine.Body, "Waiting for a moderator"); n != 12 {
			t.Errorf("%d reports are listed", n)
		}
	})
}

func TestAPersonReportsSoManyThingsADay(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, reader := w.person("Amina Yusuf"), w.person("Ben Carter")
		for i := range models.MaxReportsADay + 1 {
			cs := w.post(author, fmt.Sprintf("Letters %d", i))
			_, _, _, err := w.judged.Report(t.Context(), &reader, reportOf(cs))
			if kind := models.KindOf(err); i < models.MaxReportsADay && err != nil || i == models.MaxReportsADay && kind != models.TooMany {
				t.Fatalf("report %d: %v", i, err)
			}
		}
		if n := len(w.waiting()); n != models.MaxReportsADay {
			t.Errorf("%d wait", n)
		}
	})
}

func reportOf(cs models.CaseStudy) moderation.NewReport {
	return moderation.NewReport{Kind: models.ThingStudy, Thing: cs.ID, Reason: "wrong", Words: "It is not true."}
}
