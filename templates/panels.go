package templates

import (
	"time"

	"github.com/a-h/templ"
)

// PanelPage is where organisers choose who judges, and how.
type PanelPage struct {
	Title, URL, MeetingURL string
	PerEntry, Tie, Handle  string
	Blind, CriteriaMissing bool
	Version                int
	Judges                 []JudgeLine
	Given, Done, Entries   int
	Short                  []ShortLine
	ShortlistURL           string // empty where there is no such stage
	Withheld               int    // entries that are not given out, as they are not shortlisted
	Errors                 []FieldError
}

// JudgeLine is somebody of the panel, or who was asked to be.
type JudgeLine struct {
	Name, URL, RemoveURL, Organisation string
	Asked                              time.Time
	Answered, Accepted                 bool
	Given, Done                        int
}

// ShortLine is an entry that has too few judges.
type ShortLine struct {
	Title, URL string
	Has, Want  int
}

func tieOptions() []Option {
	return []Option{{Value: "shared", Text: "They share the place"}, {Value: "heavy", Text: "The one with more on the criterion that weighs most is first"},
		{Value: "votes", Text: "The one with more votes is first", Hint: "Where the campaign has a vote"}, {Value: "spread", Text: "The one on which judges differ less is first"}}
}

// tieText says how ties are parted.
func tieText(tie string) string {
	switch tie {
	case "heavy":
		return "Entries with the same score are parted by the criterion that weighs most."
	case "votes":
		return "Entries with the same score are parted by the votes that they have."
	case "spread":
		return "Of entries with the same score, the one on which judges differ less is first."
	}
	return "Entries with the same score share a place."
}

// DeskPage is what a judge has to judge, and has done.
type DeskPage struct {
	Title, URL         string
	Answered, Accepted bool
	Open, Blind        bool
	Opens, Closes      time.Time
	HasEnd             bool
	Lines              []DeskLine
	Done               int
}

// DeskLine is an entry to judge.
type DeskLine struct {
	Title, Organisation, URL string
	Begun, Done              bool
}

// CardPage is an entry with the scorecard of a judge.
type CardPage struct {
	Campaign, URL                 string
	Title, Summary, HTML          string
	Organisation, Byline, FullURL string
	Blind, Open, Submitted        bool
	Changed                       *time.Time
	Answers                       []CardAnswer
	Criteria                      []CardCriterion
	Note, Feedback                string
	Version                       int
	Errors                        []FieldError
}

// autosave has a scorecard saved while it is filled in, as long as that can be done.
func (p CardPage) autosave() templ.Attributes {
	if !p.Open {
		return nil
	}
	return templ.Attributes{"data-autosave": p.URL}
}

// CardAnswer is what an entry answers to a question of its campaign.
type CardAnswer struct {
	Question, Text string
	Name, URL      string // of a file; no name where it is hidden
	Size           int64
	Withheld       bool   // the file is not given out
	Words          string // what it says
}

// CardCriterion is one criterion of a scorecard.
type CardCriterion struct {
	Name, Legend, Value string
	Weight              int
	Options             []Option
}

// MeetingPage is what a moderation meeting looks at.
type MeetingPage struct {
	Title, PanelURL, ResultsURL string
	Cards, Entries, Groups      int
	HasAlpha                    bool
	Alpha, AlphaWords           string
	Tie, Mean, SD               string
	Lines                       []StandingLine
	Judges                      []BenchLine
	Unjudged                    []Crumb
}

// StandingLine is where an entry stands.
type StandingLine struct {
	Title, Organisation, URL               string
	N                                      int
	Mean, Low, High, SD                    string
	Normalised, Adjusted, Place, PlaceNorm string
	Outcome                                string
}

// BenchLine is how a judge scores.
type BenchLine struct {
	Name               string
	N                  int
	Mean, SD, Severity string
}

// EntryDecisionPage is one entry with all that judges said of it, and what becomes of it.
type EntryDecisionPage struct {
	Title, StudyURL, URL string
	Columns              []string
	Rows                 []CardRow
	Outcome, Reasoning   string
	Version              int
	By                   string
	At                   time.Time
	Fixed                bool
	Errors               []FieldError
}

// CardRow is a scorecard that counts.
type CardRow struct {
	Judge, Feedback string
	Scores          []string
}

func outcomeOptions() []Option {
	return []Option{{Value: "winner", Text: "Winner"}, {Value: "commended", Text: "Commended"}, {Value: "not-chosen", Text: "Not chosen this time"}}
}

// ResultsPage is who won, and why.
type ResultsPage struct {
	Title             string
	Out, Shown, Dated bool
	OutAt             time.Time
	Lines             []ResultLine
	Own               []OwnFeedback
	Below             templ.Component // nil for nothing
}

// ResultLine is what became of an entry.
type ResultLine struct {
	Title, URL, Organisation, Outcome, Reasoning string
	Winner                                       bool
	N                                            int
	Mean, Low, High                              string
}

// OwnFeedback is what judges wrote to those who entered something.
type OwnFeedback struct {
	Title               string
	Feedback            []string
	Listed, Shortlisted bool // whether that was decided, and how
	Reason              string
}

// PanelLinks are what somebody has to do with the panel of a campaign.
type PanelLinks struct {
	ResultsURL, PanelURL, DeskURL string
	Asked                         bool // and has not answered
}

// ShortlistPage is where organisers choose what goes to the judges.
type ShortlistPage struct {
	Title, URL, PanelURL string
	Has                  bool   // the campaign has the stage
	Closed               string // why nothing can be decided now
	Open, Chosen, Left   []ShortlistLine
	Errors               []FieldError
}

// ShortlistLine is an entry there.
type ShortlistLine struct {
	ID, Title, Summary, StudyURL, URL string
	Reason, By                        string
}

func shortlistOptions(list []ShortlistLine) (out []Option) {
	for _, l := range list {
		out = append(out, Option{Value: l.ID, Text: l.Title, Hint: l.Summary})
	}
	return out
}

// ShortlistOnePage asks whether one entry goes to the judges.
type ShortlistOnePage struct {
	Title, Summary, StudyURL, URL, BackURL string
	Closed                                 string
	Decision                               string // "yes", "no" or nothing
	Reason                                 string
	Version                                int
	Errors                                 []FieldError
}
