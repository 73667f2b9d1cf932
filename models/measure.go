package models

import (
	"slices"
	"time"
)

// MeasureAction says what a moderator does about something.
type MeasureAction string

// What can be done.
const (
	MeasureHide    MeasureAction = "hide"    // a case study, a comment or an adoption is taken from readers
	MeasureLock    MeasureAction = "lock"    // nobody writes comments on a case study
	MeasureWarn    MeasureAction = "warn"    // a person is told, until they say that they have read it
	MeasureSuspend MeasureAction = "suspend" // a person writes nothing, until a day or without end
	MeasureMerge   MeasureAction = "merge"   // a case study becomes part of another; done on a page of its own
)

// MeasureActions lists what can be done about a kind of thing.
func MeasureActions(kind ThingKind) []MeasureAction {
	switch kind {
	case ThingStudy:
		return []MeasureAction{MeasureHide, MeasureLock}
	case ThingComment, ThingAdoption, ThingCollection:
		return []MeasureAction{MeasureHide}
	case ThingPerson:
		return []MeasureAction{MeasureWarn, MeasureSuspend}
	}
	return nil
}

// Label gives the action as a button has it.
func (a MeasureAction) Label() string {
	switch a {
	case MeasureHide:
		return "Hide it"
	case MeasureLock:
		return "Close its comments"
	case MeasureWarn:
		return "Warn them"
	case MeasureSuspend:
		return "Suspend them"
	}
	return string(a)
}

// UndoLabel gives what takes the measure back, as a button has it.
func (a MeasureAction) UndoLabel() string {
	switch a {
	case MeasureHide:
		return "Show it again"
	case MeasureLock:
		return "Open its comments"
	case MeasureWarn:
		return "Take the warning back"
	case MeasureSuspend:
		return "Let them write again"
	case MeasureMerge:
		return "Take the merge back"
	}
	return "Take it back"
}

// Outcome is what those who reported something are told of the measure.
func (a MeasureAction) Outcome() Outcome {
	switch a {
	case MeasureHide:
		return OutcomeHidden
	case MeasureLock:
		return OutcomeLocked
	case MeasureWarn:
		return OutcomeWarned
	case MeasureSuspend:
		return OutcomeSuspended
	case MeasureMerge:
		return OutcomeMerged
	}
	return OutcomeNothing
}

// Measure is something that a moderator has done about a thing, with the reason
// that its author reads.
type Measure struct {
	ID           string
	Action       MeasureAction
	Kind         ThingKind
	SubjectID    string
	CaseStudyID  string // that it is, or is on
	AuthorID     string // whose it was
	AuthorName   string // read with it, as are the names below
	AuthorHandle string
	Title, Slug  string // of the case study
	Organisation string // ODS code of who adopts, of an adoption
	Earlier      bool   // read with it: the case study that it is about has earlier revisions whose text is kept
	Gone         bool   // read with it: the text of the comment or adoption that it is about was deleted
	ModeratorID  string
	Moderator    string // name; never shown to the author
	Reason       ReportReason
	Words        string // that the author reads
	ItemID       string // of the queue that it came from; empty for none
	MadeAt       time.Time
	Until        *time.Time // when a suspension ends by itself; nil: not
	ReadAt       *time.Time // when its person said that they have read a warning
	LiftedAt     *time.Time
	LiftedBy     string // empty for one that ended by itself
	LiftWords    string // that the author reads
	Appeal       string // what the author says against it, once
	AppealedAt   *time.Time
	Decision     Outcome // of the appeal: OutcomeUpheld, OutcomeLifted, or empty while it waits
	DecidedAt    *time.Time
	DecidedBy    string
	Decided      string // what the author was told with the decision
}

// FirstWords are what the author of something that waits for a first look reads.
const FirstWords = "Your account is new, so a moderator looks at what you post before others see it. You can still change it."

// Waits tells whether the measure is nobody's judgement, but has something of a
// new account wait for a first look.
func (m *Measure) Waits() bool { return m.Reason == ReasonFirst }

// Stands tells whether the measure is in force at a time.
func (m *Measure) Stands(now time.Time) bool {
	return m.LiftedAt == nil && (m.Until == nil || now.Before(*m.Until))
}

// What says what was done to what, as a heading.
func (m *Measure) What() string {
	switch {
	case m.Waits() && m.LiftedAt != nil:
		return "Something of a new account had a first look"
	case m.Waits() && m.Kind == ThingComment:
		return "A comment waits for a first look"
	case m.Waits() && m.Kind == ThingAdoption:
		return "An adoption waits for a first look"
	case m.Waits() && m.Kind == ThingCollection:
		return "A collection waits for a first look"
	case m.Waits():
		return "A case study waits for a first look"
	case m.Action == MeasureHide && m.Kind == ThingComment:
		return "A comment was hidden"
	case m.Action == MeasureHide && m.Kind == ThingAdoption:
		return "What an organisation says of a case study was hidden"
	case m.Action == MeasureHide && m.Kind == ThingCollection:
		return "A collection was hidden"
	case m.Action == MeasureHide:
		return "A case study was hidden"
	case m.Action == MeasureLock:
		return "The comments on a case study were closed"
	case m.Action == MeasureWarn:
		return "Somebody was warned"
	case m.Action == MeasureSuspend:
		return "An account was suspended"
	case m.Action == MeasureMerge:
		return "A case study was merged into another"
	}
	return string(m.Action)
}

// WhatYours is What, as it is said to whom it is about.
func (m *Measure) WhatYours() string {
	switch m.Action {
	case MeasureWarn:
		return "You were warned"
	case MeasureSuspend:
		return "Your account was suspended"
	}
	if m.Waits() && m.LiftedAt != nil {
		return "A moderator has looked at what you posted"
	}
	return m.What()
}

// Validate cleans and checks a measure that is about to be taken.
func (m *Measure) Validate(now time.Time) error {
	var p problems
	m.Words = CleanText(m.Words)
	if !slices.Contains(MeasureActions(m.Kind), m.Action) {
		p.add("action", "Choose what is to be done")
	}
	if !m.Reason.Valid() {
		p.add("reason", "Choose which rule it breaks")
	}
	switch n := runeLen(m.Words); {
	case n == 0:
		p.add("words", "Say why, in words that its author can do something with")
	case n > MaxAnswer:
		p.add("words", "What you say must be %d characters or fewer; it has %d", MaxAnswer, n)
	}
	switch {
	case m.Until == nil:
	case m.Action != MeasureSuspend:
		p.add("until", "Only a suspension ends on a day. Leave this empty")
	case !m.Until.After(now):
		p.add("until", "The day must be in the future")
	}
	return p.err("Nothing was done yet.")
}

// MayAppeal tells why nobody can appeal against the measure; nil when whose it is
// can.
func (m *Measure) MayAppeal(now time.Time) error {
	switch {
	case m.Waits():
		return E(Conflict, "A moderator looks at this anyway, so there is nothing to appeal against.")
	case m.AppealedAt != nil:
		return E(Conflict, "You have appealed against this already. What became of it is under your account: /me/moderation")
	case !m.Stands(now):
		return E(Conflict, "This is over or taken back already, so there is nothing to appeal against.")
	}
	return nil
}

// MayErase tells why the text of what the measure hides may not be deleted for
// good by moderators; nil when it may.
func (m *Measure) MayErase(now time.Time) error {
	switch {
	case m.Kind == ThingPerson || m.Action != MeasureHide || m.Reason != ReasonPatientData:
		return E(Conflict, "Only the text of what is hidden as patient or personal data can be deleted for good.")
	case m.Gone:
		return E(Conflict, "Its text is gone already.")
	case m.Kind == ThingStudy && !m.Earlier:
		return E(Conflict, "No earlier text of it is kept. Whoever wrote it, or a lead of its organisation, mends it first: what it said before can be deleted then.")
	case !m.Stands(now):
		return E(Conflict, "This was taken back, so its text stays. Hide it again first.")
	case m.AppealedAt != nil && m.DecidedAt == nil:
		return E(Conflict, "Its author has appealed. Decide about that first.")
	}
	return nil
}

// ErrHidden is what somebody is told who would bring back what a moderator has
// hidden.
var ErrHidden = E(Conflict, "A moderator has hidden this case study, so it cannot be brought back from here. Why, and how to appeal, is on your page of what moderators did: /me/moderation")

// Suspended gives the measure by which a person, nil for nobody, may write
// nothing at a time; nil when none stands.
func (p *Person) Suspended(now time.Time) *Measure {
	if p == nil || p.Suspension == nil || !p.Suspension.Stands(now) {
		return nil
	}
	return p.Suspension
}
