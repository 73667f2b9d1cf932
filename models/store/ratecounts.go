package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// RateCount is how often something was done within a window of time.
type RateCount struct {
	Key         string // says nothing of who it was
	Began, Ends time.Time
	Hits        int
}

// rateBatch is how many counts are written with one statement: 2,000 values,
// which both databases take.
const rateBatch = 500

// AddRateCounts adds hits to the counts of all nodes, and gives for each of the
// counts what it has come to. A key stands in the list once.
func (s *Store) AddRateCounts(ctx context.Context, list []RateCount) ([]RateCount, error) {
	// In one order, so that two nodes do not wait for one another in a ring.
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b RateCount) int { return cmp.Or(strings.Compare(a.Key, b.Key), a.Began.Compare(b.Began)) })
	var out []RateCount
	for batch := range slices.Chunk(list, rateBatch) {
		args := make([]any, 0, 4*len(batch))
		for _, c := range batch {
			args = append(args, c.Key, c.Began, c.Ends, c.Hits)
		}
		var sums []RateCount
		err := s.DB(ctx).Raw("INSERT INTO rate_counts (key, began, ends, hits) VALUES "+strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?), ", len(batch)), ", ")+
			" ON CONFLICT (key, began) DO UPDATE SET hits = rate_counts.hits + excluded.hits RETURNING key, began, ends, hits", args...).Scan(&sums).Error
		if err != nil {
			return out, err
		}
		out = append(out, sums...)
	}
	return out, nil
}
