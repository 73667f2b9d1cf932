package search_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"grassroots/search"
)

func TestHighlightMarksWhatMatches(t *testing.T) {
	t.Parallel()
	h := search.NewHighlighter(search.DefaultSynonyms())
	for _, c := range []struct{ text, query, want string }{
		{"Discharge letters reach the GP", "disharge leter", "[Discharge letters] reach the GP"},
		{"Letters by MESH", "letter", "[Letters] by MESH"},
		{"The electronic patient record at last", "EPR", "The [electronic patient record] at last"},
		{"Waiting in A&E", "emergency department", "Waiting in [A&E]"},
		{"A follow-up clinic", "follow-up", "A [follow-up] clinic"},
		{"Nothing here", "pharmacy", "Nothing here"},
		{"Blood results", "how do I get blood results into the record", "[Blood] [results]"},
		{"Pathology messages", "patho", "[Pathology] messages"},
		{"Gŵyl – ward", "ward", "Gŵyl – [ward]"},
	} {
		if got := marked(c.text, h.Highlight(c.text, c.query)); got != c.want {
			t.Errorf("%q in %q: %s, want %s", c.query, c.text, got, c.want)
		}
	}
}

func marked(text string, spans []search.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.Start] + "[" + text[s.Start:s.End] + "]")
		at = s.End
	}
	return b.String() + text[at:]
}

func TestSnippetStandsAroundTheFirstMatch(t *testing.T) {
	t.Parallel()
	h := search.NewHighlighter(search.DefaultSynonyms())
	text := strings.Repeat("nothing of note ", 50) + "the discharge letter was late " + strings.Repeat("nor here ", 50)
	cut, spans := h.Snippet(text, "discharge letter", 120)
	if len(cut) > 120 || !strings.Contains(marked(cut, spans), "[discharge") {
		t.Errorf("snippet %q with %v", cut, spans)
	}
}

func FuzzHighlight(f *testing.F) {
	h := search.NewHighlighter(search.DefaultSynonyms())
	f.Add("Discharge letters", "leter")
	f.Add("\xff\x00 A&E 👩‍⚕️", "a&e *\"")
	f.Fuzz(func(t *testing.T, text, query string) {
		at := 0
		for _, s := range h.Highlight(text, query) {
			if s.Start < at || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("span %v after %d in %d bytes", s, at, len(text))
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[s.Start:s.End]) {
				t.Fatalf("span %v cuts a character", s)
			}
			at = s.End
		}
		cut, spans := h.Snippet(text, query, 60)
		for _, s := range spans {
			if s.Start < 0 || s.End > len(cut) {
				t.Fatalf("span %v outside the snippet", s)
			}
		}
	})
}
