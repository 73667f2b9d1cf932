package moderation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// measuresURL is where moderators see what was done.
const measuresURL = queueURL + "/measures"

func actURL(kind models.ThingKind, id string) string {
	return queueURL + "/act/" + string(kind) + "/" + id
}

// lowerFirst puts a sentence into the middle of another.
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// actPage shows what a moderator can do about a thing, and what was done.
func (f *Feature) actPage(c *fiber.Ctx, p *models.Person) error {
	about, err := f.judged(web.SeeOwn(c), p, models.ThingKind(c.Params("kind")), c.Params("id"))
	if err != nil {
		return err
	}
	return f.showAct(c, fiber.StatusOK, about, templates.ActPage{})
}

// showAct shows the form of a measure with what was typed.
func (f *Feature) showAct(c *fiber.Ctx, status int, about thing, page templates.ActPage) error {
	ctx := c.UserContext()
	page.Kind, page.Title, page.ThingURL, page.ActionURL = about.kind.One(), about.title(), about.url(), actURL(about.kind, about.id)
	open, err := f.store.OpenItemOf(ctx, about.kind, about.id)
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	if id := c.Query("item", web.Value(c, "item")); about.kind == models.ThingPerson && id != "" && id != open.ID {
		other, otherErr := f.store.Item(ctx, id)
		if otherErr != nil && models.KindOf(otherErr) != models.NotFound {
			return otherErr
		}
		if otherErr == nil && other.AuthorID == about.id && other.ClosedAt == nil { // else it was closed meanwhile
			open, err, page.ReportsElse = other, nil, true
		}
	}
	if err == nil {
		page.Item, page.Reports, page.ItemURL = open.ID, open.Reports, itemURL(open.ID)
	}
	page.Person, page.Copy = about.kind == models.ThingPerson, about.copied()
	list, err := f.store.MeasuresAgainst(ctx, about.kind, about.id, aPage)
	if err != nil {
		return err
	}
	var standing []models.MeasureAction
	for _, m := range list {
		line := f.line(m)
		if m.Waits() && m.LiftedAt == nil { // nobody has judged it: it can still be hidden, for a reason
			continue
		}
		if m.Stands(f.site.Now()) {
			standing = append(standing, m.Action)
			page.Standing = append(page.Standing, line)
		} else {
			page.Past = append(page.Past, line)
		}
	}
	for _, a := range models.MeasureActions(about.kind) {
		if a == models.MeasureWarn || !slices.Contains(standing, a) { // somebody can be warned again
			page.Actions = append(page.Actions, templates.Option{Value: string(a), Text: a.Label(), Hint: actionHint(about.kind, a)})
		}
	}
	page.Reasons = plainReasons()
	shell := f.site.Shell(c, "Moderate "+page.Kind)
	shell.NoIndex, shell.Errors, shell.Crumbs = true, page.Errors, []templates.Crumb{{Text: "Moderation", URL: queueURL}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Act(page))
}

// actionHint says what an action does.
func actionHint(kind models.ThingKind, a models.MeasureAction) string {
	switch {
	case a == models.MeasureHide && kind == models.ThingStudy:
		return "Nobody reads it but those who wrote it, the leads of its organisation and moderators. It leaves every list, search and feed"
	case a == models.MeasureHide && kind == models.ThingAdoption:
		return "Nobody reads or counts it but those who speak for the organisation, and moderators. They can mend it; a moderator shows it again"
	case a == models.MeasureHide && kind == models.ThingCollection:
		return "Nobody reads it but its editors and moderators. They can mend it; a moderator shows it again"
	case a == models.MeasureHide:
		return "Readers see that a moderator has hidden a comment there. Whoever wrote it, and moderators, still read it"
	case a == models.MeasureLock:
		return "Nobody can add, answer or change a comment. Readers see the reason and what you say. Votes go on"
	case a == models.MeasureWarn:
		return "They see what you say on every page, until they say that they have read it"
	case a == models.MeasureSuspend:
		return "They can read, appeal and close their account, but write nothing, by themselves or through a program"
	}
	return ""
}

// line is a measure as moderators see it.
func (f *Feature) line(m models.Measure) templates.MeasureLine {
	l := templates.MeasureLine{ID: m.ID, What: m.What(), Yours: m.WhatYours(), Title: m.Title, Reason: m.Reason.Label(), Words: m.Words, Made: m.MadeAt, Moderator: m.Moderator, Author: m.AuthorName,
		AuthorURL: personURL(m.AuthorHandle), ActURL: actURL(m.Kind, m.SubjectID), Undo: m.Action.UndoLabel(), Lifted: m.LiftedAt, LiftWords: m.LiftWords, Stands: m.Stands(f.site.Now()),
		Until: m.Until, Read: m.ReadAt, Warning: m.Action == models.MeasureWarn}
	if m.AppealedAt != nil {
		l.Appeal, l.Appealed, l.Decision, l.Decided, l.DecidedOn = m.Appeal, m.AppealedAt, m.Decision.Label(), m.Decided, m.DecidedAt
	} else if m.MayAppeal(f.site.Now()) == nil {
		l.AppealURL = "/me/moderation/" + m.ID + "/appeal"
	}
	l.Gone, l.First = m.Gone, m.Waits()
	if m.MayErase(f.site.Now()) == nil {
		l.EraseURL, l.Earlier = measuresURL+"/"+m.ID+"/erase", m.Earlier
	}
	l.Ended = m.LiftedAt != nil && m.LiftedBy == "" || m.LiftedAt == nil && !l.Stands
	switch {
	case m.Kind == models.ThingPerson:
		l.Title, l.ThingURL = m.AuthorName, personURL(m.AuthorHandle)
	case m.Kind == models.ThingComment:
		l.ThingURL = "/comments/" + m.SubjectID
	case m.Kind == models.ThingAdoption && m.Slug != "":
		l.ThingURL = web.AdoptionURL(m.Slug, m.Organisation)
	case m.Kind == models.ThingCollection && m.Slug != "":
		l.ThingURL = "/collections/" + m.Slug
	case m.Slug != "":
		l.ThingURL = "/case-studies/" + m.Slug
	}
	return l
}

// untilForm is how a day is sent by a form.
const untilForm = "2006-01-02"

// typed is what the form of a measure holds. A day begins in London.
func typed(c *fiber.Ctx, about thing) (NewMeasure, error) {
	n := NewMeasure{Action: models.MeasureAction(web.Value(c, "action")), Kind: about.kind, Thing: about.id, Reason: models.ReportReason(web.Value(c, "reason")),
		Words: models.CleanText(web.Value(c, "words")), Item: web.Value(c, "item"), Answer: models.CleanText(web.Value(c, "answer"))}
	if until := models.CleanLine(web.Value(c, "until")); until != "" && n.Action == models.MeasureSuspend {
		day, err := time.ParseInLocation(untilForm, until, templates.London())
		if err != nil {
			return n, models.InvalidField("until", "Enter a day, such as 2027-03-31")
		}
		n.Until = &day
	}
	return n, nil
}

func (n NewMeasure) page(errors []templates.FieldError) templates.ActPage {
	until := ""
	if n.Until != nil {
		until = n.Until.In(templates.London()).Format(untilForm)
	}
	return templates.ActPage{Action: string(n.Action), Reason: string(n.Reason), Words: n.Words, Answer: n.Answer, Until: until, Errors: errors}
}

// check shows what a measure would do and say before it is taken.
func (f *Feature) check(c *fiber.Ctx, p *models.Person) error {
	about, err := f.judged(web.SeeOwn(c), p, models.ThingKind(c.Params("kind")), c.Params("id"))
	if err != nil {
		return err
	}
	n, err := typed(c, about)
	if err != nil {
		return f.again(c, about, n, err)
	}
	m, answer, _, err := f.prepare(c.UserContext(), p, about, n)
	if web.Value(c, "change") != "" {
		return f.showAct(c, fiber.StatusOK, about, n.page(nil))
	}
	if err != nil {
		return f.again(c, about, n, err)
	}
	page := templates.ActCheckPage{Kind: about.kind.Label(), Title: about.title(), ActionURL: actURL(about.kind, about.id), Action: string(m.Action), ActionText: m.Action.Label(),
		ActionHint: actionHint(about.kind, m.Action), Reason: string(m.Reason), ReasonText: m.Reason.Label(), Words: m.Words, Item: n.Item, Answer: answer,
		Until: n.page(nil).Until, Person: about.kind == models.ThingPerson, Copy: about.copied()}
	switch {
	case m.Action != models.MeasureSuspend:
	case m.Until == nil:
		page.UntilText = "Somebody takes it back"
	default:
		page.UntilText = templates.FormatDateTime(*m.Until)
	}
	shell := f.site.Shell(c, "Check before you go on")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Moderation", URL: queueURL}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.ActCheck(page))
}

// again shows the form of a measure with what is wrong, where it can be mended
// there.
func (f *Feature) again(c *fiber.Ctx, about thing, n NewMeasure, failed error) error {
	web.ShowStopped(c, failed)
	errors, ok := web.FormErrors(failed)
	if !ok {
		return failed
	}
	return f.showAct(c, web.Describe(failed).Status, about, n.page(errors))
}

func (f *Feature) act(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	about, err := f.judged(ctx, p, models.ThingKind(c.Params("kind")), c.Params("id"))
	if err != nil {
		return err
	}
	n, err := typed(c, about)
	if err != nil {
		return f.again(c, about, n, err)
	}
	m, err := f.Act(ctx, p, n)
	if err != nil {
		return f.again(c, about, n, err)
	}
	if about.copied() {
		return f.site.Done(c, actURL(m.Kind, m.SubjectID), "Done. What you said is kept with it.")
	}
	return f.site.Done(c, actURL(m.Kind, m.SubjectID), "Done. They see why, and are sent an e-mail.")
}

func (f *Feature) lift(c *fiber.Ctx, p *models.Person) error {
	ctx, words := web.SeeOwn(c), web.Value(c, "words")
	m, err := f.Lift(ctx, p, c.Params("id"), words)
	if models.KindOf(err) == models.Invalid {
		return f.liftAgain(c, p, m, words, err)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, measuresURL, "It is taken back. Its author is told so, with what you said.")
}

// liftAgain shows the form by which a measure is taken back with what is wrong.
func (f *Feature) liftAgain(c *fiber.Ctx, p *models.Person, m models.Measure, words string, failed error) error {
	web.ShowStopped(c, failed)
	errors, _ := web.FormErrors(failed)
	line := f.line(m)
	line.Typed = words
	shell := f.site.Shell(c, m.Action.UndoLabel())
	shell.NoIndex, shell.Errors, shell.Crumbs = true, errors, []templates.Crumb{{Text: "Moderation", URL: queueURL}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusUnprocessableEntity, shell, templates.Lift(templates.LiftPage{Line: line, Errors: errors}))
}

// readWarning notes that somebody has read a warning.
func (f *Feature) readWarning(c *fiber.Ctx, p *models.Person) error {
	if err := f.store.ReadWarning(web.SeeOwn(c), c.Params("id"), p.ID); err != nil {
		return err
	}
	f.site.PeopleChanged()
	return c.Redirect(models.SafeReturn(web.Value(c, "back"), "/me/moderation"), fiber.StatusSeeOther)
}

// measures lists what moderators did, the newest first.
func (f *Feature) measures(c *fiber.Ctx, p *models.Person) error {
	page, err := f.measureLines(c, store.MeasureQuery{Limit: aPage}, measuresURL)
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, "What moderators did")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Moderation", URL: queueURL}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Measures(page))
}

// mine lists what was done about what is a person's own.
func (f *Feature) mine(c *fiber.Ctx, p *models.Person) error {
	page, err := f.measureLines(c, store.MeasureQuery{Of: p.ID, Limit: aPage}, "/me/moderation")
	if err != nil {
		return err
	}
	for i := range page.Lines {
		page.Lines[i].What = page.Lines[i].Yours
	}
	shell := f.site.Shell(c, "What moderators did")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.MyMeasures(page))
}

func (f *Feature) measureLines(c *fiber.Ctx, q store.MeasureQuery, at string) (templates.MeasuresPage, error) {
	ctx := web.SeeOwn(c)
	var err error
	if q.Before, err = cursor(c); err != nil {
		return templates.MeasuresPage{}, err
	}
	list, more, err := f.store.Measures(ctx, q)
	page := templates.MeasuresPage{First: q.Before == ""}
	for _, m := range list {
		page.Lines = append(page.Lines, f.line(m))
	}
	if more {
		page.NextURL = at + "?cursor=" + list[len(list)-1].ID
	}
	return page, err
}

// Section leads moderators to what was done.
func (f *Feature) measuresSection(ctx context.Context) (templates.ModerationSection, error) {
	n, err := f.store.CountMeasures(ctx, store.MeasureQuery{})
	return templates.ModerationSection{Title: "What moderators did", URL: measuresURL, Description: "What was hidden or closed, who was warned or suspended, why, by whom, and whether it was taken back",
		Waiting: templates.FormatCount(n, "measure", "measures")}, err
}
