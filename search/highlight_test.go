package search_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
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

func TestHighlightPrefersTheSurest(t *testing.T) {
	t.Parallel()
	h := search.NewHighlighter(search.DefaultSynonyms())
	for _, c := range []struct{ text, query, want string }{
		// A look-alike is marked only where the word itself is nowhere.
		{"The ward has words", "ward", "The [ward] has words"},
		{"Only words here", "ward", "Only [words] here"},
		{"Dischrage of patients", "discharge", "[Dischrage] of patients"},
		{"Referrals, refer, referred", "referrals", "[Referrals], refer, referred"},
		{"e-RS and ERS", "ers", "[e-RS] and [ERS]"},
		{"Through e-RS referrals", "e-rs referral", "Through [e-RS] [referrals]"},
		{"PPM+ and PPM", "PPM+", "[PPM+] and [PPM]"},
		{"The patient’s leaflet", "patients", "The [patient’s] leaflet"},
		{"In the emergency and eye department", "emergency department", "In the [emergency] and eye [department]"},
		{"Accident & Emergency", "A&E", "[Accident & Emergency]"},
		{"Interoperability", "interop", "[Interoperability]"},
		{"Interoperability", "interop ", "[Interoperability]"}, // the table knows it
		{"Pathology", "patho ", "Pathology"},
		{"Café Ŵaun", "cafe waun", "[Café] [Ŵaun]"},
		{"", "ward", ""},
		{"ward", "", "ward"},
		{"the of and", "the", "the of and"},
	} {
		if got := marked(c.text, h.Highlight(c.text, c.query)); got != c.want {
			t.Errorf("%q in %q: %s, want %s", c.query, c.text, got, c.want)
		}
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	h := search.NewHighlighter(search.DefaultSynonyms())
	filler := strings.Repeat("nothing of note ", 40)
	text := "A letter.\n\n" + filler + "the discharge letter reaches the practice " + filler + "another discharge " + filler
	for _, c := range []struct {
		query string
		max   int
		want  string
	}{
		{"discharge letter practice", 90, "[discharge letter] reaches the [practice]"}, // most terms
		{"pharmacy", 40, "A letter. nothing of note"},
		{"letter", 30, "[letter]"},
	} {
		cut, spans := h.Snippet(text, c.query, c.max)
		if got := marked(cut, spans); len(cut) > c.max || !strings.Contains(strings.ReplaceAll(got, "] [", " "), c.want) {
			t.Errorf("%q in %d bytes: %q, want %q in it", c.query, c.max, got, c.want)
		}
		if strings.HasPrefix(cut, "…") && strings.HasPrefix(cut, "… ") || !strings.HasSuffix(cut, "…") {
			t.Errorf("%q: the ends of %q", c.query, cut)
		}
	}
	if cut, spans := h.Snippet("Two\n words", "words", 100); marked(cut, spans) != "Two [words]" {
		t.Errorf("a short text: %q", marked(cut, spans))
	}
	for _, max := range []int{-1, 0, 5, 6} {
		if cut, spans := h.Snippet(text, "letter", max); len(cut) > 6 || len(spans) > 0 {
			t.Errorf("%d bytes: %q %v", max, cut, spans)
		}
	}
	if cut, _ := h.Snippet(strings.Repeat("é", 500), "ward", 100); len(cut) > 100 || !utf8.ValidString(cut) {
		t.Errorf("a text without blanks: %q", cut)
	}
}

// TestHighlightIsQuick gives 100 KB texts of the worst shapes and the longest
// queries.
func TestHighlightIsQuick(t *testing.T) {
	t.Parallel()
	h := search.NewHighlighter(search.DefaultSynonyms())
	var different strings.Builder
	for i := 0; different.Len() < 100<<10; i++ {
		different.WriteString(strings.Map(func(r rune) rune { return 'a' + (r-'0')*2%26 }, strconv.Itoa(1_000_000+i*7919)) + " ")
	}
	query := strings.Repeat("dischrage letetrs ", 10) + "acegikm bcdfghj electronic patient records whichever"
	for name, text := range map[string]string{
		"one word": strings.Repeat("discharge ", 10<<10), "one phrase": strings.Repeat("electronic patient ", 5<<10),
		"different words": different.String(), "no blanks": strings.Repeat("x", 100<<10), "letters": strings.Repeat("a ", 50<<10),
		"invalid": strings.Repeat("\xff", 100<<10), "apostrophes": strings.Repeat("a'", 50<<10),
	} {
		start := time.Now()
		h.Highlight(text, query)
		h.Snippet(text, query, 300)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func BenchmarkHighlight(b *testing.B) {
	h := search.NewHighlighter(search.DefaultSynonyms())
	text := strings.Repeat("The discharge letter reaches the practice by MESH, and nobody waits for the post any longer. ", 1<<10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		h.Highlight(text, "how do I get dischrage letters into the electronic patient record")
	}
}
