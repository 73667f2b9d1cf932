package campaigns

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// newIdea is the choice of an idea that is posted with the entry.
const newIdea = "new"

func entryURL(c *models.Campaign, e *models.CampaignEntry) string {
	return web.CampaignURL(c) + "/entries/" + e.ID
}

func (f *Feature) entryLine(c *models.Campaign, e *models.CampaignEntry) templates.EntryLine {
	l := templates.EntryLine{Title: e.Title, URL: "/case-studies/" + url.PathEscape(e.Slug), EntryURL: entryURL(c, e), Number: e.Number(), State: e.State, Late: e.Late, LateReason: e.LateReason, KeptOut: e.KeptOut, LateBy: e.LateByName,
		Owner: e.OwnerName, Revision: e.Revision}
	if e.ArrivedAt != nil {
		l.Arrived = *e.ArrivedAt
	}
	return l
}

// entries is the list of the entries of a campaign.
func (f *Feature) entries(c *fiber.Ctx) error {
	p, ctx := web.Person(c), c.UserContext()
	found, err := f.Get(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	list, err := f.Entries(ctx, p, &found, c.Query("cursor"), aPage)
	if err != nil {
		return err
	}
	page := templates.EntriesPage{Title: found.Title, URL: web.CampaignURL(&found), Total: list.Total, First: c.Query("cursor") == "", MayRun: p.May(models.RunCampaign, models.Subject{})}
	for i := range list.Items {
		page.Lines = append(page.Lines, f.entryLine(&found, &list.Items[i]))
	}
	if list.Next != "" {
		page.NextURL = page.URL + "/entries?cursor=" + url.QueryEscape(list.Next)
	}
	shell := f.site.CampaignShell(c, "Entries to "+found.Title, &found)
	return f.site.Render(c, fiber.StatusOK, shell, templates.CampaignEntries(page))
}

// enterPage is the form of an entry.
func (f *Feature) enterPage(c *fiber.Ctx, p *models.Person) error {
	found, err := f.Get(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	return f.showEnter(c, p, fiber.StatusOK, &found, templates.EnterPage{CaseStudy: c.Query("case_study")})
}

func (f *Feature) showEnter(c *fiber.Ctx, p *models.Person, status int, found *models.Campaign, page templates.EnterPage) error {
	ctx := web.SeeOwn(c)
	page.Title, page.URL, page.Questions, page.Stage = found.Title, web.CampaignURL(found), found.Questions, found.StageAt(f.site.Now())
	page.Closes, _ = found.EntriesClose()
	mine, err := f.store.EntriesBy(ctx, found.ID, p.ID)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for i := range mine {
		page.Mine = append(page.Mine, f.entryLine(found, &mine[i]))
		has[mine[i].CaseStudyID] = true
	}
	studies, err := f.store.CaseStudiesOf(ctx, p.ID, 100)
	if err != nil {
		return err
	}
	for _, s := range studies {
		if !has[s.ID] {
			page.Studies = append(page.Studies, templates.Option{Value: s.Slug, Text: s.Title})
		}
	}
	page.Studies = append(page.Studies, templates.Option{Value: newIdea, Text: "A new idea, that I write here"})
	if page.CaseStudy == "" && len(page.Studies) == 1 {
		page.CaseStudy = newIdea
	}
	if page.Answers == nil {
		if page.Answers, err = f.aside(ctx, p, found); err != nil {
			return err
		}
	}
	if page.Files, err = f.filesOf(ctx, found, page.Answers); err != nil {
		return err
	}
	if err := f.mayEnter(ctx, p, found); models.KindOf(err) == models.Forbidden {
		page.Refused = err.(*models.Error).Message
	} else if err != nil {
		return err
	}
	shell := f.site.CampaignShell(c, "Enter "+found.Title, found)
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.EnterCampaign(page))
}

// readAnswers reads what a form answers to the questions of a campaign.
func readAnswers(c *fiber.Ctx, found *models.Campaign) []models.EntryAnswer {
	var out []models.EntryAnswer
	for _, q := range found.Questions {
		out = append(out, models.EntryAnswer{Question: q.ID, Answer: web.Value(c, q.Field())})
	}
	return out
}

func (f *Feature) enter(c *fiber.Ctx, p *models.Person) error {
	arrived := f.site.Arrived(c.UserContext())
	ctx := web.SeeOwn(c)
	found, err := f.Get(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.EnterPage{CaseStudy: web.Value(c, "case_study"), NewTitle: web.Value(c, "title"), NewBody: models.CleanText(web.Value(c, "body")), Answers: map[string]string{}}
	in := Entering{CaseStudy: page.CaseStudy, Answers: readAnswers(c, &found), Draft: web.Value(c, "action") == "draft"}
	wrong := f.readFiles(c, p, &found, in.Answers)
	for _, a := range in.Answers {
		page.Answers[a.Question] = a.Answer
	}
	if page.CaseStudy == newIdea {
		in.New = &models.Document{Title: page.NewTitle, Body: page.NewBody, Stage: models.StageIdea, Organisation: p.Organisation,
			Authors: []models.Author{{Name: p.Name, Handle: p.Handle, Role: p.JobTitle, StaffGroup: p.StaffGroup}}}
	}
	var e models.CampaignEntry
	draft, err := "", wrong
	if wrong == nil {
		e, draft, err = f.Enter(ctx, p, &found, in, arrived)
	}
	switch {
	case err == nil && draft != "":
		return f.site.Done(c, "/me/drafts/"+draft, "Your idea is kept as a draft. Post it, then enter it in the campaign before entries close.")
	case err == nil && e.State == models.EntryDraft:
		return f.site.Done(c, entryURL(&found, &e), "The draft is kept. It is not entered yet.")
	case err == nil:
		return f.site.Done(c, entryURL(&found, &e), "Your entry has arrived. This is your receipt.")
	case models.IsTooLate(err) && e.ID != "":
		page.LateURL = entryURL(&found, &e)
	case models.IsTooLate(err):
		page.LateURL = "/me/drafts/" + draft
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		page.Errors = errors
		return f.showEnter(c, p, status, &found, page)
	})
}

// entryPage is the receipt of an entry, where it is changed as well.
func (f *Feature) entryPage(c *fiber.Ctx, p *models.Person) error {
	found, e, own, err := f.entry(web.SeeOwn(c), p, c.Params("slug"), c.Params("entry"))
	if err != nil {
		return err
	}
	return f.showEntry(c, fiber.StatusOK, &found, &e, own, nil, nil)
}

func (f *Feature) showEntry(c *fiber.Ctx, status int, found *models.Campaign, e *models.CampaignEntry, own bool, answers []models.EntryAnswer, errors []templates.FieldError) error {
	now := f.site.Now()
	page := templates.EntryPage{Line: f.entryLine(found, e), Campaign: found.Title, CampaignURL: web.CampaignURL(found), Slug: e.Slug, Own: own, MayRun: web.Person(c).May(models.RunCampaign, models.Subject{}),
		Questions: found.Questions, Answers: map[string]string{}, Errors: errors}
	page.CanChange = own && found.Takes(now, e.State == models.EntryEntered) == nil
	page.Closes, _ = found.EntriesClose()
	if e.State == models.EntryEntered {
		page.Closes, _ = found.ChangesClose()
	}
	if answers == nil {
		answers = e.Answers
	}
	for _, a := range answers {
		page.Answers[a.Question] = a.Answer
	}
	var err error
	if page.Files, err = f.filesOf(c.UserContext(), found, page.Answers); err != nil {
		return err
	}
	shell := f.site.CampaignShell(c, "Entry "+page.Line.Number, found)
	shell.Errors = errors
	return f.site.Render(c, status, shell, templates.CampaignEntry(page))
}

func (f *Feature) changeEntry(c *fiber.Ctx, p *models.Person) error {
	arrived := f.site.Arrived(c.UserContext())
	ctx := web.SeeOwn(c)
	found, old, own, err := f.entry(ctx, p, c.Params("slug"), c.Params("entry"))
	if err != nil {
		return err
	}
	in := Entering{CaseStudy: old.CaseStudyID, Answers: readAnswers(c, &found), Draft: web.Value(c, "action") == "draft"}
	e := old
	if err = f.readFiles(c, p, &found, in.Answers); err == nil {
		e, _, err = f.Enter(ctx, p, &found, in, arrived)
	}
	switch {
	case err == nil && e.State == models.EntryDraft:
		return f.site.Done(c, entryURL(&found, &e), "The draft is kept. It is not entered yet.")
	case err == nil:
		return f.site.Done(c, entryURL(&found, &e), "Your entry has arrived. This is your receipt.")
	case models.IsTooLate(err):
		old = e
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		return f.showEntry(c, status, &found, &old, own, in.Answers, errors)
	})
}

func (f *Feature) withdrawEntry(c *fiber.Ctx, p *models.Person) error {
	found, e, err := f.WithdrawEntry(web.SeeOwn(c), p, c.Params("slug"), c.Params("entry"))
	if err != nil {
		return err
	}
	return f.site.Done(c, entryURL(&found, &e), "The entry is withdrawn. The case study stays as it is.")
}

func (f *Feature) letInPage(c *fiber.Ctx, p *models.Person) error {
	if err := mayRun(p); err != nil {
		return err
	}
	found, e, _, err := f.entry(web.SeeOwn(c), p, c.Params("slug"), c.Params("entry"))
	if err != nil {
		return err
	}
	return f.showLetIn(c, fiber.StatusOK, &found, &e, templates.LetInPage{})
}

func (f *Feature) showLetIn(c *fiber.Ctx, status int, found *models.Campaign, e *models.CampaignEntry, page templates.LetInPage) error {
	page.Line, page.CampaignURL = f.entryLine(found, e), web.CampaignURL(found)
	page.Closed, _ = found.EntriesClose()
	shell := f.site.CampaignShell(c, "An entry that came too late", found)
	shell.Errors = page.Errors
	return f.site.Render(c, status, shell, templates.LetIn(page))
}

func (f *Feature) letIn(c *fiber.Ctx, p *models.Person) error {
	typed := templates.LetInPage{Decision: web.Value(c, "decision"), Reason: web.Value(c, "reason")}
	found, e, _, err := f.entry(web.SeeOwn(c), p, c.Params("slug"), c.Params("entry"))
	if err != nil {
		return err
	}
	if in := typed.Decision == "in"; in || typed.Decision == "out" {
		found, e, err = f.LetIn(web.SeeOwn(c), p, found.ID, e.ID, in, typed.Reason)
	} else {
		err = models.InvalidField("decision", "Choose whether it is let in")
	}
	if err == nil && typed.Decision == "out" {
		return f.site.Done(c, web.CampaignURL(&found)+"/entries", "The entry stays out. Those whose it is read why.")
	}
	if err == nil {
		return f.site.Done(c, web.CampaignURL(&found)+"/entries", "The entry is let in. Everybody sees why.")
	}
	web.ShowStopped(c, err)
	return web.Reshow(err, func(status int, errors []templates.FieldError) error {
		typed.Errors = errors
		return f.showLetIn(c, status, &found, &e, typed)
	})
}
