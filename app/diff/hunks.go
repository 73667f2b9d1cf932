package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hunk is a part of a difference: one to show, or one that has only text that
// did not change and can be folded away. The operations of all hunks are those
// of the whole difference.
type Hunk struct {
	Ops    []Op
	Folded bool
	Words  int // how many, in a folded one
}

// Hunks puts a difference into parts. Each change is shown with as many
// unchanged words on either side as context says, or up to half as many again
// to stop where a sentence or a line does; what lies between is folded, if it
// has more words than context.
func Hunks(ops []Op, context int) []Hunk {
	context = max(context, 0)
	var out []Hunk
	show := func(op Op) {
		if op.Text == "" {
			return
		}
		if n := len(out) - 1; n >= 0 && !out[n].Folded {
			out[n].Ops = append(out[n].Ops, op)
			return
		}
		out = append(out, Hunk{Ops: []Op{op}})
	}
	for i, op := range ops {
		from, to, words := 0, 0, 0
		if op.Kind == Equal {
			from, to, words = middle(op.Text, context, i > 0, i < len(ops)-1)
		}
		if words <= context {
			show(op)
			continue
		}
		show(Op{Equal, op.Text[:from]})
		out = append(out, Hunk{Ops: []Op{{Equal, op.Text[from:to]}}, Folded: true, Words: words})
		show(Op{Equal, op.Text[to:]})
	}
	return out
}

// middle gives the part of an unchanged text that can be folded, and how many
// words it has: what is not beside the change before it, nor beside the one
// after it.
func middle(text string, context int, before, after bool) (from, to, words int) {
	spans := wordSpans(text)
	first, last := 0, len(spans)
	stops := func(k int) bool { // whether a sentence or a line ends before word k
		return k <= 0 || k >= len(spans) || endsSentence(text[spans[k-1][0]:spans[k-1][1]]) || strings.Contains(text[spans[k-1][1]:spans[k][0]], "\n")
	}
	if before {
		first = context
		for k := context; k <= context+context/2; k++ {
			if stops(k) {
				first = k
				break
			}
		}
	}
	if after {
		last -= context
		for k := last; k >= len(spans)-context-context/2; k-- {
			if stops(k) {
				last = k
				break
			}
		}
	}
	if first >= last {
		return 0, 0, 0
	}
	if first > 0 {
		from = spans[first][0]
	}
	if to = len(text); last < len(spans) {
		to = spans[last][0]
	}
	return from, to, last - first
}

// wordSpans gives where each run of characters that are no spaces begins and
// ends.
func wordSpans(text string) [][2]int {
	var out [][2]int
	start := -1
	for i, r := range text {
		switch space := unicode.IsSpace(r); {
		case space && start >= 0:
			out = append(out, [2]int{start, i})
			start = -1
		case !space && start < 0:
			start = i
		}
	}
	if start >= 0 {
		out = append(out, [2]int{start, len(text)})
	}
	return out
}

// endsSentence tells whether a word is the last of a sentence, as far as its
// last mark tells.
func endsSentence(word string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(word, `)]"'”’*_`))
	return strings.ContainsRune(".?!:", r)
}
