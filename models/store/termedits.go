package store

import (
	"context"
	"fmt"
	"slices"

	"grassroots/models"
)

// Term gives a system by slug or a standard by code. NotFound when there is
// none, also for one that was merged into another: TermIDs knows where to.
func (s *Store) Term(ctx context.Context, kind, id string) (models.Term, error) {
	return termIn(s.DB(ctx), termTables[kind], id)
}

// AddTerm adds what a moderator made, confirmed. Without an id it is given one
// that nothing has or had. A name of another term is Invalid, and so is an id
// that is taken.
func (s *Store) AddTerm(ctx context.Context, t models.Term, by string) (models.Term, error) {
	k := termTables[t.Kind]
	err := s.Tx(ctx, func(ctx context.Context) error {
		if err := s.refuseNames(ctx, k, t); err != nil {
			return err
		}
		if err := s.refuseSuccessor(ctx, k, t); err != nil {
			return err
		}
		t.Confirmed, t.Version = true, 1
		if err := insertTerm(s.DB(ctx), t).Error; err != nil {
			if IsDuplicate(err) {
				return fieldError("id", "There is one with this code already: "+t.ID)
			}
			return err
		}
		if err := s.claimAll(ctx, k, t); err != nil {
			return err
		}
		return s.noteChange(ctx, t.Kind, t.ID, models.TermChange{Action: models.TermAdded, By: by, Fields: models.Term{}.Changes(t)})
	})
	return t, err
}

// FreeTermID makes the id of a new term out of its name: one that nothing has
// or had.
func (s *Store) FreeTermID(ctx context.Context, kind, name string) (string, error) {
	if kind == KindSystem {
		return s.freeSlug(ctx, name)
	}
	base := models.Slugify(name)
	base = base[:min(len(base), 50)]
	var taken []string
	err := s.DB(ctx).Raw(`SELECT code FROM standards WHERE code = ? OR code LIKE ? UNION SELECT name FROM standard_names WHERE name = ? OR name LIKE ?`,
		base, base+"-%", base, base+"-%").Scan(&taken).Error
	return firstFree(base, taken), err
}

// ReviseTerm saves a moderator's change of a term, made from t.Version, and
// confirms it. When another change came in between, the error is a Conflict and
// nothing is saved. A name of another term is Invalid. Case studies that name
// the term by an alias that it has no more are filed under a new, unconfirmed
// one.
func (s *Store) ReviseTerm(ctx context.Context, t models.Term, by string) (models.Term, error) {
	k := termTables[t.Kind]
	err := s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.termForChange(ctx, k, t.ID, t.Version)
		if err != nil {
			return err
		}
		if err := s.refuseNames(ctx, k, t); err != nil {
			return err
		}
		if err := s.refuseSuccessor(ctx, k, t); err != nil {
			return err
		}
		note := models.TermChange{Action: models.TermChanged, By: by, Fields: old.Changes(t)}
		if len(note.Fields) == 0 {
			if old.Confirmed {
				return nil
			}
			note.Action = models.TermConfirmed
		}
		t.Confirmed, t.Version = true, old.Version+1
		if err := s.updateTerm(ctx, t); err != nil {
			return err
		}
		if err := s.claimAll(ctx, k, t); err != nil {
			return err
		}
		if !slices.Equal(old.Names(), t.Names()) {
			if err := s.touchNaming(ctx, k, t.ID); err != nil {
				return err
			}
		}
		return s.noteChange(ctx, t.Kind, t.ID, note)
	})
	return t, err
}

// RemoveTerm removes a term that nothing names: Conflict when case studies, people,
// a merge or a successor do, or when another change came in between.
func (s *Store) RemoveTerm(ctx context.Context, kind, id string, version int, by string) error {
	k := termTables[kind]
	return s.Tx(ctx, func(ctx context.Context) error {
		t, err := s.termForChange(ctx, k, id, version)
		if err != nil {
			return err
		}
		var used int64
		err = s.DB(ctx).Raw(`SELECT (SELECT COUNT(*) FROM case_study_facets WHERE facet = ? AND value = ?) + (SELECT COUNT(*) FROM merged_terms WHERE kind = ? AND into_id = ?)
			+ (SELECT COUNT(*) FROM `+k.table+` WHERE successor = ?) + (SELECT COUNT(*) FROM expertise WHERE kind = ? AND value = ?)`, k.facets[0], id, kind, id, id, kind, id).Scan(&used).Error
		if err != nil {
			return err
		}
		if used > 0 {
			return models.E(models.Conflict, "Case studies, people or other entries name it, so it cannot be removed. Merge it into another.")
		}
		if err := s.DB(ctx).Exec("DELETE FROM "+k.table+" WHERE "+k.key+" = ?", id).Error; err != nil {
			return err
		}
		if err := s.changed(ctx, kind, id); err != nil {
			return err
		}
		return s.noteChange(ctx, kind, id, models.TermChange{Action: models.TermRemoved, By: by, Fields: t.Changes(models.Term{})})
	})
}

// termForChange locks a term that a change was made from a version of.
func (s *Store) termForChange(ctx context.Context, k termTable, id string, version int) (models.Term, error) {
	t, err := termIn(s.forUpdate(ctx), k, id)
	if models.KindOf(err) == models.NotFound {
		into, err := s.owners(ctx, k, []string{id})
		if err != nil {
			return t, err
		}
		if other := into[foldName(id)]; other != "" {
			return t, models.Errorf(models.Conflict, "“%s” has been merged into “%s” meanwhile. Nothing was changed.", id, other)
		}
	}
	if err == nil && t.Version != version {
		err = models.Errorf(models.Conflict, "Somebody else has changed “%s” since you opened it. Nothing was changed.", t.Name)
	}
	return t, err
}

// refuseNames gives an Invalid error that says which names other terms have.
func (s *Store) refuseNames(ctx context.Context, k termTable, t models.Term) error {
	owners, err := s.owners(ctx, k, t.Names())
	if err != nil {
		return err
	}
	var wrong []models.FieldError
	add := func(field, name string) {
		if other := owners[foldName(name)]; other != "" && other != t.ID {
			wrong = append(wrong, models.FieldError{Field: field, Message: fmt.Sprintf("“%s” is a name of %s already. If they are the same thing, merge one into the other", name, other)})
		}
	}
	add("name", t.Name)
	if foldName(t.ID) != foldName(t.Name) {
		add("id", t.ID)
	}
	for _, a := range t.Aliases {
		add("aliases", a)
	}
	if len(wrong) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "Nothing was saved: some fields need your attention.", Fields: wrong}
}

// refuseSuccessor gives an Invalid error when what takes a term's place is not
// there, or is the term itself, at once or in the end.
func (s *Store) refuseSuccessor(ctx context.Context, k termTable, t models.Term) error {
	if t.Successor == "" {
		return nil
	}
	if _, err := termIn(s.DB(ctx), k, t.Successor); models.KindOf(err) == models.NotFound {
		return fieldError("successor", "Nothing in this list has that name")
	} else if err != nil {
		return err
	}
	loops, err := s.succeeds(ctx, k, t.Successor, t.ID)
	if err == nil && loops {
		return fieldError("successor", "It cannot take its own place, at once or in the end")
	}
	return err
}

// succeeds tells whether following the successors of a term leads to another,
// or round in a circle.
func (s *Store) succeeds(ctx context.Context, k termTable, id, other string) (bool, error) {
	seen := []string{other}
	for id != "" {
		if slices.Contains(seen, id) {
			return true, nil
		}
		seen = append(seen, id)
		var next []string
		if err := s.DB(ctx).Table(k.table).Where(k.key+" = ?", id).Pluck("successor", &next).Error; err != nil {
			return false, err
		}
		id = ""
		if len(next) > 0 {
			id = next[0]
		}
	}
	return false, nil
}

// claimAll is claimNames for a change by hand: it has all its names, or the
// whole change is a Conflict.
func (s *Store) claimAll(ctx context.Context, k termTable, t models.Term) error {
	refused, err := s.claimNames(ctx, k, t)
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		return models.Errorf(models.Conflict, "“%s” has just become a name of another. Nothing was changed.", refused[0])
	}
	return s.changed(ctx, t.Kind, t.ID)
}

func fieldError(field, message string) error {
	return &models.Error{Kind: models.Invalid, Message: "Nothing was saved: some fields need your attention.", Fields: []models.FieldError{{Field: field, Message: message}}}
}
