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
		if h.Folded && (len(h.Ops) != 1 || h.Ops[0].Kind != Equal || h.Paragraphs < 2) {
			t.Fatalf("hunk %d should not be folded: %v", i, h)
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
	text := func(marks ...int) string {
		var b strings.Builder
		for i := 1; i <= 12; i++ {
			mark := ""
			for _, m := range marks {
				if m == i {
					mark = " more"
				}
			}
			fmt.Fprintf(&b, "Paragraph %d%s stands here.\n\n", i, mark)
		}
		return b.String()
	}
	describe := func(hunks []Hunk) string {
		var parts []string
		for _, h := range hunks {
			if h.Folded {
				parts = append(parts, fmt.Sprintf("fold %d", h.Paragraphs))
			} else {
				parts = append(parts, fmt.Sprintf("show %d", strings.Count(side(h.Ops, Insert), "Paragraph")))
			}
		}
		return strings.Join(parts, ", ")
	}
	for _, tt := range []struct {
		name    string
		before  string
		after   string
		context int
		want    string
	}{
		{"one change in the middle", text(), text(6), 1, "fold 4, show 3, fold 5"},
		{"no context", text(), text(6), 0, "fold 5, show 1, fold 6"},
		{"less than none is none", text(), text(6), -3, "fold 5, show 1, fold 6"},
		{"at the beginning", text(), text(1), 1, "show 2, fold 10"},
		{"at the end", text(), text(12), 1, "fold 10, show 2"},
		{"two changes apart", text(), text(3, 10), 1, "show 4, fold 4, show 4"},
		{"two changes with one paragraph between their contexts", text(), text(4, 8), 1, "fold 2, show 7, fold 3"},
		{"much context", text(), text(6), 50, "show 12"},
		{"a new paragraph", text(), text()[:52] + "New.\n\n" + text()[52:], 1, "show 3, fold 9"},
		{"no change", text(), text(), 1, "fold 12"},
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
