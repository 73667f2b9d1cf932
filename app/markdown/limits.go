package markdown

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"grassroots/models"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The limits of a text. Within them a text of the longest allowed length
// renders in some tens of milliseconds whatever it holds; the parser alone
// takes seconds and gigabytes on the worst of them. Nobody writes such text by
// hand: the longest real case studies stay below a hundredth of each limit.
const (
	// maxDepth is how many quotes and lists may stand in one another. What is
	// nested deeper is text of the innermost.
	maxDepth = 24
	// maxInlineDepth is how many elements may stand in one another in all.
	// Browsers flatten what is nested in more than 512.
	maxInlineDepth = 100
	// maxWork bounds the steps that reading marks may take. Each mark can make
	// the parser look at its whole paragraph, so a paragraph costs its marks
	// times its length. Paragraphs beyond the limit are shown as plain text.
	maxWork = 60_000_000
	// maxCells is how many table cells a text may have. A short row is filled
	// up to the width of the table, so a few characters can ask for millions.
	maxCells = 20_000
	// maxEscapedPipes is how many \| a table may have; each is compared with
	// all others.
	maxEscapedPipes = 500
	// maxFootnotes is how many references and notes there may be together.
	maxFootnotes = 1_000
	// maxLinkGrowth and minLinkGrowth bound the addresses written into the
	// page, as a multiple of the text and in bytes: one long address can be
	// referred to thousands of times.
	maxLinkGrowth = 4
	minLinkGrowth = 20_000
	// maxLines is how many lines a text may have; each can open and close
	// several elements.
	maxLines = 10_000
	// maxContents is how many headings the contents list has.
	maxContents = 200
)

// tooHeavy tells whether a text has to be shown plain, from what can be seen
// before it is parsed.
func tooHeavy(src string) bool {
	if utf8.RuneCountInString(src) > models.MaxBody || strings.Count(src, "[^") > maxFootnotes || strings.Count(src, "\n") > maxLines {
		return true
	}
	work := 0
	for line := range strings.Lines(src) {
		work += workOf([]byte(line))
	}
	return work > maxWork
}

// workOf estimates the steps that reading the marks of a text takes.
func workOf(b []byte) int {
	marks := 0
	for _, c := range b {
		switch c {
		case '*', '_', '~', '[', ']', '!', '<', '`', '@', '&':
			marks++
		}
	}
	return marks * len(b)
}

// plain shows a text as it was written, in paragraphs.
func plain(src string) Result {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(src, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(paragraph), "\n", "<br>\n") + "</p>\n")
		}
	}
	return Result{HTML: strings.TrimRight(b.String(), "\n"), Text: src, Plain: true}
}

// plainBlock is a paragraph that is shown as it was written, because reading
// its marks would take too long.
type plainBlock struct{ ast.BaseBlock }

var kindPlainBlock = ast.NewNodeKind("PlainBlock")

// Kind implements ast.Node.
func (*plainBlock) Kind() ast.NodeKind { return kindPlainBlock }

// IsRaw implements ast.Node: there are no marks to read in it.
func (*plainBlock) IsRaw() bool { return true }

// Dump implements ast.Node.
func (n *plainBlock) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// makePlain puts a plain block in the place of a paragraph.
func makePlain(p *ast.Paragraph) {
	block := &plainBlock{}
	block.SetLines(p.Lines())
	block.SetBlankPreviousLines(p.HasBlankPreviousLines())
	p.Parent().ReplaceChild(p.Parent(), p, block)
}

var (
	workKey  = parser.NewContextKey()
	cellsKey = parser.NewContextKey()
)

// spend adds to what a text has used up of a limit, and tells whether that was
// still within it. What does not fit is not added, so that a text with one
// monstrous paragraph keeps its other ones.
func spend(pc parser.Context, key parser.ContextKey, amount, limit int) bool {
	spent, _ := pc.Get(key).(int)
	if spent+amount > limit {
		return false
	}
	pc.Set(key, spent+amount)
	return true
}

// tableGuard makes a paragraph plain that would become too large a table.
type tableGuard struct{}

// Transform implements parser.ParagraphTransformer.
func (tableGuard) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := p.Lines()
	cells, pipes := 0, 0
	for i := range lines.Len() {
		at := lines.At(i)
		line := at.Value(reader.Source())
		pipes += bytes.Count(line, []byte(`\|`))
		if len(bytes.Trim(line, "|:- \t\n")) == 0 {
			cells = max(cells, (bytes.Count(line, []byte("|"))+1)*(lines.Len()-i+1))
		}
	}
	if cells > 0 && (pipes > maxEscapedPipes || !spend(pc, cellsKey, cells, maxCells)) {
		makePlain(p)
	}
}

// inlineGuard makes a paragraph plain whose marks would take too long to read.
type inlineGuard struct{}

// Transform implements parser.ParagraphTransformer.
func (inlineGuard) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines := p.Lines()
	if lines.Len() == 0 {
		return
	}
	if !spend(pc, workKey, workOf(reader.Source()[lines.At(0).Start:lines.At(lines.Len()-1).Stop]), maxWork) {
		makePlain(p)
	}
}

// depthCapped is a parser of quotes, lists or footnotes that opens none inside
// too many others.
type depthCapped struct{ parser.BlockParser }

// capDepth puts a limit on the block parsers that nest, and gives back others
// as they are.
func capDepth(p parser.BlockParser) parser.BlockParser {
	switch p {
	case parser.NewBlockquoteParser(), parser.NewListParser(), extension.NewFootnoteBlockParser():
		return depthCapped{p}
	}
	return p
}

// Open implements parser.BlockParser.
func (d depthCapped) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if depth < maxDepth {
		return d.BlockParser.Open(parent, reader, pc)
	}
	if d.BlockParser == parser.NewListParser() {
		// It keeps a note for its next call, which has to be used up. It does
		// not read on, so its answer can be thrown away.
		d.BlockParser.Open(parent, reader, pc)
	}
	return nil, parser.NoChildren
}
