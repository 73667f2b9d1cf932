package panels

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/personal"
	"grassroots/templates"
)

// through gives the entries of a campaign that go to its judges, and how many entries it
// has altogether.
func (f *Feature) through(ctx context.Context, c *models.Campaign) (list []judging.Contestant, all int, err error) {
	entries, err := f.store.Contestants(ctx, c)
	if err != nil || !judging.HasShortlist(c) {
		return entries, len(entries), err
	}
	decided, err := f.store.Shortlist(ctx, c.ID)
	return judging.Through(c, entries, decided), len(entries), err
}

// Shortlist says whether an entry goes to the judges, and why. former is the reason that
// stood there.
func (f *Feature) Shortlist(ctx context.Context, p *models.Person, c *models.Campaign, s *judging.Shortlisting, former string) error {
	if err := judging.ShortlistOpen(c, f.site.Now()); err != nil {
		return err
	}
	if err := s.Validate(); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "reason", Value: s.Reason}}, []personal.Text{{Field: "reason", Value: former}})
	if err != nil {
		return err
	}
	s.CampaignID, s.PersonID = c.ID, p.ID
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.SaveShortlisting(ctx, s); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: c.ID})
	})
}

func shortlistURL(of *models.Campaign) string { return web.CampaignURL(of) + "/shortlist" }

// shortlistPage lists the entries, those of which nothing is decided first.
func (f *Feature) shortlistPage(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showShortlist(c, fiber.StatusOK, &of, nil)
}

func (f *Feature) showShortlist(c *fiber.Ctx, status int, of *models.Campaign, errors []templates.FieldError) error {
	ctx := c.UserContext()
	page := templates.ShortlistPage{Title: of.Title, URL: shortlistURL(of), PanelURL: web.CampaignURL(of) + "/panel", Has: judging.HasShortlist(of), Errors: errors}
	if closed := judging.ShortlistOpen(of, f.site.Now()); closed != nil {
		page.Closed = closed.(*models.Error).Message
	}
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return err
	}
	decided, err := f.store.Shortlist(ctx, of.ID)
	if err != nil {
		return err
	}
	known := make(map[string]judging.Shortlisting, len(decided))
	for _, s := range decided {
		known[s.CaseStudyID] = s
	}
	for _, e := range entries {
		l := templates.ShortlistLine{ID: e.CaseStudyID, Title: e.Title, Summary: e.Summary, StudyURL: "/case-studies/" + e.Slug, URL: shortlistURL(of) + "/" + e.CaseStudyID}
		s, ok := known[e.CaseStudyID]
		l.Reason, l.By = s.Reason, s.ByName
		switch {
		case !ok:
			page.Open = append(page.Open, l)
		case s.Chosen:
			page.Chosen = append(page.Chosen, l)
		default:
			page.Left = append(page.Left, l)
		}
	}
	shell := f.site.CampaignShell(c, "Shortlist", of)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.Shortlist(page))
}

// shortlistMany puts entries of which nothing is decided on the shortlist together.
func (f *Feature) shortlistMany(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	entries, err := f.store.Contestants(ctx, &of)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, e := range entries {
		known[e.CaseStudyID] = true
	}
	n := 0
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		n = 0
		for _, id := range web.Values(c, "entries") {
			if !known[id] {
				continue
			}
			known[id] = false // once
			if err := f.Shortlist(ctx, p, &of, &judging.Shortlisting{CaseStudyID: id, Chosen: true}, ""); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return models.InvalidField("entries", "Choose the entries that go to the judges")
		}
		return nil
	})
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error { return f.showShortlist(c, status, &of, errors) })
	}
	return f.site.Done(c, shortlistURL(&of), templates.FormatCount(n, "entry is shortlisted.", "entries are shortlisted."))
}

// listed gives the campaign and the entry of an address, with what is decided of it.
func (f *Feature) listed(c *fiber.Ctx, p *models.Person) (of models.Campaign, e *judging.Contestant, s judging.Shortlisting, err error) {
	if of, e, err = f.entryOf(c, p); err != nil {
		return of, e, s, err
	}
	list, err := f.store.Shortlist(c.UserContext(), of.ID)
	for _, one := range list {
		if one.CaseStudyID == e.CaseStudyID {
			s = one
		}
	}
	s.CaseStudyID = e.CaseStudyID
	return of, e, s, err
}

func (f *Feature) shortlistOnePage(c *fiber.Ctx, p *models.Person) error {
	of, e, s, err := f.listed(c, p)
	if err != nil {
		return err
	}
	page := templates.ShortlistOnePage{Reason: s.Reason, Version: s.Version}
	if s.Version > 0 {
		page.Decision = map[bool]string{true: "yes", false: "no"}[s.Chosen]
	}
	return f.showShortlistOne(c, fiber.StatusOK, &of, e, page)
}

func (f *Feature) showShortlistOne(c *fiber.Ctx, status int, of *models.Campaign, e *judging.Contestant, page templates.ShortlistOnePage) error {
	page.Title, page.Summary, page.StudyURL, page.URL, page.BackURL = e.Title, e.Summary, "/case-studies/"+e.Slug, shortlistURL(of)+"/"+e.CaseStudyID, shortlistURL(of)
	if closed := judging.ShortlistOpen(of, f.site.Now()); closed != nil {
		page.Closed = closed.(*models.Error).Message
	}
	shell := f.site.CampaignShell(c, e.Title, of, templates.Crumb{Text: "Shortlist", URL: shortlistURL(of)})
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.ShortlistOne(page))
}

func (f *Feature) shortlistOne(c *fiber.Ctx, p *models.Person) error {
	of, e, old, err := f.listed(c, p)
	if err != nil {
		return err
	}
	typed := templates.ShortlistOnePage{Decision: web.Value(c, "decision"), Reason: models.CleanText(web.Value(c, "reason"))}
	if typed.Version, err = web.FormVersion(c, "version", 0); err != nil {
		return err
	}
	s := judging.Shortlisting{CaseStudyID: e.CaseStudyID, Chosen: typed.Decision == "yes", Reason: typed.Reason, Version: typed.Version}
	if s.Chosen || typed.Decision == "no" {
		err = f.Shortlist(web.SeeOwn(c), p, &of, &s, old.Reason)
	} else {
		err = models.InvalidField("decision", "Choose whether it goes to the judges")
	}
	if err == nil {
		return f.site.Done(c, shortlistURL(&of), "The decision is saved. Those who entered read it with the results.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		typed.Errors, typed.Version = errors, max(typed.Version, old.Version)
		return f.showShortlistOne(c, status, &of, e, typed)
	})
}
