package templates

import (
	"github.com/a-h/templ"

	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// CampaignsPage is the list of campaigns.
type CampaignsPage struct {
	MayRun     bool
	One, First bool // of one state alone; its first page
	Groups     []CampaignGroup
}

// CampaignGroup is the campaigns of one state.
type CampaignGroup struct {
	State   models.CampaignState
	Total   int
	Lines   []CampaignLine
	NextURL string
}

func (g CampaignGroup) heading() string {
	switch g.State {
	case models.CampaignsOpen:
		return "Open for entries"
	case models.CampaignsUnderWay:
		return "Closed for entries, results to come"
	case models.CampaignsComing:
		return "Coming"
	case models.CampaignsEnded:
		return "Ended"
	}
	return "Drafts, for organisers alone"
}

// CampaignLine is a campaign in a list, and what its page says of it first. Times that
// do not matter now are zero.
type CampaignLine struct {
	Title, URL, Template   string
	Sponsor, SponsorURL    string
	Stage                  models.CampaignStage
	Opens, Closes, Results time.Time
}

func (l CampaignLine) colour() Colour {
	switch l.Stage {
	case models.CampaignOpen:
		return Green
	case models.CampaignDraft:
		return Orange
	case models.CampaignResults, models.CampaignFollowUp:
		return Grey
	}
	return Blue
}

// CampaignCover is the picture at the head of a campaign; without an address there is
// none.
type CampaignCover struct {
	URL           string
	Width, Height int
	Alt           string
}

// CoverPage asks for the picture at the head of a campaign.
type CoverPage struct {
	Campaign, URL string
	Cover         CampaignCover
	Alt           string
	Errors        []FieldError
}

// CampaignPage is one campaign.
type CampaignPage struct {
	Line                 CampaignLine
	ID                   string
	Cover                CampaignCover
	HTML                 string // the brief
	MayRun, ForAll       bool
	Begun, CanExtend     bool
	Steps                []CampaignStepLine
	Extensions           []models.CampaignExtension
	Organisations        []Crumb
	Regions, StaffGroups []string
	Criteria             []models.Criterion
	Questions            []models.CampaignQuestion
	Cards                []ListCardProps
	Studies              int
	StudiesURL           string
	Parts                templ.Component // where to vote, judge and read the results; nil for nowhere
	Entered              []EntryLine     // the first of those that everybody sees
	Entries              int
}

// CampaignStepLine is a stage of a campaign with its date.
type CampaignStepLine struct {
	Stage     models.CampaignStage
	Starts    time.Time
	Now, Over bool
}

// CampaignForm is the form of a new campaign, or of a change to one.
type CampaignForm struct {
	Campaign             models.Campaign
	Was                  string // its title as it is saved
	Saved                *models.Campaign
	Starts               map[models.CampaignStage]string // as typed
	Begun                bool                            // what entries are asked and judged by stays
	Regions, StaffGroups []Option
	ActionURL, BackURL   string
	Errors               []FieldError
}

func (f CampaignForm) heading() string {
	if f.Campaign.ID == "" {
		return "Start a campaign"
	}
	return "Change a campaign"
}

func (f CampaignForm) button() string {
	if f.Campaign.ID == "" {
		return "Save the draft"
	}
	return "Save"
}

// stepLabel names the input of a stage's date.
func stepLabel(s models.CampaignStage) string {
	if s.Needed() {
		return s.Label()
	}
	return s.Label() + ", if there is that"
}

func stepHint(s models.CampaignStage) string {
	switch s {
	case models.CampaignOpen:
		return "From when entries are taken. They are taken until the next stage begins, to the second"
	case models.CampaignImprove:
		return "No new entries from then on. Those that are there can still be changed"
	case models.CampaignShortlist:
		return "Organisers choose what goes to the judges"
	case models.CampaignJudge:
		return "The judges score what was entered"
	case models.CampaignDecide:
		return "The panel meets, or people vote"
	case models.CampaignResults:
		return "From when everybody sees what came of it"
	}
	return "From when those who were chosen say what became of it"
}

func weight(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func onePerLine(list []string) string { return strings.Join(list, "\n") }

func questionKinds() (out []Option) {
	for _, k := range models.QuestionKinds() {
		out = append(out, Option{Value: string(k), Text: k.Label()})
	}
	return out
}

// ExtendCampaign asks which stage is to last longer, until when and why.
type ExtendCampaign struct {
	Title, URL           string
	Stages               []Option
	Stage, Until, Reason string
	Errors               []FieldError
}

func (p CoverPage) fileLabel() string {
	if p.Cover.URL != "" {
		return "Another picture"
	}
	return "Picture"
}
