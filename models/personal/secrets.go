package personal

// keyForm is how the keys of a service begin and go on.
type keyForm struct {
	prefix string
	least  int // characters after the prefix

}

// keyForms are published by those who give the keys, so that leaks are found.
var keyForms = map[byte][]keyForm{
	'a': {{"AKIA", 16}, {"ASIA", 16}, {"AIza", 35}},
	'd': {{"dop_v1_", 60}},
	'e': {{"eyJ", 30}},
	'g': {{"ghp_", 30}, {"gho_", 30}, {"ghu_", 30}, {"ghs_", 30}, {"ghr_", 30}, {"github_pat_", 20}, {"glpat-", 20},
		{"grt_", 20}, {"gsk_", 40}},
	'h': {{"hf_", 30}},
	'n': {{"npm_", 36}},
	'p': {{"pypi-AgEI", 20}},
	'r': {{"rk_live_", 16}},
	's': {{"sk_live_", 16}, {"sk_test_", 16}, {"sk-ant-", 20}, {"sk-proj-", 20}, {"sk-", 32}, {"SG.", 40}, {"shpat_", 30}},
	'x': {{"xoxb-", 20}, {"xoxp-", 20}, {"xoxa-", 20}, {"xapp-", 20}},
}

func isKey(c byte) bool {
	return isWord(c) && c != otherLetter || c == '_' || c == '-' || c == '.' || c == '/' || c == '+' || c == '='
}

// keyEnd gives where what looks like a key ends.
func (s *scanner) keyEnd(i int) int {
	from := i
	for i < len(s.low) && i-from < 4096 && isKey(s.low[i]) {
		i++
	}
	for i > from && s.low[i-1] == '.' {
		i--
	}
	return i
}

// secret finds keys, tokens and passwords that begin with the word at i.
func (s *scanner) secret(i, end int) int {
	for _, form := range keyForms[s.low[i]] {
		if i+len(form.prefix) > len(s.raw) || string(s.raw[i:i+len(form.prefix)]) != form.prefix || isWord(s.byteAt(i-1)) {
			continue
		}
		to := s.keyEnd(i + len(form.prefix))
		if to-i-len(form.prefix) < form.least || !s.mixed(i+len(form.prefix), to) {
			continue
		}
		s.add(Secret, i, to, true)
		return to
	}
	switch string(s.low[i:min(end, i+7)]) {
	case "bearer", "basic":
		at := s.skip(end, 2, " :")
		to := s.keyEnd(at)
		if at > end && to-at >= 16 && s.mixed(at, to) {
			s.add(Secret, at, to, true)
			return to
		}
	}
	return s.assigned(i, end)
}

// mixed tells whether a stretch has both letters and digits, as a key does and
// a word does not.
func (s *scanner) mixed(from, to int) bool {
	letter, digit, lower, upper := false, false, false, false
	for i := from; i < to; i++ {
		letter, digit = letter || isLetter(s.low[i]), digit || isDigit(s.low[i])
		lower, upper = lower || isLetter(s.raw[i]) && !isUpper(s.raw[i]), upper || isUpper(s.raw[i])
	}
	return letter && (digit || lower && upper && to-from >= 20)
}

// passwordWord tells how long a value has to be that the word names; 0 when it
// names none.
func (s *scanner) passwordWord(i, end int) int {
	switch string(s.low[i:min(end, i+16)]) {
	case "password", "passwd", "pwd", "passcode", "passphrase", "passwort":
		return 5
	case "accountkey", "sharedaccesskey", "apikey", "accesskey", "secretkey", "clientsecret", "authtoken", "accesstoken", "sig":
		return 12
	case "secret", "token":
		return 12
	case "key":
		if i > 3 && (s.has(i-4, "api") || s.has(i-7, "access") || s.has(i-7, "secret") || s.has(i-8, "private") || s.has(i-5, "meili") || s.has(i-7, "master")) {
			return 12
		}
	}
	return 0
}

// assigned finds the value that a password or key is set to: "Password=…;",
// "api_key: …", "the password is …".
func (s *scanner) assigned(i, end int) int {
	least := s.passwordWord(i, end)
	if least == 0 || end-i > 16 {
		return 0
	}
	at := s.skip(end, 3, " \"'`*\\")
	sign := s.byteAt(at)
	said := false
	switch {
	case sign == '=' || sign == ':':
		at++
	case s.has(at, "is ") && at > end:
		at, said = at+2, true
	case s.has(at, "was ") && at > end:
		at, said = at+3, true
	default:
		return 0
	}
	at = s.skip(at, 3, " \"'`*:\\")
	to := at
	for to < len(s.low) && to-at < 200 && !isSpace(s.low[to]) && s.low[to] != ';' && s.low[to] != '"' && s.low[to] != '\'' && s.low[to] != '`' && s.low[to] != '<' &&
		s.low[to] != ',' && !(s.low[to] == '&' && sign == '=') {
		to++
	}
	for to > at && (s.low[to-1] == '.' || s.low[to-1] == ')' || s.low[to-1] == '*') {
		to--
	}
	connection := sign == '=' && least == 5 && (s.byteAt(to) == ';' || s.byteAt(i-1) == ';' || s.byteAt(i-1) == ' ' && s.byteAt(i-2) == ';')
	if to-at < 3 || s.placeholder(at, to) || !connection && (to-at < least || !s.secretly(at, to, said)) {
		return 0
	}
	s.add(Secret, at, to, !said || least == 5 && to-at >= 8)
	return to
}

// secretly tells whether a value is rather a password than a word of prose.
func (s *scanner) secretly(from, to int, said bool) bool {
	letter, digit, sign := false, false, false
	for i := from; i < to; i++ {
		switch c := s.low[i]; {
		case isDigit(c):
			digit = true
		case isLetter(c):
			letter = true
		case c != '-' && c != '/' && c != '.' && c != '_' && c != '(':
			sign = true
		}
	}
	return letter && (digit || sign && !said)
}

// placeholder tells whether a value stands for one.
func (s *scanner) placeholder(from, to int) bool {
	value := s.low[from:to]
	switch value[0] {
	case '<', '*', '$', '{', '[', '%', otherSign, '(':
		return true
	}
	for _, word := range [...]string{"xxx", "your", "example", "redacted", "removed", "placeholder", "...", "***", "secretref", "env.", "os.getenv", "process.", "vault:", "http"} {
		if contains(value, word) {
			return true
		}
	}
	return false
}

// passwordInURL finds the password in scheme://name:password@host; i is at the
// colon after the scheme.
func (s *scanner) passwordInURL(i int) {
	at, colon := i+3, 0
	for at < len(s.low) && at-i < 250 {
		c := s.low[at]
		switch {
		case c == '@':
			if colon > 0 && at > colon+1 && !s.placeholder(colon+1, at) && !s.standIn(colon+1, at) {
				s.add(Secret, colon+1, at, true)
			}
			return
		case c == ':' && colon == 0:
			colon = at
		case c == '/' && colon == 0, isSpace(c), c == '"', c == '?' && colon == 0:
			return
		}
		at++
	}
}

// standIn tells whether a password is the word that documentation has for one.
func (s *scanner) standIn(from, to int) bool {
	switch string(s.low[from:min(to, from+9)]) {
	case "pass", "password", "pw", "secret", "pwd", "passwd":
		return to-from <= 8
	}
	return false
}

// keyBlock finds a private key in PEM, and gives where to go on.
func (s *scanner) keyBlock(i int) int {
	head := i + 11
	for head < len(s.low) && head-i < 60 && s.low[head] != '-' && s.low[head] != '\n' {
		head++
	}
	if !contains(s.low[i:head], "private key") {
		return head
	}
	end := head
	for end < len(s.low) && end-head < 16_384 && !s.has(end, "-----end ") {
		end++
	}
	if s.has(end, "-----end ") {
		for end += 9; end < len(s.low) && s.low[end] != '-' && s.low[end] != '\n'; {
			end++
		}
		end = s.skip(end, 5, "-")
	}
	s.add(Secret, i, end, true)
	return end
}
