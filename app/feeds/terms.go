package feeds

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// The lists of systems, standards and organisations keep no times of their own.
// What there is to follow in them is which of them case studies begin to name:
// an entry is as old as the first case study that names it, and as new as the
// last.

func (f *Feature) systems(c *fiber.Ctx) error {
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	return f.sendNews(c, "systems", "systems that case studies name", models.FacetSystem, func([]string) (func(string) string, error) { return v.SystemName, nil })
}

func (f *Feature) standards(c *fiber.Ctx) error {
	v, err := f.site.Vocabulary(c.UserContext())
	if err != nil {
		return err
	}
	return f.sendNews(c, "standards", "standards that case studies name", models.FacetStandard, func([]string) (func(string) string, error) { return v.StandardName, nil })
}

func (f *Feature) organisations(c *fiber.Ctx) error {
	return f.sendNews(c, "organisations", "organisations with case studies", models.FacetOrganisation, func(codes []string) (func(string) string, error) {
		names, err := f.store.OrganisationNames(c.UserContext(), codes)
		return func(code string) string {
			if names[code] != "" {
				return names[code]
			}
			return models.Organisation{Code: code}.DisplayName()
		}, err
	})
}

// sendNews sends the values of a facet, that of the newest case study first.
// folder is where their pages are, and names gives what they are called.
func (f *Feature) sendNews(c *fiber.Ctx, folder, title, facet string, names func(values []string) (func(string) string, error)) error {
	if err := web.OnlyParameters(c, "limit"); err != nil {
		return err
	}
	limit, err := web.QueryInt(c, "limit", length, 1, 100)
	if err != nil {
		return err
	}
	list, err := f.store.FacetNews(c.UserContext(), facet, limit)
	if err != nil {
		return err
	}
	values := make([]string, len(list))
	for i, n := range list {
		values[i] = n.Value
	}
	name, err := names(values)
	if err != nil {
		return err
	}
	d := feed{specific: "feeds/" + folder, title: serviceName + ": " + title, list: "/" + folder}
	d.page("", "", "", func(string) string {
		address := "/feeds/" + folder + ".atom"
		if limit != length {
			address += "?limit=" + strconv.Itoa(limit)
		}
		return f.site.URL(address)
	})
	for _, n := range list {
		path := "/" + folder + "/" + url.PathEscape(n.Value)
		summary := plain(templates.FormatCount(n.Studies, "case study", "case studies"))
		d.add(entry{ID: tagID(f.site.BaseURL, folder+"/"+url.PathEscape(n.Value)), Title: plain(name(n.Value)), Published: atomTime(n.First), Summary: &summary,
			Links: []link{{Rel: "alternate", Type: "text/html", Href: f.site.URL(path)},
				{Rel: "related", Type: mediaType, Href: f.site.URL(path + "/feed.atom"), Title: "Its case studies"}}}, n.Last)
	}
	return f.send(c, d)
}
