package templates

import (
	"time"

	"github.com/a-h/templ"

	"grassroots/models"
)

// EntryLine is an entry to a campaign in a list, and what its receipt says of it first.
type EntryLine struct {
	Title, URL, EntryURL string
	Number, Owner        string
	State                models.EntryState
	Revision             int
	Arrived              time.Time // zero: it was not sent yet
	Late                 bool
	LateReason, LateBy   string
	KeptOut              string // why it is not let in
}

// undecided tells that it came too late, and that nobody has said whether it is let in.
func (l EntryLine) undecided() bool {
	return l.Late && l.State == models.EntryDraft && l.KeptOut == ""
}

func (l EntryLine) state() (string, Colour) {
	switch {
	case l.State == models.EntryEntered:
		return "Entered", Green
	case l.State == models.EntryWithdrawn:
		return "Withdrawn", Grey
	case l.KeptOut != "":
		return "Kept out", Grey
	case l.Late:
		return "Too late", Red
	}
	return "Draft", Orange
}

// EntriesPage lists the entries of a campaign.
type EntriesPage struct {
	Title, URL    string
	Total         int
	First, MayRun bool
	Lines         []EntryLine
	NextURL       string
}

// EnterPage is the form of an entry.
type EnterPage struct {
	Title, URL        string
	Stage             models.CampaignStage
	Closes            time.Time
	Refused           string // why this person may not enter
	Mine              []EntryLine
	Studies           []Option
	Questions         []models.CampaignQuestion
	CaseStudy         string
	NewTitle, NewBody string
	Answers           map[string]string
	Files             map[string]EntryFile // by the question that each answers
	LateURL           string               // where what came too late is kept
	Errors            []FieldError
}

// EntryFile is a file that answers a question.
type EntryFile struct {
	ID, Name, URL string
	Size          int64
}

// filesForm is how a form is sent that has files in it.
func filesForm(list []models.CampaignQuestion) templ.Attributes {
	if c := (models.Campaign{Questions: list}); c.AsksForFiles() {
		return templ.Attributes{"enctype": "multipart/form-data"}
	}
	return nil
}

// EntryPage is the receipt of an entry.
type EntryPage struct {
	Line                   EntryLine
	Campaign, CampaignURL  string
	Slug                   string
	Own, MayRun, CanChange bool
	Closes                 time.Time
	Questions              []models.CampaignQuestion
	Answers                map[string]string
	Files                  map[string]EntryFile
	Errors                 []FieldError
}

// LetInPage asks whether a late entry is let in, and why.
type LetInPage struct {
	Line        EntryLine
	CampaignURL string
	Closed      time.Time
	Decision    string // "in" or "out"
	Reason      string
	Errors      []FieldError
}

func choices(list []string) (out []Option) {
	for _, c := range list {
		out = append(out, Option{Value: c, Text: c})
	}
	return out
}
