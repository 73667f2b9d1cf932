package templates

import (
	"cmp"
	"slices"
	"time"

	"grassroots/models"
)

// ProgrammePage is all campaigns as organisers see them together.
type ProgrammePage struct {
	Needs       []NeedLine
	Groups      []ProgrammeGroup
	Months      []ProgrammeMonth
	CalendarURL string
	More        bool // there are older ones beside these
	Often       []OftenLine
}

// NeedLine is something that needs an organiser in a campaign.
type NeedLine struct {
	Kind, Title, URL string
	By               time.Time
	Left             time.Duration // until then; 0 where it does not matter
	Past, Begun      bool          // By is past; judging has begun
	N, Of            int
}

// ProgrammeGroup is the campaigns in one stage.
type ProgrammeGroup struct {
	Stage models.CampaignStage
	Lines []ProgrammeLine
}

// ProgrammeLine is a campaign with what it has.
type ProgrammeLine struct {
	Title, URL                          string
	Next                                models.CampaignStage // empty for none
	NextStarts                          time.Time
	Entries, Drafts, Late               int
	Asked, Accepted, Given, Done, Votes int
	Judged, HasVote, ShowsVotes         bool
}

// ProgrammeMonth is what begins in a month.
type ProgrammeMonth struct {
	First time.Time // of its days
	Days  []ProgrammeDay
}

func (m ProgrammeMonth) name() string { return m.First.In(London()).Format("January 2006") }

// ProgrammeDay is a stage of a campaign that begins.
type ProgrammeDay struct {
	Title, URL string
	Stage      models.CampaignStage
	Starts     time.Time
	Draft      bool
}

// SortDays puts what begins first before the rest.
func SortDays(days []ProgrammeDay) {
	slices.SortStableFunc(days, func(a, b ProgrammeDay) int {
		return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.Title, b.Title))
	})
}

// leftText says how much time is left: in days, and near the end in hours.
func leftText(d time.Duration) string {
	switch hours := int(d / time.Hour); {
	case d <= 0:
		return ""
	case hours < 1:
		return "Less than an hour is left"
	case hours < 48:
		return FormatCount(hours, "hour is left", "hours are left")
	default:
		return FormatCount(hours/24, "day is left", "days are left")
	}
}
