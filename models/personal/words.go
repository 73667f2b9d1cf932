package personal

// word looks at what begins with the letters at i, and gives where to go on.
func (s *scanner) word(i int) int {
	end := s.wordEnd(i)
	if isDigit(s.byteAt(i-1)) || s.byteAt(i-1) == '_' && i > 1 && isWord(s.byteAt(i-2)) {
		// In the middle of an identifier; the passwords of settings begin there.
		if next := s.assigned(i, end); next > 0 {
			return next
		}
		return end
	}
	if next := s.secret(i, end); next > 0 {
		return next
	}
	if end-i <= 2 && end < len(s.low) {
		if next := s.postcode(i, end); next > 0 {
			return next
		}
		if next := s.insurance(i, end); next > 0 {
			return next
		}
	}
	if end-i > 12 {
		return end
	}
	next := 0
	switch begins[string(s.low[i:end])] {
	case beginsNumber:
		if next = s.hospitalNumber(i, end); next == 0 {
			next = s.named(i, end)
		}
	case beginsName:
		next = s.named(i, end)
	case beginsDate:
		next = s.birthDate(i)
	case endsEmail:
		s.spelledEmail(i, end)
	}
	return max(end, next)
}

// beginning is what may begin with a word.
type beginning int

const (
	beginsNumber beginning = iota + 1 // and a name, for some
	beginsName
	beginsDate
	endsEmail
)

// begins has every word that a rule begins with, so that all other words cost
// one look.
var begins = func() map[string]beginning {
	m := map[string]beginning{}
	for what, words := range map[beginning][]string{
		beginsNumber: {"mrn", "mrns", "hospno", "hospnum", "hospitalno", "casenote", "hospital", "hosp", "case", "district", "pas", "rio", "lorenzo", "systmone", "unit",
			"record", "records", "pims", "patient", "patients", "pt"},
		beginsName: {"mr", "mrs", "ms", "miss", "mx", "messrs", "resident", "client", "user", "name"},
		endsEmail:  {"gmail", "hotmail", "yahoo", "outlook", "icloud", "btinternet", "googlemail"},
	} {
		for _, w := range words {
			m[w] = what
		}
	}
	for _, days := range []map[string]int{ordinals, {"twenty": 20, "thirty": 30, "thirtieth": 30}} {
		for day := range days {
			m[day] = beginsDate
		}
	}
	for _, month := range months {
		m[month], m[month[:3]] = beginsDate, beginsDate
	}
	return m
}()

// insurance finds a National Insurance number: two letters, six digits and one
// of A to D, which few leave out. Letters that are never given are not looked
// for, but QQ is: it stands in examples that people write over.
func (s *scanner) insurance(i, end int) int {
	if end-i != 2 {
		return 0
	}
	first, second := s.low[i], s.low[i+1]
	example := first == 'q' && second == 'q'
	if !example {
		for _, c := range [...]byte{'d', 'f', 'i', 'q', 'u', 'v'} {
			if first == c || second == c {
				return 0
			}
		}
		switch string(s.low[i:end]) {
		case "bg", "gb", "nk", "kn", "tn", "nt", "zz":
			return 0
		}
		if second == 'o' {
			return 0
		}
	}
	g, ok := s.group(s.skip(end, 1, " -."), 6)
	if !ok || g.count > 3 || g.count > 1 && !g.shaped(2, 2, 2) && !g.shaped(3, 3) {
		return 0
	}
	label := s.insuranceLabel(i)
	last := s.skip(g.end, 1, " -.")
	c := s.byteAt(last)
	if c < 'a' || c > 'd' || isWord(s.byteAt(last+1)) {
		if !label || isWord(s.byteAt(g.end)) {
			return 0
		}
		last = g.end - 1
	}
	if !label && (!isUpper(s.raw[i]) || !isUpper(s.raw[i+1]) || !isUpper(s.raw[last]) && isLetter(s.raw[last])) && g.count == 1 {
		return 0
	}
	s.add(NationalInsurance, i, last+1, label || !example)
	return last + 1
}

// insuranceLabel tells whether "NI" or "National Insurance" is just before.
func (s *scanner) insuranceLabel(i int) bool {
	from := max(0, i-32)
	text := s.low[from:i]
	return contains(text, "insurance") || contains(text, "nino") || contains(text, "ni no") || contains(text, "ni number") || contains(text, "ni:") ||
		contains(text, "ni num") || contains(text, "n.i.") || contains(text, " ni ")
}

// hospitalNumber finds a number of a patient after the word for it.
func (s *scanner) hospitalNumber(i, end int) int {
	label, certain := s.hospitalLabel(i, end)
	if label == 0 {
		return 0
	}
	at := label
	for n := 0; n < 4; n++ {
		at = s.skip(at, 6, " :.#=-(\"'*`_\t|")
		if s.byteAt(at) == '\n' && isWord(s.byteAt(at+1)) { // on the next line
			at++
		}
		word := s.wordEnd(at)
		switch string(s.low[at:word]) {
		case "is", "was", "of", "no", "number", "num", "the", "patient", "id":
			at = word
		default:
			n = 4
		}
	}
	value := at
	letters, digits := 0, 0
	for at < len(s.low) && at-value < 14 {
		switch c := s.low[at]; {
		case isDigit(c):
			digits++
		case isLetter(c) && c != otherLetter:
			letters++
		case (c == '-' || c == '/' || c == ' ' && at > value && at-value < 8) && isDigit(s.byteAt(at+1)):
		default:
			goto read
		}
		at++
	}
read:
	if at-value >= 14 && isWord(s.byteAt(at)) || letters > 3 || digits < 4 || letters == 0 && digits < 5 || digits > 10 {
		return 0
	}
	if _, ok := s.date(value); ok {
		return 0
	}
	s.add(HospitalNumber, value, at, certain)
	return at
}

// hospitalLabel reads "hospital number", "MRN" and the like at i, and gives
// where it ends, or 0.
func (s *scanner) hospitalLabel(i, end int) (int, bool) {
	word := string(s.low[i:min(end, i+16)])
	next := s.skip(end, 2, " .-_")
	switch word {
	case "mrn", "mrns", "hospno", "hospnum", "hospitalno", "casenote":
		return end, true
	case "hospital", "hosp", "case", "district", "pas", "rio", "lorenzo", "systmone", "unit", "record", "records", "pims":
		if word == "case" && s.has(next, "note") {
			next = s.skip(next+4, 2, "s .")
		}
		if word == "case" && !s.has(end, " note") {
			return 0, false
		}
		return s.numberWord(next), word != "unit" && word != "record" && word != "records"
	case "patient", "patients", "pt":
		next = s.skip(s.possessive(end), 2, " ._-")
		if s.has(next, "hosp") {
			return 0, false // read at its own word
		}
		return s.numberWord(next), false
	}
	return 0, false
}

// numberWord gives where "no", "number" or "id" at i ends, or 0.
func (s *scanner) numberWord(i int) int {
	end := s.wordEnd(i)
	switch string(s.low[i:end]) {
	case "no", "number", "num", "nr", "id", "identifier":
		return end
	}
	if s.byteAt(i) == '#' {
		return i + 1
	}
	return 0
}
