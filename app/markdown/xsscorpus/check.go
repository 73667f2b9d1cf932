package xsscorpus

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowed has each element that a rendered text may hold, and the form of each
// attribute. It is written apart from the renderer's own list, so that the two
// hold one another.
var allowed = sync.OnceValue(func() map[string]map[string]*regexp.Regexp {
	form := func(s string) *regexp.Regexp { return regexp.MustCompile("^(?:" + s + ")$") }
	id := form(`[A-Za-z0-9-]*(?:s|fn|fnref)-[a-z0-9-]+`)
	heading := map[string]*regexp.Regexp{"id": id}
	cell := map[string]*regexp.Regexp{"align": form("left|right|center")}
	out := map[string]map[string]*regexp.Regexp{
		"h2": heading, "h3": heading, "h4": heading, "h5": heading, "h6": heading,
		"li": {"id": id}, "sup": {"id": id}, "ol": {"start": form(`\d{1,9}`)},
		"td": cell, "th": {"align": cell["align"], "scope": form("col")},
		"a": {"href": nil, "rel": form("nofollow ugc noopener"), "role": form("doc-noteref|doc-backlink"),
			"class": form("footnote-ref|footnote-backref|gr-anchor"), "aria-label": form(`Footnote \d+|Back to reference \d+(?:, place \d+)?|Link to this section: (?s:.+)`)},
		"img":     {"src": nil, "alt": form(`(?s:.*)`), "loading": form("lazy")},
		"div":     {"class": form("gr-scroll|gr-heading"), "role": form("region"), "tabindex": form("0"), "aria-label": form(`Table \d+(?s:: .+)?`)},
		"section": {"class": form("footnotes"), "role": form("doc-endnotes"), "aria-label": form("Footnotes")},
		"input":   {"type": form("checkbox"), "disabled": form(""), "checked": form(""), "aria-label": form("Done|Not done")},
	}
	for _, plain := range strings.Fields("p br hr blockquote pre code em strong del ul table thead tbody tr") {
		out[plain] = nil
	}
	return out
})

// Check gives an error that names the first thing in a rendered text that may
// not be in one.
func Check(fragment string) error {
	if strings.ContainsFunc(fragment, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}) {
		return fmt.Errorf("a character that controls or reorders in %q", fragment)
	}
	if err := checkClosed(fragment); err != nil {
		return fmt.Errorf("%w in %q", err, fragment)
	}
	return checkParsed(fragment, 2)
}

// checkClosed holds that a text closes what it opens and nothing else, so that
// it cannot end an element of the page around it, and that no link is in a
// link. A parser mends both without a word.
func checkClosed(fragment string) error {
	var open []string
	z := html.NewTokenizer(strings.NewReader(fragment))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				return fmt.Errorf("%s is not closed", open[len(open)-1])
			}
			return nil
		case html.StartTagToken:
			name := z.Token().Data
			if name == "a" && slices.Contains(open, "a") {
				return errors.New("a link in a link")
			}
			if !slices.Contains([]string{"br", "hr", "img", "input"}, name) {
				open = append(open, name)
			}
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				return fmt.Errorf("%s is closed where it is not open", name)
			}
			open = open[:len(open)-1]
		}
	}
}

// checkParsed parses a text as a browser would and looks at what came of it.
// What it came to is written out and parsed as often again, since some texts
// become harmful only then.
func checkParsed(fragment string, times int) error {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return fmt.Errorf("parsing %q: %w", fragment, err)
	}
	c := checker{allowed: allowed(), ids: map[string]bool{}}
	var again strings.Builder
	for _, n := range nodes {
		if err := c.node(n); err != nil {
			return fmt.Errorf("%w in %q", err, fragment)
		}
		if err := html.Render(&again, n); err != nil {
			return fmt.Errorf("writing %q: %w", fragment, err)
		}
	}
	if times > 1 {
		return checkParsed(again.String(), times-1)
	}
	return nil
}

type checker struct {
	allowed map[string]map[string]*regexp.Regexp
	ids     map[string]bool
}

func (c *checker) node(n *html.Node) error {
	switch n.Type {
	case html.TextNode:
		return nil
	case html.ElementNode:
		if err := c.element(n); err != nil {
			return err
		}
	default:
		return fmt.Errorf("a node of type %d, %q", n.Type, n.Data)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		if err := c.node(child); err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) element(n *html.Node) error {
	attributes, ok := c.allowed[n.Data]
	if !ok || n.Namespace != "" {
		return fmt.Errorf("an element %s %s", n.Namespace, n.Data)
	}
	address, rel := "", ""
	for _, a := range n.Attr {
		form, ok := attributes[a.Key]
		switch {
		case !ok || a.Namespace != "":
			return fmt.Errorf("an attribute %s of %s", a.Key, n.Data)
		case form != nil && !form.MatchString(a.Val):
			return fmt.Errorf("%s=%q of %s", a.Key, a.Val, n.Data)
		case a.Key == "href" || a.Key == "src":
			address = a.Val
		case a.Key == "rel":
			rel = a.Val
		case a.Key == "id":
			if c.ids[a.Val] {
				return fmt.Errorf("the id %q twice", a.Val)
			}
			c.ids[a.Val] = true
		}
	}
	switch n.Data {
	case "img":
		return checkImage(address)
	case "a":
		return checkLink(address, rel)
	}
	return nil
}

// checkImage holds an image to the attachments of this site.
func checkImage(src string) error {
	u, err := url.Parse(src)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/attachments/") || strings.Contains(u.Path, "..") ||
		strings.Contains(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return fmt.Errorf("an image from %q", src)
	}
	return nil
}

// checkLink holds a link to the schemes allowed, and to say what it is.
func checkLink(href, rel string) error {
	if strings.HasPrefix(href, "#") {
		return nil
	}
	u, err := url.Parse(href)
	if err != nil || href == "" {
		return fmt.Errorf("a link to %q", href)
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" || u.User != nil {
			return fmt.Errorf("a link to %q", href)
		}
	case "mailto":
		if u.RawQuery != "" {
			return fmt.Errorf("a link to %q", href)
		}
	case "":
		if !strings.HasPrefix(href, "/") || strings.HasPrefix(href, "//") || strings.HasPrefix(href, `/\`) {
			return fmt.Errorf("a link to %q", href)
		}
	default:
		return fmt.Errorf("a link to %q", href)
	}
	if rel == "" {
		return fmt.Errorf("a link to %q without rel", href)
	}
	return nil
}
