package finding

import (
	"cmp"
	"context"
	"strings"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/search"
)

// documents makes what the index is given of things of one kind, in one
// statement. What is not there, or has no name to be found by, is left out.
func (f *Feature) documents(ctx context.Context, kind search.Kind, ids []string) ([]search.Document, error) {
	switch kind {
	case search.KindPerson:
		list, err := f.store.PeopleByIDs(ctx, ids)
		return personDocuments(list), err
	case search.KindOrganisation:
		byCode, err := f.store.OrganisationsByCode(ctx, ids)
		var list []models.Organisation
		for _, o := range byCode {
			list = append(list, o)
		}
		return organisationDocuments(list), err
	case search.KindSystem:
		list, err := f.store.SystemsBySlug(ctx, ids)
		return systemDocuments(list), err
	case search.KindStandard:
		list, err := f.store.StandardsByCode(ctx, ids)
		return standardDocuments(list), err
	case search.KindCollection:
		list, err := f.store.OpenCollections(ctx, ids)
		return collectionDocuments(list), err
	case search.KindCampaign:
		list, err := f.store.OpenCampaigns(ctx, ids)
		return campaignDocuments(list), err
	}
	return nil, nil
}

// collectionDocuments are of the words about collections, not of their notes: who
// finds a case study by these finds it by itself.
func collectionDocuments(list []models.Collection) []search.Document {
	var out []search.Document
	for _, c := range list {
		d := search.Document{Kind: search.KindCollection, ID: c.ID, Title: c.Title, Summary: about("Collection", c.StaffGroup, c.OrgName), Body: c.About, URL: "/collections/" + c.Slug,
			Facets: map[string][]string{}, Published: c.CreatedAt}
		if c.StaffGroup != "" {
			d.Facets[search.FacetStaffGroup] = []string{c.StaffGroup}
		}
		if code := cmp.Or(c.ListOf, c.Organisation); code != "" {
			d.Facets[search.FacetOrganisation] = []string{code}
		}
		out = append(out, d)
	}
	return out
}

func campaignDocuments(list []models.Campaign) []search.Document {
	var out []search.Document
	for _, c := range list {
		d := search.Document{Kind: search.KindCampaign, ID: c.ID, Title: c.Title, Summary: about(c.Template.Label(), c.SponsorName), Body: c.Brief, URL: "/campaigns/" + c.Slug,
			Facets: map[string][]string{}, Published: c.CreatedAt}
		if c.Sponsor != "" {
			d.Facets[search.FacetOrganisation] = []string{c.Sponsor}
		}
		out = append(out, d)
	}
	return out
}

func personDocuments(list []models.Person) []search.Document {
	var out []search.Document
	for _, p := range list {
		if p.Name == "" || p.ClosedAt != nil {
			continue
		}
		d := search.Document{Kind: search.KindPerson, ID: p.ID, Title: p.Name, Summary: about(p.JobTitle, p.OrgName),
			Body: strings.Join([]string{p.Handle, p.StaffGroup, strings.Join(p.Skills, ", "), p.Bio}, "\n"), URL: "/people/" + p.Handle,
			Facets: map[string][]string{}, Published: p.CreatedAt}
		if p.Organisation != "" {
			d.Facets[search.FacetOrganisation] = []string{p.Organisation}
		}
		if p.StaffGroup != "" {
			d.Facets[search.FacetStaffGroup] = []string{p.StaffGroup}
		}
		out = append(out, d)
	}
	return out
}

func organisationDocuments(list []models.Organisation) []search.Document {
	var out []search.Document
	for _, o := range list {
		if !o.Named {
			continue
		}
		d := search.Document{Kind: search.KindOrganisation, ID: o.Code, Title: o.Name, Summary: about(o.Kind, o.Region),
			Body: strings.Join([]string{o.ICBName, o.Postcode}, "\n"), URL: "/organisations/" + o.Code}
		if o.Region != "" {
			d.Facets = map[string][]string{search.FacetRegion: {o.Region}}
		}
		out = append(out, d)
	}
	return out
}

func systemDocuments(list []models.System) []search.Document {
	var out []search.Document
	for _, s := range list {
		out = append(out, search.Document{Kind: search.KindSystem, ID: s.Slug, Title: s.Name, Summary: about(s.Kind, s.Supplier),
			Body: strings.Join(s.Aliases, "\n"), URL: "/systems/" + s.Slug})
	}
	return out
}

func standardDocuments(list []models.Standard) []search.Document {
	var out []search.Document
	for _, s := range list {
		out = append(out, search.Document{Kind: search.KindStandard, ID: s.Code, Title: s.Name, Summary: about(s.Purpose, s.Publisher),
			Body: strings.Join(s.Aliases, "\n"), URL: "/standards/" + s.Code})
	}
	return out
}

// about joins what is known of something, in one line.
func about(facts ...string) string {
	var said []string
	for _, f := range facts {
		if f != "" {
			said = append(said, f)
		}
	}
	return strings.Join(said, ", ")
}

func (f *Feature) pageOfPeople(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	list, more, err := f.store.People(ctx, store.PeopleQuery{After: at, Limit: indexBatch})
	return personDocuments(list), next(list, more, func(p models.Person) store.NameCursor { return store.NameCursor{Name: p.Name, Key: p.ID} }), err
}

func (f *Feature) pageOfOrganisations(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	list, more, err := f.store.Organisations(ctx, store.OrganisationQuery{Named: true, After: at, Limit: indexBatch})
	return organisationDocuments(list), next(list, more, func(o models.Organisation) store.NameCursor { return store.NameCursor{Name: o.Name, Key: o.Code} }), err
}

func (f *Feature) pageOfSystems(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	list, more, _, err := f.store.PageOfSystems(ctx, store.TermQuery{After: at, Limit: indexBatch})
	return systemDocuments(list), next(list, more, func(s models.System) store.NameCursor { return store.NameCursor{Name: s.Name, Key: s.Slug} }), err
}

func (f *Feature) pageOfStandards(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	list, more, _, err := f.store.PageOfStandards(ctx, store.TermQuery{After: at, Limit: indexBatch})
	return standardDocuments(list), next(list, more, func(s models.Standard) store.NameCursor { return store.NameCursor{Name: s.Name, Key: s.Code} }), err
}

func (f *Feature) pageOfCollections(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	q := models.CollectionQuery{Sort: models.SortNew, Limit: indexBatch}
	if at != nil {
		q.Cursor = &models.Cursor{ID: at.Key}
	}
	list, more, err := f.store.Collections(ctx, nil, q)
	return collectionDocuments(list), next(list, more, func(c models.Collection) store.NameCursor { return store.NameCursor{Key: c.ID} }), err
}

// next gives where the next page begins, or nil after the last.
func next[T any](list []T, more bool, at func(T) store.NameCursor) *store.NameCursor {
	if !more || len(list) == 0 {
		return nil
	}
	c := at(list[len(list)-1])
	return &c
}

func (f *Feature) pageOfCampaigns(ctx context.Context, at *store.NameCursor) ([]search.Document, *store.NameCursor, error) {
	q := models.CampaignQuery{Limit: indexBatch}
	if at != nil {
		q.Cursor = &models.Cursor{Sort: models.SortNew, ID: at.Key}
	}
	list, more, err := f.store.Campaigns(ctx, q)
	return campaignDocuments(list), next(list, more, func(c models.Campaign) store.NameCursor { return store.NameCursor{Key: c.ID} }), err
}
