package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"grassroots/search/internal/lang"
)

// Span is a part of a text, as byte offsets on rune boundaries.
type Span struct{ Start, End int }

// Highlighter marks in a text what a query asks for. It works on the
// database's text and knows nothing of the engine that found it, so pages look
// the same whichever that was. It can be used by many goroutines at once.
type Highlighter struct{ synonyms Synonyms }

// NewHighlighter makes a Highlighter that knows a table of synonyms.
func NewHighlighter(s Synonyms) Highlighter { return Highlighter{synonyms: s} }

// Highlight lists the parts of a text that a query asks for: its words in any
// of their forms, what means the same, the beginning of which is an unfinished
// word, and, where there is none of these, what may be meant by a misspelt one.
// Spans are in order and do not overlap. Only the first quarter of a megabyte is
// looked at.
func (h Highlighter) Highlight(text, query string) []Span {
	return merge(h.matches(text, query))
}

// match is a span with the term of the query that it answers.
type match struct {
	Span
	term int
}

func merge(matches []match) []Span {
	var spans []Span
	for _, m := range matches {
		if n := len(spans); n > 0 && m.Start <= spans[n-1].End {
			spans[n-1].End = max(spans[n-1].End, m.End)
			continue
		}
		spans = append(spans, m.Span)
	}
	return spans
}

// marker finds the words of one text.
type marker struct {
	words []lang.Part    // that carry meaning, in order
	at    map[string]int // where a stem stands first, in words
	next  []int          // where the same stem stands next, or -1
	found []match
}

func newMarker(text string) *marker {
	m := &marker{at: map[string]int{}}
	for _, u := range lang.Units(lang.Limit(text, lang.MaxField)) {
		if u.Joined != "" {
			// Known by its own name too; the phrase of its parts goes around it.
			m.words = append(m.words, lang.Part{Stem: u.Joined, Word: u.Joined, Start: u.Start, End: u.End})
		}
		for _, p := range u.Parts {
			if !p.Stop && p.Stem != "" {
				m.words = append(m.words, p)
			}
		}
	}
	m.next = make([]int, len(m.words))
	for i := len(m.words) - 1; i >= 0; i-- {
		first, ok := m.at[m.words[i].Stem]
		if !ok {
			first = -1
		}
		m.next[i] = first
		m.at[m.words[i].Stem] = i
	}
	return m
}

// matches finds all spans, in order of their start.
func (h Highlighter) matches(text, query string) []match {
	terms := lang.Parse(query, h.synonyms.Table()).Terms
	if len(terms) == 0 || text == "" {
		return nil
	}
	m := newMarker(text)
	for i, t := range terms {
		m.term(i, t)
	}
	slices.SortFunc(m.found, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.term, b.term))
	})
	return m.found
}

// term marks everything that answers one term, the surest ways first.
func (m *marker) term(i int, t lang.Term) {
	before := len(m.found)
	for _, p := range t.Phrases() {
		m.phrase(i, p)
	}
	if len(t.Words) > 1 && len(m.found) == before {
		for _, w := range t.Words {
			m.phrase(i, []string{w})
		}
	}
	if len(m.found) > before {
		return
	}
	for j, w := range t.Words {
		m.like(i, w, t.Last && j == len(t.Words)-1)
	}
}

// phrase marks words that follow each other.
func (m *marker) phrase(term int, words []string) {
	at, ok := m.at[words[0]]
	if !ok {
		return
	}
	for ; at >= 0; at = m.next[at] {
		if last, ok := m.follows(at, words[1:]); ok {
			m.found = append(m.found, match{term: term, Span: Span{Start: m.words[at].Start, End: m.words[last].End}})
		}
	}
}

// follows reports whether words come right after the one at an index, and where
// the last of them stands. A compound's own name beside its parts is passed over.
func (m *marker) follows(at int, words []string) (last int, ok bool) {
	for _, w := range words {
		next := at + 1
		for next < len(m.words) && m.words[next].Stem != w && m.compound(next) {
			next++
		}
		if next >= len(m.words) || m.words[next].Stem != w {
			return 0, false
		}
		at = next
	}
	return at, true
}

// compound reports whether the word at an index is a compound's own name, which
// stands before its parts.
func (m *marker) compound(i int) bool {
	return i+1 < len(m.words) && m.words[i+1].Start == m.words[i].Start
}

// like marks the words that a word may be the beginning or a misspelling of. A
// word that is only the beginning has to have three letters.
func (m *marker) like(term int, word string, unfinished bool) {
	const shortest = 3
	limit := lang.Typos(word)
	for stem, at := range m.at {
		begins := unfinished && len(word) >= shortest && strings.HasPrefix(stem, word)
		if !begins && (limit == 0 || lang.Typos(stem) == 0 || !lang.Within(word, stem, limit)) {
			continue
		}
		for ; at >= 0; at = m.next[at] {
			m.found = append(m.found, match{term: term, Span: Span{Start: m.words[at].Start, End: m.words[at].End}})
		}
	}
}

// ellipsis stands where a snippet leaves text out.
const ellipsis = "…"

// Snippet cuts the passage out of a text that answers most of a query, of at
// most max bytes, and says what to mark in it. Blanks and line ends become
// single blanks, "…" stands where text was left out. A text that answers nothing
// gives its beginning.
func (h Highlighter) Snippet(text, query string, max int) (string, []Span) {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(lang.Limit(text, lang.MaxField), " ")), " ")
	matches := h.matches(text, query)
	if len(text) <= max {
		return text, merge(matches)
	}
	room := max - 2*len(ellipsis)
	if room <= 0 {
		return "", nil
	}
	start, end := cutWords(text, passage(matches, room), room)
	var b strings.Builder
	if start > 0 {
		b.WriteString(ellipsis)
	}
	shift := b.Len() - start
	b.WriteString(text[start:end])
	if end < len(text) {
		b.WriteString(ellipsis)
	}
	var spans []Span
	for _, s := range merge(matches) {
		if s.Start >= start && s.End <= end {
			spans = append(spans, Span{Start: s.Start + shift, End: s.End + shift})
		}
	}
	return b.String(), spans
}

// passage finds the stretch of at most room bytes with matches of the most
// terms, and among those the one with the most matches, and leaves some of the
// room for what stands before it.
func passage(matches []match, room int) (start int) {
	counts := map[int]int{}
	best, from := -1, 0
	lead := 0
	for i, j := 0, 0; i < len(matches); i++ {
		for j < len(matches) && (j <= i || matches[j].End-matches[i].Start <= room) {
			counts[matches[j].term]++
			j++
		}
		if score := len(counts)*len(matches) + (j - i); score > best {
			best, from = score, matches[i].Start
			lead = (room - (matches[j-1].End - matches[i].Start)) / 3
		}
		if counts[matches[i].term]--; counts[matches[i].term] == 0 {
			delete(counts, matches[i].term)
		}
	}
	return max(from-max(lead, 0), 0)
}

// cutWords moves the ends of a stretch of room bytes to the ends of words, if
// there are any near.
func cutWords(text string, start, room int) (from, to int) {
	const near = 40
	start = min(start, len(text)-room)
	end := start + room
	if start > 0 && text[start-1] != ' ' {
		if i := strings.IndexByte(text[start:min(start+near, end)], ' '); i >= 0 {
			start += i + 1
		}
	}
	if end < len(text) {
		if i := strings.LastIndexByte(text[max(end-near, start):end], ' '); i > 0 {
			end = max(end-near, start) + i
		}
	}
	for start < end && !utf8.RuneStart(text[start]) {
		start++
	}
	for end > start && end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return start, end
}
