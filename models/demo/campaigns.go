package demo

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"grassroots/models"
)

// Campaign is one invented campaign. Its dates are days from that on which it is
// brought in, so that one is always open and one always over. It has no id and no
// people's ids: whoever loads it gives it these.
type Campaign struct {
	Title     string                       `json:"title"`
	Brief     string                       `json:"brief"`
	Sponsor   string                       `json:"sponsor"`
	Template  models.CampaignTemplate      `json:"template"`
	Handle    string                       `json:"handle"` // of who made it
	Criteria  []models.Criterion           `json:"criteria"`
	Questions []models.CampaignQuestion    `json:"questions"`
	Steps     map[models.CampaignStage]int `json:"steps"` // days from the day of loading, at noon in London
	Entries   []CampaignEntry              `json:"entries"`
	Lessons   string                       `json:"lessons"`
	FundPence int64                        `json:"fund_pence"`
}

// CampaignEntry is one entry to an invented campaign.
type CampaignEntry struct {
	Slug    string   `json:"slug"` // of the case study
	Answers []string `json:"answers"`
	// Outcome and Reasoning are set where it is decided on.
	Outcome   string `json:"outcome"`
	Reasoning string `json:"reasoning"`
	// Award is what it was given, where it was given something.
	Award *CampaignAward `json:"award"`
	// FollowUps is what was asked of it after the results.
	FollowUps []CampaignFollowUp `json:"follow_ups"`
}

// CampaignAward is what an invented entry was given.
type CampaignAward struct {
	Pence        int64  `json:"pence"`
	Purpose      string `json:"purpose"`
	Organisation string `json:"organisation"`
	Days         int    `json:"days"` // after the results
}

// CampaignFollowUp is what an invented entry answered some months after the results; no
// answer is nothing heard.
type CampaignFollowUp struct {
	Months  int      `json:"months"`
	Answer  string   `json:"answer"`
	Reason  string   `json:"reason"`
	Outcome string   `json:"outcome"`
	Measure string   `json:"measure"`
	Places  []string `json:"places"`
}

func campaigns(from fs.FS) ([]Campaign, error) {
	text, err := fs.ReadFile(from, "campaigns.json")
	if err != nil {
		return nil, err
	}
	var list []Campaign
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("campaigns.json: %w", err)
	}
	return list, nil
}
