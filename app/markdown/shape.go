package markdown

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"grassroots/models"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// shaped is what the walk over a parsed text found and did.
type shaped struct {
	source    []byte
	style     style
	tooMuch   bool // a limit is passed, and nothing was shaped
	linkBytes int  // length of all addresses
	mentions  []string

	headings  []*ast.Heading
	links     []*ast.Link
	autolinks []*ast.AutoLink
	images    []*ast.Image
	texts     []*ast.Text // outside links and code
	tables    []*east.Table
	inLink    map[ast.Node]bool // autolinks and images that stand in a link
	crossed   map[ast.Node]bool // links that hold a link to a footnote

	anchors   int
	ids       map[string]int    // how often an id was asked for
	fragments map[string]string // what an author may write after # to the id
}

// shape makes a parsed text into what is to be shown: headings moved to their
// level and named, links and images that are not allowed turned into text,
// handles linked.
func shape(doc ast.Node, source []byte, st style) *shaped {
	s := &shaped{
		source: source, style: st,
		inLink: map[ast.Node]bool{}, crossed: map[ast.Node]bool{},
		ids: map[string]int{}, fragments: map[string]string{},
	}
	s.collect(doc, nil, 0)
	if s.tooMuch {
		return s
	}
	labels := s.tableLabels()
	for i, t := range s.tables {
		t.SetAttributeString("label", labels[i])
		for c := t.FirstChild().FirstChild(); c != nil; c = c.NextSibling() {
			c.SetAttributeString("scope", "col")
		}
	}
	for _, h := range s.headings {
		s.shapeHeading(h)
	}
	for _, l := range s.links {
		s.shapeLink(l)
	}
	for _, a := range s.autolinks {
		s.shapeAutoLink(a)
	}
	for _, i := range s.images {
		s.shapeImage(i)
	}
	for _, t := range s.texts {
		s.shapeText(t)
	}
	return s
}

// collect notes the nodes to be changed, so that none is changed while its
// siblings are walked.
func (s *shaped) collect(n, link ast.Node, depth int) {
	if depth > maxInlineDepth || s.linkBytes > maxLinkGrowth*len(s.source)+minLinkGrowth {
		s.tooMuch = true
	}
	if s.tooMuch {
		return
	}
	switch n := n.(type) {
	case *ast.Heading:
		s.headings = append(s.headings, n)
	case *ast.Link:
		s.links = append(s.links, n)
		s.linkBytes += len(n.Destination)
		link = n
	case *ast.AutoLink:
		s.autolinks = append(s.autolinks, n)
		s.inLink[n] = link != nil
		return
	case *ast.Image:
		s.images = append(s.images, n)
		s.linkBytes += len(n.Destination)
		s.inLink[n] = link != nil
		s.checkDepth(n, depth)
		return // what is in it is its description, not shown
	case *ast.CodeSpan:
		return
	case *ast.Text:
		if s.style.comment && n.SoftLineBreak() {
			n.SetHardLineBreak(true)
		}
		if link == nil {
			s.texts = append(s.texts, n)
		}
	case *east.Table:
		s.tables = append(s.tables, n)
	case *east.FootnoteLink:
		if link != nil {
			s.crossed[link] = true
		}
		n.SetAttributeString("prefix", s.style.prefix)
	case *east.FootnoteBacklink, *east.Footnote:
		n.SetAttributeString("prefix", s.style.prefix)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		s.collect(c, link, depth+1)
	}
}

// checkDepth looks for too much depth in what collect does not enter.
func (s *shaped) checkDepth(n ast.Node, depth int) {
	if depth > maxInlineDepth {
		s.tooMuch = true
		return
	}
	for c := n.FirstChild(); c != nil && !s.tooMuch; c = c.NextSibling() {
		s.checkDepth(c, depth+1)
	}
}

// tableLabels names each table for those who hear the page: a number, and the
// heading that it stands under.
func (s *shaped) tableLabels() []string {
	labels := make([]string, len(s.tables))
	next, heading := 0, ""
	for i, t := range s.tables {
		// Both are in the order of the text.
		for ; next < len(s.headings) && s.headings[next].Pos() < t.Pos(); next++ {
			heading = s.nodeText(s.headings[next])
		}
		labels[i] = "Table " + strconv.Itoa(i+1)
		if heading != "" {
			labels[i] += ": " + models.Truncate(heading, 80)
		}
	}
	return labels
}

func (s *shaped) shapeHeading(h *ast.Heading) {
	words := s.nodeText(h)
	if words == "" {
		h.Parent().RemoveChild(h.Parent(), h)
		return
	}
	h.Level = max(2, h.Level)
	if s.style.comment {
		h.Level = min(6, max(4, h.Level+2))
	}
	slug := models.Slugify(words)
	if slug == models.Slugify("") && !strings.Contains(strings.ToLower(words), "case") {
		slug = "section" // no letter that an address could have
	}
	bare := "s-" + slug
	for s.ids[bare] > 0 {
		s.ids["s-"+slug]++
		bare = "s-" + slug + "-" + strconv.Itoa(s.ids["s-"+slug])
	}
	s.ids[bare]++
	id := s.style.prefix + bare
	h.SetAttributeString("id", id)
	if s.anchors++; !s.style.comment && h.Level <= 3 && s.anchors <= maxContents {
		h.SetAttributeString("anchor", models.Truncate(strings.NewReplacer("<", "", ">", "").Replace(words), 80))
	}
	for _, spelling := range []string{strings.TrimPrefix(bare, "s-"), bare} {
		if s.fragments[spelling] == "" {
			s.fragments[spelling] = id
		}
	}
}

func (s *shaped) shapeLink(l *ast.Link) {
	written := string(util.URLEscape(l.Destination, true))
	target, ok := linkTarget(written)
	if !ok || s.crossed[l] || !l.HasChildren() {
		s.unlink(l, written)
		return
	}
	if fragment, here := strings.CutPrefix(target, "#"); here && s.fragments[fragment] != "" {
		target = "#" + s.fragments[fragment]
	}
	l.Destination = []byte(target)
}

// unlink puts a link's text in its place, and its address behind it, so that
// the author sees that it did not become a link.
func (s *shaped) unlink(l *ast.Link, address string) {
	parent := l.Parent()
	for c := l.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, l, c)
		if t, ok := c.(*ast.Text); ok {
			s.texts = append(s.texts, t)
		}
		c = next
	}
	if address != "" {
		address = " (" + models.Truncate(address, 200) + ")"
	}
	parent.ReplaceChild(parent, l, rawString(address))
}

func (s *shaped) shapeAutoLink(a *ast.AutoLink) {
	label := string(a.Label(s.source))
	address := string(util.URLEscape(a.URL(s.source), false))
	if a.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	target, ok := linkTarget(address)
	if !ok || s.inLink[a] {
		a.Parent().ReplaceChild(a.Parent(), a, rawString(label))
		return
	}
	a.Parent().ReplaceChild(a.Parent(), a, newLink(target, rawString(label)))
}

func (s *shaped) shapeImage(i *ast.Image) {
	alt := s.nodeText(i)
	written := string(util.URLEscape(i.Destination, true))
	if src, ok := imageTarget(written); ok {
		i.Destination = []byte(src)
		i.SetAttributeString("alt", alt)
		return
	}
	target, ok := linkTarget(written)
	var instead ast.Node
	switch {
	case ok && !s.inLink[i]:
		if alt == "" {
			alt = models.Truncate(target, 200)
		}
		instead = newLink(target, rawString(alt))
	case ok:
		instead = rawString(alt)
	default:
		instead = rawString(alt + " (" + models.Truncate(written, 200) + ")")
	}
	i.Parent().ReplaceChild(i.Parent(), i, instead)
}

// shapeText links the handles in a run of text.
func (s *shaped) shapeText(t *ast.Text) {
	at := t.Segment.Start
	for at < t.Segment.Stop {
		start, stop, handle := nextHandle(s.source, at, t.Segment.Stop)
		if handle == "" {
			return
		}
		at = stop
		if s.style.known != nil && !s.style.known(handle) {
			continue
		}
		parent := t.Parent()
		before := ast.NewTextSegment(t.Segment.WithStop(start))
		parent.InsertBefore(parent, t, before)
		parent.InsertBefore(parent, t, newLink("/people/"+handle, rawString(string(s.source[start:stop]))))
		t.Segment = t.Segment.WithStart(stop)
		t.Segment.Padding = 0
		s.mention(handle)
	}
}

func (s *shaped) mention(handle string) {
	for _, m := range s.mentions {
		if m == handle {
			return
		}
	}
	s.mentions = append(s.mentions, handle)
}

// nextHandle finds the next @handle between two places of the source. One that
// is part of an e-mail address, a web address or a longer word is none.
func nextHandle(source []byte, from, to int) (start, stop int, handle string) {
	for at := from; at < to; at++ {
		if source[at] != '@' || at > 0 && !endsWord(source[:at]) {
			continue
		}
		stop := at + 1
		for stop < to && (isWordByte(source[stop]) || source[stop] == '-') {
			stop++
		}
		for stop > at+1 && source[stop-1] == '-' {
			stop--
		}
		handle := strings.ToLower(string(source[at+1 : stop]))
		if models.ValidHandle(handle) && startsAfresh(source[stop:]) {
			return at, stop, handle
		}
		at = stop - 1
	}
	return 0, 0, ""
}

// endsWord tells whether what follows b can be a new word.
func endsWord(b []byte) bool {
	r, _ := utf8.DecodeLastRune(b)
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`_.-+/@&#=\%`, r)
}

// startsAfresh tells whether a word that stands before b has ended there.
func startsAfresh(b []byte) bool {
	r, size := utf8.DecodeRune(b)
	if r == '.' {
		next, _ := utf8.DecodeRune(b[size:])
		return !unicode.IsLetter(next) && !unicode.IsDigit(next)
	}
	return size == 0 || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`_@/`, r)
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// nodeText gives the words in a node, without marks.
func (s *shaped) nodeText(n ast.Node) string {
	var b strings.Builder
	s.writeText(&b, n)
	return models.CleanLine(b.String())
}

func (s *shaped) writeText(b *strings.Builder, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Value(s.source)
		if n.Parent().Kind() != ast.KindCodeSpan {
			value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
		}
		b.Write(value)
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte(' ')
		}
	case *ast.AutoLink:
		b.Write(n.Label(s.source))
	case *ast.String:
		b.Write(n.Value)
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		s.writeText(b, c)
	}
}

// rawString makes a piece of text in which nothing is a mark.
func rawString(words string) *ast.String {
	n := ast.NewString([]byte(words))
	n.SetRaw(true)
	return n
}

func newLink(target string, child ast.Node) *ast.Link {
	l := ast.NewLink()
	l.Destination = []byte(target)
	l.AppendChild(l, child)
	return l
}
