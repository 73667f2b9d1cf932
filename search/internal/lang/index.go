package lang

import (
	"strings"
	"unicode/utf8"
)

// MaxField is how many bytes of one field of a document are read. A quarter of
// a megabyte is a book of 40,000 words; what comes after is not indexed.
const MaxField = 256 << 10

// Field is what is indexed of one field of a document.
type Field struct {
	// Words are the stems, in the order of the text, without stop words.
	Words []string
	// Joined are compounds written as one word ("ers" for "e-RS"); they stand
	// apart so that the words of a phrase stay neighbours.
	Joined []string
}

// Analyse makes the words of a field.
func Analyse(text string) Field {
	text = Limit(text, MaxField)
	var f Field
	for _, u := range Units(text) {
		for _, p := range u.Parts {
			if !p.Stop && p.Stem != "" {
				f.Words = append(f.Words, p.Stem)
			}
		}
		if u.Joined != "" {
			f.Joined = append(f.Joined, u.Joined)
		}
	}
	return f
}

// Pair names two words that stand next to each other. It holds an underscore,
// which no word does.
func Pair(a, b string) string { return a + "_" + b }

// String writes the field for an engine that splits text by itself: a full
// stop keeps the joined words away from the phrases.
func (f Field) String() string {
	text := strings.Join(f.Words, " ")
	if len(f.Joined) > 0 {
		text += " . " + strings.Join(f.Joined, " . ")
	}
	return text
}

// Limit cuts a text to at most n bytes, at the boundary of a rune.
func Limit(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
