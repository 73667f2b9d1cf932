package feedback

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// overdueEvery is how often ideas are looked for that have waited too long.
	overdueEvery = time.Hour
	// overdueAtOnce is how many of these are told of in one transaction.
	overdueAtOnce = 500
)

// overdue is the job that tells leads of ideas that have come to wait too long.
type overdue struct{}

// Kind implements jobs.Args.
func (overdue) Kind() string { return "feedback.overdue" }

func (f *Feature) overdue(ctx context.Context, _ overdue) error { return f.TellOverdue(ctx) }

// TellOverdue has the leads of organisations told of ideas that have come to wait
// for a first response for too long: of each idea once, of those of an
// organisation together.
func (f *Feature) TellOverdue(ctx context.Context) error {
	for {
		done, err := f.store.TellOverdue(ctx, f.site.Feedback.Days, overdueAtOnce, func(ctx context.Context, organisation, first string, n int) error {
			leads, err := f.store.LeadsOf(ctx, organisation)
			if err != nil || len(leads) == 0 {
				return err
			}
			cs, err := f.store.CaseStudy(ctx, first)
			if err != nil {
				return err
			}
			f.store.AfterCommit(ctx, f.site.PeopleChanged)
			return f.TellLeads(ctx, organisation, first, cs.OwnerID, n, leads)
		})
		if err != nil || done {
			return err
		}
	}
}

// Waiting gives a page of the ideas that have waited too long: of an organisation,
// or for who moderates of all.
func (f *Feature) Waiting(ctx context.Context, p *models.Person, organisation, after string, limit int) (page models.Page[models.WaitingIdea], err error) {
	right := models.Moderate
	if organisation != "" {
		right = models.SeeWaiting
	}
	if !p.May(right, models.Subject{Organisation: organisation}) {
		return page, models.E(models.Forbidden, "Only the leads of an organisation, and moderators, see which of its ideas wait.")
	}
	page.Items, page.Next, page.Total, err = f.store.WaitingIdeas(ctx, store.WaitingQuery{Organisation: organisation, Usual: f.site.Feedback.Days, After: after, Limit: limit})
	return page, err
}

// SetResponseDays keeps within how many days an organisation wants its ideas to be
// answered; 0 is as usual.
func (f *Feature) SetResponseDays(ctx context.Context, p *models.Person, organisation string, days int) error {
	if !p.May(models.SetResponseTime, models.Subject{Organisation: organisation}) {
		return models.E(models.Forbidden, "Only the leads of an organisation say within how many days its ideas are answered.")
	}
	if err := models.ValidResponseDays(days); err != nil {
		return err
	}
	return f.store.SetResponseDays(ctx, organisation, days)
}

// organisation gives the organisation of an address.
func (f *Feature) organisation(ctx context.Context, code string) (models.Organisation, error) {
	code = strings.ToUpper(code)
	if !models.ValidODSCode(code) {
		return models.Organisation{}, models.E(models.NotFound, "That is not the code of an organisation.")
	}
	return f.store.Organisation(ctx, code)
}

func orgURL(code string) string { return "/organisations/" + url.PathEscape(code) }

func (f *Feature) waitingPage(c *fiber.Ctx, p *models.Person) error {
	o, err := f.ruled(c, p, models.SeeWaiting)
	if err != nil {
		return err
	}
	return f.showWaiting(c, p, fiber.StatusOK, &o, nil)
}

// ruled gives the organisation of an address to who has a right over it.
func (f *Feature) ruled(c *fiber.Ctx, p *models.Person, right models.Right) (models.Organisation, error) {
	if !p.May(right, models.Subject{Organisation: strings.ToUpper(c.Params("code"))}) {
		return models.Organisation{}, models.E(models.Forbidden, "Only the leads of an organisation, and moderators, see which of its ideas wait.")
	}
	return f.organisation(web.SeeOwn(c), c.Params("code"))
}

func (f *Feature) allWaitingPage(c *fiber.Ctx, p *models.Person) error {
	return f.showWaiting(c, p, fiber.StatusOK, nil, nil)
}

// showWaiting answers with the list; o is nil for that of all.
func (f *Feature) showWaiting(c *fiber.Ctx, p *models.Person, status int, o *models.Organisation, errors []templates.FieldError) error {
	ctx := web.SeeOwn(c)
	page, code, at := templates.WaitingPage{Errors: errors}, "", "/moderation/waiting"
	if o != nil {
		code, at = o.Code, orgURL(o.Code)+"/waiting"
		page.Organisation = o.DisplayName()
		days, err := f.store.ResponseDays(ctx, code)
		if err != nil {
			return err
		}
		page.Usual = f.site.Feedback.Days
		if days > 0 {
			page.Days = strconv.Itoa(days)
		}
		if p.May(models.SetResponseTime, models.Subject{Organisation: code}) {
			page.SaveURL = orgURL(code) + "/response-time"
		}
		if errors != nil {
			page.Days = models.Truncate(models.CleanLine(web.Value(c, "days")), 20)
		}
	}
	found, err := f.Waiting(ctx, p, code, c.Query("cursor"), models.WaitingAPage)
	if err != nil {
		return err
	}
	page.Total = found.Total
	for _, w := range found.Items {
		line := templates.WaitingLine{Title: w.Title, URL: "/case-studies/" + url.PathEscape(w.Slug), By: w.OwnerName, Posted: w.PublishedAt, Votes: w.Votes,
			Waits: w.Waits(f.site.Now()), Days: w.Days}
		if o == nil && w.Organisation != "" {
			line.Organisation, line.OrganisationURL = models.Organisation{Code: w.Organisation, Name: w.OrgName}.DisplayName(), orgURL(w.Organisation)+"/waiting"
		}
		page.Lines = append(page.Lines, line)
	}
	if found.Next != "" {
		page.NextURL = at + "?cursor=" + found.Next
	}
	shell := f.site.Shell(c, "Ideas that wait for a first response")
	shell.NoIndex, shell.Errors, shell.Crumbs = true, errors, []templates.Crumb{{Text: "Moderation", URL: "/moderation"}}
	if o != nil {
		shell.Crumbs = []templates.Crumb{{Text: o.DisplayName(), URL: orgURL(code)}}
	}
	return f.site.Render(c, status, shell, templates.Waiting(page))
}

func (f *Feature) saveResponseTime(c *fiber.Ctx, p *models.Person) error {
	o, err := f.ruled(c, p, models.SetResponseTime)
	if err != nil {
		return err
	}
	days := 0
	if typed := models.CleanLine(web.Value(c, "days")); typed != "" {
		if days, err = strconv.Atoi(typed); err != nil || days == 0 {
			days = -1 // none that there is
		}
	}
	if err := f.SetResponseDays(web.SeeOwn(c), p, o.Code, days); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showWaiting(c, p, status, &o, errors) })
	}
	return f.site.Done(c, orgURL(o.Code)+"/waiting", "Within how many days ideas are to be answered is saved.")
}

// OfOrganisation makes what leads see of waiting ideas on the page of an
// organisation; nothing, and no statement, for others.
func (f *Feature) OfOrganisation(c *fiber.Ctx, code string) (templ.Component, error) {
	if !web.Person(c).May(models.SeeWaiting, models.Subject{Organisation: code}) {
		return templ.NopComponent, nil
	}
	n, err := f.store.CountWaiting(c.UserContext(), []string{code}, f.site.Feedback.Days)
	return templates.WaitingNote(templates.WaitingNoteProps{Count: n[code], URL: orgURL(code) + "/waiting"}), err
}
