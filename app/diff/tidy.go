package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// group joins neighbours of one kind, and puts what was taken out before what
// was added between two equal runs.
func group(edits []edit) []edit {
	var out []edit
	var gone, come []string
	flush := func() {
		if len(gone) > 0 {
			out = append(out, edit{Delete, gone})
		}
		if len(come) > 0 {
			out = append(out, edit{Insert, come})
		}
		gone, come = nil, nil
	}
	for _, e := range edits {
		switch n := len(out) - 1; {
		case len(e.tokens) == 0:
		case e.kind == Delete:
			gone = append(gone, e.tokens...)
		case e.kind == Insert:
			come = append(come, e.tokens...)
		case n >= 0 && out[n].kind == Equal && len(gone) == 0 && len(come) == 0:
			out[n].tokens = append(slices.Clip(out[n].tokens), e.tokens...)
		default:
			flush()
			out = append(out, edit{Equal, e.tokens})
		}
	}
	flush()
	return out
}

// slide moves an addition or deletion between two equal runs to where a
// person would have made it. After "a. b." became "a. c. b.", both "c. " and
// " c." can be what was added.
func slide(edits []edit) []edit {
	for i := 1; i < len(edits)-1; i++ {
		before, at, after := edits[i-1], edits[i], edits[i+1]
		if before.kind != Equal || at.kind == Equal || after.kind != Equal {
			continue
		}
		edits[i-1].tokens, edits[i].tokens, edits[i+1].tokens = place(before.tokens, at.tokens, after.tokens)
	}
	return group(edits)
}

// place tries each position of an edit and takes the one with the best ends.
func place(before, at, after []string) (b, a, f []string) {
	all := slices.Concat(before, at, after)
	n := len(at)
	first := len(before)
	for first > 0 && all[first-1] == all[first+n-1] {
		first--
	}
	last := len(before)
	for last+n < len(all) && all[last] == all[last+n] {
		last++
	}
	best, bestScore := len(before), -1
	for i := last; i >= first; i-- {
		if score := cutScore(all, i) + cutScore(all, i+n); score > bestScore {
			best, bestScore = i, score
		}
	}
	return all[:best:best], all[best : best+n : best+n], all[best+n:]
}

// cutScore says how natural it is to cut a text before a token: between
// paragraphs, lines, sentences, words.
func cutScore(tokens []string, i int) int {
	if i == 0 || i == len(tokens) {
		return 6
	}
	before, after := tokens[i-1], tokens[i]
	switch {
	case before == "\n" && i > 1 && tokens[i-2] == "\n" && after != "\n":
		return 5
	case before == "\n" && after != "\n":
		return 4
	case isSpace(before) && i > 1 && strings.ContainsAny(tokens[i-2], ".!?:;"):
		return 3
	case isSpace(before) && !isSpace(after):
		return 2
	case isSpace(after):
		return 1
	}
	return 0
}

func isSpace(token string) bool { return strings.TrimSpace(token) == "" }

// absorb makes one change of two that only a few kept words part, since a
// sentence with every other word struck out cannot be read.
func absorb(edits []edit) []edit {
	for {
		out := absorbOnce(edits)
		if len(out) == len(edits) {
			return out
		}
		edits = out
	}
}

// absorbOnce absorbs what it can in one walk. A larger change can absorb more
// in the next.
func absorbOnce(edits []edit) []edit {
	var out []edit
	var size [3]int // words of the change that out ends with, by kind
	for i, e := range edits {
		before := max(size[Insert], size[Delete])
		switch {
		case e.kind != Equal:
			size[e.kind] += wordCount(e.tokens)
		case i > 0 && i < len(edits)-1 && isFreak(e, before, changeAfter(edits, i)):
			out = append(out, edit{Delete, e.tokens}, edit{Insert, e.tokens})
			n := wordCount(e.tokens)
			size[Insert], size[Delete] = size[Insert]+n, size[Delete]+n
			continue
		default:
			size = [3]int{}
		}
		out = append(out, e)
	}
	return group(out)
}

// changeAfter gives how many words the longer side of the change after edit i
// has.
func changeAfter(edits []edit, i int) int {
	var size [3]int
	for i++; i < len(edits) && edits[i].kind != Equal; i++ {
		size[edits[i].kind] += wordCount(edits[i].tokens)
	}
	return max(size[Insert], size[Delete])
}

// isFreak tells whether an equal run is there by chance: no line ends in it,
// and it has no words, or fewer than three quarters of either change beside it.
func isFreak(e edit, before, after int) bool {
	if slices.Contains(e.tokens, "\n") {
		return false
	}
	n := wordCount(e.tokens)
	return n == 0 && before > 0 && after > 0 || n > 0 && 4*n <= 3*min(before, after)
}

func wordCount(tokens []string) int {
	n := 0
	for _, t := range tokens {
		if r, _ := utf8.DecodeRuneInString(t); isWord(r) && !unicode.IsMark(r) {
			n++
		}
	}
	return n
}
