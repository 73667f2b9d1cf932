package feeds

import (
	"encoding/xml"
	"net/url"
	"strings"
	"time"
)

// What follows is Atom (RFC 4287) as far as it is used here, with the links of
// paged feeds (RFC 5005) and of threads (RFC 4685). encoding/xml writes it in
// the order of the fields and escapes what people wrote.

// mediaType is how a feed is announced.
const mediaType = "application/atom+xml"

type document struct {
	XMLName   xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string    `xml:"xml:lang,attr"`
	Base      string    `xml:"xml:base,attr"`
	ID        string    `xml:"id"`
	Title     text      `xml:"title"`
	Subtitle  text      `xml:"subtitle"`
	Updated   string    `xml:"updated"`
	Author    person    `xml:"author"`
	Icon      string    `xml:"icon"`
	Generator generator `xml:"generator"`
	Links     []link    `xml:"link"`
	Entries   []entry   `xml:"entry"`
}

type entry struct {
	ID         string     `xml:"id"`
	Title      text       `xml:"title"`
	Updated    string     `xml:"updated"`
	Published  string     `xml:"published"`
	Authors    []person   `xml:"author"`
	Links      []link     `xml:"link"`
	Categories []category `xml:"category"`
	Summary    *text      `xml:"summary"`
	Content    *text      `xml:"content"`
	ReplyTo    *replyTo   `xml:"http://purl.org/syndication/thread/1.0 in-reply-to"`
}

// text is a text construct: "text", or "html" that is escaped once more.
type text struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

type person struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type link struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr,omitempty"`
	Href  string `xml:"href,attr"`
	Title string `xml:"title,attr,omitempty"`
}

type category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

type generator struct {
	URI     string `xml:"uri,attr"`
	Version string `xml:"version,attr"`
	Name    string `xml:",chardata"`
}

// replyTo says what an entry answers (RFC 4685, section 3).
type replyTo struct {
	Ref  string `xml:"ref,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr"`
}

func plain(s string) text { return text{Type: "text", Body: s} }

// entryID is an entry's own id: it stays when the title, the address or the
// name of the site changes.
func entryID(id string) string { return "urn:ulid:" + id }

// tagID is the id of a feed, a tag URI (RFC 4151): it says which list of which
// site, and does not change with the way in which the feed is asked for.
func tagID(baseURL, specific string) string {
	u, err := url.Parse(baseURL)
	if err != nil || strings.Contains(u.Hostname(), ":") { // an address of IPv6 is no name of an authority
		return baseURL + "/" + specific
	}
	if port := u.Port(); port != "" {
		specific = "port-" + port + "/" + specific
	}
	return "tag:" + u.Hostname() + ",2026-01-01:" + specific
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
