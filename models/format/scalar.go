package format

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// context says what stands around a text, and so what it may hold without
// quotes.
type context int

const (
	block context = iota // after a key at the start of a line
	flow                 // between braces or brackets
)

var (
	dateLike = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	// numberLike is what some YAML reader takes for a number or a time, the
	// base 60 of YAML 1.1 included.
	numberLike = regexp.MustCompile(`^[-+]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|([0-9][0-9_,]*(\.[0-9_]*)?|\.[0-9_]+)([eE][-+]?[0-9]+)?|[0-9][0-9_]*(:[0-9]{1,2})+(\.[0-9_]*)?)$`)
	timeLike   = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}([Tt\s].*)?$`)
)

// wordLike lists the words that some YAML reader takes for a truth value or
// for nothing.
func wordLike(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

// text writes a text, in double quotes only where a YAML reader, of version
// 1.1 or 1.2, would otherwise take it for something else.
func text(s string, c context) string {
	if plain(s, c) {
		return s
	}
	return quote(s)
}

// date writes a text that may be a date, which needs no quotes where a date is
// meant.
func date(s string, c context) string {
	if dateLike.MatchString(s) {
		return s
	}
	return text(s, c)
}

func plain(s string, c context) bool {
	if s == "" || wordLike(s) || numberLike.MatchString(s) || timeLike.MatchString(s) {
		return false
	}
	for i, r := range s {
		switch {
		case i == 0 && !startsPlain(r):
			return false
		case !printable(r):
			return false
		case c == flow && strings.ContainsRune(",[]{}?", r):
			return false
		}
	}
	if strings.HasSuffix(s, " ") || strings.HasSuffix(s, ":") || strings.Contains(s, ": ") || strings.Contains(s, " #") {
		return false
	}
	n := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	return n.ShortTag() == "!!str"
}

// startsPlain tells whether a text may begin with a character and need no
// quotes: not with one that means something to YAML.
func startsPlain(r rune) bool {
	return r > unicode.MaxASCII || unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("($/_+", r)
}

// printable tells whether a character is written as itself. The two joiners
// are, since words of some languages and many emoji are spelt with them.
func printable(r rune) bool {
	return r != unicode.ReplacementChar && unicode.IsPrint(r) || r == '\u200C' || r == '\u200D'
}

// quote writes a text in double quotes on one line.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case printable(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// decimal writes a finite number so that it is read back as the same. Numbers
// with an exponent have a point too, which YAML 1.1 asks for. Minus zero is
// zero.
func decimal(f float64) string {
	if f == 0 {
		return "0"
	}
	if a := math.Abs(f); a >= 1e-6 && a < maxExact {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	if digits, exponent, _ := strings.Cut(s, "e"); !strings.Contains(digits, ".") {
		s = digits + ".0e" + exponent
	}
	return s
}
