package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Clean makes what was typed fit to keep. What was left empty goes.
func (c *Campaign) Clean() {
	c.Title, c.Brief, c.Sponsor = CleanLine(c.Title), strings.TrimSpace(CleanText(c.Brief)), strings.ToUpper(CleanLine(c.Sponsor))
	c.Organisations, c.Regions, c.StaffGroups = cleanNames(c.Organisations, true), cleanNames(c.Regions, false), cleanNames(c.StaffGroups, false)
	var criteria []Criterion
	for _, one := range c.Criteria {
		one.Name, one.Anchors = CleanLine(one.Name), cleanNames(one.Anchors, false)
		if one.Name != "" || len(one.Anchors) > 0 {
			criteria = append(criteria, one)
		}
	}
	var questions []CampaignQuestion
	for _, one := range c.Questions {
		one.Text, one.Choices = CleanLine(one.Text), cleanNames(one.Choices, false)
		if one.Kind != QuestionChoice {
			one.Choices = nil
		}
		if one.Text != "" || len(one.Choices) > 0 {
			questions = append(questions, one)
		}
	}
	c.Criteria, c.Questions = criteria, questions
	slices.SortStableFunc(c.Steps, func(a, b CampaignStep) int {
		return slices.Index(CampaignStages(), a.Stage) - slices.Index(CampaignStages(), b.Stage)
	})
}

// cleanNames cleans a list of lines and leaves out what is empty or there twice.
func cleanNames(list []string, upper bool) []string {
	var out []string
	for _, s := range list {
		if s = CleanLine(s); upper {
			s = strings.ToUpper(s)
		}
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Validate cleans and checks what a campaign says of itself, as far as a draft has to be
// right. groups and regions are those that there are.
func (c *Campaign) Validate(groups, regions []string) error {
	c.Clean()
	var p problems
	switch n := runeLen(c.Title); {
	case n == 0:
		p.add("title", "Enter what it is called, such as “Release time to care”")
	case n > MaxTitle:
		p.add("title", "The title must be %d characters or fewer; it has %d", MaxTitle, n)
	}
	if n := runeLen(c.Brief); n > MaxCampaignBrief {
		p.add("brief", "The brief must be %d characters or fewer; it has %d", MaxCampaignBrief, n)
	}
	if !slices.Contains(CampaignTemplates(), c.Template) {
		p.add("template", "Choose what kind of campaign it is")
	}
	if c.Sponsor != "" && !ValidODSCode(c.Sponsor) {
		p.add("sponsor", "Enter the name or ODS code of an organisation, such as RR8, or nothing")
	}
	c.checkAudience(&p, groups, regions)
	c.checkCriteria(&p)
	c.checkQuestions(&p)
	c.checkSteps(&p)
	return p.err("The campaign was not saved.")
}

func (c *Campaign) checkAudience(p *problems, groups, regions []string) {
	for _, code := range c.Organisations {
		if !ValidODSCode(code) {
			p.add("organisations", "“%s” is not the ODS code of an organisation, such as RR8", Truncate(code, 40))
			break
		}
	}
	if len(c.Organisations) > MaxCampaignAudience {
		p.add("organisations", "Name %d organisations at most, or their regions", MaxCampaignAudience)
	}
	for _, name := range c.Regions {
		if !slices.Contains(regions, name) {
			p.add("regions", "Choose regions from the list")
			break
		}
	}
	for _, name := range c.StaffGroups {
		if !slices.Contains(groups, name) {
			p.add("staff_groups", "Choose staff groups from the list")
			break
		}
	}
}

func (c *Campaign) checkCriteria(p *problems) {
	if len(c.Criteria) > MaxCampaignCriteria {
		p.add("criteria", "A campaign has %d criteria at most", MaxCampaignCriteria)
	}
	seen := map[string]bool{}
	for i, one := range c.Criteria {
		at := "criteria[" + strconv.Itoa(i) + "]."
		switch {
		case one.Name == "":
			p.add(at+"name", "Name criterion %s, or empty it", nth(i))
		case runeLen(one.Name) > 150:
			p.add(at+"name", "The name of criterion %s must be 150 characters or fewer", nth(i))
		case seen[strings.ToLower(one.Name)]:
			p.add(at+"name", "There are two criteria called “%s”", Truncate(one.Name, 60))
		}
		seen[strings.ToLower(one.Name)] = true
		if one.Weight < 1 || one.Weight > 100 {
			p.add(at+"weight", "The weight of criterion %s is a whole number from 1 to 100", nth(i))
		}
		if n := len(one.Anchors); n != 0 && n != CampaignScores {
			p.add(at+"anchors", "Say of each score from 1 to %d what it stands for, one to a line, or of none; there are %d lines for criterion %s", CampaignScores, n, nth(i))
		}
		for _, a := range one.Anchors {
			if runeLen(a) > 300 {
				p.add(at+"anchors", "What a score stands for must be 300 characters or fewer")
				break
			}
		}
	}
}

func (c *Campaign) checkQuestions(p *problems) {
	if len(c.Questions) > MaxCampaignQuestion {
		p.add("questions", "A campaign has %d questions of its own at most", MaxCampaignQuestion)
	}
	for i, one := range c.Questions {
		at := "questions[" + strconv.Itoa(i) + "]."
		switch {
		case one.Text == "":
			p.add(at+"text", "Enter question %s, or empty it", nth(i))
		case runeLen(one.Text) > 300:
			p.add(at+"text", "Question %s must be 300 characters or fewer", nth(i))
		}
		if !slices.Contains(QuestionKinds(), one.Kind) {
			p.add(at+"kind", "Choose what answers question %s", nth(i))
		}
		if n := len(one.Choices); one.Kind == QuestionChoice && (n < 2 || n > MaxCampaignChoices) {
			p.add(at+"choices", "Give question %s from 2 to %d choices, one to a line", nth(i), MaxCampaignChoices)
		}
		for _, choice := range one.Choices {
			if runeLen(choice) > 150 {
				p.add(at+"choices", "A choice must be 150 characters or fewer")
				break
			}
		}
	}
}

// checkSteps holds the dates to the order of the stages.
func (c *Campaign) checkSteps(p *problems) {
	for i, s := range c.Steps {
		switch {
		case !slices.Contains(CampaignStages(), s.Stage):
			p.add("stages", "There is no stage called “%s”", Truncate(CleanLine(string(s.Stage)), 40))
			return
		case i == 0:
		case s.Stage == c.Steps[i-1].Stage:
			p.add(s.Stage.Field(), "%s begins once", s.Stage.Label())
		case !s.Starts.After(c.Steps[i-1].Starts):
			p.add(s.Stage.Field(), "%s has to begin after %s does", s.Stage.Label(), strings.ToLower(c.Steps[i-1].Stage.Label()))
		}
	}
}

// Field names the input of a stage's date.
func (s CampaignStage) Field() string { return "starts_" + string(s) }

// Publishable tells what a campaign that is right as a draft still lacks before others
// can read it.
func (c *Campaign) Publishable(now time.Time) error {
	var p problems
	if c.Brief == "" {
		p.add("brief", "Say in the brief what you ask for, and of whom")
	}
	for _, s := range CampaignStages() {
		if _, ok := c.Starts(s); s.Needed() && !ok {
			p.add(s.Field(), "Enter when this stage begins: %s", s.Label())
		}
	}
	// One that opens at once is as good: what counts is that there is time to enter.
	if closes, ok := c.EntriesClose(); ok && !closes.After(now) {
		p.add(c.Steps[1].Stage.Field(), "Enter a time to come: entries would be closed already")
	}
	if _, ok := c.Starts(CampaignJudge); ok && len(c.Criteria) == 0 {
		p.add("criteria", "Say by what entries are judged: there is no criterion yet")
	}
	return p.err("The campaign was not published.")
}

// london is where the dates of campaigns are read and typed.
func london() *time.Location {
	if zone, err := loadZone(DefaultTimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// wallLayouts are how a time of the day is typed or sent by a browser.
var wallLayouts = []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"}

// ParseLondon reads a time that a clock on a wall in London shows. The error says in a
// sentence what is wrong: in the night in which clocks change an hour is shown never or
// twice, and neither is a time to hold anybody to.
func ParseLondon(text string) (time.Time, error) {
	text = CleanLine(text)
	var wall time.Time
	err := E(Invalid, "Enter a day and a time, such as 2026-03-04 09:00")
	for _, layout := range wallLayouts {
		if t, bad := time.Parse(layout, text); bad == nil {
			wall, err = t, nil
			break
		}
	}
	if err != nil {
		return time.Time{}, err
	}
	if y := wall.Year(); y < 2000 || y > 2200 {
		return time.Time{}, E(Invalid, "Enter a year between 2000 and 2200")
	}
	switch at := momentsOf(wall); len(at) {
	case 1:
		return at[0], nil
	case 0:
		return time.Time{}, Errorf(Invalid, "The clocks go forward that night: it is never %s. Choose a time before 01:00 or from 02:00 on", wall.Format("15:04"))
	}
	return time.Time{}, Errorf(Invalid, "The clocks go back that night: it is %s twice. Choose a time before 01:00 or from 02:00 on", wall.Format("15:04"))
}

// momentsOf gives the moments at which clocks in London show a time, which is kept as if
// it were UTC: one, or in the nights in which clocks change none or two, in order.
func momentsOf(wall time.Time) []time.Time {
	var out []time.Time
	for _, ahead := range []time.Duration{time.Hour, 0} {
		if at := wall.Add(-ahead); onWall(at.In(london())).Equal(wall) {
			out = append(out, at)
		}
	}
	return out
}

// laterOnWall moves a moment so that the clock in London shows as much more; where it
// never shows that, by as much as the clock then jumps.
func laterOnWall(t time.Time, by time.Duration) time.Time {
	wall := onWall(t.In(london())).Add(by)
	if at := momentsOf(wall); len(at) > 0 {
		return at[len(at)-1]
	}
	return wall.UTC()
}

// InLondon writes a moment as clocks in London show it.
func InLondon(t time.Time) string { return t.In(london()).Format("2 January 2006, 15:04") }

// LondonInput writes a moment as an input for a date and time takes it.
func LondonInput(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(london()).Format("2006-01-02T15:04")
}
