package aftermath

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/models/personal"
	"grassroots/templates"
)

// winner is an entry that something can be awarded to.
type winner struct{ id, title string }

// winners gives the entries of a campaign that won or were commended, those that won
// first.
func (f *Feature) winners(ctx context.Context, of *models.Campaign) (out []winner, err error) {
	entries, err := f.store.Contestants(ctx, of)
	if err != nil {
		return nil, err
	}
	decisions, err := f.store.EntryDecisions(ctx, of.ID)
	for _, outcome := range []judging.Outcome{judging.Winner, judging.Commended} {
		for _, e := range entries {
			if slices.ContainsFunc(decisions, func(d judging.Decision) bool { return d.CaseStudyID == e.CaseStudyID && d.Outcome == outcome }) {
				out = append(out, winner{e.CaseStudyID, e.Title})
			}
		}
	}
	return out, err
}

// SaveAward records an award to an entry that won or was commended, or corrects one; old
// is what it was.
func (f *Feature) SaveAward(ctx context.Context, p *models.Person, of *models.Campaign, a, old *aftermath.Award) error {
	err := a.Clean(f.site.Now().In(templates.London()).Format(time.DateOnly))
	typed := models.CleanLine(a.Organisation)
	codes, failed := f.store.OrganisationsCalled(ctx, []string{typed})
	if failed != nil {
		return failed
	}
	if a.Organisation = codes[typed]; typed != "" && a.Organisation == "" {
		a.Organisation = typed
		err = models.WithField(err, "The award was not saved.", "organisation", "Enter the name or ODS code of an organisation, such as RR8, or nothing")
	}
	won, failed := f.winners(ctx, of)
	if failed != nil {
		return failed
	}
	if !slices.ContainsFunc(won, func(w winner) bool { return w.id == a.CaseStudyID }) {
		err = models.WithField(err, "The award was not saved.", "study", "Choose an entry that won or was commended")
	}
	if err != nil {
		return err
	}
	texts := func(a *aftermath.Award) []personal.Text {
		return []personal.Text{{Field: "purpose", Value: a.Purpose}, {Field: "note", Value: a.Note}}
	}
	overrides, err := f.site.CheckTexts(ctx, texts(a), texts(old))
	if err != nil {
		return err
	}
	a.CampaignID, a.PersonID = of.ID, p.ID
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		if err := f.store.SaveAward(ctx, a); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: of.ID})
	})
}

func awardsURL(of *models.Campaign) string { return web.CampaignURL(of) + "/awards" }

func (f *Feature) awardsPage(c *fiber.Ctx, p *models.Person) error {
	of, err := f.site.RunCampaign(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showAwards(c, fiber.StatusOK, &of, templates.AwardForm{Day: f.site.Now().In(templates.London()).Format(time.DateOnly)}, "", nil)
}

func options(won []winner) (out []templates.Option) {
	for _, w := range won {
		out = append(out, templates.Option{Value: w.id, Text: w.title})
	}
	return out
}

func (f *Feature) showAwards(c *fiber.Ctx, status int, of *models.Campaign, form templates.AwardForm, fund string, fields []templates.FieldError) error {
	ctx := c.UserContext()
	list, err := f.store.Awards(ctx, of.ID)
	if err != nil {
		return err
	}
	has, err := f.store.Fund(ctx, of.ID)
	if err != nil {
		return err
	}
	won, err := f.winners(ctx, of)
	if err != nil {
		return err
	}
	form.URL, form.Winners, form.Errors = awardsURL(of), options(won), fields
	page := templates.AwardsPage{Title: of.Title, URL: awardsURL(of), FundURL: web.CampaignURL(of) + "/fund", Fund: cmp.Or(fund, aftermath.PoundsInput(has.Pence)), FundVersion: has.Version, Form: form, NoWinners: len(won) == 0, Errors: fields,
		Total: aftermath.Pounds(aftermath.Sum(list))}
	if left := has.Pence - aftermath.Sum(list); has.Pence > 0 && left < 0 {
		page.Over = aftermath.Pounds(-left)
	} else if has.Pence > 0 {
		page.Left = aftermath.Pounds(left)
	}
	for _, a := range list {
		l := templates.AwardLine{Title: a.Title, URL: "/case-studies/" + a.Slug, Amount: aftermath.Pounds(a.Pence), Purpose: a.Purpose, Organisation: cmp.Or(a.OrgName, a.Organisation), Note: a.Note, EditURL: awardsURL(of) + "/" + a.ID}
		l.Day, _ = dayOf(a.AwardedOn)
		page.Lines = append(page.Lines, l)
	}
	shell := f.site.CampaignShell(c, "Awards", of)
	shell.Errors = fields
	return f.site.Render(c, status, shell, templates.CampaignAwards(page))
}

// awardIn reads an award as it was typed.
func awardIn(c *fiber.Ctx) (a aftermath.Award, form templates.AwardForm, err error) {
	form = templates.AwardForm{Study: web.Value(c, "study"), Amount: models.CleanLine(web.Value(c, "amount")), Purpose: web.Value(c, "purpose"), Organisation: web.Value(c, "organisation"), Day: web.Value(c, "awarded_on"), Note: web.Value(c, "note")}
	a = aftermath.Award{CaseStudyID: form.Study, Purpose: form.Purpose, Organisation: form.Organisation, AwardedOn: form.Day, Note: form.Note}
	a.Pence, _ = aftermath.ParsePounds(form.Amount) // of what is none, Clean says so
	a.Version, err = web.FormVersion(c, "version", 0)
	form.Version = a.Version
	return a, form, err
}

func (f *Feature) addAward(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	a, form, err := awardIn(c)
	if err != nil {
		return err
	}
	a.Version, form.Version = 0, 0
	if err := f.SaveAward(ctx, p, &of, &a, &aftermath.Award{}); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, fields []templates.FieldError) error {
			return f.showAwards(c, status, &of, form, "", fields)
		})
	}
	return f.site.Done(c, awardsURL(&of), "The award is recorded.")
}

// oneAward gives the campaign and the award of an address.
func (f *Feature) oneAward(c *fiber.Ctx, p *models.Person) (models.Campaign, aftermath.Award, error) {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return of, aftermath.Award{}, err
	}
	a, err := f.store.Award(ctx, of.ID, c.Params("award"))
	return of, a, err
}

func (f *Feature) awardPage(c *fiber.Ctx, p *models.Person) error {
	of, a, err := f.oneAward(c, p)
	if err != nil {
		return err
	}
	return f.showAward(c, fiber.StatusOK, &of, a.ID, templates.AwardForm{Study: a.CaseStudyID, Amount: aftermath.PoundsInput(a.Pence), Purpose: a.Purpose, Organisation: a.Organisation, Day: a.AwardedOn, Note: a.Note, Version: a.Version}, nil)
}

func (f *Feature) showAward(c *fiber.Ctx, status int, of *models.Campaign, id string, form templates.AwardForm, fields []templates.FieldError) error {
	won, err := f.winners(c.UserContext(), of)
	if err != nil {
		return err
	}
	form.URL, form.RemoveURL, form.AwardsURL, form.Title, form.Winners, form.Errors = awardsURL(of)+"/"+id, awardsURL(of)+"/"+id+"/remove", awardsURL(of), of.Title, options(won), fields
	shell := f.site.CampaignShell(c, "Correct an award", of, templates.Crumb{Text: "Awards", URL: awardsURL(of)})
	shell.Errors = fields
	return f.site.Render(c, status, shell, templates.CorrectAward(form))
}

func (f *Feature) correctAward(c *fiber.Ctx, p *models.Person) error {
	of, old, err := f.oneAward(c, p)
	if err != nil {
		return err
	}
	a, form, err := awardIn(c)
	if err != nil {
		return err
	}
	if a.Version == 0 {
		return web.ErrFormVersion
	}
	a.ID = old.ID
	if err := f.SaveAward(web.SeeOwn(c), p, &of, &a, &old); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, fields []templates.FieldError) error {
			return f.showAward(c, status, &of, old.ID, form, fields)
		})
	}
	return f.site.Done(c, awardsURL(&of), "The award is corrected.")
}

func (f *Feature) removeAward(c *fiber.Ctx, p *models.Person) error {
	of, a, err := f.oneAward(c, p)
	if err != nil {
		return err
	}
	if err := f.store.RemoveAward(web.SeeOwn(c), of.ID, a.ID); err != nil {
		return err
	}
	f.site.Changed()
	return f.site.Done(c, awardsURL(&of), "The award is taken back.")
}

func (f *Feature) saveFund(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	of, err := f.site.RunCampaign(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := models.CleanLine(web.Value(c, "fund"))
	fund := aftermath.Fund{CampaignID: of.ID}
	if fund.Version, err = web.FormVersion(c, "version", 0); err != nil {
		return err
	}
	ok := typed == ""
	if !ok {
		fund.Pence, ok = aftermath.ParsePounds(typed)
	}
	if !ok {
		err = models.InvalidField("fund", "Enter an amount in pounds and pence, such as 10,000, or nothing")
	} else {
		err = f.store.SaveFund(ctx, &fund)
	}
	if err != nil {
		return web.Reshow(err, func(status int, fields []templates.FieldError) error {
			return f.showAwards(c, status, &of, templates.AwardForm{}, typed, fields)
		})
	}
	f.site.Changed()
	return f.site.Done(c, awardsURL(&of), "The fund is saved.")
}

func awardTable(list []aftermath.Award) templates.ReportTable {
	t := templates.ReportTable{Key: "awards", Title: "What was awarded", Columns: []string{"Entry", "Amount", "What it is for", "Organisation", "Awarded on"}}
	for _, a := range list {
		row := []templates.ReportCell{theirs(a.Title, "/case-studies/"+a.Slug), theirs(aftermath.Pounds(a.Pence), ""), theirs(a.Purpose, ""), ours("Not said"), {}}
		if a.Organisation != "" {
			row[3] = theirs(cmp.Or(a.OrgName, a.Organisation), "/organisations/"+url.PathEscape(a.Organisation))
		}
		row[4].Day, _ = dayOf(a.AwardedOn)
		t.Rows = append(t.Rows, row)
	}
	return t
}

func awardsShown(list []aftermath.Award, fund aftermath.Fund) templates.AwardsShown {
	out := templates.AwardsShown{Table: awardTable(list), Total: aftermath.Pounds(aftermath.Sum(list))}
	if fund.Pence > 0 {
		out.Fund = aftermath.Pounds(fund.Pence)
	}
	return out
}

// Below is what stands under the results of a campaign: what was awarded, and what became
// of the entries. The page asks for it where the results may be seen.
func (f *Feature) Below(c *fiber.Ctx, of *models.Campaign) (templ.Component, error) {
	list, err := f.store.Awards(c.UserContext(), of.ID)
	if err != nil {
		return nil, err
	}
	fund, err := f.store.Fund(c.UserContext(), of.ID)
	if err != nil {
		return nil, err
	}
	links := templates.ResultsLinks{ReportURL: reportURL(of), CertificatesURL: web.CampaignURL(of) + "/certificates"}
	if web.Person(c).May(models.RunCampaign, models.Subject{}) {
		links.AwardsURL = awardsURL(of)
	}
	asked, err := f.store.FollowUps(c.UserContext(), of.ID)
	if err != nil {
		return nil, err
	}
	adopted, err := f.store.EntryAdoptions(c.UserContext(), of)
	if err != nil {
		return nil, err
	}
	became, err := f.followUpsShown(c.UserContext(), asked, adopted)
	if p := web.Person(c); p != nil && len(asked) > 0 {
		became.OwnURL = followURL(of)
	}
	return templates.Both(templates.Both(templates.AwardsBelow(awardsShown(list, fund)), templates.FollowUpsBelow(became)), templates.BelowResults(links)), err
}
