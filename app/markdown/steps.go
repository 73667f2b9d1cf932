package markdown

import (
	"slices"
	"strings"

	"grassroots/models"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Part is a section of a text: its heading, empty before the first, the items of
// the lists that stand in it, in their order, and its links.
type Part struct {
	Heading string
	Level   int
	Items   []string
	Links   []Link
	Text    string // what a reader sees of it, without its subsections; a blank line stands between its paragraphs, items and rows
}

// Link is a link in a text, with the words that it stands on.
type Link struct{ Text, URL string }

// Parts takes a text apart by its headings. Of a text that is too heavy to be read
// there are none.
func (r *Renderer) Parts(src string) []Part {
	src = models.CleanText(src)
	if tooHeavy(src) {
		return nil
	}
	source := []byte(src)
	doc := r.md.Parser().Parse(text.NewReader(source))
	words := &shaped{source: source}
	parts := []Part{{}}
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			parts = append(parts, Part{Heading: tidy(words.nodeText(h)), Level: h.Level})
			continue
		}
		at := &parts[len(parts)-1]
		if list, ok := n.(*ast.List); ok {
			at.Items = words.items(at.Items, list, 0)
		}
		at.read(words, n, 0)
	}
	return parts
}

// maxListDepth is how deep lists within lists are read.
const maxListDepth = 8

// items gives what is said in the items of a list, and of the lists in them, after
// what was there.
func (s *shaped) items(into []string, list *ast.List, depth int) []string {
	for item := list.FirstChild(); item != nil && depth < maxListDepth; item = item.NextSibling() {
		for n := item.FirstChild(); n != nil; n = n.NextSibling() {
			switch n := n.(type) {
			case *ast.TextBlock, *ast.Paragraph:
				if n.PreviousSibling() == nil {
					if said := tidy(s.nodeText(n)); said != "" {
						into = append(into, said)
					}
				}
			case *ast.List:
				into = s.items(into, n, depth+1)
			}
		}
	}
	return into
}

// read adds the words and links of a block to a part.
func (p *Part) read(s *shaped, n ast.Node, depth int) {
	if depth > maxInlineDepth {
		return
	}
	switch n := n.(type) {
	case *ast.Link:
		if to, ok := linkTarget(string(n.Destination)); ok {
			p.Links = append(p.Links, Link{Text: tidy(s.nodeText(n)), URL: to})
		}
		return
	case *ast.AutoLink:
		if to, ok := linkTarget(string(n.URL(s.source))); ok {
			p.Links = append(p.Links, Link{Text: tidy(string(n.Label(s.source))), URL: to})
		}
		return
	case *east.TableRow, *east.TableHeader:
		var cells []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if said := tidy(s.nodeText(c)); said != "" {
				cells = append(cells, said)
			}
		}
		p.Text = strings.TrimSpace(p.Text + "\n\n" + strings.Join(cells, ", "))
	case *ast.Paragraph, *ast.TextBlock:
		p.Text = strings.TrimSpace(p.Text + "\n\n" + tidy(s.nodeText(n)))
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		p.read(s, c, depth+1)
	}
}

// stepHeadings are what sections are called that say what was done, in small letters.
var stepHeadings = []string{"what was done", "what we did", "what we have done", "what to do", "how", "how we did it", "how it was done", "how to do it", "steps", "the steps", "step by step", "what you need to do",
	"plan", "the plan", "method", "implementation", "yr hyn a wnaed", "yr hyn a wnaethom", "sut", "camau", "y camau"}

// saysSteps tells whether a section with a heading says what was done.
func saysSteps(heading string) bool {
	return slices.Contains(stepHeadings, strings.ToLower(strings.Trim(heading, " .:?")))
}

// Under gives the sections under headings that are of a kind, and under the headings
// below these.
func Under(parts []Part, is func(heading string) bool) (under []Part) {
	level := 0 // of the heading that is; 0 for none
	for _, p := range parts {
		switch {
		case is(p.Heading):
			level = p.Level
		case level == 0 || p.Level <= level:
			level = 0
			continue
		}
		under = append(under, p)
	}
	return under
}

// Steps gives the steps of a case study, by its parts: the items of the lists under the
// headings that say what was done, and under the headings below these; where none of them
// has a list, those of the first section that has one.
func Steps(parts []Part) (steps []string) {
	for _, p := range Under(parts, saysSteps) {
		steps = append(steps, p.Items...)
	}
	for _, p := range parts {
		if len(steps) > 0 {
			break
		}
		steps = p.Items
	}
	return steps
}
