package judging

import (
	"slices"
)

// Rule is how votes are given.
type Rule string

// The rules.
const (
	Open      Rule = "open"      // one vote for each of as many entries as one likes
	Equal     Rule = "equal"     // a number of votes, the same for everybody, at most one an entry
	Quadratic Rule = "quadratic" // a number of credits, the same for everybody; n votes for one entry cost n²
	Pairwise  Rule = "pairwise"  // which of two is better, again and again
)

// Rules lists the rules.
func Rules() []Rule { return []Rule{Open, Equal, Quadratic, Pairwise} }

// Valid tells whether the rule is one.
func (r Rule) Valid() bool { return slices.Contains(Rules(), r) }

// Fault is what is wrong with a ballot.
type Fault string

// The faults; the empty one is none.
const (
	Negative  Fault = "negative"  // fewer than no votes
	TooMany   Fault = "too-many"  // more than one vote for one entry, where one is the most
	Overspent Fault = "overspent" // more than one has
	Unknown   Fault = "unknown"   // for what is not to be voted for
	NotSo     Fault = "not-so"    // not how votes are given here
)

// Cost is what a ballot costs by a rule: n² for n votes for one entry by the
// quadratic one (Lalley and Weyl, "Quadratic Voting", AEA Papers and Proceedings
// 108 (2018) 33–37), a vote a vote by the others.
func Cost(rule Rule, votes map[string]int) int {
	sum := 0
	for _, n := range votes {
		if rule == Quadratic {
			sum += n * n
		} else {
			sum += n
		}
	}
	return sum
}

// MostVotes is the most votes for one entry that so many credits pay for.
func MostVotes(rule Rule, have int) int {
	if rule != Quadratic {
		return min(1, max(have, 0))
	}
	n := 0
	for (n+1)*(n+1) <= have {
		n++
	}
	return n
}

// Check tells what is wrong with a ballot, of which have is the number of votes
// or credits that everybody has, and may tells what can be voted for.
func Check(rule Rule, have int, votes map[string]int, may func(entry string) bool) Fault {
	if rule == Pairwise || !rule.Valid() {
		return NotSo
	}
	for _, id := range sortedKeys(votes) {
		switch n := votes[id]; {
		case !may(id):
			return Unknown
		case n < 0:
			return Negative
		case n > 1 && rule != Quadratic:
			return TooMany
		case n > 10000:
			return Overspent // before squaring it could go wrong
		}
	}
	if rule != Open && Cost(rule, votes) > have {
		return Overspent
	}
	return ""
}
