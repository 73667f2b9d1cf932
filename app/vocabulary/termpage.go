package vocabulary

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/templates"
)

// shownChanges is how much of a term's history its page shows.
const shownChanges = 30

func (f *Feature) newTerm(c *fiber.Ctx, v vocabulary, _ *models.Person) error {
	page, err := f.newTermPage(c.UserContext(), v)
	if err != nil {
		return err
	}
	page.Form.Name = models.Truncate(models.CleanLine(c.Query("name")), models.MaxName)
	return f.showTerm(c, v, fiber.StatusOK, page)
}

func (f *Feature) newTermPage(ctx context.Context, v vocabulary) (templates.ModerateTermPage, error) {
	page := templates.ModerateTermPage{Words: v.words, New: true, Heading: "Add a " + v.words.One}
	return page, f.offers(ctx, v, &page, "")
}

func (f *Feature) showTerm(c *fiber.Ctx, v vocabulary, status int, page templates.ModerateTermPage) error {
	return f.site.Render(c, status, f.shell(c, v, page.Heading, page.Errors), templates.ModerateTerm(page))
}

// termPage is a term with the form that changes it.
func (f *Feature) termPage(c *fiber.Ctx, v vocabulary, _ *models.Person) error {
	t, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return c.Redirect(moved, fiber.StatusFound)
	}
	page, err := f.termPageOf(c.UserContext(), v, t)
	if err != nil {
		return err
	}
	return f.showTerm(c, v, fiber.StatusOK, page)
}

func (f *Feature) termPageOf(ctx context.Context, v vocabulary, t models.Term) (templates.ModerateTermPage, error) {
	page := templates.ModerateTermPage{Words: v.words, Heading: t.Name, Proposed: !t.Confirmed}
	if err := f.offers(ctx, v, &page, t.ID); err != nil {
		return page, err
	}
	lists, err := f.site.Vocabulary(ctx)
	if err != nil {
		return page, err
	}
	name := func(id string) string { return nameOf(lists, v.kind, id) }
	page.Form = formOf(t, name)
	if page.Studies, err = f.store.CountCaseStudies(ctx, models.ListQuery{Filters: map[string][]string{v.facet: {t.ID}}}); err != nil {
		return page, err
	}
	merged, err := f.store.MergedInto(ctx, v.kind, t.ID)
	if err != nil {
		return page, err
	}
	for _, m := range merged {
		page.Merged = append(page.Merged, templates.MergedLine{Name: m.Name, ID: m.ID, At: m.MergedAt})
	}
	page.CanRemove = page.Studies == 0 && len(merged) == 0
	changes, err := f.store.TermChanges(ctx, v.kind, t.ID, shownChanges)
	if err != nil {
		return page, err
	}
	for _, ch := range changes {
		page.History = append(page.History, changeLine(v, ch, name))
	}
	return page, nil
}

// offers fills in what a term's form offers to choose from.
func (f *Feature) offers(ctx context.Context, v vocabulary, page *templates.ModerateTermPage, but string) error {
	lists, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	kinds := map[string]bool{}
	offer := func(id, name, kind string) {
		if id != but {
			page.Names = append(page.Names, name)
		}
		if kind != "" && !kinds[kind] {
			kinds[kind] = true
			page.Kinds = append(page.Kinds, kind)
		}
	}
	if v.kind == models.TermStandard {
		for _, s := range lists.Standards {
			offer(s.Code, s.Name, s.Kind)
		}
		return nil
	}
	for _, s := range lists.Systems {
		offer(s.Slug, s.Name, s.Kind)
	}
	for _, s := range reference.Settings() {
		page.SettingChoices = append(page.SettingChoices, templates.Option{Value: s, Text: s})
	}
	return nil
}

func nameOf(lists *web.Vocabulary, kind, id string) string {
	if kind == models.TermSystem {
		return lists.SystemName(id)
	}
	return lists.StandardName(id)
}

func formOf(t models.Term, name func(string) string) templates.TermForm {
	form := templates.TermForm{ID: t.ID, Name: t.Name, Maker: t.Maker, Category: t.Category, Aliases: strings.Join(t.Aliases, "\n"), Settings: t.Settings,
		Purpose: t.Purpose, URL: t.URL, Version: t.Version}
	if t.Successor != "" {
		form.Successor = name(t.Successor)
	}
	return form
}

// formVersion reads the version that a form was made from; what is none fits no
// term.
func formVersion(c *fiber.Ctx, field string) int {
	n, err := strconv.Atoi(web.Value(c, field))
	if err != nil {
		return -1
	}
	return n
}

// readTerm reads the form of a term: what was typed, and what it means. The
// error is Invalid when nothing in the list is called as its successor is.
func (f *Feature) readTerm(c *fiber.Ctx, v vocabulary, id string, old models.Term) (templates.TermForm, models.Term, []models.Override, error) {
	form := templates.TermForm{ID: id, Name: web.Value(c, "name"), Maker: web.Value(c, "maker"), Category: web.Value(c, "category"), Aliases: models.CleanText(web.Value(c, "aliases")),
		Settings: web.Values(c, "settings"), Purpose: models.CleanText(web.Value(c, "purpose")), URL: web.Value(c, "url"), Successor: models.CleanLine(web.Value(c, "successor")),
		Version: formVersion(c, "version")}
	t := models.Term{Kind: v.kind, ID: id, Name: form.Name, Maker: form.Maker, Category: form.Category, Aliases: models.SplitAliases(form.Aliases), Settings: form.Settings,
		Purpose: form.Purpose, URL: form.URL, Version: form.Version}
	t.Clean()
	form.Name, form.Maker, form.Category, form.URL = t.Name, t.Maker, t.Category, t.URL
	overrides, err := f.site.CheckTexts(c.UserContext(), termTexts(t, form.Aliases), termTexts(old, strings.Join(old.Aliases, "\n")))
	if err != nil {
		web.ShowStopped(c, err)
		return form, t, nil, err
	}
	if form.Successor == "" {
		return form, t, overrides, nil
	}
	ids, err := f.store.TermIDs(c.UserContext(), v.kind, []string{form.Successor})
	if err != nil {
		return form, t, nil, err
	}
	if t.Successor = ids[form.Successor]; t.Successor == "" {
		return form, t, nil, models.InvalidField("successor", "Nothing in the list is called “"+models.Truncate(form.Successor, models.MaxName)+"”")
	}
	return form, t, overrides, nil
}

// termTexts are what of a term is checked for personal data.
func termTexts(t models.Term, aliases string) []personal.Text {
	return []personal.Text{{Field: "name", Value: t.Name}, {Field: "maker", Value: t.Maker}, {Field: "category", Value: t.Category},
		{Field: "aliases", Value: aliases}, {Field: "purpose", Value: t.Purpose}, {Field: "url", Value: t.URL}}
}

// keep writes a term together with what in it was let stand.
func (f *Feature) keep(ctx context.Context, t models.Term, by string, overrides []models.Override, write func(ctx context.Context, t models.Term, by string) (models.Term, error)) (models.Term, error) {
	err := f.store.Tx(ctx, func(ctx context.Context) (err error) {
		if t, err = write(ctx, t, by); err != nil {
			return err
		}
		subject := models.OverrideSystem
		if t.Kind == models.TermStandard {
			subject = models.OverrideStandard
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: by, Subject: subject, SubjectID: t.ID})
	})
	return t, err
}

// addTerm adds what a moderator typed.
func (f *Feature) addTerm(c *fiber.Ctx, v vocabulary, p *models.Person) error {
	ctx := c.UserContext()
	id := models.CleanLine(web.Value(c, "id"))
	form, t, overrides, err := f.readTerm(c, v, id, models.Term{})
	if err == nil && t.ID == "" {
		t.ID, err = f.store.FreeTermID(ctx, v.kind, t.Name)
	}
	if err == nil {
		err = t.Validate(reference.Settings())
	}
	if err == nil {
		t, err = f.keep(ctx, t, p.ID, overrides, f.store.AddTerm)
	}
	if err != nil {
		errors, ok := web.FormErrors(err)
		if !ok {
			return err
		}
		page, again := f.newTermPage(ctx, v)
		if again != nil {
			return again
		}
		page.Form, page.Errors = form, errors
		return f.showTerm(c, v, web.Describe(err).Status, page)
	}
	f.site.VocabularyChanged()
	f.site.Log.InfoContext(ctx, "a term was added", "by", p.ID, "kind", v.kind, "term", t.ID)
	return f.site.Done(c, v.page(t.ID), t.Name+" is in the list.")
}

// saveTerm saves what a moderator changed, and confirms the term. A name that
// is changed stays another name for it: case studies may use it.
func (f *Feature) saveTerm(c *fiber.Ctx, v vocabulary, p *models.Person) error {
	ctx := c.UserContext()
	old, moved, err := f.found(c, v)
	if err != nil {
		return err
	}
	if moved != "" {
		return f.site.Done(c, moved, "It was merged into this one meanwhile, so nothing was saved.")
	}
	form, t, overrides, err := f.readTerm(c, v, old.ID, old)
	if err == nil {
		if models.FoldName(t.Name) != models.FoldName(old.Name) && t.Name != "" {
			t.Aliases = append(t.Aliases, old.Name)
			t.Clean()
		}
		err = t.Validate(reference.Settings())
	}
	if err == nil {
		t, err = f.keep(ctx, t, p.ID, overrides, f.store.ReviseTerm)
	}
	if err != nil {
		return f.reshowForm(c, v, old, form, err)
	}
	f.site.VocabularyChanged()
	f.site.Log.InfoContext(ctx, "a term was changed", "by", p.ID, "kind", v.kind, "term", t.ID)
	done := "Your changes to " + t.Name + " are saved."
	if !old.Confirmed {
		done = t.Name + " is confirmed."
	}
	return f.site.Done(c, v.page(t.ID), done)
}

// reshowForm answers with the form as it was sent. When the term has changed
// meanwhile, what it is now stands beside it, and the form is made to replace
// that.
func (f *Feature) reshowForm(c *fiber.Ctx, v vocabulary, old models.Term, form templates.TermForm, failed error) error {
	errors, ok := web.FormErrors(failed)
	if !ok {
		return failed
	}
	page, err := f.termPageOf(c.UserContext(), v, old)
	if err != nil {
		return err
	}
	if models.KindOf(failed) == models.Conflict {
		now := page.Form
		page.Theirs = []templates.SummaryRow{{Key: "Name", Value: now.Name}, {Key: "Other names", Value: strings.ReplaceAll(now.Aliases, "\n", ", ")}, {Key: v.words.Maker, Value: now.Maker},
			{Key: "Kind", Value: now.Category}, {Key: "What it is for", Value: now.Purpose}, {Key: "Specification", Value: now.URL}, {Key: "Its place was taken by", Value: now.Successor},
			{Key: "Where it is used", Value: strings.Join(now.Settings, ", ")}}
		form.Version = now.Version
	}
	page.Form, page.Errors = form, errors
	return f.showTerm(c, v, web.Describe(failed).Status, page)
}
