package bundles

import (
	"context"
	"errors"
	"reflect"
	"sync"

	"grassroots/models"
	"grassroots/models/bundle"
	"grassroots/models/reference"
	"grassroots/models/store"
)

// Systems and standards differ in little, so both are handled as terms.

func systemRecord(t models.Term, merged []bundle.Merged) bundle.System {
	return bundle.System{Slug: t.ID, Name: t.Name, Supplier: t.Maker, Kind: t.Category, Settings: t.Settings, Aliases: t.Aliases, Successor: t.Successor,
		Confirmed: t.Confirmed, Merged: merged}
}

func systemTerm(b bundle.System) models.Term {
	return models.Term{Kind: store.KindSystem, ID: b.Slug, Name: b.Name, Maker: b.Supplier, Category: b.Kind, Settings: b.Settings, Aliases: b.Aliases,
		Successor: b.Successor, Confirmed: b.Confirmed}
}

func standardRecord(t models.Term, merged []bundle.Merged) bundle.Standard {
	return bundle.Standard{Code: t.ID, Name: t.Name, Publisher: t.Maker, Kind: t.Category, Purpose: t.Purpose, URL: t.URL, Aliases: t.Aliases,
		Successor: t.Successor, Confirmed: t.Confirmed, Merged: merged}
}

func standardTerm(b bundle.Standard) models.Term {
	return models.Term{Kind: store.KindStandard, ID: b.Code, Name: b.Name, Maker: b.Publisher, Category: b.Kind, Purpose: b.Purpose, URL: b.URL,
		Aliases: b.Aliases, Successor: b.Successor, Confirmed: b.Confirmed}
}

// seeded gives the terms that every site starts with, by kind and id.
var seeded = sync.OnceValue(func() map[[2]string]models.Term {
	out := map[[2]string]models.Term{}
	for _, m := range reference.Systems() {
		t := systemTerm(bundle.System{Slug: m.Slug, Name: m.Name, Supplier: m.Supplier, Kind: m.Kind, Settings: m.Settings, Aliases: m.Aliases,
			Successor: m.Successor, Confirmed: m.Confirmed})
		out[[2]string{t.Kind, t.ID}] = plain(t)
	}
	for _, m := range reference.Standards() {
		t := standardTerm(bundle.Standard{Code: m.Code, Name: m.Name, Publisher: m.Publisher, Kind: m.Kind, Purpose: m.Purpose, URL: m.URL, Aliases: m.Aliases,
			Successor: m.Successor, Confirmed: m.Confirmed})
		out[[2]string{t.Kind, t.ID}] = plain(t)
	}
	return out
})

// plain gives a term as it is compared: without its version, and with no list
// rather than an empty one.
func plain(t models.Term) models.Term {
	t.Version = 0
	if len(t.Aliases) == 0 {
		t.Aliases = nil
	}
	if len(t.Settings) == 0 {
		t.Settings = nil
	}
	return t
}

// isSeeded tells whether a term is as every site starts with it.
func isSeeded(t models.Term) bool {
	as, ok := seeded()[[2]string{t.Kind, t.ID}]
	return ok && reflect.DeepEqual(plain(t), as)
}

// term brings one in, or what is said of one that nobody here has had a hand
// in: that is as every site starts with it, or not confirmed here while it is
// there. What became it becomes it here, too, under the same rule.
func (a *application) term(ctx context.Context, t models.Term, merged []bundle.Merged) error {
	if a.dry {
		return nil
	}
	here, err := a.f.store.Term(ctx, t.Kind, t.ID)
	switch {
	case models.KindOf(err) == models.NotFound:
		if owners, err := a.f.store.TermIDs(ctx, t.Kind, []string{t.ID}); err != nil || owners[t.ID] != "" {
			return err // it is another name for something here, and stays that
		}
	case err != nil:
		return err
	case reflect.DeepEqual(plain(here), plain(t)) && len(merged) == 0:
		return nil
	case !isSeeded(here) && (here.Confirmed || !t.Confirmed):
		return nil
	}
	for _, m := range merged {
		if err := a.proposed(ctx, t.Kind, m); err != nil {
			return err
		}
	}
	if err := errors.Join(a.saveTerm(ctx, t), a.letStandInTerm(ctx, t, here)); err != nil || len(merged) == 0 {
		return err
	}
	for _, m := range merged {
		if err := a.merge(ctx, t, m); err != nil {
			return err
		}
	}
	return a.saveTerm(ctx, t) // as it is there, now that its names are free
}

// proposed makes sure that what became another term elsewhere is there to
// become it here: nobody may have named it here.
func (a *application) proposed(ctx context.Context, kind string, m bundle.Merged) error {
	owners, err := a.f.store.TermIDs(ctx, kind, []string{m.ID})
	if err != nil || owners[m.ID] != "" {
		return err
	}
	return a.saveTerm(ctx, models.Term{Kind: kind, ID: m.ID, Name: m.Name})
}

func (a *application) saveTerm(ctx context.Context, t models.Term) error {
	if t.Kind == store.KindSystem {
		return a.f.store.SaveSystem(ctx, models.System{Slug: t.ID, Name: t.Name, Supplier: t.Maker, Kind: t.Category, Settings: t.Settings,
			Aliases: t.Aliases, Successor: t.Successor, Confirmed: t.Confirmed})
	}
	return a.f.store.SaveStandard(ctx, models.Standard{Code: t.ID, Name: t.Name, Publisher: t.Maker, Kind: t.Category, Purpose: t.Purpose, URL: t.URL,
		Aliases: t.Aliases, Successor: t.Successor, Confirmed: t.Confirmed})
}

// merge makes what became a term elsewhere another name for it here.
func (a *application) merge(ctx context.Context, into models.Term, m bundle.Merged) error {
	from, err := a.f.store.Term(ctx, into.Kind, m.ID)
	switch {
	case models.KindOf(err) == models.NotFound:
		return nil // it leads somewhere here already
	case err != nil:
		return err
	case !isSeeded(from) && from.Confirmed:
		return nil // somebody here looks after it
	}
	to, err := a.f.store.Term(ctx, into.Kind, into.ID)
	if err != nil {
		return err
	}
	err = a.f.store.MergeTerms(ctx, store.Merge{Kind: into.Kind, From: from.ID, Into: to.ID, FromVersion: from.Version, IntoVersion: to.Version})
	if models.KindOf(err) == models.Invalid {
		return nil // it cannot be here, where the two stand otherwise
	}
	return err
}
