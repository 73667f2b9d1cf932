package models

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanLine makes typed text fit for one line: valid UTF-8, no control or
// direction-changing characters, white space folded, ends trimmed. Direction
// overrides are removed because they let one field reorder the text of
// another (CVE-2021-42574 describes the trick in source code).
func CleanLine(s string) string {
	return strings.Join(strings.Fields(clean(s, false)), " ")
}

// CleanText makes typed text fit to keep as Markdown: valid UTF-8, line feeds
// only, no other control or direction-changing characters, no white space at
// the end of the text.
func CleanText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimRightFunc(clean(s, true), unicode.IsSpace)
}

func clean(s string, multiline bool) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			if multiline {
				return r
			}
			return ' '
		case unicode.IsControl(r), IsBidiControl(r), r == '\uFEFF', r == '\u2028', r == '\u2029':
			if unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
				return ' '
			}
			return -1
		}
		return r
	}, s)
}

// IsBidiControl tells whether a character changes the direction of the text
// after it: the explicit embeddings, overrides and isolates of the Unicode
// bidirectional algorithm (UAX #9, section 2).
func IsBidiControl(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// Slugify makes the part of an address out of a title: lower-case a-z, 0-9 and
// single hyphens, at most 80 characters, cut at a word where it can be. A
// title with no such character gives "case-study".
func Slugify(title string) string {
	var b strings.Builder
	hyphen := false
	for _, r := range strings.ToLower(title) {
		if plain, ok := plainLetters[r]; ok {
			r = plain
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			b.WriteRune(r)
		case r == '\'' || r == '’':
		default:
			hyphen = true
		}
	}
	s := b.String()
	if len(s) > 80 {
		s = s[:80]
		if i := strings.LastIndexByte(s, '-'); i > 40 {
			s = s[:i]
		}
		s = strings.TrimRight(s, "-")
	}
	if s == "" {
		return "case-study"
	}
	return s
}

// plainLetters folds the accented letters of English, Welsh and Gaelic names.
var plainLetters = map[rune]rune{
	'à': 'a', 'á': 'a', 'â': 'a', 'ä': 'a', 'å': 'a', 'ã': 'a', 'è': 'e', 'é': 'e', 'ê': 'e', 'ë': 'e',
	'ì': 'i', 'í': 'i', 'î': 'i', 'ï': 'i', 'ò': 'o', 'ó': 'o', 'ô': 'o', 'ö': 'o', 'õ': 'o', 'ø': 'o',
	'ù': 'u', 'ú': 'u', 'û': 'u', 'ü': 'u', 'ŵ': 'w', 'ẁ': 'w', 'ẃ': 'w', 'ẅ': 'w', 'ŷ': 'y', 'ý': 'y',
	'ÿ': 'y', 'ñ': 'n', 'ç': 'c',
}

// UpperFirst gives a text with its first letter as a capital, whatever it begins with.
func UpperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// runeLen counts characters, which is what a person counts.
func runeLen(s string) int { return utf8.RuneCountInString(s) }

// Truncate cuts text to at most n characters at a word, with an ellipsis.
func Truncate(s string, n int) string {
	if runeLen(s) <= n {
		return s
	}
	cut := string([]rune(s)[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}

// Alternatives lists values as a sentence does: "a, b or c".
func Alternatives(list []string) string { return inSentence(list, " or ") }

// Together lists values as a sentence does: "a, b and c".
func Together(list []string) string { return inSentence(list, " and ") }

func inSentence(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + last + list[len(list)-1]
}
