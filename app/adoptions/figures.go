package adoptions

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strconv"

	"grassroots/models"
	"grassroots/models/spc"
)

// FigureChange is what somebody says for an organisation in figures.
type FigureChange struct {
	CaseStudy, Organisation string
	Version                 int // of which adoption the change was made; 0 for whichever there is
	Apply                   func(f *models.AdoptionFigures) error
}

// SaveFigures takes down measures, costs and savings of an adoption. Whoever may change the
// adoption may, and with it they are as one: of one version, hidden, erased and announced
// together.
func (f *Feature) SaveFigures(ctx context.Context, p *models.Person, ch FigureChange) (models.Adoption, error) {
	if p == nil {
		return models.Adoption{}, models.E(models.Unauthorised, "Sign in to say what your organisation does. What you wrote is still here.")
	}
	a, cs, err := f.Get(ctx, p, ch.CaseStudy, ch.Organisation)
	switch {
	case err != nil:
		return a, err
	case !p.May(models.RunAdoption, a.Subject()):
		return a, models.E(models.Forbidden, notYours(&a))
	case ch.Version != 0 && ch.Version != a.Version:
		return a, models.E(models.Conflict, "Somebody else has changed this since you opened it. Read what it says now, and make your change from that.")
	}
	old := a
	a.Figures = a.Figures.Clone()
	if err := ch.Apply(&a.Figures); err != nil {
		return a, err
	}
	if err := workOut(&a.Figures); err != nil {
		return a, err
	}
	if err := a.Validate(f.site.Now()); err != nil {
		return a, err
	}
	if err := repeats(&a.Figures, &old.Figures, cs.Benefits); err != nil {
		return a, err
	}
	if reflect.DeepEqual(a.Figures, old.Figures) {
		return old, nil
	}
	return a, f.keep(ctx, p, &a, old, &cs, false)
}

// workOut reads the series, and takes what was before and what is now from those that have a
// step where nobody said it in numbers.
func workOut(f *models.AdoptionFigures) error {
	for i := range f.Measures {
		m := &f.Measures[i]
		if m.Series = models.CleanText(m.Series); m.Series == "" {
			continue
		}
		read, err := spc.Parse(m.Series)
		if err != nil {
			return models.InvalidField("measures["+strconv.Itoa(i)+"].series", "The series cannot be read: "+err.Error())
		}
		if m.FromSeries = m.FromSeries || m.Baseline == nil && m.Result == nil; !m.FromSeries {
			continue
		}
		m.Baseline, m.Result = nil, nil
		ends, ok := spc.EndsOf(read.Series)
		if m.FromSeries = ok; ok {
			before, after := digits(ends.Before), digits(ends.After)
			m.Baseline, m.Result = &before, &after
		}
	}
	return nil
}

// digits leaves a mean the six digits that are more than enough of it.
func digits(v float64) float64 {
	out, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil || math.IsInf(out, 0) {
		return v
	}
	return out
}

// repeats holds measures to repeat a benefit that the case study has, once each. What was said before
// stays, whatever became of the case study since.
func repeats(f, old *models.AdoptionFigures, benefits []models.Benefit) error {
	for i, m := range f.Measures {
		same := func(o models.AdoptionMeasure) bool { return models.SameMeasure(o.Repeats, m.Repeats) }
		field := "measures[" + strconv.Itoa(i) + "].repeats"
		switch {
		case m.Repeats == "":
		case slices.IndexFunc(f.Measures, same) != i:
			return models.InvalidField(field, "Another measure of this adoption repeats that of the case study already. Change that one")
		case !slices.ContainsFunc(benefits, func(b models.Benefit) bool { return models.SameMeasure(b.Measure, m.Repeats) }) && !slices.ContainsFunc(old.Measures, same):
			return models.InvalidField(field, "Choose a measure that the case study has, by its name there, or none")
		}
	}
	return nil
}
