package spc

import "math"

// Ends is what a series with a step tells of the change from its first phase to its last.
type Ends struct {
	Before, After           float64 // means of the first phase and of the last
	PointsBefore, PointsNow int
	// Low and High bound the change in per cent of the mean before, with 95% confidence;
	// Bounded is false where there is no basis for bounds.
	Low, High float64
	Bounded   bool
}

// EndsOf works out the ends of a series. ok is false where it has no step: then it is
// not said what was before and what came after.
//
// The bounds are those of the logarithm of the ratio of two means, which is nearly normal:
//
//	ln(x̄₂/x̄₁) ± 1.96 √(s₁²/(n₁ x̄₁²) + s₂²/(n₂ x̄₂²))
//
// Source: Hedges, Gurevitch and Curtis, "The meta-analysis of response ratios in experimental
// ecology", Ecology 80 (1999), 1150–1156, equation 1. The points are taken to be independent.
// There are none where a phase has fewer than FewestPoints, as there are no limits for it, or
// where a mean is not above nothing, which has no logarithm.
func EndsOf(s Series) (e Ends, ok bool) {
	if len(s.Steps) == 0 || len(s.Points) == 0 {
		return e, false
	}
	plotted := Plot(s)
	first, last := plotted[:s.Steps[0]], plotted[s.Steps[len(s.Steps)-1]:]
	e = Ends{Before: first[0].Mean, After: last[0].Mean, PointsBefore: len(first), PointsNow: len(last)}
	if len(first) < FewestPoints || len(last) < FewestPoints {
		return e, true
	}
	m1, v1 := spreadOf(first)
	m2, v2 := spreadOf(last)
	if m1 <= 0 || m2 <= 0 || e.Before <= 0 || e.After <= 0 {
		return e, true
	}
	se := math.Sqrt(v1/(float64(len(first))*m1*m1) + v2/(float64(len(last))*m2*m2))
	ratio := e.After / e.Before
	e.Low, e.High, e.Bounded = (ratio*math.Exp(-1.96*se)-1)*100, (ratio*math.Exp(1.96*se)-1)*100, true
	return e, true
}

// spreadOf gives the mean and the variance of the points of a phase, of which there are two
// at least.
func spreadOf(phase []Plotted) (mean, variance float64) {
	for i := range phase {
		mean += phase[i].Y
	}
	mean /= float64(len(phase))
	for i := range phase {
		variance += (phase[i].Y - mean) * (phase[i].Y - mean)
	}
	return mean, variance / float64(len(phase)-1)
}
