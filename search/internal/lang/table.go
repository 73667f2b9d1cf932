package lang

import (
	"slices"
	"strings"
)

// maxPhrase is how many words a phrase of the table can have and still be
// recognised in a query.
const maxPhrase = 8

// Table knows which words and phrases mean the same. A nil table knows none.
type Table struct {
	entries map[string]*entry
	// words are all words that phrases of two or more words are made of, so
	// that a misspelt phrase can still be recognised.
	words   []string
	longest int
}

type entry struct {
	words []string
	same  [][]string
}

// phrase is one member of a group, analysed.
type phrase struct {
	words  []string
	joined string
}

// analysePhrase makes the words of a member. A member that is nothing but stop
// words ("IT") keeps them: in a table they are meant.
func analysePhrase(text string) phrase {
	var p phrase
	units := Units(text)
	for _, keep := range []bool{false, true} {
		for _, u := range units {
			for _, w := range content(u, keep) {
				p.words = append(p.words, w.Stem)
			}
		}
		if len(p.words) > 0 {
			break
		}
	}
	if len(units) == 1 {
		p.joined = units[0].Joined
	}
	return p
}

// Group is one line of a table: each of From also finds each of To.
type Group struct{ From, To []string }

// NewTable makes a table of groups.
func NewTable(groups []Group) *Table {
	t := &Table{entries: map[string]*entry{}}
	words := map[string]bool{}
	for _, g := range groups {
		to := analyseAll(g.To)
		for _, from := range analyseAll(g.From) {
			t.add(from, to)
			if len(from.words) > 1 {
				for _, w := range from.words {
					words[w] = true
				}
			}
		}
	}
	for w := range words {
		if Typos(w) > 0 {
			t.words = append(t.words, w)
		}
	}
	slices.Sort(t.words)
	return t
}

func analyseAll(members []string) []phrase {
	var out []phrase
	for _, m := range members {
		if p := analysePhrase(m); len(p.words) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (t *Table) add(from phrase, to []phrase) {
	keys := [][]string{from.words}
	if from.joined != "" {
		keys = append(keys, []string{from.joined})
	}
	for _, words := range keys {
		if len(words) > maxPhrase {
			continue
		}
		t.longest = max(t.longest, len(words))
		key := strings.Join(words, " ")
		e := t.entries[key]
		if e == nil {
			e = &entry{words: words}
			t.entries[key] = e
		}
		for _, p := range to {
			e.include(p.words)
			if p.joined != "" {
				e.include([]string{p.joined})
			}
		}
	}
}

func (e *entry) include(words []string) {
	known := func(p []string) bool { return slices.Equal(p, words) }
	if !slices.Equal(e.words, words) && !slices.ContainsFunc(e.same, known) {
		e.same = append(e.same, words)
	}
}

// Entries yields every phrase of the table with what it also finds.
func (t *Table) Entries() map[string][][]string {
	all := map[string][][]string{}
	if t == nil {
		return all
	}
	for key, e := range t.entries {
		all[key] = append([][]string{e.words}, e.same...)
	}
	return all
}

// terms makes terms of pieces, the longest known phrase first.
func (t *Table) terms(pieces []piece) []Term {
	var terms []Term
	known := mending{}
	for i := 0; i < len(pieces) && len(terms) < 2*maxTerms; {
		if n, term := t.longestAt(pieces[i:], known); n > 0 {
			terms = append(terms, term)
			i += n
			continue
		}
		terms = append(terms, plainTerm(pieces[i]))
		i++
	}
	return terms
}

// longestAt finds the longest phrase of the table that the pieces begin with,
// and says how many pieces it takes.
func (t *Table) longestAt(pieces []piece, known mending) (int, Term) {
	if t == nil || len(t.entries) == 0 {
		return 0, Term{}
	}
	var words []string
	taken, found := 0, Term{}
	for i, p := range pieces {
		for _, w := range p.words {
			words = append(words, w.Stem)
		}
		if len(words) > t.longest {
			break
		}
		e, exact := t.lookup(words, p, i == 0, known)
		if e == nil {
			continue
		}
		taken = i + 1
		found = Term{Words: slices.Clone(words), Same: e.same, Key: strings.Join(e.words, " ")}
		if i == 0 {
			found.Joined = p.unit.Joined
		}
		if !exact {
			found.Same = append([][]string{e.words}, e.same...)
		}
	}
	return taken, found
}

// lookup finds words in the table: as they are, as one word if they are one
// compound, or as a phrase of which letters are wrong.
func (t *Table) lookup(words []string, p piece, single bool, known mending) (e *entry, exact bool) {
	if e := t.entries[strings.Join(words, " ")]; e != nil {
		return e, true
	}
	if single && p.unit.Joined != "" {
		if e := t.entries[p.unit.Joined]; e != nil {
			return e, true
		}
	}
	if len(words) < 2 {
		return nil, false
	}
	mended := make([]string, len(words))
	for i, w := range words {
		mended[i] = known.mend(t, w)
	}
	return t.entries[strings.Join(mended, " ")], false
}

// mending remembers what words of one query were mended to: each stands in many
// of the phrases that are tried, and mending compares it with every known word.
type mending map[string]string

func (m mending) mend(t *Table, w string) string {
	mended, ok := m[w]
	if !ok {
		mended = t.mend(w)
		m[w] = mended
	}
	return mended
}

// mend returns the word of a phrase that w is a misspelling of, or w itself.
func (t *Table) mend(w string) string {
	limit := Typos(w)
	if limit == 0 {
		return w
	}
	if _, ok := slices.BinarySearch(t.words, w); ok {
		return w
	}
	for _, known := range t.words {
		if Within(w, known, limit) {
			return known
		}
	}
	return w
}

// plainTerm is a term of which the table knows nothing.
func plainTerm(p piece) Term {
	t := Term{Joined: p.unit.Joined}
	for _, w := range p.words {
		t.Words = append(t.Words, w.Stem)
	}
	if w := p.words[0]; len(p.words) == 1 && t.Joined == "" && !w.Name {
		switch {
		case w.Stop:
			t.filler = empty
		case isSoft(w.Word):
			t.filler = soft
		}
	}
	return t
}
