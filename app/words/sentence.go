package words

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// flush says the run that a border ends.
func (t *translator) flush() {
	if len(t.run) > 0 {
		t.sentence(t.run)
		t.run = t.run[:0]
	}
}

// sentence writes a run: as one message where text stands in it beside elements,
// else element by element.
func (t *translator) sentence(run []piece) {
	tree := nested(run)
	if tree == nil { // tags that do not match: nothing of ours
		t.raw(run)
		return
	}
	t.nodes(tree, false)
}

// node is a text, an element with what is in it, or what is left alone.
type node struct {
	piece
	inner []node
	end   []byte
}

// nested puts the elements of a run into one another; nil when they do not fit.
func nested(run []piece) []node {
	nodes, rest, ok := nestedIn(run, "")
	if !ok || len(rest) > 0 {
		return nil
	}
	return nodes
}

func nestedIn(run []piece, within string) (nodes []node, rest []piece, ok bool) {
	for len(run) > 0 {
		p := run[0]
		run = run[1:]
		switch p.kind {
		case closePiece:
			if p.name != within {
				return nil, nil, false
			}
			return append(nodes, node{piece: p}), run, true
		case openPiece:
			inner, after, ok := nestedIn(run, p.name)
			if !ok {
				return nil, nil, false
			}
			last := len(inner) - 1
			nodes = append(nodes, node{piece: p, inner: inner[:last], end: inner[last].raw})
			run = after
		default:
			nodes = append(nodes, node{piece: p})
		}
	}
	return nodes, nil, within == ""
}

// nodes writes what is side by side. Within a message that is noted as missing
// nothing is looked up as one again.
func (t *translator) nodes(list []node, within bool) {
	direct := slices.ContainsFunc(list, func(n node) bool { return n.kind == textPiece && hasWords(n.text) })
	if direct && !within {
		if t.whole(list) {
			return
		}
		within = true
	}
	for _, n := range list {
		switch n.kind {
		case textPiece:
			if said, ok := t.book.Text(t.lang, n.text); ok && hasWords(n.text) {
				t.out.WriteString(html.EscapeString(said))
			} else {
				t.out.Write(n.raw)
			}
		case openPiece:
			t.out.Write(n.raw)
			t.nodes(n.inner, within)
			t.out.Write(n.end)
		default:
			t.out.Write(n.raw)
		}
	}
}

// message is a run as one message.
type message struct {
	id    strings.Builder
	parts []part // by number
	odd   bool   // somebody wrote what messages mark their elements by
}

// part is what a number in a message stands for.
type part struct{ start, end []byte }

// compose makes the message of a run. An element in which nothing is to be said
// is one thing with what is in it.
func (t *translator) compose(m *message, list []node) {
	for _, n := range list {
		i := strconv.Itoa(len(m.parts))
		switch {
		case n.kind == textPiece:
			m.id.WriteString(n.text)
			m.odd = m.odd || placed.MatchString(n.text)
		case n.kind == openPiece && says(n.inner):
			m.parts = append(m.parts, part{n.raw, n.end})
			m.id.WriteString("\x02" + i + ">")
			t.compose(m, n.inner)
			m.id.WriteString("\x02/" + i + ">")
		default:
			m.parts = append(m.parts, part{start: whole(n)})
			m.id.WriteString("\x03" + i + "}")
		}
	}
}

// says tells whether there are words of ours among nodes.
func says(list []node) bool {
	return slices.ContainsFunc(list, func(n node) bool {
		return n.kind == textPiece && hasWords(n.text) || n.kind == openPiece && says(n.inner)
	})
}

// whole is a node as it came.
func whole(n node) []byte {
	raw := slices.Clone(n.raw)
	for _, in := range n.inner {
		raw = append(raw, whole(in)...)
	}
	return append(raw, n.end...)
}

// The numbers of elements are kept apart from those in a text while a key is made.
var (
	inner  = regexp.MustCompile("\x02(/?)(\\d+)>|\x03(\\d+)}")
	placed = regexp.MustCompile(`<(/?)(\d+)>|\{(\d+)\}`)
)

// whole says a run as one message, and tells whether there is one. What is missing
// is noted, unless each of its texts can be said by itself.
func (t *translator) whole(list []node) bool {
	var m message
	t.compose(&m, list)
	if m.odd { // it is said text by text, in which nothing is marked
		return false
	}
	id := m.id.String()
	trimmed := strings.TrimSpace(id)
	k := keyWithParts(trimmed)
	said, ok := t.cat.say(k)
	if !ok {
		if !t.byThemselves(list) {
			t.missing = append(t.missing, k.id)
		}
		return false
	}
	start := strings.Index(id, trimmed)
	t.out.WriteString(id[:start])
	t.put(said, m.parts)
	t.out.WriteString(id[start+len(trimmed):])
	return true
}

// byThemselves tells whether the catalogue has each text among nodes by itself.
func (t *translator) byThemselves(list []node) bool {
	return !slices.ContainsFunc(list, func(n node) bool {
		if n.kind == textPiece {
			_, ok := t.book.Text(t.lang, n.text)
			return !ok
		}
		return n.kind == openPiece && !t.byThemselves(n.inner)
	})
}

// keyWithParts makes a key of a message with marks of elements in it.
func keyWithParts(text string) key {
	var k key
	var b strings.Builder
	at := 0
	for _, found := range append(inner.FindAllStringSubmatchIndex(text, -1), []int{len(text), len(text)}) {
		part := keyOf(text[at:found[0]])
		b.WriteString(part.id)
		k.numbers = append(k.numbers, part.numbers...)
		b.WriteString(strings.NewReplacer("\x02", "<", "\x03", "{").Replace(text[found[0]:found[1]]))
		at = found[1]
	}
	k.id = b.String()
	return k
}

// put writes a message with its elements in their places.
func (t *translator) put(said string, parts []part) {
	at := 0
	for _, found := range placed.FindAllStringSubmatchIndex(said, -1) {
		t.out.WriteString(html.EscapeString(said[at:found[0]]))
		at = found[1]
		group := func(i int) string {
			if found[2*i] < 0 {
				return ""
			}
			return said[found[2*i]:found[2*i+1]]
		}
		i, _ := strconv.Atoi(group(2) + group(3))
		switch {
		case i >= len(parts):
			t.out.WriteString(html.EscapeString(said[found[0]:found[1]]))
		case group(1) == "/":
			t.out.Write(parts[i].end)
		default:
			t.out.Write(parts[i].start)
		}
	}
	t.out.WriteString(html.EscapeString(said[at:]))
}

// raw writes a run as it came.
func (t *translator) raw(run []piece) {
	for _, p := range run {
		t.out.Write(p.raw)
	}
}
