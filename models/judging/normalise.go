package judging

import (
	"math"
	"slices"
)

// spreadOf describes some scores, of which there is at least one.
func spreadOf(values []float64) Spread {
	s := Spread{N: len(values), Low: slices.Min(values), High: slices.Max(values)}
	for _, v := range values {
		s.Mean += v / float64(len(values))
	}
	if s.N > 1 {
		var squares float64
		for _, v := range values {
			squares += (v - s.Mean) * (v - s.Mean)
		}
		s.SD = math.Sqrt(squares / float64(s.N-1))
	}
	return s
}

// UsualShrinkage is after how many entries a judge's own mean and spread weigh
// as much as the panel's.
const UsualShrinkage = 3

// Normalised is what the scores of a panel say once its judges' severity and
// spread are taken out. It stands beside the raw means, never in their place.
type Normalised struct {
	Panel  Spread             // of all scores
	Judges map[string]Spread  // of each judge's own, as given
	Scores []Score            // each score on the scale of the panel, in the order given
	Means  map[string]float64 // of each entry, over its normalised scores
}

// Normalise brings each judge's scores onto the scale of the whole panel, by
// standard scores:
//
//	x' = M + S (x − m) / s
//
// where M and S are the mean and standard deviation of all scores, and m and s
// those of the judge, drawn towards the panel's for judges of few entries as if
// κ further entries had been scored like the panel's:
//
//	m = (n·mean + κM) / (n + κ)     s² = ((n−1)·sd² + κS²) / (n − 1 + κ)
//
// With κ = 0 it is the plain linear (mean and sigma) equating of Kolen and
// Brennan, "Test Equating, Scaling, and Linking" (2014), section 2.2. The
// shrinkage is that of a normal mean and variance with a conjugate prior worth κ
// observations (Gelman and others, "Bayesian Data Analysis", 3rd edition,
// section 3.3, without its term for the distance of the means). A judge who gave
// everything the same score says nothing of the order, and with κ = 0 counts as
// the panel's mean.
//
// It assumes that judges were given entries that are alike on the whole, as a
// balanced assignment by lot does; Additive does not.
func Normalise(scores []Score, kappa float64) Normalised {
	out := Normalised{Judges: map[string]Spread{}, Means: map[string]float64{}}
	if len(scores) == 0 {
		return out
	}
	var all []float64
	byJudge := map[string][]float64{}
	for _, s := range scores {
		all = append(all, s.Value)
		byJudge[s.Judge] = append(byJudge[s.Judge], s.Value)
	}
	out.Panel = spreadOf(all)
	for judge, values := range byJudge {
		out.Judges[judge] = spreadOf(values)
	}
	for _, s := range scores {
		own := out.Judges[s.Judge]
		n := float64(own.N)
		m := (n*own.Mean + kappa*out.Panel.Mean) / (n + kappa)
		value := out.Panel.Mean
		if weight := n - 1 + kappa; weight > 0 {
			variance := ((n-1)*own.SD*own.SD + kappa*out.Panel.SD*out.Panel.SD) / weight
			if variance > 1e-18 {
				value += out.Panel.SD * (s.Value - m) / math.Sqrt(variance)
			}
		}
		out.Scores = append(out.Scores, Score{s.Entry, s.Judge, value})
	}
	counts := map[string]float64{}
	for _, s := range out.Scores {
		out.Means[s.Entry] += s.Value
		counts[s.Entry]++
	}
	for id, n := range counts {
		out.Means[id] /= n
	}
	return out
}

// Additives is an additive two-way model of a panel's scores.
type Additives struct {
	Entries  map[string]float64 // the score that an entry would have from the whole panel
	Severity map[string]float64 // how far above (lenient) or below (severe) the panel a judge scores
	Groups   [][]string         // entries that can be compared, sorted; more than one group when no judge links them
}

// Additive fits
//
//	score = entry + judge
//
// by least squares, with the effects of the judges of each group adding to 0,
// or, with ridge above 0, by penalised least squares in which ridge times the sum
// of the squared effects is added: judges of few entries are then drawn to 0.
// This is the two-way model without interaction for unbalanced data (Scheffé,
// "The Analysis of Variance" (1959), section 4.4), solved here by fitting entries
// and judges in turn until nothing moves (Gauss–Seidel on the normal equations,
// which are positive semidefinite, so it converges). A judge who was given strong
// entries is not taken for a lenient one.
//
// Entries that no chain of shared judges links cannot be put on one scale by the
// scores alone; they are said as separate groups, each with its own zero.
func Additive(scores []Score, ridge float64) Additives {
	out := Additives{Entries: map[string]float64{}, Severity: map[string]float64{}}
	byEntry, byJudge := map[string][]Score{}, map[string][]Score{}
	for _, s := range scores {
		byEntry[s.Entry] = append(byEntry[s.Entry], s)
		byJudge[s.Judge] = append(byJudge[s.Judge], s)
	}
	entries, judges := sortedKeys(byEntry), sortedKeys(byJudge)
	for moved, round := math.Inf(1), 0; moved > 1e-12 && round < 20000; round++ {
		moved = 0
		for _, e := range entries {
			var sum float64
			for _, s := range byEntry[e] {
				sum += s.Value - out.Severity[s.Judge]
			}
			out.Entries[e] = sum / float64(len(byEntry[e]))
		}
		for _, j := range judges {
			var sum float64
			for _, s := range byJudge[j] {
				sum += s.Value - out.Entries[s.Entry]
			}
			next := sum / (float64(len(byJudge[j])) + ridge)
			moved = max(moved, math.Abs(next-out.Severity[j]))
			out.Severity[j] = next
		}
	}
	out.centre(entries, byEntry, byJudge, ridge == 0)
	return out
}

// centre finds the groups, and when nothing else fixes the zero makes the
// effects of the judges of each add to 0.
func (a *Additives) centre(entries []string, byEntry, byJudge map[string][]Score, shift bool) {
	seen := map[string]bool{}
	for _, first := range entries {
		if seen[first] {
			continue
		}
		seen[first] = true
		group, judges := []string{first}, map[string]bool{}
		for at := 0; at < len(group); at++ {
			for _, s := range byEntry[group[at]] {
				judges[s.Judge] = true
				for _, other := range byJudge[s.Judge] {
					if !seen[other.Entry] {
						seen[other.Entry] = true
						group = append(group, other.Entry)
					}
				}
			}
		}
		slices.Sort(group)
		a.Groups = append(a.Groups, group)
		if !shift {
			continue
		}
		var mean float64
		for _, j := range sortedKeys(judges) {
			mean += a.Severity[j] / float64(len(judges))
		}
		for j := range judges {
			a.Severity[j] -= mean
		}
		for _, e := range group {
			a.Entries[e] += mean
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
