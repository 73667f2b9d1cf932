package spread

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/models/reference"
	"grassroots/models/spc"
	"grassroots/templates"
)

const (
	// mostForests is how many measures are drawn.
	mostForests = 8
	// mostSites is how many sites are drawn of one measure.
	mostSites = 60
)

// report is what one site says of a measure.
type report struct {
	of *adopter // nil for the case study itself
	models.AdoptionMeasure
	known   impact.Kind
	percent float64
	counted bool // there is a change in per cent
	ends    *spc.Ends
}

// shared is one measure over the sites that report it.
type shared struct {
	name, unit, better string
	benefit            int // of the case study, from 0; -1 for none
	reports            []report
}

// forests gives each measure that two places at least, the case study itself among them, report
// with a change in per cent: 100 (result − baseline) / baseline, models.PercentChange. It is the
// same for hours as for minutes, so that sites with units of their own stand in one plot. Those
// that most report are first.
//
// The interval is that of models/spc EndsOf, the log response ratio of Hedges, Gurevitch and Curtis
// (1999), where the result is worked out of a series with 10 points at each side of the step; a
// value before and one now have no interval. Nothing is pooled: sites report of their own accord, so
// the missing are not missing by chance, and most have no standard error to weigh them by.
func (s *Spread) forests() (out []templates.SpreadForest, more bool) {
	list := s.shared()
	list = slices.DeleteFunc(list, func(m *shared) bool {
		return m.changes() < 2 || !slices.ContainsFunc(m.reports, func(r report) bool { return r.of != nil && r.counted })
	})
	slices.SortStableFunc(list, func(a, b *shared) int { return len(b.reports) - len(a.reports) })
	for i, m := range list[:min(len(list), mostForests)] {
		out = append(out, s.forest(m, "forest-"+strconv.Itoa(i+1)))
	}
	return out, len(list) > mostForests
}

func (m *shared) changes() (n int) {
	for i := range m.reports {
		if m.reports[i].counted {
			n++
		}
	}
	return n
}

// shared gathers what adopters report by measure. What repeats a benefit of the case study, or has
// its name and unit, is of that benefit; other measures are one where name, unit and which way is better
// are the same. One of which another way is better is a measure of its own.
func (s *Spread) shared() (list []*shared) {
	for i := range s.Adopters {
		a := &s.Adopters[i]
		for _, measure := range a.Figures.Measures {
			if measure.Result == nil {
				continue
			}
			at := s.benefitOf(&measure)
			found := slices.IndexFunc(list, func(o *shared) bool {
				return o.better == measure.Better && (at >= 0 && o.benefit == at || at < 0 && o.benefit < 0 && sameText(o.name, measure.Name) && sameText(o.unit, measure.Unit))
			})
			if found < 0 {
				found = len(list)
				list = append(list, s.begin(&measure, at))
			}
			list[found].reports = append(list[found].reports, reported(a, measure))
		}
	}
	return list
}

// begin makes a measure, with what the case study itself reports of it.
func (s *Spread) begin(m *models.AdoptionMeasure, at int) *shared {
	out := &shared{name: m.Name, unit: m.Unit, better: m.Better, benefit: at}
	if at < 0 {
		return out
	}
	b := s.Study.Benefits[at]
	out.name, out.unit = b.Measure, b.Unit
	if percent, ok := models.PercentChange(b.Before, b.After); ok {
		out.reports = append(out.reports, report{AdoptionMeasure: models.AdoptionMeasure{Name: b.Measure, Unit: b.Unit, Better: m.Better, Baseline: b.Before, Result: b.After}, known: impact.KindOf(b), percent: percent, counted: true})
	}
	return out
}

// benefitOf gives the number of the benefit that a measure is of, or -1.
func (s *Spread) benefitOf(m *models.AdoptionMeasure) int {
	return slices.IndexFunc(s.Study.Benefits, func(b models.Benefit) bool {
		return (b.Better == "" || b.Better == m.Better) && (models.SameMeasure(b.Measure, m.Repeats) || models.SameMeasure(b.Measure, m.Name) && sameText(b.Unit, m.Unit))
	})
}

func sameText(a, b string) bool { return strings.EqualFold(models.CleanLine(a), models.CleanLine(b)) }

func reported(a *adopter, m models.AdoptionMeasure) report {
	r := report{of: a, AdoptionMeasure: m, known: impact.KindOfMeasure(&m)}
	r.percent, r.counted = m.Change()
	if r.counted && m.FromSeries { // of values that somebody typed, the series is no basis
		if read, err := spc.Parse(m.Series); err == nil {
			if ends, ok := spc.EndsOf(read.Series); ok {
				r.ends = &ends
			}
		}
	}
	return r
}

// forest shows one measure.
func (s *Spread) forest(m *shared, key string) templates.SpreadForest {
	f := templates.SpreadForest{Key: key, Name: m.name, LowerBetter: m.better == "lower", More: len(m.reports) > mostSites,
		Table: templates.ReportTable{Key: key, Title: "The figures", Columns: []string{"Organisation", "By now", "Before", "Now", "Change", "95% interval", "How well known"}}}
	shapes := map[impact.Kind]templates.ForestShape{impact.Measured: templates.ForestMeasured, impact.Claimed: templates.ForestClaimed, impact.Estimated: templates.ForestEstimated}
	for i := range m.reports[:min(len(m.reports), mostSites)] {
		r := &m.reports[i]
		f.Table.Rows = append(f.Table.Rows, r.row())
		if !r.counted {
			continue
		}
		mark := templates.ForestMark{Known: shapes[r.known], At: r.percent}
		if r.of != nil {
			mark.Name, mark.Status, mark.Demo = r.of.OrgName, r.of.Status.Label(), r.of.Demo
		}
		if r.ends != nil && r.ends.Bounded {
			mark.Bounded, mark.From, mark.To = true, r.ends.Low, r.ends.High
		}
		f.Marks = append(f.Marks, mark)
	}
	f.Low, f.High = templates.NewForestAxis(f.Marks)
	for i := range s.Adopters {
		a := &s.Adopters[i]
		if !a.Status.Tried() || slices.ContainsFunc(m.reports, func(r report) bool { return r.of == a }) {
			continue
		}
		if f.MoreSilent = len(f.Silent) == mostSites; f.MoreSilent {
			break
		}
		f.Silent = append(f.Silent, templates.SpreadSaid{Name: a.OrgName, URL: web.AdoptionAt(&a.Adoption), Status: a.Status.Label(), Demo: a.Demo})
	}
	return f
}

// row is the report in the table.
func (r *report) row() []templates.ReportCell {
	row := []templates.ReportCell{cell("The case study itself"), cell(""), r.value(r.Baseline), r.value(r.Result), cell(r.change()), r.interval(), cell(r.known.Label())}
	if r.of != nil {
		row[0], row[1] = templates.ReportCell{Text: r.of.OrgName, URL: web.AdoptionAt(&r.of.Adoption), Theirs: true, Demo: r.of.Demo}, cell(r.of.Status.Label())
	}
	return row
}

func (r *report) value(v *float64) templates.ReportCell {
	if v == nil {
		return cell("Not told")
	}
	return templates.ReportCell{Text: strings.TrimSpace(templates.FormatValue(*v) + " " + r.Unit), Theirs: true}
}

func (r *report) change() string {
	if !r.counted {
		return "Not in per cent"
	}
	better := (r.percent < 0) == (r.Better == "lower")
	size := templates.FormatValue(tenths(math.Abs(r.percent)))
	switch {
	case r.percent == 0:
		return "The same as before"
	case r.percent < 0 && better:
		return size + "% lower than before, which is better"
	case r.percent < 0:
		return size + "% lower than before, which is worse"
	case better:
		return size + "% higher than before, which is better"
	}
	return size + "% higher than before, which is worse"
}

func (r *report) interval() templates.ReportCell {
	switch {
	case !r.counted:
		return cell("")
	case r.ends == nil:
		return cell("None: one value before and one now")
	case r.ends.PointsBefore < spc.FewestPoints || r.ends.PointsNow < spc.FewestPoints:
		return cell("None: fewer than 10 points before or after")
	case !r.ends.Bounded:
		return cell("None")
	}
	return templates.ReportCell{Text: signed(r.ends.Low) + ", " + signed(r.ends.High), Theirs: true}
}

func signed(percent float64) string {
	text := templates.FormatValue(tenths(math.Abs(percent))) + "%"
	switch {
	case text == "0%":
		return text
	case percent < 0:
		return "−" + text
	}
	return "+" + text
}

// tenths rounds per cent: more digits would say that more is known than is.
func tenths(percent float64) float64 { return math.Round(percent*10) / 10 }

// tiles are the regions of England and the other nations, about where they lie, with how many
// organisations adopt it there. There are none where no region of an adopter is among them.
func (s *Spread) tiles() []templates.SpreadTile {
	var list []templates.SpreadTile
	for _, t := range reference.Tiles() {
		list = append(list, templates.SpreadTile{Name: t.Name, Column: t.Column, Row: t.Row})
	}
	known := false
	for i := range s.Adopters {
		region := cmp.Or(s.Adopters[i].place.Region, "Not known")
		if at := slices.IndexFunc(list, func(t templates.SpreadTile) bool { return t.Name == region }); at >= 0 {
			list[at].Many++
			known = true
		}
	}
	if !known {
		return nil
	}
	return list
}
