package casestudies

import (
	"encoding/json"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// renderConflict shows a draft as somebody else saved it beside what this
// person typed. The form carries the whole of theirs along.
func (f *Feature) renderConflict(c *fiber.Ctx, id string, conflict *models.DraftConflict) error {
	theirs := conflict.Theirs
	changes, body := differences(theirs.Document, conflict.Mine)
	shell := f.site.Shell(c, "Two versions of one draft")
	shell.NoIndex, shell.Wide = true, true
	return f.site.Render(c, fiber.StatusConflict, shell, templates.DraftConflict(templates.Conflict{
		Title:     "Somebody else has saved this draft",
		Message:   "Nothing is lost: both versions are here. Put what you want to keep into your text, then save it.",
		ActionURL: "/me/drafts/" + id, Action: "resolve", ButtonText: "Save my text", TheirsName: theirs.SavedName, TheirsWhen: theirs.UpdatedAt,
		Theirs: theirs.Document, Mine: conflict.Mine, MineJSON: mustJSON(conflict.Mine), Version: theirs.Version, Changes: changes, Body: body,
		CancelURL: "/me/drafts/" + id}))
}

// renderRevised shows the published text beside a draft that was begun from an
// earlier revision. The draft is kept.
func (f *Feature) renderRevised(c *fiber.Ctx, person *models.Person, d models.Draft) error {
	cs, err := f.Get(c.UserContext(), person, d.ID)
	if err != nil {
		return err
	}
	revisions, err := f.store.Revisions(c.UserContext(), d.ID)
	if err != nil {
		return err
	}
	by := ""
	if len(revisions) > 0 {
		by = revisions[0].EditorName
	}
	changes, body := differences(cs.Document, d.Document)
	shell := f.site.Shell(c, "The case study has changed meanwhile")
	shell.NoIndex, shell.Wide = true, true
	return f.site.Render(c, fiber.StatusConflict, shell, templates.DraftConflict(templates.Conflict{
		Title:     "The case study has changed meanwhile",
		Message:   "Somebody published revision " + strconv.Itoa(cs.Revision) + " after you began. Your draft is kept. Put what you want to keep of theirs into your text, then publish it.",
		ActionURL: "/me/drafts/" + d.ID, Action: "overwrite", ButtonText: "Publish my text", TheirsName: by, TheirsWhen: cs.UpdatedAt,
		Theirs: cs.Document, Mine: d.Document, MineJSON: mustJSON(d.Document), Version: d.Version, Changes: changes, Body: body,
		CancelURL: "/me/drafts/" + d.ID}))
}

// resolve saves what the person made of two versions, and publishes it when it
// was on its way there.
func (f *Feature) resolve(c *fiber.Ctx, person *models.Person, action string) error {
	ctx, id := c.UserContext(), c.Params("id")
	bad := models.E(models.BadRequest, "This form is not complete. Open the draft again.")
	var mine models.Document
	if err := json.Unmarshal([]byte(web.Value(c, "mine")), &mine); err != nil {
		return bad
	}
	version, err := strconv.Atoi(web.Value(c, "version"))
	if err != nil || version < 0 {
		return bad
	}
	mine.Body = web.Value(c, "body")
	d := models.Draft{ID: id, Version: version, Document: mine, OwnerID: person.ID}
	if action == "resolve" {
		if _, err := f.SaveDraft(ctx, person, d); err != nil {
			return f.notSaved(c, d, "markdown", err)
		}
		return f.site.Done(c, "/me/drafts/"+id, "Your text is saved.")
	}
	saved, err := f.SaveDraft(ctx, person, d)
	if err != nil {
		return f.notSaved(c, d, "markdown", err)
	}
	if err := f.Rebase(ctx, person, id); err != nil {
		return err
	}
	saved.Version++
	return f.publish(c, person, saved, "markdown")
}
