package moderation

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// item gives an item that a moderator may judge: none that is about themselves
// or something of theirs, of which they are not told who said what.
func (f *Feature) item(ctx context.Context, p *models.Person, id string) (models.Item, error) {
	if !models.ValidID(id) {
		return models.Item{}, models.E(models.NotFound, "That report could not be found.")
	}
	item, err := f.store.Item(ctx, id)
	switch {
	case err != nil:
		return models.Item{}, err
	case !p.May(models.Moderate, models.Subject{}):
		return models.Item{}, models.E(models.Forbidden, "Only moderators look at what was reported.")
	}
	return item, f.site.MayJudge(ctx, p, item.Kind, item.SubjectID, item.AuthorID)
}

// itemPage shows a thing as readers see it, and what was said of it.
func (f *Feature) itemPage(c *fiber.Ctx, p *models.Person) error {
	item, err := f.item(web.SeeOwn(c), p, c.Params("id"))
	if err != nil {
		return err
	}
	return f.showItem(c, fiber.StatusOK, p, item, templates.ItemPage{})
}

// showItem shows an item with what was typed into its forms.
func (f *Feature) showItem(c *fiber.Ctx, status int, p *models.Person, item models.Item, page templates.ItemPage) error {
	ctx := c.UserContext()
	page.Item = queueLine(item, f.site.Now())
	page.Author, page.AuthorURL = item.AuthorName, personURL(item.AuthorHandle)
	page.ActionURL, page.AssigneeID, page.Answer = itemURL(item.ID), item.AssigneeID, item.Answer
	reports, err := f.store.ReportsOf(ctx, item.ID)
	if err != nil {
		return err
	}
	for _, r := range reports {
		page.Reports = append(page.Reports, templates.ReportLine{Who: r.ReporterName, WhoURL: personURL(r.Handle), Reason: r.Reason.Label(), Words: r.Words, When: r.CreatedAt, Changed: r.ChangedAt})
	}
	if err := f.showThing(ctx, p, item, &page); err != nil {
		return err
	}
	if err := f.showAppealed(ctx, p, item, &page); err != nil {
		return err
	}
	earlier, err := f.store.ItemsOf(ctx, item.Kind, item.SubjectID, aPage)
	if err != nil {
		return err
	}
	for _, e := range earlier {
		if e.ID != item.ID {
			page.Earlier = append(page.Earlier, queueLine(e, f.site.Now()))
		}
	}
	moderators, err := f.store.Moderators(ctx)
	if err != nil {
		return err
	}
	for _, m := range moderators {
		if m.ID != item.AuthorID && m.ID != p.ID {
			page.Moderators = append(page.Moderators, templates.Option{Value: m.ID, Text: m.Name})
		}
	}
	page.Me, page.FirstLook = p.ID, item.Cause == models.CauseFirst
	if item.AuthorHandle != "" && item.Kind != models.ThingPerson {
		page.PersonURL = actURL(models.ThingPerson, item.AuthorID) + "?item=" + item.ID
	}
	shell := f.site.Shell(c, page.Item.Title)
	shell.NoIndex, shell.Errors, shell.Crumbs = true, page.Errors, []templates.Crumb{{Text: "Moderation", URL: queueURL}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.ModerationItem(page))
}

// showThing puts the thing itself on its page, or says that it is gone.
func (f *Feature) showThing(ctx context.Context, p *models.Person, item models.Item, page *templates.ItemPage) error {
	about, err := f.find(ctx, p, item.Kind, item.SubjectID)
	if kind := models.KindOf(err); kind == models.Gone || kind == models.NotFound {
		var e *models.Error
		errors.As(err, &e)
		page.Missing = e.Message
		return nil
	}
	if err != nil {
		return err
	}
	page.ThingURL = about.url()
	if len(models.MeasureActions(about.kind)) > 0 {
		page.ActURL = actURL(about.kind, about.id)
	}
	switch about.kind {
	case models.ThingStudy:
		page.Summary, page.HTML = about.study.Summary, about.study.HTML
	case models.ThingComment:
		comment := templates.CommentOf(*about.note)
		page.Comment = &comment
	case models.ThingAdoption:
		page.Profile = saidRows(about.says)
	case models.ThingCollection:
		page.Profile = listRows(about.list)
	case models.ThingPerson:
		page.Profile = []templates.SummaryRow{{Key: "Role", Value: about.person.JobTitle}, {Key: "Organisation", Value: about.person.OrgName}, {Key: "About", Value: about.person.Bio}}
	}
	return nil
}

// saidRows are what an organisation says, as moderators read it.
func saidRows(a *models.Adoption) []templates.SummaryRow {
	rows := []templates.SummaryRow{{Key: "Organisation", Value: a.OrgName}, {Key: "How far it is", Value: a.Status.Label()}}
	a.EachText(func(field string, text *string) {
		if *text != "" {
			rows = append(rows, templates.SummaryRow{Key: models.AdoptionFieldName(field), Content: templates.Paragraphs(*text)})
		}
	})
	if len(a.Figures.Measures) > 0 {
		rows = append(rows, templates.SummaryRow{Key: "In figures", Content: templates.FigureLines(templates.NewFigureLines(&a.Figures), 0)})
	}
	if !a.Figures.Money.Empty() {
		rows = append(rows, templates.SummaryRow{Key: "Costs and savings", Content: templates.MoneyRows(templates.NewMoneyView(&a.Figures.Money))})
	}
	return rows
}

// listRows are what a collection says, as moderators read it.
func listRows(c *models.Collection) []templates.SummaryRow {
	rows := []templates.SummaryRow{{Key: "Title", Value: c.Title}, {Key: "What it is for", Content: templates.Paragraphs(c.About)}}
	for _, item := range c.Items {
		if item.Note != "" {
			rows = append(rows, templates.SummaryRow{Key: "Note on number " + strconv.Itoa(item.Position), Content: templates.Paragraphs(item.Note)})
		}
	}
	return rows
}

func personURL(handle string) string {
	if handle == "" {
		return ""
	}
	return "/people/" + handle
}

// answer cleans and checks what a moderator says, and gives what of it is let
// stand though it may be personal data.
func (f *Feature) answer(ctx context.Context, field, words string) (string, []models.Override, error) {
	words, err := models.ValidateAnswer(field, words)
	if err != nil {
		return words, nil, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: field, Value: words}}, nil)
	return words, overrides, err
}

// unasked lets stand what is in doubt, for moderators to see: what is said of a
// measure is looked at on a page of its own before it is sent.
func unasked(ctx context.Context) context.Context {
	return personal.WithAnswers(ctx, personal.ForAll(models.ReasonUnasked))
}

// keepAnswer keeps what was let stand of what a moderator says of an item or a
// measure.
func (f *Feature) keepAnswer(ctx context.Context, p *models.Person, id string, overrides []models.Override) error {
	return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideAnswer, SubjectID: id})
}

// Close closes an item without doing anything about it, with words for those
// who reported it.
func (f *Feature) Close(ctx context.Context, p *models.Person, id, words string) (models.Item, error) {
	item, err := f.item(ctx, p, id)
	if err != nil {
		return item, err
	}
	switch item.Cause {
	case models.CauseAppeal:
		return item, models.E(models.BadRequest, "An appeal is decided, not closed. Open it from the queue.")
	case models.CauseFirst:
		return item, models.E(models.BadRequest, "Nobody sees this yet. Let others see it, or hide it for a reason that its author reads.")
	}
	words, overrides, err := f.answer(ctx, "answer", words)
	if err != nil {
		return item, err
	}
	return item, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.CloseItem(ctx, item.ID, p.ID, models.OutcomeNothing, words); err != nil {
			return err
		}
		return f.keepAnswer(ctx, p, item.ID, overrides)
	})
}

func (f *Feature) closeItem(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	words := web.Value(c, "answer")
	item, err := f.Close(ctx, p, c.Params("id"), words)
	web.ShowStopped(c, err)
	if errs, ok := web.FormErrors(err); ok && item.ID != "" && models.KindOf(err) == models.Invalid {
		return f.showItem(c, fiber.StatusUnprocessableEntity, p, item, templates.ItemPage{Typed: words, Errors: errs})
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, queueURL, "Closed. Those who reported it see what you said.")
}
