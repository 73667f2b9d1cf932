package impact

import (
	"cmp"
	"slices"
	"strings"

	"grassroots/models"
)

// Kind is how well a benefit is known. Benefits of two kinds are never added together.
type Kind string

// The kinds.
const (
	Measured  Kind = "measured"
	Claimed   Kind = "claimed"
	Estimated Kind = "estimated"
)

// Kinds lists the kinds, the best known first.
func Kinds() []Kind { return []Kind{Measured, Claimed, Estimated} }

// Label names a kind as a person reads it.
func (k Kind) Label() string {
	return map[Kind]string{Measured: "Measured", Claimed: "Claimed", Estimated: "Only estimated"}[k]
}

// guesses are words by which those who wrote a benefit say themselves that it is none that
// happened. They can only make a benefit count for less.
var guesses = []string{"estimat", "expect", "forecast", "predict", "project", "model", "assum", "anticipat", "potential"}

// KindOf tells how well a benefit is known. Measured has a value before and after, and
// either how many were looked at and by what method, or the period. Estimated has no value
// after, or says itself that it is an estimate. All else is claimed.
func KindOf(b models.Benefit) Kind {
	if b.After == nil || saysEstimate(b.Method) || saysEstimate(b.Measure) {
		return Estimated
	}
	if b.Before != nil && (b.Sample != nil && *b.Sample > 0 && b.Method != "" || b.Period != "") {
		return Measured
	}
	return Claimed
}

func saysEstimate(text string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
		for _, g := range guesses {
			// A project is no projection, and models of care are none of numbers.
			if strings.HasPrefix(word, g) && word != "project" && word != "projects" && word != "model" && word != "models" {
				return true
			}
		}
	}
	return false
}

// How many weeks' worth an hour of each span of time is. A day is one of five on which
// people work, so that nothing is made larger than it was said.
var weekly = map[string]float64{"week": 1, "wk": 1, "weekly": 1, "day": 5, "daily": 5, "month": 12.0 / 52, "monthly": 12.0 / 52, "year": 1.0 / 52, "yr": 1.0 / 52, "annum": 1.0 / 52, "yearly": 1.0 / 52}

// hourUnit gives what a unit of so many hours in a span of time is in hours a week; ok is
// false for every other unit.
func hourUnit(unit string) (factor float64, ok bool) {
	words := strings.FieldsFunc(strings.ToLower(unit), func(r rune) bool { return r == ' ' || r == '/' || r == '.' || r == '-' })
	if len(words) < 2 || !slices.Contains([]string{"hour", "hours", "hr", "hrs", "h"}, words[0]) {
		return 0, false
	}
	words = words[1:]
	for len(words) > 1 && slices.Contains([]string{"a", "per", "each", "every", "in", "of", "staff"}, words[0]) {
		words = words[1:]
	}
	if len(words) != 1 {
		return 0, false
	}
	factor, ok = weekly[words[0]]
	return factor, ok
}

// HoursReleased gives how many hours a week a benefit released. ok is false where that
// cannot be said: the unit is another, or it is not said which way is better. Where less is
// better it is what was before less what is after; where more is better the measure must
// say that it is of time released, saved or freed.
func HoursReleased(b models.Benefit) (hours float64, ok bool) {
	factor, ok := hourUnit(b.Unit)
	if !ok || b.After == nil {
		return 0, false
	}
	switch measure := strings.ToLower(b.Measure); {
	case b.Better == "lower" && b.Before != nil:
		return (*b.Before - *b.After) * factor, true
	case b.Better == "higher" && (strings.Contains(measure, "released") || strings.Contains(measure, "saved") || strings.Contains(measure, "freed")):
		before := 0.0
		if b.Before != nil {
			before = *b.Before
		}
		return (*b.After - before) * factor, true
	}
	return 0, false
}

// Benefit is one measure of one case study.
type Benefit struct {
	models.Benefit
	Study   *Study
	Kind    Kind
	Hours   float64 // a week
	IsHours bool
}

// Sum is what can be said of all benefits of one kind.
type Sum struct {
	N     int     // benefits
	Hours float64 // released a week, of those that can be added
	Added int     // how many these are
}

// Unit is how many benefits of each kind are in one unit.
type Unit struct {
	Unit string // empty where none was said
	N    map[Kind]int
}

// benefits puts the benefits of case studies in order, and sums within each kind.
func (f *Figures) benefits(studies []*Study) {
	f.Sums = map[Kind]*Sum{Measured: {}, Claimed: {}, Estimated: {}}
	units := map[string]*Unit{}
	for _, s := range studies {
		for _, b := range s.Benefits {
			one := Benefit{Benefit: b, Study: s, Kind: KindOf(b)}
			one.Hours, one.IsHours = HoursReleased(b)
			sum := f.Sums[one.Kind]
			sum.N++
			if one.IsHours {
				sum.Hours += one.Hours
				sum.Added++
			} else {
				key := strings.ToLower(b.Unit)
				if units[key] == nil {
					units[key] = &Unit{Unit: b.Unit, N: map[Kind]int{}}
				}
				units[key].N[one.Kind]++
			}
			f.Benefits = append(f.Benefits, one)
		}
	}
	slices.SortStableFunc(f.Benefits, func(a, b Benefit) int {
		return cmp.Or(cmp.Compare(place[a.Kind], place[b.Kind]), b.Study.PublishedAt.Compare(a.Study.PublishedAt), cmp.Compare(a.Study.ID, b.Study.ID))
	})
	for _, u := range units {
		f.Units = append(f.Units, *u)
	}
	of := func(u Unit) int { return u.N[Measured] + u.N[Claimed] + u.N[Estimated] }
	slices.SortFunc(f.Units, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(of(b), of(a)), cmp.Compare(strings.ToLower(a.Unit), strings.ToLower(b.Unit)))
	})
}
