package impact

import (
	"cmp"
	"slices"
	"time"
)

// Wait is how long something took, or how long it has not come yet.
type Wait struct {
	For  time.Duration
	Came bool
}

// Survival says how long something takes, of all who began to wait: those for whom it has
// not come yet are taken into account by the method of Kaplan and Meier.
type Survival struct {
	N, Came int
	Median  time.Duration
	Known   bool // the median is: it has come, as far as can be told, for half or more
}

// SurvivalOf works it out.
func SurvivalOf(waits []Wait) Survival {
	out := Survival{N: len(waits)}
	sorted := slices.Clone(waits)
	slices.SortFunc(sorted, func(a, b Wait) int { return cmp.Compare(a.For, b.For) })
	left := 1.0
	for i := 0; i < len(sorted); {
		came, all := 0, 0
		for j := i; j < len(sorted) && sorted[j].For == sorted[i].For; j++ {
			all++
			if sorted[j].Came {
				came++
			}
		}
		out.Came += came
		left *= 1 - float64(came)/float64(len(sorted)-i)
		if !out.Known && came > 0 && left <= 0.5+1e-9 {
			out.Median, out.Known = sorted[i].For, true
		}
		i += all
	}
	return out
}
