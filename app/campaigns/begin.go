package campaigns

import (
	"time"

	"grassroots/models"
	"grassroots/templates"
)

// begin gives a campaign as its template has it, with dates to come: three weeks to
// enter from the second Monday after today on.
func begin(template models.CampaignTemplate, now time.Time) (models.Campaign, bool) {
	c := models.Campaign{Template: template}
	days := map[models.CampaignStage]int{models.CampaignOpen: 0}
	switch template {
	case models.CampaignIdeas:
		c.Brief = "## What we ask\n\nSay in a sentence or two what should get better, and for whom.\n\n## What happens with your idea\n\nSay who reads it, by when, and what can come of it.\n"
		c.Criteria = []models.Criterion{criterion("Difference to patients or staff", 3, "None that can be seen", "A little, for a few", "Some, for a team", "Much, for a service", "Much, for many services"),
			criterion("Can be done", 2, "Not with what we have", "Only with much help", "With some help", "With little help", "By those who propose it, soon"), criterion("New here", 1)}
		days[models.CampaignImprove], days[models.CampaignJudge], days[models.CampaignResults], days[models.CampaignFollowUp] = 21, 35, 49, 139
	case models.CampaignCall:
		c.Brief = "## What we look for\n\nSay of what you want to hear: what was done, where, and what came of it.\n\n## Who reads it\n\nSay what happens with what is sent in.\n"
		c.Criteria = []models.Criterion{criterion("What came of it", 3, "Nothing is said of it", "What people say", "Some figures", "Figures before and after", "Figures before and after, with what they cannot show"),
			criterion("Others can do it too", 2), criterion("Clearly told", 1)}
		days[models.CampaignJudge], days[models.CampaignResults], days[models.CampaignFollowUp] = 28, 42, 132
	case models.CampaignFund:
		c.Brief = "## What there is money for\n\nSay how much there is, for what, and what is not paid for.\n\n## How it is decided\n\nSay who votes, and how.\n"
		c.Criteria = []models.Criterion{criterion("Worth the money", 1), criterion("Will last when the money is spent", 1)}
		c.Questions = []models.CampaignQuestion{{Text: "How much do you ask for, in pounds?", Kind: models.QuestionNumber, Required: true}, {Text: "What is it spent on?", Kind: models.QuestionText, Required: true}}
		days[models.CampaignImprove], days[models.CampaignDecide], days[models.CampaignResults], days[models.CampaignFollowUp] = 21, 35, 42, 132
	case models.CampaignHackathon:
		c.Brief = "## The challenge\n\nSay what is to be built, with what data, and where.\n\n## The day\n\nSay when and where you meet, and what to bring.\n"
		c.Criteria = []models.Criterion{criterion("It works", 2), criterion("Meets the challenge", 2), criterion("Safe and kind to data", 1)}
		c.Questions = []models.CampaignQuestion{{Text: "Who is in your team, and what does each do?", Kind: models.QuestionText, Required: true}, {Text: "Do you join in person or online?", Kind: models.QuestionChoice, Choices: []string{"In person", "Online"}}}
		days[models.CampaignJudge], days[models.CampaignResults] = 21, 23
	default:
		return c, false
	}
	first := now.In(templates.London()).AddDate(0, 0, 8)
	for first.Weekday() != time.Monday {
		first = first.AddDate(0, 0, 1)
	}
	for _, stage := range models.CampaignStages() {
		if n, ok := days[stage]; ok {
			day := first.AddDate(0, 0, n)
			c.Steps = append(c.Steps, models.CampaignStep{Stage: stage, Starts: time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, day.Location()).UTC()})
		}
	}
	return c, true
}

func criterion(name string, weight int, anchors ...string) models.Criterion {
	return models.Criterion{Name: name, Weight: weight, Anchors: anchors}
}
