package app_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/casestudies"
	"grassroots/app/comments"
	"grassroots/app/finding"
	"grassroots/app/home"
	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/moderation"
	"grassroots/app/people"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// town is a site where people write, comment and are found.
type town struct {
	*apptest.App
	t        *testing.T
	studies  *casestudies.Feature
	comments *comments.Feature
	people   *people.Feature
	judged   *moderation.Feature
	finding  *finding.Feature
	queue    *jobs.Queue
	files    *uploads.Store
}

func eachTown(t *testing.T, f func(t *testing.T, w *town)) {
	t.Helper()
	t.Parallel()
	var made sync.Map
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		w := &town{queue: jobs.New(site.Store, jobs.Config{Logger: site.Log, Now: site.Now})}
		var err error
		if w.files, err = uploads.Open(t.Context(), "file://"+t.TempDir()); err != nil {
			t.Fatal(err)
		}
		w.studies, w.comments = casestudies.New(site, w.queue, w.files), comments.New(site)
		w.finding = finding.New(site, w.queue, finding.CaseStudies{Documents: w.studies.AllDocuments, Find: w.studies.FromDatabase})
		mailer, err := mail.New(site.Store, w.queue, mail.Config{Logger: site.Log})
		if err != nil {
			t.Fatal(err)
		}
		w.people = people.New(site, mailer, w.studies.Cards)
		w.people.Leave, w.studies.Mail = w.studies.Leave, mailer
		w.studies.Below = func(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) { return w.comments.Section(c, cs) }
		w.judged = moderation.New(site, mailer, moderation.Hooks{CaseStudy: w.studies.Get, Comment: w.comments.Get,
			Move: w.studies.Moderated, Tell: w.comments.Moderated})
		made.Store(site, w)
		start := home.New(site, home.Hooks{Front: w.studies.Front, Cards: w.studies.Cards, Picks: w.studies.ForYou, Ideas: w.studies.IdeasFor, Active: w.studies.Active})
		return []apptest.Routes{w.studies, w.comments, w.people, w.judged, start, apptest.APIOnly(w.finding)}
	}, func(t *testing.T, a *apptest.App) {
		found, _ := made.Load(a.Site)
		w := found.(*town)
		w.App, w.t = a, t
		f(t, w)
	})
}

func (w *town) post(p models.Person, title string, authors ...models.Author) models.CaseStudy {
	w.t.Helper()
	made, err := w.studies.Create(w.t.Context(), &p, casestudies.Publication{Document: models.Document{Title: title, Stage: models.StageIdea, Body: "Text", Authors: authors}})
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w *town) index() {
	w.t.Helper()
	if err := w.queue.Drain(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.finding.IndexTouched(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// kept looks for a word in everything that the database keeps, and names the
// tables that have it.
func (w *town) kept(words ...string) []string {
	w.t.Helper()
	ctx := store.Fresh(w.t.Context())
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if w.Store.Dialect() == store.Postgres {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	var tables, found []string
	if err := w.Store.DB(ctx).Raw(query).Scan(&tables).Error; err != nil {
		w.t.Fatal(err)
	}
	for _, table := range tables {
		var rows []map[string]any
		if err := w.Store.DB(ctx).Table(table).Find(&rows).Error; err != nil {
			w.t.Fatal(err)
		}
		for _, row := range rows {
			for column, value := range row {
				if b, ok := value.([]byte); ok {
					value = string(b)
				}
				if s, ok := value.(string); ok && slices.ContainsFunc(words, func(word string) bool { return strings.Contains(strings.ToLower(s), word) }) {
					found = append(found, table+"."+column)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// leaver is somebody who has done everything that one can do here.
func (w *town) leaver() (models.Person, *apptest.Client, *apptest.Client) {
	w.t.Helper()
	p := apptest.Person(w.t, w.Store, apptest.Named("zora-quill", "Zora Quill"), func(p *models.Person) { p.Organisation, p.Bio = "RR8", "Quillworts and letters" })
	c := w.As(w.t, p)
	c.Get("/me/settings").Form("/me/settings").Set("handle", "zora-q").Send().Want(http.StatusSeeOther)
	p.Handle = "zora-q"
	c.Post("/sign-in/email", url.Values{"email": {p.Email}}).Want(http.StatusSeeOther)
	return p, c, w.Program(w.t, p)
}

func TestAClosedAccountLeavesTheWorkAndNoName(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		zora, browser, program := w.leaver()
		friend := apptest.Person(t, w.Store, apptest.Named("fred", "Fred Friend"))
		alone := w.post(zora, "Hers alone", models.Author{Name: "Zora Quill", Role: "Ward manager"})
		shared := w.post(zora, "Hers and his", models.Author{Name: "Zora Quill", Handle: "zora-quill"}, models.Author{Name: "Fred Friend", Handle: "fred"})
		his := w.post(friend, "His with her", models.Author{Name: "Fred Friend", Handle: "fred"}, models.Author{Name: "Z. Quill", Email: "zora-quill@nhs.net"})
		doc := shared.Document
		doc.Body = "Another text"
		if _, err := w.studies.Revise(t.Context(), &zora, casestudies.Publication{ID: shared.ID, Document: doc, Base: 1}); err != nil {
			t.Fatal(err)
		}
		said, err := w.comments.Post(t.Context(), &zora, comments.NewComment{CaseStudy: his.ID, Body: "How did it go?", Kind: models.Question})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.comments.Post(t.Context(), &friend, comments.NewComment{CaseStudy: his.ID, Body: "Well. Ask the ward.", Kind: models.Experience}); err != nil {
			t.Fatal(err)
		}
		program.Do(http.MethodPut, "/api/v1/case-studies/"+his.ID+"/vote", nil, "").Want(http.StatusOK)
		begun := browser.Post("/case-studies/new", nil).Header.Get("Location")
		browser.Get("/case-studies/hers-and-his/edit").Form("/me/drafts/"+shared.ID).Set("section_aim", "Half done").Press("action", "save").Send().Want(http.StatusSeeOther)
		w.index()
		if n := len(w.kept("zora", "quill")); n < 6 {
			t.Fatalf("before, her name is kept in %d places only", n)
		}

		browser.Get("/me/settings").WantText("Close your account")
		page := browser.Get("/me/close").Want(http.StatusOK).WantText("It cannot be undone", "zora-quill@nhs.net")
		page.Form("/me/close").Send().WantErrors("Tick the box to say that you are sure")
		browser.Get("/me").Want(http.StatusOK)
		browser.Get("/me/close").Form("/me/close").Set("sure", "yes").Send().WantRedirect("/").Follow().WantText("Your account is closed", "Sign in")
		w.index()

		if where := w.kept("zora", "quill"); len(where) > 0 {
			t.Errorf("her name is still kept in %q", where)
		}
		browser.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		program.Do(http.MethodGet, "/api/v1/me", nil, "").WantProblem(http.StatusUnauthorized)
		reader := w.Client(t)
		for _, path := range []string{"/people/zora-q", "/people/zora-quill", "/people/" + models.FormerHandle(zora.ID), "/api/v1/people/" + zora.ID} {
			reader.Get(path).Want(http.StatusNotFound)
		}
		reader.Get("/people").WantNoText("former member")
		reader.Get("/case-studies/hers-alone").Want(http.StatusOK).WantText("A former member").WantNoText("Ward manager")
		reader.Get("/case-studies/hers-alone/history").WantText("A former member")
		commented := reader.Get("/case-studies/his-with-her").WantText("How did it go?", "A former member", "Fred Friend")
		if item := commented.ByID("comment-" + said.ID); len(apptest.All(item, apptest.With("a", "href", "/people/"))) > 0 {
			t.Error("her comment leads to a page that is not there")
		}
		if cs, err := w.Store.CaseStudy(t.Context(), his.ID); err != nil || cs.Votes != 1 {
			t.Errorf("her vote is not counted any more: %d, %v", cs.Votes, err)
		}
		// What she wrote with him is his now, and so is the draft of a change.
		if cs, err := w.Store.CaseStudy(t.Context(), shared.ID); err != nil || cs.OwnerID != friend.ID {
			t.Errorf("what they wrote belongs to %s, %v", cs.OwnerID, err)
		}
		w.As(t, friend).Get("/me/drafts/" + shared.ID).Want(http.StatusOK).WantText("Half done")
		if _, err := w.Store.Draft(t.Context(), strings.TrimPrefix(begun, "/me/drafts/")); models.KindOf(err) != models.NotFound {
			t.Errorf("a draft that nobody can open is kept: %v", err)
		}
		// Moderators change nothing of others'; where it happens a lead would.
		w.As(t, apptest.Person(t, w.Store, apptest.WithRole(models.RoleModerator))).Get("/case-studies/" + alone.Slug + "/edit").Want(http.StatusForbidden).WantText("A moderator hides it")
		found, err := w.Site.Index.Search(t.Context(), search.Query{Text: "zora quill", Kinds: []search.Kind{search.KindPerson}, Limit: 5})
		if err != nil || found.Total != 0 {
			t.Errorf("the search finds %d people of her name, %v", found.Total, err)
		}
	})
}

func TestWhoComesBackIsSomebodyNew(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		zora, browser, _ := w.leaver()
		browser.Post("/me/close", url.Values{"sure": {"yes"}}).Want(http.StatusSeeOther)
		again, err := people.Create(t.Context(), w.Site, zora.Email, "Zora Quill")
		if err != nil || again.ID == zora.ID || again.Handle == "zora-quill" {
			t.Errorf("who comes back is %s with the handle %s, %v", again.ID, again.Handle, err)
		}
		// Nobody takes over a handle under which others know somebody else.
		other := w.As(t, apptest.Person(t, w.Store))
		for _, handle := range []string{"zora-q", "zora-quill"} {
			other.Get("/me/settings").Form("/me/settings").Set("handle", handle).Send().WantErrors("Somebody else has or had this handle. Choose another")
		}
	})
}

func TestWhoCannotCloseAnAccount(t *testing.T) {
	eachTown(t, func(t *testing.T, w *town) {
		sure := url.Values{"sure": {"yes"}}
		admin := w.As(t, apptest.Person(t, w.Store, apptest.Named("ada", "Ada Min"), apptest.WithRole(models.RoleAdmin)))
		admin.Post("/me/close", sure).Want(http.StatusConflict).WantText("You are the only admin of this site")
		admin.Get("/me").WantText("Ada Min")
		w.As(t, apptest.Person(t, w.Store, func(p *models.Person) { p.Demo = true })).Post("/me/close", sure).Want(http.StatusForbidden)
		w.Client(t).Get("/me/close").WantRedirect("/sign-in?next=%2Fme%2Fclose")
		w.Client(t).Post("/me/close", sure).Want(http.StatusUnauthorized)
		apptest.Person(t, w.Store, apptest.WithRole(models.RoleAdmin))
		admin.Post("/me/close", sure).WantRedirect("/")
		if err := w.Store.ClosePerson(context.Background(), w.Store.NewID()); models.KindOf(err) != models.NotFound {
			t.Errorf("closing nobody's account gives %v", err)
		}
	})
}
