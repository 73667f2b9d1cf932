package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"grassroots/models"
)

// Bounds of a file that no case study comes near, so that a hostile one costs
// little.
const (
	maxEntries = 500
	maxDepth   = models.MaxExtraDepth + 5
	maxKept    = 10 * MaxProblems
)

// maxExact is where float64 no longer has each whole number.
const maxExact = 1 << 53

// mark is a place in a file. Column 0 means the whole line.
type mark struct{ line, column int }

// reader gathers what is found in one file.
type reader struct {
	file     string
	problems []Problem
	more     int              // problems beyond maxKept, not listed
	at       map[string]mark  // where each field stands
	kept     map[string][]int // for a list: its entries as written, for those that Clean keeps
}

// set takes the value of a key. The path is the field's name, as in
// "connections[2].from".
type set func(path string, n *yaml.Node)

func (r *reader) add(field string, at mark, format string, args ...any) {
	if len(r.problems) == maxKept {
		r.more++
		return
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: at.line, Column: at.column, Field: field, Message: fmt.Sprintf(format, args...)})
}

// place is where a node stands in the file: the front matter begins on its
// second line.
func place(n *yaml.Node) mark { return mark{n.Line + 1, n.Column} }

// yaml gives the root of the front matter when it is one plain YAML map of
// this version of the format.
func (r *reader) yaml(front []byte) (*yaml.Node, bool) {
	if i := bytes.IndexFunc(front, forbidden); i >= 0 {
		begins := bytes.LastIndexByte(front[:i], '\n') + 1
		r.add("", mark{2 + bytes.Count(front[:i], []byte("\n")), 1 + utf8.RuneCount(front[begins:i])}, "The front matter holds a control character: remove it")
		return nil, false
	}
	d := yaml.NewDecoder(bytes.NewReader(front))
	var doc yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.add("", mark{line: 1}, "The front matter is empty: it must have a format, a title and a stage")
		return nil, false
	case err != nil:
		line, message := plainYAML(err)
		r.add("", mark{line: line + 1}, "%s", message)
		return nil, false
	}
	var second yaml.Node
	switch err := d.Decode(&second); {
	case err == nil:
		r.add("", place(&second), "The front matter holds more than one YAML document")
	case !errors.Is(err, io.EOF):
		line, message := plainYAML(err)
		r.add("", mark{line: line + 1}, "%s", message)
	}
	root := doc.Content[0]
	r.refuse(root, 0)
	if len(r.problems) > 0 {
		return nil, false
	}
	if root.Kind != yaml.MappingNode {
		r.add("", place(root), "The front matter must be keys with values, such as title: Discharge letters in minutes")
		return nil, false
	}
	return root, r.version(root)
}

// forbidden tells whether YAML does not allow a character (YAML 1.2, section
// 5.1). The library would say so without a line.
func forbidden(c rune) bool {
	return unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\u0085' || c == '\uFFFE' || c == '\uFFFF'
}

// refuse reports what YAML can do and this format does not: values that stand
// for others, types by tag, depth.
func (r *reader) refuse(n *yaml.Node, depth int) {
	switch {
	case depth > maxDepth:
		r.add("", place(n), "The front matter has values inside values more than %d deep", maxDepth)
		return
	case n.Kind == yaml.AliasNode:
		r.add("", place(n), "An alias such as *%s is not taken: write the value again, or put a text that begins with * in double quotes", n.Value)
		return
	case n.Anchor != "":
		r.add("", place(n), "An anchor such as &%s is not taken: remove it, or put a text that begins with & in double quotes", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		r.add("", place(n), "A type such as %s is not taken: remove it, or put a text that begins with ! in double quotes", n.Tag)
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && c.ShortTag() == "!!merge" {
			r.add("", place(c), "A merge key << is not taken: write the values out")
		}
		if len(r.problems) > MaxProblems {
			return
		}
		r.refuse(c, depth+1)
	}
}

// version reports a file that is not of this version of the format; nothing
// else in it can be judged then.
func (r *reader) version(root *yaml.Node) bool {
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value != "format" {
			continue
		}
		if v := root.Content[i+1]; v.Kind != yaml.ScalarNode || v.Value != Version {
			r.add("format", place(v), "This is no format that can be read here: it must be %s", Version)
			return false
		}
		return true
	}
	r.add("format", mark{line: 1}, "The key format is missing: it must be %s", Version)
	return false
}

// object hands each value of a map to the setter of its key, and gives those
// of unknown keys.
func (r *reader) object(path string, n *yaml.Node, setters map[string]set) map[string]any {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.add(path, place(n), "This must be keys with values, such as {key: value}, and not %s", kindOf(n))
		return nil
	}
	var extra map[string]any
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := join(path, key.Value)
		switch {
		case key.Kind != yaml.ScalarNode:
			r.add(path, place(key), "A key must be text, and not %s", kindOf(key))
			continue
		case seen[key.Value]:
			r.add(name, place(key), "The key %s stands here a second time", key.Value)
			continue
		}
		seen[key.Value] = true
		r.at[name] = place(key)
		if f := setters[key.Value]; f != nil {
			f(name, value)
			continue
		}
		if extra == nil {
			extra = map[string]any{}
		}
		extra[key.Value] = r.value(name, value)
	}
	return extra
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// value gives what an unknown key holds, as JSON would: text, float64, bool,
// nil, lists and maps.
func (r *reader) value(path string, n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := r.object(path, n, nil)
		if m == nil {
			m = map[string]any{}
		}
		return m
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for i, c := range n.Content {
			list = append(list, r.value(path+"["+strconv.Itoa(i)+"]", c))
		}
		return list
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return isTrue(n)
	case "!!int", "!!float":
		f, problem := number(n)
		if problem != "" {
			r.add(path, place(n), "%s", problem)
		}
		return f
	}
	return n.Value
}

// text takes a text. A number or a truth value without quotes is refused: what
// looks like 2.10 would be 2.1 to other readers.
func (r *reader) text(to *string) set {
	return func(path string, n *yaml.Node) {
		switch {
		case isNull(n):
		case isText(n):
			*to = n.Value
		case n.Kind == yaml.ScalarNode:
			r.add(path, place(n), "This must be text: write it in quotes, as in \"%s\"", models.Truncate(n.Value, 40))
		default:
			r.add(path, place(n), "This must be text, and not %s", kindOf(n))
		}
	}
}

func (r *reader) truth(to *bool) set {
	return func(path string, n *yaml.Node) {
		switch {
		case isNull(n):
		case n.ShortTag() != "!!bool":
			r.add(path, place(n), "This must be true or false, and not %s", kindOf(n))
		default:
			*to = isTrue(n)
		}
	}
}

// isTrue reads a truth value, which YAML lets be written true, True or TRUE.
func isTrue(n *yaml.Node) bool { return strings.EqualFold(n.Value, "true") }

func (r *reader) number(to **float64) set {
	return func(path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		f, problem := number(n)
		if problem != "" {
			r.add(path, place(n), "%s", problem)
			return
		}
		*to = &f
	}
}

func (r *reader) whole(to **int) set {
	return func(path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		f, problem := number(n)
		if problem != "" || f != math.Trunc(f) || math.Abs(f) > 1e12 {
			r.add(path, place(n), "This must be a whole number, such as 412")
			return
		}
		i := int(f)
		*to = &i
	}
}

// number gives a finite number that is kept exactly when it is whole, or what
// is wrong with it.
func number(n *yaml.Node) (f float64, problem string) {
	tag := n.ShortTag()
	switch {
	case n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float":
		return 0, "This must be a number such as 2.5, without quotes or units, and not " + kindOf(n)
	case n.Decode(&f) != nil || math.IsNaN(f) || math.IsInf(f, 0):
		return 0, "This must be a finite number"
	case tag == "!!int" && math.Abs(f) >= maxExact:
		return 0, "This whole number is too large to be kept exactly: write it in quotes"
	case f == 0:
		return 0, "" // so that minus zero is zero
	}
	return f, ""
}

// moment takes a time of RFC 3339 and keeps it in UTC, to the second.
func (r *reader) moment(to *time.Time) set {
	return func(path string, n *yaml.Node) {
		if isNull(n) {
			return
		}
		t, err := time.Parse(time.RFC3339, n.Value)
		t = t.UTC().Truncate(time.Second)
		if n.Kind != yaml.ScalarNode || err != nil || !writableTime(t) {
			r.add(path, place(n), "This must be a date and time with its zone, such as 2026-01-04T09:30:00Z")
			return
		}
		*to = t
	}
}

func isNull(n *yaml.Node) bool { return n.ShortTag() == "!!null" }

// isText tells whether a node is text. A date without quotes is text here.
func isText(n *yaml.Node) bool {
	tag := n.ShortTag()
	return n.Kind == yaml.ScalarNode && (tag == "!!str" || tag == "!!timestamp")
}

// kindOf names what a node is, for "… and not a list".
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	}
	return "text"
}
