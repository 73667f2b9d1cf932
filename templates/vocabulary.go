package templates

import (
	"strconv"

	"github.com/a-h/templ"

	"grassroots/models"
)

// TermGroup is the part of an A to Z list under one letter.
type TermGroup struct {
	Letter string
	Terms  []TermLine
}

// TermLine is a system or standard in a list.
type TermLine struct {
	Name, URL string
	Kind      string
	Facts     []string // such as the supplier and the kind
	Count     int      // case studies
	Proposed  bool     // nobody who looks after the list has confirmed it
}

// TermsPage is the list of systems or of standards.
type TermsPage struct {
	Heading, Intro string
	Path           string
	One, Many      string // what is counted
	Query, Kind    string
	Kinds          []Option
	By             string // how it is grouped: by letter when empty, "kind" or "use"
	Views          []Sort // the ways in which it can be grouped
	Used           int    // how many case studies name, of those that are shown
	Total          int
	Groups         []TermGroup
	FeedURL        string
	CSVURL         string // the list as a table
}

// TermPage is one system or standard.
type TermPage struct {
	ID, Name, Kind            string
	Proposed                  bool
	What                      string // "system" or "standard"
	Purpose                   string
	Facts                     []SummaryRow
	Questions                 []Crumb // what can be asked of its connections, and the map of them
	Successor                 *Crumb  // what took its place
	Replaces                  []Crumb // what it took the place of
	Use                       TermUse
	WithHeading               string
	Studies                   int
	CaseStudies               []ListCardProps
	FindURL, ListURL, FeedURL string
	PrevURL, NextURL          string
	Learnt                    templ.Component // nil for nothing
	EditURL                   string          // for moderators
}

// TermUse is what the case studies tell of the use of a system or a standard.
type TermUse struct {
	Organisations int // distinct ones
	Places        []TermPlace
	Regions       []CountLink // organisations by region
	Statuses      []CountLink // organisations by status of their connections
	Joins         []TermJoin
	MoreJoins     int // pairs of systems that are not shown
	Knowers       []TermKnower
	Failures      []TermFailure
	// With are standards seen with a system, or systems with a standard.
	With       []CountLink
	Stopped    int // case studies of that stage
	StoppedURL string
}

// TermPlace is an organisation that uses it.
type TermPlace struct {
	Name, URL, Kind, Region string
	Statuses                []string
	Studies                 int
}

// TermJoin is a way from one system to another. On the page of a system Way says which way it goes, and only the other
// system is named.
type TermJoin struct {
	Way            string
	From, To       Crumb
	How            []TermHow
	Organisations  int
	Studies        int
	CaseStudiesURL string
}

// TermHow is a standard by which two systems are joined, and how far that is in one place or another.
type TermHow struct {
	Standard Crumb
	Statuses []string
}

// TermKnower is a person to ask.
type TermKnower struct {
	Person BylineProps
	Why    string
}

// TermFailure is a case study that tells of what failed.
type TermFailure struct {
	Title, URL, Organisation string
	Stopped, Told            bool
}

// searching reports whether the list is narrowed by the form.
func (p TermsPage) searching() bool { return p.Query != "" || p.Kind != "" }

// headingID is the id of a group of the list.
func (p TermsPage) headingID(i int) string {
	if p.By == "" {
		return p.Groups[i].letterID()
	}
	return "group-" + strconv.Itoa(i+1)
}

// statusColour tells the statuses of connections apart; the word says the same.
func statusColour(status string) Colour {
	switch status {
	case models.StatusLive:
		return Green
	case models.StatusTrial:
		return Purple
	case models.StatusPlanned:
		return Yellow
	case models.StatusStopped:
		return Red
	}
	return Grey
}

// letterID is the id of the part of a list under a letter.
func (g TermGroup) letterID() string {
	if g.Letter < "A" || g.Letter > "Z" {
		return "other"
	}
	return "letter-" + g.Letter
}
