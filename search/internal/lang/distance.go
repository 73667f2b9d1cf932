package lang

import "unicode/utf8"

// Typos says how many letters of a word may be wrong: none in a word of up to
// three letters, where nearly everything would match, one up to seven, two
// from there. Stems are shorter than words, so the steps come a letter or two
// sooner than engines that compare whole words set them.
func Typos(word string) int {
	if !hasOnlyLetters(word) {
		return 0
	}
	switch n := utf8.RuneCountInString(word); {
	case n < OneTypo:
		return 0
	case n < TwoTypos:
		return 1
	default:
		return 2
	}
}

// The lengths of a stem from which one and two typos are forgiven.
const (
	OneTypo  = 4
	TwoTypos = 8
)

// hasOnlyLetters tells words from codes: "RR8", "v2", and "R4" are never misspelt
// forms of one another.
func hasOnlyLetters(word string) bool {
	for i := range len(word) {
		if word[i] >= '0' && word[i] <= '9' {
			return false
		}
	}
	return true
}

// Within reports whether a can be made of b by at most limit insertions,
// removals, replacements or swaps of neighbours. It gives up early, so that it
// is cheap to ask of every word of a long text.
func Within(a, b string, limit int) bool {
	if a == b {
		return true
	}
	if limit <= 0 || len(a)-len(b) > limit*utf8.UTFMax || len(b)-len(a) > limit*utf8.UTFMax {
		return false
	}
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return false
	}
	return distance(x, y, limit) <= limit
}

// distance is the Damerau-Levenshtein distance (optimal string alignment), or
// anything above limit once it is certain to be above it.
func distance(x, y []rune, limit int) int {
	prev2 := make([]int, len(y)+1)
	prev := make([]int, len(y)+1)
	row := make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(y)]
}
