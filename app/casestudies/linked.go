package casestudies

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/templates"
)

// cardURL is the address of the picture that stands for a case study where
// somebody has shared it.
func (f *Feature) cardURL(cs models.CaseStudy) string {
	return f.site.URL("/case-studies/" + url.PathEscape(cs.Slug) + "/card.png?r=" + strconv.Itoa(cs.Revision))
}

// linked describes a case study in the words of schema.org.
func (f *Feature) linked(cs models.CaseStudy, orgName string, rows []templates.ConnectionRow) schemaorg.Article {
	around := schemaorg.Around{OrgName: orgName, Image: f.cardURL(cs)}
	add := func(path, name string) {
		known := slices.ContainsFunc(around.Terms, func(t schemaorg.Term) bool { return t.Path == path })
		if path != "" && !known {
			around.Terms = append(around.Terms, schemaorg.Term{Path: path, Name: name})
		}
	}
	for _, r := range rows {
		add(r.FromURL, r.From)
		add(r.ToURL, r.To)
		add(r.StandardURL, r.Standard)
	}
	return schemaorg.Site(f.site.BaseURL).CaseStudy(cs, around)
}

// JSONLD describes a case study as a document of JSON-LD.
func (f *Feature) JSONLD(ctx context.Context, cs models.CaseStudy) ([]byte, error) {
	names, err := f.store.OrganisationNames(ctx, []string{cs.Organisation})
	if err != nil {
		return nil, err
	}
	rows, err := f.ConnectionRows(ctx, cs.Connections)
	if err != nil {
		return nil, err
	}
	return schemaorg.Document(f.linked(cs, names[cs.Organisation], rows))
}
