package judging

import (
	"cmp"
	"math"
	"slices"
)

// Contender is an entry that is to be ranked.
type Contender struct {
	ID       string
	Score    float64
	Breakers []float64 // in the order in which ties are broken by them; more is better
}

// Place is where an entry comes.
type Place struct {
	ID    string
	Place int  // 1 is first; those that tie share a place, and the next leaves a gap
	Tied  bool // shares its place with others
	// Broken is by which breaker, counted from 1, the entry was parted from others
	// with the same score; 0 when it was not.
	Broken int
}

// Rank puts contenders in order by standard competition ranking ("1224"). Scores
// are compared after rounding to the decimals that people are shown, since two
// entries with the same figure on a page and different places would be a decision
// that nobody can see. A tie is broken by the breakers alone, in order, and each
// place says that it was; without breakers those that tie share the place. Within
// a place the order is that given.
func Rank(contenders []Contender, decimals int) []Place {
	step := math.Pow(10, float64(decimals))
	round := func(x float64) float64 { return math.Round(x * step) }
	sorted := slices.Clone(contenders)
	parted := func(a, b Contender) (order, by int) {
		if order = cmp.Compare(round(b.Score), round(a.Score)); order != 0 {
			return order, 0
		}
		for i := range min(len(a.Breakers), len(b.Breakers)) {
			if order = cmp.Compare(round(b.Breakers[i]), round(a.Breakers[i])); order != 0 {
				return order, i + 1
			}
		}
		return 0, 0
	}
	slices.SortStableFunc(sorted, func(a, b Contender) int { order, _ := parted(a, b); return order })
	places := make([]Place, len(sorted))
	for i, c := range sorted {
		places[i] = Place{ID: c.ID, Place: i + 1}
		if i == 0 {
			continue
		}
		order, by := parted(sorted[i-1], c)
		switch {
		case order == 0:
			places[i].Place = places[i-1].Place
			places[i].Tied, places[i-1].Tied = true, true
			places[i].Broken = places[i-1].Broken
		case by > 0:
			places[i].Broken = by
			for back := i - 1; back >= 0 && places[back].Place == places[i-1].Place; back-- {
				places[back].Broken = max(places[back].Broken, by)
			}
		}
	}
	return places
}
