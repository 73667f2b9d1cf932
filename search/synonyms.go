package search

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"grassroots/search/internal/lang"
)

// Limits of a table of synonyms. They keep a mistake (a whole document pasted
// into the form) from slowing every query down.
const (
	maxSynonymGroups = 5000
	maxSynonymLine   = 4000
	maxSynonymMember = 100
)

//go:embed synonyms.txt
var defaultSynonyms string

// Synonyms is a table of words and phrases that mean the same. The zero value
// holds none.
type Synonyms struct {
	groups []lang.Group
	table  *lang.Table
}

// SynonymError is a line of a table that cannot be read.
type SynonymError struct {
	Line    int
	Problem string
}

// Error says which line it is and what is wrong with it.
func (e *SynonymError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// ParseSynonyms reads a table. Every line is a group of words or phrases that
// mean the same, with commas between them:
//
//	A&E, ED, emergency department
//
// An arrow makes a line work one way: who looks for what stands on its left
// finds what stands on its right too, and not the other way round.
//
//	ward => inpatient unit
//
// What follows a # is a comment. Capital letters, accents and plurals make no
// difference. Every line that cannot be read is reported, as a *SynonymError
// each, joined into one error.
func ParseSynonyms(r io.Reader) (Synonyms, error) {
	var s Synonyms
	var problems []error
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxSynonymLine), 4*maxSynonymLine)
	n := 0
	for lines.Scan() {
		n++
		g, problem := parseSynonymLine(lines.Text())
		switch {
		case problem != "":
			problems = append(problems, &SynonymError{Line: n, Problem: problem})
		case len(g.From) > 0 && len(s.groups) == maxSynonymGroups:
			problems = append(problems, &SynonymError{Line: n, Problem: fmt.Sprintf("more than %d groups", maxSynonymGroups)})
			return Synonyms{}, errors.Join(problems...)
		case len(g.From) > 0:
			s.groups = append(s.groups, g)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		problems = append(problems, &SynonymError{Line: n + 1, Problem: "the line is too long"})
	case err != nil:
		return Synonyms{}, fmt.Errorf("read synonyms: %w", err)
	}
	if len(problems) > 0 {
		return Synonyms{}, errors.Join(problems...)
	}
	s.table = lang.NewTable(s.groups)
	return s, nil
}

// parseSynonymLine reads one line; an empty group means that it says nothing.
func parseSynonymLine(line string) (g lang.Group, problem string) {
	if !utf8.ValidString(line) {
		return g, "not readable as UTF-8 text"
	}
	line, _, _ = strings.Cut(strings.TrimPrefix(line, "\ufeff"), "#")
	if strings.TrimSpace(line) == "" {
		return g, ""
	}
	if len(line) > maxSynonymLine {
		return g, "the line is too long"
	}
	left, right, oneWay := strings.Cut(line, "=>")
	if strings.Contains(right, "=>") {
		return g, "more than one arrow"
	}
	from, problem := synonymMembers(left)
	if problem != "" {
		return g, problem
	}
	if !oneWay {
		if len(from) < 2 {
			return g, "a group needs at least two words or phrases, with commas between them"
		}
		return lang.Group{From: from, To: from}, ""
	}
	to, problem := synonymMembers(right)
	return lang.Group{From: from, To: to}, problem
}

func synonymMembers(list string) (members []string, problem string) {
	for _, m := range strings.Split(list, ",") {
		m = strings.Join(strings.Fields(m), " ")
		switch {
		case m == "":
			return nil, "a word is missing between commas or beside the arrow"
		case len(m) > maxSynonymMember:
			return nil, fmt.Sprintf("%.40q… is too long", m)
		case strings.IndexFunc(m, isWordRune) < 0:
			return nil, fmt.Sprintf("%q has no letter or digit", m)
		}
		members = append(members, m)
	}
	return members, ""
}

// DefaultSynonyms is the table that an instance starts with.
func DefaultSynonyms() Synonyms {
	s, err := ParseSynonyms(strings.NewReader(defaultSynonyms))
	if err != nil {
		// The file is part of the program and a test reads it.
		panic("search/synonyms.txt: " + err.Error())
	}
	return s
}

// DefaultSynonymsText is the file that DefaultSynonyms reads, for a page where
// an admin edits it.
func DefaultSynonymsText() string { return defaultSynonyms }

// With gives a table that has further groups, each of words or phrases that mean
// the same. Members that no table could hold are left out, and so are groups of
// fewer than two.
func (s Synonyms) With(groups [][]string) Synonyms {
	out := Synonyms{groups: slices.Clone(s.groups)}
	for _, g := range groups {
		var members []string
		for _, m := range g {
			if m = strings.Join(strings.Fields(m), " "); len(m) <= maxSynonymMember && strings.IndexFunc(m, isWordRune) >= 0 && !slices.Contains(members, m) {
				members = append(members, m)
			}
		}
		if len(members) > 1 && len(out.groups) < maxSynonymGroups {
			out.groups = append(out.groups, lang.Group{From: members, To: members})
		}
	}
	out.table = lang.NewTable(out.groups)
	return out
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Len is how many groups the table has.
func (s Synonyms) Len() int { return len(s.groups) }

// Table is the table as search engines need it.
func (s Synonyms) Table() *lang.Table { return s.table }
