package spc

import "slices"

// mark finds what in a phase is not chance. A phase without limits has nothing marked:
// it is too short to say.
func mark(phase []Plotted) {
	if len(phase) == 0 || !phase[0].Limited() {
		return
	}
	for i := range phase {
		switch p := &phase[i]; {
		case p.Y > p.Upper:
			p.set(Beyond, true)
		case p.Y < p.Lower:
			p.set(Beyond, false)
		}
	}
	markRuns(phase, Shift, func(i int) int { return sign(phase[i].Y - phase[i].Mean) })
	markTrends(phase)
	for i := 2; i < len(phase); i++ {
		for _, high := range []bool{true, false} {
			var near []int
			for j := i - 2; j <= i; j++ {
				if phase[j].nearLimit(high) {
					near = append(near, j)
				}
			}
			if len(near) >= 2 {
				for _, j := range near {
					phase[j].set(TwoOf3, high)
				}
			}
		}
	}
}

// nearLimit tells whether a point is beyond two thirds of the way from the mean to one
// limit. Where a limit was cut off at nothing, what is not there cannot be near.
func (p *Plotted) nearLimit(high bool) bool {
	if high {
		return p.Y > p.Mean+(p.Upper-p.Mean)*2/3
	}
	return p.Y < p.Mean-(p.Mean-p.Lower)*2/3
}

// markRuns marks each run of RunLength points or more with the same side, where a side
// of 0 ends a run.
func markRuns(phase []Plotted, r Rule, side func(i int) int) {
	for begin := 0; begin < len(phase); {
		of, end := side(begin), begin+1
		for end < len(phase) && side(end) == of {
			end++
		}
		if of != 0 && end-begin >= RunLength {
			for i := begin; i < end; i++ {
				phase[i].set(r, of > 0)
			}
		}
		begin = end
	}
}

// markTrends marks each run of RunLength points or more of which each is higher, or each
// lower, than the one before.
func markTrends(phase []Plotted) {
	for begin := 0; begin+1 < len(phase); {
		way, end := sign(phase[begin+1].Y-phase[begin].Y), begin+1
		for end+1 < len(phase) && sign(phase[end+1].Y-phase[end].Y) == way {
			end++
		}
		if way != 0 && end-begin+1 >= RunLength {
			for i := begin; i <= end; i++ {
				phase[i].set(Trend, way > 0)
			}
		}
		begin = end
	}
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func (p *Plotted) set(r Rule, high bool) {
	if !slices.Contains(p.Rules, r) {
		p.Rules = append(p.Rules, r)
	}
	if len(p.Rules) == 1 { // the first rule says which way
		p.High = high
	}
}

// Variation is what the latest point says of the measure.
type Variation string

// The kinds of variation, as the icons of "Making data count" have them.
const (
	Common      Variation = "common"      // as it always did
	Improvement Variation = "improvement" // not chance, and the way it should go
	Concern     Variation = "concern"     // not chance, and the other way
	Changed     Variation = "changed"     // not chance, and nobody says which way is better
	TooShort    Variation = "too-short"   // there are no limits yet
)

// Assurance is whether the measure, varying as it does, meets its target.
type Assurance string

// The kinds of assurance.
const (
	NoTarget  Assurance = ""
	Passes    Assurance = "passes"   // it will meet the target each time, unless something changes
	Fails     Assurance = "fails"    // it will not, unless something changes
	HitOrMiss Assurance = "hit-miss" // it will at times, by chance
)

// Summary says in two words what a chart shows: how the latest point varies, and
// whether the limits as they are now meet the target.
func (s *Series) Summary(plotted []Plotted) (Variation, Assurance) {
	if len(plotted) == 0 || !plotted[len(plotted)-1].Limited() {
		return TooShort, NoTarget
	}
	last := &plotted[len(plotted)-1]
	variation := Common
	if len(last.Rules) > 0 {
		switch {
		case s.Better == Neither:
			variation = Changed
		case last.High == (s.Better == Higher):
			variation = Improvement
		default:
			variation = Concern
		}
	}
	if s.Target == nil || s.Better == Neither {
		return variation, NoTarget
	}
	low, high := last.Lower >= *s.Target, last.Upper <= *s.Target
	switch {
	case low && s.Better == Higher, high && s.Better == Lower:
		return variation, Passes
	case high, low:
		return variation, Fails
	}
	return variation, HitOrMiss
}

// Caution is what the data cannot carry.
type Caution string

// The cautions.
const (
	TwoPoints   Caution = "two-points"  // one before and one after
	FewPoints   Caution = "few"         // too few for limits
	Provisional Caution = "provisional" // enough for limits, too few to trust them
	SmallCounts Caution = "small"       // a p, u or c chart of so few events that its limits do not hold
)

// Cautions lists what the data cannot carry: with two points nobody can tell a change
// from chance, and where less than about five events are to be expected at a time the
// limits of counts, which take them to be nearly normal, do not hold (Montgomery, as
// above, section 7.2).
func (s *Series) Cautions(plotted []Plotted) (out []Caution) {
	begins := s.begins()
	shortest := len(plotted)
	for n := range len(begins) - 1 {
		shortest = min(shortest, begins[n+1]-begins[n])
	}
	switch {
	case len(plotted) <= 2:
		return []Caution{TwoPoints}
	case shortest < FewestPoints:
		out = append(out, FewPoints)
	case shortest < EnoughPoints:
		out = append(out, Provisional)
	}
	if s.Kind == XmR {
		return out
	}
	for i := range plotted {
		expected := plotted[i].Mean
		if s.Kind.Counts() {
			expected *= plotted[i].Of
		}
		if expected < 5 {
			return append(out, SmallCounts)
		}
	}
	return out
}
