package judging

// Criterion is one thing that is scored, on a scale from Min to Max.
type Criterion struct {
	ID       string
	Weight   float64
	Min, Max float64
}

// Weighted is the score of one judge for one entry.
type Weighted struct {
	Score    float64  // from 0 to 100
	Answered float64  // which part of the weight was scored, from 0 to 1
	Missing  []string // criteria without a score
}

// Complete tells whether every criterion that weighs anything was scored.
func (w Weighted) Complete() bool { return len(w.Missing) == 0 }

// Weigh gives the weighted mean of the scores, each brought onto the scale from
// 0 (the least that the criterion allows) to 100 (the most):
//
//	score = 100 · Σ w (x − min) / (max − min) / Σ w
//
// over the criteria that were scored. A missing score is neither taken for 0,
// which would punish the entry for what the judge left out, nor filled in: it is
// left out of both sums, and said, so that whoever reads the score can tell that
// it stands for a part of the criteria alone. ok is false when nothing was
// scored that weighs anything.
func Weigh(criteria []Criterion, scores map[string]float64) (w Weighted, ok bool) {
	var sum, answered, all float64
	for _, c := range criteria {
		if c.Weight <= 0 || c.Max <= c.Min {
			continue
		}
		all += c.Weight
		x, scored := scores[c.ID]
		if !scored {
			w.Missing = append(w.Missing, c.ID)
			continue
		}
		x = min(max(x, c.Min), c.Max)
		answered += c.Weight
		sum += c.Weight * (x - c.Min) / (c.Max - c.Min)
	}
	if answered == 0 {
		return w, false
	}
	w.Score, w.Answered = 100*sum/answered, answered/all
	return w, true
}

// Score is what a judge gave an entry.
type Score struct {
	Entry, Judge string
	Value        float64
}

// Spread says how the scores of one entry lie.
type Spread struct {
	N         int
	Mean      float64
	Low, High float64
	SD        float64 // with n − 1; 0 for fewer than two
}

// Spreads gives the spread of each entry's scores.
func Spreads(scores []Score) map[string]Spread {
	byEntry := map[string][]float64{}
	for _, s := range scores {
		byEntry[s.Entry] = append(byEntry[s.Entry], s.Value)
	}
	out := make(map[string]Spread, len(byEntry))
	for id, values := range byEntry {
		out[id] = spreadOf(values)
	}
	return out
}
