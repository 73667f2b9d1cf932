// Package spc draws the line between a measure that has changed and one that only
// varies as it always did: statistical process control, with the rules that NHS
// England's "Making Data Count" teaches. It holds pure functions, with the source of
// each formula above it.
package spc

import "math"

// Kind is how a measure is counted, which decides its limits.
type Kind string

// The kinds of chart.
const (
	XmR Kind = "xmr" // single values, such as minutes or a mean
	P   Kind = "p"   // a share of a number: how many of how many
	U   Kind = "u"   // events for a number of chances: how many in how many bed days
	C   Kind = "c"   // events, where there are about as many chances each time
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{XmR, P, U, C} }

// Counts tells whether each point has a number that it is counted out of.
func (k Kind) Counts() bool { return k == P || k == U }

// Better is which way a measure should go.
type Better string

// The ways.
const (
	Lower   Better = "lower"
	Higher  Better = "higher"
	Neither Better = "" // neither is better, or it is not said
)

// Point is a measure at a time.
type Point struct {
	At    string  // a date or another word that says when, as it was written
	Value float64 // for P and U how many; otherwise the measure itself
	Of    float64 // for P and U out of how many
}

// Rule is why a point is not chance.
type Rule string

// The rules, as NHS England, "Making data count: strengthening your decisions" (2019),
// and the NHSRplotthedots package have them.
const (
	Beyond Rule = "beyond"   // a point outside the limits
	Shift  Rule = "shift"    // RunLength points or more in a row on one side of the mean
	Trend  Rule = "trend"    // RunLength points or more in a row, each higher, or each lower, than the one before
	TwoOf3 Rule = "two-of-3" // two of three in a row beyond two thirds of the way to the same limit
)

// RunLength is how many points make a shift or a trend.
const RunLength = 7

// EnoughPoints is from how many points of a phase on its limits are more than
// provisional; with fewer than FewestPoints there are none at all. "Making data count"
// asks for at least 15, and shows no limits for fewer than 10.
const (
	EnoughPoints = 15
	FewestPoints = 10
)

// Series is a measure over time.
type Series struct {
	Kind   Kind
	Better Better
	Target *float64
	Points []Point
	Steps  []int // where a new phase begins, by the index of its first point, in order; limits are worked out anew for each
}

// Plotted is a point as it is drawn.
type Plotted struct {
	Point
	Y            float64 // the measure: for P and U the share or rate
	Phase        int
	Mean         float64
	Lower, Upper float64 // limits; NaN where the phase is too short for them
	Rules        []Rule  // why it is not chance, in the order above; none for chance
	High         bool    // with rules: it is on the high side, or rising
}

// Limited tells whether the point has limits.
func (p *Plotted) Limited() bool { return !math.IsNaN(p.Lower) }

// y is the measure of a point.
func (k Kind) y(p Point) float64 {
	if k.Counts() {
		return p.Value / p.Of
	}
	return p.Value
}

// begins is where each phase begins, by the index of its first point, and then how many
// points there are.
func (s *Series) begins() []int {
	return append(append([]int{0}, s.Steps...), len(s.Points))
}

// Plot works out means, limits and rules, phase by phase.
func Plot(s Series) []Plotted {
	out := make([]Plotted, len(s.Points))
	for i, p := range s.Points {
		out[i] = Plotted{Point: p, Y: s.Kind.y(p), Lower: math.NaN(), Upper: math.NaN()}
	}
	begins := s.begins()
	for n := range len(begins) - 1 {
		phase := out[begins[n]:begins[n+1]]
		for i := range phase {
			phase[i].Phase = n
		}
		s.Kind.limit(phase)
		mark(phase)
	}
	return out
}

// limit works out the mean of a phase and, where it is long enough, its limits: three
// standard deviations either side, and never below nothing where the kind counts things.
//
//	XmR: mean ± 3 mR̄ / d₂, with mR̄ the mean of the moving ranges of two and d₂ = 1.128
//	P:   p̄ ± 3 √(p̄ (1 − p̄) / n), with p̄ = Σ counted / Σ n
//	U:   ū ± 3 √(ū / n), with ū = Σ events / Σ n
//	C:   c̄ ± 3 √c̄
//
// Source: NIST/SEMATECH e-Handbook of Statistical Methods, sections 6.3.2.2, 6.3.3.1
// and 6.3.3.2; Montgomery, "Introduction to Statistical Quality Control" (2009), ch. 6
// and 7.
func (k Kind) limit(phase []Plotted) {
	if len(phase) == 0 {
		return
	}
	var sum, of, ranges float64
	for i, p := range phase {
		sum += p.Value
		if of++; k.Counts() {
			of += p.Of - 1
		}
		if i > 0 {
			ranges += math.Abs(p.Y - phase[i-1].Y)
		}
	}
	mean := sum / of
	for i := range phase {
		p := &phase[i]
		if p.Mean = mean; len(phase) < FewestPoints {
			continue
		}
		var sigma float64
		switch k {
		case P:
			sigma = math.Sqrt(mean * (1 - mean) / p.Of)
		case U:
			sigma = math.Sqrt(mean / p.Of)
		case C:
			sigma = math.Sqrt(mean)
		default:
			sigma = ranges / float64(len(phase)-1) / d2
		}
		p.Lower, p.Upper = mean-3*sigma, mean+3*sigma
		if k != XmR {
			p.Lower = max(p.Lower, 0)
		}
		if k == P {
			p.Upper = min(p.Upper, 1)
		}
	}
}

// d2 is the mean range of two values, in standard deviations of a normal
// distribution.
const d2 = 1.128
