package format

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grassroots/models"
)

// MaxProblems is how many problems of one file are listed.
const MaxProblems = 100

// Problem is one thing wrong with a file, at the place where it stands.
type Problem struct {
	File    string
	Line    int // 1 for the first
	Column  int // in characters, 1 for the first; 0 when the whole line or file is meant
	Field   string
	Message string
}

// String gives the problem as a line of a report, "file:line: message". The
// message begins with the column where it is known, "column 5: ", so that
// whoever reads the line by the form "file:line: " still can.
func (p Problem) String() string {
	s := p.File + ":" + strconv.Itoa(p.Line) + ": "
	if p.Column > 0 {
		s += "column " + strconv.Itoa(p.Column) + ": "
	}
	if p.Field != "" {
		s += p.Field + ": "
	}
	return s + p.Message
}

// Errors is everything found wrong with one file, in the order of its lines.
type Errors struct {
	Problems []Problem
}

// Error gives one line a problem.
func (e *Errors) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems as those of a document's fields, so that the API
// answers as it does to any other invalid case study.
func (e *Errors) Unwrap() error {
	out := models.E(models.Invalid, "The case study was not saved: some parts of the file need your attention.")
	for _, p := range e.Problems {
		field := p.Field
		if field == "" {
			field = "file"
		}
		at := "Line " + strconv.Itoa(p.Line)
		if p.Column > 0 {
			at += ", column " + strconv.Itoa(p.Column)
		}
		out.Fields = append(out.Fields, models.FieldError{Field: field, Message: at + ": " + p.Message})
	}
	return out
}

// Problems gives the problems of an error that came from Parse, nil for any
// other.
func Problems(err error) []Problem {
	var e *Errors
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}

// err gives what was found, or nil.
func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	list := r.problems
	if more := len(list) + r.more - MaxProblems; more > 0 {
		list = list[:MaxProblems]
		last := list[MaxProblems-1]
		list = append(slices.Clip(list), Problem{File: r.file, Line: last.Line, Message: fmt.Sprintf("And %d more", more)})
	}
	return &Errors{Problems: list}
}

const aliasRefused = "An alias such as *name is not taken: write the value again, or put a text that begins with * or & in double quotes"

// yamlProblem says in plain words what the YAML library says in its own.
type yamlProblem struct {
	says     string
	fromZero bool // the library counts lines from 0 in this message, not from 1
	message  string
}

func yamlProblems() []yamlProblem {
	return []yamlProblem{
		{"mapping values are not allowed", false, "A colon with a space after it stands inside a text here: put the whole text in double quotes"},
		{"could not find expected ':'", false, "A key with a colon after it is missing near here, or a quote is not closed"},
		{"did not find expected key", true, "This does not go on from the lines above: look at the indentation and at the quotes"},
		{"did not find expected '-' indicator", true, "This does not go on from the list above: look at the indentation and at the hyphens"},
		{"did not find expected ',' or '}'", true, "A comma or } is missing near here, or a text needs double quotes"},
		{"did not find expected ',' or ']'", true, "A comma or ] is missing near here, or a text needs double quotes"},
		{"did not find expected node content", true, "A value is missing near here, or a text needs double quotes"},
		{"did not find expected <document start>", true, "The front matter holds something else after its end"},
		{"cannot start any token", false, "A text that begins with a tab or one of @ ` % needs double quotes"},
		{"found a tab character", false, "A tab stands where the indentation must be spaces"},
		{"unexpected end of stream", false, "A text in quotes begins here and is not closed"},
		{"unexpected document indicator", false, "A text in quotes begins here and is not closed"},
		{"unknown escape character", false, "A backslash in a text in double quotes must be written twice"},
		{"invalid Unicode character escape", false, "An escape in a text in double quotes is no character"},
		{"hexdecimal number", false, "An escape in a text in double quotes is no character"},
		{"sequence entries are not allowed", false, "A list cannot begin on this line: put it on the next, indented"},
		{"exceeded max depth", false, "The front matter has values inside values too deep"},
		{"did not find expected alphabetic", false, aliasRefused},
		{"unknown anchor", false, aliasRefused},
	}
}

// plainYAML makes a problem of an error of the YAML library: the line in the
// front matter, 1 for its first, and a sentence.
func plainYAML(err error) (line int, message string) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line = 1
	numbered := false
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, after, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, text, numbered = n, after, true
			}
		}
	}
	for _, p := range yamlProblems() {
		if strings.Contains(text, p.says) {
			if p.fromZero && numbered {
				line++
			}
			return line, p.message
		}
	}
	return line, "The front matter is not valid YAML: " + text
}
