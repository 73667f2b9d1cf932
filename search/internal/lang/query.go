package lang

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxQuery is how many bytes of a query are read; the rest is left out.
const MaxQuery = 500

// maxTerms is how many different things one query can ask for.
const maxTerms = 24

// Term is one thing that a query asks for: a word, a compound or a phrase that
// the table of synonyms knows.
type Term struct {
	// Words are the stems as typed: one, unless it is a compound or a phrase.
	Words []string
	// Joined is a compound written as one word, or empty.
	Joined string
	// Same are other ways to say it, each a phrase of stems.
	Same [][]string
	// Key names the term's entry in the table of synonyms; empty if it has none.
	Key string
	// Last says that the word may be unfinished: nothing was typed after it.
	Last bool

	// filler is how little the term says by itself.
	filler filler
}

// filler tells words that wrap a question from those that it is about.
type filler int

const (
	meant filler = iota // it says what is looked for
	soft                // it is looked for only when nothing else is asked
	empty               // it is not in the index: a stop word that may be unfinished
)

// Word is the single word to look for, or empty for a phrase.
func (t Term) Word() string {
	switch {
	case t.Joined != "":
		return t.Joined
	case len(t.Words) == 1:
		return t.Words[0]
	}
	return ""
}

// Phrases lists every way to say the term, as phrases of stems, the typed one
// first.
func (t Term) Phrases() [][]string {
	all := [][]string{t.Words}
	if t.Joined != "" {
		all = [][]string{{t.Joined}, t.Words}
	}
	for _, p := range t.Same {
		if !slices.ContainsFunc(all, func(q []string) bool { return slices.Equal(p, q) }) {
			all = append(all, p)
		}
	}
	return all
}

// Query is what a person typed, understood.
type Query struct {
	// Terms are what is asked for, in the order of typing.
	Terms []Term
}

// Clean makes harmless text of any bytes: valid UTF-8 without control
// characters, cut to MaxQuery bytes. A word that the cut would halve goes.
func Clean(text string) string {
	long := len(text) > MaxQuery
	text = strings.ToValidUTF8(Limit(text, MaxQuery), " ")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' {
			return ' '
		}
		return r
	}, text)
	if long {
		if i := strings.LastIndexFunc(text, unicode.IsSpace); i > 0 {
			text = text[:i]
		}
	}
	return strings.TrimLeftFunc(text, unicode.IsSpace)
}

// piece is one word of the query on its way to becoming a term.
type piece struct {
	unit  Unit
	words []Part
}

// Parse understands a query. Words that only wrap a question are left out
// when anything else remains, and phrases that the table knows become one term.
func Parse(text string, table *Table) Query {
	return parse(text, table, func(terms []Term) []Term { return dropSoft(dedupe(terms)) })
}

// parse makes terms of a text and leaves it to choose to say which remain.
func parse(text string, table *Table, choose func([]Term) []Term) Query {
	text = Clean(text)
	units := Units(text)
	pieces := make([]piece, 0, len(units))
	for i, u := range units {
		last := i == len(units)-1 && u.End == len(text)
		if words := content(u, last || len(units) == 1); len(words) > 0 {
			pieces = append(pieces, piece{unit: u, words: words})
		}
	}
	terms := table.terms(pieces)
	if n := len(units); n > 0 && len(terms) > 0 && units[n-1].End == len(text) && endsWord(text) {
		markLast(terms, units[n-1])
	}
	return Query{Terms: choose(terms)}
}

// content lists the words of a unit that are worth looking for. keep keeps a
// stop word: the last one may be unfinished, the only one is all there is.
func content(u Unit, keep bool) []Part {
	var words []Part
	for _, p := range u.Parts {
		if p.Stem != "" && (!p.Stop || keep) {
			words = append(words, p)
		}
	}
	return words
}

func endsWord(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// markLast notes that the last term may be unfinished.
func markLast(terms []Term, u Unit) {
	t := &terms[len(terms)-1]
	p := u.Parts[len(u.Parts)-1]
	if len(t.Words) > 0 && t.Words[len(t.Words)-1] == p.Stem {
		t.Last = true
	}
}

func dedupe(terms []Term) []Term {
	var kept []Term
	for _, t := range terms {
		same := func(o Term) bool { return o.Joined == t.Joined && slices.Equal(o.Words, t.Words) }
		if i := slices.IndexFunc(kept, same); i >= 0 {
			kept[i].Last = kept[i].Last || t.Last
			continue
		}
		kept = append(kept, t)
		if len(kept) == maxTerms {
			break
		}
	}
	return kept
}

// dropSoft removes what only wraps a question, unless that is all there is, and
// stop words in any case.
func dropSoft(terms []Term) []Term {
	for _, most := range []filler{meant, soft} {
		kept := slices.DeleteFunc(slices.Clone(terms), func(t Term) bool { return t.filler > most })
		if len(kept) > 0 {
			return kept
		}
	}
	return nil
}

// MaxNeeded is how many terms of one query are looked for: its rarest. The rest
// of a long question changes little, and the ways to have some of many terms
// grow with their number.
const MaxNeeded = 6

// Need says how many of n terms a document has to have. Both of two words are
// meant; of a question, some words are the asker's own.
func Need(n int) int {
	switch {
	case n <= 2:
		return n
	case n <= 4:
		return 2
	default:
		return 3
	}
}

// ParseTitle understands the beginning of a title: every word counts.
func ParseTitle(text string, table *Table) Query {
	return parse(text, table, dedupe)
}

// Keywords lists what a title and a summary are about, the title's words first.
func Keywords(title, summary string, table *Table) Query {
	q := Parse(title+" ", table)
	q.Terms = append(q.Terms, Parse(summary+" ", table).Terms...)
	q.Terms = dedupe(q.Terms)
	return q
}
