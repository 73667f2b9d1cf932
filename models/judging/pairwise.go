package judging

import (
	"math"
	"slices"
)

// Duel is how often one entry was preferred to another.
type Duel struct {
	Winner, Loser string
	Times         float64
}

// Strengths is what a Bradley–Terry model says of entries that were compared in
// pairs.
type Strengths struct {
	// Log has the logarithm of each strength, on average 0: the odds that a is
	// preferred to b are exp(Log[a] − Log[b]) to 1.
	Log map[string]float64
	// Groups are the sets within which each entry is preferred to each other
	// directly or through a chain, sorted. With more than one, the comparisons
	// alone leave some differences open: only the prior fixes them.
	Groups [][]string
	Rounds int
}

// BradleyTerry fits P(a preferred to b) = p_a / (p_a + p_b) to the comparisons by
// the MM algorithm of Hunter, "MM algorithms for generalized Bradley–Terry
// models", Annals of Statistics 32 (2004) 384–406, equation (3):
//
//	p_i ← W_i / Σ_j N_ij / (p_i + p_j)
//
// The most likely strengths are finite and unique only when, however the entries
// are parted in two, some of each part was preferred to some of the other
// (assumption 1 there): when Groups is one. Otherwise an entry that always won
// would be infinitely strong. prior above 0 adds that many wins and as many
// losses against an imagined average entry (strength 1) for each, which keeps
// everything finite and entries with few comparisons near the middle, and which
// Log is then not centred over. With prior 0 and several groups ok is false, and
// only Groups is given.
func BradleyTerry(ids []string, duels []Duel, prior float64) (s Strengths, ok bool) {
	place := map[string]int{}
	for i, id := range ids {
		place[id] = i
	}
	wins := make([]float64, len(ids))
	met := make([]map[int]float64, len(ids))
	over := make([][]int, len(ids))
	for i := range met {
		met[i] = map[int]float64{}
	}
	for _, d := range duels {
		w, known := place[d.Winner]
		l, knownToo := place[d.Loser]
		if !known || !knownToo || w == l || d.Times <= 0 {
			continue
		}
		wins[w] += d.Times
		met[w][l] += d.Times
		met[l][w] += d.Times
		over[w] = append(over[w], l)
	}
	s.Groups = groups(ids, over)
	if prior <= 0 && len(s.Groups) > 1 || len(ids) == 0 {
		return s, false
	}
	p := make([]float64, len(ids))
	for i := range p {
		p[i] = 1
	}
	others := make([][]int, len(ids))
	for i := range met {
		for j := range met[i] {
			others[i] = append(others[i], j)
		}
		slices.Sort(others[i]) // so that rounding is the same each time
	}
	s.Rounds = climb(p, wins, met, others, prior)
	s.Log = map[string]float64{}
	var mean float64
	if prior <= 0 {
		for _, x := range p {
			mean += math.Log(x) / float64(len(p))
		}
	}
	for i, id := range ids {
		s.Log[id] = math.Log(p[i]) - mean
	}
	return s, true
}

// climb repeats the step until no strength moves by a part in 10¹¹.
func climb(p, wins []float64, met []map[int]float64, others [][]int, prior float64) int {
	const most = 100000
	for round := 1; round < most; round++ {
		moved := 0.0
		for i := range p {
			won, sum := wins[i]+prior, 0.0
			for _, j := range others[i] {
				sum += met[i][j] / (p[i] + p[j])
			}
			if prior > 0 {
				sum += 2 * prior / (p[i] + 1)
			}
			if sum == 0 {
				continue
			}
			next := won / sum
			moved = max(moved, math.Abs(math.Log(next/p[i])))
			p[i] = next
		}
		if prior <= 0 {
			steady(p)
		}
		if moved < 1e-11 {
			return round
		}
	}
	return most
}

// steady keeps the strengths from drifting: only their ratios mean anything.
func steady(p []float64) {
	var mean float64
	for _, x := range p {
		mean += math.Log(x) / float64(len(p))
	}
	for i := range p {
		p[i] /= math.Exp(mean)
	}
}

// groups gives the strongly connected components of "was preferred to".
func groups(ids []string, over [][]int) [][]string {
	reach := make([][]bool, len(ids))
	for i := range ids {
		reach[i] = make([]bool, len(ids))
		reach[i][i] = true
		for queue := []int{i}; len(queue) > 0; {
			at := queue[0]
			queue = queue[1:]
			for _, to := range over[at] {
				if !reach[i][to] {
					reach[i][to] = true
					queue = append(queue, to)
				}
			}
		}
	}
	var out [][]string
	taken := make([]bool, len(ids))
	for i := range ids {
		if taken[i] {
			continue
		}
		var group []string
		for j := range ids {
			if reach[i][j] && reach[j][i] {
				taken[j] = true
				group = append(group, ids[j])
			}
		}
		slices.Sort(group)
		out = append(out, group)
	}
	return out
}
