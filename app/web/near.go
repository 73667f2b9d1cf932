package web

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// Near tells how near other places are to an organisation, by what they are, where
// they are and the systems that both have joined. A nil one knows of no organisation.
type Near struct {
	models.Organisation
	shared map[string][]string // by organisation, those of the asker's systems that it has joined too
	name   func(slug string) string
}

// NearTo reads what is known of an organisation; nil when it is none.
func (s *Site) NearTo(ctx context.Context, near *models.Organisation) (*Near, error) {
	if near == nil {
		return nil, nil
	}
	v, err := s.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	systems, err := s.Store.SystemsAt(ctx, near.Code)
	if err != nil {
		return nil, err
	}
	generic := GenericSystems(v)
	systems = slices.DeleteFunc(systems, func(slug string) bool { return generic[slug] })
	shared, err := s.Store.OrganisationsWith(ctx, systems[:min(len(systems), models.MaxJoinValues)])
	return &Near{Organisation: *near, shared: shared, name: v.SystemName}, err
}

// GenericSystems are those that stand for no one system, such as paper or “any
// laboratory system”: that two organisations have them says nothing.
func GenericSystems(v *Vocabulary) map[string]bool {
	out := map[string]bool{models.Unknown: true}
	for _, s := range v.Systems {
		if s.Kind == models.KindGeneric {
			out[s.Slug] = true
		}
	}
	return out
}

// How much each thing in common brings an organisation near.
const (
	nearOwn    = 100
	nearKind   = 3
	nearRegion = 2
	nearSystem = 1
	mostShared = 5 // systems in common beyond these add nothing
)

// Score tells how near a place is; 0 is not at all.
func (a *Near) Score(p models.JoinPlace) int {
	if a == nil || p.Code == "" {
		return 0
	}
	n := min(len(a.shared[p.Code]), mostShared) * nearSystem
	if p.Code == a.Code {
		n += nearOwn
	}
	if p.Kind != "" && p.Kind == a.Kind {
		n += nearKind
	}
	if p.Region != "" && p.Region == a.Region {
		n += nearRegion
	}
	return n
}

// Words say what the place of a connection has in common with the asker's, by
// its name where it is another than a page shows beside it; nothing when there
// is no asker.
func (a *Near) Words(p models.JoinPlace, beside string) string {
	if a != nil && p.Code != "" && p.Code != beside {
		return "At " + p.Name + ". " + a.common(p)
	}
	return a.common(p)
}

func (a *Near) common(p models.JoinPlace) string {
	switch {
	case a == nil:
		return ""
	case p.Code == "":
		return "It names no organisation."
	case p.Code == a.Code:
		return "This is your own organisation."
	}
	var parts []string
	if p.Kind != "" && p.Kind == a.Kind {
		parts = append(parts, "the same kind of organisation ("+lowerFirst(p.Kind)+")")
	}
	if p.Region != "" && p.Region == a.Region {
		parts = append(parts, "the same region ("+p.Region+")")
	}
	if slugs := a.shared[p.Code]; len(slugs) > 0 {
		const shown = 3
		var names []string
		for _, s := range slugs[:min(len(slugs), shown)] {
			names = append(names, a.name(s))
		}
		if more := len(slugs) - shown; more > 0 {
			names = append(names, templates.FormatNumber(more)+" more")
		}
		parts = append(parts, templates.FormatCount(len(slugs), "system", "systems")+" that you have too ("+models.Together(names)+")")
	}
	if len(parts) == 0 {
		return "Nothing in common with yours that is known here."
	}
	return "Like yours: " + models.Together(parts) + "."
}

func lowerFirst(s string) string {
	first, rest, found := strings.Cut(s, " ")
	if strings.ToUpper(first) == first { // NHS, GP
		return s
	}
	if found {
		return strings.ToLower(first) + " " + rest
	}
	return strings.ToLower(first)
}

// InOrder puts places by how near they are; those that are as near stay in the
// order that they have.
func (a *Near) InOrder(places []models.JoinPlace) []models.JoinPlace {
	out := slices.Clone(places)
	if a != nil {
		slices.SortStableFunc(out, func(x, y models.JoinPlace) int { return cmp.Compare(a.Score(y), a.Score(x)) })
	}
	return out
}
