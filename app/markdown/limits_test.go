package markdown

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"grassroots/models"
)

// fill repeats a piece up to the longest body there may be.
func fill(piece string) string {
	return strings.Repeat(piece, models.MaxBody/len([]rune(piece)))
}

// numbered repeats a piece with a counter in it.
func numbered(format string) string {
	var b strings.Builder
	for i := 0; ; i++ {
		piece := fmt.Sprintf(format, i)
		if b.Len()+len(piece) > models.MaxBody {
			return b.String()
		}
		b.WriteString(piece)
	}
}

// bombs are texts made to take long, or to grow.
func bombs() map[string]string {
	half := models.MaxBody / 2
	deepList := func() string {
		var b strings.Builder
		for i := 0; b.Len()+2*i+4 < models.MaxBody; i++ {
			b.WriteString(strings.Repeat("  ", i) + "- x\n")
		}
		return b.String()
	}
	backticks := func() string {
		var b strings.Builder
		for i := 1; b.Len()+i+1 < models.MaxBody; i++ {
			b.WriteString(strings.Repeat("`", i) + "a")
		}
		return b.String()
	}
	random := func(alphabet string) string {
		rnd := rand.New(rand.NewPCG(1, 2))
		letters := []rune(alphabet)
		out := make([]rune, models.MaxBody)
		for i := range out {
			out[i] = letters[rnd.IntN(len(letters))]
		}
		return string(out)
	}
	return map[string]string{
		"one word":                  fill("a"),
		"one word, wide":            fill("界"),
		"20,000 quotes":             strings.Repeat(">", 20_000) + " a",
		"20,000 spaced quotes":      strings.Repeat("> ", 20_000) + "a",
		"quotes throughout":         fill("> > > > > > > > > > > > > > > > > > > > > > > > > > a\n"),
		"quotes with tabs":          fill(">\t"),
		"20,000 open brackets":      strings.Repeat("[", 20_000),
		"20,000 bracket pairs":      strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		"brackets and round ones":   strings.Repeat("[", 19_000) + "a" + strings.Repeat("](b)", 19_000),
		"images in images":          strings.Repeat("![", 14_000) + "a" + strings.Repeat("](b)", 14_000),
		"image openers":             fill("!["),
		"50,000 asterisks":          strings.Repeat("*", 50_000),
		"asterisks and a":           fill("*a "),
		"openers and closers":       strings.Repeat("*a ", 16_000) + strings.Repeat(" a*", 16_000),
		"double then single":        fill("a**b* c* "),
		"mixed emphasis":            fill("*a_ "),
		"mixed emphasis 2":          fill("**a *b _c __d ~~e "),
		"nested emphasis":           strings.Repeat("*a **a ", 7_000) + strings.Repeat("a** a*", 7_000),
		"underscores":               fill("_a"),
		"tildes":                    fill("~~a "),
		"strikethrough opens":       fill("~~a ~b "),
		"link openers":              fill("[a](b"),
		"angled link openers":       fill("[a](<b"),
		"title openers":             fill("[a](b \""),
		"round title openers":       fill("[a](b ("),
		"reference openers":         fill("[a]["),
		"definitions":               numbered("[a%d]: /b\n"),
		"definitions with titles":   numbered("[a%d]: /b\n(\n"),
		"one definition, many uses": "[a]: /" + strings.Repeat("b", 1900) + "\n\n" + strings.Repeat("[a]\n\n", maxLines/2-2),
		"a long definition":         "[a]: /" + strings.Repeat("b", half) + "\n\n" + strings.Repeat("[a] ", 12_000),
		"definitions, open titles":  strings.Repeat("[abc]: /bcdefg\n(jkl\n", maxLines/2-1),
		"escaped brackets":          fill("[\\]"),
		"backtick runs":             backticks(),
		"backticks":                 fill("`a ``b "),
		"less than":                 fill("<"),
		"open tags":                 fill("<a "),
		"open tags with quotes":     fill("<a b=\""),
		"comments":                  fill("<!-- a "),
		"autolink openers":          fill("<http:a"),
		"addresses":                 fill("http://a.b/c "),
		"www":                       fill("www.a.b/( "),
		"long hosts":                fill(" http://" + strings.Repeat("a", 256)),
		"long mail hosts":           fill(" a@" + strings.Repeat("b.", 126)),
		"mail names":                fill(" " + strings.Repeat("a", 63) + "@b"),
		"mail and underscores":      fill("_a@a"),
		"handles":                   fill("@a "),
		"handles, all other":        numbered("@a%d "),
		"entities":                  fill("&amp;"),
		"open entities":             fill("&a"),
		"a list":                    fill("- a\n"),
		"as many items":             strings.Repeat("- a\n", maxLines),
		"as many tasks":             strings.Repeat("- [x] a\n", maxLines),
		"as many headings":          strings.Repeat("# a\n", maxLines),
		"as many empty items":       strings.Repeat("-\n", maxLines),
		"as many paragraphs":        strings.Repeat("a\n\n", maxLines/2),
		"as many lines":             strings.Repeat("*a* b\n", maxLines),
		"as many links":             strings.Repeat("[a](/b)\n\n", maxLines/2),
		"as many handles":           strings.Repeat("@a\n\n", maxLines/2),
		"as many notes":             numbered("[^%d] ")[:3_000] + "\n\n" + numbered("[^%d]: a\n")[:3_500],
		"as many underlined":        strings.Repeat("a\n=\n", maxLines/2),
		"as many quotes":            strings.Repeat("> a\n\n", maxLines/2),
		"as many cells":             strings.Repeat("|a", 99) + "|\n" + strings.Repeat("|-", 99) + "|\n" + strings.Repeat("|a\n", 195),
		"empty items":               fill("-\n"),
		"a nested list":             deepList(),
		"a list on one line":        fill("- "),
		"numbers on one line":       fill("1. "),
		"a list of paragraphs":      fill("- a\n\n"),
		"tasks":                     fill("- [ ] a\n"),
		"a wide table":              strings.Repeat("|a", 12_000) + "|\n" + strings.Repeat("|-", 12_000) + "|\n" + strings.Repeat("a\n", 20_000),
		"a square table":            strings.Repeat("|a", 200) + "|\n" + strings.Repeat("|-", 200) + "|\n" + strings.Repeat("|\n", maxLines-2),
		"a long table":              "|a|b|\n|-|-|\n" + strings.Repeat("|1|2|\n", 15_000),
		"escaped pipes":             "|a\n|-\n" + strings.Repeat("|`\\|\\|\\|`\n", 6_500),
		"many tables":               fill("|a|b|\n|-|-|\n|1|2|\n\n"),
		"delimiter rows":            fill("-|-\n"),
		"headings":                  fill("#\n"),
		"equal headings":            fill("# a\n"),
		"a heading of marks":        "# " + fill("*a ")[:models.MaxBody-10],
		"headings of marks":         strings.Repeat("# "+strings.Repeat("*a ", 600)+"\n", 50),
		"underlined marks":          strings.Repeat("*a ", 30_000) + "\n===",
		"underlines":                fill("a\n=\n"),
		"rules":                     fill("***\n"),
		"notes":                     numbered("[^%d]: a\n"),
		"notes and references":      numbered("[^%d]")[:half-10] + "\n\n" + numbered("[^%d]: a\n")[:half-10],
		"references to one note":    "[^a]: b\n\n" + strings.Repeat("[^a]", 24_000),
		"references on lines":       "[^a]: b\n\n" + strings.Repeat("[^a]\n\n", maxLines/2-2),
		"note openers":              fill("[^a"),
		"notes in notes":            fill("[^a]: "),
		"fences":                    fill("```\n"),
		"open fences":               fill("~~~a\n"),
		"indented code":             fill("    a\n"),
		"line feeds":                fill("\n"),
		"lines":                     fill("a\n"),
		"paragraphs":                fill("a\n\n"),
		"paragraphs of marks":       strings.Repeat(strings.Repeat("*a ", 1_000)+"\n\n", 33),
		"hard breaks":               fill("a\\\n"),
		"backslashes":               fill("\\"),
		"dollars":                   fill("$a"),
		"random marks":              random("*_~[]()!<>`#-+1.:|\\&@^ \n\tab"),
		"random brackets":           random("[]()!^ a\n"),
		"random emphasis":           random("*_~ a"),
		"random blocks":             random("> -+*1.#\t \n`~|:a"),
	}
}

// TestBombs holds that nothing within the length of a body grows out of hand. How long each takes is for
// BenchmarkBombs.
func TestBombs(t *testing.T) {
	t.Parallel()
	r := New(Options{})
	for name, src := range bombs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n := len([]rune(src)); n > models.MaxBody {
				t.Fatalf("the text has %d characters", n)
			}
			res := r.Render(src)
			if len(res.HTML) > 20*len(src)+15*maxCells {
				t.Errorf("grew from %d to %d bytes", len(src), len(res.HTML))
			}
		})
	}
}

// BenchmarkBombs times the same texts, by name; `go test -bench Bombs ./app/markdown` shows them. The slowest took 160 ms when it was written.
func BenchmarkBombs(b *testing.B) {
	r := New(Options{})
	texts := bombs()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r.Render(texts[name])
			}
		})
	}
}
