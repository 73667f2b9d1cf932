package site

import (
	"encoding/xml"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/feeds"

	"grassroots/app/web"
	"grassroots/models"
)

// feedLength is how many case studies a feed has when nobody asks for another
// number.
const feedLength = 50

// atomFeed is a feed with more than one link: its own address, by which
// readers find it again, and the list that it is of.
type atomFeed struct {
	*feeds.AtomFeed
	Links []feeds.AtomLink
}

// feed is a list of case studies as an Atom feed (RFC 4287). It takes the
// list's parameters. Readers of feeds sort by time themselves, so without an
// order of its own it is the newest.
func (f *Feature) feed(c *fiber.Ctx) error {
	limit, err := web.QueryInt(c, "limit", feedLength, 1, 100)
	if err != nil {
		return err
	}
	q, err := f.lists.Parse(c, limit)
	if err != nil {
		return err
	}
	if c.Query("sort") == "" {
		q.Sort = models.SortNew
	}
	q.Cursor = nil // a feed is the beginning of its list
	page, err := f.lists.Find(c.UserContext(), q)
	if err != nil {
		return err
	}
	body, err := xml.MarshalIndent(f.atom(c, q, page.Items), "", "  ")
	if err != nil {
		return models.Wrap(models.Internal, "The feed could not be written.", err)
	}
	return sendTagged(c, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), body...))
}

func (f *Feature) atom(c *fiber.Ctx, q models.ListQuery, items []models.Summary) atomFeed {
	query := string(c.Request().URI().QueryString())
	self, list := f.site.URL("/feeds/case-studies.atom"), f.site.URL("/case-studies")
	if query != "" {
		self, list = self+"?"+query, list+"?"+query
	}
	feed := atomFeed{&feeds.AtomFeed{Xmlns: "http://www.w3.org/2005/Atom", Title: feedTitle(q), Id: self, Subtitle: "What NHS staff have tried, joined up and learnt",
		Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: "Grassroots"}}},
		[]feeds.AtomLink{{Href: self, Rel: "self", Type: "application/atom+xml"}, {Href: list, Rel: "alternate", Type: "text/html"}}}
	// An empty feed has to have a time too, and one that does not change.
	updated := time.Unix(models.HotEpoch, 0)
	for _, s := range items {
		feed.Entries = append(feed.Entries, f.entry(s))
		if s.UpdatedAt.After(updated) {
			updated = s.UpdatedAt
		}
	}
	feed.Updated = atomTime(updated)
	return feed
}

// entry is a case study in a feed. Its id is the case study's own, so that it
// stays when the title, the address or the site's name changes.
func (f *Feature) entry(s models.Summary) *feeds.AtomEntry {
	e := &feeds.AtomEntry{Title: s.Title, Id: "urn:ulid:" + s.ID, Updated: atomTime(s.UpdatedAt), Published: atomTime(s.PublishedAt),
		Links: []feeds.AtomLink{{Href: f.site.URL("/case-studies/" + s.Slug), Rel: "alternate", Type: "text/html"}}}
	if text := entryText(s); text != "" {
		e.Summary = &feeds.AtomSummary{Content: text, Type: "text"}
	}
	if s.Byline != "" {
		e.Author = &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: s.Byline}}
	}
	return e
}

// entryText is the summary, with the stage and the place of the work.
func entryText(s models.Summary) string {
	parts := []string{s.Stage.Label()}
	if s.OrgName != "" {
		parts = append(parts, s.OrgName)
	}
	return strings.TrimSpace(s.Summary + "\n\n" + strings.Join(parts, ", "))
}

func feedTitle(q models.ListQuery) string {
	title := "Grassroots: case studies"
	if q.Text != "" {
		title += " about “" + q.Text + "”"
	}
	var values []string
	for _, name := range models.FacetNames() {
		for _, v := range q.Filters[name] {
			if name == models.FacetStage {
				v = models.Stage(v).Label()
			}
			values = append(values, v)
		}
	}
	if len(values) > 0 {
		title += " (" + strings.Join(values, ", ") + ")"
	}
	return title
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// sendTagged sends a body with a tag of its content, or only says that it is
// the one that the client has.
func sendTagged(c *fiber.Ctx, contentType string, body []byte) error {
	hash := fnv.New64a()
	_, _ = hash.Write(body) // a hash.Hash never fails to write
	tag := strconv.FormatUint(hash.Sum64(), 36)
	c.Set(fiber.HeaderETag, `W/"`+tag+`"`)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if strings.Contains(c.Get(fiber.HeaderIfNoneMatch), `"`+tag+`"`) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, contentType)
	return c.Send(body)
}
