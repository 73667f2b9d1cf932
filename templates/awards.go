package templates

import "time"

// AwardsPage is where organisers record what was awarded in a campaign.
type AwardsPage struct {
	Title, URL, FundURL string
	Fund                string // as typed
	FundVersion         int
	FundText            string // empty for none
	Total               string
	Over                string // by how much the awards are more than the fund; empty when they are not
	Left                string
	Lines               []AwardLine
	Form                AwardForm
	NoWinners           bool
	Errors              []FieldError
}

// AwardForm is an award as it is typed.
type AwardForm struct {
	URL, RemoveURL                                  string // RemoveURL is empty for a new one
	Study, Amount, Purpose, Organisation, Day, Note string
	Version                                         int
	Winners                                         []Option
	Errors                                          []FieldError
	Title, AwardsURL                                string
}

// AwardLine is an award that is recorded.
type AwardLine struct {
	Title, URL, Amount, Purpose, Organisation, OrganisationURL, Note, EditURL string
	Day                                                                       time.Time
}

// AwardsShown is what was awarded, on the page of the results and in the report.
type AwardsShown struct {
	Table       ReportTable
	Total, Fund string
}

// ComparePage is campaigns side by side.
type ComparePage struct {
	Options []Option
	Chosen  []string
	Table   ReportTable
	CSVURL  string
	Least   int
}

// ResultsLinks lead on from the results of a campaign.
type ResultsLinks struct{ ReportURL, CertificatesURL, AwardsURL string }
