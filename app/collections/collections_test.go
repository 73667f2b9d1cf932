package collections_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/collections"
	"grassroots/app/jobs"
	"grassroots/app/notifications"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

type bench struct {
	*apptest.App
	owner, other models.Person
	first, last  models.CaseStudy
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		cards := func(_ *fiber.Ctx, list []models.Summary, _ string) ([]templates.ListCardProps, error) {
			out := make([]templates.ListCardProps, len(list))
			for i, one := range list {
				out[i] = templates.ListCardProps{Title: one.Title, URL: "/case-studies/" + one.Slug}
			}
			return out, nil
		}
		feature, told := collections.New(s, cards), notifications.New(s, jobs.New(s.Store, jobs.Config{Now: s.Store.Now}), nil)
		feature.TellInvited = told.Invited
		return []apptest.Routes{feature, told}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, owner: apptest.Person(t, a.Store, apptest.Named("owen", "Owen Owner")), other: apptest.Person(t, a.Store, apptest.Named("olive", "Olive Other"))}
		b.first, b.last = b.post(t, "Letters in minutes", ""), b.post(t, "Bloods in hours", "")
		f(t, b)
	})
}

func (b *bench) post(t *testing.T, title string, visibility models.Visibility) models.CaseStudy {
	t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Stage: models.StageInUse, Body: "We did it.", Language: "en", Visibility: visibility}}
	if err := b.Store.CreateCaseStudy(t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		t.Fatal(err)
	}
	return cs
}

// begin makes a collection and gives where it is.
func (b *bench) begin(t *testing.T, c *apptest.Client, values url.Values) string {
	t.Helper()
	form := c.Get("/collections/new").Want(http.StatusOK).Form("/collections/new").Set("title", "Where to begin")
	for name, v := range values {
		form.Set(name, v[0])
	}
	return form.Send().Want(http.StatusSeeOther).Header.Get("Location")
}

func (b *bench) add(t *testing.T, c *apptest.Client, at string, cs models.CaseStudy, note string) {
	t.Helper()
	c.Post(at+"/items", url.Values{"case_study": {"http://grassroots.test/case-studies/" + cs.Slug + "?x=1"}, "note": {note}}).WantRedirect(at)
}

// inOrder fails the test unless a page has texts in this order.
func inOrder(t *testing.T, page *apptest.Page, texts ...string) {
	t.Helper()
	rest := page.Text()
	for _, text := range texts {
		_, after, ok := strings.Cut(rest, text)
		if !ok {
			t.Fatalf("%q is not there after what comes before: %s", text, page.Text())
		}
		rest = after
	}
}

func TestACollectionIsMadeOrderedAndPrinted(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		c.Get("/collections").WantText("There are no collections yet")
		c.Get("/collections/new").Form("/collections/new").Set("organisation", "no such place").Send().
			WantErrors("Enter what it is called, such as “Discharge letters: where to begin”", "Enter the ODS code of an organisation, such as RR8, or nothing")
		at := b.begin(t, c, url.Values{"about": {"For **new** colleagues\n\n<script>alert(1)</script>"}, "staff_group": {"Medical and Dental"}})
		if at != "/collections/where-to-begin" {
			t.Errorf("it is at %s", at)
		}
		b.add(t, c, at, b.first, "Read the end first.")
		b.add(t, c, at, b.last, "")
		c.Post(at+"/items", url.Values{"case_study": {b.first.Slug}}).Want(http.StatusConflict).WantText("is in that collection already")
		c.Post(at+"/items", url.Values{"case_study": {"/case-studies/nowhere"}, "note": {"Keep this"}}).Want(http.StatusUnprocessableEntity).WantText("There is no case study there that you can read", "Keep this")
		page := b.Client(t).Get(at).Want(http.StatusOK).WantText("For new colleagues", "For Medical and Dental", "2 case studies", "Read the end first.", "Owen Owner")
		if strings.Contains(page.Body, "<script>alert") || !strings.Contains(page.Body, "<strong>new</strong>") {
			t.Error("what it is for is not rendered as Markdown is")
		}
		inOrder(t, page, "Letters in minutes", "Bloods in hours")
		item := at + "/items/" + b.last.ID
		c.Post(item+"/move", url.Values{"to": {"up"}}).WantRedirect(at + "#study-" + b.last.ID)
		inOrder(t, b.Client(t).Get(at), "Bloods in hours", "Letters in minutes")
		c.Post(item+"/move", url.Values{"to": {"up"}}).Want(http.StatusSeeOther)
		c.Post(item+"/move", url.Values{"to": {"last"}}).Want(http.StatusSeeOther)
		inOrder(t, c.Get(at), "Letters in minutes", "Bloods in hours")
		c.Get(item).Form(item).Set("place", "1").Set("note", "The figures.").Send().WantRedirect(at)
		inOrder(t, c.Get(at), "Bloods in hours", "The figures.", "Letters in minutes")
		c.Get(item).Form(item).Set("place", "none").Send().WantErrors("Enter a place from 1 to 2")
		c.Post(item+"/move", url.Values{"to": {"sideways"}}).Want(http.StatusBadRequest)
		c.Post(at+"/items/x/move", url.Values{"to": {"up"}}).Want(http.StatusNotFound)

		inOrder(t, b.Client(t).Get(at+"/print").Want(http.StatusOK), "Where to begin", "By Owen Owner", "Bloods in hours", "The figures.", "Letters in minutes", "http://grassroots.test/collections/where-to-begin")
		c.Post(item+"/remove", nil).WantRedirect(at)
		c.Get(at).WantNoText("Bloods in hours")
		c.Post(item+"/remove", nil).Want(http.StatusNotFound)
		c.Post(at+"/delete", nil).WantRedirect("/me/collections")
		c.Get(at).Want(http.StatusNotFound)
	})
}

func TestACaseStudyGoesIntoACollectionFromItsPage(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		form := "/case-studies/" + b.first.Slug + "/collect"
		b.Client(t).Get(form).Want(http.StatusOK).WantText("Sign in to add this one to yours")
		c.Get(form).Form(form).Send().WantErrors("Enter what it is called, such as “Discharge letters: where to begin”")
		at := c.Get(form).Form(form).Set("title", "Letters").Set("note", "It is short.").Send().Want(http.StatusSeeOther).Header.Get("Location")
		c.Get(at).WantText("Its editors alone", "It is short.")
		c.Get(form).WantText("It is in Letters already.")
		b.Client(t).Get(at).Want(http.StatusNotFound)
		b.As(t, b.other).Get(at).Want(http.StatusNotFound)
		second := "/case-studies/" + b.last.Slug + "/collect"
		c.Get(second).Form(second).Send().WantRedirect(at)
		c.Get("/me/collections").WantText("Letters", "2 case studies")
		c.Post(form, url.Values{"collection": {"new"}, "title": {"More"}, "note": {"He is 943 476 5919"}}).Want(http.StatusUnprocessableEntity).WantText("NHS number", "More")
		b.Client(t).Get("/case-studies/nowhere/collect").Want(http.StatusNotFound)
	})
}

func TestWhoReadsACollection(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		own := b.begin(t, c, url.Values{"title": {"Private"}, "audience": {"editors"}})
		signed := b.begin(t, c, url.Values{"title": {"Signed"}, "audience": {"signed-in"}})
		everybody := b.begin(t, c, url.Values{"title": {"Everybody"}, "staff_group": {"Students"}})
		nobody, other := b.Client(t), b.As(t, b.other)
		for _, at := range []string{own, signed, everybody} {
			c.Get(at).Want(http.StatusOK)
		}
		nobody.Get(everybody).Want(http.StatusOK)
		nobody.Get(signed).Want(http.StatusNotFound)
		other.Get(signed).Want(http.StatusOK).WantNoText("Change it")
		other.Get(own).Want(http.StatusNotFound)
		other.Get(own + "/print").Want(http.StatusNotFound)
		for _, path := range []string{"/edit", "/delete", "/items"} {
			other.Post(own+path, url.Values{"title": {"Mine"}, "version": {"1"}}).Want(http.StatusNotFound)
			other.Post(everybody+path, url.Values{"title": {"Mine"}, "version": {"1"}}).Want(http.StatusForbidden)
		}
		nobody.Get("/collections").WantText("Everybody", "1 collection").WantNoText("Signed", "Private")
		other.Get("/collections").WantText("Everybody", "Signed", "2 collections")
		other.Get("/collections?q=every").WantText("Everybody").WantNoText("Signed")
		other.Get("/collections?staff_group=Students").WantText("1 collection")
		other.Get("/collections?for=me").WantText("No collection found")
		other.Get("/collections?organisation=RR8").WantText("No collection found")
		nobody.Get("/collections?sort=top").Want(http.StatusBadRequest)
		b.As(t, apptest.Person(t, b.Store, apptest.WithRole(models.RoleModerator))).Get(own).Want(http.StatusOK).WantNoText("Change it")
	})
}

// A collection never shows more of a case study than its reader may read.
func TestACollectionKeepsWhatIsNotToBeRead(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		at := b.begin(t, c, nil)
		limited := b.post(t, "Only for some", models.ToSignedIn)
		b.add(t, c, at, b.first, "A word of it")
		b.add(t, c, at, limited, "Another word")
		b.add(t, c, at, b.last, "")
		b.Client(t).Get(at).WantText("Letters in minutes", "Not there to read any more").WantNoText("Only for some", "Another word")
		b.As(t, b.other).Get(at).WantText("Only for some", "Another word")
		if err := b.Store.SetStatus(t.Context(), b.first.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		page := b.Client(t).Get(at).WantNoText("Letters in minutes", "A word of it")
		if strings.Contains(page.Body, b.first.ID) {
			t.Error("the page leads to what is not to be read")
		}
		b.Client(t).Get(at+"/print").WantText("2 more are not there to read").WantNoText("Only for some", "A word of it")
		var one struct {
			Items []struct {
				CaseStudy *string `json:"case_study"`
				Readable  bool
				Note      string
			}
		}
		b.Client(t).Get("/api/v1" + at).Want(http.StatusOK).JSON(&one)
		if len(one.Items) != 3 || one.Items[0].CaseStudy != nil || one.Items[0].Readable || one.Items[0].Note != "" || !one.Items[2].Readable {
			t.Errorf("the API gives %+v", one.Items)
		}
	})
}

func TestAMergedCaseStudyIsFollowed(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		at, both := b.begin(t, c, nil), b.begin(t, c, url.Values{"title": {"Both"}})
		b.add(t, c, at, b.first, "Why to read it, indeed")
		b.add(t, c, both, b.first, "")
		b.add(t, c, both, b.last, "")
		if _, err := b.Store.MergeStudies(t.Context(), models.StudyMerge{FromID: b.first.ID, IntoID: b.last.ID, ByID: b.other.ID, Words: "The same"}); err != nil {
			t.Fatal(err)
		}
		b.Site.Changed()
		b.Client(t).Get(at).WantText("Bloods in hours", "Why to read it, indeed", "is part of this case study now").WantNoText("Letters in minutes")
		b.Client(t).Get(both).WantText("Part of another case study now", "Bloods in hours")
	})
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.owner)
		at := b.begin(t, c, nil)
		b.add(t, c, at, b.first, "Old")
		stale := c.Get(at + "/edit").Form(at + "/edit")
		c.Get(at+"/edit").Form(at+"/edit").Set("title", "By the first").Send().WantRedirect(at)
		stale.Set("title", "By the second").Send().Want(http.StatusConflict).WantText("This is what is saved by now", "By the first").Form(at + "/edit").Send().WantRedirect(at)
		c.Get(at).WantText("By the second")
		item := at + "/items/" + b.first.ID
		old := c.Get(item).Form(item)
		c.Get(item).Form(item).Set("note", "First").Send().WantRedirect(at)
		old.Set("note", "Second").Send().Want(http.StatusConflict).WantText("the note that is saved by now", "First", "Second").Form(item).Send().WantRedirect(at)
		c.Get(at).WantText("Second")
	})
}

func TestCollectionsByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.owner)
		var made struct {
			ID, Slug, Note string
			Revision       int
			Items          []struct{ Title, Note string }
		}
		answer := program.Send(http.MethodPost, "/api/v1/collections", map[string]any{"title": "Where to begin", "organisation": "RR8", "items": []map[string]any{{"case_study": b.first.Slug, "note": "Short"}, {"case_study": b.last.ID}}}).Want(http.StatusCreated)
		answer.JSON(&made)
		path := "/api/v1/collections/" + made.ID
		if len(made.Items) != 2 || made.Items[0].Note != "Short" || !strings.HasSuffix(answer.Header.Get("Location"), path) || answer.Header.Get("ETag") == "" {
			t.Errorf("made is %+v", made)
		}
		program.Header.Set("If-Match", answer.Header.Get("ETag"))
		program.Send(http.MethodPut, path, map[string]any{"title": "Begin here", "items": []map[string]any{{"case_study": b.last.ID, "note": "Long"}, {"case_study": b.first.ID}}}).Want(http.StatusOK).JSON(&made)
		if made.Items[0].Note != "Long" || made.Items[1].Note != "Short" {
			t.Errorf("replaced is %+v", made.Items)
		}
		program.Send(http.MethodPut, path, map[string]any{"title": "Late"}).Want(http.StatusPreconditionFailed)
		program.Header.Del("If-Match")
		program.Send(http.MethodPut, path+"/items/"+b.first.Slug, map[string]any{"place": 1}).Want(http.StatusOK).JSON(&made)
		if made.Items[0].Title != "Letters in minutes" || made.Items[0].Note != "Short" {
			t.Errorf("moved is %+v", made.Items)
		}
		program.Do(http.MethodDelete, path+"/items/"+b.first.ID, nil, "").Want(http.StatusNoContent)
		program.Do(http.MethodDelete, path+"/items/"+b.first.ID, nil, "").Want(http.StatusNotFound)
		program.Send(http.MethodPut, path+"/items/"+b.first.ID, map[string]any{"note": "Again"}).Want(http.StatusOK).WantText("Again")
		program.Send(http.MethodPost, "/api/v1/collections", map[string]any{"title": ""}).WantProblem(http.StatusUnprocessableEntity)
		program.Send(http.MethodPost, "/api/v1/collections", map[string]any{"title": "x", "items": []map[string]any{{"case_study": "nowhere"}}}).WantProblem(http.StatusNotFound)
		b.Client(t).Get("/api/v1/collections?organisation=RR8").Want(http.StatusOK).WantText(`"total":0`)
		program.Get("/api/v1/me/collections").Want(http.StatusOK).WantText("Begin here")
		b.Client(t).Get("/api/v1/collections?cursor=x").WantProblem(http.StatusBadRequest)
		other := b.Program(t, b.other)
		other.Send(http.MethodPut, path, map[string]any{"title": "Mine"}).WantProblem(http.StatusForbidden)
		other.Do(http.MethodDelete, path, nil, "").WantProblem(http.StatusForbidden)
		program.Do(http.MethodDelete, path, nil, "").Want(http.StatusNoContent)
		b.Client(t).Get(path).WantProblem(http.StatusNotFound)
	})
}

// The pages have a cursor, and ask the database no more for many than for few.
func TestPagesOfCollections(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.owner)
		count := func(path string) int {
			return len(b.Statements(func() { b.Client(t).Get(path).Want(http.StatusOK) }))
		}
		items := []map[string]any{{"case_study": b.first.ID}}
		add := func(n int) string {
			b.Clock.Move(25 * time.Hour / 20)
			var made struct{ Slug string }
			program.Send(http.MethodPost, "/api/v1/collections", map[string]any{"title": fmt.Sprintf("List %02d", n), "items": items}).Want(http.StatusCreated).JSON(&made)
			return "/collections/" + made.Slug
		}
		few := []int{count(add(0)), count("/collections")}
		for n := range 15 {
			items = append(items, map[string]any{"case_study": b.post(t, fmt.Sprintf("Study %02d", n), "").ID})
		}
		last := ""
		for n := 1; n <= 20; n++ {
			last = add(n)
		}
		many := []int{count(last), count("/collections")}
		if few[0] != many[0] || few[1] != many[1] || many[0] > 5 || many[1] > 3 {
			t.Errorf("statements for few %v, for many %v", few, many)
		}
		for _, sort := range []string{"", "?sort=new"} {
			page := b.Client(t).Get("/collections"+sort).WantText("List 20", "21 collections").WantNoText("List 00")
			next := ""
			for _, l := range page.Links() {
				if strings.Contains(l, "cursor=") {
					next = l
				}
			}
			b.Client(t).Get(next).Want(http.StatusOK).WantText("List 00").WantNoText("List 20")
		}
	})
}
