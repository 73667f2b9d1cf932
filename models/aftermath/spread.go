package aftermath

import (
	"slices"

	"grassroots/models"
	"grassroots/models/judging"
)

// CriterionSpread is how the scores of one criterion lie.
type CriterionSpread struct {
	Name                string
	N                   int
	Counts              [models.CampaignScores]int // how many scored 1, 2, …
	Mean                float64
	Lower, Median, High float64 // quartiles
}

// SpreadOf says of each criterion how judges scored by it, over the cards that count.
func SpreadOf(cards []judging.Card, criteria []models.Criterion) []CriterionSpread {
	out := make([]CriterionSpread, 0, len(criteria))
	for _, c := range criteria {
		s := CriterionSpread{Name: c.Name}
		var scores []int
		for i := range cards {
			if n := cards[i].Scores[c.ID]; cards[i].SubmittedAt != nil && n >= 1 && n <= models.CampaignScores {
				scores = append(scores, n)
				s.Counts[n-1]++
				s.Mean += float64(n)
			}
		}
		if s.N = len(scores); s.N > 0 {
			slices.Sort(scores)
			s.Mean /= float64(s.N)
			s.Lower, s.Median, s.High = quantile(scores, 0.25), quantile(scores, 0.5), quantile(scores, 0.75)
		}
		out = append(out, s)
	}
	return out
}

// quantile is that of sorted numbers, between two of them where it falls there (the way of
// NumPy and of Excel's QUARTILE.INC).
func quantile(sorted []int, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return float64(sorted[len(sorted)-1])
	}
	return float64(sorted[i]) + (at-float64(i))*float64(sorted[i+1]-sorted[i])
}
