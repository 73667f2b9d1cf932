package bookmarks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/bookmarks"
	"grassroots/app/casestudies"
	"grassroots/app/jobs"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
)

type bench struct {
	*apptest.App
	t             *testing.T
	studies       *casestudies.Feature
	writer, asha  models.Person
	open, limited models.CaseStudy
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	var made sync.Map
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		files, err := uploads.Open(t.Context(), "file://"+t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		studies := casestudies.New(s, jobs.New(s.Store, jobs.Config{Logger: s.Log, Now: s.Now}), files)
		made.Store(s.Store, studies)
		return []apptest.Routes{studies, bookmarks.New(s, studies.Cards)}
	}, func(t *testing.T, a *apptest.App) {
		studies, _ := made.Load(a.Store)
		b := &bench{App: a, t: t, studies: studies.(*casestudies.Feature)}
		b.writer = apptest.Person(t, a.Store, apptest.Named("wren", "Wren Writer"), func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" })
		b.asha = apptest.Person(t, a.Store, apptest.Named("asha", "Asha Asker"), func(p *models.Person) { p.Organisation, p.Confirmed = "RR8", "RR8" })
		b.open = b.post("Letters in minutes", "")
		b.limited = b.post("Beds in view", models.ToOrganisation)
		f(t, b)
	})
}

func (b *bench) post(title string, to models.Visibility) models.CaseStudy {
	b.t.Helper()
	cs, err := b.studies.Create(b.t.Context(), &b.writer, casestudies.Publication{Document: models.Document{Title: title, Visibility: to, Organisation: "RR8", Stage: models.StageTrial, Body: "Text"}})
	if err != nil {
		b.t.Fatal(err)
	}
	return cs
}

const listed = "/me/bookmarks"

func TestWhatIsKeptIsThereForOneAlone(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.asha)
		c.Get(listed).Want(http.StatusOK).WantText("You have saved nothing yet")
		path := "/case-studies/" + b.open.Slug
		form := c.Get(path).Want(http.StatusOK).Form(path + "/bookmark")
		for range 2 { // a press that is repeated means the same
			form.Send().WantRedirect(path)
		}
		again := c.Get(path).Form(path + "/bookmark")
		if again.Values.Get("kept") != "false" {
			t.Errorf("the button of what is kept sends %v", again.Values)
		}
		c.Get(listed).WantText("Letters in minutes")
		for range 2 { // the list is made, and kept
			if form := c.Get("/case-studies").Form(path + "/bookmark"); form.Values.Get("kept") != "false" {
				t.Error("a list does not show what is kept")
			}
			if form := b.As(t, b.writer).Get("/case-studies").Form(path + "/bookmark"); form.Values.Get("kept") != "true" {
				t.Error("a list shows to one what another keeps")
			}
		}
		b.As(t, b.writer).Get(listed).WantNoText("Letters in minutes")
		if n := len(b.Client(t).Get("/case-studies").Forms(path + "/bookmark")); n != 0 {
			t.Errorf("who is not signed in is offered %d buttons", n)
		}
		b.Client(t).Post(path+"/bookmark", nil).Want(http.StatusUnauthorized)
		for range 2 {
			again.Send().WantRedirect(path)
		}
		c.Get(listed).WantNoText("Letters in minutes")
	})
}

// What cannot be read any more stands there without a word of it, and can be let go.
func TestWhatCannotBeReadAnyMoreIsNotShown(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.asha)
		for _, cs := range []models.CaseStudy{b.open, b.limited} {
			c.Post("/case-studies/"+cs.Slug+"/bookmark", url.Values{"kept": {"true"}}).Want(http.StatusSeeOther)
		}
		c.Get(listed).WantText("Letters in minutes", "Beds in view")
		if _, err := b.studies.Withdraw(t.Context(), &b.writer, b.open.ID, ""); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.DB(t.Context()).Exec("UPDATE people SET confirmed = '' WHERE id = ?", b.asha.ID).Error; err != nil {
			t.Fatal(err)
		}
		b.Site.PeopleChanged()
		c = b.As(t, b.asha)
		page := c.Get(listed).Want(http.StatusOK).WantText("Not there to read any more", "You saved it on 4 March 2026").WantNoText("Letters", "Beds", b.open.Slug, b.limited.Slug)
		if strings.Contains(string(page.Body), "Letters") {
			t.Error("the page has a word of what was withdrawn")
		}
		var list struct {
			Items []struct {
				CaseStudy, Title string
				Readable         bool
			}
			Total int
		}
		b.Program(t, b.asha).Get("/api/v1/me/bookmarks").Want(http.StatusOK).JSON(&list)
		if len(list.Items) != 2 || list.Total != 2 || list.Items[0].Readable || list.Items[0].Title != "" || list.Items[1].Title != "" {
			t.Errorf("the API gives %+v", list)
		}
		page.Form("/case-studies/" + b.limited.ID + "/bookmark").Send().WantRedirect(listed)
		b.Program(t, b.asha).Do(http.MethodPut, "/api/v1/case-studies/"+b.limited.ID+"/bookmark", nil, "").Want(http.StatusNotFound)
		b.Program(t, b.asha).Do(http.MethodPut, "/api/v1/case-studies/"+b.open.ID+"/bookmark", nil, "").Want(http.StatusGone)
		b.Program(t, b.asha).Do(http.MethodDelete, "/api/v1/case-studies/"+b.limited.ID+"/bookmark", nil, "").Want(http.StatusNotFound)
		b.Program(t, b.asha).Do(http.MethodDelete, "/api/v1/case-studies/"+b.open.ID+"/bookmark", nil, "").Want(http.StatusOK)
		c.Get(listed).WantText("You have saved nothing yet")
	})
}

func TestTheListOfWhatIsKeptHasPages(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.asha)
		for i := range 25 {
			cs := b.post(fmt.Sprintf("Study %02d", i), "")
			b.Clock.Move(time.Second)
			for range 2 {
				var kept struct{ Bookmarked bool }
				program.Do(http.MethodPut, "/api/v1/case-studies/"+cs.ID+"/bookmark", nil, "").Want(http.StatusOK).JSON(&kept)
				if !kept.Bookmarked {
					t.Fatal("what is kept is not said to be")
				}
			}
		}
		c := b.As(t, b.asha)
		first := c.Get(listed).WantText("Study 24", "Study 05").WantNoText("Study 04")
		c.Get(first.Link("Next saved case studies")).WantText("Study 04", "Study 00").WantNoText("Study 05")
		c.Get(listed + "?cursor=nonsense").Want(http.StatusBadRequest)
		few := len(b.Statements(func() { c.Get("/me/bookmarks?cursor=" + b.Store.NewID()).Want(http.StatusOK) }))
		if few > 8 {
			t.Errorf("the page takes %d statements", few)
		}
		var out struct {
			Items []struct{ Title string }
			Total int
			Next  *string `json:"next_cursor"`
		}
		program.Get("/api/v1/me/bookmarks?limit=7").JSON(&out)
		if len(out.Items) != 7 || out.Total != 25 || out.Next == nil || out.Items[0].Title != "Study 24" {
			t.Errorf("the API gives %+v", out)
		}
		program.Get("/api/v1/me/bookmarks?cursor=x").Want(http.StatusBadRequest)
		b.Client(t).Get("/api/v1/me/bookmarks").Want(http.StatusUnauthorized)
	})
}

// One leaves nothing behind.
func TestWhatIsKeptIsExportedAndErased(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		if _, err := b.Store.Bookmark(t.Context(), b.asha.ID, b.open.ID, true); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.ClosePerson(t.Context(), b.asha.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := b.Store.CountBookmarks(t.Context(), b.asha.ID); n != 0 || err != nil {
			t.Errorf("%d are left, %v", n, err)
		}
	})
}
