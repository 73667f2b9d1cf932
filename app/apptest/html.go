package apptest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Doc gives the page as a tree.
func (p *Page) Doc() *html.Node {
	p.t.Helper()
	if p.doc == nil {
		doc, err := html.Parse(strings.NewReader(p.Body))
		if err != nil {
			p.t.Fatalf("%s is no HTML: %v", p.Path, err)
		}
		p.doc = doc
	}
	return p.doc
}

// Text gives what the page shows, without its head, white space folded.
func (p *Page) Text() string { return Text(p.Doc()) }

// Node is an element of a page.
type Node = html.Node

// Text gives what is shown inside a node, white space folded.
func Text(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Type == html.ElementNode && slices.Contains([]string{"head", "script", "style", "template"}, n.Data):
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if n.Type == html.ElementNode && !slices.Contains([]string{"a", "abbr", "b", "bdi", "code", "em", "mark", "span", "strong", "time"}, n.Data) {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Attr gives an attribute of an element, or nothing.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// HasAttr tells whether an element has an attribute, empty or not.
func HasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// HasClass tells whether an element has a class.
func HasClass(n *html.Node, class string) bool {
	return slices.Contains(strings.Fields(Attr(n, "class")), class)
}

// All gives the elements inside a node that match, in the order of the page.
func All(n *html.Node, match func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && match(d) {
			out = append(out, d)
		}
	}
	return out
}

// Tag matches elements of a name.
func Tag(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

// Class matches elements of a class.
func Class(class string) func(*html.Node) bool {
	return func(n *html.Node) bool { return HasClass(n, class) }
}

// With matches elements of a name with an attribute of a value.
func With(tag, attribute, value string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == tag && HasAttr(n, attribute) && Attr(n, attribute) == value }
}

// All gives the elements of the page that match.
func (p *Page) All(match func(*html.Node) bool) []*html.Node {
	p.t.Helper()
	return All(p.Doc(), match)
}

// One gives the one element of the page that matches, and fails the test when
// there is another number of them.
func (p *Page) One(match func(*html.Node) bool) *html.Node {
	p.t.Helper()
	found := p.All(match)
	if len(found) != 1 {
		p.t.Fatalf("%s has %d of the wanted element, want one\n%s", p.Path, len(found), excerpt(p.Text()))
	}
	return found[0]
}

// ByID gives the element of an id.
func (p *Page) ByID(id string) *html.Node {
	p.t.Helper()
	return p.One(func(n *html.Node) bool { return Attr(n, "id") == id })
}

// Title gives the text of the title element.
func (p *Page) Title() string {
	p.t.Helper()
	head := p.One(Tag("title"))
	if head.FirstChild == nil {
		return ""
	}
	return head.FirstChild.Data
}

// Heading gives the text of the page's h1.
func (p *Page) Heading() string {
	p.t.Helper()
	return Text(p.One(Tag("h1")))
}

// Link gives the address of the one link with a text.
func (p *Page) Link(text string) string {
	p.t.Helper()
	return Attr(p.One(func(n *html.Node) bool { return n.Data == "a" && Text(n) == text }), "href")
}

// Links gives the addresses of every link.
func (p *Page) Links() []string {
	p.t.Helper()
	var out []string
	for _, a := range p.All(Tag("a")) {
		out = append(out, Attr(a, "href"))
	}
	return out
}

// Errors gives what the error summary says.
func (p *Page) Errors() []string {
	p.t.Helper()
	var out []string
	for _, list := range p.All(Class("nhsuk-error-summary__list")) {
		for _, item := range All(list, Tag("li")) {
			out = append(out, Text(item))
		}
	}
	return out
}

// WantErrors fails the test unless the page is a 422 whose error summary says
// these things and links each to a field that is there.
func (p *Page) WantErrors(messages ...string) *Page {
	p.t.Helper()
	p.Want(http.StatusUnprocessableEntity)
	if got := p.Errors(); !slices.Equal(got, messages) {
		p.t.Errorf("%s: the error summary says %q, want %q", p.Path, got, messages)
	}
	if !strings.HasPrefix(p.Title(), "Error: ") {
		p.t.Errorf("%s: the title is %q, without Error", p.Path, p.Title())
	}
	for _, list := range p.All(Class("nhsuk-error-summary__list")) {
		for _, a := range All(list, Tag("a")) {
			p.ByID(strings.TrimPrefix(Attr(a, "href"), "#"))
		}
	}
	return p
}

// Form is a form of a page with what stands in its fields, to be changed and
// sent as a browser sends it.
type Form struct {
	page   *Page
	node   *html.Node
	Method string
	Action string
	Values url.Values
}

// Form gives the one form of the page with an action.
func (p *Page) Form(action string) *Form {
	p.t.Helper()
	return p.form(p.One(func(n *html.Node) bool { return n.Data == "form" && Attr(n, "action") == action }))
}

// Forms gives every form of the page with an action.
func (p *Page) Forms(action string) []*Form {
	p.t.Helper()
	var out []*Form
	for _, n := range p.All(func(n *html.Node) bool { return n.Data == "form" && Attr(n, "action") == action }) {
		out = append(out, p.form(n))
	}
	return out
}

func (p *Page) form(n *html.Node) *Form {
	f := &Form{page: p, node: n, Method: strings.ToUpper(Attr(n, "method")), Action: Attr(n, "action"), Values: url.Values{}}
	for _, field := range All(n, func(n *html.Node) bool { return Attr(n, "name") != "" && !HasAttr(n, "disabled") }) {
		f.read(field)
	}
	return f
}

// read takes what a browser would send of a field.
func (f *Form) read(field *html.Node) {
	name := Attr(field, "name")
	switch field.Data {
	case "input":
		switch Attr(field, "type") {
		case "checkbox", "radio":
			if HasAttr(field, "checked") {
				f.Values.Add(name, Attr(field, "value"))
			}
		case "submit", "button", "file":
		default:
			f.Values.Add(name, Attr(field, "value"))
		}
	case "textarea":
		text := ""
		if field.FirstChild != nil {
			text = field.FirstChild.Data
		}
		f.Values.Add(name, text)
	case "select":
		options := All(field, Tag("option"))
		chosen := slices.IndexFunc(options, func(o *html.Node) bool { return HasAttr(o, "selected") })
		if len(options) > 0 {
			f.Values.Add(name, Attr(options[max(0, chosen)], "value"))
		}
	}
}

// Set fills in a field, and fails the test when the form has none of the name.
func (f *Form) Set(name, value string) *Form {
	f.page.t.Helper()
	if !slices.ContainsFunc(All(f.node, func(*html.Node) bool { return true }), func(n *html.Node) bool { return Attr(n, "name") == name }) {
		f.page.t.Fatalf("%s: the form %s has no field %q", f.page.Path, f.Action, name)
	}
	f.Values.Set(name, value)
	return f
}

// Press chooses the button that is pressed, where several send the form.
func (f *Form) Press(name, value string) *Form {
	f.page.t.Helper()
	for _, b := range All(f.node, With("button", "name", name)) {
		if Attr(b, "value") == value {
			f.Values.Set(name, value)
			return f
		}
	}
	f.page.t.Fatalf("%s: the form %s has no button %s=%s", f.page.Path, f.Action, name, value)
	return f
}

// Send sends the form. An empty action is the page's own address.
func (f *Form) Send() *Page {
	f.page.t.Helper()
	action := f.Action
	if action == "" {
		action = f.page.Path
	}
	if f.Method != http.MethodPost {
		return f.page.client.Get(strings.SplitN(action, "?", 2)[0] + "?" + f.Values.Encode())
	}
	return f.page.client.Post(action, f.Values)
}
