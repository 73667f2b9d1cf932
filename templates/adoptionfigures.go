package templates

import (
	"github.com/a-h/templ"

	"grassroots/models"
	"grassroots/models/spc"
)

// FigureLine is a measure in brief: what it was and what it is. Empty texts are not said.
type FigureLine struct{ Name, Unit, Before, Now, Expected string }

// Went is which way a value went.
type Went string

// The ways.
const (
	WentLower   Went = "lower"
	WentHigher  Went = "higher"
	WentNowhere Went = "nowhere"
)

// AdoptionFigures is what an adoption says in figures.
type AdoptionFigures struct {
	Measures []MeasureView
	Money    MoneyView
	// What follows is empty for who may not change it.
	AddURL, MoneyURL string
	Starts           []Crumb // benefits of the case study that could be measured here again
}

// MeasureView is one measure of an adoption as its page shows it.
type MeasureView struct {
	Key                      string // tells it from others on the page
	Number, Version          int
	Name, Unit               string
	Before, Now, Expected    string
	Changed                  Went // empty where there are no per cent
	Percent                  string
	Better, LowerBetter      bool
	Hours, Equivalents       string // a week; empty where it is no time
	Lost                     bool   // the hours are lost, and not released
	Sample, Method, From, To string
	Known                    string
	Worked                   bool // before and now are worked out of the series
	Repeats                  string
	Original                 *FigureLine // the benefit of the case study that it repeats, as that stands there by now
	Cautions                 []models.MeasureCaution
	Series                   string
	ChangeURL, RemoveURL     string
}

// MoneyView is what an adoption cost and saved, in words.
type MoneyView struct {
	Any            bool
	Said, Expected [4]string // as models.AdoptionSums has them
	Known, How     string
}

// NewMoneyView writes what an adoption cost and saved in words.
func NewMoneyView(m *models.AdoptionMoney) MoneyView {
	v := MoneyView{Any: !m.Empty(), How: m.How}
	if m.Known != "" {
		v.Known = KnownLabel(m.Known)
	}
	for i := range v.Said {
		v.Said[i], v.Expected[i] = poundsOrNone(*m.Each()[i]), poundsOrNone(*m.Expected.Each()[i])
	}
	return v
}

func poundsOrNone(v *int64) string {
	if v == nil {
		return ""
	}
	return FormatPounds(*v)
}

// NewFigureLines writes the measures of an adoption in brief.
func NewFigureLines(f *models.AdoptionFigures) (out []FigureLine) {
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return FormatValue(*v)
	}
	for i := range f.Measures {
		m := &f.Measures[i]
		out = append(out, FigureLine{Name: m.Name, Unit: m.Unit, Before: number(m.Baseline), Now: number(m.Result), Expected: number(m.Expected)})
	}
	return out
}

// MoneyRows show what an adoption cost and saved, as a list of its own.
func MoneyRows(m MoneyView) templ.Component { return SummaryList(m.rows()) }

// MeasureForm is the form of one measure of an adoption.
type MeasureForm struct {
	Title, OrgName, AdoptionURL, ActionURL string
	Version, At                            int
	Was                                    string
	Typed                                  map[string]string
	Benefits                               []Option // of the case study
	Saved                                  []FigureLine
	Errors                                 []FieldError
}

// MoneyForm is the form of costs and savings of an adoption.
type MoneyForm struct {
	Title, OrgName, AdoptionURL, ActionURL string
	Version                                int
	Typed                                  map[string]string
	Saved                                  []FigureLine
	Errors                                 []FieldError
}

// expects tells whether something is typed or wrong about what was expected.
func (f MoneyForm) expects() bool {
	for _, name := range models.AdoptionSums() {
		if f.Typed["expected."+name] != "" {
			return true
		}
	}
	return false
}

// KnownLabel says how well costs and savings are known.
func KnownLabel(k models.HowKnown) string {
	switch k {
	case models.KnownAccounts:
		return "From accounts or invoices"
	case models.KnownClaim:
		return "Claimed, without accounts"
	case models.KnownEstimate:
		return "Only estimated"
	}
	return ""
}

func knownOptions() []Option {
	return []Option{{Value: string(models.KnownAccounts), Text: "From accounts or invoices"}, {Value: string(models.KnownClaim), Text: "We know it, without accounts"}, {Value: string(models.KnownEstimate), Text: "It is estimated"}}
}

// cautionText says what the data of a measure cannot carry.
func cautionText(c models.MeasureCaution) string {
	switch c {
	case models.CautionTwoPoints:
		return "One point before and one after cannot tell a change from chance. Give more points in time."
	case models.CautionTinySample:
		return "Fewer than 20 were looked at, so chance alone may explain the result."
	case models.CautionNoSample:
		return "It is not said how many were looked at."
	case models.CautionNoMethod:
		return "It is not said how it was measured."
	case models.CautionNoPeriod:
		return "It is not said from when to when it was measured."
	case models.CautionNoBaseline:
		return "There is no value from before, so nothing tells whether it changed."
	}
	return string(c)
}

// chart draws the series of a measure, under the name that the measure has; nil for none.
func (m *MeasureView) chart() *SPCChart {
	if m.Series == "" {
		return nil
	}
	c := chartOf(m.Series, m.Key)
	c.Title, c.Unit, c.Better = m.Name, m.Unit, spc.Higher
	if m.LowerBetter {
		c.Better = spc.Lower
	}
	return c
}

func (m *MeasureView) rows() []SummaryRow {
	return []SummaryRow{
		{Key: "Before", Content: theirs(m.withUnit(m.Before))}, {Key: "Now", Content: theirs(m.withUnit(m.Now))}, {Key: "Change", Value: m.change()},
		{Key: "Expected", Content: theirs(m.withUnit(m.Expected))}, {Key: "Time released", Value: m.released()}, {Key: "The case study itself", Content: original(m.Original, m.Repeats)},
		{Key: "How many were looked at", Value: m.Sample}, {Key: "Period", Content: period(m.From, m.To)}, {Key: "How it was measured", Content: theirs(m.Method)}, {Key: "How well known", Value: m.Known},
	}
}

func (m *MeasureView) withUnit(v string) string {
	if v == "" || m.Unit == "" {
		return v
	}
	return v + " " + m.Unit
}

func (m *MeasureView) change() string {
	switch {
	case m.Changed == WentLower && m.Better:
		return m.Percent + "% lower than before, which is better"
	case m.Changed == WentLower:
		return m.Percent + "% lower than before, which is worse"
	case m.Changed == WentHigher && m.Better:
		return m.Percent + "% higher than before, which is better"
	case m.Changed == WentHigher:
		return m.Percent + "% higher than before, which is worse"
	case m.Changed == WentNowhere:
		return "The same as before"
	}
	return ""
}

func (m *MeasureView) released() string {
	switch {
	case m.Hours == "":
		return ""
	case m.Lost:
		return "None: it takes " + m.Hours + " hours a week more, which is " + m.Equivalents + " full-time equivalents of 37.5 hours"
	}
	return m.Hours + " hours a week, which is " + m.Equivalents + " full-time equivalents of 37.5 hours"
}

// SumLabels are what each of the sums of an adoption is called, as models.AdoptionSums has
// them, and ExpectedLabels what each is called where it was expected.
func SumLabels() [4]string {
	return [4]string{"Cost, once", "Cost, each year", "Saved each year, cash-releasing", "Saved each year, not cash"}
}

// ExpectedLabels are told beside SumLabels.
func ExpectedLabels() [4]string {
	return [4]string{"Cost expected, once", "Cost expected, each year", "Cash-releasing saving expected, each year", "Saving expected that is not cash, each year"}
}

func (m MoneyView) rows() (out []SummaryRow) {
	for i, label := range SumLabels() {
		out = append(out, SummaryRow{Key: label, Value: m.Said[i]}, SummaryRow{Key: ExpectedLabels()[i], Value: m.Expected[i]})
	}
	return append(out, SummaryRow{Key: "How well known", Value: m.Known}, SummaryRow{Key: "How it was worked out", Content: theirs(m.How)})
}
