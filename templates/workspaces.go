package templates

import (
	"strconv"
	"time"

	"grassroots/models"
)

// WorkspacePage is the private workspace of an adoption.
type WorkspacePage struct {
	Title, OrgName             string // of the case study, and of who adopts
	URL, StudyURL, AdoptionURL string
	Status                     models.AdoptionStatus
	Planned                    bool // a plan was made from the case study
	CanRun                     bool // its reader says who else reads it
	Overdue, Open, Done        []TaskLine
	Total                      int // of tasks
	TaskForm                   TaskForm
	StepsOut                   []models.StepOut
	Cycles                     []models.Cycle
	Owner                      BylineProps // no name for nobody
	People                     []WorkPersonLine
	Links                      []models.WorkLink
	Files                      []models.WorkFile
	AskURL, CommentURL         string // the first is empty where nobody can be asked here
	ChangedSince, Revision     int    // the first is 0 where the case study has not changed since it was looked at
	Today                      time.Time
	PrintedURL                 string
}

// TaskLine is one task in a list.
type TaskLine struct {
	models.Task
	URL      string
	Overdue  bool
	Up, Down bool // whether it can go there
}

// WorkPersonLine is somebody who was added to a workspace.
type WorkPersonLine struct {
	Byline    BylineProps
	Gone      bool // their profile names another organisation now
	Self      bool
	RemoveURL string // empty where the reader may not
}

// TaskForm is the form of a task.
type TaskForm struct {
	Task               models.Task
	People             []Option
	Title              string // of the case study
	ActionURL, BackURL string
	RemoveURL          string       // empty for a new one
	OfStep             bool         // it was made of a step of the case study
	Saved              *models.Task // what is saved by now, where somebody else was quicker
	Errors             []FieldError
}

func (f TaskForm) heading() string {
	if f.Task.ID != "" {
		return "Change a task"
	}
	return "Add a task"
}

// CycleForm is the form of a cycle.
type CycleForm struct {
	Cycle              models.Cycle
	Title              string
	ActionURL, BackURL string
	RemoveURL          string
	Saved              *models.Cycle
	Errors             []FieldError
}

func (f CycleForm) heading() string {
	if f.Cycle.ID != "" {
		return "Cycle " + strconv.Itoa(f.Cycle.Number)
	}
	return "Begin a cycle"
}

// WorkPersonForm is where somebody is added to a workspace.
type WorkPersonForm struct {
	Title, URL, Handle, Organisation string
	Errors                           []FieldError
}

// WorkFileForm is where a file is added.
type WorkFileForm struct {
	Title, URL string
	Errors     []FieldError
}

// WorkLinkForm is where a link to a document is added.
type WorkLinkForm struct {
	Title, URL string
	Link       models.WorkLink
	Errors     []FieldError
}

func (p WorkspacePage) planButton() string {
	if p.Planned {
		return "Add steps that are not in the plan yet"
	}
	return "Make the plan from the case study"
}

func (p WorkspacePage) progress() string {
	return FormatNumber(len(p.Done)) + " of " + FormatNumber(p.Total) + " done"
}

func (p WorkspacePage) stepBackURL(out models.StepOut) string {
	return p.URL + "/steps/" + out.ID + "/back"
}

func (f TaskForm) removeNote() string {
	if f.OfStep {
		return "It is gone for everybody. The step of the case study that it was made of can be brought back below the plan."
	}
	return goneForAll
}

const goneForAll = "It is gone for everybody, and cannot be brought back."

func cycleColour(a models.CycleAct) Colour {
	switch a {
	case models.CycleAdopt:
		return Green
	case models.CycleAdapt:
		return Blue
	case models.CycleAbandon:
		return Orange
	}
	return Grey
}

func cycleActOptions() []Option {
	out := []Option{{Value: "", Text: models.CycleAct("").Label()}}
	hints := map[models.CycleAct]string{models.CycleAdopt: "Do it like this from now on", models.CycleAdapt: "Change something, and try again", models.CycleAbandon: "Do not go on with it"}
	for _, a := range models.CycleActs() {
		out = append(out, Option{Value: string(a), Text: a.Label(), Hint: hints[a]})
	}
	return out
}

// cycleRows are what is said of a cycle.
func cycleRows(c models.Cycle) (rows []SummaryRow) {
	for _, r := range []struct{ key, text string }{{"Plan", c.Plan}, {"Prediction", c.Prediction}, {"Do", c.Did}, {"Study", c.Studied}, {"What follows", c.Next}} {
		if r.text != "" {
			rows = append(rows, SummaryRow{Key: r.key, Content: Paragraphs(r.text)})
		}
	}
	return rows
}

const maxTask, maxCycleText, maxWorkLinkText = models.MaxTask, models.MaxCycleText, models.MaxWorkLinkText
