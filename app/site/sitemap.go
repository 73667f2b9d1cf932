package site

import (
	"bufio"
	"context"
	"encoding/xml"
	"io"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// sitemapBatch is how many rows of a map are read at a time.
const sitemapBatch = 1000

// part is a kind of page that the map of the site lists: a row at a time by
// key, so that a map of any length is never held in memory.
type part struct {
	name  string // of its maps
	path  string // before the last part of each address
	kind  store.ListedKind
	isKey func(string) bool // whether a map can begin after it
}

// parts are the kinds, each by the name of its maps.
func parts() []part {
	return []part{
		{"case-studies.xml", "/case-studies/", store.ListedCaseStudies, models.ValidID},
		{"organisations.xml", "/organisations/", store.ListedOrganisations, models.ValidODSCode},
		{"systems.xml", "/systems/", store.ListedSystems, isName},
		{"standards.xml", "/standards/", store.ListedStandards, isName},
		{"collections.xml", "/collections/", store.ListedCollections, isName},
		{"campaigns.xml", "/campaigns/", store.ListedCampaigns, isName},
	}
}

// isName tells whether s can be the name of a system or standard in an
// address.
func isName(s string) bool { return len(s) <= 200 && models.CleanLine(s) == s }

// ownPages are those that are there whatever people post.
func ownPages() []string {
	return []string{"/", "/case-studies", "/interoperability", "/interoperability/map", "/campaigns", "/collections", "/learning-points", "/organisations", "/systems", "/standards", "/help/markdown", "/api/docs", "/accessibility", "/privacy"}
}

// sitemap lists the addresses for search engines: all of them, or, when they
// are more than one map may have, the maps that have them.
func (f *Feature) sitemap(c *fiber.Ctx) error {
	ctx := c.UserContext()
	maps, err := f.maps(ctx)
	if err != nil {
		return err
	}
	if maps != nil {
		return f.sendXML(c, "sitemapindex", func(_ context.Context, w *bufio.Writer) error {
			for _, address := range maps {
				writeElement(w, "sitemap", f.site.URL(address), time.Time{})
			}
			return nil
		})
	}
	return f.sendXML(c, "urlset", func(ctx context.Context, w *bufio.Writer) error {
		for _, path := range ownPages() {
			writeElement(w, "url", f.site.URL(path), time.Time{})
		}
		for _, p := range parts() {
			if err := f.writePart(ctx, w, p, "", f.perSitemap); err != nil {
				return err
			}
		}
		return nil
	})
}

// maps gives the addresses of the maps of the site, or nil when one will do.
func (f *Feature) maps(ctx context.Context) ([]string, error) {
	var kinds []store.ListedKind
	for _, p := range parts() {
		kinds = append(kinds, p.kind)
	}
	n, err := f.store.CountListed(ctx, kinds...)
	if err != nil || n+len(ownPages()) <= f.perSitemap {
		return nil, err
	}
	out := []string{"/sitemaps/pages.xml"}
	for _, p := range parts() {
		if out, err = f.addMaps(ctx, p, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addMaps adds the addresses of the maps of a kind: each begins after the last
// address of the one before.
func (f *Feature) addMaps(ctx context.Context, p part, out []string) ([]string, error) {
	after := ""
	for {
		first, err := f.store.NthListedAfter(ctx, p.kind, after, 1)
		if err != nil || first == "" {
			return out, err
		}
		to := "/sitemaps/" + p.name
		if after != "" {
			to += "?after=" + url.QueryEscape(after)
		}
		out = append(out, to)
		if after, err = f.store.NthListedAfter(ctx, p.kind, after, f.perSitemap); err != nil || after == "" {
			return out, err
		}
	}
}

// sitemapOf is one of several maps.
func (f *Feature) sitemapOf(c *fiber.Ctx) error {
	kind, after := c.Params("kind"), c.Query("after")
	if kind == "pages.xml" {
		return f.sendXML(c, "urlset", func(_ context.Context, w *bufio.Writer) error {
			for _, path := range ownPages() {
				writeElement(w, "url", f.site.URL(path), time.Time{})
			}
			return nil
		})
	}
	for _, p := range parts() {
		if p.name == kind {
			if after != "" && !p.isKey(after) {
				return models.E(models.BadRequest, "“after” is not a place in the map of this site that we gave.")
			}
			return f.sendXML(c, "urlset", func(ctx context.Context, w *bufio.Writer) error {
				return f.writePart(ctx, w, p, after, f.perSitemap)
			})
		}
	}
	return fiber.ErrNotFound
}

// writePart writes up to most addresses of a kind, a batch at a time.
func (f *Feature) writePart(ctx context.Context, w *bufio.Writer, p part, after string, most int) error {
	for most > 0 {
		rows, err := f.store.Listed(ctx, p.kind, after, min(sitemapBatch, most))
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			writeElement(w, "url", f.site.URL(p.path+url.PathEscape(r.Slug)), r.UpdatedAt)
		}
		most -= len(rows)
		after = rows[len(rows)-1].Key
	}
	return nil
}

// writeElement writes one address. A bufio.Writer keeps its first error for
// the flush at the end.
func writeElement(w *bufio.Writer, name, address string, updated time.Time) {
	_, _ = w.WriteString("<" + name + "><loc>")
	_ = xml.EscapeText(w, []byte(address))
	_, _ = w.WriteString("</loc>")
	if !updated.IsZero() {
		_, _ = w.WriteString("<lastmod>" + updated.UTC().Format(time.RFC3339) + "</lastmod>")
	}
	_, _ = w.WriteString("</" + name + ">\n")
}

// sendXML sends a document as it is written. When it cannot be finished it is
// cut off, which its readers see: it has no end.
func (f *Feature) sendXML(c *fiber.Ctx, root string, write func(ctx context.Context, w *bufio.Writer) error) error {
	ctx := c.UserContext()
	r, pipe := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(pipe, 32<<10)
		_, _ = w.WriteString(xml.Header + "<" + root + ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
		err := write(ctx, w)
		if err == nil {
			_, _ = w.WriteString("</" + root + ">\n")
			err = w.Flush()
		} else {
			f.site.Log.ErrorContext(ctx, "a map of the site was cut off", "error", err)
		}
		_ = pipe.CloseWithError(err) // never fails, by its documentation
	}()
	c.Set(fiber.HeaderContentType, "application/xml; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.SendStream(r)
}
