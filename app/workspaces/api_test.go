package workspaces_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

type cycle struct {
	ID                                        string
	Number                                    int
	Plan, Prediction, Did, Studied, Act, Next string
	Started, Ended                            *string
}

func TestCyclesByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, at := b.Program(t, b.owner), b.api()+"/cycles"
		var list struct {
			Items []cycle
			Next  *string `json:"next_cursor"`
			Total int
		}
		c.Get(at).Want(http.StatusOK).JSON(&list)
		if list.Items == nil || list.Total != 0 {
			t.Errorf("no cycles are %+v", list)
		}
		c.Send(http.MethodPost, at, map[string]string{"plan": "", "prediction": "x", "act": "adopt", "ended": "soon"}).Want(http.StatusUnprocessableEntity).
			WantText("Say what you will try", "Say what happened against the prediction before you decide", "“soon” is no day")
		c.Send(http.MethodPost, at, map[string]string{"plan": "Ask NHS number 943 476 5919", "prediction": "x"}).WantProblem(http.StatusUnprocessableEntity)
		var made cycle
		answer := c.Send(http.MethodPost, at, map[string]string{"plan": "One ward", "prediction": "Within an hour", "started": "2026-03-02"}).Want(http.StatusCreated).JSON(&made)
		one := at + "/" + made.ID
		if made.Number != 1 || made.Started == nil || *made.Started != "2026-03-02" || made.Ended != nil || !strings.HasSuffix(answer.Header.Get("Location"), one) {
			t.Errorf("made %+v at %s", made, answer.Header.Get("Location"))
		}
		read := c.Get(one).Want(http.StatusOK).JSON(&made)
		if read.Header.Get("ETag") != answer.Header.Get("ETag") {
			t.Errorf("the state is %s, and was %s when made", read.Header.Get("ETag"), answer.Header.Get("ETag"))
		}
		c.Send(http.MethodPut, one, map[string]string{"act": "adopt"}).WantProblem(http.StatusUnprocessableEntity)
		c.Send(http.MethodPut, one, map[string]string{"act": "perhaps"}).WantProblem(http.StatusUnprocessableEntity)
		changed := c.Send(http.MethodPut, one, map[string]string{"studied": "Two hours", "act": "adapt", "ended": "2026-03-09"}).Want(http.StatusOK).JSON(&made)
		if made.Plan != "One ward" || made.Studied != "Two hours" || made.Act != "adapt" || made.Started == nil || changed.Header.Get("Location") != "" {
			t.Errorf("changed %+v", made)
		}
		c.Header.Set("If-Match", answer.Header.Get("ETag"))
		c.Send(http.MethodPut, one, map[string]string{"did": "It"}).WantProblem(http.StatusPreconditionFailed)
		c.Send(http.MethodDelete, one, nil).WantProblem(http.StatusPreconditionFailed)
		c.Header.Set("If-Match", `"x"`)
		c.Send(http.MethodPut, one, map[string]string{"did": "It"}).WantProblem(http.StatusPreconditionFailed)
		c.Header.Set("If-Match", changed.Header.Get("ETag"))
		c.Send(http.MethodPut, one, map[string]string{"act": "", "ended": ""}).Want(http.StatusOK).JSON(&made)
		if made.Act != "" || made.Ended != nil || made.Did != "" {
			t.Errorf("taken back, it is %+v", made)
		}
		c.Header.Del("If-Match")
		c.Send(http.MethodDelete, one, nil).Want(http.StatusNoContent)
		c.Send(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound)
		c.Get(one).WantProblem(http.StatusNotFound)
		// Page by page, and with what a page ended with gone by then.
		for range 3 {
			c.Send(http.MethodPost, at, map[string]string{"plan": "Again", "prediction": "Better"}).Want(http.StatusCreated).JSON(&made)
		}
		c.Get(at + "?limit=2").Want(http.StatusOK).JSON(&list)
		if list.Total != 3 || len(list.Items) != 2 || list.Items[0].Number != 2 || list.Next == nil {
			t.Fatalf("the first page is %+v", list)
		}
		c.Send(http.MethodDelete, at+"/"+list.Items[1].ID, nil).Want(http.StatusNoContent)
		c.Get(at + "?limit=2&cursor=" + *list.Next).Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 1 || list.Items[0].Number != 4 || list.Next != nil {
			t.Errorf("the second page is %+v", list)
		}
		c.Get(at + "?cursor=zzz").WantProblem(http.StatusBadRequest)
	})
}

func TestTasksOneByOneByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c, at := b.Program(t, b.owner), b.api()+"/tasks"
		var list struct {
			Items []struct{ ID, Words string }
			Next  *string `json:"next_cursor"`
			Total int
		}
		words := func() (all []string) {
			for next := "?limit=2"; ; {
				c.Get(at + next).Want(http.StatusOK).JSON(&list)
				for _, one := range list.Items {
					all = append(all, one.Words)
				}
				if list.Next == nil {
					return all
				}
				next = "?limit=2&cursor=" + *list.Next
			}
		}
		if got := words(); !slices.Equal(got, []string{"Ask the lab.", "Join the systems.", "Go live on one ward."}) {
			t.Errorf("the tasks are %q", got)
		}
		last := at + "/" + list.Items[0].ID
		c.Send(http.MethodPost, last+"/move", map[string]string{"to": "away"}).WantProblem(http.StatusUnprocessableEntity)
		for range 3 { // what is first stays
			c.Send(http.MethodPost, last+"/move", map[string]string{"to": "up"}).Want(http.StatusNoContent)
		}
		if got := words(); !slices.Equal(got, []string{"Go live on one ward.", "Ask the lab.", "Join the systems."}) {
			t.Errorf("moved, they are %q", got)
		}
		read := c.Get(last).Want(http.StatusOK).WantText("Go live on one ward.")
		c.Send(http.MethodPut, last, map[string]any{"done": true}).Want(http.StatusOK)
		c.Header.Set("If-Match", read.Header.Get("ETag"))
		c.Send(http.MethodDelete, last, nil).WantProblem(http.StatusPreconditionFailed)
		c.Header.Del("If-Match")
		c.Get(at + "/x").WantProblem(http.StatusNotFound)
		c.Send(http.MethodPost, at+"/x/move", map[string]string{"to": "up"}).WantProblem(http.StatusNotFound)
	})
}

func TestPeopleByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, at := b.Program(t, b.owner), b.api()+"/people"
		var list struct {
			Items []struct {
				Handle, Name string
				Gone         bool
			}
			Total int
		}
		handles := func() (all []string) {
			c.Get(at).Want(http.StatusOK).JSON(&list)
			for _, one := range list.Items {
				all = append(all, one.Handle)
			}
			return all
		}
		for range 2 { // again changes nothing
			c.Send(http.MethodPut, at+"/otto", nil).Want(http.StatusOK).WantText("Person otto")
		}
		c.Send(http.MethodPut, at+"/nina", nil).Want(http.StatusOK)
		if got := handles(); !slices.Equal(got, []string{"nina", "otto"}) {
			t.Errorf("its people are %q", got)
		}
		if p, err := b.Store.PersonByID(t.Context(), b.other.ID); err != nil || p.Unread != 1 {
			t.Errorf("they have %d unread, %v", p.Unread, err)
		}
		c.Send(http.MethodPut, at+"/owen", nil).Want(http.StatusNotFound).WantText("whose profile names the organisation RWY")
		c.Send(http.MethodPut, at+"/nobody", nil).Want(http.StatusNotFound).WantText("Nobody here has that handle")
		c.Send(http.MethodPut, at+"/-", nil).WantProblem(http.StatusNotFound)
		c.Send(http.MethodPut, at+"/olga", nil).Want(http.StatusConflict).WantText("looks after the adoption")
		nina := b.Program(t, b.nurse)
		nina.Send(http.MethodPut, at+"/mo", nil).WantProblem(http.StatusForbidden)
		nina.Send(http.MethodDelete, at+"/otto", nil).WantProblem(http.StatusForbidden)
		nina.Send(http.MethodDelete, at+"/nina", nil).Want(http.StatusNoContent)
		nina.Send(http.MethodDelete, at+"/nina", nil).WantProblem(http.StatusNotFound)
		nina.Get(b.api()).WantProblem(http.StatusNotFound)
		c.Send(http.MethodDelete, at+"/nina", nil).WantProblem(http.StatusNotFound)
		b.Program(t, b.lead).Send(http.MethodDelete, at+"/otto", nil).Want(http.StatusNoContent)
		if got := handles(); len(got) != 0 || list.Items == nil {
			t.Errorf("in the end %q", got)
		}
	})
}

func TestLinksByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c, at := b.Program(t, b.owner), b.api()+"/links"
		var made struct{ ID, Title, URL string }
		c.Send(http.MethodPost, at, map[string]string{"title": "", "url": "javascript:alert(1)"}).Want(http.StatusUnprocessableEntity).WantText("Enter what the document is", "which begins with https://")
		c.Send(http.MethodPost, at, map[string]string{"title": "Of NHS number 943 476 5919", "url": "https://share.test/x"}).WantProblem(http.StatusUnprocessableEntity)
		answer := c.Send(http.MethodPost, at, map[string]string{"title": " The form ", "url": "https://share.test/form"}).Want(http.StatusCreated).JSON(&made)
		one := at + "/" + made.ID
		if made.Title != "The form" || !strings.HasSuffix(answer.Header.Get("Location"), one) {
			t.Errorf("made %+v at %s", made, answer.Header.Get("Location"))
		}
		c.Get(one).Want(http.StatusOK).WantText("https://share.test/form")
		c.Get(at).Want(http.StatusOK).WantText("The form", made.ID, `"total":1`)
		c.Get(b.api() + "/files").Want(http.StatusOK).WantText(`"items":[]`)
		c.Send(http.MethodDelete, one, nil).Want(http.StatusNoContent)
		c.Send(http.MethodDelete, one, nil).WantProblem(http.StatusNotFound)
		c.Get(one).WantProblem(http.StatusNotFound)
	})
}

// To whom it is not there, nothing in it is.
func TestOnlyItsPeopleReachAWorkspaceByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		owner := b.As(t, b.owner)
		owner.Post(b.path()+"/cycles/new", url.Values{"plan": {"One ward"}, "prediction": {"Less"}}).Want(http.StatusSeeOther)
		owner.Post(b.path()+"/links/new", url.Values{"title": {"A form"}, "url": {"https://share.test/x"}}).Want(http.StatusSeeOther)
		w := b.workspace()
		task, round, link := "/tasks/"+w.Tasks[0].ID, "/cycles/"+w.Cycles[0].ID, "/links/"+w.Links[0].ID
		for _, p := range []models.Person{b.other, b.moderator, b.author} {
			c := b.Program(t, p)
			for _, read := range []string{"/tasks", task, "/cycles", round, "/people", "/links", link, "/files"} {
				c.Get(b.api() + read).WantProblem(http.StatusNotFound)
			}
			for _, write := range []struct {
				method, at string
				body       any
			}{{http.MethodPost, task + "/move", map[string]string{"to": "down"}}, {http.MethodPost, "/cycles", map[string]string{"plan": "x", "prediction": "y"}}, {http.MethodPut, round, map[string]string{"did": "x"}}, {http.MethodDelete, round, nil},
				{http.MethodPut, "/people/otto", nil}, {http.MethodDelete, "/people/otto", nil}, {http.MethodPost, "/links", map[string]string{"title": "x", "url": "https://share.test/y"}}, {http.MethodDelete, link, nil}, {http.MethodPut, "/seen", map[string]int{"revision": 1}}} {
				c.Send(write.method, b.api()+write.at, write.body).WantProblem(http.StatusNotFound)
			}
		}
		b.Client(t).Get(b.api() + "/cycles").WantProblem(http.StatusNotFound)
		b.Client(t).Send(http.MethodPost, b.api()+"/cycles", map[string]string{"plan": "x", "prediction": "y"}).WantProblem(http.StatusUnauthorized)
		if after := b.workspace(); len(after.Cycles) != 1 || len(after.Links) != 1 || len(after.People) != 0 || after.Cycles[0].Version != 1 {
			t.Errorf("it is %+v", after)
		}
	})
}

func TestWhatChangedByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.Program(t, b.owner)
		var whole struct {
			Latest  int
			Changed *int `json:"changed_since"`
			Owner   *struct{ Handle string }
			Ask     string `json:"ask_url"`
		}
		c.Send(http.MethodPost, b.api()+"/plan", nil).Want(http.StatusOK)
		c.Get(b.api()).Want(http.StatusOK).JSON(&whole)
		if whole.Latest != 1 || whole.Changed != nil || whole.Owner == nil || whole.Owner.Handle != "olga" || !strings.HasSuffix(whole.Ask, b.study.Slug+"/ask") {
			t.Errorf("it is %+v", whole)
		}
		b.revise("## What was done\n\n1. Ask two labs.\n")
		c.Get(b.api()).JSON(&whole)
		if whole.Latest != 2 || whole.Changed == nil || *whole.Changed != 1 {
			t.Errorf("changed, it is %+v", whole)
		}
		c.Send(http.MethodPut, b.api()+"/seen", map[string]int{"revision": 3}).WantProblem(http.StatusUnprocessableEntity)
		c.Send(http.MethodPut, b.api()+"/seen", map[string]int{"revision": 0}).WantProblem(http.StatusUnprocessableEntity)
		for range 2 {
			c.Send(http.MethodPut, b.api()+"/seen", map[string]int{"revision": 2}).Want(http.StatusNoContent)
		}
		whole.Changed = nil
		c.Get(b.api()).JSON(&whole)
		if whole.Changed != nil {
			t.Errorf("looked at, it has changed since %d", *whole.Changed)
		}
	})
}

func TestStepsThatWereTakenOutByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		c := b.Program(t, b.owner)
		first := b.workspace().Tasks[0]
		c.Send(http.MethodDelete, b.api()+"/tasks/"+first.ID, nil).Want(http.StatusNoContent)
		c.Send(http.MethodPost, b.api()+"/plan", nil).Want(http.StatusOK).WantText(`"added":0`, `"steps_out":[{`)
		var list struct {
			Items []struct{ ID, Step string }
			Total int
		}
		c.Get(b.api() + "/steps").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || list.Items[0].Step != first.Step {
			t.Fatalf("taken out are %+v", list)
		}
		back := b.api() + "/steps/" + list.Items[0].ID + "/back"
		b.Program(t, b.other).Send(http.MethodPost, back, nil).WantProblem(http.StatusNotFound)
		b.Program(t, b.other).Get(b.api() + "/steps").WantProblem(http.StatusNotFound)
		// What somebody wrote anew meanwhile is not there twice.
		var made, again struct{ ID string }
		c.Send(http.MethodPost, b.api()+"/tasks", map[string]string{"words": "ask the lab"}).Want(http.StatusCreated).JSON(&made)
		answer := c.Send(http.MethodPost, back, nil).Want(http.StatusCreated).JSON(&again)
		if again.ID != made.ID || !strings.HasSuffix(answer.Header.Get("Location"), made.ID) {
			t.Errorf("brought back as %s at %s, beside %s", again.ID, answer.Header.Get("Location"), made.ID)
		}
		c.Send(http.MethodPost, back, nil).WantProblem(http.StatusNotFound)
		if got := b.words(); got != "Join the systems. | Go live on one ward. | ask the lab" {
			t.Errorf("the plan is %s", got)
		}
		// A task of one's own takes nothing out, and a step is taken out once however often.
		c.Send(http.MethodDelete, b.api()+"/tasks/"+made.ID, nil).Want(http.StatusNoContent)
		for range 2 {
			b.plan()
			w := b.workspace()
			c.Send(http.MethodDelete, b.api()+"/tasks/"+w.Tasks[len(w.Tasks)-1].ID, nil).Want(http.StatusNoContent)
		}
		if w := b.workspace(); len(w.StepsOut) != 2 || len(w.Tasks) != 1 {
			t.Errorf("it is %+v", w)
		}
	})
}

// What somebody has looked at is new to the others still.
func TestEachSeesWhatIsNewToThem(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.plan()
		owner, lead := b.As(t, b.owner), b.As(t, b.lead)
		owner.Post(b.path()+"/people/new", url.Values{"handle": {"nina"}}).Want(http.StatusSeeOther)
		b.revise("## What was done\n\n1. Ask two labs.\n")
		const news = "that was revision 1, and it is revision 2 now"
		nina := b.As(t, b.nurse)
		for _, c := range []*apptest.Client{owner, lead, nina} {
			c.Get(b.path()).Want(http.StatusOK).WantText(news)
		}
		owner.Get(b.path()).Form(b.path() + "/seen").Send().Follow().WantText("It is marked as read.").WantNoText("See what changed")
		lead.Get(b.path()).WantText(news)
		nina.Get(b.path()).WantText(news)
		nina.Post(b.path()+"/plan", nil).Want(http.StatusSeeOther) // who makes the plan has looked
		nina.Get(b.path()).WantNoText("See what changed")
		lead.Get(b.path()).WantText(news)
		owner.Post(b.path()+"/people/new", url.Values{"handle": {"otto"}}).Want(http.StatusSeeOther)
		otto := b.As(t, b.other)
		otto.Get(b.path()).WantNoText("See what changed") // who comes now has nothing to catch up with
		b.revise("## What was done\n\n1. Ask three labs.\n")
		otto.Get(b.path()).WantText("that was revision 2, and it is revision 3 now")
		lead.Get(b.path()).WantText("that was revision 1, and it is revision 3 now")
		owner.Post(b.path()+"/seen", url.Values{"revision": {"3"}}).Want(http.StatusSeeOther)
		owner.Post(b.path()+"/seen", url.Values{"revision": {"2"}}).Want(http.StatusSeeOther) // an old page takes nothing back
		owner.Get(b.path()).WantNoText("See what changed")
		// It goes with the person, from the workspace and from here.
		count := func() (n int64) {
			if err := b.Store.DB(t.Context()).Table("workspace_seen").Count(&n).Error; err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count(); n != 2 {
			t.Errorf("%d have looked", n)
		}
		owner.Post(b.path()+"/people/nina/remove", nil).Want(http.StatusSeeOther)
		if err := b.Store.ClosePerson(t.Context(), b.owner.ID); err != nil || count() != 0 {
			t.Errorf("%d have looked, %v", count(), err)
		}
	})
}

// revise has the case study say something else.
func (b *bench) revise(body string) {
	b.t.Helper()
	b.Clock.Move(time.Minute)
	cs := b.study
	cs.Body = body
	cs.UpdatedAt = b.Store.Now()
	if err := b.Store.ReviseCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.author.ID}); err != nil {
		b.t.Fatal(err)
	}
	b.study = cs
}
