package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
	"grassroots/models"
	"grassroots/models/store"
)

// What is typed at each door: an NHS number of the test range, of which the
// site does not know that it is one, and a name that may be anybody's.
const (
	number   = "999 026 0184"
	certain  = "The letter for NHS number " + number + " went to a garage."
	doubtful = "We showed it to Mr Weatherby and he liked it."
)

// plain is number as one word. A shorter part of it could be in a time.
const plain = "9990260184"

// tells tells whether a text has the number.
func tells(text string) bool {
	return strings.Contains(text, "026 0184") || strings.Contains(text, plain)
}

// kept tells where in the whole database one of some texts stands.
func kept(t *testing.T, st *store.Store, texts ...string) (where []string) {
	t.Helper()
	tables, err := st.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var b strings.Builder
		if _, err := st.Dump(t.Context(), table, &b); err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(b.String(), text) }) {
			where = append(where, table.Name)
		}
	}
	return where
}

func (w *wholeSite) moderator() models.Person {
	return apptest.Person(w.t, w.Store, apptest.WithRole(models.RoleModerator))
}

func TestCertainFindingsStopEveryForm(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	th := w.things(w.actors[1], models.EditStudy, false)
	c := w.As(t, w.author)
	id := w.Store.NewID()
	draft := func(field string) url.Values {
		v := url.Values{"form": {"guided"}, "version": {"0"}, "stage": {"trial"}, "title": {"Letters"}, "section_problem": {"Slow letters"}, "action": {"publish"},
			"connections[0].from": {"PPM+"}, "connections[0].to": {"SystmOne"}, "authors[0].name": {"Amina Yusuf"}, "evidence[0].url": {"https://example.org/"}}
		v.Set(field, certain)
		return v
	}
	for _, field := range []string{"title", "summary", "section_problem", "tags", "connections[0].from", "connections[0].transport", "authors[0].role", "evidence[0].title"} {
		page := c.Post("/me/drafts/"+id, draft(field)).Want(http.StatusUnprocessableEntity).WantText("This holds personal data", "[NHS number]", "went to a garage")
		if !strings.Contains(page.Body, "value=\"publish\"") || !strings.Contains(strings.ToLower(page.Body), strings.ToLower(certain)) {
			t.Errorf("%s: the form has lost what was typed", field)
		}
	}
	c.Post("/case-studies/"+th.study.Slug+"/comments", url.Values{"kind": {"question"}, "body": {certain}}).Want(http.StatusUnprocessableEntity).WantText("[NHS number]")
	c.Post("/me/settings", url.Values{"name": {w.author.Name}, "handle": {w.author.Handle}, "bio": {certain}}).Want(http.StatusUnprocessableEntity).WantText("[NHS number]")
	if where := kept(t, w.Store, number, plain); where != nil {
		t.Errorf("it is kept in %v", where)
	}
}

func TestRedactingInPlaceKeepsTheRest(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.As(t, w.author)
	id := w.Store.NewID()
	form := url.Values{"form": {"guided"}, "version": {"0"}, "stage": {"trial"}, "title": {"Letters for all"}, "section_problem": {certain + "\n\nCall 07700 900123."},
		"section_help": {"Somebody who knows MESH"}, "action": {"publish"}}
	page := c.Post("/me/drafts/"+id, form).Want(http.StatusUnprocessableEntity)
	form.Del("action")
	form.Set("personal-again", "publish")
	for _, n := range page.All(apptest.With("input", "name", "personal-redact")) {
		form.Add("personal-redact", apptest.Attr(n, "value"))
	}
	if len(form["personal-redact"]) != 2 {
		t.Fatalf("%d places are offered for redaction", len(form["personal-redact"]))
	}
	shown := c.Post("/me/drafts/"+id, form).Want(http.StatusSeeOther).Follow()
	shown.WantText("The letter for NHS number [NHS number removed] went to a garage.", "Call [phone number removed].", "Somebody who knows MESH")
	if where := kept(t, w.Store, number, plain); where != nil {
		t.Errorf("it is kept in %v", where)
	}
}

func TestDoubtfulFindingsAreAskedOfOnce(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.As(t, w.author)
	id := w.Store.NewID()
	form := url.Values{"form": {"guided"}, "version": {"0"}, "stage": {"trial"}, "title": {"Letters for all"}, "section_problem": {doubtful}, "action": {"publish"}}
	page := c.Post("/me/drafts/"+id, form).Want(http.StatusUnprocessableEntity).WantText("Is this personal data?", "It is about somebody at work")
	key := apptest.Attr(page.All(apptest.With("input", "name", "personal-place"))[0], "value")
	again := url.Values{"personal-again": {"publish"}, "personal-place": {key}, "version": {"1"}}
	for _, name := range []string{"form", "stage", "title", "section_problem"} {
		again[name] = form[name]
	}
	c.Post("/me/drafts/"+id, again).Want(http.StatusUnprocessableEntity)
	again.Set("version", "2")
	again.Set("personal-answer-"+key, "because")
	c.Post("/me/drafts/"+id, again).Want(http.StatusUnprocessableEntity)
	again.Set("version", "3")
	again.Set("personal-answer-"+key, "staff")
	c.Post("/me/drafts/"+id, again).Want(http.StatusSeeOther).Follow().WantText("Mr Weatherby")
	if list, _, err := w.Store.Overrides(t.Context(), store.OverrideQuery{Limit: 10}); err != nil || len(list) != 1 || list[0].Kind != "name" || list[0].Field != "body" ||
		list[0].Reason != "staff" || list[0].PersonID != w.author.ID || list[0].CaseStudyID != id {
		t.Errorf("%+v, %v", list, err)
	}
	// A change of something else does not ask again.
	edit := url.Values{"form": {"guided"}, "version": {"0"}, "based": {"1"}, "stage": {"in-use"}, "title": {"Letters for all"}, "section_problem": {doubtful}, "action": {"publish"}}
	c.Post("/me/drafts/"+id, edit).Want(http.StatusSeeOther)
	m := w.As(t, w.moderator())
	m.Get("/moderation/overrides").Want(http.StatusOK).WantText("Letters for all", "It is about somebody at work", "name").WantNoText("Weatherby")
	m.Get("/moderation/overrides?kind=phone").Want(http.StatusOK).WantText("None found")
	m.Get("/moderation/overrides?kind=name&reason=staff&case_study=" + id).Want(http.StatusOK).WantText("Letters for all")
	c.Get("/moderation/overrides").Want(http.StatusForbidden)
}

func TestDraftsKeepWhatIsInDoubt(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.As(t, w.author)
	c.Post("/me/drafts/"+w.Store.NewID(), url.Values{"form": {"guided"}, "version": {"0"}, "stage": {"trial"}, "title": {"Letters"}, "section_problem": {doubtful}, "action": {"save"}}).Want(http.StatusSeeOther)
	c.Header.Set("Accept", "application/json")
	page := c.Post("/me/drafts/"+w.Store.NewID(), url.Values{"form": {"guided"}, "version": {"0"}, "stage": {"trial"}, "title": {"Letters"}, "section_problem": {certain}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(page.Body, "This looks like an NHS number") || tells(page.Body) {
		t.Errorf("%s", page.Body)
	}
}

func TestTheAPIStopsAndTakesAcknowledgements(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	c := w.Program(t, w.author)
	c.Header.Set("Idempotency-Key", "one")
	send := func(d models.Document) *apptest.Page {
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return c.Do(http.MethodPost, "/api/v1/case-studies", strings.NewReader(string(raw)), "application/json")
	}
	whole := models.Document{Title: "Letters", Stage: models.StageTrial, Body: "Text"}
	for name, change := range map[string]func(d *models.Document){
		"body": func(d *models.Document) { d.Body = certain }, "title": func(d *models.Document) { d.Title = certain },
		"extra":              func(d *models.Document) { d.Extra = map[string]any{"x": []any{map[string]any{"nhs": 9990260184}}} },
		"tags[0]":            func(d *models.Document) { d.Tags = []string{"nhs 9990260184"} },
		"benefits[0].method": func(d *models.Document) { d.Benefits = []models.Benefit{{Measure: "Time", Method: certain}} },
		"data_use.notes":     func(d *models.Document) { d.DataUse = &models.DataUse{Notes: certain} },
		"connections[0].data[0]": func(d *models.Document) {
			d.Connections = []models.Connection{{From: "PPM+", To: "SystmOne", Data: []string{certain}}}
		},
	} {
		d := whole
		change(&d)
		page := send(d).Want(http.StatusUnprocessableEntity)
		if !strings.Contains(page.Body, `"field":"`+name+`"`) || tells(page.Body) {
			t.Errorf("%s: %s", name, page.Body)
		}
	}
	d := whole
	d.Body = doubtful
	send(d).Want(http.StatusUnprocessableEntity)
	c.Header.Set("Acknowledge-Personal-Data", "phone")
	send(d).Want(http.StatusUnprocessableEntity)
	c.Header.Set("Acknowledge-Personal-Data", "names")
	send(d).Want(http.StatusBadRequest)
	c.Header.Set("Acknowledge-Personal-Data", "phone, name")
	send(d).Want(http.StatusCreated)
	d.Body = certain
	c.Header.Set("Acknowledge-Personal-Data", "nhs_number")
	c.Header.Set("Idempotency-Key", "two")
	send(d).Want(http.StatusUnprocessableEntity)
	list, _, err := w.Store.Overrides(t.Context(), store.OverrideQuery{Limit: 10})
	if err != nil || len(list) != 1 || list[0].Reason != models.ReasonAPI {
		t.Errorf("%+v, %v", list, err)
	}
	if where := kept(t, w.Store, number, plain); where != nil {
		t.Errorf("it is kept in %v", where)
	}
	var file string
	if err := w.Store.DB(t.Context()).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file).Error; err != nil || file == "" {
		t.Fatalf("where is the database? %v", err)
	}
	for _, name := range []string{file, file + "-wal"} {
		raw, err := os.ReadFile(name)
		if err == nil && (strings.Contains(string(raw), number) || strings.Contains(string(raw), plain)) {
			t.Errorf("it is in %s", filepath.Base(name))
		}
	}
}

// pdfOf makes a PDF of one line, by hand: the plain form that any reader knows.
func pdfOf(line string) []byte {
	var b strings.Builder
	var at []int
	object := func(text string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), text)
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>")
	drawn := "BT /F1 12 Tf 72 700 Td (" + line + ") Tj ET"
	object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(drawn), drawn))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return []byte(b.String())
}

func TestFilesAreReadBeforeTheyAreKept(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	th := w.things(w.actors[1], models.EditStudy, false)
	c := w.As(t, w.author)
	to := "/me/drafts/" + th.study.ID + "/files"
	file := func(name, line string) apptest.File {
		return apptest.File{Field: "file", Name: name, ContentType: "application/pdf", Content: pdfOf(line)}
	}
	c.PostFiles(to, nil, file("letter.pdf", certain)).Want(http.StatusUnprocessableEntity).WantText("This looks like an NHS number", "went to a garage")
	c.PostFiles(to, nil, file("letter_9990260184_v2.pdf", "Nothing")).Want(http.StatusUnprocessableEntity).WantText("In the name of the file")
	c.PostFiles(to, url.Values{"alt": {certain}}, file("letter.pdf", "Nothing")).Want(http.StatusUnprocessableEntity)
	c.PostFiles(to, nil, file("letter.pdf", doubtful)).Want(http.StatusUnprocessableEntity).WantText("Why may these places stand?")
	if where := kept(t, w.Store, "attachments.forget"); where != nil {
		t.Errorf("something was kept, to be forgotten: %v", where)
	}
	if list, err := w.Store.DraftAttachments(t.Context(), th.study.ID); err != nil || len(list) > 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if n := w.keptFiles(); n > 0 {
		t.Errorf("%d contents are kept", n)
	}
	c.PostFiles(to, url.Values{"reason": {"staff"}}, file("letter.pdf", doubtful)).Want(http.StatusSeeOther)
	list, _, err := w.Store.Overrides(t.Context(), store.OverrideQuery{Limit: 10})
	if err != nil || len(list) != 1 || list[0].Subject != models.OverrideFile || list[0].Field != "file" {
		t.Errorf("%+v, %v", list, err)
	}
	if n := w.keptFiles(); n != 1 {
		t.Errorf("%d contents are kept", n)
	}
	if where := kept(t, w.Store, number, plain); where != nil {
		t.Errorf("it is kept in %v", where)
	}
}
