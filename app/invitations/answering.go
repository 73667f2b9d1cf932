package invitations

import (
	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// show is the page of an invitation, for whoever has its link. To read it notes that it
// was opened, but not to ask whether it is there.
func (f *Feature) show(c *fiber.Ctx) error {
	ctx := store.Fresh(c.UserContext())
	i, of, err := f.invitation(ctx, c.Params("token"))
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodGet && i.Kind != models.InvitedOrganisation {
		if err := f.store.OpenInvitation(ctx, i.ID); err != nil {
			return err
		}
	}
	return f.showInvitation(c, &i, &of)
}

func (f *Feature) showInvitation(c *fiber.Ctx, i *models.Invitation, of *models.Campaign) error {
	page := templates.InvitationPage{Title: of.Title, CampaignURL: web.CampaignURL(of), Sponsor: of.SponsorName, By: i.InvitedBy, Message: i.Message, Organisation: i.OrganisationName, State: i.State,
		URL: web.InvitationsPath + c.Params("token"), StopURL: web.OneClickPath + "invitations/" + c.Params("token"), Open: f.open(of) == nil, SignedIn: web.Person(c) != nil}
	page.Closes, page.HasEnd = of.EntriesClose()
	page.Opens, _ = of.Starts(models.CampaignOpen)
	page.Coming = of.StageAt(f.site.Now()) == models.CampaignComing
	shell := f.private(c, "You are invited: "+of.Title)
	return f.site.Render(c, fiber.StatusOK, shell, templates.Invitation(page))
}

// private starts the frame of a page whose address is a secret.
func (f *Feature) private(c *fiber.Ctx, title string) templates.Shell {
	shell := f.site.Shell(c, title)
	shell.NoIndex, shell.Canonical = true, ""
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("Referrer-Policy", "no-referrer") // the address must go nowhere
	return shell
}

// accept notes that somebody takes part, and leads to where they do: by way of signing in.
func (f *Feature) accept(c *fiber.Ctx) error {
	ctx := store.Fresh(c.UserContext())
	i, of, err := f.invitation(ctx, c.Params("token"))
	if err == nil {
		err = f.Answer(ctx, i, &of, models.InvitationAccepted)
	}
	if err != nil {
		return err
	}
	if web.Person(c) == nil {
		return c.Redirect("/sign-in?next="+web.QueryEscape(enterURL(&of)), fiber.StatusSeeOther)
	}
	return c.Redirect(enterURL(&of), fiber.StatusSeeOther)
}

func (f *Feature) decline(c *fiber.Ctx) error {
	ctx := store.Fresh(c.UserContext())
	i, of, err := f.invitation(ctx, c.Params("token"))
	if err == nil {
		err = f.Answer(ctx, i, &of, models.InvitationDeclined)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, web.InvitationsPath+c.Params("token"), "Thank you for saying so. You are not reminded of this campaign.")
}

func (f *Feature) stopPage(c *fiber.Ctx) error {
	i, _, err := f.invitation(store.Fresh(c.UserContext()), c.Params("token"))
	if err != nil {
		return err
	}
	return f.showStop(c, i.State == models.InvitationUnsubscribed)
}

// stop is the POST of RFC 8058, and that of the button.
func (f *Feature) stop(c *fiber.Ctx) error {
	ctx := store.Fresh(c.UserContext())
	i, _, err := f.invitation(ctx, c.Params("token"))
	if err == nil {
		err = f.Stop(ctx, i)
	}
	if err != nil {
		return err
	}
	return f.showStop(c, true)
}

func (f *Feature) showStop(c *fiber.Ctx, stopped bool) error {
	title := "Stop invitations to campaigns?"
	if stopped {
		title = "You will get no more invitations to campaigns"
	}
	return f.site.Render(c, fiber.StatusOK, f.private(c, title), templates.StopInvitations(templates.StopMailPage{Action: web.OneClickPath + "invitations/" + c.Params("token"), Stopped: stopped}))
}

// OfOrganisation makes what leads see of invitations on the page of their organisation;
// nothing, and no statement, for others.
func (f *Feature) OfOrganisation(c *fiber.Ctx, code string) (templ.Component, error) {
	if !web.Person(c).Leads(code) {
		return templ.NopComponent, nil
	}
	list, err := f.store.OrganisationInvitations(c.UserContext(), code)
	if err != nil || len(list) == 0 {
		return templ.NopComponent, err
	}
	var lines []templates.InvitedTo
	for i := range list {
		closes, _ := list[i].EntriesClose()
		lines = append(lines, templates.InvitedTo{Title: list[i].Title, URL: web.CampaignURL(&list[i]), Closes: closes})
	}
	return templates.OrganisationInvited(lines), nil
}
