// Package lang turns text into the words that are indexed and searched for. Both
// search engines are given words that this package made, never raw text, so
// that "e-RS", "A&E", "PPM+" or "discharging" mean the same to either, and so
// that highlights can be computed from the database's text in the same way.
package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how many bytes of one word are kept. Nothing that a person
// searches for is longer, and engines drop or reject very long words.
const maxWord = 64

// maxParts is how many parts a compound such as "point-of-care" may have and
// still also be known as one word.
const maxParts = 4

// Part is one plain word of a text.
type Part struct {
	// Stem is what is indexed; Word is the same before stemming.
	Stem, Word string
	// Start and End are byte offsets into the text.
	Start, End int
	// Stop says that the word carries no meaning and is not indexed.
	Stop bool
	// Name says that the word is a name because of its capitals, whatever it
	// would mean in small letters: "IT", "WHO".
	Name bool
}

// Unit is what a reader would call one word: "discharge", but also "e-RS",
// "follow-up", "A&E", "v2.4" and "PPM+", which have parts.
type Unit struct {
	Parts []Part
	// Joined is the parts written as one word ("ers", "followup"), or empty.
	Joined     string
	Start, End int
}

// Units splits a text into its words. Bytes that are not UTF-8 separate words.
func Units(text string) []Unit {
	s := scanner{text: text, shouting: !hasLower(text)}
	for s.pos < len(text) {
		if w := s.word(); w > 0 {
			s.unit(w)
			continue
		}
		_, size := utf8.DecodeRuneInString(text[s.pos:])
		s.pos += size
	}
	return s.units
}

// scanner walks over a text once.
type scanner struct {
	text     string
	pos      int
	shouting bool // no lower-case letter anywhere: capitals tell nothing
	units    []Unit
}

// word says how many bytes of letters, digits and marks start here.
func (s *scanner) word() int { return wordLen(s.text[s.pos:]) }

func wordLen(text string) int {
	n := 0
	for n < len(text) {
		c := text[n]
		if c < utf8.RuneSelf {
			if !isASCIIWord(c) {
				break
			}
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		mark := unicode.IsMark(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (!mark || n == 0) {
			break
		}
		n += size
	}
	return n
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// unit reads a word of n bytes and what is tied to it.
func (s *scanner) unit(n int) {
	start := s.pos
	u := Unit{Start: start}
	raw := ""
	for n > 0 {
		from := s.pos
		s.pos += n
		raw = s.apostrophes(s.text[from:s.pos])
		u.Parts = append(u.Parts, s.part(raw, from, s.pos))
		gap := connector(s.text[s.pos:])
		if gap == 0 && n == 1 {
			gap = ampersand(s.text[s.pos:])
		}
		if gap == 0 {
			break
		}
		s.pos += gap
		n = wordLen(s.text[s.pos:])
	}
	plus := strings.HasPrefix(s.text[s.pos:], "+") && wordLen(s.text[s.pos+1:]) == 0
	if plus {
		s.pos++
	}
	u.End = s.pos
	s.units = append(s.units, join(u, plus))
}

// apostrophes takes what follows an apostrophe into the word that was just
// read: "patient's" is "patient", "O'Neill" is "ONeill".
func (s *scanner) apostrophes(raw string) string {
	for {
		size := apostrophe(s.text[s.pos:])
		if size == 0 {
			return raw
		}
		n := wordLen(s.text[s.pos+size:])
		if n == 0 {
			return raw
		}
		tail := s.text[s.pos+size : s.pos+size+n]
		s.pos += size + n
		if tail != "s" && tail != "S" && len(raw) < maxWord {
			raw += tail
		}
	}
}

func apostrophe(text string) int {
	for _, a := range []string{"'", "’", "ʼ", "`"} {
		if strings.HasPrefix(text, a) {
			return len(a)
		}
	}
	return 0
}

// connector says how many bytes tie the word before to a word after: a hyphen
// or a dot with a letter or digit on its other side.
func connector(text string) int {
	for _, c := range []string{"-", "‐", "‑", "."} {
		if strings.HasPrefix(text, c) && wordLen(text[len(c):]) > 0 {
			return len(c)
		}
	}
	return 0
}

// ampersand says how many bytes of "&", perhaps with blanks around it, tie one
// letter to another: "A&E", "R & D".
func ampersand(text string) int {
	rest := strings.TrimLeft(text, " ")
	if !strings.HasPrefix(rest, "&") {
		return 0
	}
	rest = strings.TrimPrefix(rest[1:], "amp;")
	rest = strings.TrimLeft(rest, " ")
	if wordLen(rest) != 1 || apostrophe(rest[1:]) > 0 {
		return 0
	}
	return len(text) - len(rest)
}

func (s *scanner) part(raw string, start, end int) Part {
	word := Fold(raw)
	p := Part{Word: word, Stem: Stem(word), Start: start, End: end}
	// "IT" and "WHO" amid lower-case text are names, not "it" and "who".
	p.Name = !s.shouting && len(raw) > 1 && raw == strings.ToUpper(raw) && hasLetter(raw)
	p.Stop = !p.Name && isStop(word)
	return p
}

// join finishes a unit: single letters tied together are one word and nothing
// else, other compounds are both their parts and one word.
func join(u Unit, plus bool) Unit {
	last := u.Parts[len(u.Parts)-1]
	if len(u.Parts) == 1 && !plus {
		return u
	}
	single := len(u.Parts) > 1
	var b strings.Builder
	for _, p := range u.Parts {
		b.WriteString(p.Word)
		single = single && utf8.RuneCountInString(p.Word) == 1
	}
	if plus {
		b.WriteString("plus")
	}
	word := b.String()
	switch {
	case single && !plus && len(u.Parts) > 1:
		u.Parts = []Part{{Word: word, Stem: Stem(word), Start: u.Start, End: last.End}}
	case len(u.Parts) <= maxParts && len(word) <= maxWord:
		u.Joined = Stem(word)
	}
	return u
}

// Fold writes a word in small letters without accents, cut to a sane length.
func Fold(word string) string {
	word = Limit(word, 4*maxWord)
	if isPlain(word) {
		return cut(word)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(word)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'æ':
			b.WriteString("ae")
		case r == 'œ':
			b.WriteString("oe")
		case r == 'ø':
			b.WriteByte('o')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'đ':
			b.WriteByte('d')
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		}
		if b.Len() > maxWord {
			break
		}
	}
	return cut(b.String())
}

func isPlain(word string) bool {
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// cut shortens a word to maxWord bytes, at the boundary of a rune.
func cut(word string) string {
	return Limit(word, maxWord)
}

func hasLower(text string) bool { return strings.IndexFunc(text, unicode.IsLower) >= 0 }

func hasLetter(text string) bool { return strings.IndexFunc(text, unicode.IsLetter) >= 0 }
