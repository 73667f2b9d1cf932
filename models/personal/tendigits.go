package personal

// number looks at what begins with the digit at i, and gives where to go on.
func (s *scanner) number(i int) int {
	first := i
	for first < len(s.low) && isDigit(s.low[first]) {
		first++
	}
	if end := s.birthDate(i); end > 0 {
		return end
	}
	if end := s.phone(i); end > 0 {
		return end
	}
	if end := s.tenDigits(i); end > 0 {
		return end
	}
	return first
}

// groups is the digits from i on, up to so many, in their groups: how long each
// is, and where the last ends. A gap has at most three characters.
type groups struct {
	digits [16]byte
	n      int // digits
	sizes  [16]int
	count  int // groups
	end    int
	even   bool // every gap is the same
	tight  bool // no gap, or gaps of one space, dot, hyphen and the like
}

// gapSigns are what people put between the digits of a number.
const gapSigns = " \t-.,/_:|()[]*`\\~\n"

// group reads digits until there are want, or a gap is none. ok is false when a
// group goes past want.
func (s *scanner) group(i, want int) (g groups, ok bool) {
	g.even, g.tight = true, true
	gap := uint32(0) // up to three characters
	for {
		start := i
		for i < len(s.low) && isDigit(s.low[i]) && g.n < want {
			g.digits[g.n] = s.low[i] - '0'
			g.n++
			i++
		}
		if i < len(s.low) && isDigit(s.low[i]) {
			return g, false
		}
		g.sizes[g.count] = i - start
		g.count++
		g.end = i
		if g.n == want {
			return g, true
		}
		next := s.skip(i, 3, gapSigns)
		if next == i || next >= len(s.low) || !isDigit(s.low[next]) || countByte(s.low[i:next], '\n') > 1 {
			return g, false
		}
		this := uint32(0)
		for _, c := range s.low[i:next] {
			this = this<<8 | uint32(c)
		}
		if g.count > 1 && this != gap {
			g.even = false
		}
		if next-i != 1 || this == ',' || this == '|' || this == ':' {
			g.tight = false
		}
		gap, i = this, next
	}
}

func countByte(b []byte, c byte) int {
	n := 0
	for _, x := range b {
		if x == c {
			n++
		}
	}
	return n
}

func (g *groups) shaped(sizes ...int) bool {
	if g.count != len(sizes) {
		return false
	}
	for i, size := range sizes {
		if g.sizes[i] != size {
			return false
		}
	}
	return true
}

// usual tells whether ten digits are written as NHS numbers nearly always are.
func (g *groups) usual() bool { return g.shaped(10) || g.shaped(3, 3, 4) }

// seldom tells whether they are grouped in another way that people use.
func (g *groups) seldom() bool {
	if !g.even || !g.tight {
		return false
	}
	return g.shaped(5, 5) || g.shaped(6, 4) || g.shaped(4, 6) || g.shaped(3, 7) || g.shaped(4, 3, 3) || g.shaped(3, 4, 3) || g.shaped(2, 2, 2, 2, 2) ||
		g.shaped(4, 4, 2) || g.shaped(2, 4, 4) || g.shaped(3, 3, 2, 2) || g.shaped(7, 3) || g.count == 10
}

// modulus11 is the check of NHS, CHI and Health and Care numbers: the digits
// weighted from 10 down to 2, and the last the difference of their sum to a
// multiple of 11. Ten of the same digit pass it and are given to nobody.
func modulus11(d []byte) bool {
	sum, same, rising := 0, true, true
	for i := range 9 {
		sum += int(d[i]) * (10 - i)
		same = same && d[i] == d[i+1]
		rising = rising && d[i]+1 == d[i+1]
	}
	check := (11 - sum%11) % 11
	return check == int(d[9]) && !same && !rising
}

// tenDigits finds NHS, CHI and Health and Care numbers. It gives where to go
// on, or 0.
func (s *scanner) tenDigits(i int) int {
	g, ok := s.group(i, 10)
	if !ok || !modulus11(g.digits[:10]) {
		return 0
	}
	if s.options.Demo && g.digits[0] == 9 && g.digits[1] == 9 && g.digits[2] == 9 {
		return g.end
	}
	kind, labelled := s.tenDigitKind(i, &g)
	if s.partOfOther(i, &g, labelled) {
		return 0
	}
	certain, found := s.tenDigitWeight(i, &g, labelled, kind)
	if !found {
		return 0
	}
	s.add(kind, i, g.end, certain)
	return g.end
}

// tenDigitKind says whose number it is: by the word before it, else by range.
// labelled tells that there is such a word.
func (s *scanner) tenDigitKind(i int, g *groups) (kind Kind, labelled bool) {
	d := g.digits
	kind = NHSNumber
	switch first := int(d[0])*10 + int(d[1]); {
	case first >= 32 && first <= 39:
		kind = HSCNumber // 320 000 0010 to 399 999 9999
	case dayMonth(d):
		kind = CHINumber // begins with a date of birth
	}
	nearest := -1
	for _, label := range []struct {
		cue  cueKind
		kind Kind
	}{{cueNHS, NHSNumber}, {cueCHI, CHINumber}, {cueHSC, HSCNumber}} {
		at, ok := s.before(label.cue, i, 48)
		if ok && at.to > nearest {
			nearest, kind, labelled = at.to, label.kind, true
		}
		if at, ok := s.after(label.cue, g.end, 16); ok && nearest < 0 && s.onlyLabel(g.end, at.from) {
			kind, labelled = label.kind, true
		}
	}
	return kind, labelled
}

func dayMonth(d [16]byte) bool {
	day, month := int(d[0])*10+int(d[1]), int(d[2])*10+int(d[3])
	return day >= 1 && day <= 31 && month >= 1 && month <= 12
}

// partOfOther tells whether the digits are part of something else: a sum of
// money, a decimal, an identifier, an address on the web, a code.
func (s *scanner) partOfOther(i int, g *groups, labelled bool) bool {
	prev, next := s.byteAt(i-1), s.byteAt(g.end)
	if isLetter(prev) && !s.labelBefore(i) || isLetter(next) || next == '%' || prev == '$' {
		return true
	}
	if s.has(i-4, "gbp ") || s.has(i-4, "eur ") || s.has(i-4, "usd ") || s.has(g.end, " pounds") || s.has(g.end, " pence") {
		return true
	}
	if prev == ' ' && s.byteAt(i-2) == '$' || prev == '+' && s.has(i, "44") {
		return true
	}
	if !labelled && (prev == '.' && isWord(s.byteAt(i-2)) && !isSpace(next) || prev == '.' && isDigit(s.byteAt(i-2)) ||
		(next == '.' || next == '-') && isDigit(s.byteAt(g.end+1)) || prev == '-' && isDigit(s.byteAt(i-2)) && g.count > 1) {
		return true
	}
	if _, ok := s.before(cueCoded, i, 40); ok {
		if at, nhs := s.before(cueNHS, i, 20); !nhs || !s.onlyLabel(at.to, i) {
			return true
		}
	}
	if s.has(g.end, " |") && g.shaped(10) && s.byteAt(i-2) != '|' && verhoeff(g.digits[:10]) {
		return true // a SNOMED CT code and its term: 123 |term|
	}
	return s.inAddress(i, g.end)
}

// labelBefore tells whether the letters just before i are a label that is
// written without a space.
func (s *scanner) labelBefore(i int) bool {
	from := i
	for from > 0 && i-from < 12 && isLetter(s.low[from-1]) {
		from--
	}
	switch string(s.low[from:i]) {
	case "nhs", "nhsno", "nhsnumber", "chi", "hcn", "no", "number", "num", "patient", "pt", "id", "n", "chino":
		return true
	}
	return false
}

// inAddress tells whether a stretch is in a web address or a DOI that does not
// speak of patients.
func (s *scanner) inAddress(from, to int) bool {
	start := from
	for start > 0 && from-start < 200 && !isSpace(s.low[start-1]) && s.low[start-1] != '<' && s.low[start-1] != '"' {
		start--
	}
	if from == start {
		return false
	}
	token := s.low[start:from]
	if contains(token, "file://") { // a folder of somebody's
		return false
	}
	if !contains(token, "://") && !contains(token, "www.") && !contains(token, "doi") && !(contains(token, "10.") && contains(token, "/")) {
		return false
	}
	return !contains(token, "patient") && !contains(token, "nhsn") && !contains(token, "nhs-n") && !contains(token, "nhs_n") && !contains(token, "chi=") &&
		!contains(token, "/nhs/")
}

func contains(b []byte, word string) bool {
	for i := 0; i+len(word) <= len(b); i++ {
		if string(b[i:i+len(word)]) == word {
			return true
		}
	}
	return false
}

// tenDigitWeight says whether a number that passes the check is found, and
// whether it is certain. One in eleven of any ten digits passes, so how it is
// written and what stands around it has to speak for it.
func (s *scanner) tenDigitWeight(i int, g *groups, labelled bool, kind Kind) (certain, found bool) {
	d := g.digits
	patient := s.near(cuePatient, i, g.end, 60, 40)
	given := d[0] == 4 || d[0] == 6 || d[0] == 7 || d[0] == 9 || d[0] == 3 && d[1] >= 2
	labelled = labelled && (g.usual() || s.strictLabel(i, g.end))
	_, ref := s.before(cueRef, i, 24)
	_, phone := s.before(cuePhone, i, 24)
	switch {
	case labelled:
		return true, true
	case !g.usual() && !g.seldom():
		return false, false
	case ref && !patient, phone && !patient:
		return false, given && (phone || !g.shaped(10))
	case g.usual() && given:
		return s.byteAt(i-1) != '-' || !isDigit(s.byteAt(i-2)), true
	case !g.usual() && given:
		return patient && g.count != 10, true
	case kind == CHINumber && dayMonth(d) && (g.shaped(10) || g.shaped(6, 4)):
		return patient, patient || g.shaped(10)
	case d[0] == 5 || d[0] == 8:
		return patient, true
	}
	return false, patient && g.usual()
}

// strictLabel tells whether nothing but the words of a label stands between
// "NHS", "CHI" or "H&C" and the number.
func (s *scanner) strictLabel(from, to int) bool {
	for _, cue := range []cueKind{cueNHS, cueCHI, cueHSC} {
		if at, ok := s.before(cue, from, 48); ok && s.onlyLabel(at.to, from) {
			return true
		}
		if at, ok := s.after(cue, to, 16); ok && s.onlyLabel(to, at.from) {
			return true
		}
	}
	return false
}

var labelWords = map[string]bool{"no": true, "nos": true, "number": true, "numbers": true, "num": true, "nr": true, "n": true, "id": true, "identifier": true,
	"is": true, "was": true, "of": true, "the": true, "patient": true, "for": true, "pt": true, "ref": true, "valid": true, "new": true, "old": true, "wrong": true,
	"their": true, "his": true, "her": true, "my": true, "and": true, "or": true, "with": true, "patients": true, "as": true, "to": true, "s": true, "in": true, "full": true}

// onlyLabel tells whether a stretch has no other words than those of a label,
// and no digits.
func (s *scanner) onlyLabel(from, to int) bool {
	for i := from; i < to; {
		switch {
		case isLetter(s.low[i]):
			end := s.wordEnd(i)
			if end-i > 12 || !labelWords[string(s.low[i:end])] {
				return false
			}
			i = end
		case isDigit(s.low[i]):
			return false
		default:
			i++
		}
	}
	return true
}

// The tables of the dihedral group of order ten by which SNOMED CT codes are
// checked (J. Verhoeff, Error Detecting Decimal Codes, 1969).
var (
	verhoeffProduct = [10][10]byte{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
		{4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
		{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	verhoeffTurn = [8][10]byte{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
		{9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}
)

func verhoeff(d []byte) bool {
	c := byte(0)
	for i := range d {
		c = verhoeffProduct[c][verhoeffTurn[i%8][d[len(d)-1-i]]]
	}
	return c == 0
}
