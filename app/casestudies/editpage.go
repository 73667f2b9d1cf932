package casestudies

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/templates"
)

func (f *Feature) newPage(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	return f.renderIdea(c, fiber.StatusOK, f.NewDraft(person, models.StageIdea), nil)
}

func (f *Feature) renderIdea(c *fiber.Ctx, status int, d models.Draft, errs []templates.FieldError) error {
	e := templates.Editor{Draft: d, Idea: true, Errors: errs, Reading: readingOf(d.Document)}
	for _, s := range models.SplitBody(d.Document.Body).Sections {
		e.Sections = append(e.Sections, templates.SectionField{Key: s.Key, Heading: s.Heading, Hint: s.Hint, Text: s.Text})
	}
	shell := f.site.Shell(c, "Post an idea")
	shell.Path, shell.NoIndex, shell.Errors = "/case-studies/new", true, errs
	return f.site.Render(c, status, shell, templates.NewCaseStudy(e))
}

// newDraft begins a full case study: a saved draft, so that it has an address.
func (f *Feature) newDraft(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	d, err := f.SaveDraft(c.UserContext(), person, f.NewDraft(person, models.StageInUse))
	if err != nil {
		return err
	}
	return c.Redirect("/me/drafts/"+d.ID, fiber.StatusSeeOther)
}

func (f *Feature) edit(c *fiber.Ctx) error {
	d, err := f.DraftOf(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return f.renderEditor(c, fiber.StatusOK, d, editorView{markdown: c.Query("form") == "markdown"})
}

func (f *Feature) draft(c *fiber.Ctx) error {
	d, err := f.Draft(c.UserContext(), web.Person(c), c.Params("id"))
	if err != nil {
		return err
	}
	return f.renderEditor(c, fiber.StatusOK, d, editorView{markdown: c.Query("form") == "markdown"})
}

// editorView is how an editor is shown, beside its draft.
type editorView struct {
	markdown bool
	errors   []templates.FieldError
	preview  string
	note     string
	askFile  bool   // why what is in doubt in a file may stand
	add      string // a row more: connection, author or evidence
}

func (f *Feature) renderEditor(c *fiber.Ctx, status int, d models.Draft, v editorView) error {
	ctx := c.UserContext()
	e := templates.Editor{Draft: d, Markdown: v.markdown, Errors: v.errors, Preview: v.preview, Note: v.note, Published: d.Based > 0, Reading: readingOf(d.Document)}
	if v.askFile {
		for _, r := range models.OverrideReasons() {
			e.FileReasons = append(e.FileReasons, templates.Option{Value: r.Value, Text: r.Text})
		}
	}
	body := models.SplitBody(d.Document.Body)
	e.Intro, e.Other = body.Intro, body.Other
	for _, s := range body.Sections {
		e.Sections = append(e.Sections, templates.SectionField{Key: s.Key, Heading: s.Heading, Hint: s.Hint, Text: s.Text})
	}
	if err := f.fillConnections(ctx, &e, d, v.add == "connection"); err != nil {
		return err
	}
	e.Authors = withEmpty(d.Document.Authors, v.add == "author")
	e.Evidence = withEmpty(d.Document.Evidence, v.add == "evidence")
	e.Add = v.add
	for _, s := range reference.Settings() {
		e.Settings = append(e.Settings, templates.Option{Value: s, Text: s})
	}
	for _, g := range reference.StaffGroups() {
		e.StaffGroups = append(e.StaffGroups, templates.Option{Value: g.Name, Text: g.Name})
	}
	var err error
	if e.Attachments, err = f.store.DraftAttachments(ctx, d.ID); err != nil {
		return err
	}
	title := d.Document.Title
	if title == "" {
		title = "New case study"
	}
	shell := f.site.Shell(c, "Edit: "+title)
	shell.NoIndex, shell.Errors = true, v.errors
	shell.Crumbs = []templates.Crumb{{Text: "Your work", URL: "/me"}}
	return f.site.Render(c, status, shell, templates.EditDraft(e))
}

// readingOf says to whoever writes how hard their text is to read.
func readingOf(d models.Document) templates.ReadingPanel {
	return web.Reading(d.Summary+"\n\n"+d.Body, d.Language)
}

// withEmpty gives the rows of a form: what there is, an empty one where there
// is nothing or where one more was asked for.
func withEmpty[T any](list []T, more bool) []T {
	out := append([]T(nil), list...)
	if len(out) == 0 || more {
		var empty T
		out = append(out, empty)
	}
	return out
}

// formDraft reads the form over what is kept: fields that the form does not
// have stay as they are.
func (f *Feature) formDraft(c *fiber.Ctx, person *models.Person) (models.Draft, string, error) {
	id := c.Params("id")
	form := web.Value(c, "form")
	d, err := f.Draft(c.UserContext(), person, id)
	if models.KindOf(err) == models.NotFound {
		d, err = f.startedDraft(c, person, id)
	}
	if err != nil {
		return d, form, err
	}
	version, err := strconv.Atoi(web.Value(c, "version"))
	if err != nil || version < 0 {
		return d, form, models.E(models.BadRequest, "This form is not complete. Open the draft again.")
	}
	d.Version = version
	switch form {
	case "idea":
		readIdea(c, &d.Document)
	case "markdown", "guided":
		readDocument(c, &d.Document, form == "markdown")
		if err := f.lookUp(c.UserContext(), &d.Document); err != nil {
			return d, form, err
		}
		d.Document.Clean()
	default:
		return d, form, models.E(models.BadRequest, "This form is not complete. Open the draft again.")
	}
	return d, form, nil
}

// startedDraft is what a form that has not been saved yet began from.
func (f *Feature) startedDraft(c *fiber.Ctx, person *models.Person, id string) (models.Draft, error) {
	d, err := f.DraftOf(c.UserContext(), person, id)
	if models.KindOf(err) == models.NotFound {
		d, err = f.NewDraft(person, models.StageIdea), nil
		d.ID = id
	}
	if based, e := strconv.Atoi(web.Value(c, "based")); e == nil && based > 0 && d.Based > 0 {
		d.Based = based
	}
	return d, err
}

func readIdea(c *fiber.Ctx, d *models.Document) {
	d.Title = web.Value(c, "title")
	body := models.SplitBody(d.Body)
	for i := range body.Sections {
		if name := "section_" + body.Sections[i].Key; web.HasField(c, name) {
			body.Sections[i].Text = web.Value(c, name)
		}
	}
	d.Body = body.Join()
}

func readDocument(c *fiber.Ctx, d *models.Document, markdown bool) {
	d.Title, d.Summary = web.Value(c, "title"), web.Value(c, "summary")
	d.Stage, d.Organisation = models.Stage(web.Value(c, "stage")), web.Value(c, "organisation")
	if web.HasField(c, "visibility") {
		d.Visibility = models.Visibility(web.Value(c, "visibility"))
	}
	d.Settings, d.Tags = web.Values(c, "settings"), splitComma(web.Value(c, "tags"))
	if markdown {
		d.Body = web.Value(c, "body")
	} else {
		body := models.Body{Intro: web.Value(c, "intro"), Sections: models.Sections(), Other: web.Value(c, "other")}
		for i := range body.Sections {
			body.Sections[i].Text = web.Value(c, "section_"+body.Sections[i].Key)
		}
		d.Body = body.Join()
	}
	readRows(c, d)
	readGovernance(c, d)
	readReviewBy(c, d)
}

// readRows reads the rows of the lists. Keys that the form does not know stay
// with a row that is still about the same.
func readRows(c *fiber.Ctx, d *models.Document) {
	row := func(list string, i int) func(string) string {
		return func(field string) string { return web.Value(c, list+"["+strconv.Itoa(i)+"]."+field) }
	}
	has := func(list string, i int, field string) bool {
		return web.HasField(c, list+"["+strconv.Itoa(i)+"]."+field)
	}
	d.Connections = readConnections(c, d.Connections)
	d.Evidence = readEvidence(c, d.Evidence)
	readStandards(c, d)
	readResearch(c, d)
	authors := d.Authors
	d.Authors = nil
	for i := 0; i <= models.MaxAuthors && has("authors", i, "name"); i++ {
		v := row("authors", i)
		a := models.Author{Name: v("name"), Role: v("role"), StaffGroup: v("staff_group")}
		if contact := strings.TrimPrefix(strings.TrimSpace(v("contact")), "@"); strings.Contains(contact, "@") {
			a.Email = contact
		} else {
			a.Handle = strings.ToLower(contact)
		}
		// The form has one field for both; the one that it did not show stays,
		// and so do keys that the form does not know.
		if i < len(authors) && a.Handle == authors[i].Handle && a.Name == authors[i].Name {
			a.Extra = authors[i].Extra
			if a.Handle != "" {
				a.Email = authors[i].Email
			}
		}
		d.Authors = append(d.Authors, a)
	}
}

func splitComma(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func (f *Feature) saveDraft(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	action := web.Value(c, "action")
	if action == "resolve" || action == "overwrite" {
		return f.resolve(c, person, action)
	}
	d, form, err := f.formDraft(c, person)
	if err != nil {
		return err
	}
	if web.WantsJSON(c) {
		return f.autosave(c, person, d)
	}
	if action == "publish" {
		return f.publish(c, person, d, form)
	}
	saved, err := f.SaveDraft(c.UserContext(), person, d)
	if err != nil {
		return f.notSaved(c, d, form, err)
	}
	view := editorView{markdown: form == "markdown", note: web.Value(c, "note")}
	if web.Value(c, "preview") != "" {
		action = "preview"
	}
	switch action {
	case "preview":
		view.preview = f.markdown.Render(saved.Document.Body).HTML
	case "markdown":
		view.markdown = true
	case "guided":
		view.markdown = false
	case "governance", "standards": // shows what its answers ask for
	case "add-connection", "add-author", "add-evidence", "add-dataset", "add-approval":
		view.add = strings.TrimPrefix(action, "add-")
	default:
		if removedRow(c) >= 0 {
			break
		}
		return f.site.Done(c, "/me/drafts/"+saved.ID+formQuery(form), "The draft is saved. You can go on from any computer.")
	}
	return f.renderEditor(c, fiber.StatusOK, saved, view)
}

func formQuery(form string) string {
	if form == "markdown" {
		return "?form=markdown"
	}
	return ""
}

// autosave answers a script: the new version, or that somebody else came
// first.
func (f *Feature) autosave(c *fiber.Ctx, person *models.Person, d models.Draft) error {
	saved, err := f.SaveDraft(c.UserContext(), person, d)
	if err != nil {
		return err
	}
	return c.JSON(struct {
		Version int    `json:"version"`
		SavedAt string `json:"saved_at"`
	}{saved.Version, saved.UpdatedAt.UTC().Format("2006-01-02T15:04:05Z")})
}

// publish keeps what was typed before it tries: whatever is wrong with it, the
// draft has it.
func (f *Feature) publish(c *fiber.Ctx, person *models.Person, d models.Draft, form string) error {
	saved, err := f.SaveDraft(c.UserContext(), person, d)
	if err != nil {
		return f.notSaved(c, d, form, err)
	}
	cs, err := f.PublishDraft(c.UserContext(), person, saved, web.Value(c, "note"))
	switch models.KindOf(err) {
	case "":
	case models.Invalid, models.TooMany:
		return f.renderFaults(c, saved, form, err)
	case models.Conflict:
		return f.renderRevised(c, person, saved)
	default:
		return err
	}
	if cs.Revision == 1 && cs.Status == models.Withdrawn {
		return f.site.Done(c, "/case-studies/"+cs.Slug, "It is kept. Your account is new, so a moderator looks at it before others see it.")
	}
	if cs.Revision == 1 {
		return f.site.Done(c, "/case-studies/"+cs.Slug, "It is posted. Everybody can see it now.")
	}
	return f.site.Done(c, "/case-studies/"+cs.Slug, "Your changes are published.")
}

// notSaved shows the conflict, or the form again with what is wrong.
func (f *Feature) notSaved(c *fiber.Ctx, d models.Draft, form string, err error) error {
	if conflict := asConflict(err); conflict != nil {
		return f.renderConflict(c, d.ID, conflict)
	}
	if models.KindOf(err) != models.Invalid {
		return err
	}
	return f.renderFaults(c, d, form, err)
}

// formErrors turns the document's field names into those of the form.
func formErrors(fields []models.FieldError, form string) []templates.FieldError {
	out := make([]templates.FieldError, 0, len(fields))
	for _, f := range fields {
		name := f.Field
		switch {
		case name == "body" && form != "markdown":
			name = "section_problem"
			if form == "idea" {
				f.Message = strings.Replace(f.Message, "Write at least one section", "Say what the problem is", 1)
			}
		case strings.HasPrefix(name, "tags["):
			name = "tags"
		case strings.HasPrefix(name, "settings"):
			name = "settings"
		case strings.HasSuffix(name, "].email"):
			name = strings.TrimSuffix(name, "email") + "contact"
		case strings.HasPrefix(name, "authors") && strings.HasSuffix(name, "]"):
			name += ".name"
		case strings.HasPrefix(name, "connections") && strings.HasSuffix(name, "]"):
			name += ".from"
		case strings.HasPrefix(name, "connections") && strings.HasSuffix(name, ".standard"):
			name += "_other" // the list offers nothing that is wrong
		}
		out = append(out, templates.FieldError{Field: name, Message: f.Message})
	}
	return out
}

func (f *Feature) deleteDraft(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	if err := f.DeleteDraft(c.UserContext(), person, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, "/me", "The draft is thrown away.")
}

func (f *Feature) preview(c *fiber.Ctx) error {
	if _, err := web.Require(c); err != nil {
		return err
	}
	text := web.Value(c, "text")
	if len(text) > 4*models.MaxBody {
		return models.E(models.TooLarge, "The text is too long to preview.")
	}
	return f.site.Fragment(c, templates.StudyBody(f.markdown.Render(models.CleanText(text)).HTML))
}

func (f *Feature) attach(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	header, err := c.FormFile("file")
	if err != nil || header.Filename == "" {
		return f.attachFault(c, person, id, models.E(models.Invalid, "Choose a file to attach"))
	}
	content, err := header.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	ctx := c.UserContext()
	if reason := web.Value(c, "reason"); models.IsOverrideReason(reason) {
		ctx = personal.WithAnswers(ctx, personal.ForAll(reason))
	}
	a, err := f.Attach(ctx, person, id, header.Filename, web.Value(c, "alt"), content)
	if err != nil {
		return f.attachFault(c, person, id, err)
	}
	return f.seeFiles(c, id, "“"+models.Truncate(a.FileName, 60)+"” is attached.")
}

// seeFiles leads to the files of a draft, or of a case study whose text nobody
// has begun to change.
func (f *Feature) seeFiles(c *fiber.Ctx, id, done string) error {
	_, err := f.store.Draft(c.UserContext(), id)
	if models.KindOf(err) == models.NotFound {
		return f.site.Done(c, "/case-studies/"+id+"/edit#files", done)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, "/me/drafts/"+id+"#files", done)
}

// attachFault shows the editor again with what was wrong with the file.
func (f *Feature) attachFault(c *fiber.Ctx, person *models.Person, id string, err error) error {
	errs, ok := web.FormErrors(err)
	if !ok {
		return err
	}
	var stopped *personal.Refusal
	for i := range errs {
		if errs[i].Field == "file name" {
			errs[i].Message = "In the name of the file: " + errs[i].Message
		}
		errs[i].Field = "file"
	}
	ask := errors.As(err, &stopped) && !stopped.Certain()
	d, draftErr := f.Draft(c.UserContext(), person, id)
	if models.KindOf(draftErr) == models.NotFound {
		d, draftErr = f.DraftOf(c.UserContext(), person, id)
	}
	if draftErr != nil {
		return err
	}
	return f.renderEditor(c, web.Describe(err).Status, d, editorView{errors: errs, askFile: ask})
}

func (f *Feature) detach(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	id, keep := c.Params("id"), web.Value(c, "keep") != ""
	a, err := f.Detach(c.UserContext(), person, id, c.Params("file"), !keep)
	if err != nil {
		return err
	}
	done := "The file is removed."
	switch {
	case keep:
		done = "The file stays."
	case a.Published:
		done = "The file is removed from the draft. Readers see it until you publish the changes."
	}
	return f.seeFiles(c, id, done)
}

func mustJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil { // a document is strings and finite numbers
		return ""
	}
	return string(raw)
}
