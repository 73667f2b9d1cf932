package personal

// phone finds UK phone numbers that begin with the digit at i, and passes over
// those that are nobody's own. It gives where to go on, or 0 for what is no
// phone number.
func (s *scanner) phone(i int) int {
	from, national := i, i
	prev := s.byteAt(i - 1)
	if isLetter(prev) || prev == '_' || prev == '/' || prev == '=' || prev == '.' && isDigit(s.byteAt(i-2)) {
		return 0
	}
	switch {
	case s.has(i, "0044"):
		national = i + 4
	case s.has(i, "44") && prev == '+':
		from, national = i-1, i+2
	case s.has(i, "447"):
		national = i + 2
	case prev == '+':
		g, _ := s.group(i, 12)
		if g.n >= 8 && g.count > 1 {
			return g.end // of another country
		}
		return 0
	case s.has(i, "0") || s.has(i, "7") && prev != '.' && prev != '-':
	default:
		return 0
	}
	start := s.skip(national, 3, " ()-.")
	if national > i && s.has(start, "0") { // +44 (0)7700 …
		start = s.skip(start+1, 3, " ()-.")
	} else if national == i && s.has(i, "0") {
		start = s.skip(i+1, 2, ")")
	}
	if !isDigit(s.byteAt(start)) {
		return 0
	}
	g, ok := s.group(start, 10)
	if !ok || isLetter(s.byteAt(g.end)) || s.inAddress(i, g.end) {
		return 0
	}
	if national == i && s.has(i, "7") && !s.mobileWithoutZero(i, &g) {
		return 0
	}
	if s.byteAt(from-1) == '(' {
		from--
	}
	s.phoneOf(from, &g)
	return g.end
}

// mobileWithoutZero tells whether ten digits from a 7 on are a mobile number
// whose 0 a spreadsheet took away: only beside a word for phones.
func (s *scanner) mobileWithoutZero(i int, g *groups) bool {
	_, phone := s.before(cuePhone, i, 16)
	return phone && !modulus11(g.digits[:10])
}

// phoneOf notes a number of ten digits after the 0, if it is a person's own.
func (s *scanner) phoneOf(from int, g *groups) {
	home := s.homePhone(from, g.end)
	_, work := s.before(cueWork, from, 32)
	if at, ok := s.after(cueWork, g.end, 16); ok && at.from > 0 {
		work = true
	}
	switch {
	case g.digits[0] == 7 && g.digits[1] != 6: // 076 are pagers
		s.add(Phone, from, g.end, !work || home)
	case g.digits[0] == 1 || g.digits[0] == 2:
		if home && !work {
			s.add(Phone, from, g.end, true)
		}
	}
}

var homeWords = map[string]bool{"home": true, "kin": true, "nok": true, "daughter": true, "son": true, "wife": true, "husband": true, "mother": true, "father": true,
	"carer": true, "neighbour": true, "patient": true, "mum": true, "dad": true, "partner": true, "sister": true, "brother": true, "family": true}

// homePhone tells whether the words just before a number, or after it, say that
// it is where somebody lives.
func (s *scanner) homePhone(from, to int) bool {
	words := 0
	for i := from; i > 0 && words < 7 && from-i < 60; {
		for i > 0 && !isLetter(s.low[i-1]) {
			if c := s.low[i-1]; c == '\n' || c == ';' || isDigit(c) || c == '.' && s.byteAt(i) == ' ' && s.byteAt(i-5) != ' ' && words > 0 {
				return s.homeAfter(to)
			}
			i--
		}
		end := i
		for i > 0 && end-i < 20 && isLetter(s.low[i-1]) {
			i--
		}
		word := s.low[i:end]
		if s.byteAt(end) == ' ' && s.has(end+1, "care") || s.byteAt(end) == ' ' && (s.has(end+1, "line") || s.has(end+1, "experience") || s.has(end+1, "advice")) ||
			s.byteAt(end) == ' ' && s.has(end+1, "transport") || s.has(end, " safety") || s.has(end, " access") || s.has(end, " office") || s.has(end, " team") {
			return false // the patient advice line, a home care team
		}
		if homeWords[string(word)] {
			return true
		}
		words++
	}
	return s.homeAfter(to)
}

func (s *scanner) homeAfter(to int) bool {
	next := s.skip(to, 3, " (,")
	end := s.wordEnd(next)
	return end-next <= 12 && homeWords[string(s.low[next:end])] && !s.has(end, " care")
}

var webmail = map[string]bool{"gmail.com": true, "googlemail.com": true, "outlook.com": true, "outlook.co.uk": true, "msn.com": true, "icloud.com": true, "me.com": true,
	"mac.com": true, "aol.com": true, "aol.co.uk": true, "btinternet.com": true, "btopenworld.com": true, "sky.com": true, "virginmedia.com": true, "virgin.net": true,
	"ntlworld.com": true, "talktalk.net": true, "tiscali.co.uk": true, "blueyonder.co.uk": true, "protonmail.com": true, "proton.me": true, "pm.me": true, "gmx.com": true,
	"gmx.co.uk": true, "gmx.net": true, "mail.com": true, "rocketmail.com": true, "ymail.com": true, "plus.com": true, "plusnet.com": true, "o2.co.uk": true,
	"fastmail.com": true, "fsmail.net": true, "lineone.net": true, "orange.net": true, "tutanota.com": true, "zoho.com": true, "hey.com": true, "qq.com": true, "web.de": true}

// webmailAt tells whether a domain is one where people have private mail.
func webmailAt(domain []byte) bool {
	if webmail[string(domain)] {
		return true
	}
	for i, c := range domain { // hotmail.* and the like have one for each country
		if c == '.' {
			switch string(domain[:i]) {
			case "hotmail", "yahoo", "live":
				return true
			}
			return false
		}
	}
	return false
}

func isLocal(c byte) bool {
	return isWord(c) && c != otherLetter || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\''
}

// email finds the e-mail address around the @ at i: those of private mail are
// certain, others are asked of only where they are a patient's.
func (s *scanner) email(i int) {
	from, to := i, i+1
	for from > 0 && i-from < 64 && isLocal(s.low[from-1]) {
		from--
	}
	for to < len(s.low) && to-i < 100 && (isWord(s.low[to]) || s.low[to] == '.' || s.low[to] == '-') {
		to++
	}
	for to > i+1 && (s.low[to-1] == '.' || s.low[to-1] == '-') {
		to--
	}
	domain := s.low[i+1 : to]
	if from == i || len(domain) < 4 {
		return
	}
	if webmailAt(domain) {
		s.add(Email, from, to, true)
		return
	}
	if !contains(domain, ".") || contains(domain, "nhs") || contains(domain, ".gov") || contains(domain, ".ac.uk") || contains(domain, "hscni") {
		return // staff write theirs so that colleagues can ask them
	}
	if at, ok := s.before(cuePatient, from, 32); ok && s.byteAt(at.to) != '.' && (s.has(at.from, "patient") || s.has(at.from, "relative") || s.has(at.from, "carer")) &&
		s.has(s.skip(at.to, 3, "'s "), "e") {
		s.add(Email, from, to, false) // the patient's e-mail: …
	}
}

// spelledEmail finds an address of private mail whose @ is written as a word.
func (s *scanner) spelledEmail(i, end int) {
	if !s.has(end, ".co") && !s.has(end, " dot co") && !s.has(end, "[dot]co") && !s.has(end, "(dot)co") {
		return
	}
	at := i
	for at > 0 && i-at < 3 && (s.low[at-1] == ' ' || s.low[at-1] == ')' || s.low[at-1] == ']') {
		at--
	}
	if at < 3 || s.low[at-1] != 't' || s.low[at-2] != 'a' || isLetter(s.low[at-3]) || at == i {
		return
	}
	local := at - 2
	for local > 0 && at-local < 6 && (s.low[local-1] == ' ' || s.low[local-1] == '(' || s.low[local-1] == '[') {
		local--
	}
	from := local
	for from > 0 && local-from < 64 && isLocal(s.low[from-1]) {
		from--
	}
	if from < local {
		s.add(Email, from, end, false)
	}
}
