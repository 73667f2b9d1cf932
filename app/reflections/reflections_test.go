package reflections_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/reflections"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type bench struct {
	*apptest.App
	nurse models.Person
	study models.CaseStudy
}

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes { return []apptest.Routes{reflections.New(s)} }, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, nurse: apptest.Person(t, a.Store, apptest.Named("nina", "Nina Nurse"))}
		b.study = models.CaseStudy{ID: a.Store.NewID(), OwnerID: b.nurse.ID, CreatedAt: a.Store.Now(), UpdatedAt: a.Store.Now(),
			Document: models.Document{Title: "Letters in minutes", Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
		if err := a.Store.CreateCaseStudy(t.Context(), &b.study, store.SaveNote{EditorID: b.nurse.ID}); err != nil {
			t.Fatal(err)
		}
		f(t, b)
	})
}

const form = "/me/reflections/new"

// add saves a reflection and gives where it is.
func (b *bench) add(t *testing.T, c *apptest.Client, values url.Values) string {
	t.Helper()
	all := url.Values{"title": {"Read about letters"}, "day": {"2026-03-01"}, "register": {"nmc"}}
	for name, v := range values {
		all[name] = v
	}
	return c.Post(form, all).Want(http.StatusSeeOther).Header.Get("Location")
}

func TestAReflectionIsKeptAndTakenOut(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.nurse)
		page := c.Get(form+"?case_study="+b.study.Slug).Want(http.StatusOK).WantText("Nobody else can read it", "What did you learn?", "Preserve safety", "Colleagues, culture and safety")
		f := page.Form(form)
		if f.Values.Get("title") != "Read: Letters in minutes" || f.Values.Get("day") != b.Store.Now().Format(time.DateOnly) {
			t.Errorf("the form has %v", f.Values)
		}
		f.Set("title", "").Set("day", "2031-01-01").Set("hours", "a while").Set("register", "nmc").Send().
			WantErrors("Enter what you did, such as “Read about discharge letters”", "The day has not come yet. Enter the day on which you did it", "Enter the time in hours, such as 1.5 or 1:30, up to 60 hours")
		if got := page.Form(form).Set("hours", "a while").Send().Form(form).Values.Get("hours"); got != "a while" {
			t.Errorf("the hours that were typed are %q", got)
		}
		f.Set("title", "Read about letters").Set("day", "2026-03-01").Set("hours", "1,5").Set("with", "yes").Set("method", "self-directed").Set("themes", "Preserve safety")
		f.Set("what", "A ward in Leeds.\n\nTheir letters arrive.")
		at := f.Send().Want(http.StatusSeeOther).Header.Get("Location")
		c.Get(at).Want(http.StatusOK).WantText("Read about letters", "1 March 2026", "1 hour 30 minutes, together with others", "Preserve safety", "Their letters arrive.", "Not answered yet.", "How is it relevant to the Code?", "Read it")
		c.Get("/me/reflections").WantText("1 reflection, 1 hour 30 minutes in all, 1 hour 30 minutes of them together with others; 1 unfinished.")

		change := c.Get(at + "/edit").Form(at + "/edit")
		if change.Values.Get("hours") != "1:30" {
			t.Errorf("the hours are %q", change.Values.Get("hours"))
		}
		change.Set("learnt", "Ask the GP first.").Set("changed", "I ring.").Set("relevance", "Safety").Set("register", "gmc").Send().WantRedirect(at)
		c.Get(at).WantText("How does it bear on Good medical practice?").WantNoText("Preserve safety", "Not answered yet")
		// The form as it was before is out of date, and loses nothing.
		change.Set("learnt", "Something else.").Send().Want(http.StatusConflict).WantText("This is what is saved by now", "Ask the GP first.", "Something else.").Form(at + "/edit").Send().WantRedirect(at)
		c.Get(at).WantText("Something else.")

		query := "?from=2026-03-01&to=2026-03-01"
		c.Get("/me/reflections/record"+query).WantText("CPD record of Nina Nurse", "From 1 March 2026 to 1 March 2026", "Something else.")
		md := c.Get("/me/reflections/record.md" + query).Want(http.StatusOK)
		if !strings.Contains(md.Body, "\n## Read about letters\n") || !strings.Contains(md.Body, "### What did you learn?\n\nSomething else.\n") || !strings.Contains(md.Header.Get("Content-Disposition"), "cpd-record-2026-03-01-2026-03-01.md") {
			t.Errorf("the Markdown is %s", md.Body)
		}
		if text := inWord(t, c.Get("/me/reflections/record.docx"+query).Want(http.StatusOK).Body); !strings.Contains(text, "Something else.") || !strings.Contains(text, "CPD record of Nina Nurse") {
			t.Errorf("Word has %s", text)
		}
		c.Get("/me/reflections/record?from=2026-03-02&to=2026-03-01").Want(http.StatusBadRequest).WantText("The last day is before the first", "These days cannot be used")
		c.Get("/me/reflections?from=then").Want(http.StatusUnprocessableEntity).WantErrors("“then” is no day. Enter it as 2026-01-31")
		c.Get("/me/reflections?from=2026-03-02&to=2026-03-09").WantText("Nothing from these days")

		c.Get(at).Form(at + "/remove").Send().WantRedirect("/me/reflections")
		c.Get(at).Want(http.StatusNotFound)
		c.Post(at+"/remove", nil).Want(http.StatusNotFound)
	})
}

// inWord gives the text of a Word file.
func inWord(t *testing.T, file string) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(file)), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Nobody else reads or changes a reflection, whatever their role, and nothing of
// what it says is on record.
func TestNobodyElseReadsAReflection(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		at := b.add(t, b.As(t, b.nurse), url.Values{"what": {"A secretword of mine"}})
		for _, role := range []models.Role{models.RoleMember, models.RoleLead, models.RoleModerator, models.RoleAdmin} {
			p := apptest.Person(t, b.Store, apptest.WithRole(role))
			other := b.As(t, p)
			for _, path := range []string{at, at + "/edit"} {
				other.Get(path).Want(http.StatusNotFound).WantNoText("secretword")
			}
			for _, path := range []string{"/me/reflections", "/me/reflections/record", "/me/reflections/record.md"} {
				other.Get(path).Want(http.StatusOK).WantNoText("secretword", "Read about letters")
			}
			other.Post(at+"/edit", url.Values{"title": {"Mine"}, "day": {"2026-03-01"}, "register": {"nmc"}, "version": {"1"}}).Want(http.StatusNotFound)
			other.Post(at+"/remove", nil).Want(http.StatusNotFound)
			program := b.Program(t, p)
			api := "/api/v1" + at
			for _, method := range []string{http.MethodGet, http.MethodDelete} {
				program.Do(method, api, nil, "").Want(http.StatusNotFound).WantNoText("secretword")
			}
			program.Send(http.MethodPut, api, map[string]any{"title": "Mine", "day": "2026-03-01"}).Want(http.StatusNotFound)
			program.Get("/api/v1/me/reflections").Want(http.StatusOK).WantNoText("secretword")
		}
		b.Client(t).Get(at).Want(http.StatusSeeOther)
		b.As(t, b.nurse).Get(at).WantText("secretword")
		var events []struct{ Action, Before, After string }
		if err := b.Store.DB(t.Context()).Table("audit_events").Where("action LIKE 'reflection.%'").Find(&events).Error; err != nil || len(events) != 1 || events[0].Before+events[0].After != "" && strings.Contains(events[0].Before+events[0].After, "word") {
			t.Errorf("on record: %+v, %v", events, err)
		}
		// It goes with the account.
		if err := b.Store.ClosePerson(t.Context(), b.nurse.ID); err != nil {
			t.Fatal(err)
		}
		var n int64
		if err := b.Store.DB(t.Context()).Table("reflections").Count(&n).Error; err != nil || n != 0 {
			t.Errorf("%d reflections are left, %v", n, err)
		}
	})
}

func TestAReflectionHasNoPatientData(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.nurse)
		values := url.Values{"title": {"Read"}, "day": {"2026-03-01"}, "register": {"nmc"}, "what": {"It was 943 476 5919"}, "learnt": {"To ask"}}
		page := c.Post(form, values).Want(http.StatusUnprocessableEntity).WantText("NHS number")
		if got := page.Form(form).Values.Get("learnt"); got != "To ask" {
			t.Errorf("what was learnt is %q", got)
		}
	})
}

func TestReflectionsByTheAPI(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		program := b.Program(t, b.nurse)
		var made struct {
			ID         string
			CaseStudy  *string `json:"case_study"`
			Unfinished bool
		}
		answer := program.Send(http.MethodPost, "/api/v1/me/reflections", map[string]any{"title": "Visit to the ward", "day": "2026-02-03", "minutes": 90, "with_others": true, "case_study": b.study.Slug}).Want(http.StatusCreated)
		answer.JSON(&made)
		if made.CaseStudy == nil || *made.CaseStudy != b.study.ID || !made.Unfinished || !strings.HasSuffix(answer.Header.Get("Location"), made.ID) {
			t.Errorf("made is %+v", made)
		}
		path := "/api/v1/me/reflections/" + made.ID
		program.Send(http.MethodPut, path, map[string]any{"title": "Visit", "day": "2026-02-03", "learnt": "A lot"}).Want(http.StatusOK)
		program.Get(path).Want(http.StatusOK).WantText("A lot", *made.CaseStudy)
		program.Send(http.MethodPost, "/api/v1/me/reflections", map[string]any{"title": "", "day": "soon"}).Want(http.StatusUnprocessableEntity)
		program.Get("/api/v1/me/reflections?from=soon").Want(http.StatusBadRequest)
		program.Get("/api/v1/me/reflections?cursor=2026-01-01_x").Want(http.StatusBadRequest)
		program.Do(http.MethodDelete, path, nil, "").Want(http.StatusNoContent)
		program.Get(path).Want(http.StatusNotFound)
		b.Client(t).Get("/api/v1/me/reflections").Want(http.StatusUnauthorized)
	})
}

// The list has pages, and asks the database no more for many than for few.
func TestPagesOfReflections(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.As(t, b.nurse)
		for n := range models.ReflectionsAPage + 1 {
			b.add(t, c, url.Values{"title": {fmt.Sprintf("Reading %02d", n)}, "day": {fmt.Sprintf("2026-01-%02d", n+1)}, "hours": {"0:10"}})
		}
		first := c.Get("/me/reflections").WantText("Reading 20", "21 reflections, 3 hours 30 minutes in all").WantNoText("Reading 00")
		next := ""
		for _, l := range first.Links() {
			if strings.Contains(l, "cursor=") {
				next = l
			}
		}
		c.Get(next).Want(http.StatusOK).WantText("Reading 00").WantNoText("Reading 20")
	})
}
