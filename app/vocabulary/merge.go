package vocabulary

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// mergePage says what merging one term into another will do.
func (f *Feature) mergePage(c *fiber.Ctx, v vocabulary, _ *models.Person) error {
	t, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return c.Redirect(moved, fiber.StatusFound)
	}
	typed := models.Truncate(models.CleanLine(c.Query("into")), models.MaxName)
	into, err := f.mergeTarget(c, v, t, typed)
	if err != nil {
		return f.reshowTerm(c, v, t.ID, typed, err)
	}
	return f.showMerge(c, v, fiber.StatusOK, t, into, nil)
}

// mergeTarget gives the term that a name means, which has to be another one
// than t.
func (f *Feature) mergeTarget(c *fiber.Ctx, v vocabulary, t models.Term, name string) (models.Term, error) {
	if name == "" {
		return t, models.InvalidField("into", "Enter the name of the "+v.words.One+" that it is another name for")
	}
	ids, err := f.store.TermIDs(c.UserContext(), v.kind, []string{name})
	if err != nil {
		return t, err
	}
	switch ids[name] {
	case "":
		return t, models.InvalidField("into", "Nothing in the list is called “"+name+"”")
	case t.ID:
		return t, models.InvalidField("into", "“"+name+"” is this "+v.words.One+" itself. Choose another one")
	}
	into, err := f.store.Term(c.UserContext(), v.kind, ids[name])
	if models.KindOf(err) == models.NotFound {
		// Somebody merged or removed it between the two statements.
		err = models.Errorf(models.Conflict, "“%s” was merged into another entry, or taken out of the list, a moment ago. Nothing was changed. Enter the name again", name)
	}
	return into, err
}

func (f *Feature) showMerge(c *fiber.Ctx, v vocabulary, status int, from, into models.Term, errors []templates.FieldError) error {
	ctx := c.UserContext()
	lists, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	name := func(id string) string { return nameOf(lists, v.kind, id) }
	page := templates.MergePage{Words: v.words, From: from.Name, Into: into.Name, FromID: from.ID, IntoID: into.ID, FromVersion: from.Version, IntoVersion: into.Version,
		BothConfirmed: from.Confirmed && into.Confirmed, Errors: errors}
	for _, n := range append([]string{from.Name}, from.Aliases...) {
		if !slices.Contains(page.Names, n) {
			page.Names = append(page.Names, n)
		}
	}
	if page.Studies, err = f.store.CountCaseStudies(ctx, models.ListQuery{Filters: map[string][]string{v.facet: {from.ID}}}); err != nil {
		return err
	}
	becomes := into
	becomes.Fill(from)
	a, b, both := formOf(from, name), formOf(into, name), formOf(becomes, name)
	for _, r := range []templates.MergeRow{
		{Field: "Name", From: a.Name, Into: b.Name, Becomes: both.Name}, {Field: v.words.Maker, From: a.Maker, Into: b.Maker, Becomes: both.Maker},
		{Field: "Kind", From: a.Category, Into: b.Category, Becomes: both.Category}, {Field: "What it is for", From: a.Purpose, Into: b.Purpose, Becomes: both.Purpose},
		{Field: "Specification", From: a.URL, Into: b.URL, Becomes: both.URL}, {Field: "Other names", From: inLine(a.Aliases), Into: inLine(b.Aliases), Becomes: inLine(both.Aliases)},
		{Field: "Its place was taken by", From: a.Successor, Into: b.Successor, Becomes: both.Successor},
		{Field: "Where it is used", From: strings.Join(a.Settings, ", "), Into: strings.Join(b.Settings, ", "), Becomes: strings.Join(both.Settings, ", ")},
	} {
		if r.From+r.Into != "" {
			page.Rows = append(page.Rows, r)
		}
	}
	shell := f.shell(c, v, "Merge "+from.Name+" into "+into.Name, errors)
	shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: from.Name, URL: v.page(from.ID)})
	return f.site.Render(c, status, shell, templates.MergeTerms(page))
}

func inLine(lines string) string { return strings.ReplaceAll(lines, "\n", ", ") }

// merge makes a term another name for a second.
func (f *Feature) merge(c *fiber.Ctx, v vocabulary, p *models.Person) error {
	ctx := c.UserContext()
	from, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return f.site.Done(c, moved, "It was merged into this one already.")
	}
	typed := models.Truncate(models.CleanLine(web.Value(c, "into")), models.MaxName)
	into, err := f.mergeTarget(c, v, from, typed)
	if err != nil {
		return f.reshowTerm(c, v, from.ID, typed, err)
	}
	err = f.store.MergeTerms(ctx, store.Merge{Kind: v.kind, From: from.ID, Into: into.ID, FromVersion: formVersion(c, "version"), IntoVersion: formVersion(c, "into_version"), By: p.ID})
	if errors, ok := web.FormErrors(err); ok {
		return f.showMerge(c, v, web.Describe(err).Status, from, into, withoutFields(errors))
	}
	if err != nil {
		return err
	}
	f.site.VocabularyChanged()
	f.site.Log.InfoContext(ctx, "terms were merged", "by", p.ID, "kind", v.kind, "from", from.ID, "into", into.ID)
	return f.site.Done(c, v.page(into.ID), from.Name+" is another name for "+into.Name+" now.")
}

// withoutFields makes errors of the page as a whole of those about fields that
// it does not have.
func withoutFields(list []templates.FieldError) []templates.FieldError {
	for i := range list {
		list[i].Field = ""
	}
	return list
}

// split takes a merge back.
func (f *Feature) split(c *fiber.Ctx, v vocabulary, p *models.Person) error {
	t, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return c.Redirect(moved, fiber.StatusSeeOther)
	}
	restored, err := f.store.SplitTerm(c.UserContext(), v.kind, models.CleanLine(web.Value(c, "merged")), p.ID)
	if err != nil {
		return f.reshowTerm(c, v, t.ID, "", err)
	}
	f.site.VocabularyChanged()
	f.site.Log.InfoContext(c.UserContext(), "a merge was taken back", "by", p.ID, "kind", v.kind, "term", restored.ID)
	return f.site.Done(c, v.page(restored.ID), restored.Name+" is in the list by itself again.")
}

// fieldWords are the fields of a term as a history names them.
var fieldWords = map[string]string{"name": "Name", "category": "Kind", "settings": "Where it is used", "purpose": "What it is for", "url": "Specification",
	"aliases": "Other names", "successor": "Its place was taken by"}

var actionWords = map[models.TermAction]string{models.TermAdded: "Added", models.TermChanged: "Changed", models.TermConfirmed: "Confirmed", models.TermRemoved: "Removed",
	models.TermMerged: "Merged into", models.TermAbsorbed: "Took in", models.TermRestored: "Came back out of", models.TermSplit: "Gave back"}

func changeLine(v vocabulary, ch models.TermChange, name func(string) string) templates.TermChangeLine {
	line := templates.TermChangeLine{What: actionWords[ch.Action], By: ch.ByName, At: ch.At}
	switch {
	case ch.ByHandle != "":
		line.ByURL = "/people/" + ch.ByHandle
	case ch.By == "":
		line.By = "The program"
	default:
		line.By = "Somebody who is not here any more"
	}
	if ch.Other != "" {
		line.Other = &templates.Crumb{Text: ch.Other, URL: v.page(ch.Other)}
	}
	for _, fc := range ch.Fields {
		word := fieldWords[fc.Field]
		if fc.Field == "maker" {
			word = v.words.Maker
		}
		if fc.Field == "successor" {
			fc.Before, fc.After = named(fc.Before, name), named(fc.After, name)
		}
		switch {
		case fc.Before == "":
			line.Details = append(line.Details, word+": “"+fc.After+"”")
		case fc.After == "":
			line.Details = append(line.Details, word+": not “"+fc.Before+"” any more")
		default:
			line.Details = append(line.Details, word+": “"+fc.After+"”, before “"+fc.Before+"”")
		}
	}
	return line
}

func named(id string, name func(string) string) string {
	if id == "" {
		return ""
	}
	return name(id)
}
