package app

import (
	"context"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/demo"
	"grassroots/models/judging"
	"grassroots/templates"
)

// loadDemoCampaigns brings in the invented campaigns whose first entry is new here, so
// that one that somebody deleted stays so. Nobody is told of what has begun of them.
func (a *App) loadDemoCampaigns(ctx context.Context, content demo.Content, people map[string]*models.Person, fresh map[string]bool) error {
	for _, d := range content.Campaigns {
		first, err := a.CaseStudies.Get(ctx, nil, d.Entries[0].Slug)
		if err != nil {
			return err
		}
		if !fresh[first.ID] {
			continue
		}
		if err := a.loadDemoCampaign(ctx, d, people[d.Handle]); err != nil {
			return err
		}
	}
	return a.Aftermath.Count(ctx)
}

func (a *App) loadDemoCampaign(ctx context.Context, d demo.Campaign, owner *models.Person) error {
	st := a.Site.Store
	today := a.Site.Now().Truncate(24 * time.Hour)
	c := models.Campaign{ID: st.NewID(), Title: d.Title, Brief: d.Brief, Sponsor: d.Sponsor, Template: d.Template, OwnerID: owner.ID, Criteria: d.Criteria, Questions: d.Questions}
	for _, stage := range models.CampaignStages() {
		if days, ok := d.Steps[stage]; ok {
			c.Steps = append(c.Steps, models.CampaignStep{Stage: stage, Starts: today.AddDate(0, 0, days).Add(12 * time.Hour)})
		}
	}
	opened, _ := c.Starts(models.CampaignOpen)
	c.PublishedAt = &opened
	if err := st.CreateCampaign(ctx, &c); err != nil {
		return err
	}
	if err := st.SettleCampaign(ctx, c.ID); err != nil {
		return err
	}
	for i, e := range d.Entries {
		study, err := a.CaseStudies.Get(ctx, nil, e.Slug)
		if err != nil {
			return err
		}
		arrived := opened.Add(time.Duration(i+1) * 26 * time.Hour)
		entry := models.CampaignEntry{CampaignID: c.ID, CaseStudyID: study.ID, OwnerID: study.OwnerID, State: models.EntryEntered, Revision: study.Revision, ArrivedAt: &arrived}
		for j, answer := range e.Answers {
			entry.Answers = append(entry.Answers, models.EntryAnswer{Question: c.Questions[j].ID, Answer: answer})
		}
		if err := st.SaveEntry(ctx, &entry); err != nil {
			return err
		}
		if e.Outcome == "" {
			continue
		}
		if err := st.DecideEntry(ctx, &judging.Decision{CampaignID: c.ID, CaseStudyID: study.ID, Outcome: judging.Outcome(e.Outcome), Reasoning: e.Reasoning, PersonID: owner.ID}); err != nil {
			return err
		}
		if err := a.loadDemoAfter(ctx, &c, study.ID, e); err != nil {
			return err
		}
	}
	if d.FundPence > 0 {
		if err := st.SaveFund(ctx, &aftermath.Fund{CampaignID: c.ID, Pence: d.FundPence}); err != nil {
			return err
		}
	}
	if d.Lessons == "" {
		return nil
	}
	return st.SaveLessons(ctx, &aftermath.Lessons{CampaignID: c.ID, Body: d.Lessons, PersonID: owner.ID})
}

// loadDemoAfter brings in what an invented entry was given, and what became of it.
func (a *App) loadDemoAfter(ctx context.Context, c *models.Campaign, study string, e demo.CampaignEntry) error {
	st := a.Site.Store
	results, _ := c.Starts(models.CampaignResults)
	if g := e.Award; g != nil {
		day := results.AddDate(0, 0, g.Days).Format(time.DateOnly)
		if err := st.SaveAward(ctx, &aftermath.Award{CampaignID: c.ID, CaseStudyID: study, Pence: g.Pence, Purpose: g.Purpose, Organisation: g.Organisation, AwardedOn: day, PersonID: c.OwnerID}); err != nil {
			return err
		}
	}
	for _, q := range e.FollowUps {
		asked := aftermath.Due(results, q.Months, templates.London())
		f := aftermath.FollowUp{CampaignID: c.ID, CaseStudyID: study, Months: q.Months, AskedAt: asked, ExpiresAt: asked.Add(aftermath.AnswerWithin), Answer: aftermath.Answer(q.Answer), Reason: q.Reason, Outcome: q.Outcome, Measure: q.Measure, Places: q.Places}
		if again := asked.Add(aftermath.RemindedAfter); f.Answer != "" {
			answered := asked.AddDate(0, 0, 6)
			f.AnsweredAt = &answered
		} else {
			f.RemindedAt = &again
		}
		if err := st.KeepFollowUp(ctx, &f); err != nil {
			return err
		}
	}
	return nil
}
