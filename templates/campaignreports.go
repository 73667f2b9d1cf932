package templates

import (
	"fmt"
	"strings"
	"time"
)

// CampaignReportPage is what came of a campaign.
type CampaignReportPage struct {
	Title, URL, CSVURL, TextURL, ResultsURL, LessonsURL string
	Out, Dated, Shown                                   bool
	OutAt                                               time.Time
	From, Until                                         time.Time
	Begun, Weekly                                       bool
	Counted                                             *time.Time // when it was counted whom the campaign reached
	Totals                                              []ReportFact
	ViewsSince                                          string
	HasVote, ShowsVotes, VotesTimed                     bool
	Reach                                               []ReportTable
	Participation, Funnel, Scores, Adoptions            ReportTable
	Series                                              []ReportSeries
	Spread                                              []ReportSpread
	Cards                                               int
	Awards                                              AwardsShown
	FollowUps                                           FollowUpShown
	LessonsHTML, LessonsBy                              string
	LessonsAt                                           time.Time
	LessonsRevision                                     int
	Learning                                            []ReportLearning
	Least                                               int
}

// ReportFact is one figure with what it is of.
type ReportFact struct{ Label, Text string }

// ReportTable is one table of a report.
type ReportTable struct {
	Key, Title string
	Columns    []string
	Rows       [][]ReportCell
	Named      bool // the columns but the first are names that people gave
}

// ReportCell is one cell: words of ours, or where Theirs is set a name.
type ReportCell struct {
	Text, URL string
	Theirs    bool
	Day       time.Time // in place of Text
	Demo      bool      // it is invented for the demonstration
}

// ReportSeries is how often one thing happened, from span to span.
type ReportSeries struct {
	Key, Title string
	N          []int
}

// ReportSpread is how often each score was given.
type ReportSpread struct {
	Key, Name string
	N         []int // of the scores from 1 on
	Text      string
}

// ReportLearning is what one entry says was learnt.
type ReportLearning struct {
	Title, URL string
	Words      []string
}

// LessonsPage is the form of what was learnt from a campaign.
type LessonsPage struct {
	Title, URL, ReportURL, Body string
	Revision                    int
	History                     []LessonsLine
	Errors                      []FieldError
}

// LessonsLine is a revision that was saved.
type LessonsLine struct {
	Revision int
	By, Body string
	At       time.Time
}

const (
	seriesWide = 300
	seriesHigh = 46
)

// seriesBar is a bar of a chart, in its units.
type seriesBar struct{ X, Y, Width, Height string }

func (s ReportSeries) most() int {
	most := 0
	for _, n := range s.N {
		most = max(most, n)
	}
	return most
}

func (s ReportSeries) bars() []seriesBar {
	most, out := s.most(), []seriesBar(nil)
	wide := float64(seriesWide-2) / float64(max(len(s.N), 1))
	for i, n := range s.N {
		if n == 0 {
			continue
		}
		high := max(2, float64(seriesHigh-4)*float64(n)/float64(most))
		out = append(out, seriesBar{fmt.Sprintf("%.1f", 1+float64(i)*wide+0.5), fmt.Sprintf("%.1f", float64(seriesHigh)-high), fmt.Sprintf("%.1f", max(1, wide-1)), fmt.Sprintf("%.1f", high)})
	}
	return out
}

// spreadWidth is how long the bar of a score is.
func (s ReportSpread) width(n int) string {
	most := 1
	for _, m := range s.N {
		most = max(most, m)
	}
	return fmt.Sprintf("%.0f", 200*float64(n)/float64(most))
}

func (s ReportSpread) textAt(n int) string {
	most := 1
	for _, m := range s.N {
		most = max(most, m)
	}
	return fmt.Sprintf("%.0f", 24+200*float64(n)/float64(most)+6)
}

// Markdown writes a table as Markdown has it.
func (t ReportTable) Markdown() string {
	if len(t.Rows) == 0 {
		return ""
	}
	var b strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(strings.ReplaceAll(c, "|", "\\|"), "\n", " ")
		}
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	b.WriteString("### " + t.Title + "\n\n")
	line(append([]string(nil), t.Columns...))
	b.WriteString("|" + strings.Repeat(" --- |", len(t.Columns)) + "\n")
	for _, r := range t.Rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = c.Plain()
		}
		line(cells)
	}
	return b.String()
}

// Plain gives the cell as text.
func (c ReportCell) Plain() string {
	if !c.Day.IsZero() {
		return c.Day.In(london()).Format(time.DateOnly)
	}
	return c.Text
}
