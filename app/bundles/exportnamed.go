package bundles

import (
	"context"
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/store"
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
	err := e.terms(ctx, store.KindStandard, e.standards.sorted(), func(t models.Term, merged []bundle.Merged) error {
		return e.to.Standard(standardRecord(t, merged))
	})
	if err != nil {
		return err
	}
	return e.terms(ctx, store.KindSystem, e.systems.sorted(), func(t models.Term, merged []bundle.Merged) error {
		return e.to.System(systemRecord(t, merged))
	})
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
	case e.o.Emails && p.Email != placeholder(p.ID) && p.ClosedAt == nil:
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

// terms gives the terms of a kind that have these names and are not as every
// site starts with them, in the order of their ids, with what became them. What
// took the place of one comes, too.
func (e *export) terms(ctx context.Context, kind string, names []string, write func(t models.Term, merged []bundle.Merged) error) error {
	var found []models.Term
	for ids := set(nil); len(names) > 0; {
		ids, names = set{}, names[:len(names):len(names)]
		for part := range slices.Chunk(names, lookupBatch) {
			owners, err := e.f.store.TermIDs(ctx, kind, part)
			if err != nil {
				return err
			}
			for _, id := range owners {
				ids.add(id)
			}
		}
		names = nil
		for _, id := range ids.sorted() {
			if slices.ContainsFunc(found, func(t models.Term) bool { return t.ID == id }) {
				continue
			}
			t, err := e.f.store.Term(ctx, kind, id)
			if err != nil {
				return err
			}
			found = append(found, t)
			if t.Successor != "" {
				names = append(names, t.Successor)
			}
		}
	}
	slices.SortFunc(found, func(a, b models.Term) int { return strings.Compare(a.ID, b.ID) })
	for _, t := range found {
		merged, err := e.merged(ctx, kind, t.ID)
		if err != nil {
			return err
		}
		if len(merged) == 0 && isSeeded(t) {
			continue
		}
		if err := write(t, merged); err != nil {
			return err
		}
	}
	return nil
}

func (e *export) merged(ctx context.Context, kind, id string) ([]bundle.Merged, error) {
	list, err := e.f.store.MergedInto(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	var out []bundle.Merged
	for _, m := range list {
		out = append(out, bundle.Merged{ID: m.ID, Name: m.Name})
	}
	slices.SortFunc(out, func(a, b bundle.Merged) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}
