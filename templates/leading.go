package templates

import (
	"time"

	"grassroots/models"
)

// LeadingPage is the page of those who lead an organisation.
type LeadingPage struct {
	Organisation, OrganisationURL string
	Others                        []LedOrganisation // that the reader leads too
	Uses                          bool              // a system or standard is known that the organisation uses
	New                           []LeadingNew
	PriorityLinks                 []Crumb // what matters to the organisation, each with what has it as a tag
	Form                          PrioritiesForm
	NewURL                        string // empty where there is nothing to search by
	Ideas                         []LeadingIdea
	IdeasTotal                    int
	Counts                        []models.AdoptionCount
	Adoptions                     []LeadingAdoption
	AdoptionsTotal                int
	Overdue                       []OverdueLine
	OverdueTotal                  int
	OverdueURL                    string // the list of all of it
	Thanks                        []ToThankLine
}

// LeadingNew is a new case study, and why it fits.
type LeadingNew struct {
	Card ListCardProps
	Why  []string
}

// PrioritiesForm is where leads say what matters to their organisation.
type PrioritiesForm struct {
	ActionURL, Typed string
	Errors           []FieldError
}

// LedOrganisation is an organisation that the reader leads, and its page.
type LedOrganisation struct{ Name, Code, URL string }

// OverduePage is the list of all that is overdue at an organisation.
type OverduePage struct {
	Organisation, OrganisationURL, HomeURL string
	Lines                                  []OverdueLine
	Total                                  int
	FirstURL, NextURL                      string // empty on the first and on the last page
}

// LeadingIdea is an idea that waits for a first response.
type LeadingIdea struct {
	Title, URL, By string
	Posted         time.Time
	Waits          int // whole days
	Overdue        bool
}

// LeadingAdoption is an adoption, with how far its workspace is.
type LeadingAdoption struct {
	AdoptionItem
	WorkspaceURL string // empty where the reader may not read it
	Tasks        models.TaskCount
}

func (a LeadingAdoption) progress() string {
	return FormatNumber(a.Tasks.Done) + " of " + FormatCount(a.Tasks.Total, "task done", "tasks done")
}

// OverdueLine is one thing that is overdue.
type OverdueLine struct {
	Kind           models.OverdueKind
	Title, URL, Of string // Of is the case study that a task is about
	Who            string // who has the task, posted the idea or looks after the adoption; empty for nobody
	Days           int
}

// ToThankLine is a case study that is in use, and whom to thank for it.
type ToThankLine struct{ Title, URL, Names, ThankURL string }

const nothingOverdue = "Nothing is overdue: no task, no first response, and no adoption of which nothing was heard."

func overdueText(days int) string {
	if days < 1 {
		return "Overdue since today"
	}
	return FormatCount(days, "day overdue", "days overdue")
}
