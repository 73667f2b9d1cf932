package feeds

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// adoptions is what organisations said last of any case study that they adopt.
func (f *Feature) adoptions(c *fiber.Ctx) error {
	return f.sendAdoptions(c, feed{specific: "feeds/adoptions", title: serviceName + ": adoptions", list: "/case-studies?sort=adopted"}, "/feeds/adoptions.atom", store.AdoptionNews{})
}

// adoptionsOf is what they said last of one case study. A name that it had leads
// to the one that it has.
func (f *Feature) adoptionsOf(c *fiber.Ctx) error {
	asked := c.Params("slug")
	cs, err := f.lists.CaseStudy(c.UserContext(), asked)
	if err != nil {
		return err
	}
	path := "/case-studies/" + url.PathEscape(cs.Slug) + "/adoptions"
	if asked != cs.Slug {
		return c.Redirect(path+".atom", fiber.StatusMovedPermanently)
	}
	return f.sendAdoptions(c, feed{specific: "feeds/adoptions/" + cs.ID, title: "Adoptions of " + cs.Title, list: path}, path+".atom", store.AdoptionNews{CaseStudyID: cs.ID})
}

// adoptionsBy is what one organisation adopts and what is adopted from it.
func (f *Feature) adoptionsBy(c *fiber.Ctx) error {
	asked := models.CleanLine(c.Params("code"))
	o, err := f.store.Organisation(c.UserContext(), strings.ToUpper(asked))
	if err != nil {
		return err
	}
	path := "/organisations/" + url.PathEscape(o.Code) + "/adoptions"
	if asked != o.Code {
		return c.Redirect(path+".atom", fiber.StatusMovedPermanently)
	}
	d := feed{specific: "feeds/adoptions/organisations/" + o.Code, title: "Adopted by and from " + o.DisplayName(), list: path}
	return f.sendAdoptions(c, d, path+".atom", store.AdoptionNews{Organisation: o.Code})
}

func (f *Feature) sendAdoptions(c *fiber.Ctx, d feed, path string, q store.AdoptionNews) error {
	limit, after, err := single(c)
	if err != nil {
		return err
	}
	q.Limit, q.After = limit, after
	list, next, err := f.store.RecentAdoptions(c.UserContext(), q)
	if err != nil {
		return err
	}
	d.page(after, "", next, func(cursor string) string {
		v := url.Values{}
		if limit != length {
			v.Set("limit", strconv.Itoa(limit))
		}
		if cursor != "" {
			v.Set("cursor", cursor)
		}
		return f.site.URL(path + question(v))
	})
	for _, a := range list {
		d.add(f.adoption(a), a.ChangedAt)
	}
	return f.send(c, d)
}

// adoption is one that was recorded here or, with a link to it, elsewhere. The
// organisation says it, whoever looks after it there.
func (f *Feature) adoption(a models.Adoption) entry {
	study := f.site.URL("/case-studies/" + url.PathEscape(a.Slug))
	said := plain(adoptionText(a))
	e := entry{ID: entryID(a.ID), Title: plain(a.OrgName + ": " + a.Status.Label() + ", " + a.Title), Published: atomTime(a.CreatedAt), Summary: &said,
		Authors:    []person{{Name: a.OrgName, URI: f.site.URL("/organisations/" + url.PathEscape(a.Organisation))}},
		Categories: []category{{Term: string(a.Status), Scheme: tagID(f.site.BaseURL, "adoption-status"), Label: a.Status.Label()}}}
	at := study + "/adoptions"
	if a.Site == "" {
		at += "/" + url.PathEscape(a.Organisation)
	}
	e.Links = []link{{Rel: "alternate", Type: "text/html", Href: at}, {Rel: "related", Type: "text/html", Href: study, Title: a.Title}}
	if a.Site != "" {
		e.Links = append(e.Links, link{Rel: "via", Type: "text/html", Href: a.URL, Title: "Where it is recorded"})
	}
	return e
}

// saidOf is what an entry tells of an adoption in words; the rest is on its page.
var saidOf = map[string]string{"sites": "Where", "adaptations": "What they changed", "result": "What came of it", "reason": "Why they stopped"}

func adoptionText(a models.Adoption) string {
	parts := []string{a.Status.Label() + "."}
	a.EachText(func(field string, text *string) {
		if label := saidOf[field]; label != "" && *text != "" {
			parts = append(parts, label+": "+*text)
		}
	})
	if a.Demo {
		parts = append(parts, "Invented for the demonstration.")
	}
	return strings.Join(parts, "\n\n")
}
