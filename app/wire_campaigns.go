package app

import (
	"context"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/aftermath"
	"grassroots/app/ballots"
	"grassroots/app/campaigns"
	"grassroots/app/casestudies"
	"grassroots/app/invitations"
	"grassroots/app/notifications"
	"grassroots/app/panels"
	"grassroots/app/sharing"
	"grassroots/models"
	"grassroots/templates"
)

// together are features that are put in place as one.
type together []interface {
	Routes(fiber.Router)
	API(huma.API)
}

// Routes puts the pages of each in their places.
func (t together) Routes(r fiber.Router) {
	for _, f := range t {
		f.Routes(r)
	}
}

// API adds the operations of each.
func (t together) API(api huma.API) {
	for _, f := range t {
		f.API(api)
	}
}

// campaigns makes the features of campaigns, of which people are told: what is asked,
// the vote and the panel.
func (a *App) campaigns(d Deps, told *notifications.Feature) together {
	votes, panel, came := ballots.New(a.Site), panels.New(a.Site, d.Queue), aftermath.New(a.Site, d.Queue)
	a.Aftermath, came.Mail, came.TellFollowUp = came, d.Mail, told.CampaignFollowUp
	panel.TellAsked, panel.TellJudges, panel.Below = told.AskedToJudge, told.CampaignJudges, came.Below
	invites := invitations.New(a.Site, d.Queue, d.Mail)
	a.Invitations, invites.Tell = invites, told.InvitedToCampaign
	tellEntry := func(ctx context.Context, c models.Campaign, e models.CampaignEntry, what string, people []string) error {
		if what == campaigns.EntryReceived {
			if err := invites.Entered(ctx, c, e, people); err != nil {
				return err
			}
		}
		return told.CampaignEntry(ctx, c, e, what, people)
	}
	share := sharing.New(a.Site)
	parts := func(c *fiber.Ctx, of *models.Campaign) (templ.Component, error) {
		vote, err := votes.Link(c, of)
		if err != nil {
			return nil, err
		}
		judge, err := panel.Link(c, of)
		return templates.Both(templates.Both(vote, judge), templates.Both(templates.ReportLink(came.Link(c, of)), templates.ShareLink(share.Link(of)))), err
	}
	asked := campaigns.New(a.Site, d.Queue, d.Uploads, campaigns.Hooks{Cards: a.CaseStudies.Cards, Found: a.found, TellMoved: told.CampaignMoved, TellExtended: told.CampaignExtended, Parts: parts,
		TellEntry: tellEntry, TellDrafts: told.CampaignDrafts, Post: a.postEntry, KeepDraft: a.keepEntry, Seen: came.Seen})
	return together{came, invites, asked, votes, panel, share} // what is compared before what has any name
}

// postEntry publishes an idea that somebody enters a campaign with.
func (a *App) postEntry(ctx context.Context, p *models.Person, d models.Document) (models.CaseStudy, error) {
	return a.CaseStudies.Create(ctx, p, casestudies.Publication{Document: d, Poster: p})
}

// keepEntry keeps such an idea as a draft, and gives its id.
func (a *App) keepEntry(ctx context.Context, p *models.Person, d models.Document) (string, error) {
	draft := a.CaseStudies.NewDraft(p, d.Stage)
	draft.Document = d
	kept, err := a.CaseStudies.SaveDraft(ctx, p, draft)
	return kept.ID, err
}
