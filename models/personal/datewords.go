package personal

import "strings"

// Dates are written in words too, in letters and speeches: "the twelfth of
// March, nineteen sixty-one".
var (
	smallNumbers = numbered("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 1, 1)
	tens         = numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
	ordinals     = numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth", 1, 1)
)

func numbered(words string, from, step int) map[string]int {
	m := map[string]int{}
	for i, w := range strings.Fields(words) {
		m[w] = from + i*step
	}
	return m
}

// wordAt gives the letters at i, and where they end; none when they are many.
func (s *scanner) wordAt(i int) (word string, end int) {
	end = s.wordEnd(i)
	if end-i > 12 {
		return "", end
	}
	return string(s.low[i:end]), end
}

// dayAt reads the day of a month, as a number with or without its ending, or as
// a word. It gives 0 for none.
func (s *scanner) dayAt(i int) (day, end int) {
	if isDigit(s.byteAt(i)) {
		day, end = s.digitsAt(i, 2)
		return day, s.ordinal(end)
	}
	word, end := s.wordAt(i)
	if day = ordinals[word]; day > 0 {
		return day, end
	}
	if day = tens[word]; day == 0 {
		day = map[string]int{"thirtieth": 30}[word]
		return day, end
	}
	unit, last := s.wordAt(s.skip(end, 1, " -"))
	if n := ordinals[unit]; n >= 1 && n <= 9 {
		return day + n, last
	}
	return 0, i
}

// yearAt reads a year, as four digits or in words. It gives 0 for none.
func (s *scanner) yearAt(i int) (year, end int) {
	if isDigit(s.byteAt(i)) {
		if year, end = s.digitsAt(i, 4); end-i == 4 {
			return year, end
		}
		return 0, i
	}
	word, end := s.wordAt(i)
	next, after := s.wordAt(s.skip(end, 1, " -"))
	switch {
	case word == "nineteen" && next == "hundred":
		year, end = 1900, after
	case word == "nineteen":
		year = 1900
	case word == "two" && next == "thousand":
		year, end = 2000, after
	case word == "twenty":
		year = 2000
	default:
		return 0, i
	}
	rest := s.skip(end, 1, " -")
	if s.has(rest, "and ") {
		rest += len("and ")
	}
	below, last := s.belowHundred(rest)
	switch {
	case below > 0:
		return year + below, last
	case next == "hundred" || next == "thousand":
		return year, end
	}
	return 0, i
}

// belowHundred reads a number from 1 to 99 in words. It gives 0 for none.
func (s *scanner) belowHundred(i int) (value, end int) {
	word, end := s.wordAt(i)
	if value = smallNumbers[word]; value > 0 {
		return value, end
	}
	if value = tens[word]; value == 0 {
		return 0, i
	}
	if unit, last := s.wordAt(s.skip(end, 1, " -")); smallNumbers[unit] >= 1 && smallNumbers[unit] <= 9 {
		return value + smallNumbers[unit], last
	}
	return value, end
}

// wordedDate reads a date that begins with the letters at i: a month, or a day
// in words.
func (s *scanner) wordedDate(i int) (end int, ok bool) {
	word := s.wordEnd(i)
	if monthOf(s.low[i:word]) > 0 { // March 12, 1961; March the twelfth, 1961
		at := s.skip(word, 2, " .")
		if s.has(at, "the ") {
			at += len("the ")
		}
		day, at := s.dayAt(at)
		year, end := s.yearAt(s.skip(at, 2, ", "))
		return end, day >= 1 && day <= 31 && bornIn(year)
	}
	day, at := s.dayAt(i)
	if day < 1 || day > 31 {
		return 0, false
	}
	at = s.skip(at, 2, " ,")
	if s.has(at, "of ") {
		at += len("of ")
	}
	word = s.wordEnd(at)
	if monthOf(s.low[at:word]) == 0 {
		return 0, false
	}
	year, end := s.yearAt(s.skip(word, 3, ", '"))
	return end, bornIn(year)
}
