package bundles

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/reference"
)

// lookupBatch is how many rows of a list are asked for at a time.
const lookupBatch = 500

// named writes what the case studies name: organisations, people, and the
// systems and standards that not every site has from the start.
func (e *export) named(ctx context.Context) error {
	if err := e.persons(ctx); err != nil { // who belong to organisations
		return err
	}
	if err := e.bodies(ctx); err != nil {
		return err
	}
	if err := e.standardTerms(ctx); err != nil {
		return err
	}
	return e.systemTerms(ctx)
}

func (e *export) persons(ctx context.Context) error {
	for ids := range slices.Chunk(e.people.sorted(), lookupBatch) {
		people, err := e.f.store.PeopleByIDs(ctx, ids)
		if err != nil {
			return err
		}
		slices.SortFunc(people, func(a, b models.Person) int { return strings.Compare(a.ID, b.ID) })
		for i := range people {
			p := &people[i]
			e.organisations.add(p.Organisation)
			if err := e.to.Person(e.person(p)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *export) person(p *models.Person) bundle.Person {
	out := bundle.Person{ID: p.ID, Handle: p.Handle, Name: p.Name, Role: p.JobTitle, StaffGroup: p.StaffGroup, Organisation: p.Organisation,
		YearsExperience: p.YearsExperience, Created: p.CreatedAt.UTC()}
	switch {
	case p.Email == models.ImporterEmail:
		out.Account = bundle.ImporterAccount
	case e.o.Emails && p.Email != placeholder(p.ID):
		out.Email = p.Email
	}
	return out
}

func (e *export) bodies(ctx context.Context) error {
	codes := e.organisations.sorted()
	known, err := e.f.store.OrganisationsByCode(ctx, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		o := known[code]
		if !o.Named {
			continue // any site takes the code up by itself
		}
		line := func(s string) string { return models.Truncate(models.CleanLine(s), 200) }
		err := e.to.Organisation(bundle.Organisation{Code: o.Code, Name: line(o.Name), Kind: line(o.Kind), Region: line(o.Region), ICBCode: line(o.ICBCode),
			ICBName: line(o.ICBName), Postcode: line(o.Postcode), Opened: utc(o.Opened), Closed: utc(o.Closed), Successors: o.Successors})
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *export) standardTerms(ctx context.Context) error {
	seeded := seededStandards()
	for codes := range slices.Chunk(e.standards.sorted(), lookupBatch) {
		found, err := e.f.store.StandardsByCode(ctx, codes)
		if err != nil {
			return err
		}
		slices.SortFunc(found, func(a, b models.Standard) int { return strings.Compare(a.Code, b.Code) })
		for _, m := range found {
			if reflect.DeepEqual(standardRecord(m), seeded[m.Code]) {
				continue
			}
			if err := e.to.Standard(standardRecord(m)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *export) systemTerms(ctx context.Context) error {
	slugs := set{}
	for names := range slices.Chunk(e.systems.sorted(), lookupBatch) {
		found, err := e.f.store.SystemSlugs(ctx, names)
		if err != nil {
			return err
		}
		for _, slug := range found {
			slugs.add(slug)
		}
	}
	seeded := seededSystems()
	for part := range slices.Chunk(slugs.sorted(), lookupBatch) {
		found, err := e.f.store.SystemsBySlug(ctx, part)
		if err != nil {
			return err
		}
		slices.SortFunc(found, func(a, b models.System) int { return strings.Compare(a.Slug, b.Slug) })
		for _, m := range found {
			if reflect.DeepEqual(systemRecord(m), seeded[m.Slug]) {
				continue
			}
			if err := e.to.System(systemRecord(m)); err != nil {
				return err
			}
		}
	}
	return nil
}

func systemRecord(m models.System) bundle.System {
	return bundle.System{Slug: m.Slug, Name: m.Name, Supplier: m.Supplier, Kind: m.Kind, Aliases: some(m.Aliases), Successor: m.Successor, Confirmed: m.Confirmed}
}

func standardRecord(m models.Standard) bundle.Standard {
	return bundle.Standard{Code: m.Code, Name: m.Name, Publisher: m.Publisher, Kind: m.Kind, Purpose: m.Purpose, URL: m.URL, Aliases: some(m.Aliases), Confirmed: m.Confirmed}
}

// some makes an empty list none.
func some(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// seededSystems and seededStandards give what every site starts with.

func seededSystems() map[string]bundle.System {
	out := map[string]bundle.System{}
	for _, m := range reference.Systems() {
		out[m.Slug] = systemRecord(m)
	}
	return out
}

func seededStandards() map[string]bundle.Standard {
	out := map[string]bundle.Standard{}
	for _, m := range reference.Standards() {
		out[m.Code] = standardRecord(m)
	}
	return out
}
