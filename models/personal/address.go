package personal

// postcode finds an address that ends with the postcode at i: a street before
// it, and no word for a place where nobody lives. A postcode alone is the
// address of a trust as often as not, so it has to be said that it is a home.
func (s *scanner) postcode(i, letters int) int {
	end := s.postcodeEnd(i, letters)
	if end == 0 {
		return 0
	}
	_, home := s.before(cueHome, i, 110)
	street, ok := s.before(cueStreet, i, 70)
	if !ok {
		if at, near := s.before(cueHome, i, 30); near && !s.near(cuePlace, at.to, end, 40, 20) && s.livesAt(at) {
			s.add(Address, i, end, false)
		}
		return end
	}
	from, numbered := s.addressStart(street)
	if s.has(street.from, "st") && street.to-street.from == 2 && !numbered || street.from == from && !home {
		return end
	}
	if s.placeWithin(from, end) && !(home && s.livesBefore(from)) {
		return end
	}
	switch {
	case s.livesBefore(from):
		s.add(Address, from, end, true)
	case numbered:
		s.add(Address, from, end, false)
	}
	return end
}

// postcodeEnd reads a postcode, and gives 0 when there is none: one or two
// letters, a digit and perhaps a digit or letter, then a digit and two letters
// of those that are used (Royal Mail, BS 7666).
func (s *scanner) postcodeEnd(i, letters int) int {
	at := letters
	if !isDigit(s.byteAt(at)) {
		return 0
	}
	at++
	if next := s.byteAt(at); isDigit(next) && !isLetter(s.byteAt(at+1)) || isLetter(next) && !isWord(s.byteAt(at+1)) {
		at++ // LS12, W1A
	}
	gap := s.skip(at, 1, " ")
	if gap == at && isDigit(s.byteAt(at)) && isDigit(s.byteAt(at+1)) {
		at++
		gap = at
	}
	if !isDigit(s.byteAt(gap)) || !inward(s.byteAt(gap+1)) || !inward(s.byteAt(gap+2)) || isWord(s.byteAt(gap+3)) {
		return 0
	}
	return gap + 3
}

// inward tells whether a letter can be in the second half of a postcode.
func inward(c byte) bool {
	switch c {
	case 'c', 'i', 'k', 'm', 'o', 'v', otherLetter:
		return false
	}
	return isLetter(c)
}

// addressStart gives where the address begins that a word for a street is in:
// at the number of the house, else at the capitals before.
func (s *scanner) addressStart(street span) (from int, numbered bool) {
	from = street.from
	for i, words := street.from, 0; i > 0 && street.from-i < 60 && words < 6; {
		c := s.low[i-1]
		switch {
		case isDigit(c):
			for i > 0 && isDigit(s.low[i-1]) {
				i--
			}
			if street.from-i < 60 && !isLetter(s.byteAt(i-1)) {
				if at, ok := s.before(cueHome, i, 6); ok && s.has(at.from, "flat") {
					return at.from, true
				}
				return i, true
			}
			return from, false
		case isLetter(c):
			for i > 0 && isLetter(s.low[i-1]) {
				i--
			}
			words++
			if isUpper(s.raw[i]) {
				from = i
			}
		case c == ' ' || c == ',' || c == '\'' || c == '-' || c == '\n' || c == '/':
			i--
		default:
			return from, false
		}
	}
	return from, false
}

// placeWithin tells whether a word for a workplace is in an address, or just
// before or after it.
func (s *scanner) placeWithin(from, to int) bool {
	_, inside := s.before(cuePlace, to, to-from)
	return inside || s.near(cuePlace, from, to, 40, 20)
}

// livesBefore tells whether the words before an address say that it is a home.
func (s *scanner) livesBefore(from int) bool {
	at, ok := s.before(cueHome, from, 60)
	return ok && (s.livesAt(at) || s.has(at.from, "mr") || s.has(at.from, "discharged") || s.has(at.from, "moved") || s.has(at.from, "visit"))
}

// livesAt tells whether a cue of a home is one of somebody's own.
func (s *scanner) livesAt(at span) bool {
	switch string(s.low[at.from:at.to]) {
	case "lives", "lived", "living", "residing", "resides", "home", "patient", "pt", "resident", "tenant":
		return true
	case "address":
		return s.has(at.from-5, "home ") || s.has(at.from-8, "patient ") || s.has(at.from-10, "patient's ") || s.has(at.from-4, "his ") || s.has(at.from-4, "her ") ||
			s.has(at.from-6, "their ") || s.has(at.to, ":")
	}
	return false
}
