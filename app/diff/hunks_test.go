package diff

import (
	"fmt"
	"strings"
	"testing"
)

// checkHunks holds that hunks lose nothing and fold only what did not change.
func checkHunks(t *testing.T, ops []Op, hunks []Hunk) {
	t.Helper()
	var joined []Op
	for i, h := range hunks {
		if len(h.Ops) == 0 {
			t.Fatalf("hunk %d is empty", i)
		}
		if i > 0 && h.Folded == hunks[i-1].Folded {
			t.Fatalf("hunks %d and %d are alike: %v", i-1, i, hunks)
		}
		if h.Folded && (len(h.Ops) != 1 || h.Ops[0].Kind != Equal || h.Words != len(strings.Fields(h.Ops[0].Text))) {
			t.Fatalf("hunk %d should not be folded so: %v", i, h)
		}
		joined = append(joined, h.Ops...)
	}
	if a, b := side(joined, Delete), side(ops, Delete); a != b {
		t.Fatalf("the hunks' old text is %q, not %q", a, b)
	}
	if a, b := side(joined, Insert), side(ops, Insert); a != b {
		t.Fatalf("the hunks' new text is %q, not %q", a, b)
	}
}

func TestHunks(t *testing.T) {
	words := func(n int, changed ...int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("w", i)
		}
		for _, i := range changed {
			list[i] = "changed"
		}
		return strings.Join(list, " ")
	}
	describe := func(hunks []Hunk) string {
		var parts []string
		for _, h := range hunks {
			what, n := "show", len(strings.Fields(side(h.Ops, Insert)))
			if h.Folded {
				what = "fold"
			}
			parts = append(parts, fmt.Sprint(what, " ", n))
		}
		return strings.Join(parts, ", ")
	}
	sentences := strings.Repeat("Six words are in this one. ", 40)
	for _, tt := range []struct {
		name    string
		before  string
		after   string
		context int
		want    string
	}{
		{"one word of 5,000 on one line", words(5000), words(5000, 2500), 30, "fold 2470, show 61, fold 2469"},
		{"no context", words(12), words(12, 6), 0, "fold 6, show 1, fold 5"},
		{"less than none is none", words(12), words(12, 6), -3, "fold 6, show 1, fold 5"},
		{"at the beginning", words(100), words(100, 0), 10, "show 11, fold 89"},
		{"at the end", words(100), words(100, 99), 10, "fold 89, show 11"},
		{"two changes apart", words(100), words(100, 25, 70), 10, "fold 15, show 21, fold 24, show 21, fold 19"},
		{"two changes with little between their contexts", words(100), words(100, 25, 50), 10, "fold 15, show 46, fold 39"},
		{"much context", words(100), words(100, 50), 60, "show 100"},
		{"to the end of a sentence", sentences, strings.Replace(sentences, "Six", "Seven", 1), 10, "show 12, fold 228"},
		{"from the beginning of a sentence", sentences, sentences + "Last.", 10, "fold 228, show 13"},
		{"to the end of a line", "a\n" + words(4) + "\n" + words(96), "b\n" + words(4) + "\n" + words(96), 3, "show 5, fold 96"},
		{"no change", words(50), words(50), 10, "fold 50"},
		{"a short text without a change", words(5), words(5), 10, "show 5"},
		{"nothing", "", "", 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ops := Words(tt.before, tt.after)
			hunks := Hunks(ops, tt.context)
			checkHunks(t, ops, hunks)
			if got := describe(hunks); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzHunks(f *testing.F) {
	f.Add("one two", "one three", 1)
	f.Add("a\u00a0b. c\n\nd", "a b", 0)
	f.Fuzz(func(t *testing.T, before, after string, context int) {
		ops := Words(before, after)
		checkHunks(t, ops, Hunks(ops, context%1000))
	})
}
