package campaigns

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// line is a campaign as lists show it.
func (f *Feature) line(c *models.Campaign) templates.CampaignLine {
	now := f.site.Now()
	l := templates.CampaignLine{Title: c.Title, URL: web.CampaignURL(c), Template: c.Template.Label(), Sponsor: c.SponsorName, Stage: c.StageAt(now)}
	if c.Sponsor != "" {
		l.SponsorURL = "/organisations/" + url.PathEscape(c.Sponsor)
	}
	if at, ok := c.Starts(models.CampaignOpen); ok && l.Stage == models.CampaignComing {
		l.Opens = at
	}
	if at, ok := c.EntriesClose(); ok && (l.Stage == models.CampaignOpen || l.Stage == models.CampaignComing) {
		l.Closes = at
	}
	if at, ok := c.Starts(models.CampaignResults); ok && l.Stage != models.CampaignDraft && at.After(now) {
		l.Results = at
	}
	return l
}

// list is the list of campaigns: of each state the first page, or all pages of one.
func (f *Feature) list(c *fiber.Ctx) error {
	p, ctx := web.Person(c), c.UserContext()
	q := models.CampaignQuery{State: models.CampaignState(c.Query("state")), Limit: aPage}
	var err error
	if q.Cursor, err = models.ParseCursor(c.Query("cursor")); err != nil {
		return err
	}
	if err := q.Validate(); err != nil {
		return err
	}
	page := templates.CampaignsPage{MayRun: p.May(models.RunCampaign, models.Subject{}), One: q.State != "", First: q.Cursor == nil}
	states := models.CampaignStates()
	if page.One {
		states = []models.CampaignState{q.State}
	}
	for _, state := range states {
		q.State = state
		found, err := f.List(ctx, p, q)
		if err != nil {
			return err
		}
		group := templates.CampaignGroup{State: state, Total: found.Total}
		for i := range found.Items {
			group.Lines = append(group.Lines, f.line(&found.Items[i]))
		}
		if found.Next != "" {
			group.NextURL = listURL + "?state=" + string(state)
			if page.One {
				group.NextURL += "&cursor=" + url.QueryEscape(found.Next)
			}
		}
		if len(group.Lines) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	shell := f.site.Shell(c, "Campaigns")
	shell.Description = "Questions that organisers ask of staff across the NHS: what is open for entries now, what is coming and what came of those that ended."
	shell.Canonical, shell.NoIndex = f.site.URL(listURL), page.One
	return f.site.Render(c, fiber.StatusOK, shell, templates.Campaigns(page))
}

// show is the page of a campaign. Its id leads to it.
func (f *Feature) show(c *fiber.Ctx) error {
	p, ctx := web.Person(c), c.UserContext()
	found, err := f.Get(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	if c.Params("slug") != found.Slug {
		return c.Redirect(web.CampaignURL(&found), fiber.StatusMovedPermanently)
	}
	return f.showPage(c, fiber.StatusOK, &found, nil)
}

func (f *Feature) showPage(c *fiber.Ctx, status int, found *models.Campaign, errors []templates.FieldError) error {
	p, ctx := web.Person(c), c.UserContext()
	now := f.site.Now()
	brief := f.markdown.Render(found.Brief)
	page := templates.CampaignPage{Line: f.line(found), ID: found.ID, HTML: brief.HTML, MayRun: p.May(models.RunCampaign, models.Subject{}), Criteria: found.Criteria, Questions: found.Questions,
		Regions: found.Regions, StaffGroups: found.StaffGroups, Extensions: found.Extensions, ForAll: found.ForAll(), Begun: found.Begun(now), CanExtend: len(extendable(found, now)) > 0}
	for _, s := range found.Steps {
		page.Steps = append(page.Steps, templates.CampaignStepLine{Stage: s.Stage, Starts: s.Starts, Now: s.Stage == page.Line.Stage, Over: !s.Starts.After(now) && s.Stage != page.Line.Stage})
	}
	var err error
	if f.hooks.Parts != nil {
		if page.Parts, err = f.hooks.Parts(c, found); err != nil {
			return err
		}
	}
	if page.Organisations, err = f.placesOf(ctx, found.Organisations); err != nil {
		return err
	}
	if page.Cards, page.Studies, err = f.studiesOf(c, found); err != nil {
		return err
	}
	entries, err := f.Entries(ctx, nil, found, "", 6) // as everybody sees them
	if err != nil {
		return err
	}
	page.Entries = entries.Total
	for i := range entries.Items {
		page.Entered = append(page.Entered, f.entryLine(found, &entries.Items[i]))
	}
	page.Cover = coverOf(found)
	page.StudiesURL = "/case-studies?campaign=" + url.QueryEscape(found.Slug)
	shell := f.site.CampaignShell(c, found.Title, nil)
	shell.NoIndex, shell.Errors = found.PublishedAt == nil, errors
	shell.Description, shell.Canonical = models.Truncate(models.CleanLine(brief.Text), 300), f.site.URL(web.CampaignURL(found))
	return f.site.Render(c, status, shell, templates.Campaign(page))
}

// placesOf names organisations, each with its page.
func (f *Feature) placesOf(ctx context.Context, codes []string) ([]templates.Crumb, error) {
	names, err := f.store.OrganisationNames(ctx, codes)
	var out []templates.Crumb
	for _, code := range codes {
		name := names[code]
		if name == "" {
			name = code
		}
		out = append(out, templates.Crumb{Text: name, URL: "/organisations/" + url.PathEscape(code)})
	}
	return out, err
}

// studiesOf are the newest of the case studies that name a campaign as theirs, and how
// many there are.
func (f *Feature) studiesOf(c *fiber.Ctx, found *models.Campaign) ([]templates.ListCardProps, int, error) {
	q := models.ListQuery{Filters: map[string][]string{models.FacetCampaign: {found.Slug}}, Sort: models.SortNew, Limit: 6}
	list, err := f.hooks.Found(c.UserContext(), q)
	if err != nil || len(list.Items) == 0 {
		return nil, 0, err
	}
	cards, err := f.hooks.Cards(c, list.Items, "")
	return cards, list.Total, err
}

func (f *Feature) publish(c *fiber.Ctx, p *models.Person) error {
	found, err := f.Publish(web.SeeOwn(c), p, c.Params("slug"))
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&found), "The campaign is published: everybody can read it now.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showForm(c, status, templates.CampaignForm{Campaign: found, Was: found.Title, Starts: startsOf(&found), Errors: errors})
	})
}

func (f *Feature) copy(c *fiber.Ctx, p *models.Person) error {
	made, err := f.Copy(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, web.CampaignURL(&made)+"/edit", "This is a copy, with the dates a year on. Only organisers see it until you publish it.")
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	found, err := f.run(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.RemoveCampaign(ctx, found.ID); err != nil {
			return err
		}
		return f.forget(ctx, found.Cover)
	})
	if err != nil {
		return err
	}
	return f.site.Done(c, listURL, "The draft is deleted.")
}
