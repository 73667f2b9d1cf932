package aftermath

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/models/personal"
	"grassroots/templates"
)

// Answer keeps what became of an entry. places are organisations as they were typed; old
// is what was there before. Who answers by the link of an e-mail is not known, so what they
// say is no patient data is kept as of whoever posted the case study.
func (f *Feature) Answer(ctx context.Context, by string, q, old *aftermath.FollowUp, places []string) error {
	err := q.Clean()
	codes, failed := f.store.OrganisationsCalled(ctx, places)
	if failed != nil {
		return failed
	}
	q.Places = nil
	for _, typed := range places {
		switch code := codes[typed]; {
		case code == "":
			err = models.WithField(err, "The answer was not saved.", "places", "Enter the name or ODS code of an organisation, such as RR8, on each line")
		case !slices.Contains(q.Places, code):
			q.Places = append(q.Places, code)
		}
	}
	if err != nil {
		return err
	}
	texts := func(q *aftermath.FollowUp) []personal.Text {
		return []personal.Text{{Field: "reason", Value: q.Reason}, {Field: "outcome", Value: q.Outcome}, {Field: "measure", Value: q.Measure}}
	}
	overrides, err := f.site.CheckTexts(ctx, texts(q), texts(old))
	if err != nil {
		return err
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		if err := f.store.AnswerFollowUp(ctx, q); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: cmp.Or(by, q.OwnerID), Subject: models.OverrideCampaign, SubjectID: q.CampaignID})
	})
}

// byToken gives what the link of an e-mail asks.
func (f *Feature) byToken(c *fiber.Ctx) (of models.Campaign, q aftermath.FollowUp, err error) {
	ctx := web.SeeOwn(c)
	if q, err = f.store.FollowUpByToken(ctx, c.Params("token")); err == nil {
		of, err = f.site.Campaign(ctx, nil, q.CampaignID)
	}
	return of, q, err
}

func (f *Feature) tokenPage(c *fiber.Ctx) error {
	of, q, err := f.byToken(c)
	if err != nil {
		return err
	}
	return f.showFollowUp(c, fiber.StatusOK, &of, &q, "/follow-up/"+c.Params("token"), strings.Join(q.Places, "\n"), c.Query("done") == "1", nil)
}

func (f *Feature) tokenAnswer(c *fiber.Ctx) error {
	of, q, err := f.byToken(c)
	if err != nil {
		return err
	}
	return f.answer(c, "", &of, q, "/follow-up/"+c.Params("token"))
}

func (f *Feature) showFollowUp(c *fiber.Ctx, status int, of *models.Campaign, q *aftermath.FollowUp, where, places string, done bool, fields []templates.FieldError) error {
	page := templates.FollowUpPage{Campaign: of.Title, Title: q.Title, StudyURL: "/case-studies/" + q.Slug, URL: where, Months: q.Months, Version: q.Version, Answer: string(q.Answer), Reason: q.Reason, Places: places, Outcome: q.Outcome,
		Measure: q.Measure, Answered: q.AnsweredAt, Done: done, Until: q.ExpiresAt, Errors: fields}
	shell := f.site.CampaignShell(c, "What became of it?", of)
	shell.Errors = fields
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer") // the address is a secret
	return f.site.Render(c, status, shell, templates.FollowUp(page))
}

func (f *Feature) answer(c *fiber.Ctx, by string, of *models.Campaign, old aftermath.FollowUp, where string) error {
	q := old
	q.Answer, q.Reason, q.Outcome, q.Measure = aftermath.Answer(web.Value(c, "answer")), web.Value(c, "reason"), web.Value(c, "outcome"), web.Value(c, "measure")
	var err error
	if q.Version, err = web.FormVersion(c, "version", 0); err != nil {
		return err
	}
	typed := web.Value(c, "places")
	var places []string
	for line := range strings.Lines(typed) {
		if line = models.CleanLine(line); line != "" && len(places) <= aftermath.MaxPlaces {
			places = append(places, line)
		}
	}
	q.Places = places
	if err := f.Answer(web.SeeOwn(c), by, &q, &old, places); err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(status int, fields []templates.FieldError) error {
			return f.showFollowUp(c, status, of, &q, where, typed, false, fields)
		})
	}
	return c.Redirect(where+"?done=1", fiber.StatusSeeOther)
}

func followURL(of *models.Campaign) string { return web.CampaignURL(of) + "/follow-up" }

// ownFollowUps gives what somebody was asked after a campaign.
func (f *Feature) ownFollowUps(ctx context.Context, p *models.Person, slug string) (of models.Campaign, own []aftermath.FollowUp, err error) {
	if of, err = f.site.Campaign(ctx, p, slug); err != nil {
		return of, nil, err
	}
	entries, err := f.store.Contestants(ctx, &of)
	if err != nil {
		return of, nil, err
	}
	list, err := f.store.FollowUps(ctx, of.ID)
	for _, q := range list {
		if slices.ContainsFunc(entries, func(e judging.Contestant) bool { return e.CaseStudyID == q.CaseStudyID && e.IsOwn(p.ID) }) {
			own = append(own, q)
		}
	}
	return of, own, err
}

func (f *Feature) ownPage(c *fiber.Ctx, p *models.Person) error {
	of, own, err := f.ownFollowUps(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.OwnFollowUps{Campaign: of.Title}
	for _, q := range own {
		page.Lines = append(page.Lines, templates.OwnFollowUp{Title: q.Title, URL: followURL(&of) + "/" + q.ID, Answer: q.Answer.Label(), Months: q.Months, Asked: q.AskedAt})
	}
	return f.site.Render(c, fiber.StatusOK, f.site.CampaignShell(c, "What became of your entries", &of), templates.FollowUpsOfMine(page))
}

// ownOne gives one question that somebody was asked.
func (f *Feature) ownOne(c *fiber.Ctx, p *models.Person) (models.Campaign, aftermath.FollowUp, error) {
	of, own, err := f.ownFollowUps(web.SeeOwn(c), p, c.Params("slug"))
	if err != nil {
		return of, aftermath.FollowUp{}, err
	}
	for _, q := range own {
		if q.ID == c.Params("question") {
			return of, q, nil
		}
	}
	return of, aftermath.FollowUp{}, models.E(models.NotFound, "You were not asked that, or not any more.")
}

func (f *Feature) ownQuestion(c *fiber.Ctx, p *models.Person) error {
	of, q, err := f.ownOne(c, p)
	if err != nil {
		return err
	}
	return f.showFollowUp(c, fiber.StatusOK, &of, &q, followURL(&of)+"/"+q.ID, strings.Join(q.Places, "\n"), c.Query("done") == "1", nil)
}

func (f *Feature) ownAnswer(c *fiber.Ctx, p *models.Person) error {
	of, q, err := f.ownOne(c, p)
	if err != nil {
		return err
	}
	return f.answer(c, p.ID, &of, q, followURL(&of)+"/"+q.ID)
}

// followUpsShown is what everybody reads of what became of entries. An organisation that
// says itself how far it is with an entry is named there alone.
func (f *Feature) followUpsShown(ctx context.Context, list []aftermath.FollowUp, adopted []models.Adoption) (out templates.FollowUpShown, err error) {
	var codes []string
	for _, q := range list {
		codes = append(codes, q.Places...)
	}
	names, err := f.store.OrganisationNames(ctx, codes)
	for _, q := range list {
		l := templates.FollowUpLine{Title: q.Title, URL: "/case-studies/" + q.Slug, Months: q.Months, Answer: q.Answer.Label(), Answered: q.AnsweredAt, Asked: q.AskedAt, Reason: q.Reason, Outcome: q.Outcome, Measure: q.Measure}
		for _, code := range q.Places {
			if !slices.ContainsFunc(adopted, func(a models.Adoption) bool { return a.CaseStudyID == q.CaseStudyID && a.Organisation == code }) {
				l.Places = append(l.Places, templates.Crumb{Text: cmp.Or(names[code], code), URL: "/organisations/" + url.PathEscape(code)})
			}
		}
		out.Lines = append(out.Lines, l)
	}
	return out, err
}

func (r *Report) followUps() templates.ReportTable {
	t := templates.ReportTable{Key: "follow-up", Title: "What became of the entries", Columns: []string{"Entry", "Months after the results", "Answer", "Answered on", "Why it stopped, or is not used", "What came of it", "Figure", "Where"}}
	for _, q := range r.FollowUps {
		row := []templates.ReportCell{theirs(q.Title, "/case-studies/"+q.Slug), number(q.Months), ours(q.Answer.Label()), {}, theirs(q.Reason, ""), theirs(q.Outcome, ""), theirs(q.Measure, ""), theirs(strings.Join(q.Places, "; "), "")}
		if q.AnsweredAt != nil {
			row[3].Day = *q.AnsweredAt
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
