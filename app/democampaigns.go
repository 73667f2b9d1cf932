package app

import (
	"context"
	"time"

	"grassroots/models"
	"grassroots/models/demo"
	"grassroots/models/judging"
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
	return nil
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
	}
	return nil
}
