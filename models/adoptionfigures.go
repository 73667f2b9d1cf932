package models

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Limits of what an adoption says in figures.
const (
	MaxAdoptionMeasures = 12
	MaxMeasureSeries    = 6_000  // characters of one series
	MaxAdoptionSeries   = 20_000 // characters of all series of an adoption
	MaxPounds           = 10_000_000_000
	maxMeasured         = 1e12 // no measure is further from nothing
)

// FullTimeHours are the hours a week of one full-time equivalent: the standard hours of
// staff under Agenda for Change, without meal breaks. Source: NHS Terms and Conditions of
// Service Handbook, section 10, paragraph 10.1 (England).
const FullTimeHours = 37.5

// AdoptionFigures is what an organisation says of an adoption in figures.
type AdoptionFigures struct {
	Measures []AdoptionMeasure `json:"measures,omitempty"`
	Money    AdoptionMoney     `json:"money,omitzero"`
}

// AdoptionMeasure is one measure of what came of an adoption.
type AdoptionMeasure struct {
	// Repeats names the benefit of the case study that is measured again here, as it is
	// called there, so that results can be compared over sites; empty for none.
	Repeats  string   `json:"repeats,omitempty"`
	Name     string   `json:"name"`
	Unit     string   `json:"unit,omitempty"`
	Better   string   `json:"better"` // lower, higher
	Baseline *float64 `json:"baseline,omitempty"`
	Result   *float64 `json:"result,omitempty"`
	Expected *float64 `json:"expected,omitempty"` // what they reckoned with before they began
	Sample   *int     `json:"sample,omitempty"`
	From     string   `json:"from,omitempty"` // YYYY-MM-DD, first day of the period of the result
	To       string   `json:"to,omitempty"`
	Method   string   `json:"method,omitempty"`
	Series   string   `json:"series,omitempty"` // points in time, as models/spc reads them
	// FromSeries tells that baseline and result are worked out of the series: the means of
	// its first phase and of its last.
	FromSeries bool `json:"from_series,omitempty"`
}

// HowKnown says how well something is known, by those who say it.
type HowKnown string

// How well costs and savings can be known.
const (
	KnownAccounts HowKnown = "measured"  // from accounts or invoices
	KnownClaim    HowKnown = "claimed"   // without them
	KnownEstimate HowKnown = "estimated" // reckoned
)

// AdoptionPounds are costs and savings in whole pounds, nil where one is not said. What can
// be taken out of a budget and what cannot stand apart, and nothing adds them up.
type AdoptionPounds struct {
	OneOff  *int64 `json:"one_off,omitempty"`  // cost, once
	Running *int64 `json:"running,omitempty"`  // cost, a year
	Cash    *int64 `json:"cash,omitempty"`     // saved a year: cash-releasing
	NonCash *int64 `json:"non_cash,omitempty"` // saved a year in worth alone, such as time for something else
}

// AdoptionSums names the four, in the order of Each.
func AdoptionSums() []string { return []string{"one_off", "running", "cash", "non_cash"} }

// Each gives where each of the four is kept.
func (p *AdoptionPounds) Each() [4]**int64 {
	return [4]**int64{&p.OneOff, &p.Running, &p.Cash, &p.NonCash}
}

// Empty tells whether none of them is said.
func (p *AdoptionPounds) Empty() bool { return *p == AdoptionPounds{} }

// AdoptionMoney is what an adoption cost and saved, and what was expected of it.
type AdoptionMoney struct {
	AdoptionPounds
	Expected AdoptionPounds `json:"expected,omitzero"` // what they reckoned with before they began
	Known    HowKnown       `json:"known,omitempty"`   // of what it cost and saved; empty where only expectations are said
	How      string         `json:"how,omitempty"`     // how it was worked out
}

// Empty tells whether nothing is said.
func (m *AdoptionMoney) Empty() bool { return *m == AdoptionMoney{} }

// Empty tells whether nothing is said in figures.
func (f *AdoptionFigures) Empty() bool { return len(f.Measures) == 0 && f.Money.Empty() }

// Clone gives a copy that shares no measure with it.
func (f AdoptionFigures) Clone() AdoptionFigures {
	f.Measures = slices.Clone(f.Measures)
	return f
}

// Benefit gives the measure as the benefit of a case study has it.
func (m *AdoptionMeasure) Benefit() Benefit {
	b := Benefit{Measure: m.Name, Unit: m.Unit, Before: m.Baseline, After: m.Result, Sample: m.Sample, Method: m.Method, Better: m.Better}
	if m.From != "" && m.To != "" {
		b.Period = m.From + "/" + m.To
	}
	return b
}

// Change gives how many per cent higher the result is than the baseline, less than nothing
// where it is lower. ok is false where one of them is missing or the baseline is nothing.
func (m *AdoptionMeasure) Change() (percent float64, ok bool) {
	return PercentChange(m.Baseline, m.Result)
}

// PercentChange gives how many per cent higher one value is than another; ok is false where
// one is missing, or the first is not above nothing, of which there are no per cent.
func PercentChange(before, after *float64) (percent float64, ok bool) {
	if before == nil || after == nil || *before <= 0 {
		return 0, false
	}
	return (*after - *before) / *before * 100, true
}

// StartFrom makes a measure that repeats a benefit of a case study.
func StartFrom(b Benefit) AdoptionMeasure {
	return AdoptionMeasure{Repeats: b.Measure, Name: b.Measure, Unit: b.Unit, Better: b.Better}
}

// SameMeasure tells whether two names are of one measure.
func SameMeasure(a, b string) bool { return a != "" && strings.EqualFold(CleanLine(a), CleanLine(b)) }

// eachText gives every text of the figures that a person wrote to visit.
func (f *AdoptionFigures) eachText(visit func(field string, text *string)) {
	for i := range f.Measures {
		m, at := &f.Measures[i], index("measures", i)
		visit(at+".repeats", &m.Repeats)
		visit(at+".name", &m.Name)
		visit(at+".unit", &m.Unit)
		visit(at+".method", &m.Method)
		visit(at+".series", &m.Series)
	}
	visit("money.how", &f.Money.How)
}

// validate cleans and checks the figures.
func (f *AdoptionFigures) validate(p *problems, now time.Time) {
	if len(f.Measures) > MaxAdoptionMeasures {
		p.add("measures", "An adoption can have %d measures at most", MaxAdoptionMeasures)
		return
	}
	all := 0
	for i := range f.Measures {
		f.Measures[i].validate(p, index("measures", i)+".", now)
		all += runeLen(f.Measures[i].Series)
	}
	if all > MaxAdoptionSeries {
		p.add("measures", "The series of an adoption must be %d characters or fewer together; they have %d", MaxAdoptionSeries, all)
	}
	f.Money.validate(p)
}

func (m *AdoptionMeasure) validate(p *problems, at string, now time.Time) {
	m.Repeats, m.Name, m.Unit, m.Method, m.From, m.To = CleanLine(m.Repeats), CleanLine(m.Name), CleanLine(m.Unit), CleanLine(m.Method), CleanLine(m.From), CleanLine(m.To)
	m.Series = strings.TrimSpace(CleanText(m.Series))
	for _, t := range []struct {
		field, name, text string
		most              int
	}{{"repeats", "The measure of the case study", m.Repeats, MaxTitle}, {"name", "What is measured", m.Name, MaxTitle}, {"unit", "The unit", m.Unit, MaxName}, {"method", "How it was measured", m.Method, MaxSummary}, {"series", "The series", m.Series, MaxMeasureSeries}} {
		if n := runeLen(t.text); n > t.most {
			p.add(at+t.field, "“%s” must be %d characters or fewer; it has %d", t.name, t.most, n)
		}
	}
	if m.Name == "" {
		p.add(at+"name", "Say what is measured")
	}
	if m.Better != "lower" && m.Better != "higher" {
		p.add(at+"better", "Choose whether lower or higher is better")
	}
	for _, v := range []struct {
		field string
		value *float64
	}{{"baseline", m.Baseline}, {"result", m.Result}, {"expected", m.Expected}} {
		if !finite(v.value) || v.value != nil && math.Abs(*v.value) > maxMeasured {
			p.add(at+v.field, "Enter a number")
		}
	}
	if m.Baseline == nil && m.Result == nil && m.Expected == nil && m.Series == "" {
		p.add(at+"baseline", "Give a value before, a value now, what you expect or a series: one of them at least")
	}
	if m.Sample != nil && (*m.Sample < 1 || *m.Sample > 1e9) {
		p.add(at+"sample", "How many were looked at must be a whole number from 1")
	}
	if m.Series == "" {
		m.FromSeries = false
	}
	m.checkPeriod(p, at, now)
}

func (m *AdoptionMeasure) checkPeriod(p *problems, at string, now time.Time) {
	if m.From == "" && m.To == "" {
		return
	}
	from, errFrom := time.Parse(time.DateOnly, m.From)
	_, errTo := time.Parse(time.DateOnly, m.To)
	switch {
	case errFrom != nil || from.Year() < 1948:
		p.add(at+"from", "The first day of the period must be a date, such as 2026-01-01")
	case errTo != nil:
		p.add(at+"to", "The last day of the period must be a date, such as 2026-03-31")
	case m.To < m.From:
		p.add(at+"to", "The last day of the period must not be before the first")
	case m.Result != nil && m.To > now.UTC().Add(24*time.Hour).Format(time.DateOnly):
		p.add(at+"to", "The period of a result must not end in the future")
	}
}

func (m *AdoptionMoney) validate(p *problems) {
	m.How = CleanLine(m.How)
	if n := runeLen(m.How); n > MaxSummary {
		p.add("money.how", "“How you worked it out” must be %d characters or fewer; it has %d", MaxSummary, n)
	}
	m.AdoptionPounds.validate(p, "money.")
	m.Expected.validate(p, "money.expected.")
	said := !m.AdoptionPounds.Empty()
	switch {
	case !said && (m.How == "" || !m.Expected.Empty()):
		m.Known = ""
	case m.Known != KnownAccounts && m.Known != KnownClaim && m.Known != KnownEstimate:
		p.add("money.known", "Choose how well you know it: from accounts, without them, or estimated")
	case !said:
		p.add("money.one_off", "Give at least one sum, or take out how you worked it out")
	}
}

func (p *AdoptionPounds) validate(problems *problems, at string) {
	for i, v := range p.Each() {
		if *v != nil && (**v < -MaxPounds || **v > MaxPounds) {
			problems.add(at+AdoptionSums()[i], "Enter whole pounds, such as 1200")
		}
	}
}

// MeasureCaution is what the data of a measure cannot carry.
type MeasureCaution string

// The cautions. What a series cannot carry is told by models/spc.
const (
	CautionTwoPoints  MeasureCaution = "two-points"  // one value before and one after
	CautionTinySample MeasureCaution = "tiny-sample" // fewer than TinySample
	CautionNoSample   MeasureCaution = "no-sample"
	CautionNoMethod   MeasureCaution = "no-method"
	CautionNoPeriod   MeasureCaution = "no-period"
	CautionNoBaseline MeasureCaution = "no-baseline" // a result that is compared with nothing
)

// TinySample is below how many looked at a result is called a tiny sample. It is a rule of
// thumb of ours and not of statistics: a warning, no test.
const TinySample = 20

// Cautions lists what the data of the measure cannot carry.
func (m *AdoptionMeasure) Cautions() (out []MeasureCaution) {
	if m.Result == nil {
		return nil // nothing is claimed
	}
	if m.Baseline == nil {
		out = append(out, CautionNoBaseline)
	}
	if m.Series == "" {
		if m.Baseline != nil {
			out = append(out, CautionTwoPoints)
		}
		switch {
		case m.Sample == nil:
			out = append(out, CautionNoSample)
		case *m.Sample < TinySample:
			out = append(out, CautionTinySample)
		}
		if m.From == "" {
			out = append(out, CautionNoPeriod)
		}
	}
	if m.Method == "" {
		out = append(out, CautionNoMethod)
	}
	return out
}
