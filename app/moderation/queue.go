package moderation

import (
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// queueURL is where the queue is.
const queueURL = "/moderation"

// The states by which the queue is filtered.
const (
	stateOpen   = "open"
	stateMine   = "mine"
	stateClosed = "closed"
)

// queue shows what waits, the oldest first, and what else moderators look after.
func (f *Feature) queue(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	page := templates.QueuePage{State: c.Query("state", stateOpen), Kind: c.Query("kind"), Reason: c.Query("reason"), URL: queueURL}
	q := store.ItemQuery{NotOf: p.ID, Kind: models.ThingKind(page.Kind), Reason: models.ReportReason(page.Reason), Limit: aPage}
	switch {
	case q.Kind != "" && !slices.Contains(models.ThingKinds(), q.Kind), q.Reason != "" && !q.Reason.Valid(),
		page.State != stateOpen && page.State != stateMine && page.State != stateClosed:
		return models.E(models.BadRequest, "The queue has no such filter. Choose from the lists on its page.")
	}
	q.Closed = page.State == stateClosed
	if page.State == stateMine {
		q.Assignee = p.ID
	}
	var err error
	if q.After, err = cursor(c); err != nil {
		return err
	}
	if page.Total, err = f.store.CountItems(ctx, q); err != nil {
		return err
	}
	list, more, err := f.store.Items(ctx, q)
	if err != nil {
		return err
	}
	for _, item := range list {
		page.Lines = append(page.Lines, queueLine(item, f.site.Now()))
	}
	if more {
		page.NextURL = queueAddress(page, list[len(list)-1].ID)
	}
	if page.Sections, err = f.sections(ctx); err != nil {
		return err
	}
	page.Kinds, page.Reasons = kindOptions(), plainReasons()
	shell := f.site.Shell(c, "Moderation")
	shell.NoIndex = true
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Queue(page))
}

func queueAddress(p templates.QueuePage, at string) string {
	query := url.Values{"cursor": {at}}
	for name, value := range map[string]string{"state": p.State, "kind": p.Kind, "reason": p.Reason} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return queueURL + "?" + query.Encode()
}

func kindOptions() []templates.Option {
	return []templates.Option{{Value: string(models.ThingStudy), Text: "Case studies"}, {Value: string(models.ThingComment), Text: "Comments"}, {Value: string(models.ThingAdoption), Text: "Adoptions"}, {Value: string(models.ThingCollection), Text: "Collections"}, {Value: string(models.ThingPerson), Text: "People"}}
}

func plainReasons() []templates.Option {
	var out []templates.Option
	for _, r := range models.ReportReasons() {
		out = append(out, templates.Option{Value: string(r), Text: r.Label()})
	}
	return out
}

func queueLine(i models.Item, now time.Time) templates.QueueLine {
	line := templates.QueueLine{Title: itemTitle(i), URL: itemURL(i.ID), Kind: i.Kind.Label(), Count: i.Reports, Opened: i.OpenedAt, Waiting: waiting(now.Sub(i.OpenedAt)),
		Assignee: i.AssigneeName, Closed: i.ClosedAt, Outcome: i.Outcome.Label()}
	switch i.Cause {
	case models.CauseAppeal:
		line.Kind, line.Reasons = "appeal about "+i.Kind.One(), []string{"An appeal"}
	case models.CauseFirst:
		line.Reasons = []string{"A first look"}
	}
	for _, r := range i.Reasons {
		line.Reasons = append(line.Reasons, r.Label())
	}
	return line
}

func itemURL(id string) string { return queueURL + "/items/" + id }

// waiting says how long something has waited, in the largest unit that has
// begun to count.
func waiting(d time.Duration) string {
	switch days := int(d / (24 * time.Hour)); {
	case days >= 1:
		return "waiting " + templates.FormatCount(days, "day", "days")
	case d >= time.Hour:
		return "waiting " + templates.FormatCount(int(d/time.Hour), "hour", "hours")
	}
	return "waiting less than an hour"
}

// assign gives an item to the moderator who asks, to another one, or to nobody.
func (f *Feature) assign(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	item, err := f.item(ctx, p, c.Params("id"))
	if err != nil {
		return err
	}
	to := web.Value(c, "to")
	moderators, err := f.store.Moderators(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(moderators, func(m models.Person) bool { return m.ID == to })
	switch {
	case to != "" && at < 0:
		return models.E(models.BadRequest, "That is not a moderator of this site. Go back and choose one of the list.")
	case to == item.AuthorID:
		return models.E(models.Conflict, "They cannot look at what is their own. Choose somebody else.")
	}
	if err := f.store.AssignItem(ctx, item.ID, web.Value(c, "was"), to); err != nil {
		return err
	}
	text := "Nobody has this any more: it waits for any moderator."
	switch {
	case to == p.ID:
		text = "You have taken this."
	case to != "":
		text = "This is with " + moderators[at].Name + " now."
	}
	return f.site.Done(c, itemURL(item.ID), text)
}
