package app_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/moderation"
	"grassroots/app/web"
	"grassroots/models"
)

// suspend has a moderator suspend somebody.
func (w *town) suspend(m, p models.Person, until string) {
	w.t.Helper()
	form := url.Values{"action": {"suspend"}, "reason": {"unkind"}, "words": {"Three times was enough."}, "until": {until}}
	w.As(w.t, m).Post("/moderation/act/person/"+p.ID, form).Want(http.StatusSeeOther)
}

// Every write of the site is refused to somebody who is suspended, whatever
// their role, but for those that are named.
func TestNobodySuspendedWritesAnything(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	admin := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin), apptest.WithRole(models.RoleModerator), apptest.WithRole(models.RoleLead))
	other := apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
	m := models.Measure{ID: w.Store.NewID(), Action: models.MeasureSuspend, Kind: models.ThingPerson, SubjectID: admin.ID, AuthorID: admin.ID, ModeratorID: other.ID, Reason: "unkind", Words: "It was enough."}
	if err := w.Store.TakeMeasure(t.Context(), &m); err != nil {
		t.Fatal(err)
	}
	a := actor{name: "somebody suspended", person: &admin}
	open, refused, seen := append(web.WhileSuspended(), web.ReadsByPost()...), 0, map[string]bool{}
	for _, route := range w.Fiber.GetRoutes(true) {
		name := route.Method + " " + route.Path
		if seen[name] || route.Method == http.MethodGet || route.Method == http.MethodHead || strings.HasPrefix(route.Path, "/apptest/") {
			continue
		}
		seen[name] = true
		if slices.Contains(open, name) && (strings.HasSuffix(name, "/close") || strings.Contains(name, "end-others") || strings.Contains(name, "sign-out")) {
			continue // these are tried by themselves
		}
		th := w.things(a, models.TakePart, false)
		recorded := w.events()
		client := w.As(t, admin)
		if strings.HasPrefix(route.Path, "/api/") {
			client = w.Program(t, admin)
		}
		body, kind := bodyFor(route.Method, route.Path)
		answer := client.Do(route.Method, th.address(route.Path), strings.NewReader(body), kind)
		told := answer.Status == http.StatusForbidden && strings.Contains(answer.Body, "Your account is suspended") && strings.Contains(answer.Body, "It was enough.")
		if told {
			refused++
		}
		if told == slices.Contains(open, name) {
			t.Errorf("%s is answered with %d", name, answer.Status)
		}
		if after := w.events(); told && after > recorded+1 { // the session in which it was sent
			t.Errorf("%s: %d events are recorded", name, after-recorded)
		}
	}
	for _, name := range web.WhileSuspended() {
		if !seen[name] {
			t.Errorf("%s is no route", name)
		}
	}
	if refused < 75 {
		t.Errorf("only %d writes were refused", refused)
	}
}

func TestASuspensionEndsByItself(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah, writer := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator), w.person("Ben Carter")
		cs := w.post(author, "Letters in minutes")
		note := w.comment(writer, cs, "You are all fools.")
		w.report(author, models.ThingComment, note.ID, "unkind", "Look at it.")
		item := w.waiting()[0]
		m := w.As(t, farah)
		person := "/moderation/act/person/" + writer.ID
		m.Get("/moderation/items/" + item.ID).Want(http.StatusOK).WantText("Warn or suspend Ben Carter")
		m.Get(person+"?item="+item.ID).Want(http.StatusOK).WantText("1 person has reported something of theirs", "Suspend them", "Suspend until")
		m.Get("/people/" + writer.Handle).WantText("Warn or suspend this person")
		w.As(t, author).Get("/people/" + writer.Handle).WantNoText("Warn or suspend this person")
		form := url.Values{"action": {"suspend"}, "reason": {"unkind"}, "words": {"Three times was enough."}, "item": {item.ID}}
		for _, until := range []string{"soon", "2001-01-01", "2026-13-45"} {
			form.Set("until", until)
			m.Post(person+"/check", form).Want(http.StatusUnprocessableEntity).WantText("day")
		}
		day := w.Clock.Now().AddDate(0, 0, 7)
		form.Set("until", day.Format("2006-01-02"))
		m.Post(person+"/check", form).Want(http.StatusOK).WantText("Check before you go on", "Until", "They get an e-mail")
		m.Post(person, form).Want(http.StatusSeeOther).Follow().WantText("An account was suspended", "In force until")
		w.As(t, author).Get("/me/reports").WantText("A moderator has suspended whose it is")
		if text := w.mailTo(writer); !strings.Contains(text, "Your account was suspended") || !strings.Contains(text, "Three times was enough.") || !strings.Contains(text, "It lasts until") {
			t.Errorf("they were written %q", text)
		}

		c := w.As(t, writer)
		comment := url.Values{"kind": {"question"}, "body": {"And now?"}}
		c.Get("/case-studies/"+cs.Slug).Want(http.StatusOK).WantText("Your account is suspended until", "Letters in minutes")
		c.Get("/case-studies").Want(http.StatusOK).WantText("Your account is suspended until")
		c.Post("/case-studies/"+cs.Slug+"/comments", comment).Want(http.StatusForbidden).WantText("Your account is suspended until", "Unkind or abusive", "Three times was enough.")
		var problem struct{ Detail string }
		w.Program(t, writer).Do(http.MethodPut, "/api/v1/case-studies/"+cs.ID+"/vote", nil, "").Want(http.StatusForbidden).JSON(&problem)
		if !strings.Contains(problem.Detail, "Three times was enough.") || !strings.Contains(problem.Detail, "until") {
			t.Errorf("%q", problem.Detail)
		}
		c.Get("/me/moderation").Want(http.StatusOK).WantText("Your account was suspended", "Three times was enough.").WantNoText("Farah")
		c.Post("/sign-out", nil).Want(http.StatusSeeOther)
		m.Post(person, form).Want(http.StatusConflict)

		w.Clock.Move(6 * 24 * time.Hour)
		w.As(t, writer).Post("/case-studies/"+cs.Slug+"/vote", url.Values{"voted": {"true"}}).Want(http.StatusForbidden)
		w.Clock.Move(25 * time.Hour)
		c = w.As(t, writer)
		c.Get("/case-studies").WantNoText("Your account is suspended")
		c.Post("/case-studies/"+cs.Slug+"/comments", comment).Want(http.StatusSeeOther)
		c.Get("/me/moderation").WantText("It has ended")
		// Another one can follow, and be taken back.
		w.suspend(farah, writer, "")
		w.As(t, writer).Post("/case-studies/"+cs.Slug+"/comments", comment).Want(http.StatusForbidden).WantText("until a moderator takes that back")
		w.lift(farah, models.ThingPerson, writer.ID, "We talked.")
		w.As(t, writer).Post("/case-studies/"+cs.Slug+"/vote", url.Values{"voted": {"true"}}).Want(http.StatusSeeOther)
	})
}

func TestAWarningStaysUntilItIsRead(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		author, farah, writer := w.person("Amina Yusuf"), w.person("Farah Siddiqui", models.RoleModerator), w.person("Ben Carter")
		w.post(author, "Letters in minutes")
		c := w.As(t, writer)
		c.Get("/case-studies").WantNoText("A moderator has warned you")
		for _, words := range []string{"Leave names out.", "And figures."} {
			w.act(farah, models.ThingPerson, writer.ID, "warn", "patient-data", words)
			w.Clock.Move(time.Second)
		}
		for _, at := range []string{"/case-studies", "/", "/me", "/case-studies/letters-in-minutes"} {
			c.Get(at).Want(http.StatusOK).WantText("A moderator has warned you", "Leave names out.").WantNoText("And figures.", "Farah")
		}
		w.As(t, author).Get("/case-studies").WantNoText("A moderator has warned you")
		w.As(t, farah).Get("/moderation/act/person/"+writer.ID).WantText("Warn them", "Suspend them", "Not read yet")
		if text := w.mailTo(writer); !strings.Contains(text, "You were warned") || !strings.Contains(text, "Leave names out.") {
			t.Errorf("they were written %q", text)
		}
		c.Post("/case-studies/letters-in-minutes/vote", url.Values{"voted": {"true"}}).Want(http.StatusSeeOther)
		list, err := w.Store.MeasuresAgainst(t.Context(), models.ThingPerson, writer.ID, 10)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		read := "/me/moderation/" + list[1].ID + "/read"
		w.As(t, author).Post(read, nil).Want(http.StatusNotFound)
		c.Post(read, url.Values{"back": {"/case-studies"}}).Want(http.StatusSeeOther).Follow().WantText("And figures.").WantNoText("Leave names out.")
		w.lift(farah, models.ThingPerson, writer.ID, "They were yours.") // one of the two
		c.Get("/me/moderation").WantText("You were warned", "Read on", "Taken back")
	})
}

func TestWhoSuspendsWhom(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		farah, hari := w.person("Farah Siddiqui", models.RoleModerator), w.person("Hari Rao", models.RoleModerator)
		gwen, ines, ben := w.person("Gwen Price", models.RoleAdmin), w.person("Ines Costa", models.RoleAdmin), w.person("Ben Carter")
		form := url.Values{"action": {"suspend"}, "reason": {"other"}, "words": {"Enough."}}
		for _, c := range []struct {
			who, whom models.Person
			status    int
		}{{farah, hari, 403}, {farah, gwen, 403}, {farah, farah, 403}, {gwen, gwen, 403}, {ben, hari, 403}, {gwen, hari, 303}, {gwen, ines, 303}, {ines, ben, 403}, {farah, ben, 303}} {
			if got := w.As(t, c.who).Post("/moderation/act/person/"+c.whom.ID, form).Status; got != c.status {
				t.Errorf("%s suspends %s: %d", c.who.Name, c.whom.Name, got)
			}
		}
		// Who is suspended looks after nothing, so that the other admin stays one.
		w.As(t, gwen).Post("/me/close", url.Values{"sure": {"yes"}}).Want(http.StatusConflict)
		if err := w.Store.Revoke(t.Context(), gwen.ID, models.Grant{Role: models.RoleAdmin}); models.KindOf(err) != models.Conflict {
			t.Errorf("the last admin who can write: %v", err)
		}
		w.As(t, farah).Post("/moderation/measures/"+w.standing(models.ThingPerson, hari.ID)+"/lift", url.Values{"words": {"Back."}}).Want(http.StatusForbidden)
		w.As(t, hari).Post("/moderation/measures/"+w.standing(models.ThingPerson, hari.ID)+"/lift", url.Values{"words": {"Back."}}).Want(http.StatusForbidden)
		w.lift(gwen, models.ThingPerson, ines.ID, "Back.")
		errs := make([]error, 2)
		var all sync.WaitGroup
		pair := []models.Person{gwen, ines}
		for i := range pair {
			all.Go(func() {
				_, errs[i] = w.judged.Act(t.Context(), &pair[i], moderation.NewMeasure{Action: models.MeasureSuspend, Kind: models.ThingPerson, Thing: pair[1-i].ID, Reason: "other", Words: "Enough."})
			})
		}
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("two admins suspend one another: %v", errs)
		}
	})
}

func TestClosingAnAccountIsNoWayRoundASuspension(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		farah, writer := w.person("Farah Siddiqui", models.RoleModerator), w.person("Ben Carter")
		c := w.As(t, writer)
		w.suspend(farah, writer, w.Clock.Now().AddDate(0, 0, 3).Format("2006-01-02"))
		c.Post("/me/close", url.Values{"sure": {"yes"}}).Want(http.StatusSeeOther)
		again := func() error {
			p := models.Person{ID: w.Store.NewID(), Handle: "somebody-new", Name: "Ben Carter", Email: strings.ToUpper(writer.Email), Skills: []string{}, CreatedAt: w.Store.Now()}
			return w.Store.CreatePerson(t.Context(), &p)
		}
		if err := again(); models.KindOf(err) != models.Forbidden {
			t.Errorf("an account of the same address: %v", err)
		}
		if where := w.kept(writer.Email, "Ben Carter"); len(where) > 0 {
			t.Errorf("their name or address is kept in %v", where)
		}
		w.Clock.Move(4 * 24 * time.Hour)
		if err := again(); err != nil {
			t.Errorf("after the suspension: %v", err)
		}
	})
}
