package templates

import (
	"strings"
	"time"

	"grassroots/models"
)

// AdoptionItem is what one organisation does with a case study.
type AdoptionItem struct {
	Title, URL string // of who adopts, or of what is adopted
	Status     models.AdoptionStatus
	// Since is the day from which the status holds, in words; empty when nobody has said.
	Since string
	// SinceSaid tells that an organisation said so, and not only when it was written down.
	SinceSaid bool
	Owner     BylineProps // no name for nobody
	Demo      bool
	// Elsewhere is the address of the instance that it was recorded on; empty for this one.
	Elsewhere, ElsewhereURL string
	Rows                    []SummaryRow
	// Silent is since when they were asked how far they are and nothing was heard; nil for not.
	Silent *time.Time
	// ChangeURL is empty where the reader may not.
	ChangeURL string
}

// AdoptionSection is the adoptions of a case study, under it on its page.
type AdoptionSection struct {
	Items  []AdoptionItem
	Counts string // "3 organisations: 2 in use, 1 stopped"; empty for none
	// MoreURL leads to all of them; empty where these are all.
	MoreURL, CSVURL, SpreadURL string
	// ActionURL leads to the form; empty where nothing can be said.
	ActionURL, ActionText string
	// WorkspaceURL leads to that of the reader's own organisation; empty where they may not read it.
	WorkspaceURL string
	KitURL       string // of its replication kit; empty for an idea that nobody adopts, of which there is nothing to copy
}

// AdoptionsPage is a list of adoptions on a page of its own.
type AdoptionsPage struct {
	Heading, Caption, CaptionURL string
	Counts, Nothing              string
	Items                        []AdoptionItem
	NextURL, FirstURL            string
	CSVURL, ActionURL            string
	FeedURL                      string
	// Others leads to the other list of an organisation.
	OthersURL, OthersText string
}

// AdoptionPage is one adoption with all that is said of it.
type AdoptionPage struct {
	Heading         string
	Title, TitleURL string // of the case study
	Item            AdoptionItem
	Figures         AdoptionFigures
	History         []AdoptionStepLine
	FollowUps       []AdoptionFollowUpLine
	// RemoveURL is empty where the reader may not.
	RemoveURL string
	// WorkspaceURL is empty where the reader may not.
	WorkspaceURL string
	ReportURL    string          // for who does not moderate, nor said it
	ActURL       string          // for who moderates it
	Hidden       *models.Measure // by which others do not see it; nil for none
}

// AdoptionStepLine is one status that an adoption had.
type AdoptionStepLine struct {
	Status string
	When   time.Time
}

// AdoptionForm is the form in which somebody says what their organisation does.
type AdoptionForm struct {
	Title, TitleURL, ActionURL string
	Organisation, OrgName      string
	// Organisations are those that the person can speak for, where there are several.
	Organisations []Option
	// TypeCode lets an admin type any code.
	TypeCode bool
	// Why says why nothing can be said, and WhyURL where to mend that; then there is no form.
	Why, WhyURL, WhyText string
	Status               string
	Owner                string
	Started, InUse       string
	Stopped              string
	Texts                map[string]string
	Version              int // 0 for a new one
	Errors               []FieldError
	// SignInURL is set for somebody who is not signed in.
	SignInURL string
	// Saved is what is saved by now, where somebody else was quicker.
	Saved *AdoptionItem
	// Typed says that the form was sent, so that what was typed is to be kept.
	Typed bool
}

func adoptionColour(s models.AdoptionStatus) Colour {
	switch s {
	case models.AdoptionInUse:
		return Green
	case models.AdoptionTrying:
		return Blue
	case models.AdoptionStopped:
		return Orange
	}
	return Grey
}

func adoptionOptions() []Option {
	hints := map[models.AdoptionStatus]string{
		models.AdoptionInterested: "You would like to know more, or look for support",
		models.AdoptionPlanning:   "It is decided, and you prepare it",
		models.AdoptionTrying:     "Some people work with it",
		models.AdoptionInUse:      "It is ordinary work",
		models.AdoptionStopped:    "You tried it and stopped. Say why: it helps others as much as a success",
	}
	var out []Option
	for _, s := range models.AdoptionStatuses() {
		out = append(out, Option{Value: string(s), Text: s.Label(), Hint: hints[s]})
	}
	return out
}

func (f AdoptionForm) heading() string {
	if f.Version > 0 {
		return "How far are you with it?"
	}
	return "We want to try this"
}

func (f AdoptionForm) button() string {
	if f.Version > 0 {
		return "Save"
	}
	return "Tell everybody"
}

// AdoptionCounts says how many organisations do what.
func AdoptionCounts(counts []models.AdoptionCount, total int) string {
	if total == 0 {
		return ""
	}
	parts := make([]string, len(counts))
	for i, c := range counts {
		label := c.Status.Label()
		parts[i] = FormatNumber(c.Count) + " " + strings.ToLower(label[:1]) + label[1:]
	}
	return FormatCount(total, "organisation", "organisations") + ": " + strings.Join(parts, ", ")
}

const maxAdoptionText, maxAdoptionSites = models.MaxAdoptionText, models.MaxAdoptionSites
