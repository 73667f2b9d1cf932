package feeds_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

const (
	atomSpace = "http://www.w3.org/2005/Atom"
	xmlSpace  = "http://www.w3.org/XML/1998/namespace"
)

// element is XML as a tree.
type element struct {
	name     xml.Name
	attrs    map[string]string // those without a namespace; "xml:lang" and "xml:base" beside them
	text     string            // all that stands in it that is no element
	children []*element
}

// readXML reads a document and refuses what is not XML or is not Unicode.
func readXML(body string) (*element, error) {
	decoder := xml.NewDecoder(strings.NewReader(body))
	var root *element
	var open []*element
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			if root == nil || len(open) > 0 {
				return nil, errors.New("the document has no end")
			}
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			e := &element{name: t.Name, attrs: map[string]string{}}
			for _, a := range t.Attr {
				switch {
				case a.Name.Space == "" && a.Name.Local != "xmlns":
					e.attrs[a.Name.Local] = a.Value
				case a.Name.Space == xmlSpace:
					e.attrs["xml:"+a.Name.Local] = a.Value
				}
			}
			if len(open) > 0 {
				last := open[len(open)-1]
				last.children = append(last.children, e)
			} else if root != nil {
				return nil, errors.New("the document has two roots")
			} else {
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			}
		case xml.Directive:
			return nil, fmt.Errorf("the document has a %s", t)
		}
	}
}

// rule says how often an element may stand in another, by the RELAX NG schema
// of RFC 4287, appendix B.
type rule struct{ least, most int }

const many = 1 << 30

// rulesOf are the elements of a feed and of an entry (sections 4.1.1 and 4.1.2).
var rulesOf = map[string]map[string]rule{
	"feed": {"author": {0, many}, "category": {0, many}, "contributor": {0, many}, "generator": {0, 1}, "icon": {0, 1}, "id": {1, 1}, "link": {0, many},
		"logo": {0, 1}, "rights": {0, 1}, "subtitle": {0, 1}, "title": {1, 1}, "updated": {1, 1}, "entry": {0, many}},
	"entry": {"author": {0, many}, "category": {0, many}, "content": {0, 1}, "contributor": {0, many}, "id": {1, 1}, "link": {0, many}, "published": {0, 1},
		"rights": {0, 1}, "source": {0, 1}, "summary": {0, 1}, "title": {1, 1}, "updated": {1, 1}},
	"author": {"name": {1, 1}, "uri": {0, 1}, "email": {0, 1}}, "contributor": {"name": {1, 1}, "uri": {0, 1}, "email": {0, 1}},
}

// attrsOf are the attributes that an element may have, beside xml:lang and
// xml:base, which all may have.
var attrsOf = map[string][]string{"category": {"term", "scheme", "label"}, "generator": {"uri", "version"}, "link": {"href", "rel", "type", "hreflang", "title", "length"},
	"title": {"type"}, "subtitle": {"type"}, "summary": {"type"}, "rights": {"type"}, "content": {"type", "src"}}

var (
	atomDate     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`) // section 3.3, capital letters
	atomMedia    = regexp.MustCompile(`^.+/.+$`)
	atomLanguage = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	relToken     = regexp.MustCompile(`^[^:/?#\[\]@!$&'()*+,;=%\s]+$`)
	tagURI       = regexp.MustCompile(`^tag:[A-Za-z0-9.-]+,\d{4}(-\d{2}(-\d{2})?)?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*$`)
	notReserved  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^` + "`" + `]+$`)
)

// checker gathers what is wrong with a feed.
type checker struct{ problems []string }

func (c *checker) add(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// isIRI tells whether s is an address with a scheme, and not of the kind that
// only a base would complete.
func isIRI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && notReserved.MatchString(s) && (u.Scheme != "tag" || tagURI.MatchString(s))
}

// element checks one element of Atom by its name, and what stands in it.
func (c *checker) element(e *element) {
	name := e.name.Local
	if e.name.Space != atomSpace {
		return // section 6.4: an extension, which a reader that does not know it passes over
	}
	for attr, value := range e.attrs {
		if attr == "xml:lang" && !atomLanguage.MatchString(value) || attr == "xml:base" && !isIRI(value) {
			c.add("%s of %s is %q", attr, name, value)
		}
		if !strings.HasPrefix(attr, "xml:") && !slices.Contains(attrsOf[name], attr) {
			c.add("%s has an attribute %q", name, attr)
		}
	}
	switch name {
	case "feed", "entry", "author", "contributor":
		c.container(e)
	case "title", "subtitle", "summary", "rights", "content":
		c.textConstruct(e)
	case "updated", "published":
		if _, err := time.Parse(time.RFC3339, e.text); err != nil || !atomDate.MatchString(e.text) {
			c.add("%s is %q", name, e.text)
		}
	case "id", "icon", "logo", "uri":
		if !isIRI(e.text) {
			c.add("%s is %q", name, e.text)
		}
	case "category":
		if e.attrs["term"] == "" || e.attrs["scheme"] != "" && !isIRI(e.attrs["scheme"]) {
			c.add("a category is %v", e.attrs)
		}
	case "link":
		c.link(e)
	case "name", "generator":
		if strings.TrimSpace(e.text) == "" {
			c.add("%s is empty", name)
		}
	default:
		c.add("there is no element %q in Atom", name)
	}
	for _, child := range e.children {
		c.element(child)
	}
}

func (c *checker) container(e *element) {
	rules, counts := rulesOf[e.name.Local], map[string]int{}
	for _, child := range e.children {
		if child.name.Space != atomSpace {
			continue
		}
		if _, ok := rules[child.name.Local]; !ok {
			c.add("%s stands in %s", child.name.Local, e.name.Local)
		}
		counts[child.name.Local]++
	}
	for name, r := range rules {
		if n := counts[name]; n < r.least || n > r.most {
			c.add("%s has %d of %s", e.name.Local, n, name)
		}
	}
	if strings.TrimSpace(e.text) != "" {
		c.add("%s has the text %q", e.name.Local, e.text)
	}
}

// textConstruct is section 3.1, and 4.1.3 for the two kinds of content that
// are written here.
func (c *checker) textConstruct(e *element) {
	if kind := e.attrs["type"]; kind != "" && kind != "text" && kind != "html" {
		c.add("%s is of the type %q", e.name.Local, kind)
	}
	if len(e.children) > 0 {
		c.add("%s has elements in it", e.name.Local)
	}
	if e.name.Local == "title" && strings.TrimSpace(e.text) == "" {
		c.add("a title is empty")
	}
	if e.attrs["type"] == "html" {
		if _, err := html.Parse(strings.NewReader(e.text)); err != nil {
			c.add("%s is no HTML: %v", e.name.Local, err)
		}
	}
}

// link is section 4.2.7.
func (c *checker) link(e *element) {
	if !isIRI(e.attrs["href"]) {
		c.add("a link leads to %q", e.attrs["href"])
	}
	if rel := e.attrs["rel"]; rel != "" && !relToken.MatchString(rel) && !isIRI(rel) {
		c.add("a link is %q", rel)
	}
	if t := e.attrs["type"]; t != "" && !atomMedia.MatchString(t) {
		c.add("a link is of the type %q", t)
	}
	if l := e.attrs["hreflang"]; l != "" && !atomLanguage.MatchString(l) {
		c.add("a link is in the language %q", l)
	}
	if strings.TrimSpace(e.text) != "" {
		c.add("a link has the text %q", e.text)
	}
}

// atom is a feed as its readers understand it.
type atom struct {
	id, title string
	updated   time.Time
	links     []*element
	entries   []atomEntry
}

type atomEntry struct {
	id, title, author, summary, content string
	answers                             string
	updated, published                  time.Time
	links                               []*element
}

func linkOf(links []*element, rel string) string {
	for _, l := range links {
		if l.attrs["rel"] == rel {
			return l.attrs["href"]
		}
	}
	return ""
}

func (f atom) link(rel string) string      { return linkOf(f.links, rel) }
func (e atomEntry) link(rel string) string { return linkOf(e.links, rel) }

func (e *element) all(name string) []*element {
	var out []*element
	for _, c := range e.children {
		if c.name.Local == name {
			out = append(out, c)
		}
	}
	return out
}

// value is the text of a child, with what stands in it.
func (e *element) value(names ...string) string {
	for _, n := range names {
		found := e.all(n)
		if len(found) == 0 {
			return ""
		}
		e = found[0]
	}
	return e.text
}

// readAtom reads a feed and says everything that is wrong with it: by the
// schema of RFC 4287, and by the rules that the schema cannot say.
func readAtom(body string) (atom, []string) {
	root, err := readXML(body)
	if err != nil {
		return atom{}, []string{err.Error()}
	}
	c := &checker{}
	if root.name.Space != atomSpace || root.name.Local != "feed" {
		c.add("the root is %v", root.name)
	}
	c.element(root)
	f := atom{id: root.value("id"), title: root.value("title"), links: root.all("link")}
	f.updated, _ = time.Parse(time.RFC3339, root.value("updated")) // said to be wrong above
	c.relations("the feed", f.links)
	if linkOf(f.links, "self") == "" {
		c.add("the feed has no link to itself, which it should have")
	}
	seen := map[string]bool{}
	for _, e := range root.all("entry") {
		one := c.entry(e, len(root.all("author")) > 0)
		if seen[one.id+one.updated.String()] || seen[one.id] {
			c.add("the entry %q is there twice", one.id)
		}
		seen[one.id] = true
		f.entries = append(f.entries, one)
	}
	return f, c.problems
}

func (c *checker) entry(e *element, hasAuthor bool) atomEntry {
	one := atomEntry{id: e.value("id"), title: e.value("title"), author: e.value("author", "name"), summary: e.value("summary"), content: e.value("content"), links: e.all("link")}
	one.updated, _ = time.Parse(time.RFC3339, e.value("updated"))
	one.published, _ = time.Parse(time.RFC3339, e.value("published"))
	if r := e.all("in-reply-to"); len(r) == 1 {
		one.answers = r[0].attrs["ref"]
	}
	if !hasAuthor && one.author == "" {
		c.add("the entry %q has no author, nor has the feed", one.id)
	}
	if len(e.all("content")) == 0 && linkOf(one.links, "alternate") == "" {
		c.add("the entry %q has neither content nor an alternate", one.id)
	}
	c.relations(one.id, one.links)
	return one
}

// relations holds links to there being one alternate of a type and language,
// and one of what there can be one of.
func (c *checker) relations(what string, links []*element) {
	seen := map[string]bool{}
	for _, l := range links {
		key := l.attrs["rel"]
		if key == "" || key == "alternate" {
			key = "alternate " + l.attrs["type"] + " " + l.attrs["hreflang"]
		}
		if seen[key] {
			c.add("%s has two links %q", what, key)
		}
		seen[key] = true
	}
}

// The checks above are worth what they find.
func TestWhatIsNoFeedIsSeen(t *testing.T) {
	t.Parallel()
	const good = `<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://x.test/"><id>tag:x.test,2026-01-01:a?b=c</id>` +
		`<title type="text">T</title><updated>2026-03-04T12:00:00Z</updated><author><name>A</name></author><link rel="self" href="https://x.test/f"/>` +
		`<entry><id>urn:ulid:1</id><title type="text">E</title><updated>2026-03-04T12:00:00Z</updated><link rel="alternate" type="text/html" href="https://x.test/e"/></entry></feed>`
	if _, problems := readAtom(good); len(problems) > 0 {
		t.Fatalf("a good feed: %v", problems)
	}
	for _, change := range [][2]string{{"<id>urn:ulid:1</id>", ""}, {"<id>urn:ulid:1</id>", "<id>one</id>"}, {"tag:x.test,2026-01-01:a", "tag:x.test:a"},
		{"2026-03-04T12:00:00Z</updated><author>", "2026-03-04t12:00:00z</updated><author>"}, {"<updated>2026-03-04T12:00:00Z</updated><link rel=\"alt", "<link rel=\"alt"},
		{"<author><name>A</name></author>", ""}, {"<name>A</name>", ""}, {"<name>A</name>", "<name>A</name><name>B</name>"}, {`rel="self" href="https://x.test/f"`, `rel="self" href="/f"`},
		{`<link rel="self" href="https://x.test/f"/>`, ""}, {`type="text">E`, `type="html5">E`}, {`>E</title>`, `><b>E</b></title>`}, {"</entry>", "<colour>red</colour></entry>"},
		{"</entry>", `<link rel="alternate" type="text/html" href="https://x.test/f"/></entry>`}, {`<link rel="alternate" type="text/html" href="https://x.test/e"/>`, ""},
		{"<entry>", "words<entry>"}, {"http://www.w3.org/2005/Atom", "http://www.w3.org/2005/atom"}, {`<title type="text">E`, `<title colour="red">E`}, {"</feed>", ""},
		{`xml:lang="en-GB"`, `xml:lang="en_GB"`}, {"<title type=\"text\">T</title>", "<title/>"}, {"?>", "?><!DOCTYPE feed>"},
		{"<entry>", "<entry><id>urn:ulid:1</id><title>E</title><updated>2026-03-04T12:00:00Z</updated><content>C</content></entry><entry>"}} {
		if bad := strings.Replace(good, change[0], change[1], 1); bad == good {
			t.Errorf("%q is not in the good feed", change[0])
		} else if _, problems := readAtom(bad); len(problems) == 0 {
			t.Errorf("with %q for %q it is taken for a feed", change[1], change[0])
		}
	}
}
