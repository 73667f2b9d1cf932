package panels

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// panelPage is where organisers choose who judges, and how.
func (f *Feature) panelPage(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showPanel(c, fiber.StatusOK, &of, nil, "", nil)
}

// showPanel shows the panel; typed is what was sent of its rules, nil for what is kept.
func (f *Feature) showPanel(c *fiber.Ctx, status int, of *models.Campaign, typed *templates.PanelPage, handle string, errors []templates.FieldError) error {
	ctx := c.UserContext()
	page := templates.PanelPage{PerEntry: "3", Tie: string(judging.TieShared)}
	rules, err := f.store.PanelRules(ctx, of.ID)
	switch {
	case err == nil:
		page.PerEntry, page.Blind, page.Tie, page.Version = strconv.Itoa(rules.PerEntry), rules.Blind, string(rules.Tie), rules.Version
	case models.KindOf(err) != models.NotFound:
		return err
	}
	if typed != nil {
		page = *typed
	}
	page.Title, page.URL, page.Handle, page.Errors = of.Title, web.CampaignURL(of)+"/panel", handle, errors
	page.MeetingURL, page.CriteriaMissing = web.CampaignURL(of)+"/moderation", len(of.Criteria) == 0
	members, err := f.store.Judges(ctx, of.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		page.Judges = append(page.Judges, templates.JudgeLine{Name: m.Name, URL: "/people/" + m.Handle, RemoveURL: page.URL + "/judges/" + m.Handle + "/remove", Organisation: m.Organisation,
			Asked: m.InvitedAt, Answered: m.AnsweredAt != nil, Accepted: m.Accepted, Given: m.Given, Done: m.Done})
		page.Given, page.Done = page.Given+m.Given, page.Done+m.Done
	}
	if err := f.shortOf(c, of, rules.PerEntry, &page); err != nil {
		return err
	}
	shell := f.site.CampaignShell(c, "Panel", of)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.Panel(page))
}

// shortOf says which entries have fewer judges than they should.
func (f *Feature) shortOf(c *fiber.Ctx, of *models.Campaign, want int, page *templates.PanelPage) error {
	entries, all, err := f.through(c.UserContext(), of)
	if err != nil {
		return err
	}
	if judging.HasShortlist(of) {
		page.ShortlistURL, page.Withheld = shortlistURL(of), all-len(entries)
	}
	given, err := f.store.Given(c.UserContext(), of.ID)
	if err != nil {
		return err
	}
	has := map[string]int{}
	for _, g := range given {
		has[g.Entry]++
	}
	page.Entries = len(entries)
	for _, e := range entries {
		if n := has[e.CaseStudyID]; len(given) > 0 && n < want {
			page.Short = append(page.Short, templates.ShortLine{Title: e.Title, URL: "/case-studies/" + e.Slug, Has: n, Want: want})
		}
	}
	return nil
}

func (f *Feature) saveRules(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := templates.PanelPage{PerEntry: web.Value(c, "per_entry"), Blind: web.Value(c, "blind") == "true", Tie: web.Value(c, "tie")}
	typed.Version, _ = strconv.Atoi(web.Value(c, "version"))
	rules := judging.PanelRules{Blind: typed.Blind, Tie: judging.Tie(typed.Tie), Version: typed.Version}
	rules.PerEntry, _ = strconv.Atoi(typed.PerEntry) // 0, which is not taken, for what is no number
	if err := f.SaveRules(ctx, &of, &rules); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showPanel(c, status, &of, &typed, "", errors)
		})
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/panel", "How entries are judged is saved.")
}

func (f *Feature) invite(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := web.Value(c, "handle")
	who, err := f.Invite(ctx, p, &of, typed)
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&of)+"/panel", who.Name+" is asked, and judges once they accept.")
	}
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showPanel(c, status, &of, nil, typed, errors)
	})
}

func (f *Feature) remove(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	who, err := f.store.PersonByHandle(ctx, c.Params("handle"))
	if err == nil {
		err = f.store.RemoveJudge(ctx, of.ID, who.ID)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/panel", "They are off the panel. What they submitted counts on; give out the rest again.")
}

func (f *Feature) assign(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	done, err := f.Assign(ctx, &of)
	if err != nil {
		return err
	}
	message := "Every entry has its judges."
	if len(done.Short) > 0 {
		message = "The entries are given out. Some have too few judges: they are listed below."
	}
	return f.site.Done(c, web.CampaignURL(&of)+"/panel", message)
}
