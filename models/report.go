package models

import (
	"slices"
	"time"
)

// ThingKind says what a report is about.
type ThingKind string

// What can be reported.
const (
	ThingStudy    ThingKind = "case-study"
	ThingComment  ThingKind = "comment"
	ThingAdoption ThingKind = "adoption" // what one organisation says of it, recorded here
	ThingPerson   ThingKind = "person"

	ThingCollection ThingKind = "collection"
)

// ThingKinds lists what can be reported.
func ThingKinds() []ThingKind {
	return []ThingKind{ThingStudy, ThingComment, ThingAdoption, ThingCollection, ThingPerson}
}

// Label gives the kind as a person reads it, in the middle of a sentence.
func (k ThingKind) Label() string {
	switch k {
	case ThingStudy:
		return "case study"
	case ThingComment:
		return "comment"
	case ThingAdoption:
		return "adoption"
	case ThingCollection:
		return "collection"
	case ThingPerson:
		return "person"
	}
	return string(k)
}

// One gives the kind with its article, such as "a case study".
func (k ThingKind) One() string {
	if k == ThingAdoption {
		return "an " + k.Label()
	}
	return "a " + k.Label()
}

// ReportReason says in one word why something is reported.
type ReportReason string

// ReportReasons lists what whoever reports something can choose from.
func ReportReasons() []ReportReason {
	return []ReportReason{ReasonPatientData, "wrong", "unkind", "spam", "duplicate", "copyright", "other"}
}

// ReasonFirst is why what a new account posts is hidden until a moderator has
// looked at it, where the site is set up so. Nobody chooses it.
const ReasonFirst ReportReason = "first-post"

// ReasonPatientData is the reason for which a text may have to be deleted for
// good.
const ReasonPatientData ReportReason = "patient-data"

// Valid tells whether the reason is one of the list.
func (r ReportReason) Valid() bool { return slices.Contains(ReportReasons(), r) }

// Label gives the reason as a person reads it.
func (r ReportReason) Label() string {
	switch r {
	case ReasonPatientData:
		return "Patient or personal data"
	case "wrong":
		return "Wrong or misleading"
	case "unkind":
		return "Unkind or abusive"
	case "spam":
		return "Spam or advertising"
	case "duplicate":
		return "A duplicate"
	case "copyright":
		return "Breaks copyright"
	case "other":
		return "Something else"
	case ReasonFirst:
		return "It waits for a first look"
	}
	return string(r)
}

// Limits of reports.
const (
	MaxReport      = 2000 // characters
	MaxAnswer      = 2000 // characters of what a moderator says to those who reported
	MaxReportsADay = 30   // by one person
)

// Report is what one person said of a thing. Whose it is, only moderators see.
type Report struct {
	ID           string
	ItemID       string
	ReporterID   string
	ReporterName string // read with it, not kept there
	Handle       string // read with it; empty once the account is closed
	Reason       ReportReason
	Words        string
	CreatedAt    time.Time
	ChangedAt    *time.Time
}

// Validate cleans and checks a report.
func (r *Report) Validate() error {
	var p problems
	r.Words = CleanText(r.Words)
	if !r.Reason.Valid() {
		p.add("reason", "Choose what is wrong")
	}
	switch n := runeLen(r.Words); {
	case n == 0:
		p.add("words", "Say what is wrong, so that whoever looks at it knows where to look")
	case n > MaxReport:
		p.add("words", "What you say must be %d characters or fewer; it has %d", MaxReport, n)
	}
	return p.err("The report was not sent.")
}

// ItemCause says why something waits for moderators.
type ItemCause string

// The causes.
const (
	CauseReport ItemCause = "report"
	CauseAppeal ItemCause = "appeal"     // against a measure
	CauseFirst  ItemCause = "first-post" // of a new account, that nobody sees before
)

// Outcome says what became of what waited for moderators.
type Outcome string

// The outcomes.
const (
	OutcomeNothing Outcome = "nothing" // it stays as it is
	OutcomeHidden  Outcome = "hidden"
	OutcomeShown   Outcome = "shown"  // everybody may see it now
	OutcomeLocked  Outcome = "locked" // its comments are closed
	OutcomeMerged  Outcome = "merged" // it is part of another one

	OutcomeWarned    Outcome = "warned"
	OutcomeSuspended Outcome = "suspended"
	OutcomeUpheld    Outcome = "upheld" // of an appeal: the measure stands
	OutcomeLifted    Outcome = "lifted" // of an appeal: it is taken back
)

// Label gives the outcome as a person reads it.
func (o Outcome) Label() string {
	switch o {
	case OutcomeNothing:
		return "Nothing was changed"
	case OutcomeHidden:
		return "A moderator has hidden it"
	case OutcomeShown:
		return "Others see it now"
	case OutcomeLocked:
		return "A moderator has closed its comments"
	case OutcomeMerged:
		return "A moderator has merged it into another"
	case OutcomeWarned:
		return "A moderator has warned whose it is"
	case OutcomeSuspended:
		return "A moderator has suspended whose it is"
	case OutcomeUpheld:
		return "It stands"
	case OutcomeLifted:
		return "It was taken back"
	}
	return string(o)
}

// Item is one thing that waits for moderators or was closed by one, with all
// the reports of it.
type Item struct {
	ID           string
	Cause        ItemCause
	Kind         ThingKind
	SubjectID    string
	CaseStudyID  string // that it is, or is on; empty for a person
	AuthorID     string // whose it is; of a person themselves
	AuthorName   string // read with it, as are the names below
	AuthorHandle string
	Title, Slug  string // of the case study
	MeasureID    string // that an appeal is against
	AssigneeID   string // empty: nobody has taken it
	AssigneeName string
	Reports      int // how many people reported it
	Reasons      []ReportReason
	OpenedAt     time.Time
	ClosedAt     *time.Time
	ClosedBy     string
	Outcome      Outcome
	Answer       string // what the moderator said to those who reported
}

// ReportSeen is a report with what became of it, as its reporter sees it.
type ReportSeen struct {
	Report
	Item Item
}

// ErrOwnThing is what a moderator is told who would judge what is their own.
var ErrOwnThing = E(Forbidden, "This is about you, or something of yours, so another moderator has to look at it.")

// ValidateAnswer cleans and checks what a moderator says when they close
// something; field is where it was typed.
func ValidateAnswer(field, words string) (string, error) {
	var p problems
	words = CleanText(words)
	switch n := runeLen(words); {
	case n == 0:
		p.add(field, "Say why, in a sentence or two")
	case n > MaxAnswer:
		p.add(field, "What you say must be %d characters or fewer; it has %d", MaxAnswer, n)
	}
	return words, p.err("Nothing was done yet.")
}
