package models

import (
	"math"
	"time"
)

// HotRank gives the rank of the "hot" order; see HotSpan for the formula.
func HotRank(votes, comments, adoptions int, published time.Time) float64 {
	return math.Log10(float64(1+votes+2*comments+4*adoptions)) + float64(published.Unix()-HotEpoch)/HotSpan
}
