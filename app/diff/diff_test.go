package diff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
)

// side joins what one of the two texts has.
func side(ops []Op, kind Kind) string {
	var b strings.Builder
	for _, op := range ops {
		if op.Kind == Equal || op.Kind == kind {
			b.WriteString(op.Text)
		}
	}
	return b.String()
}

// show writes a difference as [-gone-]{+come+}.
func show(ops []Op) string {
	var b strings.Builder
	for _, op := range ops {
		switch op.Kind {
		case Equal:
			b.WriteString(op.Text)
		case Delete:
			b.WriteString("[-" + op.Text + "-]")
		case Insert:
			b.WriteString("{+" + op.Text + "+}")
		}
	}
	return b.String()
}

// check holds what every difference has to be.
func check(t *testing.T, before, after string, ops []Op) {
	t.Helper()
	if got := side(ops, Delete); got != before {
		t.Fatalf("equal and deleted pieces join to %q, the old text is %q", got, before)
	}
	if got := side(ops, Insert); got != after {
		t.Fatalf("equal and inserted pieces join to %q, the new text is %q", got, after)
	}
	for i, op := range ops {
		if op.Text == "" {
			t.Fatalf("piece %d is empty: %v", i, ops)
		}
		if i > 0 && op.Kind == ops[i-1].Kind {
			t.Fatalf("pieces %d and %d are of one kind: %v", i-1, i, ops)
		}
		if i > 0 && op.Kind == Delete && ops[i-1].Kind == Insert {
			t.Fatalf("piece %d is deleted after its replacement: %v", i, ops)
		}
		if utf8.ValidString(before) && utf8.ValidString(after) && !utf8.ValidString(op.Text) {
			t.Fatalf("piece %d is cut inside a character: %q", i, op.Text)
		}
	}
	if before == after && before != "" && (len(ops) != 1 || ops[0].Kind != Equal) {
		t.Fatalf("equal texts differ: %v", ops)
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct{ name, before, after, want string }{
		{"both empty", "", "", ""},
		{"nothing before", "", "a b", "{+a b+}"},
		{"nothing after", "a b", "", "[-a b-]"},
		{"a word", "the red cat", "the blue cat", "the [-red-]{+blue+} cat"},
		{"part of a word is the word", "discharged", "discharge", "[-discharged-]{+discharge+}"},
		{"an apostrophe", "they do not", "they don't", "they [-do not-]{+don't+}"},
		{"punctuation", "It works.", "It works!", "It works[-.-]{+!+}"},
		{"accents", "Ysbyty Gwynedd", "Ysbyty Gŵynedd", "Ysbyty [-Gwynedd-]{+Gŵynedd+}"},
		{"a sentence in the middle", "One. Two.", "One. New. Two.", "One. {+New. +}Two."},
		{"a paragraph in the middle", "One\n\nTwo\n", "One\n\nNew\n\nTwo\n", "One\n\n{+New\n\n+}Two\n"},
		{"a paragraph like its neighbours", "a x\n\na y\n", "a x\n\na z\n\na y\n", "a x\n\n{+a z\n\n+}a y\n"},
		{"a paragraph before a changed one", "Two words here and more\n", "New\n\nTwo words here and less\n", "{+New\n\n+}Two words here and [-more-]{+less+}\n"},
		{"a list entry", "- a\n- b\n- c\n", "- a\n- c\n", "- a\n[-- b\n-]- c\n"},
		{"chance matches are no matches", "the cat sat", "a dog ran", "[-the cat sat-]{+a dog ran+}"},
		{"few kept words between changes", "red lorry is big car now", "blue ship is small boat now", "[-red lorry is big car-]{+blue ship is small boat+} now"},
		{"kept words stay", "one two three four five", "one 2 three four 5", "one [-two-]{+2+} three four [-five-]{+5+}"},
		{"no line end before", "a", "a\n", "a{+\n+}"},
		{"spaces", "a  b", "a b", "a[-  -]{+ +}b"},
		{"invalid text", "a \xff b", "a \xfe b", "a [-\xff-]{+\xfe+} b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ops := Words(tt.before, tt.after)
			check(t, tt.before, tt.after, ops)
			if got := show(ops); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// randomText makes text out of few words, so that much matches by chance.
func randomText(rnd *rand.Rand, n int) string {
	parts := []string{"the", "ward", "a", "é", "界", " ", " ", " ", "  ", "\n", "\n\n", ".", "- ", "*", "\t", "\xff", "don’t", "\u0301"}
	var b strings.Builder
	for range rnd.IntN(n + 1) {
		b.WriteString(parts[rnd.IntN(len(parts))])
	}
	return b.String()
}

// mutate changes a text in some places.
func mutate(rnd *rand.Rand, s string) string {
	for range rnd.IntN(4) {
		a := rnd.IntN(len(s) + 1)
		b := min(len(s), a+rnd.IntN(20))
		s = s[:a] + randomText(rnd, 5) + s[b:]
	}
	return s
}

func TestWordsJoinToBothTexts(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for i := range 20_000 {
		before := randomText(rnd, 60)
		after := randomText(rnd, 60)
		if i%3 > 0 {
			after = mutate(rnd, before)
		}
		ops := Words(before, after)
		check(t, before, after, ops)
		for context := range 3 {
			checkHunks(t, ops, Hunks(ops, context))
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("the red cat", "the blue cat")
	f.Add("a\n\nb\n", "a\n\nc\n\nb\n")
	f.Add("\xff", "\x00")
	f.Fuzz(func(t *testing.T, before, after string) {
		ops := Words(before, after)
		check(t, before, after, ops)
		checkHunks(t, ops, Hunks(ops, 1))
	})
}

// TestShortest holds that the comparison under the tidying finds a shortest
// way, against the table of longest common subsequences.
func TestShortest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	letters := func() []string {
		out := make([]string, rnd.IntN(14))
		for i := range out {
			out[i] = string(rune('a' + rnd.IntN(3)))
		}
		return out
	}
	for range 20_000 {
		old, new := letters(), letters()
		common := make([][]int, len(old)+1)
		for i := range common {
			common[i] = make([]int, len(new)+1)
		}
		for i := range old {
			for j := range new {
				if old[i] == new[j] {
					common[i+1][j+1] = common[i][j] + 1
				} else {
					common[i+1][j+1] = max(common[i][j+1], common[i+1][j])
				}
			}
		}
		left, got := maxSteps, 0
		compare(old, new, &left, func(e edit) {
			if e.kind == Equal {
				got += len(e.tokens)
			}
		})
		if want := common[len(old)][len(new)]; got != want {
			t.Fatalf("%v and %v share %d in order, %d were found", old, new, want, got)
		}
	}
}

// TestLarge holds that two texts of the longest length are compared in
// bounded time, whatever is in them.
func TestLarge(t *testing.T) {
	const size = 100_000
	rnd := rand.New(rand.NewPCG(7, 8))
	prose := func(paragraphs int) string {
		var b strings.Builder
		for b.Len() < size {
			for range size / paragraphs / 6 {
				fmt.Fprintf(&b, "w%d ", rnd.IntN(500))
			}
			b.WriteString("\n\n")
		}
		return b.String()[:size]
	}
	one, other := prose(200), prose(200)
	for name, pair := range map[string][2]string{
		"equal":                    {one, one},
		"nothing in common":        {one, strings.Repeat("界 ", size/4)},
		"two texts of few words":   {one, other},
		"in one paragraph each":    {prose(1), prose(1)},
		"one word over and over":   {strings.Repeat("a ", size/2), strings.Repeat("a ", size/4) + "b"},
		"shifted":                  {"x" + strings.Repeat("a b ", size/4), strings.Repeat("b a ", size/4) + "y"},
		"lines of one kind":        {strings.Repeat("a\n", size/2), strings.Repeat("b\na\n", size/4)},
		"reversed":                 {prose(3000), prose(3000)},
		"one long word":            {strings.Repeat("a", size), strings.Repeat("a", size-1) + "b"},
		"a character in each word": {one, strings.ReplaceAll(one, "w1", "v1")},
		"all punctuation":          {strings.Repeat(".!", size/2), strings.Repeat("!.?", size/3)},
		"two kinds of line":        {strings.Repeat("a\nb\n", size/4), strings.Repeat("b\nb\na\n", size/6)},
	} {
		t.Run(name, func(t *testing.T) {
			const limit = 400 * time.Millisecond
			var best time.Duration
			for try := range 4 { // a collection of garbage may fall into one
				began := busy(t)
				ops := Words(pair[0], pair[1])
				if took := busy(t) - began; try == 0 || took < best {
					best = took
				}
				check(t, pair[0], pair[1], ops)
				if best < limit {
					break
				}
			}
			t.Logf("%v", best.Round(time.Millisecond/10))
			if best > limit {
				t.Errorf("took %v, at most %v is allowed", best, limit)
			}
		})
	}
}

// busy gives how long the processors have worked for this test, so that other
// work on the machine does not count.
func busy(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestSameAnswer holds that the limit is one of steps: a text that reaches it
// is compared alike each time.
func TestSameAnswer(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	var a, b strings.Builder
	for range 30_000 {
		fmt.Fprintf(&a, "w%d ", rnd.IntN(50))
		fmt.Fprintf(&b, "w%d ", rnd.IntN(50))
	}
	first := show(Words(a.String(), b.String()))
	if second := show(Words(a.String(), b.String())); first != second {
		t.Error("the same texts were compared in two ways")
	}
}
