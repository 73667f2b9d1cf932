package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// nodeRenderer writes the nodes whose HTML differs from what goldmark writes,
// most for those who cannot see or cannot use a mouse.
type nodeRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (nodeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindLink, renderLink)
	reg.Register(ast.KindImage, renderImage)
	reg.Register(ast.KindFencedCodeBlock, renderCode)
	reg.Register(ast.KindCodeBlock, renderCode)
	reg.Register(kindPlainBlock, renderPlain)
	reg.Register(east.KindTable, renderTable)
	reg.Register(east.KindTaskCheckBox, renderTask)
	reg.Register(east.KindFootnoteLink, renderFootnoteLink)
	reg.Register(east.KindFootnoteBacklink, renderFootnoteBacklink)
	reg.Register(east.KindFootnote, renderFootnote)
	reg.Register(east.KindFootnoteList, renderFootnotes)
}

// write writes pieces. The writer keeps an error for its flush.
func write(w util.BufWriter, pieces ...string) {
	for _, p := range pieces {
		_, _ = w.WriteString(p)
	}
}

func escape(s string) string { return string(util.EscapeHTML([]byte(s))) }

// attribute gives a value that shape left on a node.
func attribute(n ast.Node, name string) string {
	v, _ := n.AttributeString(name)
	s, _ := v.(string)
	return s
}

// renderHeading puts a link to the heading beside it, for who wants to send
// somebody to this place. It stands outside the heading, so that the heading's
// name stays its own words, and is named after it for those who hear the page.
func renderHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	level, id, anchor := strconv.Itoa(n.(*ast.Heading).Level), escape(attribute(n, "id")), attribute(n, "anchor")
	switch {
	case entering && anchor != "":
		write(w, `<div class="gr-heading">`, "\n<h", level, ` id="`, id, `">`)
	case entering:
		write(w, "<h", level, ` id="`, id, `">`)
	case anchor != "":
		write(w, "</h", level, ">\n", `<a class="gr-anchor" href="#`, id, `" aria-label="Link to this section: `, escape(anchor), "\">#</a>\n</div>\n")
	default:
		write(w, "</h", level, ">\n")
	}
	return ast.WalkContinue, nil
}

func renderLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		write(w, "</a>")
		return ast.WalkContinue, nil
	}
	target := string(n.(*ast.Link).Destination)
	write(w, `<a href="`, escape(target))
	if !strings.HasPrefix(target, "#") {
		write(w, `" rel="`, rel)
	}
	write(w, `">`)
	return ast.WalkContinue, nil
}

func renderImage(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		write(w, `<img src="`, escape(string(n.(*ast.Image).Destination)), `" alt="`, escape(attribute(n, "alt")), `" loading="lazy">`)
	}
	return ast.WalkSkipChildren, nil
}

// Measure is the language of a code block that holds a measure over time, which pages
// draw as a chart, and MeasureClass marks it in the HTML.
const (
	Measure      = "measure"
	MeasureClass = "gr-measure"
)

// renderCode writes a code block. Its language is left out, but for a measure: nothing
// colours it.
func renderCode(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if f, ok := n.(*ast.FencedCodeBlock); ok && string(f.Language(source)) == Measure {
		write(w, `<pre class="`+MeasureClass+`"><code>`)
	} else {
		write(w, "<pre><code>")
	}
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		write(w, escape(string(line.Value(source))))
	}
	write(w, "</code></pre>\n")
	return ast.WalkContinue, nil
}

func renderPlain(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	write(w, "<p>")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		if i > 0 {
			write(w, "<br>\n")
		}
		write(w, escape(strings.TrimRight(string(line.Value(source)), "\n")))
	}
	write(w, "</p>\n")
	return ast.WalkContinue, nil
}

// renderTable puts a table into a box that scrolls and that the keyboard can
// reach to scroll it.
func renderTable(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		write(w, `<div class="gr-scroll" role="region" tabindex="0" aria-label="`, escape(attribute(n, "label")), "\">\n<table>\n")
	} else {
		write(w, "</table>\n</div>\n")
	}
	return ast.WalkContinue, nil
}

func renderTask(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.(*east.TaskCheckBox).IsChecked {
		write(w, `<input type="checkbox" disabled="" checked="" aria-label="Done"> `)
	} else {
		write(w, `<input type="checkbox" disabled="" aria-label="Not done"> `)
	}
	return ast.WalkContinue, nil
}

// referenceID names one reference to a footnote; there may be several.
func referenceID(prefix string, index, reference int) string {
	id := prefix + "fnref-" + strconv.Itoa(index)
	if reference > 0 {
		id += "-" + strconv.Itoa(reference+1)
	}
	return id
}

func noteID(prefix string, index int) string { return prefix + "fn-" + strconv.Itoa(index) }

func renderFootnoteLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		l, prefix := n.(*east.FootnoteLink), attribute(n, "prefix")
		number := strconv.Itoa(l.Index)
		write(w, `<sup id="`, referenceID(prefix, l.Index, l.RefIndex), `"><a href="#`, noteID(prefix, l.Index),
			`" class="footnote-ref" role="doc-noteref" aria-label="Footnote `, number, `">`, number, "</a></sup>")
	}
	return ast.WalkContinue, nil
}

func renderFootnoteBacklink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		l := n.(*east.FootnoteBacklink)
		label := "Back to reference " + strconv.Itoa(l.Index)
		if l.RefCount > 1 {
			label += ", place " + strconv.Itoa(l.RefIndex+1)
		}
		write(w, ` <a href="#`, referenceID(attribute(n, "prefix"), l.Index, l.RefIndex),
			`" class="footnote-backref" role="doc-backlink" aria-label="`, label, "\">\u21a9\ufe0e</a>")
	}
	return ast.WalkContinue, nil
}

func renderFootnote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		write(w, `<li id="`, noteID(attribute(n, "prefix"), n.(*east.Footnote).Index), "\">\n")
	} else {
		write(w, "</li>\n")
	}
	return ast.WalkContinue, nil
}

func renderFootnotes(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		write(w, `<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">`, "\n<hr>\n<ol>\n")
	} else {
		write(w, "</ol>\n</section>\n")
	}
	return ast.WalkContinue, nil
}
