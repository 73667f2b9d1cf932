package impact

import (
	"cmp"
	"slices"

	"grassroots/models"
)

// KindOfMeasure tells how well a measure of an adoption is known, by the same rules as for the
// benefit of a case study. A series says itself when each of its points was.
func KindOfMeasure(m *models.AdoptionMeasure) Kind {
	b := m.Benefit()
	if b.Period == "" && m.FromSeries {
		b.Period = "series"
	}
	return KindOf(b)
}

// ExpectedHours gives how many hours a week a measure was expected to release; ok is false
// where that cannot be said.
func ExpectedHours(m *models.AdoptionMeasure) (hours float64, ok bool) {
	b := m.Benefit()
	b.After = m.Expected
	return HoursReleased(b)
}

// Measure is one measure of one adoption.
type Measure struct {
	models.AdoptionMeasure
	Of      *Adoption
	Status  models.AdoptionStatus // of the adoption, when the period ended
	Kind    Kind
	Hours   float64 // a week: released, or where no result is told expected
	IsHours bool
}

// Against sets what was expected beside what came, of measures that tell both.
type Against struct {
	N, Met          int     // measures, and those that are as good as expected or better
	Expected, Hours float64 // a week, of those that are of time
	OfTime          int
}

// Pounds is what adoptions of one kind of knowing cost and saved. What is cash and what is not
// is never added together.
type Pounds struct {
	N              int      // adoptions
	Sums           [4]int64 // as models.AdoptionSums names them
	Said           [4]int   // how many say each
	Both           [4]int   // how many say each and what they had expected
	Expected, Came [4]int64 // the sums of these
}

// Adopted is what adoptions say in figures. It stands beside what case studies say of
// themselves, and the two are never added together.
type Adopted struct {
	Sums     map[Kind]*Sum
	Against  map[Kind]*Against // of what is measured and of what is claimed
	Money    map[Kind]*Pounds
	Measures []Measure // the best known first
	Stopped  int       // measures of adoptions that stopped, or have not begun: they are listed, and their hours are not added
}

// Any tells whether anything is said.
func (a *Adopted) Any() bool {
	return len(a.Measures) > 0 || a.Money[Measured].N+a.Money[Claimed].N+a.Money[Estimated].N > 0
}

// adopted puts the measures of adoptions in order and sums within each kind. Hours and pounds
// are added of what is tried or used alone: what has stopped releases nothing any more.
func (f *Figures) adopted() {
	out := &f.Adopted
	out.Sums, out.Against, out.Money = map[Kind]*Sum{}, map[Kind]*Against{}, map[Kind]*Pounds{}
	for _, k := range Kinds() {
		out.Sums[k], out.Against[k], out.Money[k] = &Sum{}, &Against{}, &Pounds{}
	}
	for _, a := range f.Adoptions {
		status := a.At(f.Query.Until)
		for i := range a.Figures.Measures {
			out.add(Measure{AdoptionMeasure: a.Figures.Measures[i], Of: a, Status: status})
		}
		if m := &a.Figures.Money; !m.AdoptionPounds.Empty() && status.Counts() {
			out.Money[KindOfMoney(m)].add(m)
		}
	}
	slices.SortStableFunc(out.Measures, func(a, b Measure) int {
		return cmp.Or(cmp.Compare(place[a.Kind], place[b.Kind]), b.Of.CreatedAt.Compare(a.Of.CreatedAt), cmp.Compare(a.Of.ID, b.Of.ID))
	})
}

// place is the order in which kinds are listed.
var place = map[Kind]int{Measured: 0, Claimed: 1, Estimated: 2}

// KindOfMoney tells how well it is known what an adoption cost and saved: what is expected
// alone is only estimated.
func KindOfMoney(m *models.AdoptionMoney) Kind {
	switch m.Known {
	case models.KnownAccounts:
		return Measured
	case models.KnownClaim:
		return Claimed
	}
	return Estimated
}

func (p *Pounds) add(m *models.AdoptionMoney) {
	p.N++
	for i := range p.Sums {
		said, expected := *m.Each()[i], *m.Expected.Each()[i]
		if said == nil {
			continue
		}
		p.Sums[i] += *said
		p.Said[i]++
		if expected != nil {
			p.Expected[i] += *expected
			p.Came[i] += *said
			p.Both[i]++
		}
	}
}

func (a *Adopted) add(one Measure) {
	one.Kind = KindOfMeasure(&one.AdoptionMeasure)
	if one.Hours, one.IsHours = HoursReleased(one.Benefit()); !one.IsHours && one.Result == nil {
		one.Hours, one.IsHours = ExpectedHours(&one.AdoptionMeasure)
	}
	sum := a.Sums[one.Kind]
	sum.N++
	counts := one.Status.Counts()
	if !counts {
		a.Stopped++
	}
	if one.IsHours && counts {
		sum.Hours += one.Hours
		sum.Added++
	}
	if one.Result != nil && one.Expected != nil && counts {
		both := a.Against[one.Kind]
		both.N++
		if one.Better == "lower" && *one.Result <= *one.Expected || one.Better == "higher" && *one.Result >= *one.Expected {
			both.Met++
		}
		if hours, ok := ExpectedHours(&one.AdoptionMeasure); ok && one.IsHours {
			both.Expected += hours
			both.Hours += one.Hours
			both.OfTime++
		}
	}
	a.Measures = append(a.Measures, one)
}
