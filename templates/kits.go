package templates

import (
	"time"

	"grassroots/models"
)

// KitPage is what is known that a team needs which wants to do what a case study
// describes.
type KitPage struct {
	Title, StudyURL                    string
	Document                           models.Document
	Revision                           int
	Revised                            time.Time
	Adopters                           int
	Steps                              []string
	Joins                              []ConnectionRow
	Systems                            []string
	Agree, People, Cost, Failed, Adapt string    // of the case study; empty where it does not say
	Found                              bool      // one of these is said
	Other                              []KitPart // sections of which nothing of the kit is made, where one of these is not said
	Documents                          []Crumb
	Money, Measures                    []ReportTable // what adopters say in figures, a table for each way in which it is known
	Costs, Stopped, Changed, Needed    []KitSaid
	Stages                             []models.StageStep
	Waits                              []KitWait
	Median                             int // days; -1 for none
	Authors                            []BylineProps
	Owners                             []KitOwner
	AskURL                             string // empty where nobody here can be asked
}

// KitSaid is what one organisation said.
type KitSaid struct {
	Name, URL, Text string
	Demo            bool // invented for the demonstration
}

// KitPart is a section of a case study: its heading, empty before the first, and what it says.
type KitPart struct{ Heading, Text string }

// KitWait is how long one organisation took.
type KitWait struct {
	Name, URL string
	Days      int
	Demo      bool
}

// KitOwner is somebody who looks after an adoption.
type KitOwner struct {
	Name, URL, Organisation string
	Demo                    bool
}

// What a kit says of what is not known, and who could add it.
const (
	KitNoSteps     = "The case study lists no steps. Those who wrote it can add them, as a list under “What was done”."
	KitNoJoins     = "The case study names no systems that were joined. Those who wrote it can add them."
	KitNoAgree     = "The case study does not say who had to agree. Those who wrote it can add it."
	KitNoPeople    = "The case study does not say who was needed. Those who wrote it can add it."
	KitNoDocuments = "The case study has no files and no links to documents. Those who wrote it can add them."
	KitNoCost      = "The case study does not say what it cost. Those who wrote it can add it."
	KitNoCosts     = "No organisation that adopted it has said what it cost. Each of them can add it."
	KitNoFailed    = "The case study does not say what failed. Those who wrote it can add it."
	KitNoAdapt     = "The case study does not say what another team would have to change. Those who wrote it can add it."
	KitNoStopped   = "No organisation has said that it stopped."
	KitNoChanged   = "No organisation has said what it changed. Each that adopts it can add it."
	KitNoNeeded    = "No organisation has said what it needed. Each that adopts it can add it."
	KitNoWaits     = "It is not known how long others took: no organisation has said here both when it was first interested and since when it uses it."
	KitNoFigures   = "No organisation that adopted it has said in figures what it cost or saved. Each of them can add it."
	KitNoMeasures  = "No organisation that adopted it has reported a measure. Each of them can add one."
	KitApart       = "Cash-releasing savings can be taken out of a budget. Others are worth something and free no money, so the two are never added together."
	KitOwnHeadings = "The case study is written under headings of its own, in which this kit finds neither who must agree, who was needed, what it cost, what failed nor what to adapt. So this is all that it says, under its headings:"
	KitOtherParts  = "What this kit does not find may be said in the sections of the case study that it is not made of:"
	KitNoMedian    = "There is no median of fewer than three."
	KitNoOwners    = "No organisation that adopted it has named somebody who can be asked."
)

// KitMadeFrom says of what a kit is made, as plain text.
func KitMadeFrom(p KitPage) string {
	return "Made from revision " + FormatNumber(p.Revision) + " of the case study, of " + FormatDay(models.InLondonDay(p.Revised)) + ", and from what " + FormatCount(p.Adopters, "organisation says", "organisations say") + " of it. Nothing is added to that."
}

// GovernanceRows sum up what a case study says of data use, safety and devices.
func GovernanceRows(d models.Document) []SummaryRow { return governanceRows(d) }

// told gives of a row what is told, by the names of its columns.
func (t *ReportTable) told(row []ReportCell) (out []SummaryRow) {
	for i, c := range row[1:] {
		if c.Theirs {
			out = append(out, SummaryRow{Key: t.Columns[i+1], Content: reportCell(c)})
		}
	}
	return out
}
