package models_test

import (
	"strings"
	"testing"
	"time"

	"grassroots/models"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	out, err := models.ParseLondon(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTimesOfLondonAreRightThroughBothChangesOfTheClocks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-03-28T12:00":    "2026-03-28T12:00:00Z",
		"2026-03-29T00:59":    "2026-03-29T00:59:00Z",
		"2026-03-29T02:00":    "2026-03-29T01:00:00Z",
		"2026-03-30 12:00":    "2026-03-30T11:00:00Z",
		"2026-10-25T00:59":    "2026-10-24T23:59:00Z",
		"2026-10-25T02:00":    "2026-10-25T02:00:00Z",
		"2026-10-26T12:00:30": "2026-10-26T12:00:30Z",
	} {
		got, err := models.ParseLondon(text)
		if err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s is %v, %v; want %s", text, got, err, want)
		}
		if back := models.LondonInput(got); len(text) == 16 && back != strings.Replace(text, " ", "T", 1) {
			t.Errorf("%s is shown as %s", text, back)
		}
	}
	for text, want := range map[string]string{
		"2026-03-29T01:00": "it is never 01:00", "2026-03-29T01:59": "it is never 01:59",
		"2026-10-25T01:00": "it is 01:00 twice", "2026-10-25T01:30": "it is 01:30 twice",
		"tomorrow": "Enter a day and a time", "1066-10-14T09:00": "Enter a year", "": "Enter a day",
	} {
		if _, err := models.ParseLondon(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

func campaign(t *testing.T) models.Campaign {
	published := at(t, "2026-03-01T09:00")
	return models.Campaign{Title: "Time to care", Brief: "Show us.", Template: models.CampaignIdeas, PublishedAt: &published, Criteria: []models.Criterion{{Name: "Difference", Weight: 1}},
		Steps: []models.CampaignStep{{models.CampaignOpen, at(t, "2026-03-10T09:00")}, {models.CampaignImprove, at(t, "2026-03-27T12:00")}, {models.CampaignJudge, at(t, "2026-04-10T12:00")}, {models.CampaignResults, at(t, "2026-10-30T12:00")}}}
}

func TestTheStageOfACampaignFollowsFromItsDates(t *testing.T) {
	t.Parallel()
	c := campaign(t)
	for _, want := range []struct {
		at    string
		stage models.CampaignStage
	}{
		{"2026-03-01T08:59:59", models.CampaignDraft}, {"2026-03-01T09:00", models.CampaignComing}, {"2026-03-10T08:59:59", models.CampaignComing}, {"2026-03-10T09:00", models.CampaignOpen},
		{"2026-03-27T11:59:59", models.CampaignOpen}, {"2026-03-27T12:00", models.CampaignImprove}, {"2026-04-10T12:00", models.CampaignJudge}, {"2026-10-30T11:59:59", models.CampaignJudge},
		{"2027-10-30T12:00", models.CampaignResults},
	} {
		if got := c.StageAt(at(t, want.at)); got != want.stage {
			t.Errorf("at %s it is %s, want %s", want.at, got, want.stage)
		}
	}
	if closes, ok := c.EntriesClose(); !ok || !closes.Equal(at(t, "2026-03-27T12:00")) {
		t.Errorf("entries close %v", closes)
	}
	if closes, ok := c.ChangesClose(); !ok || !closes.Equal(at(t, "2026-04-10T12:00")) {
		t.Errorf("changes close %v", closes)
	}
	if _, ok := c.Ends(models.CampaignResults); ok {
		t.Error("the last stage ends")
	}
	c.PublishedAt = nil
	if got := c.StageAt(at(t, "2026-03-27T12:00")); got != models.CampaignDraft {
		t.Errorf("a draft is %s", got)
	}
}

// What comes after moves by as much as a clock on the wall shows: noon stays noon.
func TestAStageThatIsExtendedMovesWhatComesAfter(t *testing.T) {
	t.Parallel()
	c := campaign(t)
	now := at(t, "2026-03-27T11:00")
	e, err := c.Extend(models.CampaignOpen, at(t, "2026-03-30T12:00"), "The network was down", now)
	if err != nil || !e.Was.Equal(at(t, "2026-03-27T12:00")) || !e.Now.Equal(at(t, "2026-03-30T12:00")) {
		t.Fatalf("%+v, %v", e, err)
	}
	for stage, want := range map[models.CampaignStage]string{models.CampaignOpen: "2026-03-10T09:00", models.CampaignImprove: "2026-03-30T12:00", models.CampaignJudge: "2026-04-13T12:00", models.CampaignResults: "2026-11-02T12:00"} {
		if got, _ := c.Starts(stage); !got.Equal(at(t, want)) {
			t.Errorf("%s begins %v, want %s", stage, got, want)
		}
	}
	for name, try := range map[string]func(c *models.Campaign) error{
		"without a reason": func(c *models.Campaign) error {
			_, err := c.Extend(models.CampaignOpen, at(t, "2026-04-01T12:00"), " ", now)
			return err
		},
		"to an earlier time": func(c *models.Campaign) error {
			_, err := c.Extend(models.CampaignOpen, at(t, "2026-03-27T12:00"), "Why not", now)
			return err
		},
		"when it is over": func(c *models.Campaign) error {
			_, err := c.Extend(models.CampaignOpen, at(t, "2026-04-01T12:00"), "Why not", at(t, "2026-03-31T12:00"))
			return err
		},
		"the last": func(c *models.Campaign) error {
			_, err := c.Extend(models.CampaignResults, at(t, "2027-04-01T12:00"), "Why not", now)
			return err
		},
	} {
		if err := try(&c); models.KindOf(err) != models.Invalid {
			t.Errorf("extended %s: %v", name, err)
		}
	}
	if on := c.YearOn(); on[3].Starts.Weekday() != time.Monday || models.LondonInput(on[3].Starts) != "2027-11-01T12:00" {
		t.Errorf("a year on, results are %s", models.LondonInput(on[3].Starts))
	}
}

func TestWhatACampaignLacksIsSaid(t *testing.T) {
	t.Parallel()
	groups, regions := []string{"Medical and Dental"}, []string{"London"}
	for field, change := range map[string]func(c *models.Campaign){
		"title":               func(c *models.Campaign) { c.Title = " " },
		"template":            func(c *models.Campaign) { c.Template = "raffle" },
		"sponsor":             func(c *models.Campaign) { c.Sponsor = "no code" },
		"organisations":       func(c *models.Campaign) { c.Organisations = []string{"no code"} },
		"regions":             func(c *models.Campaign) { c.Regions = []string{"Atlantis"} },
		"staff_groups":        func(c *models.Campaign) { c.StaffGroups = []string{"Pirates"} },
		"criteria[0].weight":  func(c *models.Campaign) { c.Criteria[0].Weight = 0 },
		"criteria[0].anchors": func(c *models.Campaign) { c.Criteria[0].Anchors = []string{"bad", "good"} },
		"criteria[1].name": func(c *models.Campaign) {
			c.Criteria = append(c.Criteria, models.Criterion{Name: "difference", Weight: 1})
		},
		"questions[0].kind": func(c *models.Campaign) { c.Questions = []models.CampaignQuestion{{Text: "Why?", Kind: "song"}} },
		"questions[0].choices": func(c *models.Campaign) {
			c.Questions = []models.CampaignQuestion{{Text: "Which?", Kind: models.QuestionChoice, Choices: []string{"One"}}}
		},
		"starts_judge": func(c *models.Campaign) { c.Steps[2].Starts = c.Steps[1].Starts },
	} {
		c := campaign(t)
		change(&c)
		err := c.Validate(groups, regions)
		if fields := models.Fields(err); len(fields) != 1 || fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	c := campaign(t)
	if err := c.Validate(groups, regions); err != nil {
		t.Error(err)
	}
	if err := c.Publishable(at(t, "2026-03-02T12:00")); err != nil {
		t.Error(err)
	}
	c.Brief, c.Criteria, c.Steps = "", nil, c.Steps[:3]
	if fields := models.Fields(c.Publishable(at(t, "2026-03-27T12:00"))); len(fields) != 4 {
		t.Errorf("%+v", fields)
	}
}

func TestWhoMayEnterACampaign(t *testing.T) {
	t.Parallel()
	p := &models.Person{Organisation: "RR8", StaffGroup: "Medical and Dental"}
	for _, one := range []struct {
		c   models.Campaign
		may bool
	}{
		{models.Campaign{}, true}, {models.Campaign{Organisations: []string{"RR8"}}, true}, {models.Campaign{Organisations: []string{"RWY"}}, false},
		{models.Campaign{Organisations: []string{"RWY"}, Regions: []string{"London"}}, true}, {models.Campaign{StaffGroups: []string{"Medical and Dental"}}, true},
		{models.Campaign{Organisations: []string{"RR8"}, StaffGroups: []string{"Estates and Ancillary"}}, false},
	} {
		if got := one.c.MayEnter(p, "London"); got != one.may {
			t.Errorf("%+v: %v", one.c, got)
		}
	}
	if (&models.Campaign{}).MayEnter(nil, "") || (&models.Campaign{Regions: []string{"London"}}).MayEnter(&models.Person{}, "") {
		t.Error("somebody may who is nowhere")
	}
}

// The rule is the same for everybody: what arrives before the second at which entries
// close is in time.
func TestTheDeadlineIsHeldToTheSecond(t *testing.T) {
	t.Parallel()
	c := campaign(t)
	closes := at(t, "2026-03-27T12:00")
	for _, one := range []struct {
		arrived time.Time
		entered bool
		late    bool
		taken   bool
	}{
		{at(t, "2026-03-10T08:59:59"), false, false, false}, {at(t, "2026-03-10T09:00"), false, false, true}, {closes.Add(-time.Nanosecond), false, false, true}, {closes, false, true, false},
		{closes, true, false, true}, {at(t, "2026-04-10T11:59:59"), true, false, true}, {at(t, "2026-04-10T12:00"), true, true, false},
	} {
		err := c.Takes(one.arrived, one.entered)
		if (err == nil) != one.taken || models.IsTooLate(err) != one.late {
			t.Errorf("at %v, entered %v: %v", one.arrived, one.entered, err)
		}
	}
}
