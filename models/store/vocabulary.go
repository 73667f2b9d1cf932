package store

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

// foldName is how names are compared: case and white space aside.
func foldName(name string) string { return models.FoldName(name) }

// SaveSystem adds a system of the lists, or replaces it, with its names. A
// name that another system has stays with that one.
func (s *Store) SaveSystem(ctx context.Context, m models.System) error {
	_, err := s.saveListed(ctx, systemTerm(m))
	return err
}

// SaveStandard adds a standard of the lists, or replaces it, with its names. A
// name that another standard has stays with that one.
func (s *Store) SaveStandard(ctx context.Context, m models.Standard) error {
	_, err := s.saveListed(ctx, standardTerm(m))
	return err
}

// saveListed adds a term or replaces it, whatever its version, and gives it as
// it was kept: without the aliases that are names of others.
func (s *Store) saveListed(ctx context.Context, t models.Term) (models.Term, error) {
	k := termTables[t.Kind]
	err := s.Tx(ctx, func(ctx context.Context) error {
		owners, err := s.owners(ctx, k, t.Aliases)
		if err != nil {
			return err
		}
		t.Aliases = slices.DeleteFunc(slices.Clone(t.Aliases), func(a string) bool { return owners[foldName(a)] != "" && owners[foldName(a)] != t.ID })
		old, err := termIn(s.forUpdate(ctx), k, t.ID)
		switch {
		case models.KindOf(err) == models.NotFound:
			t.Version = 1
			err = insertTerm(s.DB(ctx), t).Error
		case err == nil:
			t.Version = old.Version + 1
			err = s.updateTerm(ctx, t)
		}
		if err != nil {
			return err
		}
		if _, err := s.claimNames(ctx, k, t); err != nil {
			return err
		}
		if old.Name != "" && old.Name != t.Name {
			if err := s.touchNaming(ctx, k, t.ID); err != nil {
				return err
			}
		}
		return s.changed(ctx, t.Kind, t.ID)
	})
	return t, err
}

// ensureSystem gives the slug of the system with this name or alias, taking an
// unknown name up unconfirmed.
func (s *Store) ensureSystem(ctx context.Context, name string) (string, error) {
	k := termTables[KindSystem]
	owners, err := s.owners(ctx, k, []string{name})
	if err != nil || owners[foldName(name)] != "" {
		return owners[foldName(name)], err
	}
	slug, err := s.freeSlug(ctx, name)
	if err != nil {
		return "", err
	}
	return slug, s.SaveSystem(ctx, models.System{Slug: slug, Name: models.CleanLine(name)})
}

// freeSlug makes a slug of the name of a new system. The slug of one that was
// merged into another is never free again: it is a name of that one.
func (s *Store) freeSlug(ctx context.Context, name string) (string, error) {
	base := models.Slugify(name)
	var taken []string
	err := s.DB(ctx).Raw(`SELECT slug FROM systems WHERE slug = ? OR slug LIKE ? UNION SELECT name FROM system_names WHERE name = ? OR name LIKE ?`,
		base, base+"-%", base, base+"-%").Scan(&taken).Error
	return firstFree(base, taken), err
}

// firstFree gives base, or base-2, base-3 …: the first that is not taken.
func firstFree(base string, taken []string) string {
	free := base
	for n := 2; slices.Contains(taken, free); n++ {
		free = base + "-" + strconv.Itoa(n)
	}
	return free
}

// ensureStandard gives the code of the standard that has this code or goes by
// it, taking an unknown code up unconfirmed.
func (s *Store) ensureStandard(ctx context.Context, code string) (string, error) {
	if code == "" {
		return "", nil
	}
	k := termTables[KindStandard]
	owners, err := s.owners(ctx, k, []string{code})
	if err != nil || owners[foldName(code)] != "" {
		return owners[foldName(code)], err
	}
	t := models.Term{Kind: KindStandard, ID: code, Name: code, Version: 1}
	r := insertTerm(s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}), t)
	if r.Error != nil || r.RowsAffected == 0 {
		return code, r.Error
	}
	if _, err := s.claimNames(ctx, k, t); err != nil {
		return "", err
	}
	return code, s.changed(ctx, KindStandard, code)
}

// System gives a system by slug. NotFound when there is none.
func (s *Store) System(ctx context.Context, slug string) (models.System, error) {
	var r systemRow
	err := s.DB(ctx).Take(&r, "slug = ?", slug).Error
	return r.toModel(), notFound(err, "That system")
}

// Standard gives a standard by code. NotFound when there is none.
func (s *Store) Standard(ctx context.Context, code string) (models.Standard, error) {
	var r standardRow
	err := s.DB(ctx).Take(&r, "code = ?", code).Error
	return r.toModel(), notFound(err, "That standard")
}

// Systems lists every system by name, 2,000 at most.
func (s *Store) Systems(ctx context.Context) ([]models.System, error) {
	var rows []systemRow
	err := s.DB(ctx).Order("name, slug").Limit(2000).Find(&rows).Error
	out := make([]models.System, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// Standards lists every standard by name, 2,000 at most.
func (s *Store) Standards(ctx context.Context) ([]models.Standard, error) {
	var rows []standardRow
	err := s.DB(ctx).Order("name, code").Limit(2000).Find(&rows).Error
	out := make([]models.Standard, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// SystemSlugs gives the slugs of the systems that have these names or aliases,
// or had these slugs before they were merged.
func (s *Store) SystemSlugs(ctx context.Context, names []string) (map[string]string, error) {
	return s.TermIDs(ctx, KindSystem, names)
}

// TermIDs gives the ids of the terms of a kind that have these names or
// aliases, or had these ids before they were merged. A name that nothing has is
// the empty id.
func (s *Store) TermIDs(ctx context.Context, kind string, names []string) (map[string]string, error) {
	owners, err := s.owners(ctx, termTables[kind], names)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(names))
	for _, n := range names {
		out[n] = owners[foldName(n)]
	}
	return out, nil
}
