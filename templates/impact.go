package templates

import (
	"fmt"
	"time"
)

// ImpactFigures is what came of things, as tables and figures.
type ImpactFigures struct {
	Begin, End                time.Time // Begin is zero for all time
	Adoption, Third, Answers  []ReportFact
	Status, Months            ReportTable
	Series                    []ReportSeries
	Yearly                    bool
	Sums, Units, Measures     ReportTable
	Benefits                  int // how many there are; the table may have fewer
	OfUnits                   int // in how many units
	Tried, Results, Baselines int
	Adopted                   AdoptedFigures
}

// AdoptedFigures is what adoptions say in figures.
type AdoptedFigures struct {
	Any                     bool
	Sums, Against, Measures ReportTable
	Money                   []ReportTable
	N, Stopped              int // measures, and those of what is not tried or used by now
}

// ImpactPage is what came of everything that is posted.
type ImpactPage struct {
	ImpactFigures
	From, To, Region, Kind, Campaign string
	Regions, Kinds, Campaigns        []Option
	Filtered, Demo                   bool
	CSVURL                           string
}

func (f ImpactFigures) span() string {
	if f.Yearly {
		return "year"
	}
	return "month"
}

// describe says in words what a chart shows.
func (f ImpactFigures) describe(s ReportSeries) string {
	return fmt.Sprintf("A bar for each %s, the first on the left. %d is the tallest. The table below says the same.", f.span(), s.most())
}

func (f ImpactFigures) caption(s ReportSeries) string {
	return fmt.Sprintf("%s: at most %d in a %s", s.Title, s.most(), f.span())
}

// OrganisationImpactPage is what came of the case studies of one organisation, and of what
// it adopts, for its board.
type OrganisationImpactPage struct {
	ImpactFigures
	Name, URL, From, To, CSVURL        string
	Demo, Cut                          bool
	Most                               int
	Totals                             []ReportFact
	StatusHere, Elsewhere, Here, Words ReportTable
	AdoptedHere                        AdoptedFigures
}

// ImpactDataPage is what the open data is.
type ImpactDataPage struct {
	ArchiveURL, LicenceURL, Attribution string
	Files                               []ImpactFile
}

// ImpactFile is one file of the open data.
type ImpactFile struct {
	Name, URL, About string
	Columns          []ImpactColumn
}

// ImpactColumn is one column of a file, and what it means.
type ImpactColumn struct{ Name, Text string }
