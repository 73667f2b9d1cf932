package templates

import (
	"strconv"
	"strings"
	"time"
)

// ModerationSection is one thing that moderators look after, as the page that
// leads to all of them shows it. Waiting says what there is to do.
type ModerationSection struct {
	Title, URL, Description, Waiting string
}

// TermWords are the words and addresses by which a list of systems or of standards is shown to its moderators.
type TermWords struct {
	One, Many string // "system", "systems"
	Path      string // "/moderation/systems"
	NewPath   string // "/moderation/new-system"
	Public    string // "/systems"
	Maker     string // "Supplier", "Publisher"
	MakerHint string
	IDLabel   string // "Code"; empty where the id is made from the name alone
	KindHint  string
}

// ModerateTermsPage is the list of systems or of standards for moderators.
type ModerateTermsPage struct {
	Words            TermWords
	Query, Show      string
	Total, Proposed  int
	Terms            []ModeratedTerm
	PrevURL, NextURL string
}

// ModeratedTerm is a line of that list.
type ModeratedTerm struct {
	Name, URL, Maker, Kind string
	Count                  int // case studies
	Proposed               bool
	Successor              string
}

// TermForm is what stands in the fields of the form of a term.
type TermForm struct {
	ID, Name, Maker, Category string
	Aliases                   string // one on each line
	Settings                  []string
	Purpose, URL              string
	Successor                 string // the name
	Version                   int
}

// ModerateTermPage adds a term, or changes one.
type ModerateTermPage struct {
	Words    TermWords
	New      bool
	Heading  string
	Form     TermForm
	Proposed bool
	Studies  int
	// Kinds, Names and SettingChoices are what the form offers.
	Kinds, Names   []string
	SettingChoices []Option
	Into           string // typed: what to merge it into
	Merged         []MergedLine
	History        []TermChangeLine
	Theirs         []SummaryRow // what was saved meanwhile
	CanRemove      bool
	Errors         []FieldError
}

// MergedLine is a term that is another name for this one now.
type MergedLine struct {
	Name, ID string
	At       time.Time
}

// TermChangeLine is an entry of a term's history.
type TermChangeLine struct {
	What    string
	Other   *Crumb // the other term of a merge
	By      string
	ByURL   string
	At      time.Time
	Details []string
}

// MergePage says what a merge will do, and does it.
type MergePage struct {
	Words                    TermWords
	From, Into               string // names
	FromID, IntoID           string
	FromVersion, IntoVersion int
	Studies                  int
	Names                    []string // that lead to the other from then on
	Rows                     []MergeRow
	BothConfirmed            bool
	Errors                   []FieldError
}

// MergeRow is one field of the two terms, and of what they become.
type MergeRow struct {
	Field, From, Into, Becomes string
}

// action is the address that the form of a term is sent to.
func (p ModerateTermPage) action() string {
	if p.New {
		return p.Words.NewPath
	}
	return p.Words.Path + "/" + p.Form.ID
}

// saveText is the word on the main button.
func (p ModerateTermPage) saveText() string {
	switch {
	case p.New:
		return "Add the " + p.Words.One
	case p.Proposed:
		return "Save and confirm"
	}
	return "Save"
}

// caption says what the list holds.
func (p ModerateTermsPage) caption() string {
	if p.Show == "proposed" {
		return FormatCount(p.Total, "proposed "+p.Words.One, "proposed "+p.Words.Many)
	}
	return FormatCount(p.Total, p.Words.One, p.Words.Many)
}

func versionText(n int) string { return strconv.Itoa(n) }

func lower(word string) string { return strings.ToLower(word) }

// termNameHint says what becomes of a name that is changed.
func termNameHint(p ModerateTermPage) string {
	if p.New {
		return "As its maker writes it"
	}
	return "As its maker writes it. The name that it had stays another name for it, and its address does not change"
}
