package personal

var months = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// monthOf reads the name of a month, whole or its first three letters.
func monthOf(b []byte) int {
	if len(b) < 3 || len(b) > 9 {
		return 0
	}
	for n, name := range months {
		if string(b) == name || len(b) == 3 && string(b) == name[:3] || n == 8 && string(b) == "sept" {
			return n + 1
		}
	}
	return 0
}

// birthDate finds a date of birth that begins with the digit or the month at
// i: a whole date beside a word of birth. It gives where to go on, or 0.
func (s *scanner) birthDate(i int) int {
	if isWord(s.byteAt(i - 1)) {
		return 0
	}
	label, before := s.before(cueBirth, i, 48)
	_, after := s.after(cueBirth, i, 40)
	if !before && !after {
		return 0
	}
	end, ok := s.date(i)
	if !ok || isDigit(s.byteAt(end)) {
		return 0
	}
	if before && s.speaksOfBirth(label, i) || s.labelledAfter(end) {
		s.add(DateOfBirth, i, end, true)
	}
	return end
}

// labelledAfter tells whether "DOB" follows a date.
func (s *scanner) labelledAfter(end int) bool {
	at, ok := s.after(cueBirth, end, 14)
	if !ok || s.has(at.from, "born") {
		return false
	}
	// "12/03/1961 (DOB)", "12/03/1961 date of birth", but not "12/03/1961. DOB: ..."
	for i := end; i < at.from; i++ {
		if c := s.low[i]; c == '.' || c == '\n' || c == ';' || isDigit(c) {
			return false
		}
	}
	next := s.skip(at.to, 4, " :=-")
	return !isDigit(s.byteAt(next))
}

var notPeople = map[string]bool{"project": true, "idea": true, "tool": true, "service": true, "programme": true, "app": true, "platform": true, "trust": true, "system": true,
	"initiative": true, "pilot": true, "network": true, "nhs": true, "group": true, "team": true, "scheme": true, "product": true, "concept": true, "plan": true, "dashboard": true,
	"column": true, "field": true, "box": true, "format": true, "added": true, "changed": true, "released": true, "deployed": true, "check": true, "mandatory": true,
	"matching": true, "validation": true, "live": true, "since": true, "screen": true, "version": true, "fix": true, "went": true, "before": true, "after": true, "between": true,
	"code": true, "it": true, "this": true, "policy": true, "review": true, "audit": true, "meeting": true, "created": true, "migrated": true, "from": true}

// speaksOfBirth tells whether the words between a word of birth and a date, or
// before "born", leave it the date of a person's birth.
func (s *scanner) speaksOfBirth(label span, date int) bool {
	if label.to-label.from == len("birth") && s.has(label.from, "birth") && !s.has(label.from-3, "of ") && !s.has(label.to, " date") && !s.has(label.to, "-date") {
		return false // a birth centre
	}
	words := 0
	for i := label.to; i < date; {
		if !isLetter(s.low[i]) {
			if c := s.low[i]; c == ';' || c == '.' && s.byteAt(i+1) == ' ' && words > 0 || isDigit(c) {
				return false
			}
			i++
			continue
		}
		end := s.wordEnd(i)
		if end-i <= 16 && notPeople[string(s.low[i:end])] {
			return false
		}
		words++
		i = end
	}
	if words > 6 {
		return false
	}
	if !s.has(label.from, "born") && !s.has(label.from, "birthday") {
		return true
	}
	// The subject of "was born": a project can be, too.
	for i, n := label.from, 0; i > 0 && n < 5 && label.from-i < 48; n++ {
		for i > 0 && !isLetter(s.low[i-1]) {
			if s.low[i-1] == '\n' || s.low[i-1] == '.' {
				return true
			}
			i--
		}
		end := i
		for i > 0 && end-i < 20 && isLetter(s.low[i-1]) {
			i--
		}
		if end-i <= 16 && notPeople[string(s.low[i:end])] {
			return false
		}
	}
	return true
}

// date reads a whole date, day, month and year in any usual order, from i on.
func (s *scanner) date(i int) (end int, ok bool) {
	if isLetter(s.byteAt(i)) {
		return s.wordedDate(i)
	}
	first, at := s.digitsAt(i, 4)
	if at-i == 4 { // 1961-03-12
		month, next := s.digitsAt(s.skip(at, 2, "-/. "), 2)
		day, end := s.digitsAt(s.skip(next, 2, "-/. "), 2)
		return end, next > at && end > next && bornIn(first) && month >= 1 && month <= 12 && day >= 1 && day <= 31
	}
	at = s.ordinal(at)
	gap := s.skip(at, 3, "-/. ,")
	if s.has(gap, "of ") {
		gap += 3
	}
	var month, next int
	if isLetter(s.byteAt(gap)) {
		next = s.wordEnd(gap)
		month = monthOf(s.low[gap:next])
	} else if month, next = s.digitsAt(gap, 2); next == gap || gap == at {
		return 0, false
	}
	from := s.skip(next, 3, "-/. ,'")
	year, end := s.digitsAt(from, 4)
	if isLetter(s.byteAt(from)) {
		year, end = s.yearAt(from)
	} else if end-from == 2 {
		year += 1900
	} else if end-from != 4 {
		return 0, false
	}
	dayMonth := first >= 1 && first <= 31 && month >= 1 && month <= 12 || first >= 1 && first <= 12 && month >= 1 && month <= 31
	return end, dayMonth && bornIn(year) && end > from
}

// ordinal passes over the letters of "12th".
func (s *scanner) ordinal(i int) int {
	for _, suffix := range [...]string{"st", "nd", "rd", "th"} {
		if s.has(i, suffix) && !isLetter(s.byteAt(i+2)) {
			return i + 2
		}
	}
	return i
}

// bornIn tells whether somebody alive can be born in a year; 1900 with no more
// is what forms show as an example.
func bornIn(year int) bool { return year >= 1900 && year <= 2099 }

// digitsAt reads a number of at most so many digits.
func (s *scanner) digitsAt(i, most int) (value, end int) {
	for end = i; end < len(s.low) && end-i < most && isDigit(s.low[end]); end++ {
		value = value*10 + int(s.low[end]-'0')
	}
	return value, end
}
