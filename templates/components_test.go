package templates_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"grassroots/templates"
)

// rlo turns the text after it round until the end of its paragraph or isolate.
const rlo = "\u202e"

// render gives the HTML of a component.
func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parse reads HTML as a browser does.
func parse(t *testing.T, text string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// attr gives the value of an attribute, and whether the element has it.
func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// find gives the elements that match.
func find(root *html.Node, match func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

// text gives all the text in an element, as a screen reader would have it but for the spacing.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// group is a component for a test, made with a text that a person wrote in every place that takes one.
type group struct {
	name string
	make func(s string) templ.Component
}

// components makes each component with the same text everywhere.
func components() []group {
	years := 14
	when := time.Date(2026, 1, 4, 14, 2, 0, 0, time.UTC)
	by := func(s string) templates.BylineProps {
		return templates.BylineProps{Name: s, URL: s, Role: s, StaffGroup: s, Organisation: s, OrganisationURL: s, Years: &years}
	}
	vote := func(s string, signedIn bool) templates.VoteButtonProps {
		return templates.VoteButtonProps{ActionURL: s, Votes: 3, SignedIn: signedIn, Title: s, BackURL: s}
	}
	errors := func(s string) []templates.FieldError {
		return []templates.FieldError{{Field: "f", Message: s}, {Message: s}}
	}
	options := func(s string) []templates.Option {
		return []templates.Option{{Value: s, Text: s, Hint: "Hint"}, {Value: "b", Text: s}}
	}
	return []group{
		{"Layout", func(s string) templ.Component {
			return templates.Layout(templates.Shell{
				Title: s, Description: s, Canonical: s, Path: s, CSS: "/assets/app.css", JS: "/assets/app.js", Icon: "/assets/icon.svg",
				Person: &templates.Person{Name: s, Handle: s, URL: s, Organisation: s, Unread: 2},
				Flash:  &templates.Flash{Message: s, LinkURL: s, LinkText: "Next"}, Banners: []string{"Search is away"},
				Errors: errors(s), Search: s, FeedURL: s, FeedTitle: s, JSONLD: s, Crumbs: []templates.Crumb{{Text: s, URL: s}},
			})
		}},
		{"ErrorSummary", func(s string) templ.Component { return templates.ErrorSummary(errors(s)) }},
		{"Button", func(s string) templ.Component {
			return templates.Button(templates.ButtonProps{Text: "Delete", Name: "n", Value: s, For: templates.PlainText(s)})
		}},
		{"ButtonLink", func(s string) templ.Component {
			return templates.ButtonLink(templates.ButtonLinkProps{Text: "Edit", URL: s, For: templates.PlainText(s)})
		}},
		{"Tag", func(s string) templ.Component { return templates.Tag(s) }},
		{"TextInput", func(s string) templ.Component {
			return templates.TextInput(templates.TextInputProps{Name: "f", Label: "Title", Value: s, Errors: errors(s)})
		}},
		{"Textarea", func(s string) templ.Component {
			return templates.Textarea(templates.TextareaProps{Name: "f", Label: "Body", Value: s, MaxLength: 10, Errors: errors(s)})
		}},
		{"Select", func(s string) templ.Component {
			return templates.Select(templates.SelectProps{Name: "f", Label: "Choose", Value: s, Options: options(s), Errors: errors(s)})
		}},
		{"Radios", func(s string) templ.Component {
			return templates.Radios(templates.RadiosProps{Name: "f", Legend: "Choose", Value: s, Options: options(s), Errors: errors(s)})
		}},
		{"Checkboxes", func(s string) templ.Component {
			return templates.Checkboxes(templates.CheckboxesProps{Name: "f", Legend: "Choose", Values: []string{s}, Options: options(s), Errors: errors(s)})
		}},
		{"FileUpload", func(s string) templ.Component {
			return templates.FileUpload(templates.FileUploadProps{Name: "f", Label: "Files", Errors: errors(s)})
		}},
		{"Details", func(s string) templ.Component { return templates.Details(templates.DetailsProps{Summary: s}) }},
		{"SummaryList", func(s string) templ.Component {
			return templates.SummaryList([]templates.SummaryRow{{Key: "Name", Value: s}, {Key: "Link", Value: s, URL: s, ActionText: "Change", ActionURL: s}})
		}},
		{"CursorPagination", func(s string) templ.Component {
			return templates.CursorPagination(templates.CursorPaginationProps{PreviousURL: s, NextURL: s})
		}},
		{"Card", func(s string) templ.Component {
			return templates.Card(templates.CardProps{Title: s, URL: s, Description: s})
		}},
		{"WarningCallout", func(s string) templ.Component {
			return templates.WarningCallout(templates.WarningCalloutProps{Heading: s})
		}},
		{"Breadcrumbs", func(s string) templ.Component { return templates.Breadcrumbs([]templates.Crumb{{Text: s, URL: s}}) }},
		{"EmptyState", func(s string) templ.Component {
			return templates.EmptyState(templates.EmptyStateProps{Title: "Nothing here", Text: s, ActionText: "Do", ActionURL: s})
		}},
		{"VoteButton", func(s string) templ.Component { return templates.VoteButton(vote(s, true)) }},
		{"VoteButton, signed out", func(s string) templ.Component { return templates.VoteButton(vote(s, false)) }},
		{"Byline", func(s string) templ.Component { return templates.Byline(by(s)) }},
		{"Marked", func(s string) templ.Component {
			return templates.Marked(templates.MarkedProps{Text: s, Marks: [][2]int{{1, 4}}})
		}},
		{"Filters", func(s string) templ.Component {
			return templates.Filters(templates.FiltersProps{ActionURL: s, Keep: []templates.NameValue{{Name: "q", Value: s}}, Active: 1, ClearURL: s})
		}},
		{"Facet", func(s string) templ.Component {
			return templates.Facet(templates.FacetProps{Name: "tag", Legend: "Tag", Options: []templates.FacetOption{{Value: s, Text: s, Count: 1, Checked: true}}})
		}},
		{"Sorts", func(s string) templ.Component { return templates.Sorts([]templates.Sort{{Text: "Newest", URL: s}}) }},
		{"ListCard", func(s string) templ.Component {
			v := vote(s, true)
			return templates.ListCard(templates.ListCardProps{Title: s, URL: s, TitleMarks: [][2]int{{0, 2}}, Summary: s, Stage: s, Organisation: s,
				OrganisationURL: s, Date: when, Comments: 2, Facts: []string{s}, Tags: []templates.Crumb{{Text: s, URL: s}}, Vote: &v})
		}},
		{"Comment", func(s string) templ.Component {
			return templates.Comment(templates.CommentProps{ID: "comment-1", Author: by(s), Kind: s, When: when, Edited: true, Official: true, Body: "<p>safe</p>"})
		}},
		{"Attachment", func(s string) templ.Component {
			return templates.Attachment(templates.AttachmentProps{Name: s, URL: s, Kind: "PDF", Bytes: 10})
		}},
		{"Diff", func(s string) templ.Component {
			return templates.Diff([]templates.DiffHunk{{Parts: []templates.DiffPart{{Op: templates.DiffSame, Text: s}, {Op: templates.DiffAdded, Text: s}, {Op: templates.DiffRemoved, Text: s}}},
				{Folded: true, Words: 1, Parts: []templates.DiffPart{{Op: templates.DiffSame, Text: s}}}})
		}},
		{"PreviewButton", func(s string) templ.Component {
			return templates.PreviewButton(templates.PreviewButtonProps{URL: "/case-studies/preview", For: "body"})
		}},
	}
}

// hostile is text that has broken pages of others.
func hostile() map[string]string {
	return map[string]string{
		"script":            `<script>alert(1)</script>`,
		"end of attribute":  `"><img src=x onerror=alert(1)>`,
		"single quotes":     `' onmouseover='alert(1)`,
		"end of textarea":   `</textarea><script>alert(1)</script>`,
		"end of title":      `</title><script>alert(1)</script>`,
		"end of option":     `</option></select><script>alert(1)</script>`,
		"json-ld":           `{"a":"</script><script>alert(1)</script>","b":"<!--"}`,
		"javascript":        `javascript:alert(1)`,
		"javascript hidden": "java\tscript:alert(1)",
		"data":              `data:text/html,<script>alert(1)</script>`,
		"vbscript":          `vbscript:msgbox(1)`,
		"right to left":     rlo + "evil",
		"broken UTF-8":      "a\xff\xfe\x00b",
		"comment":           `<!-- --!><svg onload=alert(1)>`,
		"entity":            `&lt;script&gt;`,
		"a long word":       strings.Repeat("w", 100_000),
	}
}

// TestHostileTextIsInert renders every component with every hostile text and reads the result as a browser does.
func TestHostileTextIsInert(t *testing.T) {
	t.Parallel()
	for _, c := range components() {
		usual := len(find(parse(t, render(t, c.make("plain"))), func(*html.Node) bool { return true }))
		for name, s := range hostile() {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				root := parse(t, render(t, c.make(s)))
				elements := find(root, func(*html.Node) bool { return true })
				// A mark, an avoided JSON-LD and a link in place of a current item change the number a little; an
				// element that the text brought with it would be a script, a picture or a handler.
				if n := len(elements); n > usual+4 {
					t.Errorf("%d elements where plain text makes %d", n, usual)
				}
				for _, e := range elements {
					checkElement(t, e)
				}
			})
		}
	}
}

// checkElement fails when an element could run something.
func checkElement(t *testing.T, e *html.Node) {
	t.Helper()
	switch e.Data {
	case "script":
		src, _ := attr(e, "src")
		kind, _ := attr(e, "type")
		if src != "/assets/app.js" && kind != "application/ld+json" {
			t.Errorf("a script: %q", text(e))
		}
	case "img", "iframe", "object", "embed", "style", "base":
		t.Errorf("an element %s that no component has", e.Data)
	}
	for _, a := range e.Attr {
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
			t.Errorf("attribute %s=%q", a.Key, a.Val)
		}
		switch a.Key {
		case "href", "src", "action", "formaction":
			address := strings.ToLower(strings.Map(func(r rune) rune {
				if r <= ' ' {
					return -1
				}
				return r
			}, a.Val))
			for _, scheme := range []string{"javascript:", "data:", "vbscript:"} {
				if strings.HasPrefix(address, scheme) {
					t.Errorf("%s=%q", a.Key, a.Val)
				}
			}
		}
	}
}

// TestRightToLeftOverrideStaysInItsPlace holds that such text always stands in an isolate, in a block of its own, or in
// the value of an input.
func TestRightToLeftOverrideStaysInItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range components() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			root := parse(t, render(t, c.make(rlo+"evil")))
			for n := range root.Descendants() {
				if n.Type == html.TextNode && strings.Contains(n.Data, rlo) && !isolated(n) {
					t.Errorf("text %q in <%s> is not isolated", n.Data, n.Parent.Data)
				}
				for _, a := range n.Attr {
					if strings.Contains(a.Val, rlo) && (a.Key == "aria-label" || a.Key == "title" || a.Key == "content") {
						t.Errorf("attribute %s=%q", a.Key, a.Val)
					}
				}
			}
		})
	}
}

// isolated reports whether an ancestor keeps the direction of the text to itself.
func isolated(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if _, ok := attr(p, "dir"); ok || p.Data == "bdi" || p.Data == "textarea" || p.Data == "option" {
			return true
		}
		if kind, _ := attr(p, "type"); kind == "application/ld+json" {
			return true
		}
	}
	return false
}

// TestReferencesResolve holds that labels, descriptions and the links of the error summary lead to elements that exist,
// and that no id is there twice.
func TestReferencesResolve(t *testing.T) {
	t.Parallel()
	errors := []templates.FieldError{{Field: "title", Message: "Enter a title"}, {Field: "links[0].from", Message: "Choose a system"},
		{Field: "stage", Message: "Choose a stage"}, {Field: "settings", Message: "Choose a setting"}, {Field: "files", Message: "Too big"}, {Field: "body", Message: "Too long"}}
	options := []templates.Option{{Value: "a", Text: "A", Hint: "The first"}, {Value: "b", Text: "B"}}
	page := templates.Layout(templates.Shell{Title: "Post", Errors: errors, Flash: &templates.Flash{Message: "Kept"}})
	ctx := templ.WithChildren(context.Background(), templ.Join(
		templates.TextInput(templates.TextInputProps{Name: "title", Label: "Title", Hint: "Short", Errors: errors}),
		templates.Select(templates.SelectProps{Name: "links[0].from", Label: "From", Options: options, Errors: errors}),
		templates.Radios(templates.RadiosProps{Name: "stage", Legend: "Stage", Options: options, Errors: errors}),
		templates.Checkboxes(templates.CheckboxesProps{Name: "settings", Legend: "Settings", Hint: "All that apply", Options: options, Errors: errors}),
		templates.FileUpload(templates.FileUploadProps{Name: "files", Label: "Files", Errors: errors}),
		templates.Textarea(templates.TextareaProps{Name: "body", Label: "Body", MaxLength: 100, Errors: errors}),
		templates.PreviewButton(templates.PreviewButtonProps{URL: "/preview", For: "body"}),
	))
	var b bytes.Buffer
	if err := page.Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	root := parse(t, b.String())
	ids := map[string]int{}
	for _, e := range find(root, func(*html.Node) bool { return true }) {
		if id, ok := attr(e, "id"); ok {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	references := 0
	for _, e := range find(root, func(*html.Node) bool { return true }) {
		for _, key := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
			value, _ := attr(e, key)
			for _, id := range strings.Fields(value) {
				references++
				if ids[id] == 0 {
					t.Errorf("%s of <%s> leads to %q, which is not there", key, e.Data, id)
				}
			}
		}
		if href, _ := attr(e, "href"); strings.HasPrefix(href, "#") {
			references++
			if ids[href[1:]] == 0 {
				t.Errorf("the link to %q leads nowhere", href)
			}
		}
	}
	if references < 20 {
		t.Errorf("only %d references were checked", references)
	}
}
