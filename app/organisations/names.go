package organisations

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Readable puts a name that is written in capitals alone, as the ODS has them,
// into the capitals of a sentence: "GUY'S AND ST THOMAS' NHS FOUNDATION TRUST"
// becomes "Guy's and St Thomas' NHS Foundation Trust". Any other name stays as
// it is, since somebody chose its capitals.
func Readable(name string) string {
	if strings.ContainsFunc(name, unicode.IsLower) || !strings.ContainsFunc(name, unicode.IsUpper) {
		return name
	}
	var b strings.Builder
	first := true
	for len(name) > 0 {
		n := strings.IndexFunc(name, func(r rune) bool { return !isWordRune(r) })
		if n < 0 {
			n = len(name)
		}
		if n == 0 {
			r, size := utf8.DecodeRuneInString(name)
			b.WriteRune(r)
			// What stands in brackets or after a dash or a colon begins anew.
			first = first || r == '(' || r == ':' || r == '–'
			name = name[size:]
			continue
		}
		b.WriteString(readableWord(name[:n], first))
		name, first = name[n:], false
	}
	return b.String()
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
}

// keptCapitals are words that are written in capitals.
func keptCapitals() []string {
	return []string{"NHS", "HSC", "UK", "GP", "GPS", "ICB", "ICS", "CCG", "PCT", "PCN", "CIC", "CSU", "HIV", "TB", "IT", "HQ", "PLC", "LLP", "RAF", "HMP",
		"HM", "YOI", "BMI", "AHP", "MRI", "CT", "II", "III", "IV", "ENT", "UCLH"}
}

// smallWords are words that have no capital inside a name.
func smallWords() []string {
	return []string{"and", "of", "the", "for", "on", "upon", "under", "in", "at", "to", "by", "with", "le", "la", "de", "y", "yr", "cum"}
}

func readableWord(word string, first bool) string {
	lower := strings.ToLower(word)
	switch {
	case slices.Contains(keptCapitals(), word) || strings.ContainsFunc(word, unicode.IsDigit):
		return word
	case !first && slices.Contains(smallWords(), lower):
		return lower
	case len(lower) > 4 && strings.HasPrefix(lower, "mc"):
		return "Mc" + capital(lower[2:])
	}
	// The part after the apostrophe of O'Connor has a capital, that of Guy's not.
	if i := strings.IndexAny(lower, "'’"); i == 1 && len(lower) > 4 {
		_, size := utf8.DecodeRuneInString(lower[i:])
		return capital(lower[:i]) + lower[i:i+size] + capital(lower[i+size:])
	}
	return capital(lower)
}

func capital(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[n:]
}

// kindBoard is the kind of organisation that others are in.
const kindBoard = "Integrated care board"

// kindOf tells what an organisation is from its name, where the name says so,
// and is empty where it does not: the ODS file of trusts has no such column.
// The first that fits counts. A trust with hospitals in its name is taken for
// an acute one; many that have none in theirs are acute too, so nothing is said
// of those.
func kindOf(name string) string {
	lower := strings.ToLower(name)
	for _, k := range []struct {
		kind  string
		words []string
	}{
		{kindBoard, []string{"integrated care board"}},
		{"Health board", []string{"health board"}},
		{"Health and social care trust", []string{"health and social care trust"}},
		{"Ambulance trust", []string{"ambulance"}},
		{"Mental health trust", []string{"mental health"}},
		{"Acute specialist trust", []string{"children's nhs", "women's nhs", "women's and children's", "hospital for children", "orthopaedic", "eye hospital", "cancer", "heart and chest", "chest hospital", "for rheumatic diseases"}},
		{"Community trust", []string{"community health", "community nhs", "community services", "community and", "community health and care"}},
		{"Acute trust", []string{"hospital", "acute"}},
	} {
		isTrust := strings.HasSuffix(lower, "trust")
		isBoard := strings.HasSuffix(lower, "board")
		if !isTrust && !isBoard {
			return ""
		}
		if slices.ContainsFunc(k.words, func(w string) bool { return strings.Contains(lower, w) }) {
			return k.kind
		}
	}
	return ""
}
