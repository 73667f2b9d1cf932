package thanks_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/people"
	"grassroots/app/thanks"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

type bench struct {
	*apptest.App
	owner, writer, reader models.Person
	study                 models.CaseStudy
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		queue := jobs.New(s.Store, jobs.Config{Now: s.Store.Now})
		feature, told := thanks.New(s), notifications.New(s, queue, nil)
		feature.Tell = told.Thanked
		cards := func(_ *fiber.Ctx, list []models.Summary, _ string) ([]templates.ListCardProps, error) {
			return make([]templates.ListCardProps, len(list)), nil
		}
		return []apptest.Routes{feature, told, people.New(s, nil, cards)}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, owner: apptest.Person(t, a.Store, apptest.Named("owen", "Owen Owner")), writer: apptest.Person(t, a.Store, apptest.Named("wilma", "Wilma Writer")),
			reader: apptest.Person(t, a.Store, apptest.Named("rita", "Rita Reader"))}
		b.study = b.post(t, "Letters in minutes")
		f(t, b)
	})
}

func (b *bench) post(t *testing.T, title string) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en", Authors: []models.Author{{Name: b.writer.Name, Handle: b.writer.Handle}}}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		t.Fatal(err)
	}
	if err := b.Store.SetEditors(t.Context(), cs.ID, []string{b.writer.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

func (b *bench) path() string { return "/case-studies/" + b.study.Slug + "/thank" }

func (b *bench) unread(t *testing.T, p models.Person) int {
	t.Helper()
	now, err := b.Store.PersonByID(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now.Unread
}

func TestATeamIsThanked(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.Client(t).Get(b.path()).Want(http.StatusOK).WantText("Sign in to say thanks")
		c := b.As(t, b.reader)
		form := c.Get(b.path()).Want(http.StatusOK).WantText("Letters in minutes", "All of them", "Owen Owner", "Wilma Writer", "Nobody is ranked by it").Form(b.path())
		form.Set("reason", "other").Send().WantErrors("Say what you thank them for")
		form.Set("words", "Her number is 943 476 5919").Send().Want(http.StatusUnprocessableEntity).WantText("NHS number")
		form.Set("reason", "helped").Set("words", "It spared us a month.").Send().WantRedirect("/case-studies/" + b.study.Slug)
		form.Send().Want(http.StatusConflict).WantText("You have thanked for this case study already", "It spared us a month.")
		for _, p := range []models.Person{b.owner, b.writer} {
			if n := b.unread(t, p); n != 1 {
				t.Errorf("%s has %d unread notifications", p.Name, n)
			}
			b.Client(t).Get("/people/"+p.Handle).WantText("Thanks", "Rita Reader", "It helped us with something of our own", "It spared us a month.")
		}
		owner := b.As(t, b.owner)
		owner.Get("/me/notifications").WantText("Rita Reader thanks you for Letters in minutes")
		page := owner.Get("/me/thanks").WantText("It spared us a month.", "Take it off your page")
		list, err := b.Store.ThanksTo(t.Context(), b.owner.ID, true, 5)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d thanks, %v", len(list), err)
		}
		at := "/me/thanks/" + list[0].ID
		page.Form(at+"/show").Press("show", "false").Send().WantRedirect("/me/thanks")
		b.Client(t).Get("/people/owen").WantNoText("It spared us a month.")
		b.Client(t).Get("/people/wilma").WantText("It spared us a month.")
		owner.Get("/me/thanks").WantText("Not on your page").Form(at+"/show").Press("show", "true").Send().WantRedirect("/me/thanks")
		owner.Get("/me/contributions").WantText("What Owen Owner contributed", "Letters in minutes", "Stage: In use", "Written with Wilma Writer", "It spared us a month.")
		c.Get("/me/thanks").WantText("From you").Form(at + "/remove").Send().WantRedirect("/me/thanks")
		b.Client(t).Get("/people/owen").WantNoText("It spared us a month.")
	})
}

func TestOneOfATeamIsThanked(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.reader)
		c.Post(b.path(), url.Values{"to": {"nobody"}, "reason": {"showed"}}).WantErrors("Choose whom you thank from the list")
		c.Post(b.path(), url.Values{"to": {"wilma"}, "reason": {"showed"}}).Want(http.StatusSeeOther)
		b.Client(t).Get("/people/wilma").WantText("They took the time to explain or show it")
		b.Client(t).Get("/people/owen").WantNoText("They took the time")
		alone := b.post(t, "Alone")
		if err := b.Store.SetEditors(t.Context(), alone.ID, nil); err != nil {
			t.Fatal(err)
		}
		path := "/case-studies/" + alone.Slug + "/thank"
		b.As(t, b.owner).Get(path).Want(http.StatusOK).WantText("Nobody here can be thanked for this case study")
		b.As(t, b.owner).Post(path, url.Values{"reason": {"showed"}}).Want(http.StatusConflict)
		// One's own work needs others to thank for it; a colleague of the team can be thanked by the other.
		b.As(t, b.owner).Get(b.path()).Want(http.StatusOK).WantText("Wilma Writer")
		// Nobody hides or takes back what is not theirs.
		list, err := b.Store.ThanksTo(t.Context(), b.writer.ID, true, 5)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d thanks, %v", len(list), err)
		}
		other := b.As(t, b.owner)
		other.Post("/me/thanks/"+list[0].ID+"/show", url.Values{"show": {"false"}}).Want(http.StatusNotFound)
		other.Post("/me/thanks/"+list[0].ID+"/remove", nil).Want(http.StatusNotFound)
		other.Post("/me/thanks/x/remove", nil).Want(http.StatusNotFound)
		b.Client(t).Get("/people/wilma").WantText("They took the time")

		// What not everybody can read says nothing of who wrote it.
		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get("/people/wilma").WantNoText("They took the time")
		c.Get(b.path()).Want(http.StatusGone)
	})
}

func TestThanksAreBounded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.reader)
		for range models.MaxThanksADay {
			cs := b.post(t, "Another one")
			c.Post("/case-studies/"+cs.Slug+"/thank", url.Values{"reason": {"helped"}}).Want(http.StatusSeeOther)
		}
		c.Post(b.path(), url.Values{"reason": {"helped"}}).Want(http.StatusTooManyRequests)
		b.Clock.Move(25 * time.Hour)
		b.As(t, b.reader).Post(b.path(), url.Values{"reason": {"helped"}}).Want(http.StatusSeeOther)
		if err := b.Store.ClosePerson(context.WithoutCancel(t.Context()), b.reader.ID); err != nil {
			t.Fatal(err)
		}
		if list, err := b.Store.ThanksTo(t.Context(), b.owner.ID, true, 5); err != nil || len(list) != 0 {
			t.Errorf("%d thanks are left of a closed account, %v", len(list), err)
		}
	})
}

func TestThanksByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.reader)
		var made struct{ ID string }
		program.Send(http.MethodPost, "/api/v1/case-studies/"+b.study.Slug+"/thanks", map[string]any{"reason": "honest"}).Want(http.StatusCreated).JSON(&made)
		owner := b.Program(t, b.owner)
		owner.Get("/api/v1/me/thanks").Want(http.StatusOK).WantText("Rita Reader", made.ID)
		owner.Send(http.MethodPut, "/api/v1/me/thanks/"+made.ID, map[string]any{"shown": false}).Want(http.StatusNoContent)
		owner.Get("/api/v1/me/thanks").WantText(`"shown":false`)
		owner.Do(http.MethodDelete, "/api/v1/me/thanks/"+made.ID, nil, "").Want(http.StatusNotFound)
		program.Do(http.MethodDelete, "/api/v1/me/thanks/"+made.ID, nil, "").Want(http.StatusNoContent)
		b.Client(t).Get("/api/v1/me/thanks").Want(http.StatusUnauthorized)
	})
}
