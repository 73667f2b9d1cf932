package search_test

import (
	"errors"
	"strings"
	"testing"

	"grassroots/search"
)

func TestParseSynonyms(t *testing.T) {
	t.Parallel()
	table, err := search.ParseSynonyms(strings.NewReader("\ufeff# a comment\n\n EPR ,  electronic  patient record # and why\r\nward => inpatient unit, bay\n"))
	if err != nil {
		t.Fatal(err)
	}
	if table.Len() != 2 {
		t.Errorf("%d groups, want 2", table.Len())
	}
	h := search.NewHighlighter(table)
	for _, c := range []struct {
		text, query string
		marked      int
	}{
		{"The electronic patient record", "EPR", 1}, {"The EPR", "electronic patient records", 1},
		{"An inpatient unit", "ward", 1}, {"A ward", "inpatient unit", 0},
	} {
		if got := h.Highlight(c.text, c.query); len(got) != c.marked {
			t.Errorf("%q in %q: %v, want %d", c.query, c.text, got, c.marked)
		}
	}
	if table, err := search.ParseSynonyms(strings.NewReader("")); err != nil || table.Len() != 0 {
		t.Errorf("an empty table: %d, %v", table.Len(), err)
	}
}

func TestParseSynonymsNamesLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	text := "good, fine\nalone\na, , b\n=> b\na =>\na => b => c\n" + long + ", y\n\xff, y\n&, y\n" + strings.Repeat("word, ", 1000) + "end\nlast, one\n"
	_, err := search.ParseSynonyms(strings.NewReader(text))
	if err == nil {
		t.Fatal("no error")
	}
	for line, words := range map[int]string{
		2: "at least two", 3: "missing", 4: "missing", 5: "missing", 6: "more than one arrow", 7: "too long", 8: "UTF-8", 9: "no letter", 10: "too long",
	} {
		found := false
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			var problem *search.SynonymError
			if errors.As(e, &problem) && problem.Line == line {
				found = strings.Contains(problem.Problem, words)
			}
		}
		if !found {
			t.Errorf("line %d is not named with %q: %v", line, words, err)
		}
	}
	if strings.Contains(err.Error(), "line 1:") || strings.Contains(err.Error(), "line 11:") {
		t.Errorf("a good line is named: %v", err)
	}
	if _, err := search.ParseSynonyms(strings.NewReader("a, b\n" + strings.Repeat("x", 100_000) + "\n")); err == nil || !strings.Contains(err.Error(), "line 2: the line is too long") {
		t.Errorf("an endless line: %v", err)
	}
	if _, err := search.ParseSynonyms(strings.NewReader(strings.Repeat("a, b\n", 5001))); err == nil || !strings.Contains(err.Error(), "line 5001: more than 5000") {
		t.Errorf("too many groups: %v", err)
	}
	broken := errors.New("the disk is away")
	if _, err := search.ParseSynonyms(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestDefaultSynonyms(t *testing.T) {
	t.Parallel()
	table, err := search.ParseSynonyms(strings.NewReader(search.DefaultSynonymsText()))
	if err != nil {
		t.Fatal(err)
	}
	if table.Len() < 70 || search.DefaultSynonyms().Len() != table.Len() {
		t.Errorf("%d groups, want at least 70", table.Len())
	}
	h := search.NewHighlighter(search.DefaultSynonyms())
	for _, pair := range [][2]string{
		{"EPR", "electronic patient record"}, {"A&E", "emergency department"}, {"ED", "accident and emergency"}, {"GP", "general practice"},
		{"OP", "outpatient"}, {"TTO", "discharge medication"}, {"MDT", "multidisciplinary team"}, {"PAS", "patient administration system"},
		{"PACS", "picture archiving and communication system"}, {"e-RS", "electronic referral service"}, {"IT", "information technology"},
	} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			if len(h.Highlight("about "+p[0]+" here", p[1])) != 1 {
				t.Errorf("%q does not find %q", p[1], p[0])
			}
		}
	}
}
