package casestudies

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/diff"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// diffContext is how many words of unchanged text stand on either side of a
// change.
const diffContext = 30

func (f *Feature) history(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	cs, err := f.Get(ctx, person, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.History{Title: cs.Title, Slug: cs.Slug, Current: cs.Revision}
	if page.Revisions, err = f.store.Revisions(ctx, cs.ID); err != nil {
		return err
	}
	page.Compare = compareForm(page.Revisions, cs.Revision-1, cs.Revision)
	shell := f.site.Shell(c, "History of "+cs.Title)
	shell.NoIndex = true
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: "/case-studies/" + cs.Slug}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.CaseStudyHistory(page))
}

// compareForm offers any two revisions to compare. With fewer than two there
// is nothing to choose.
func compareForm(revisions []models.Revision, from, to int) templates.CompareForm {
	form := templates.CompareForm{From: strconv.Itoa(from), To: strconv.Itoa(to)}
	if len(revisions) < 2 {
		return form
	}
	for _, r := range revisions {
		number := strconv.Itoa(r.Number)
		form.Options = append(form.Options, templates.Option{Value: number, Text: number + ": " + templates.FormatDateTime(r.CreatedAt)})
	}
	return form
}

// compare leads to the page that shows the later of two chosen revisions
// against the earlier.
func (f *Feature) compare(c *fiber.Ctx) error {
	from, err := web.QueryInt(c, "from", 0, 1, 1<<30)
	if err != nil {
		return err
	}
	to, err := web.QueryInt(c, "to", 0, 1, 1<<30)
	if err != nil {
		return err
	}
	if from == 0 || to == 0 {
		return models.E(models.BadRequest, "Choose two revisions to compare: “from” and “to” are their numbers.")
	}
	return c.Redirect("/case-studies/"+url.PathEscape(c.Params("slug"))+"/history/"+strconv.Itoa(max(from, to))+"?against="+strconv.Itoa(min(from, to)), fiber.StatusSeeOther)
}

func (f *Feature) revision(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	number, err := pathInt(c, "number")
	if err != nil {
		return err
	}
	cs, err := f.Get(ctx, person, c.Params("slug"))
	if err != nil {
		return err
	}
	rev, err := f.store.Revision(ctx, cs.ID, number)
	if err != nil {
		return err
	}
	page := templates.RevisionPage{Title: cs.Title, Slug: cs.Slug, Revision: rev, Current: cs.Revision}
	if page.Against, err = web.QueryInt(c, "against", number-1, 0, 1<<30); err != nil {
		return err
	}
	if page.Against > 0 && page.Against != number {
		old, err := f.store.Revision(ctx, cs.ID, page.Against)
		if err != nil {
			return err
		}
		page.Changes, page.Body = differences(old.Document, rev.Document)
	}
	revisions, err := f.store.Revisions(ctx, cs.ID)
	if err != nil {
		return err
	}
	for _, r := range revisions {
		if r.Number == number {
			page.Revision.EditorName = r.EditorName
		}
	}
	page.Compare = compareForm(revisions, max(page.Against, 1), number)
	if page.CanEdit, err = f.MayEdit(ctx, person, &cs); err != nil {
		return err
	}
	shell := f.site.Shell(c, "Revision "+strconv.Itoa(number)+" of "+cs.Title)
	shell.NoIndex = true
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: "/case-studies/" + cs.Slug}, {Text: "History", URL: "/case-studies/" + cs.Slug + "/history"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.CaseStudyRevision(page))
}

// differences compares two documents for a page. Without a change in the body
// there are no parts.
func differences(old, new models.Document) ([]templates.FieldChange, []templates.DiffHunk) {
	var changes []templates.FieldChange
	for _, ch := range diff.Fields(old, new) {
		changes = append(changes, templates.FieldChange{Name: ch.Name, Old: ch.Old, New: ch.New})
	}
	if old.Body == new.Body {
		return changes, nil
	}
	hunks := diff.Hunks(diff.Words(old.Body, new.Body), diffContext)
	out := make([]templates.DiffHunk, len(hunks))
	for i, h := range hunks {
		out[i] = templates.DiffHunk{Folded: h.Folded, Words: h.Words, Parts: diffParts(h.Ops)}
	}
	return changes, out
}

// diffParts leaves out the empty lines at both ends: where parts meet there is
// a line of its own between them.
func diffParts(ops []diff.Op) []templates.DiffPart {
	parts := make([]templates.DiffPart, len(ops))
	for i, op := range ops {
		parts[i] = templates.DiffPart{Op: templates.DiffSame, Text: op.Text}
		switch op.Kind {
		case diff.Insert:
			parts[i].Op = templates.DiffAdded
		case diff.Delete:
			parts[i].Op = templates.DiffRemoved
		}
	}
	if first := &parts[0]; first.Op == templates.DiffSame {
		first.Text = strings.TrimLeft(first.Text, "\n")
	}
	if last := &parts[len(parts)-1]; last.Op == templates.DiffSame {
		last.Text = strings.TrimRight(last.Text, " \n")
	}
	return parts
}

func (f *Feature) restore(c *fiber.Ctx) error {
	number, err := pathInt(c, "number")
	if err != nil {
		return err
	}
	cs, err := f.Restore(c.UserContext(), web.Person(c), c.Params("slug"), number)
	if err != nil {
		return err
	}
	return f.site.Done(c, "/case-studies/"+cs.Slug, restoredNote(number)+". What was there before is in the history.")
}
