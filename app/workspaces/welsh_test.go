package workspaces_test

import (
	"net/http"
	"net/url"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/words"
	"grassroots/models"
)

// inWelsh fails the test for each sentence of ours on a page that has no Welsh.
func inWelsh(t *testing.T, book *words.Book, page *apptest.Page, names ...string) {
	t.Helper()
	theirs := map[string]bool{}
	for _, n := range names {
		theirs[words.ID(n)] = true
	}
	for _, id := range book.Missing(models.Welsh, []byte(page.Body)) {
		if !theirs[id] {
			t.Errorf("not in Welsh: %q", id)
		}
	}
}

func TestWorkspacesAreInWelsh(t *testing.T) {
	book, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		look := func(p *apptest.Page) {
			t.Helper()
			inWelsh(t, book, p, "Letters in minutes", "Letters at once", "Person olga", "Person nina")
		}
		look(c.Get(b.path()).Want(http.StatusOK))
		look(c.Post(b.path()+"/plan", nil).Follow())
		look(c.Post(b.path()+"/people/new", url.Values{"handle": {"nina"}}).Follow())
		look(c.Post(b.path()+"/links/new", url.Values{"title": {"A form"}, "url": {"https://share.test/x"}}).Follow())
		look(c.Post(b.path()+"/cycles/new", url.Values{"plan": {"One ward"}, "prediction": {"Less"}, "studied": {"More"}, "act": {"abandon"}, "next": {"Else"}, "did": {"It"}, "started": {"2026-03-01"}, "ended": {"2026-03-02"}}).Follow())
		tasks, cycle := b.workspace().Tasks, b.workspace().Cycles[0]
		task := b.path() + "/tasks/" + tasks[0].ID
		look(c.Post(task, url.Values{"words": {"Ask"}, "person": {"nina"}, "due": {"2026-03-01"}, "version": {"1"}}).Follow())
		look(c.Post(task, url.Values{"words": {"Ask"}, "person": {"nina"}, "due": {"2026-03-01"}, "version": {"1"}}))
		look(c.Post(task+"/done", url.Values{"done": {"true"}}).Follow())
		look(c.Post(b.path()+"/tasks/"+tasks[1].ID+"/move", url.Values{"to": {"down"}}).Follow())
		look(c.Post(b.path()+"/tasks/"+tasks[2].ID+"/remove", nil).Follow())
		look(c.Post(b.path()+"/plan", nil).Follow())
		look(c.Post(b.path()+"/steps/"+b.workspace().StepsOut[0].ID+"/back", nil).Follow())
		for _, page := range []string{"/print", "/tasks/new", "/tasks/" + tasks[1].ID, "/cycles/new", "/cycles/" + cycle.ID, "/people/new", "/links/new", "/files/new"} {
			look(c.Get(b.path() + page).Want(http.StatusOK))
		}
		look(c.Post(b.path()+"/cycles/"+cycle.ID, url.Values{"version": {"9"}, "plan": {"x"}, "prediction": {"y"}}))
		look(c.Post(b.path()+"/cycles/new", url.Values{"act": {"adopt"}}))
		look(c.Post(b.path()+"/links/new", url.Values{}))
		look(c.Post(b.path()+"/files/new", nil))
		look(c.PostFiles(b.path()+"/files/new", nil, form("Ask the lab")).Follow())
		look(c.Post(b.path()+"/files/"+b.workspace().Files[0].ID+"/remove", nil).Follow())
		look(b.As(t, b.nurse).Get("/me/notifications"))
		look(b.As(t, b.nurse).Get(b.path()))
		look(c.Post(b.path()+"/people/nina/remove", nil).Follow())
		look(c.Post(b.path()+"/cycles/"+cycle.ID+"/remove", nil).Follow())
		look(c.Post(b.path()+"/links/"+b.workspace().Links[0].ID+"/remove", nil).Follow())
		look(c.Get("/case-studies/" + b.study.Slug + "/adoptions/RWY").WantText("Our workspace"))
	})
}
