package markdown

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// newPolicy is the list of what may stand in a rendered text. It repeats what
// the rendering promises, so that a mistake there cannot become a hole.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "em", "strong", "del",
		"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "sup", "div", "section")

	id := regexp.MustCompile(`^(?:[A-Za-z0-9-]+-)?(?:s|fn|fnref)-[a-z0-9-]+$`)
	p.AllowAttrs("id").Matching(id).OnElements("h2", "h3", "h4", "h5", "h6", "li", "sup")

	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	// A scheme is checked again by the lines above; this shuts out addresses
	// of other hosts that have none.
	p.AllowAttrs("href").Matching(regexp.MustCompile(`^(?:https?://[^/]|mailto:|#|/$|/[^/\\])`)).OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile("^" + rel + "$")).OnElements("a")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-(?:noteref|backlink)$`)).OnElements("a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(?:footnote-(?:ref|backref)|gr-anchor)$`)).OnElements("a")
	label := regexp.MustCompile(`^[^<>]*$`)
	p.AllowAttrs("aria-label").Matching(label).OnElements("a", "div", "section", "input")

	p.AllowAttrs("src").Matching(attachmentForm).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")

	p.AllowAttrs("class").Matching(regexp.MustCompile(`^gr-(?:scroll|heading)$`)).OnElements("div")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^region$`)).OnElements("div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^footnotes$`)).OnElements("section")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-endnotes$`)).OnElements("section")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^` + MeasureClass + `$`)).OnElements("pre")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,9}$`)).OnElements("ol")

	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
	p.AllowAttrs("disabled", "checked").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	return p
}

// sanitise applies the policy. What it gives back, it leaves alone.
func (r *Renderer) sanitise(html string) string {
	return strings.TrimSpace(r.policy.Sanitize(html))
}
