package web

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

// CampaignsURL is the list of campaigns.
const CampaignsURL = "/campaigns"

// CampaignURL is the page of a campaign.
func CampaignURL(c *models.Campaign) string { return CampaignsURL + "/" + url.PathEscape(c.Slug) }

// Campaign gives a campaign by its id or slug to whoever may read it; p is nil for
// somebody who is not signed in. To others it is NotFound, as one that is not there.
func (s *Site) Campaign(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	c, err := s.Store.Campaign(ctx, models.CleanLine(idOrSlug))
	if err == nil && !c.MayRead(p) {
		err = models.ErrNoSuchCampaign
	}
	if err != nil {
		return models.Campaign{}, err
	}
	return c, nil
}

// RunCampaign gives a campaign to whoever runs campaigns.
func (s *Site) RunCampaign(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	if !p.May(models.RunCampaign, models.Subject{}) {
		return models.Campaign{}, models.E(models.Forbidden, "Only organisers of campaigns can do that.")
	}
	return s.Campaign(ctx, p, idOrSlug)
}

// CampaignShell starts the frame of a page below that of a campaign, or with nil below
// the list of them.
func (s *Site) CampaignShell(c *fiber.Ctx, title string, of *models.Campaign, more ...templates.Crumb) templates.Shell {
	shell := s.Shell(c, title)
	shell.NoIndex = true
	shell.Crumbs = []templates.Crumb{{Text: "Campaigns", URL: CampaignsURL}}
	if of != nil {
		shell.Crumbs = append(shell.Crumbs, templates.Crumb{Text: of.Title, URL: CampaignURL(of)})
	}
	shell.Crumbs = append(shell.Crumbs, more...)
	return shell
}

// Colleague finds whom somebody named by their handle in a form. The error is Invalid,
// about the field "handle".
func (s *Site) Colleague(ctx context.Context, handle string) (models.Person, error) {
	handle = strings.ToLower(strings.TrimPrefix(models.CleanLine(handle), "@"))
	if !models.ValidHandle(handle) {
		return models.Person{}, models.InvalidField("handle", "Enter the handle of a colleague, such as amina-yusuf. It stands at the end of the address of their page")
	}
	who, err := s.Store.PersonByHandle(ctx, handle)
	if models.KindOf(err) == models.NotFound || err == nil && who.ClosedAt != nil {
		return who, models.InvalidField("handle", "Nobody here has that handle. It stands at the end of the address of somebody's page")
	}
	return who, err
}
