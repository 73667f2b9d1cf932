package words

import (
	"bytes"
	"html"
	"slices"
	"strings"

	nethtml "golang.org/x/net/html"

	"grassroots/models"
)

// HTML says a page, or a piece of one, in a language. A message is what stands
// between two borders of blocks, a heading, a paragraph, a label or the like, as
// one sentence with its links: "See <0>the list</0> of {1}". What people wrote or
// named is not touched and has a number in braces; templates mark it by <bdi>, by
// dir="auto", by data-words="theirs" or by translate="no". Words in a <bdi> that may
// be ours have data-words="ours". A message that the catalogue does not have is tried text by
// text, and else stays English. Attributes that are read out or shown are said too.
func (b *Book) HTML(lang models.Language, page []byte) []byte {
	said, _ := b.html(lang, page)
	return said
}

// Missing lists the messages of a page that a language does not have, as the
// catalogue would have them.
func (b *Book) Missing(lang models.Language, page []byte) []string {
	_, missing := b.html(lang, page)
	return missing
}

func (b *Book) html(lang models.Language, page []byte) (said []byte, missing []string) {
	cat := b.catalogues[lang]
	if cat == nil {
		return page, nil
	}
	t := translator{book: b, cat: cat, lang: lang}
	t.out.Grow(len(page) + len(page)/8)
	t.page(page)
	return t.out.Bytes(), t.missing
}

// translator works through one page.
type translator struct {
	book    *Book
	cat     *catalogue
	lang    models.Language
	z       *nethtml.Tokenizer
	src     []byte // what has not been read yet
	out     bytes.Buffer
	run     []piece // what has been read since the last border
	missing []string
}

// piece is a part of a run: a text, a tag of an element within a sentence, or
// something that is left alone.
type piece struct {
	kind pieceKind
	text string // of a text, unescaped
	raw  []byte // of a tag, or of what is left alone
	name string // of a tag
}

type pieceKind int

const (
	textPiece pieceKind = iota
	openPiece
	closePiece
	alonePiece
)

// inSentence are the elements that are part of a sentence; every other begins and
// ends a message.
var inSentence = []string{"a", "abbr", "b", "cite", "del", "dfn", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "var"}

// aloneInSentence are elements in a sentence whose content is never translated
// with it.
var aloneInSentence = []string{"bdi", "bdo", "code", "data", "kbd", "samp", "time"}

// neverRead are elements whose content is no text for people, or what they typed.
var neverRead = []string{"script", "style", "textarea", "pre", "code", "kbd", "samp"}

var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

func (t *translator) page(page []byte) {
	t.z, t.src = nethtml.NewTokenizer(bytes.NewReader(page)), page
	for {
		kind, raw := t.next()
		if kind == nethtml.ErrorToken {
			break
		}
		switch kind {
		case nethtml.TextToken:
			t.text(raw)
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			t.open(kind, raw)
		case nethtml.EndTagToken:
			name, _ := t.z.TagName()
			if slices.Contains(inSentence, string(name)) {
				t.run = append(t.run, piece{kind: closePiece, raw: raw, name: string(name)})
				continue
			}
			t.flush()
			t.out.Write(raw)
		default:
			t.flush()
			t.out.Write(raw)
		}
	}
	t.flush()
}

// next reads the next token, and gives it as it stands in the page.
func (t *translator) next() (nethtml.TokenType, []byte) {
	kind := t.z.Next()
	n := min(len(t.z.Raw()), len(t.src))
	raw := t.src[:n:n]
	t.src = t.src[n:]
	return kind, raw
}

// text takes a text. One with marks of gaps is a border: see the templates' gaps.
func (t *translator) text(raw []byte) {
	if bytes.ContainsAny(raw, "\x00\x01") {
		t.flush()
		t.out.Write(raw)
		return
	}
	t.run = append(t.run, piece{kind: textPiece, text: html.UnescapeString(string(raw)), raw: raw})
}

// attributes are those of a tag that matter here.
type attributes struct {
	whose, translate, dir, name, content string
	lang                                 bool
}

func (t *translator) open(kind nethtml.TokenType, raw []byte) {
	bytesName, more := t.z.TagName()
	name := string(bytesName)
	var a attributes
	for more {
		var k, v []byte
		k, v, more = t.z.TagAttr()
		switch string(k) {
		case "data-words":
			a.whose = string(v)
		case "translate":
			a.translate = string(v)
		case "dir":
			a.dir = string(v)
		case "lang":
			a.lang = true
		case "name":
			a.name = string(v)
		case "content":
			a.content = string(v)
		case "aria-label", "aria-description", "aria-roledescription", "alt", "placeholder", "title": // shown or read out
			if value := string(v); hasWords(value) {
				raw = withAttribute(raw, string(k), t.say(value))
			}
		}
	}
	raw = t.tag(name, raw, a)
	alone := a.whose == "theirs" || a.translate == "no" || a.whose != "ours" && (a.dir == "auto" || slices.Contains(aloneInSentence, name))
	switch closed := kind == nethtml.SelfClosingTagToken || slices.Contains(void, name); {
	case closed:
		t.flush()
		t.out.Write(raw)
	case name == "time":
		t.run = append(t.run, piece{kind: alonePiece, raw: t.plain(raw, t.say)})
	case name == "bdi" && a.whose == "ours":
		t.run = append(t.run, piece{kind: alonePiece, raw: t.plain(raw, t.try)})
	case slices.Contains(neverRead, name) && !slices.Contains(aloneInSentence, name), alone && !slices.Contains(aloneInSentence, name) && !slices.Contains(inSentence, name):
		t.flush()
		t.out.Write(t.rest(name, raw))
	case alone:
		t.run = append(t.run, piece{kind: alonePiece, raw: t.rest(name, raw)})
	case slices.Contains(inSentence, name):
		t.run = append(t.run, piece{kind: openPiece, raw: raw, name: name})
	default:
		t.flush()
		t.out.Write(raw)
	}
}

// rest gives an element whole, from its start tag to its end. What is said of its
// parts, such as the links of its headings, is ours.
func (t *translator) rest(name string, raw []byte) []byte {
	depth := 1
	for depth > 0 {
		kind, part := t.next()
		if kind == nethtml.ErrorToken {
			break
		}
		inner, more := t.z.TagName()
		for more {
			var k, v []byte
			if k, v, more = t.z.TagAttr(); string(k) == "aria-label" {
				part = withAttribute(part, "aria-label", t.try(string(v)))
			}
		}
		raw = append(raw, part...)
		if kind != nethtml.StartTagToken && kind != nethtml.EndTagToken {
			continue
		}
		switch {
		case string(inner) != name:
		case kind == nethtml.StartTagToken:
			depth++
		default:
			depth--
		}
	}
	return raw
}

// plain gives an element with nothing but text in it whole, its text said by say: a
// date, or words that may be ours.
func (t *translator) plain(raw []byte, say func(string) string) []byte {
	for {
		switch kind, part := t.next(); kind {
		case nethtml.TextToken:
			raw = append(raw, html.EscapeString(say(html.UnescapeString(string(part))))...)
		case nethtml.ErrorToken:
			return raw
		case nethtml.EndTagToken:
			return append(raw, part...)
		default:
			raw = append(raw, part...)
		}
	}
}

// say says a text, or notes that it is missing.
func (t *translator) say(text string) string {
	said, ok := t.book.Text(t.lang, text)
	if !ok {
		t.missing = append(t.missing, keyOf(strings.TrimSpace(text)).id)
	}
	return said
}

// try says a text that may be somebody's own.
func (t *translator) try(text string) string {
	said, _ := t.book.Text(t.lang, text)
	return said
}

// tag says in which language a page is, and what people wrote in it, and what it
// is about.
func (t *translator) tag(name string, raw []byte, a attributes) []byte {
	switch {
	case name == "html" && a.lang:
		raw = withAttribute(raw, "lang", string(t.lang))
	case !a.lang && (a.dir == "auto" || a.whose == "theirs"):
		end := len(raw) - 1
		if raw[end-1] == '/' {
			end--
		}
		raw = slices.Concat(raw[:end], []byte(` lang="en-GB"`), raw[end:])
	case name == "meta" && a.name == "description":
		if said, ok := t.book.Text(t.lang, a.content); ok {
			raw = withAttribute(raw, "content", said)
		}
	}
	return raw
}

// withAttribute changes the value of an attribute in a tag as templ writes it.
func withAttribute(raw []byte, name, value string) []byte {
	mark := []byte(" " + name + `="`)
	start := bytes.Index(raw, mark)
	if start < 0 {
		return raw
	}
	start += len(mark)
	length := bytes.IndexByte(raw[start:], '"')
	if length < 0 {
		return raw
	}
	return slices.Concat(raw[:start], []byte(html.EscapeString(value)), raw[start+length:])
}
