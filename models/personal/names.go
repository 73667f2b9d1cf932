package personal

import (
	_ "embed"
	"strings"
)

//go:embed given.txt
var givenList string

// given holds first names that are common in these islands, without those that
// are words as well.
var given = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(givenList) {
		m[name] = true
	}
	return m
}()

// named finds the name of a person after a title, or after "patient". It gives
// where to go on, or 0.
func (s *scanner) named(i, end int) int {
	switch string(s.low[i:min(end, i+9)]) {
	case "mr", "mrs", "ms", "miss", "mx", "messrs":
		return s.titled(i, end)
	case "patient", "pt", "resident", "client":
		return s.patientNamed(end)
	case "user":
		if i > 8 && s.has(i-8, "service ") {
			return s.patientNamed(end)
		}
	case "name":
		return s.nameField(i, end)
	}
	return 0
}

// titled finds "Mrs Jones". Staff have titles as well, so it is certain only
// where the words around it speak of a patient.
func (s *scanner) titled(i, end int) int {
	title := s.low[i:end]
	capitals, lower := isUpper(s.raw[i]) && isUpper(s.raw[end-1]), !isUpper(s.raw[i])
	if capitals && (string(title) == "ms" || string(title) == "mr" || string(title) == "mx") && !isUpper(s.byteOf(s.nameStart(end)+1)) {
		return 0 // magnetic resonance, Microsoft
	}
	if lower && string(title) != "mrs" && string(title) != "mr" {
		return 0
	}
	from := s.nameStart(end)
	if from == 0 {
		return 0
	}
	to, count := s.name(from, lower)
	if count == 0 {
		return 0
	}
	first := s.low[from:s.wordEnd(from)]
	if string(title) == "miss" && !given[string(first)] && s.startsSentence(i) && !isUpper(s.byteOf(s.skip(to, 1, " "))) && count == 1 && missed[string(first)] {
		return 0
	}
	patient, staff := s.near(cuePatient, i, to, 50, 50), s.near(cueStaff, i, to, 36, 36)
	switch {
	case capitals && !patient && !given[string(first)] && string(title) != "mrs":
		return 0
	case staff && (!patient || s.staffAtOnce(i, to)):
		return to // a colleague
	}
	s.add(Name, from, to, patient && !staff && !lower)
	return to
}

// missed are words that follow "miss" where it is no title.
var missed = map[string]bool{"a": true, "the": true, "this": true, "that": true, "nothing": true, "one": true, "any": true, "appointments": true, "doses": true}

// staffAtOnce tells whether a word for staff stands directly before or after.
func (s *scanner) staffAtOnce(from, to int) bool { return s.near(cueStaff, from, to, 3, 12) }

// byteOf is a character as it was typed.
func (s *scanner) byteOf(i int) byte {
	if i < 0 || i >= len(s.raw) {
		return 0
	}
	return s.raw[i]
}

func (s *scanner) startsSentence(i int) bool {
	for i > 0 && (isSpace(s.low[i-1]) || s.low[i-1] == '*' || s.low[i-1] == '-' || s.low[i-1] == '#') {
		i--
	}
	return i == 0 || s.low[i-1] == '.' || s.low[i-1] == ':' || s.low[i-1] == '?'
}

// nameStart gives where the word after a title begins, 0 when none does.
func (s *scanner) nameStart(end int) int {
	i := s.skip(end, 1, ".")
	from := s.skip(i, 2, " \n\t")
	if from == i || !isLetter(s.byteAt(from)) {
		return 0
	}
	return from
}

var notNames = map[string]bool{"speaker": true, "president": true, "chairman": true, "justice": true, "world": true, "and": true, "or": true, "the": true, "a": true, "an": true,
	"is": true, "was": true, "to": true, "of": true, "in": true, "for": true, "on": true, "who": true, "has": true, "had": true, "may": true, "will": true, "can": true,
	"should": true, "must": true, "with": true, "that": true, "we": true, "i": true, "dr": true, "mr": true, "mrs": true, "ms": true, "miss": true, "nhs": true, "teams": true,
	"office": true, "excel": true, "scanner": true, "imaging": true, "title": true, "field": true, "etc": true, "from": true, "at": true, "by": true, "as": true, "but": true, "not": true,
	"at-home": true, "on-call": true, "male": true, "female": true, "consultant": true, "they": true, "he": true, "she": true, "said": true, "did": true, "does": true, "would": true}

// name reads the words of a name from i on: capitalised ones, initials, and
// the small words between them.
func (s *scanner) name(i int, lower bool) (end, count int) {
	for at := i; count < 4; {
		word := s.wordEnd(at)
		if word == at || word-at > 24 {
			break
		}
		text := string(s.low[at:word])
		capital := isUpper(s.raw[at]) || s.raw[at] == otherLetter
		particle := (count > 0 || s.capitalSoon(word)) && (text == "de" || text == "van" || text == "der" || text == "al" || text == "bin" || text == "el" || text == "la" || text == "du" || text == "ap")
		switch {
		case particle:
		case notNames[text] || isDigit(s.byteAt(word)) || s.byteAt(word) == '_':
			return end, count
		case lower && count == 0 && word-at > 2:
			count++
		case !capital:
			return end, count
		case word-at == 1:
			if s.byteAt(word) != '.' && s.byteAt(word) != ' ' && s.byteAt(word) != '\'' {
				return end, count
			}
			if s.byteAt(word) != '\'' && (word+2 >= len(s.raw) || !isUpper(s.byteOf(s.skip(word, 2, ". ")))) {
				return end, count // Mrs A, who is nobody
			}
		default:
			count++
		}
		if !particle && word-at > 1 {
			end = word
		}
		if s.byteAt(word) == '\'' && s.has(word, "'s ") || s.byteAt(word) == '\'' && !isLetter(s.byteAt(word+1)) {
			return end, count
		}
		next := s.skip(word, 1, ".-'")
		if next == word || s.byteAt(next) == ' ' && s.byteAt(word) == '.' && word-at == 1 {
			next = s.skip(next, 1, " ")
		}
		if next == word {
			break
		}
		at = next
	}
	return end, count
}

// capitalSoon tells whether a capital begins one of the next two words.
func (s *scanner) capitalSoon(i int) bool {
	next := s.skip(i, 1, " ")
	return isUpper(s.byteOf(next)) || isUpper(s.byteOf(s.skip(s.wordEnd(next), 1, " ")))
}

// patientNamed finds a name after "patient": beginning with a first name that
// is known, since so many names of systems and teams begin with that word.
func (s *scanner) patientNamed(end int) int {
	at := s.skip(s.possessive(end), 3, " :,-")
	sure := false
	word := s.wordEnd(at)
	switch string(s.low[at:word]) {
	case "name", "names":
		return 0 // read at its own word
	case "called", "named":
		at, sure = s.skip(word, 1, " "), true
	}
	if at == end {
		return 0
	}
	from := at
	if !isUpper(s.byteOf(from)) {
		return 0
	}
	first := s.wordEnd(from)
	if !given[string(s.low[from:first])] || isUpper(s.byteOf(first-1)) && first-from < 4 {
		return 0
	}
	to, count := s.name(from, false)
	if count == 0 {
		return 0
	}
	s.add(Name, from, to, count > 1 || sure)
	return to
}

// possessive passes over "'s".
func (s *scanner) possessive(i int) int {
	if s.has(i, "'s ") {
		return i + 2
	}
	return i
}

// nameField finds what follows "patient name:" and "name of the patient is".
func (s *scanner) nameField(i, end int) int {
	patient := s.has(i-8, "patient ") || s.has(i-10, "patient's ") || s.has(i-9, "patients ") || s.has(i-3, "pt ") || s.has(i-5, "pt's ") || s.has(i-9, "resident ")
	next := end
	switch {
	case s.has(end, " of the patient"):
		next, patient = end+15, true
	case s.has(end, " of patient"):
		next, patient = end+11, true
	}
	if !patient {
		return 0
	}
	at := s.skip(next, 5, " :=-*|\"'")
	named := s.has(next, ":") || s.has(next, "=") || s.has(next, " :")
	if s.has(at, "is ") || s.has(at, "was ") {
		at, named = s.skip(s.wordEnd(at), 2, " :"), true
	}
	if !named || !isUpper(s.byteOf(at)) {
		return 0
	}
	first := string(s.low[at:s.wordEnd(at)])
	switch first {
	case "mr", "mrs", "ms", "miss":
		return 0 // read at the title
	}
	to, count := s.name(at, false)
	if count == 0 || count == 1 && !given[first] {
		return 0
	}
	s.add(Name, at, to, given[string(first)])
	return to
}
