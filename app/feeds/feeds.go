// Package feeds is the lists of the site as Atom feeds: case studies by
// anything that the list can be narrowed to, comments, and who adopts what.
package feeds

import (
	"context"
	"encoding/xml"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// length is how many entries a feed has when nobody asks for another number.
const length = 50

// Lists is what the feeds show of other features: the list of case studies,
// and who is meant by a name in an address.
type Lists struct {
	// Parse reads a query out of an address; also names more parameters that may stand there.
	Parse func(c *fiber.Ctx, limit int, also ...string) (models.ListQuery, error)
	// Find answers it.
	Find func(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error)
	// System gives a system by its slug or any of its names.
	System func(ctx context.Context, slugOrName string) (models.System, error)
	// CaseStudy gives one that may be read by everybody, by its slug.
	CaseStudy func(ctx context.Context, slug string) (models.CaseStudy, error)
}

// Feature is the feeds, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	lists Lists
}

// New makes the feature.
func New(site *web.Site, lists Lists) *Feature {
	return &Feature{site: site, store: site.Store, lists: lists}
}

// Routes adds the feeds. What people follow is one address each: the others
// that lead to the same feed say so in their "self" link.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/feeds/case-studies.atom", f.site.Cached(f.caseStudies))
	r.Get("/feeds/comments.atom", f.site.Cached(f.comments))
	r.Get("/feeds/adoptions.atom", f.site.Cached(f.adoptions))
	r.Get("/feeds/systems.atom", f.site.Cached(f.systems))
	r.Get("/feeds/standards.atom", f.site.Cached(f.standards))
	r.Get("/feeds/organisations.atom", f.site.Cached(f.organisations))
	r.Get("/systems/:slug/feed.atom", f.site.Cached(f.ofSystem))
	r.Get("/standards/:code/feed.atom", f.site.Cached(f.ofStandard))
	r.Get("/organisations/:code/feed.atom", f.site.Cached(f.ofOrganisation))
	r.Get("/organisations/:code/adoptions.atom", f.site.Cached(f.adoptionsBy))
	r.Get("/case-studies/:slug/comments.atom", f.site.Cached(f.commentsOn))
	r.Get("/case-studies/:slug/adoptions.atom", f.site.Cached(f.adoptionsOf))
}

// feed is a feed on its way out.
type feed struct {
	specific string // what tells it from the other feeds of the site, for its id
	title    string
	list     string // path of the page that it is of
	links    []link // those beside "alternate"
	entries  []entry
	updated  time.Time
}

// add puts an entry into the feed, which is as new as its newest entry.
func (d *feed) add(e entry, updated time.Time) {
	e.Updated = atomTime(updated)
	d.entries = append(d.entries, e)
	if updated.After(d.updated) {
		d.updated = updated
	}
}

// page links the pages of a paged feed (RFC 5005, section 3). address makes
// the address of a page by its cursor.
func (d *feed) page(cursor, prev, next string, address func(cursor string) string) {
	to := func(rel, cursor string) {
		d.links = append(d.links, link{Rel: rel, Type: mediaType, Href: address(cursor)})
	}
	to("self", cursor)
	to("first", "")
	if prev != "" {
		to("previous", prev)
	}
	if next != "" {
		to("next", next)
	}
}

// send answers with the feed.
func (f *Feature) send(c *fiber.Ctx, d feed) error {
	doc := document{Lang: "en-GB", Base: f.site.URL("/"), ID: tagID(f.site.BaseURL, d.specific), Title: plain(d.title), Entries: d.entries,
		Subtitle: plain("What NHS staff have tried, joined up and learnt"), Author: person{Name: serviceName, URI: f.site.URL("/")},
		Icon: f.site.URL(f.site.Assets.URL("icon.svg")), Generator: generator{URI: f.site.URL("/api/docs"), Version: f.site.Version, Name: serviceName},
		Links: append([]link{{Rel: "alternate", Type: "text/html", Href: f.site.URL(d.list)}}, d.links...)}
	if d.updated.IsZero() { // an empty feed has to have a time too, and one that does not change
		d.updated = time.Unix(models.HotEpoch, 0)
	}
	doc.Updated = atomTime(d.updated)
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return models.Wrap(models.Internal, "The feed could not be written.", err)
	}
	return web.SendTagged(c, mediaType+"; charset=utf-8", append([]byte(xml.Header), body...))
}

const serviceName = "Grassroots"

// single reads the parameters of a feed that takes a limit and a cursor alone.
func single(c *fiber.Ctx) (limit int, cursor string, err error) {
	for k := range c.Context().QueryArgs().All() {
		if name := string(k); name != "limit" && name != "cursor" {
			return 0, "", models.Errorf(models.BadRequest, "This feed takes limit and cursor, and has nothing called “%s”.", models.Truncate(models.CleanLine(name), 40))
		}
	}
	limit, err = web.QueryInt(c, "limit", length, 1, 100)
	return limit, strings.TrimSpace(c.Query("cursor")), err
}
