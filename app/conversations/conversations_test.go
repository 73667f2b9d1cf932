package conversations_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/conversations"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// kept are the reports that features made, by their stores.
var kept sync.Map

type bench struct {
	*apptest.App
	t            *testing.T
	owner, asker models.Person
	study        models.CaseStudy
	reports      *[]string
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		feature := conversations.New(s)
		told := notifications.New(s, jobs.New(s.Store, jobs.Config{Now: s.Store.Now}), nil)
		feature.Tell = told.Message
		reports := &[]string{}
		feature.Report = func(_ context.Context, by *models.Person, about string, reason models.ReportReason, words string) error {
			*reports = append(*reports, about+" "+string(reason)+" "+words)
			return nil
		}
		kept.Store(s.Store, reports)
		return []apptest.Routes{feature, told}
	}, func(t *testing.T, a *apptest.App) {
		reports, _ := kept.Load(a.Store)
		b := &bench{App: a, t: t, reports: reports.(*[]string)}
		b.owner, b.asker = apptest.Person(t, a.Store, apptest.Named("owen", "Owen Owner")), apptest.Person(t, a.Store, apptest.Named("asha", "Asha Asker"))
		b.study = models.CaseStudy{ID: a.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
		if err := a.Store.CreateCaseStudy(t.Context(), &b.study, store.SaveNote{EditorID: b.owner.ID}); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	})
}

func (b *bench) path() string { return "/case-studies/" + b.study.Slug + "/ask" }

// ask sends a question to the team, and gives where it can be read.
func (b *bench) ask(p models.Person, body string) string {
	b.t.Helper()
	page := b.As(b.t, p).Post(b.path(), url.Values{"kind": {"question"}, "body": {body}}).Want(http.StatusSeeOther)
	return page.Header.Get("Location")
}

func TestATeamIsAskedAndAnswers(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get(b.path()).Want(http.StatusOK).WantText("Sign in to ask")
		c, team := b.As(t, b.asker), b.As(t, b.owner)
		form := c.Get(b.path() + "?kind=visit").Want(http.StatusOK).WantText("Read by Owen Owner and you").Form(b.path())
		if form.Values.Get("kind") != "visit" {
			t.Errorf("the form asks for %v", form.Values)
		}
		form.Set("body", "Hello").Send().WantErrors("Say a little more, so that they can answer: at least 10 characters")
		form.Set("body", "NHS number 943 476 5919 is why I ask").Send().Want(http.StatusUnprocessableEntity)
		at := form.Set("body", "May three of us come and see the ward?").Send().Want(http.StatusSeeOther).Header.Get("Location")
		c.Get("/me/conversations").WantText("Letters in minutes", "A visit", "Waits for their answer")
		team.Get("/me/conversations").WantText("Waiting for an answer from you", "With Asha Asker", "New")
		p, err := b.Store.PersonByID(t.Context(), b.owner.ID)
		if err != nil || p.Unread != 1 {
			t.Errorf("they have %d unread notifications, %v", p.Unread, err)
		}
		team.Get("/me/notifications").Want(http.StatusOK).WantText("Asha Asker wrote to you about Letters in minutes").WantNoText("three of us")
		page := team.Get(at).Want(http.StatusOK).WantText("May three of us come and see the ward?", "Only those in it read it")
		if strings.Contains(page.Body, b.asker.Email) {
			t.Error("the page has an e-mail address")
		}
		if p, err = b.Store.PersonByID(t.Context(), b.owner.ID); err != nil || p.Unread != 0 {
			t.Errorf("read, they have %d unread notifications, %v", p.Unread, err)
		}
		page.Form(at).Set("body", "Yes, on a Tuesday.").Send().WantRedirect(at)
		c.Get(at).WantText("Yes, on a Tuesday.", "Answered")
		team.Get("/me/conversations").WantNoText("Waiting for an answer from you")
		// Who waits for longer than a week is marked.
		c.Post(at, url.Values{"body": {"Which?"}}).WantRedirect(at)
		b.Clock.Move(8 * 24 * time.Hour)
		b.As(t, b.owner).Get("/me/conversations").WantText("Waits for more than a week")
	})
}

// Nobody but those in it reads a conversation, whatever their role.
func TestNobodyElseReadsAConversation(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.ask(b.asker, "What did it cost you in the end?")
		for _, role := range []models.Role{models.RoleMember, models.RoleModerator, models.RoleAdmin} {
			other := b.As(t, apptest.Person(t, b.Store, apptest.WithRole(role)))
			other.Get(at).Want(http.StatusNotFound).WantNoText("cost you")
			other.Get("/me/conversations").WantNoText("Letters in minutes")
			for _, action := range []string{"", "/decline", "/block"} {
				other.Post(at+action, url.Values{"body": {"Let me in"}}).Want(http.StatusNotFound)
			}
		}
		b.As(t, b.owner).Get(at).Want(http.StatusOK)
		b.As(t, b.owner).Post(b.path(), url.Values{"kind": {"question"}, "body": {"Asking myself something"}}).Want(http.StatusConflict)
		var events []struct{ Action, Before, After string }
		if err := b.Store.DB(t.Context()).Table("audit_events").Where("action LIKE 'conversation.%'").Find(&events).Error; err != nil || len(events) != 1 || strings.Contains(events[0].Before+events[0].After, "cost") {
			t.Errorf("on record: %+v, %v", events, err)
		}
	})
}

func TestDecliningBlockingAndReporting(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.ask(b.asker, "What did it cost you in the end?")
		team, c := b.As(t, b.owner), b.As(t, b.asker)
		c.Post(at+"/decline", nil).Want(http.StatusConflict)
		c.Post(at+"/block", nil).Want(http.StatusConflict)
		one, err := b.Store.Conversation(t.Context(), b.owner.ID, strings.TrimPrefix(at, "/me/conversations/"))
		if err != nil {
			t.Fatal(err)
		}
		report := at + "/report/" + one.Messages[0].ID
		c.Get(report).Want(http.StatusNotFound) // one's own
		form := team.Get(report).Want(http.StatusOK).WantText("What did it cost you").Form(report)
		form.Send().Want(http.StatusUnprocessableEntity)
		form.Set("reason", "spam").Set("words", "They sell something").Send().WantRedirect(at)
		if got := *b.reports; len(got) != 1 || !strings.HasPrefix(got[0], b.asker.ID+" spam They sell something") || !strings.Contains(got[0], "What did it cost you in the end?") {
			t.Errorf("reported %q", got)
		}
		team.Get(at).Form(at + "/decline").Send().WantRedirect("/me/conversations")
		c.Get(at).WantText("Declined")
		team.Post(at+"/block", nil).WantRedirect("/me/conversations")
		team.Get(at).Want(http.StatusNotFound)
		c.Get(at).Want(http.StatusOK).WantText("Nobody else is in this conversation any more.")
		c.Post(at, url.Values{"body": {"Hello?"}}).Want(http.StatusConflict)
		c.Get(b.path()).Want(http.StatusOK).WantText("Nobody here can be asked")
		c.Post(b.path(), url.Values{"kind": {"question"}, "body": {"Once more, please?"}}).Want(http.StatusConflict)
	})
}

// Somebody who knows something is asked where they agreed to be found, by those
// to whom they show what they know.
func TestAskingSomebodyWhoKnows(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.asker)
		for _, choice := range []struct {
			shown    models.Visibility
			findable bool
			status   int
		}{{models.ToSignedIn, false, http.StatusConflict}, {models.ToOrganisation, true, http.StatusConflict}, {models.ToSignedIn, true, http.StatusOK}} {
			e := models.Expertise{PersonID: b.owner.ID, Shown: choice.shown, Findable: choice.findable}
			if err := b.Store.SaveExpertise(t.Context(), &e, func(models.KnowKind, string) string { return "" }); err != nil {
				t.Fatal(err)
			}
			c.Get("/people/owen/ask").Want(choice.status)
		}
		at := c.Get("/people/owen/ask").Form("/people/owen/ask").Set("body", "How do you consent people?").Send().Want(http.StatusSeeOther).Header.Get("Location")
		b.As(t, b.owner).Get(at).Want(http.StatusOK).WantText("A question to you", "How do you consent people?")
		b.As(t, b.owner).Get("/me/notifications").WantText("Asha Asker wrote to you about a question to somebody who knows")
		// An account that is closed leaves, and its words go.
		if err := b.Store.ClosePerson(t.Context(), b.asker.ID); err != nil {
			t.Fatal(err)
		}
		b.As(t, b.owner).Get(at).Want(http.StatusOK).WantText("What stood here went with the account").WantNoText("consent people")
	})
}

func TestHowMuchOnePersonAsks(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		lead := apptest.Person(t, b.Store, apptest.WithRole(models.RoleOrganiser)) // who is not new
		for range models.MaxAsksADay {
			b.ask(lead, "One more question, please?")
		}
		b.As(t, lead).Post(b.path(), url.Values{"kind": {"question"}, "body": {"And another question?"}}).Want(http.StatusTooManyRequests)
		b.Clock.Move(25 * time.Hour)
		b.ask(lead, "One more question, please?")
		c := b.As(t, lead)
		few := len(b.Statements(func() { c.Get("/me/conversations").Want(http.StatusOK) }))
		b.ask(lead, "One more question, please?")
		if many := len(b.Statements(func() { c.Get("/me/conversations").Want(http.StatusOK) })); many > few {
			t.Errorf("%d statements, then %d", few, many)
		}
	})
}

// A program asks, answers and declines as a person does, and reads no more than
// they would.
func TestConversationsByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		asker, team := b.Program(t, b.asker), b.Program(t, b.owner)
		ask := "/api/v1/case-studies/" + b.study.Slug + "/conversations"
		asker.Send(http.MethodPost, ask, map[string]string{"kind": "question", "body": "Hello"}).WantProblem(http.StatusUnprocessableEntity)
		asker.Send(http.MethodPost, ask, map[string]string{"kind": "party", "body": "What did it cost you?"}).WantProblem(http.StatusUnprocessableEntity)
		asker.Send(http.MethodPost, ask, map[string]string{"kind": "question", "body": "NHS number 943 476 5919 is why I ask"}).WantProblem(http.StatusUnprocessableEntity)
		asker.Send(http.MethodPost, "/api/v1/case-studies/none/conversations", map[string]string{"kind": "question", "body": "What did it cost you?"}).WantProblem(http.StatusNotFound)
		team.Send(http.MethodPost, ask, map[string]string{"kind": "question", "body": "What did it cost you?"}).WantProblem(http.StatusConflict)
		b.Client(t).Send(http.MethodPost, ask, map[string]string{"kind": "question", "body": "What did it cost you?"}).WantProblem(http.StatusUnauthorized)
		type whole struct {
			ID, State, Part, Title string
			Unread                 bool
			People                 []struct{ Handle, Part string }
			Messages               []struct {
				Body string
				Own  bool
			}
		}
		var one whole
		made := asker.Send(http.MethodPost, ask, map[string]string{"kind": "question", "body": "What did it cost you?"}).Want(http.StatusCreated)
		made.JSON(&one)
		at := strings.TrimPrefix(made.Header.Get("Location"), apptest.BaseURL)
		if at != "/api/v1/me/conversations/"+one.ID || one.State != "open" || one.Part != "asker" || len(one.People) != 2 || len(one.Messages) != 1 || !one.Messages[0].Own {
			t.Fatalf("it began as %+v at %s", one, at)
		}
		b.Program(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleAdmin))).Get(at).WantProblem(http.StatusNotFound)
		team.Get("/api/v1/me/conversations/x").WantProblem(http.StatusNotFound)
		var list struct {
			Items []whole
			Total int
		}
		team.Get("/api/v1/me/conversations?limit=1").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || len(list.Items) != 1 || !list.Items[0].Unread || list.Items[0].Title != "Letters in minutes" || list.Items[0].Messages != nil {
			t.Fatalf("the team lists %+v", list)
		}
		team.Get("/api/v1/me/conversations?cursor=x").WantProblem(http.StatusBadRequest)
		team.Send(http.MethodPost, at+"/messages", map[string]string{"body": ""}).WantProblem(http.StatusUnprocessableEntity)
		b.Clock.Move(time.Second)
		team.Send(http.MethodPost, at+"/messages", map[string]string{"body": "Three weeks."}).Want(http.StatusCreated).JSON(&one)
		if one.State != "answered" || len(one.Messages) != 2 || one.Messages[1].Body != "Three weeks." {
			t.Errorf("answered, it is %+v", one)
		}
		team.Send(http.MethodPost, at+"/decline", nil).WantProblem(http.StatusConflict)
		b.Clock.Move(time.Second)
		asker.Send(http.MethodPost, at+"/messages", map[string]string{"body": "And since?"}).Want(http.StatusCreated)
		team.Send(http.MethodPost, at+"/decline", nil).Want(http.StatusNoContent)
		asker.Get(at).Want(http.StatusOK).JSON(&one)
		if one.State != "declined" {
			t.Errorf("declined, it is %+v", one)
		}
		asker.Send(http.MethodPost, "/api/v1/people/owen/conversations", map[string]string{"kind": "question", "body": "What did it cost you?"}).WantProblem(http.StatusConflict)
		known := models.Expertise{PersonID: b.owner.ID, Shown: models.ToSignedIn, Findable: true}
		if err := b.Store.SaveExpertise(t.Context(), &known, func(models.KnowKind, string) string { return "" }); err != nil {
			t.Fatal(err)
		}
		asker.Send(http.MethodPost, "/api/v1/people/"+b.owner.ID+"/conversations", map[string]string{"kind": "question", "body": "What did it cost you?"}).Want(http.StatusCreated)
		asker.Send(http.MethodPost, "/api/v1/people/nobody/conversations", map[string]string{"kind": "question", "body": "What did it cost you?"}).WantProblem(http.StatusNotFound)
	})
}
