package adoptions

import (
	"math"
	"slices"
	"strconv"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/templates"
)

// linesOnCard is how many measures a list shows of an adoption.
const linesOnCard = 3

// figureLines are the measures of an adoption in brief.
func figureLines(a *models.Adoption) []templates.FigureLine {
	return templates.NewFigureLines(&a.Figures)
}

// number writes a value that was measured; nothing where there is none.
func number(v *float64) string {
	if v == nil {
		return ""
	}
	return templates.FormatValue(*v)
}

func rounded(v float64, places int) string {
	scale := math.Pow10(places)
	return templates.FormatValue(math.Round(v*scale) / scale)
}

// figures shows what an adoption says in figures, with where its reader may change that.
func (f *Feature) figures(a *models.Adoption, cs *models.CaseStudy, p *models.Person) templates.AdoptionFigures {
	out := templates.AdoptionFigures{}
	may, at := p.May(models.RunAdoption, a.Subject()) && a.Site == "", web.AdoptionURL(cs.Slug, a.Organisation)
	for i := range a.Figures.Measures {
		m := &a.Figures.Measures[i]
		v := templates.MeasureView{Key: "m" + strconv.Itoa(i+1), Number: i + 1, Version: a.Version, Name: m.Name, Unit: m.Unit, Before: number(m.Baseline), Now: number(m.Result), Expected: number(m.Expected), Method: m.Method,
			From: templates.FormatDay(m.From), To: templates.FormatDay(m.To), Worked: m.FromSeries, LowerBetter: m.Better == "lower", Cautions: m.Cautions(), Series: m.Series, Repeats: m.Repeats}
		if m.Sample != nil {
			v.Sample = templates.FormatNumber(*m.Sample)
		}
		if m.Result != nil || m.Expected != nil {
			v.Known = impact.KindOfMeasure(m).Label()
		}
		if percent, ok := m.Change(); ok {
			v.Changed, v.Percent = change(percent), rounded(math.Abs(percent), 1)
			v.Better = percent != 0 && (percent < 0) == v.LowerBetter
		}
		if hours, ok := impact.HoursReleased(m.Benefit()); ok {
			v.Hours, v.Equivalents, v.Lost = rounded(math.Abs(hours), 1), rounded(math.Abs(hours)/models.FullTimeHours, 2), hours < 0
		}
		for _, b := range cs.Benefits {
			if models.SameMeasure(b.Measure, m.Repeats) {
				v.Original = &templates.FigureLine{Name: b.Measure, Unit: b.Unit, Before: number(b.Before), Now: number(b.After)}
				break
			}
		}
		if may {
			v.ChangeURL, v.RemoveURL = at+"/measures?measure="+strconv.Itoa(i+1), at+"/measures/remove"
		}
		out.Measures = append(out.Measures, v)
	}
	out.Money = templates.NewMoneyView(&a.Figures.Money)
	if may {
		out.MoneyURL = at + "/money"
		if len(a.Figures.Measures) < models.MaxAdoptionMeasures {
			out.AddURL, out.Starts = at+"/measures", starts(a, cs, at)
		}
	}
	return out
}

// starts are the benefits of the case study that the adoption does not measure yet.
func starts(a *models.Adoption, cs *models.CaseStudy, at string) (out []templates.Crumb) {
	for i, b := range cs.Benefits {
		first := slices.IndexFunc(cs.Benefits, func(o models.Benefit) bool { return models.SameMeasure(o.Measure, b.Measure) }) == i
		if first && !slices.ContainsFunc(a.Figures.Measures, func(m models.AdoptionMeasure) bool { return models.SameMeasure(m.Repeats, b.Measure) }) {
			out = append(out, templates.Crumb{Text: b.Measure, URL: at + "/measures?benefit=" + strconv.Itoa(i+1)})
		}
	}
	return out
}

// change says which way a value went.
func change(percent float64) templates.Went {
	switch {
	case percent < 0:
		return templates.WentLower
	case percent > 0:
		return templates.WentHigher
	}
	return templates.WentNowhere
}
