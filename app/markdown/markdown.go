// Package markdown turns what people write into HTML that is safe to show: the
// bodies of case studies and comments.
//
// The language is CommonMark with the tables, task lists, strikethrough and
// bare web addresses of GitHub Flavored Markdown, footnotes, and @handles that
// link to people. HTML is not part of it: tags are shown as the text they are,
// so that an author sees what did not work. Three things each keep script out:
// the parser knows no HTML, the rendering writes each attribute itself from
// checked values, and an allow-list of elements and attributes has the last
// word.
//
// Nothing here fails. A text that would take too long or grow too large is
// shown as plain paragraphs instead, see the limits in limits.go.
package markdown

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"grassroots/models"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Rules numbers the rules by which Render makes HTML out of a text. Raise it
// with a change that what was rendered before must follow: texts whose kept
// HTML has a lower number are rendered anew.
const Rules = 1

// Options says where a text is shown, as far as that changes how it is
// rendered.
type Options struct {
	// Prefix goes before every id and before the links to it, so that two
	// texts on one page do not clash. Anything but letters, digits and
	// hyphens is left out of it.
	Prefix string
	// Known tells whether there is a person with a handle. Without it every
	// well-formed handle is linked.
	Known func(handle string) bool
}

// Result is a rendered text.
type Result struct {
	HTML     string           // safe to put into a page
	Contents []models.Heading // second and third level, in order
	Text     string           // what a reader sees, without marks, one line a block
	Mentions []string         // handles linked, in order, each once
	Plain    bool             // whether a limit was met and the text is shown as it was written
}

// Renderer renders Markdown. It is safe for concurrent use.
type Renderer struct {
	opts   Options
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

// New makes a Renderer.
func New(opts Options) *Renderer {
	blocks := make([]util.PrioritizedValue, 0, 8)
	for _, b := range parser.DefaultBlockParsers() {
		if !isHTMLParser(b.Value) {
			blocks = append(blocks, util.Prioritized(capDepth(b.Value.(parser.BlockParser)), b.Priority))
		}
	}
	inlines := make([]util.PrioritizedValue, 0, 8)
	for _, i := range parser.DefaultInlineParsers() {
		if !isHTMLParser(i.Value) {
			inlines = append(inlines, i)
		}
	}
	p := parser.NewParser(
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(
			util.Prioritized(tableGuard{}, 50), // before tables are read
			util.Prioritized(parser.LinkReferenceParagraphTransformer, 100),
			util.Prioritized(inlineGuard{}, 300), // after that, on what is left
		),
	)
	md := goldmark.New(goldmark.WithParser(p), goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.TaskList,
		extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})),
	))
	p.AddOptions(
		parser.WithBlockParsers(util.Prioritized(capDepth(extension.NewFootnoteBlockParser()), 999)),
		parser.WithInlineParsers(util.Prioritized(extension.NewFootnoteParser(), 101)),
		parser.WithASTTransformers(util.Prioritized(extension.NewFootnoteASTTransformer(), 999)),
	)
	md.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(nodeRenderer{}, 100)))
	return &Renderer{opts: opts, md: md, policy: newPolicy()}
}

// isHTMLParser picks out the two parsers that would let HTML through.
func isHTMLParser(v any) bool {
	return v == parser.NewHTMLBlockParser() || v == parser.NewRawHTMLParser()
}

// With gives a Renderer with other options. It shares everything else, so it
// costs nothing.
func (r *Renderer) With(opts Options) *Renderer {
	with := *r
	with.opts = opts
	return &with
}

// Render renders the body of a case study: headings begin at the second level,
// below the title of the page.
func (r *Renderer) Render(src string) Result {
	return r.render(src, style{prefix: cleanPrefix(r.opts.Prefix), known: r.opts.Known})
}

// RenderComment renders a comment: headings begin at the fourth level and are
// not listed as contents, and each line that was typed stays a line. Known
// tells which handles to link; nil is as in Options. Without a prefix of its
// own a comment gets one made from its text.
func (r *Renderer) RenderComment(src string, known func(handle string) bool) Result {
	if known == nil {
		known = r.opts.Known
	}
	prefix := cleanPrefix(r.opts.Prefix)
	if prefix == "" {
		sum := sha256.Sum256([]byte(src))
		prefix = "c" + hex.EncodeToString(sum[:4]) + "-"
	}
	return r.render(src, style{prefix: prefix, known: known, comment: true})
}

// style is how one text is to be rendered.
type style struct {
	prefix  string
	known   func(handle string) bool
	comment bool
}

func (r *Renderer) render(src string, st style) Result {
	src = models.CleanText(src)
	if tooHeavy(src) {
		return plain(src)
	}
	source := []byte(src)
	doc := r.md.Parser().Parse(text.NewReader(source))
	sh := shape(doc, source, st)
	if sh.tooMuch {
		return plain(src)
	}
	var out bytes.Buffer
	// The buffer takes every write and the renderers report no errors of their own.
	if err := r.md.Renderer().Render(&out, source, doc); err != nil {
		return plain(src)
	}
	// An entity can spell a character that the source may not have.
	safe := models.CleanText(r.sanitise(out.String()))
	contents, words := read(safe)
	if st.comment {
		contents = nil
	}
	return Result{HTML: safe, Contents: contents, Text: words, Mentions: sh.mentions}
}

// cleanPrefix keeps what can stand in an id, and ends it with a hyphen.
func cleanPrefix(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
	if s == "" || strings.HasSuffix(s, "-") {
		return s
	}
	return s + "-"
}
