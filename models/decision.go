package models

import (
	"slices"
	"time"
)

// DecisionStatus says what was decided about a case study. How far the work has
// come is its stage.
type DecisionStatus string

// What can be decided.
const (
	Considering     DecisionStatus = "considering"
	Planned         DecisionStatus = "planned"
	TakenForward    DecisionStatus = "taken-forward"
	NotTakenForward DecisionStatus = "not-taken-forward"
)

// DecisionStatuses lists what can be decided.
func DecisionStatuses() []DecisionStatus {
	return []DecisionStatus{Considering, Planned, TakenForward, NotTakenForward}
}

// Label gives the decision as a person reads it.
func (d DecisionStatus) Label() string {
	switch d {
	case Considering:
		return "Under consideration"
	case Planned:
		return "Planned"
	case TakenForward:
		return "Taken forward"
	case NotTakenForward:
		return "Not taken forward"
	}
	return string(d)
}

// MaxDecisionReason is how long the reason of a decision may be, in characters.
const MaxDecisionReason = 1000

// Decision is what those who wrote a case study, or a lead of its organisation,
// say became of it, and why.
type Decision struct {
	ID, CaseStudyID string
	Status          DecisionStatus
	Reason          string
	PersonID        string
	PersonName      string // read with it
	MadeAt          time.Time
}

// Validate cleans and checks a decision.
func (d *Decision) Validate() error {
	var p problems
	d.Reason = CleanText(d.Reason)
	if !slices.Contains(DecisionStatuses(), d.Status) {
		p.add("status", "Choose what becomes of it")
	}
	switch n := runeLen(d.Reason); {
	case n == 0:
		p.add("reason", "Say why, so that those who voted and commented know what came of it")
	case n > MaxDecisionReason:
		p.add("reason", "The reason must be %d characters or fewer; it has %d", MaxDecisionReason, n)
	}
	return p.err("It was not saved: some fields need your attention.")
}
