package people

import (
	"cmp"
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// How many of each thing a person's overview shows.
const (
	myItems         = 50
	myMentions      = 5
	mentionsPerPage = 20
)

// crumbsOfMe lead back to one's own overview.
func crumbsOfMe() []templates.Crumb { return []templates.Crumb{{Text: "Your account", URL: "/me"}} }

// me is a person's own overview.
func (f *Feature) me(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	page := templates.MePage{Name: p.Name, ProfileURL: "/people/" + p.Handle, ProfileIncomplete: p.JobTitle == "" || p.Organisation == "",
		Administers: p.MightDo(models.Administer), Organisation: p.OrgName, OrganisationURL: "/organisations/" + p.Organisation}
	if err := f.leads(c.UserContext(), p, &page); err != nil {
		return err
	}
	if err := f.myWork(c, p, &page); err != nil {
		return err
	}
	isNew, err := f.site.IsNew(c.UserContext(), p)
	if err != nil {
		return err
	}
	page.IsNew, page.Unread = isNew, p.Unread
	mentions, more, err := f.store.MentionsOf(c.UserContext(), p.ID, "", myMentions)
	if err != nil {
		return err
	}
	page.MoreMentions = more
	if page.Mentions, err = f.commentLines(c, mentions, true); err != nil {
		return err
	}
	if page.Tokens, err = f.store.CountTokens(c.UserContext(), p.ID); err != nil {
		return err
	}
	sessions, err := f.store.SessionsOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	page.Sessions = len(sessions)
	shell := f.site.Shell(c, "Your account")
	shell.NoIndex = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.Me(page))
}

// leads names the organisations that a person leads; it takes a statement where there are any.
func (f *Feature) leads(ctx context.Context, p *models.Person, page *templates.MePage) error {
	codes := p.LeadOf()
	names, err := f.store.OrganisationNames(ctx, codes)
	for _, code := range codes {
		page.Leads = append(page.Leads, templates.LedOrganisation{Name: cmp.Or(names[code], models.Organisation{Code: code}.DisplayName()), Code: code, URL: "/me/lead?organisation=" + url.QueryEscape(code)})
	}
	return err
}

// myWork reads a person's drafts and case studies.
func (f *Feature) myWork(c *fiber.Ctx, p *models.Person, page *templates.MePage) error {
	ctx := c.UserContext()
	drafts, err := f.store.DraftsOf(ctx, p.ID, myItems)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		line := templates.DraftLine{Title: d.Document.Title, URL: "/me/drafts/" + d.ID, Saved: d.UpdatedAt, Published: d.Based > 0}
		if line.Title == "" {
			line.Title = "Untitled draft"
		}
		if d.SavedBy != p.ID {
			line.SavedBy = d.SavedName
		}
		page.Drafts = append(page.Drafts, line)
	}
	studies, err := f.store.CaseStudiesOf(ctx, p.ID, myItems)
	if err != nil {
		return err
	}
	if page.CaseStudies, err = f.cardsUnder(c, studies); err != nil {
		return err
	}
	limited, err := f.store.LimitedOf(ctx, p.ID, myItems)
	if err != nil {
		return err
	}
	if page.Limited, err = f.cardsUnder(c, limited); err != nil {
		return err
	}
	withdrawn, err := f.store.WithdrawnOf(ctx, p.ID, myItems)
	if err != nil {
		return err
	}
	page.Withdrawn, err = f.cardsUnder(c, withdrawn)
	for i := range page.Withdrawn {
		page.Withdrawn[i].Vote, page.Withdrawn[i].Keep = nil, nil // what is withdrawn takes no votes
	}
	return err
}

// mentions lists the comments that mention a person, newest first.
func (f *Feature) mentions(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	before := c.Query("before")
	if before != "" && !models.ValidID(before) {
		return models.ErrCursor
	}
	list, more, err := f.store.MentionsOf(c.UserContext(), p.ID, before, mentionsPerPage)
	if err != nil {
		return err
	}
	page := templates.MentionsPage{First: before == ""}
	if page.Mentions, err = f.commentLines(c, list, true); err != nil {
		return err
	}
	if more {
		page.NextURL = "/me/mentions?before=" + list[len(list)-1].ID
	}
	shell := f.site.Shell(c, "Mentions of you")
	shell.NoIndex, shell.Crumbs = true, crumbsOfMe()
	return f.site.Render(c, fiber.StatusOK, shell, templates.Mentions(page))
}
