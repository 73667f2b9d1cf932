package templates

import (
	"time"

	"github.com/a-h/templ"
)

// ActPage is the form by which a moderator does something about a thing.
type ActPage struct {
	Kind      string // in the middle of a sentence, with its article: "a case study"
	Title     string // of the thing, likewise
	ThingURL  string
	ActionURL string
	// Item is the open item of the queue about the same thing, with how many reported it.
	Item, ItemURL  string
	Reports        int
	Actions        []Option
	Reasons        []Option
	Action, Reason string
	Words, Answer  string
	Person         bool   // it is about a person
	Copy           bool   // its author is at another instance
	Until          string // as it was typed
	ReportsElse    bool   // the reports are of something that the person wrote
	Standing, Past []MeasureLine
	Errors         []FieldError
}

// ActCheckPage shows what is about to be done.
type ActCheckPage struct {
	Kind, Title, ActionURL         string
	Action, ActionText, ActionHint string
	Reason, ReasonText             string
	Words, Item, Answer            string
	Until, UntilText               string
	Person, Copy                   bool
}

// MeasureLine is something that a moderator did, as it is listed.
type MeasureLine struct {
	ID, What, Yours   string // Yours is What, to whom it is about
	Title, ThingURL   string
	Reason, Words     string
	Made              time.Time
	Moderator         string // not shown to the author
	Author, AuthorURL string
	ActURL, Undo      string
	EraseURL          string // where its text is deleted for good; empty where that cannot be
	Earlier           bool   // EraseURL is for what a case study said before
	Gone              bool   // its text has been deleted
	First             bool   // it waits, or waited, for a first look
	Stands            bool
	Lifted            *time.Time
	LiftWords         string
	Ended             bool // by itself
	Appeal            string
	Appealed          *time.Time
	Decision, Decided string // Decision is empty while the appeal waits; Decided is what was said with it
	DecidedOn         *time.Time
	AppealURL         string // for whose it is; empty when nobody can appeal
	Until, Read       *time.Time
	Warning           bool
	Typed             string // what was typed into the form that takes it back
}

// MeasuresPage lists what moderators did.
type MeasuresPage struct {
	Lines   []MeasureLine
	NextURL string
	First   bool
}

// LiftPage is the form that takes a measure back, by itself.
type LiftPage struct {
	Line   MeasureLine
	Errors []FieldError
}

// WarningNote is what a moderator says to the reader of a page.
type WarningNote struct {
	ActionURL, BackURL string
	Reason, Words      string
}

// fields are the names and values of the form that this page asks about.
func (p ActCheckPage) fields() []Option {
	return []Option{{Value: "action", Text: p.Action}, {Value: "reason", Text: p.Reason}, {Value: "words", Text: p.Words}, {Value: "item", Text: p.Item}, {Value: "answer", Text: p.Answer}, {Value: "until", Text: p.Until}}
}

// eraseLabel names what is deleted.
func (l MeasureLine) eraseLabel() string {
	if l.Earlier {
		return "Delete what it said before for good"
	}
	return "Delete its text for good"
}

// state says whether a measure is in force.
func (l MeasureLine) state() string {
	switch {
	case l.Ended:
		return "It has ended"
	case l.Lifted == nil && l.Warning && l.Read != nil:
		return "Read on " + FormatDate(*l.Read)
	case l.Lifted == nil && l.Warning:
		return "Not read yet"
	case l.Stands && l.Until != nil:
		return "In force until " + FormatDateTime(*l.Until)
	case l.Lifted != nil:
		return "Taken back on " + FormatDate(*l.Lifted)
	}
	return "In force"
}

// rows are what is listed of a measure; who took it and whose the thing is only
// moderators see.
func (l MeasureLine) rows(moderator bool) []SummaryRow {
	about := SummaryRow{Key: "About", Value: l.Title, URL: l.ThingURL}
	if l.First && !moderator { // nobody has judged it, so there is no reason to give
		return []SummaryRow{about, {Key: "When", Value: FormatDateTime(l.Made)}, {Key: "State", Value: l.waited()}}
	}
	rows := []SummaryRow{about, {Key: "When", Value: FormatDateTime(l.Made)}, {Key: "State", Value: l.state()}, {Key: "Reason", Value: l.Reason}, {Key: "What the moderator said", Content: paragraphsOf(l.Words)}}
	if l.Lifted != nil && l.LiftWords != "" && l.LiftWords != l.Decided {
		rows = append(rows, SummaryRow{Key: "Why it was taken back", Content: paragraphsOf(l.LiftWords)})
	}
	if l.Appealed != nil {
		rows = append(rows, SummaryRow{Key: "Appeal of " + FormatDate(*l.Appealed), Content: paragraphsOf(l.Appeal)}, SummaryRow{Key: "What became of it", Content: appealOutcome(l)})
	}
	if moderator && l.Author != l.Title { // of a person that has been said
		rows = append(rows, SummaryRow{Key: "Whose it is", Value: l.Author, URL: l.AuthorURL})
	}
	if moderator {
		rows = append(rows, SummaryRow{Key: "Moderator", Value: l.Moderator})
	}
	return rows
}

// waited says how far the first look at something is.
func (l MeasureLine) waited() string {
	if l.Lifted == nil {
		return "It waits for a moderator. You can still change it"
	}
	return "A moderator looked at it on " + FormatDate(*l.Lifted)
}

// liftID is the id of the field of the form that takes it back: several can be
// on a page, and the one that an error leads to is alone.
func (l MeasureLine) liftID(errors []FieldError) string {
	if len(errors) > 0 {
		return ""
	}
	return "lift-" + l.ID
}

// typedOrNil shows what was typed, or nothing.
func typedOrNil(text string) templ.Component {
	if text == "" {
		return nil
	}
	return paragraphsOf(text)
}

func (p ActPage) wordsLabel() string {
	switch {
	case p.Person:
		return "What you say to them"
	case p.Copy:
		return "What you say of it"
	}
	return "What you say to its author"
}

// reported says what was reported, after how many did.
func (p ActPage) reported() string {
	if p.ReportsElse {
		return " reported something of theirs"
	}
	return " reported this"
}

// wordsHint says who reads the words, and what they should hold.
func (p ActPage) wordsHint() string {
	if p.Copy {
		return "It is a copy, whose author is not here: other moderators read this. Repeat nothing that tells who a patient is"
	}
	return "What breaks the rule, and what would mend it. They are not told who you are. Repeat nothing that tells who a patient is"
}

// told says who hears of it.
func (p ActCheckPage) told() string {
	switch {
	case p.Person:
		return "They get an e-mail with the reason and your words."
	case p.Copy:
		return "It is a copy, whose author is not here, so nobody is sent an e-mail. Your words are kept for other moderators."
	}
	return "Its author gets an e-mail with the reason and your words."
}
