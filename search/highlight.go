package search

import (
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"grassroots/search/internal/lang"
)

// Span is a part of a text, from byte Start up to byte End, on the boundaries
// of runes.
type Span struct{ Start, End int }

// maxHighlighted is how many bytes of a text are looked at, so that a long one
// costs no more than a page can show.
const maxHighlighted = 100 << 10

// Highlighter finds in a text what a query asked for: the same word in another
// form, what means the same, and what differs by a typo. It works on the
// database's text, so both engines' results are marked alike. It is safe for
// use by many goroutines.
type Highlighter struct{ table atomic.Pointer[lang.Table] }

// NewHighlighter makes a highlighter with a table of synonyms.
func NewHighlighter(s Synonyms) *Highlighter {
	h := &Highlighter{}
	h.SetSynonyms(s)
	return h
}

// SetSynonyms replaces the table.
func (h *Highlighter) SetSynonyms(s Synonyms) { h.table.Store(s.Table()) }

// Highlight gives the parts of a text that match a query, in order, without
// overlaps.
func (h *Highlighter) Highlight(text, query string) []Span {
	terms := lang.Parse(query, h.table.Load()).Terms
	if len(terms) == 0 {
		return nil
	}
	parts := partsOf(lang.Limit(text, maxHighlighted))
	var spans []Span
	for i := range parts {
		longest := 0
		for _, t := range terms {
			longest = max(longest, matchLength(parts[i:], t))
		}
		if longest > 0 {
			spans = append(spans, Span{parts[i].Start, parts[i+longest-1].End})
		}
	}
	return merge(spans)
}

// partsOf lists the words of a text that carry meaning and those that do not.
func partsOf(text string) []lang.Part {
	var parts []lang.Part
	for _, u := range lang.Units(text) {
		if u.Joined != "" && len(u.Parts) > 1 {
			parts = append(parts, lang.Part{Stem: u.Joined, Word: u.Joined, Start: u.Start, End: u.End})
		}
		parts = append(parts, u.Parts...)
	}
	return parts
}

// matchLength is how many words from the first on are the term in any of its
// ways, 0 for none.
func matchLength(parts []lang.Part, t lang.Term) int {
	longest := 0
	for n, phrase := range t.Phrases() {
		if len(phrase) == 0 || len(phrase) > len(parts) {
			continue
		}
		matched := true
		for j, stem := range phrase {
			// Typos are forgiven in what was typed, not in its synonyms.
			if !sameWord(parts[j], stem, n == 0) {
				matched = false
				break
			}
		}
		if matched {
			longest = max(longest, len(phrase))
		}
	}
	if longest == 0 && t.Last && t.Typed != "" && utf8.RuneCountInString(t.Typed) >= 2 && strings.HasPrefix(parts[0].Word, t.Typed) {
		return 1
	}
	return longest
}

func sameWord(p lang.Part, stem string, forgive bool) bool {
	if p.Stem == stem {
		return true
	}
	return forgive && !p.Stop && lang.Within(p.Stem, stem, lang.Typos(stem))
}

// merge joins spans that overlap; they are in the order of their starts.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Snippet cuts about max bytes out of a text around its first match, at words,
// and gives the matches inside it. Without a match it is the text's beginning.
func (h *Highlighter) Snippet(text, query string, max int) (string, []Span) {
	spans := h.Highlight(text, query)
	start := 0
	if len(spans) > 0 && spans[0].Start > max/3 {
		start = spans[0].Start - max/3
		if i := strings.IndexByte(text[start:spans[0].Start], ' '); i >= 0 {
			start += i + 1
		} else {
			start = spans[0].Start
		}
	}
	cut := lang.Limit(text[start:], max)
	if len(cut) < len(text)-start {
		if i := strings.LastIndexByte(cut, ' '); i > max/2 {
			cut = cut[:i]
		}
	}
	var inside []Span
	for _, s := range spans {
		if s.Start >= start && s.End <= start+len(cut) {
			inside = append(inside, Span{s.Start - start, s.End - start})
		}
	}
	return cut, inside
}
