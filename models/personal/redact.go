package personal

import (
	"strings"
	"unicode/utf8"
)

// Placeholder is what stands in a text for what was removed.
func Placeholder(k Kind) string { return "[" + k.Label() + " removed]" }

var placeholders = func() []string {
	var out []string
	for _, k := range Kinds() {
		out = append(out, Placeholder(k))
	}
	return out
}()

// placeholderSize gives the length of the placeholder that a text begins with,
// or 0. The words in one are no reason to take what follows for personal.
func placeholderSize(text string) int {
	for _, p := range placeholders {
		if strings.HasPrefix(text, p) {
			return len(p)
		}
	}
	return 0
}

// Redact puts a placeholder in the place of each finding of the text. The
// findings are in order and do not overlap, as Find gives them.
func Redact(text string, findings []Finding) string {
	if len(findings) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	char, at := 0, 0 // at is the byte of character char
	step := func(to int) int {
		for ; char < to && at < len(text); char++ {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
		}
		return at
	}
	for _, f := range findings {
		if f.Start < char || f.End <= f.Start {
			continue
		}
		from := at
		b.WriteString(text[from:step(f.Start)])
		step(f.End)
		b.WriteString(Placeholder(f.Kind))
	}
	b.WriteString(text[at:])
	return b.String()
}

// Clean redacts what is certain, and what shows to be certain once that is
// gone, until nothing is.
func Clean(text string, o Options) string {
	for range 50 {
		certain := Certain(Find(text, o))
		if len(certain) == 0 {
			return text
		}
		text = Redact(text, certain)
	}
	return Redact(text, Find(text, o))
}

// Certain gives the findings that are certain.
func Certain(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if f.Certain {
			out = append(out, f)
		}
	}
	return out
}

// excerptWidth is how many characters are shown on either side of a finding.
const excerptWidth = 40

// Around gives the words before and after a finding on its line, so that its
// writer can find the place. Neither holds anything that was found, nor another text in
// which more than letters of it could be read.
func Around(text string, findings []Finding, n int) (before, after string) {
	return around([]rune(text), findings, n)
}

// neighbours gives the findings that can stand within the words around one.
func neighbours(findings []Finding, n int) []Finding {
	return findings[max(0, n-excerptWidth):min(len(findings), n+excerptWidth+1)]
}

func around(runes []rune, findings []Finding, n int) (before, after string) {
	f := findings[n]
	left, right := f.Start, f.End
	for left > 0 && f.Start-left < excerptWidth && runes[left-1] != '\n' {
		left--
	}
	for right < len(runes) && right-f.End < excerptWidth && runes[right] != '\n' {
		right++
	}
	var b strings.Builder
	write := func(from, to int) {
		for i := from; i < to; {
			hidden := false
			for _, other := range neighbours(findings, n) {
				if other.Start <= i && i < other.End {
					b.WriteString("[…]")
					i, hidden = min(other.End, to), true
					break
				}
			}
			if !hidden {
				b.WriteRune(runes[i])
				i++
			}
		}
	}
	write(left, f.Start)
	before = strings.TrimLeft(oneLine(b.String()), " ")
	b.Reset()
	write(f.End, right)
	after = strings.TrimRight(oneLine(b.String()), " ")
	if left > 0 && runes[left-1] != '\n' {
		_, before, _ = strings.Cut(before, " ")
		before = "…" + before
	}
	if right < len(runes) && runes[right] != '\n' {
		if i := strings.LastIndexByte(after, ' '); i >= 0 {
			after = after[:i]
		} else {
			after = ""
		}
		after += "…"
	}
	return before, after
}

// oneLine makes white space single spaces and leaves those at the ends.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
}
