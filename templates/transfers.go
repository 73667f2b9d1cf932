package templates

import (
	"fmt"
	"time"
)

// Transfer is a bundle that an admin brings in or takes out, and how far it is.
type Transfer struct {
	URL, FileName, State string
	Size                 int64 // in bytes
	Asked, Kept          time.Time
	Done, Total          int // case studies, while there is work
	Failure              string
	Problems             []string
	MoreProblems         int

	Created, Updated, Unchanged, KeptHere, People int // of an import
	LeftOut                                       int // as copies of other instances
	Lines                                         []TransferLine
	CaseStudies, Revisions, Missing               int // of an export
	Emails                                        bool
	Comments, Attachments                         int
}

// TransferLine is what becomes of one case study.
type TransferLine struct{ Title, Outcome string }

// ImportBundlesPage is the page on which a bundle is chosen.
type ImportBundlesPage struct {
	Recent   []Transfer
	Errors   []FieldError
	PartSize int64 // in bytes
}

// ExportBundlesPage is the page on which a bundle is asked for.
type ExportBundlesPage struct {
	Recent              []Transfer
	Organisation, Since string
	Emails              bool
	Errors              []FieldError
}

// working tells whether there is something to wait for.
func (t Transfer) working() bool {
	return t.State == "checking" || t.State == "importing" || t.State == "exporting"
}

func (t Transfer) stateText() string {
	switch t.State {
	case "receiving":
		return "Not sent whole"
	case "checking":
		return "Being checked"
	case "checked":
		return "Checked"
	case "refused":
		return "Refused"
	case "importing":
		return "Being brought in"
	case "imported":
		return "Brought in"
	case "exporting":
		return "Being made"
	case "ready":
		return "Ready"
	}
	return "Failed"
}

func (t Transfer) progressText() string {
	if t.Total == 0 {
		return t.stateText() + "."
	}
	return fmt.Sprintf("%s: %s of %s.", t.stateText(), FormatNumber(t.Done), FormatCount(t.Total, "case study", "case studies"))
}

func (t Transfer) outcomeText(l TransferLine, done bool) string {
	texts := map[string][2]string{"created": {"New", "Made"}, "updated": {"Would change", "Changed"}, "kept": {"Stays as it is, because it was changed here later", "Stayed as it is, because it was changed here later"},
		"elsewhere": {"Would be left out: it is a copy of one of another instance", "Left out: it is a copy of one of another instance"}}
	if done {
		return texts[l.Outcome][1]
	}
	return texts[l.Outcome][0]
}

func (t Transfer) importRows() []SummaryRow {
	return []SummaryRow{
		{Key: "File", Value: t.FileName + ", " + FormatSize(t.Size)},
		{Key: "New case studies", Value: FormatNumber(t.Created)},
		{Key: "Changed", Value: FormatNumber(t.Updated)},
		{Key: "As they are", Value: FormatNumber(t.Unchanged)},
		{Key: "Changed here later, so left alone", Value: FormatNumber(t.KeptHere)},
		{Key: "Copies of other instances, so left out", Value: FormatNumber(t.LeftOut)},
		{Key: "Comments", Value: FormatNumber(t.Comments)},
		{Key: "Files", Value: FormatNumber(t.Attachments)},
		{Key: "People", Value: FormatNumber(t.People)},
	}
}

func (t Transfer) exportRows() []SummaryRow {
	addresses := "Left out"
	if t.Emails {
		addresses = "Included"
	}
	return []SummaryRow{
		{Key: "File", Value: t.FileName + ", " + FormatSize(t.Size)},
		{Key: "Case studies", Value: FormatNumber(t.CaseStudies)},
		{Key: "Revisions", Value: FormatNumber(t.Revisions)},
		{Key: "Comments", Value: FormatNumber(t.Comments)},
		{Key: "Files", Value: FormatNumber(t.Attachments)},
		{Key: "E-mail addresses", Value: addresses},
	}
}
