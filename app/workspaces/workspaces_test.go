package workspaces_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/adoptions"
	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/app/workspaces"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	t                       *testing.T
	author, owner, lead     models.Person
	nurse, other, moderator models.Person
	study                   models.CaseStudy
	adoption                models.Adoption
	feature                 *workspaces.Feature
	files                   *uploads.Store
}

const body = "## Aim\n\n- Faster letters\n\n## What was done\n\n1. Ask the lab.\n2. Join the systems.\n3. Go live on one ward.\n"

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	made := sync.Map{} // of each database
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		queue := jobs.New(s.Store, jobs.Config{Now: s.Store.Now})
		files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		feature, adopted := workspaces.New(s, queue, files), adoptions.New(s)
		told := notifications.New(s, queue, nil)
		feature.Forget = func(ctx context.Context, sums []string) error {
			for _, sum := range sums { // as the job does, of which the tests of the whole program tell
				if used, err := s.Store.ContentInUse(ctx, sum); err != nil || used {
					return err
				}
				if err := files.Delete(ctx, sum); err != nil {
					return err
				}
			}
			return nil
		}
		feature.TellTask, feature.TellAdded, adopted.MayWork = told.TaskGiven, told.AddedToWorkspace, feature.MayOpen
		made.Store(s.Store, &bench{feature: feature, files: files})
		return []apptest.Routes{feature, adopted, told}
	}, func(t *testing.T, a *apptest.App) {
		own, _ := made.Load(a.Store)
		b := &bench{App: a, t: t, feature: own.(*bench).feature, files: own.(*bench).files}
		b.author = b.person("owen", "RR8")
		b.owner, b.nurse, b.other = b.person("olga", "RWY"), b.person("nina", "RWY"), b.person("otto", "RWY")
		b.lead, b.moderator = b.person("lena", "RWY", apptest.WithRole(models.RoleLead)), b.person("mo", "RWY", apptest.WithRole(models.RoleModerator))
		b.study = models.CaseStudy{ID: a.Store.NewID(), OwnerID: b.author.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Organisation: "RR8", Stage: models.StageInUse, Body: body, Language: "en"}}
		if err := a.Store.CreateCaseStudy(t.Context(), &b.study, store.SaveNote{EditorID: b.author.ID}); err != nil {
			t.Fatal(err)
		}
		b.adoption = models.Adoption{ID: a.Store.NewID(), CaseStudyID: b.study.ID, Organisation: "RWY", Status: models.AdoptionPlanning, OwnerID: b.owner.ID, CreatedAt: a.Store.Now()}
		if err := a.Store.AddAdoption(t.Context(), &b.adoption, b.owner.ID); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	})
}

func (b *bench) person(handle, organisation string, change ...func(*models.Person)) models.Person {
	b.t.Helper()
	at := func(p *models.Person) { p.Organisation = organisation }
	return apptest.Person(b.t, b.Store, append([]func(*models.Person){at, apptest.Named(handle, "Person "+handle)}, change...)...)
}

func (b *bench) path() string { return "/case-studies/" + b.study.Slug + "/adoptions/RWY/workspace" }

func (b *bench) api() string {
	return "/api/v1/case-studies/" + b.study.ID + "/adoptions/RWY/workspace"
}

func (b *bench) workspace() models.Workspace {
	b.t.Helper()
	w, err := b.Store.Workspace(b.t.Context(), b.adoption.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return w
}

func (b *bench) words() string {
	b.t.Helper()
	var all []string
	for _, t := range b.workspace().Tasks {
		all = append(all, t.Words)
	}
	return strings.Join(all, " | ")
}

func (b *bench) plan() {
	b.t.Helper()
	b.As(b.t, b.owner).Post(b.path()+"/plan", nil).WantRedirect(b.path() + "#plan")
}

// To whom it is not there, it is there in no way.
func TestOnlyItsPeopleReadAWorkspace(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		add := b.As(t, b.owner).Get(b.path() + "/people/new").Want(http.StatusOK).Form(b.path() + "/people/new")
		add.Set("handle", "owen").Send().WantErrors("Give the handle of somebody whose profile names the organisation RWY, such as amina-yusuf")
		add.Set("handle", "@nina").Send().WantRedirect(b.path() + "#people")
		task := b.workspace().Tasks[0].ID
		for _, p := range []models.Person{b.owner, b.lead, b.nurse, b.person("ada", "RR8", apptest.WithRole(models.RoleAdmin))} {
			b.As(t, p).Get(b.path()).Want(http.StatusOK).WantText("Join the systems.")
			b.As(t, p).Get(b.path() + "/print").Want(http.StatusOK).WantText("Join the systems.")
			b.Program(t, p).Get(b.api()).Want(http.StatusOK).WantText("Join the systems.")
		}
		nowhere := "/case-studies/" + b.study.Slug + "/adoptions/RXX/workspace"
		for _, p := range []models.Person{b.other, b.moderator, b.author, b.person("lou", "RR8", apptest.WithRole(models.RoleLead))} {
			c := b.As(t, p)
			if got, none := c.Get(b.path()).Want(http.StatusNotFound), c.Get(nowhere).Want(http.StatusNotFound); strings.ReplaceAll(got.Body, "RWY", "RXX") != strings.ReplaceAll(none.Body, "RWY", "RXX") {
				t.Error("that it is there is told")
			}
			for _, page := range []string{"/print", "/tasks/new", "/tasks/" + task, "/cycles/new", "/people/new", "/links/new", "/files/new", "/files/" + task} {
				c.Get(b.path() + page).Want(http.StatusNotFound)
			}
			for _, action := range []string{"/plan", "/tasks/new", "/tasks/" + task, "/tasks/" + task + "/done", "/tasks/" + task + "/move", "/tasks/" + task + "/remove", "/steps/" + task + "/back", "/cycles/new", "/people/new", "/people/nina/remove", "/links/new", "/files/new", "/files/" + task + "/remove"} {
				c.Post(b.path()+action, url.Values{"words": {"Mine"}, "version": {"1"}}).Want(http.StatusNotFound)
			}
			b.Program(t, p).Get(b.api()).WantProblem(http.StatusNotFound)
			b.Program(t, p).Send(http.MethodPost, b.api()+"/tasks", map[string]string{"words": "Mine"}).WantProblem(http.StatusNotFound)
			c.Get(strings.TrimSuffix(b.path(), "/workspace")).Want(http.StatusOK).WantNoText("Our workspace")
		}
		b.Client(t).Get(b.path()).Want(http.StatusNotFound)
		b.Client(t).Get(b.api()).WantProblem(http.StatusNotFound)
		b.Client(t).Get(strings.TrimSuffix(b.path(), "/workspace")).Want(http.StatusOK).WantNoText("Our workspace")
		b.As(t, b.nurse).Get(strings.TrimSuffix(b.path(), "/workspace")).Want(http.StatusOK).WantText("Our workspace")
		// Only who runs it says who else reads it; everybody can leave, and who goes elsewhere has gone.
		b.As(t, b.nurse).Post(b.path()+"/people/new", url.Values{"handle": {"otto"}}).Want(http.StatusForbidden)
		b.As(t, b.lead).Post(b.path()+"/people/new", url.Values{"handle": {"otto"}}).WantRedirect(b.path() + "#people")
		b.As(t, b.nurse).Post(b.path()+"/people/otto/remove", nil).Want(http.StatusForbidden)
		b.As(t, b.other).Post(b.path()+"/people/otto/remove", nil).WantRedirect(strings.TrimSuffix(b.path(), "/workspace"))
		b.As(t, b.other).Get(b.path()).Want(http.StatusNotFound)
		if err := b.Store.DB(t.Context()).Exec("UPDATE people SET organisation = 'RR8' WHERE id = ?", b.nurse.ID).Error; err != nil {
			t.Fatal(err)
		}
		b.As(t, b.nurse).Get(b.path()).Want(http.StatusNotFound)
		b.As(t, b.owner).Get(b.path()).WantText("Their profile names another organisation now")
	})
}

func TestAPlanIsMadeOfTheSteps(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		c.Get(b.path()).Want(http.StatusOK).WantText("There is no task yet").Form(b.path()+"/plan").Send().WantRedirect(b.path()+"#plan").Follow().WantText("3 steps are added to the plan.", "0 of 3 done")
		tasks := b.workspace().Tasks
		form := c.Get(b.path() + "/tasks/" + tasks[1].ID).Want(http.StatusOK).Form(b.path() + "/tasks/" + tasks[1].ID)
		form.Set("words", "Join our two systems.").Set("due", "2026-03-03").Send().WantRedirect(b.path() + "#plan")
		c.Post(b.path()+"/tasks/"+tasks[2].ID+"/remove", nil).WantRedirect(b.path() + "#plan")
		// Again: only what is not there yet, and nothing that was taken out until it is brought back.
		page := c.Post(b.path()+"/plan", nil).WantRedirect(b.path()+"#plan").Follow().WantText("Every step of the case study is in the plan, or was taken out of it.", "Taken out of the plan: 1 step", "Go live on one ward.")
		out := b.workspace().StepsOut
		if got := b.words(); got != "Ask the lab. | Join our two systems." || len(out) != 1 {
			t.Fatalf("the plan is %s, without %+v", got, out)
		}
		back := b.path() + "/steps/" + out[0].ID + "/back"
		page.Form(back).Send().Want(http.StatusSeeOther).Follow().WantText("The step is in the plan again.").WantNoText("Taken out of the plan")
		c.Post(back, nil).Want(http.StatusNotFound)
		c.Post(b.path()+"/plan", nil).Follow().WantText("Every step of the case study is in the plan already.")
		tasks[2] = b.workspace().Tasks[2]
		if got := b.words(); got != "Ask the lab. | Join our two systems. | Go live on one ward." {
			t.Errorf("the plan is %s", got)
		}
		w := b.workspace()
		if w.Revision != 1 || w.StudyID != b.study.ID {
			t.Errorf("made from revision %d of %s", w.Revision, w.StudyID)
		}
		// What is overdue stands first, and is not moved; the others change places.
		page = c.Get(b.path()).WantText("Overdue", "Due on 3 March 2026")
		if text := page.Text(); strings.Index(text, "Join our two systems.") > strings.Index(text, "Ask the lab.") {
			t.Error("what is overdue does not stand first")
		}
		c.Post(b.path()+"/tasks/"+tasks[0].ID+"/move", url.Values{"to": {"down"}}).WantRedirect(b.path() + "#task-" + tasks[0].ID)
		if got := b.words(); got != "Go live on one ward. | Join our two systems. | Ask the lab." {
			t.Errorf("moved, the plan is %s", got)
		}
		c.Post(b.path()+"/tasks/"+tasks[0].ID+"/move", url.Values{"to": {"down"}}).Want(http.StatusSeeOther)
		c.Post(b.path()+"/tasks/"+tasks[0].ID+"/move", url.Values{"to": {"away"}}).Want(http.StatusBadRequest)
		c.Post(b.path()+"/tasks/"+tasks[1].ID+"/done", url.Values{"done": {"true"}}).Follow().WantText("1 of 3 done", "Done on 4 March 2026").WantNoText("Overdue")
		c.Post(b.path()+"/tasks/"+tasks[1].ID+"/done", url.Values{"done": {"false"}}).Follow().WantText("0 of 3 done", "Overdue")
	})
}

func TestNobodyOverwritesAnother(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c := b.As(t, b.owner)
		at := b.path() + "/tasks/" + b.workspace().Tasks[0].ID
		one, two := c.Get(at).Form(at), c.Get(at).Form(at)
		one.Set("words", "Ask the lab on Monday.").Send().Want(http.StatusSeeOther)
		again := two.Set("words", "Ask the lab on Friday.").Send().Want(http.StatusConflict).WantText("This is what is saved by now", "Ask the lab on Monday.")
		if got := again.Form(at).Values.Get("words"); got != "Ask the lab on Friday." {
			t.Errorf("what was typed is %q", got)
		}
		again.Form(at).Send().Want(http.StatusSeeOther)
		if got := b.workspace().Tasks[0].Words; got != "Ask the lab on Friday." {
			t.Errorf("saved is %q", got)
		}
		begin := c.Get(b.path() + "/cycles/new").Want(http.StatusOK).Form(b.path() + "/cycles/new")
		begin.Set("plan", "One ward for a week").Send().WantErrors("Say what you expect to happen, so that you can compare it with what does")
		begin.Set("prediction", "Letters within an hour").Send().WantRedirect(b.path()+"#cycle-1").Follow().WantText("Cycle 1", "Letters within an hour", "Not decided yet")
		at = b.path() + "/cycles/" + b.workspace().Cycles[0].ID
		one, two = c.Get(at).Form(at), c.Get(at).Form(at)
		one.Set("act", "adapt").Send().WantErrors("Say what happened against the prediction before you decide")
		one.Set("act", "adapt").Set("studied", "Within two hours").Set("ended", "2026-03-03").Send().WantErrors("The cycle must not end before it begins")
		one.Set("act", "adapt").Set("studied", "Within two hours").Set("ended", "2026-03-11").Send().WantRedirect(b.path()+"#cycle-1").Follow().WantText("Adapt", "Within two hours", "Ended on 11 March 2026")
		again = two.Set("did", "We did").Send().Want(http.StatusConflict).WantText("Within two hours")
		if got := again.Form(at).Values.Get("did"); got != "We did" {
			t.Errorf("what was typed is %q", got)
		}
		c.Post(at+"/remove", nil).WantRedirect(b.path() + "#cycles")
		begin.Set("plan", "Two wards").Set("prediction", "Within an hour").Send().WantRedirect(b.path() + "#cycle-2")
	})
}

func TestWhoIsGivenATaskIsTold(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		form := c.Get(b.path() + "/tasks/new").Want(http.StatusOK).Form(b.path() + "/tasks/new")
		form.Set("words", "Call NHS number 943 476 5919").Send().Want(http.StatusUnprocessableEntity).WantNoText("The task is added")
		form.Set("words", "Call the lab").Set("person", "nina").Send().WantErrors("Choose one of the people of this workspace")
		c.Post(b.path()+"/people/new", url.Values{"handle": {"nina"}}).Want(http.StatusSeeOther)
		form.Set("words", "Call the lab").Set("person", "nina").Set("due", "soon").Send().WantErrors("“soon” is no day. Enter it as 2026-01-31")
		form.Set("words", "Call the lab").Set("person", "nina").Set("due", "2026-03-05").Send().WantRedirect(b.path() + "#plan")
		nina := b.As(t, b.nurse)
		page := nina.Get("/me/notifications").Want(http.StatusOK).WantText("Person olga gave you a task in your organisation’s workspace for", "added you to your organisation’s workspace for", "Letters in minutes").WantNoText("Call the lab")
		if p, err := b.Store.PersonByID(t.Context(), b.nurse.ID); err != nil || p.Unread != 2 {
			t.Errorf("they have %d unread, %v", p.Unread, err)
		}
		if to := nina.Get(newest(page)).Want(http.StatusFound).Header.Get("Location"); to != b.path() {
			t.Errorf("it leads to %s", to)
		}
		// Removed, what they had to do is nobody's.
		c.Post(b.path()+"/people/nina/remove", nil).Want(http.StatusSeeOther)
		if got := b.workspace().Tasks[0]; got.PersonID != "" || got.Words != "Call the lab" {
			t.Errorf("the task is %+v", got)
		}
		// So it is when an account is closed; what it says stays.
		c.Post(b.path()+"/people/new", url.Values{"handle": {"nina"}}).Want(http.StatusSeeOther)
		at := b.path() + "/tasks/" + b.workspace().Tasks[0].ID
		c.Get(at).Form(at).Set("person", "nina").Send().Want(http.StatusSeeOther)
		if err := b.Store.ClosePerson(t.Context(), b.nurse.ID); err != nil {
			t.Fatal(err)
		}
		if w := b.workspace(); len(w.People) != 0 || w.Tasks[0].PersonID != "" {
			t.Errorf("after an account was closed: %+v", w)
		}
	})
}

func TestLinksAndLimits(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		form := c.Get(b.path() + "/links/new").Want(http.StatusOK).Form(b.path() + "/links/new")
		for _, wrong := range []string{"http://share.test/x", "javascript:alert(1)", "https://", "share.test/x", "https://me:you@share.test/x"} {
			form.Set("title", "The form").Set("url", wrong).Send().WantErrors("Enter the address of the document, which begins with https://")
		}
		form.Set("title", "The form").Set("url", "https://share.test/form").Send().WantRedirect(b.path() + "#documents").Follow().WantText("The form")
		c.Post(b.path()+"/links/"+b.workspace().Links[0].ID+"/remove", nil).WantRedirect(b.path() + "#documents")
		c.Post(b.path()+"/links/x/remove", nil).Want(http.StatusNotFound)
		few := len(b.Statements(func() { c.Get(b.path()).Want(http.StatusOK) }))
		for i := range models.MaxTasks {
			task := models.Task{ID: b.Store.NewID(), AdoptionID: b.adoption.ID, Words: "Task", CreatedBy: b.owner.ID, PersonID: b.owner.ID}
			if err := b.Store.AddTask(t.Context(), &task); err != nil {
				t.Fatalf("task %d: %v", i, err)
			}
		}
		if many := len(b.Statements(func() { c.Get(b.path()).Want(http.StatusOK) })); many > few {
			t.Errorf("%d statements, then %d", few, many)
		}
		c.Post(b.path()+"/tasks/new", url.Values{"words": {"One more"}, "person": {""}, "due": {""}}).Want(http.StatusConflict).WantText("This workspace has 200 tasks, which is the most that one can have")
		b.plan() // adds nothing more
		if n := len(b.workspace().Tasks); n != models.MaxTasks {
			t.Errorf("%d tasks", n)
		}
	})
}

// A workspace goes when the adoption is taken back, and moves with it.
func TestAWorkspaceIsOfItsAdoption(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c := b.As(t, b.owner)
		into := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.author.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(), Document: models.Document{Title: "Letters at once", Organisation: "RR8", Stage: models.StageInUse, Body: "Text", Language: "en"}}
		if err := b.Store.CreateCaseStudy(t.Context(), &into, store.SaveNote{EditorID: b.author.ID}); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.DB(t.Context()).Exec("UPDATE adoptions SET case_study_id = ? WHERE id = ?", into.ID, b.adoption.ID).Error; err != nil {
			t.Fatal(err)
		}
		c.Get(b.path()).Want(http.StatusNotFound)
		c.Get("/case-studies/"+into.Slug+"/adoptions/RWY/workspace").Want(http.StatusOK).WantText("Join the systems.", "Letters at once")
		c.Post("/case-studies/"+into.Slug+"/adoptions/RWY/workspace/plan", nil).Follow().WantText("The case study lists no steps from which a plan could be made.")
		c.Post("/case-studies/"+into.Slug+"/adoptions/RWY/remove", nil).Want(http.StatusSeeOther)
		for _, table := range []string{"workspaces", "workspace_tasks"} {
			var n int64
			if err := b.Store.DB(t.Context()).Table(table).Count(&n).Error; err != nil || n != 0 {
				t.Errorf("%s has %d rows, %v", table, n, err)
			}
		}
	})
}

func TestAWorkspaceByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		type task struct {
			ID, Words, Step string
			Person          *struct{ Handle string }
			Due, Done       *string
			Overdue         bool
		}
		var whole struct {
			Revision    *int
			Total, Done int
			Tasks       []task
		}
		c := b.Program(t, b.owner)
		c.Get(b.api()).Want(http.StatusOK).JSON(&whole)
		if whole.Revision != nil || whole.Total != 0 || whole.Tasks == nil {
			t.Errorf("an empty one is %+v", whole)
		}
		var planned struct {
			Added     int
			Workspace struct{ Total int }
		}
		c.Send(http.MethodPost, b.api()+"/plan", nil).Want(http.StatusOK).JSON(&planned)
		if planned.Added != 3 || planned.Workspace.Total != 3 {
			t.Errorf("planned %+v", planned)
		}
		var made task
		answer := c.Send(http.MethodPost, b.api()+"/tasks", map[string]string{"words": "Call the lab", "person": "olga", "due": "2026-03-01"}).Want(http.StatusCreated).JSON(&made)
		if made.Person == nil || made.Person.Handle != "olga" || !made.Overdue || made.Done != nil || !strings.HasSuffix(answer.Header.Get("Location"), made.ID) {
			t.Errorf("made %+v at %s", made, answer.Header.Get("Location"))
		}
		c.Send(http.MethodPost, b.api()+"/tasks", map[string]string{"words": "", "person": "nobody"}).WantProblem(http.StatusUnprocessableEntity)
		one := b.api() + "/tasks/" + made.ID
		b.Clock.Move(time.Minute)
		c.Send(http.MethodPut, one, map[string]any{"done": true, "person": ""}).Want(http.StatusOK).JSON(&made)
		if made.Done == nil || made.Overdue || made.Person != nil || made.Words != "Call the lab" {
			t.Errorf("changed %+v", made)
		}
		if err := b.Store.TaskDone(t.Context(), b.adoption.ID, made.ID, false); err != nil {
			t.Fatal(err)
		}
		c.Header.Set("If-Match", answer.Header.Get("ETag"))
		c.Send(http.MethodPut, one, map[string]any{"words": "Else"}).WantProblem(http.StatusPreconditionFailed)
		c = b.Program(t, b.owner)
		c.Send(http.MethodDelete, one, nil).Want(http.StatusNoContent)
		c.Send(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound)
		c.Get(b.api()).JSON(&whole)
		if whole.Total != 3 || whole.Revision == nil || *whole.Revision != 1 || whole.Tasks[0].Step != "Ask the lab." {
			t.Errorf("in the end %+v", whole)
		}
	})
}

// newest gives where the first of the notifications on a page leads.
func newest(page *apptest.Page) string {
	for _, to := range page.Links() {
		if strings.HasPrefix(to, "/me/notifications/0") {
			return to
		}
	}
	return ""
}

// A lead whose profile names another organisation works here as one whose profile names it.
func TestLeadsFromElsewhereWorkInAWorkspace(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		far := b.person("fern", "RR8")
		if err := b.Store.Grant(t.Context(), far.ID, models.Grant{Role: models.RoleLead, Organisation: "RWY"}); err != nil {
			t.Fatal(err)
		}
		c := b.As(t, b.owner)
		c.Post(b.path()+"/people/new", url.Values{"handle": {"fern"}}).Want(http.StatusSeeOther).Follow().WantText("Person fern").WantNoText("Their profile names another organisation now")
		b.Program(t, b.owner).Get(b.api() + "/people").WantText(`"gone":false`)
		c.Get(b.path()+"/tasks/new").Form(b.path()+"/tasks/new").Set("words", "Call the lab").Set("person", "fern").Send().WantRedirect(b.path() + "#plan")
		if w := b.workspace(); w.Tasks[0].PersonID != far.ID {
			t.Errorf("the task is %+v", w.Tasks[0])
		}
		if err := b.Store.Revoke(t.Context(), far.ID, models.Grant{Role: models.RoleLead, Organisation: "RWY"}); err != nil {
			t.Fatal(err)
		}
		c.Get(b.path()).WantText("Their profile names another organisation now")
		b.Program(t, b.owner).Get(b.api() + "/people").WantText(`"gone":true`)
	})
}
