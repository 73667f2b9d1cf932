package judging

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// NextPair gives the two entries that somebody is asked to compare next: of those
// that they have not compared yet, the entry that they compared least, with the other;
// what is equal is decided by lot, which is the same each time for the same person, so
// that neither reloading the page nor a request of their own making brings a pair that
// they would like better. Which of the two comes first is by lot too. ok is false when
// they have compared all.
func NextPair(voter string, entries []string, own []Duel) (left, right string, ok bool) {
	times := map[string]float64{}
	seen := map[Pair]bool{}
	for _, d := range own {
		times[d.Winner]++
		times[d.Loser]++
		seen[Pair{min(d.Winner, d.Loser), max(d.Winner, d.Loser)}] = true
	}
	lot := func(id string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(voter + " " + id))
		return h.Sum64()
	}
	order := slices.Clone(entries)
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(lot(a), lot(b)), cmp.Compare(a, b))
	})
	for i, a := range order {
		for _, b := range order[i+1:] {
			if seen[Pair{min(a, b), max(a, b)}] {
				continue
			}
			if lot(a+b) < lot(b+a) {
				a, b = b, a
			}
			return a, b, true
		}
	}
	return "", "", false
}
