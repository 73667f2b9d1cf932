package personal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold is a text as the rules read it: one byte a character, digits of every
// script and full-width letters as ASCII, accents taken off, every space, dash
// and quotation mark as one, and what nobody sees left out. So a rule need not
// know in how many ways a number can be written.
type fold struct {
	raw  []byte // with capitals
	low  []byte // without
	at   []int32
	long map[int]int // characters of the text, for what stands for more than one
}

// What stands in a folded text for characters that no rule looks for.
const (
	otherLetter = 'z' + 1 // a letter that is not Latin; a brace is taken for a bracket
	otherSign   = 0x7f
)

func folded(text string) fold {
	f := fold{raw: make([]byte, 0, len(text)), low: make([]byte, 0, len(text)), at: make([]int32, 0, len(text))}
	n := int32(0)
	for i := 0; i < len(text); {
		c := text[i]
		if c == '&' || c == '[' || c == '%' {
			r, size := entity(text[i:])
			switch c {
			case '[':
				r, size = otherSign, placeholderSize(text[i:])
			case '%':
				r, size = escaped(text[i:])
			}
			if size > 0 { // all of it is ASCII
				if f.put(r, n) {
					f.lengthen(size)
				}
				i += size
				n += int32(size)
				continue
			}
		}
		if c < utf8.RuneSelf {
			switch c {
			case '{':
				c = '('
			case '}':
				c = ')'
			}
			f.raw, f.at = append(f.raw, c), append(f.at, n)
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			f.low = append(f.low, c)
			i++
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			f.put(r, n)
			i += size
		}
		n++
	}
	return f
}

// put adds a character, and tells whether it is one that is seen.
func (f *fold) put(r rune, at int32) bool {
	c, ok := plain(r)
	if !ok {
		return false
	}
	f.raw, f.at = append(f.raw, c), append(f.at, at)
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	f.low = append(f.low, c)
	return true
}

// lengthen notes that the last character stands for more than one.
func (f *fold) lengthen(size int) {
	if f.long == nil {
		f.long = map[int]int{}
	}
	f.long[len(f.at)-1] = size
}

// accents folds the Latin letters of names in these islands and of their
// neighbours.
var accents = func() map[rune]byte {
	m := map[rune]byte{}
	for plain, list := range map[byte]string{'a': "àáâãäåāăą", 'c': "çćč", 'd': "ďđ", 'e': "èéêëēęě", 'g': "ğ", 'i': "ìíîïīı", 'l': "ł", 'n': "ñńň",
		'o': "òóôõöøō", 'r': "ř", 's': "śšş", 't': "ťţ", 'u': "ùúûüūů", 'w': "ŵẁẃẅ", 'y': "ŷýÿỳ", 'z': "źżž"} {
		for _, r := range list {
			m[r] = plain
			if upper := unicode.ToUpper(r); upper != r && upper > unicode.MaxASCII {
				m[upper] = plain - 'a' + 'A'
			}
		}
	}
	return m
}()

// plain gives what stands for a character, and false for one that is not seen.
func plain(r rune) (byte, bool) {
	switch {
	case r < utf8.RuneSelf:
		return byte(r), true
	case r >= 0xff01 && r <= 0xff5e: // full-width forms of ASCII
		return byte(r - 0xff01 + '!'), true
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58, r == 0xfe63: // hyphens, dashes, minus
		return '-', true
	case r == '’', r == '‘', r == 'ʼ':
		return '\'', true
	case r == '£', r == '€':
		return '$', true
	case r == '“', r == '”':
		return '"', true
	case r == '·', r == '•', r == '∙', r == '‧', r == '․':
		return '.', true
	case r == 0xad, r == 0x34f, r == 0x115f, r == 0x1160, r == 0x3164, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r):
		return 0, false // soft hyphens, zero-width and joining characters, combining marks, fillers
	}
	if c, ok := accents[r]; ok {
		return c, true
	}
	if d, ok := digit(r); ok {
		return d, true
	}
	switch {
	case unicode.IsSpace(r):
		return ' ', true
	case unicode.IsLetter(r):
		return otherLetter, true
	}
	return otherSign, true
}

// digit gives the value of a decimal digit of any script: Unicode keeps each
// script's ten together, in order. Mathematical and enclosed digits count too,
// as they look alike.
func digit(r rune) (byte, bool) {
	switch {
	case r >= 0x1d7ce && r <= 0x1d7ff: // mathematical: five alphabets of ten
		return '0' + byte((r-0x1d7ce)%10), true
	case r >= 0x2460 && r <= 0x2468: // circled one to nine
		return '1' + byte(r-0x2460), true
	case r == 0x24ea:
		return '0', true
	case r >= 0x2070 && r <= 0x2079 && r != 0x2071, r >= 0x2080 && r <= 0x2089: // superscript, subscript
		return '0' + byte(r&0xf), true
	case r == '¹':
		return '1', true
	case r == '²' || r == '³':
		return '0' + byte(r-0xb0), true
	case !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	for _, span := range unicode.Nd.R16 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return '0' + byte((r-rune(span.Lo))%10), true
		}
	}
	for _, span := range unicode.Nd.R32 {
		if r >= rune(span.Lo) && r <= rune(span.Hi) {
			return '0' + byte((r-rune(span.Lo))%10), true
		}
	}
	return 0, false
}

// entity reads an HTML character reference, which Markdown turns into its
// character: a number, or one of the spaces that are not seen. Its size is 0
// when there is none.
func entity(text string) (r rune, size int) {
	text = text[:min(len(text), 12)]
	end := strings.IndexByte(text, ';')
	if end < 3 || text[0] != '&' {
		return 0, 0
	}
	switch name := text[1:end]; name {
	case "nbsp", "ensp", "emsp", "thinsp", "numsp":
		return ' ', end + 1
	case "shy", "zwnj", "zwj":
		return 0xad, end + 1
	case "commat":
		return '@', end + 1
	default:
		if name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], rune(10)
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		for _, c := range digits {
			v := rune(strings.IndexRune("0123456789abcdef", unicode.ToLower(c)))
			if v < 0 || v >= base || r > unicode.MaxRune {
				return 0, 0
			}
			r = r*base + v
		}
		if r == 0 || r > unicode.MaxRune {
			return 0, 0
		}
		return r, end + 1
	}
}

// escaped reads a sign between digits as an address on the web has it: %20 for
// a space. Its size is 0 when there is none.
func escaped(text string) (r rune, size int) {
	if len(text) < 3 {
		return 0, 0
	}
	switch strings.ToUpper(text[:3]) {
	case "%20":
		return ' ', 3
	case "%2D":
		return '-', 3
	case "%2E":
		return '.', 3
	case "%2F":
		return '/', 3
	case "%3A":
		return ':', 3
	case "%3D":
		return '=', 3
	}
	return 0, 0
}

// begins gives the character of the text at which a folded one begins, and
// ends the one after it.
func (f *fold) begins(i int) int { return int(f.at[i]) }

func (f *fold) ends(i int) int { return int(f.at[i]) + max(1, f.long[i]) }

// has tells whether the folded text goes on with a word at i.
func (f *fold) has(i int, word string) bool {
	return i >= 0 && i+len(word) <= len(f.low) && string(f.low[i:i+len(word)]) == word
}

// byteAt gives a folded character, 0 outside the text.
func (f *fold) byteAt(i int) byte {
	if i < 0 || i >= len(f.low) {
		return 0
	}
	return f.low[i]
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= otherLetter || 'A' <= c && c <= 'Z' }
func isWord(c byte) bool   { return isDigit(c) || isLetter(c) }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'
}

// wordEnd gives where the letters that begin at i end.
func (f *fold) wordEnd(i int) int {
	for i < len(f.low) && isLetter(f.low[i]) {
		i++
	}
	return i
}

// skip passes over at most n characters of a set.
func (f *fold) skip(i, n int, set string) int {
	for end := min(i+n, len(f.low)); i < end && strings.IndexByte(set, f.low[i]) >= 0; {
		i++
	}
	return i
}
