// Package format reads and writes the case study format, version 1: one UTF-8
// Markdown file with YAML front matter. It is the form in which case studies
// are exported, imported, sent to the API and kept outside the platform, so
// what is read and written again is the same to the byte.
package format

import (
	"bytes"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// Version is the value of the key "format" in every file of this version.
const Version = "grassroots/case-study/1"

// MaxSize is how large a file may be, in bytes.
const MaxSize = 1 << 20

// Extension is how the name of a case study file ends.
const Extension = ".md"

const fence = "---"

// File is one case study as a file holds it. ID is empty when the file has
// none, and so are the times: whoever imports it gives it these.
type File struct {
	ID string
	models.Document
	Created time.Time
	Updated time.Time
}

// Parse reads a case study file, cleans it and checks it against the rules of
// the format. The error is an *Errors that lists everything found wrong, each
// with its place in the file; name is what the file is called there.
//
// A further rule is one that this package does not know, such as that a setting
// must be of the list of settings. It gives its problems as an error with
// fields, as models.Document.Validate does.
func Parse(name string, src []byte, further ...func(*models.Document) error) (File, error) {
	r := &reader{file: name, at: map[string]mark{}, kept: map[string][]int{}}
	text, ok := r.decode(src)
	if !ok {
		return File{}, r.err()
	}
	front, body, ok := r.split(text)
	if !ok {
		return File{}, r.err()
	}
	root, ok := r.yaml(front)
	if !ok {
		return File{}, r.err()
	}
	var f File
	r.document(root, &f)
	f.Body = body
	f.Clean()
	r.rules((*models.Document).Validate, &f.Document)
	for _, rule := range further {
		r.rules(rule, &f.Document)
	}
	if err := r.err(); err != nil {
		return File{}, err
	}
	return f, nil
}

// decode gives the text of a file with line feeds alone and no byte order
// mark.
func (r *reader) decode(src []byte) ([]byte, bool) {
	if len(src) > MaxSize {
		r.add("", mark{line: 1}, "The file is larger than 1 MB, which is the most that a case study may have")
		return nil, false
	}
	src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	src = bytes.ReplaceAll(src, []byte("\r"), []byte("\n"))
	if utf8.Valid(src) {
		return src, true
	}
	at := mark{1, 1}
	for rest := src; len(rest) > 0; {
		c, n := utf8.DecodeRune(rest)
		if c == utf8.RuneError && n == 1 {
			break
		}
		at.column++
		if c == '\n' {
			at = mark{at.line + 1, 1}
		}
		rest = rest[n:]
	}
	r.add("", at, "The file is not UTF-8 text: save it as UTF-8 and try again")
	return nil, false
}

// split takes a file apart at the lines of three hyphens. One empty line
// between front matter and body belongs to neither.
func (r *reader) split(text []byte) (front []byte, body string, ok bool) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if !isFence(first) {
		r.add("", mark{line: 1}, "The file has no front matter: its first line must be ---")
		return nil, "", false
	}
	start := rest
	for line := 2; len(rest) > 0; line++ {
		var l []byte
		before := len(start) - len(rest)
		l, rest, _ = bytes.Cut(rest, []byte("\n"))
		if isFence(l) {
			r.at["body"] = mark{line + 1, 1}
			return start[:before], string(bytes.TrimPrefix(rest, []byte("\n"))), true
		}
	}
	r.add("", mark{line: 1}, "The front matter that begins here is not closed: a line --- must stand below it")
	return nil, "", false
}

func isFence(line []byte) bool { return string(bytes.TrimRight(line, " \t")) == fence }
