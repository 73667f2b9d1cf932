// Package diff tells two versions of a case study apart, for the page that
// shows a revision: word by word in the text, field by field in the rest.
//
// The comparison is Myers's ("An O(ND) Difference Algorithm and Its
// Variations", 1986), first over lines and then over the words of the lines
// that changed. It is counted in steps and not in time, so that the same two
// texts give the same answer on every machine. A passage that would take too
// many steps is shown as replaced.
package diff

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what became of a piece of text.
type Kind int

// What can become of a piece: kept, added, or taken out.
const (
	Equal Kind = iota
	Insert
	Delete
)

// Op is a piece of text and what became of it.
type Op struct {
	Kind Kind
	Text string
}

// maxSteps bounds one comparison; it takes some tens of milliseconds.
const maxSteps = 20_000_000

// Words gives the difference between two texts, word by word. What was taken
// out stands before what took its place. The pieces that are equal or
// inserted join to the new text, those equal or deleted to the old one.
func Words(before, after string) []Op {
	left := maxSteps
	old, new := lines(before), lines(after)
	var out []edit
	compare(old, new, &left, func(e edit) { out = append(out, e) })
	var ops []Op
	for i := 0; i < len(out); i++ {
		if out[i].kind == Equal {
			ops = appendOps(ops, out[i:i+1])
			continue
		}
		var gone, come []string
		for ; i < len(out) && out[i].kind != Equal; i++ {
			if out[i].kind == Delete {
				gone = append(gone, out[i].tokens...)
			} else {
				come = append(come, out[i].tokens...)
			}
		}
		i--
		ops = appendOps(ops, changed(strings.Join(gone, ""), strings.Join(come, ""), &left))
	}
	return ops
}

// changed compares the words of lines that changed.
func changed(gone, come string, left *int) []edit {
	switch {
	case gone == "":
		return []edit{{Insert, []string{come}}}
	case come == "":
		return []edit{{Delete, []string{gone}}}
	}
	var edits []edit
	compare(words(gone), words(come), left, func(e edit) { edits = append(edits, e) })
	return absorb(slide(group(edits)))
}

// appendOps makes pieces of text out of tokens, and one piece out of
// neighbours of one kind.
func appendOps(ops []Op, edits []edit) []Op {
	for _, e := range edits {
		text := strings.Join(e.tokens, "")
		if text == "" {
			continue
		}
		if n := len(ops) - 1; n >= 0 && ops[n].Kind == e.kind {
			ops[n].Text += text
			continue
		}
		ops = append(ops, Op{e.kind, text})
	}
	return ops
}

// lines takes a text apart after each line. Empty lines stay with the line
// before them: alone they are all alike, and would match where nothing does.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if n := len(out) - 1; n >= 0 && strings.TrimSpace(line) == "" {
			out[n] += line
			continue
		}
		out = append(out, line)
	}
	return out
}

// words takes a text apart into words, runs of spaces, line ends, and single
// characters of all else.
func words(s string) []string {
	var out []string
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		n := size
		var same func(rune) bool
		switch {
		case isWord(r):
			same = isWord
		case r == ' ' || r == '\t':
			same = func(r rune) bool { return r == ' ' || r == '\t' }
		}
		for same != nil && n < len(s) {
			next, size := utf8.DecodeRuneInString(s[n:])
			if !same(next) {
				break
			}
			n += size
		}
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// isWord tells whether a character is part of a word. Apostrophes are, so
// that "don't" is one.
func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\'' || r == '’' || r == '_'
}
