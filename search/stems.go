package search

import "grassroots/search/internal/lang"

// Stems gives the words of a text as both engines compare them: folded, cut to
// their stems, and without those that hold a sentence together.
func Stems(text string) []string {
	f := lang.Analyse(text)
	return append(f.Words, f.Joined...)
}
