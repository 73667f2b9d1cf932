package templates

import (
	"strings"
	"time"

	"grassroots/models"
)

// ReportPage is the form by which somebody tells the moderators of a thing.
type ReportPage struct {
	Kind      string // in the middle of a sentence, with its article: "a case study"
	Title     string // of the thing, likewise
	ThingURL  string
	ActionURL string
	Again     bool // a report of before is changed
	Reason    string
	Words     string
	Reasons   []Option
	Errors    []FieldError
}

// MyReportsPage lists what a person has reported.
type MyReportsPage struct {
	Reports []MyReport
	NextURL string
	First   bool
}

// MyReport is one of them, with what became of it.
type MyReport struct {
	Title, Reason, Words string
	When                 time.Time
	State                string
	Closed               *time.Time
	Answer               string
	ChangeURL            string // empty once it is closed
}

// QueuePage is what waits for moderators.
type QueuePage struct {
	URL                 string
	State, Kind, Reason string
	Kinds, Reasons      []Option
	Total               int
	Lines               []QueueLine
	NextURL             string
	Sections            []ModerationSection
}

// QueueLine is one thing that waits, or was closed.
type QueueLine struct {
	Title, URL, Kind string
	Reasons          []string
	Count            int // how many reported it
	Opened           time.Time
	Waiting          string // "waiting 3 days"
	Assignee         string
	Closed           *time.Time
	Outcome          string
}

// ItemPage is a thing that was reported, with what was said of it.
type ItemPage struct {
	Item              QueueLine
	ActionURL         string
	ActURL            string // where something is done about it; empty when it is gone
	PersonURL         string // where its author is warned or suspended; empty when their account is closed
	Author, AuthorURL string
	Me, AssigneeID    string
	Moderators        []Option // the others
	ThingURL          string
	Missing           string // why the thing is not shown
	Summary, HTML     string // of a case study; HTML is sanitised
	Comment           *CommentProps
	Profile           []SummaryRow
	Reports           []ReportLine
	Earlier           []QueueLine
	Answer            string       // what was said when it was closed
	Typed             string       // what was typed as an answer
	FirstLook         bool         // nobody has seen it yet
	Appeal            *MeasureLine // that the appeal is against; nil for reports
	MayDecide, Alone  bool         // Alone: though they took the measure, as there is nobody else
	Decision          string       // as it was chosen
	Errors            []FieldError
}

// ReportLine is what one person said.
type ReportLine struct {
	Who, WhoURL, Reason, Words string
	When                       time.Time
	Changed                    *time.Time
}

func (p QueuePage) states() []Option {
	return []Option{{Value: "open", Text: "Waiting"}, {Value: "mine", Text: "Taken by me"}, {Value: "closed", Text: "Closed"}}
}

// caption says what the queue holds.
func (p QueuePage) caption() string {
	if p.State == "closed" {
		return FormatCount(p.Total, "closed", "closed") + ", the newest first"
	}
	return FormatCount(p.Total, "waits", "wait") + ", the oldest first"
}

// empty says that nothing is there.
func (p QueuePage) empty() EmptyStateProps {
	e := EmptyStateProps{Title: "Nothing is waiting", Text: "No report that you could look at is open."}
	if p.State != "open" || p.Kind != "" || p.Reason != "" {
		e = EmptyStateProps{Title: "None found", Text: "Nothing in the queue fits this choice.", ActionText: "Show all that waits", ActionURL: p.URL}
	}
	return e
}

// what names the kind of a line.
func (l QueueLine) what() string { return models.UpperFirst(l.Kind) }

// typedParagraphs splits what somebody typed at its empty lines.
func typedParagraphs(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

const (
	maxReport = models.MaxReport
	maxAnswer = models.MaxAnswer
)

// state says where an item stands.
func (p ItemPage) state() string {
	switch {
	case p.Item.Closed != nil:
		return "Closed on " + FormatDate(*p.Item.Closed) + ": " + p.Item.Outcome
	case p.Item.Assignee == "":
		return "Open, " + p.Item.Waiting + "; nobody has taken it"
	}
	return "Open, " + p.Item.Waiting + "; with " + p.Item.Assignee
}
