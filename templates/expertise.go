package templates

import (
	"strconv"

	"grassroots/models"
)

// ExpertiseFormPage is the form of what one knows, with what was typed.
type ExpertiseFormPage struct {
	Lists          []KnownList
	Settings       []string
	SettingChoices []Option
	AskMe, Shown   string
	ShownChoices   []Option
	Findable       bool
	// Suggested is what follows from what its person did here, by kind and value.
	Suggested  []Option
	ProfileURL string
	Errors     []FieldError
}

// KnownList is a list of which each line is typed, with what is offered while
// typing.
type KnownList struct {
	Name, Legend, Hint string
	Line               string // what one line is, such as System
	Values, Offers     []string
}

// field names a line.
func (l KnownList) field(i int) string { return l.Name + "[" + strconv.Itoa(i) + "]" }

// label names a line for those who do not see where it stands.
func (l KnownList) label(i int) string { return l.Line + " " + strconv.Itoa(i+1) }

// KnownGroup is what somebody knows of one kind.
type KnownGroup struct {
	Heading string
	Facts   []KnownFact
}

// KnownFact is one thing that somebody knows.
type KnownFact struct {
	Name, URL string
	// Confirmed says what they did here with it, or is empty.
	Confirmed string
}

func checkedIf(on bool) []string {
	if on {
		return []string{"true"}
	}
	return nil
}

const maxAskMe = models.MaxAskMe

// FindForm asks for people by what they know and where they work.
type FindForm struct {
	Need                                                            string
	Values                                                          map[string]string // by parameter
	Systems, Standards, Skills, Settings, Languages, Kinds, Regions []string
	Errors                                                          []FieldError
}

// ExpertsPage is who fits a need, and why.
type ExpertsPage struct {
	Form       FindForm
	Understood []string // the parts of the need, in words
	Unknown    []string // words that were not understood
	Total      int
	// Missed says that nobody fits all of it, and these all but one part.
	Missed           bool
	People           []ExpertCard
	PrevURL, NextURL string
	SignedIn         bool
	Errors           []FieldError
}

// ExpertCard is somebody who fits, with sentences that say why.
type ExpertCard struct {
	PersonCard
	Why   []string
	AskMe string
}

// WhoKnows is the people who know what a case study joins.
type WhoKnows struct {
	People  []ExpertCard
	FindURL string
}

// count says how many fit, and how well.
func (p ExpertsPage) count() string {
	if p.Missed {
		return "Nobody who agreed to be found fits all of it. " + FormatCount(p.Total, "person fits", "people fit") + " all but one part:"
	}
	return FormatCount(p.Total, "person who agreed to be found fits", "people who agreed to be found fit") + ", in the order of their names:"
}
