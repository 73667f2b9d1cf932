package store

import (
	"context"
	"slices"

	"grassroots/models"
)

// Merge asks for one term to become another name for a second. The versions are
// those that whoever decided it saw.
type Merge struct {
	Kind        string
	From, Into  string // ids
	FromVersion int
	IntoVersion int
	By          string // id of a person; empty for the program itself
}

// MergeTerms makes one term another name for a second: all its names and its id
// lead there for ever, whatever named it or was filed under it follows, and
// what the second does not say is taken from the first. Invalid for a term with
// itself, for one that is there no more, or when the successors would go round
// in a circle; Conflict when one of the two has changed since.
func (s *Store) MergeTerms(ctx context.Context, m Merge) error {
	k := termTables[m.Kind]
	return s.Tx(ctx, func(ctx context.Context) error {
		from, into, err := s.termsToMerge(ctx, k, m)
		if err != nil {
			return err
		}
		before := into
		into.Fill(from)
		if len(into.Aliases) > models.MaxAliases {
			return fieldError("into", "Together they would have more other names than one entry can. Remove some first")
		}
		into.Confirmed, into.Version = into.Confirmed || from.Confirmed, into.Version+1
		if err := s.moveTerm(ctx, k, from, into); err != nil {
			return err
		}
		if err := s.updateTerm(ctx, into); err != nil {
			return err
		}
		if loops, err := s.succeeds(ctx, k, into.Successor, into.ID); err != nil {
			return err
		} else if loops {
			return fieldError("into", "They would take their own place in the end. Change which took the place of which first")
		}
		if err := s.changed(ctx, k.kind, from.ID); err != nil {
			return err
		}
		if err := s.claimAll(ctx, k, into); err != nil {
			return err
		}
		if err := s.touchNaming(ctx, k, into.ID); err != nil {
			return err
		}
		if err := s.noteChange(ctx, k.kind, from.ID, models.TermChange{Action: models.TermMerged, Other: into.ID, By: m.By}); err != nil {
			return err
		}
		return s.noteChange(ctx, k.kind, into.ID, models.TermChange{Action: models.TermAbsorbed, Other: from.ID, By: m.By, Fields: before.Changes(into)})
	})
}

// termsToMerge locks the two, always in the same order.
func (s *Store) termsToMerge(ctx context.Context, k termTable, m Merge) (from, into models.Term, err error) {
	if m.From == m.Into {
		return from, into, fieldError("into", "Choose another one: nothing can be merged into itself")
	}
	lock := func(t *models.Term, id string, version int) {
		if err == nil {
			*t, err = s.termForChange(ctx, k, id, version)
		}
	}
	if m.From < m.Into {
		lock(&from, m.From, m.FromVersion)
		lock(&into, m.Into, m.IntoVersion)
	} else {
		lock(&into, m.Into, m.IntoVersion)
		lock(&from, m.From, m.FromVersion)
	}
	return from, into, err
}

// moveTerm gives everything that leads to one term to another, keeps what the
// first was, and takes it out of the list.
func (s *Store) moveTerm(ctx context.Context, k termTable, from, into models.Term) error {
	row := mergedRow{Kind: k.kind, ID: from.ID, IntoID: into.ID, Term: from, MergedAt: s.Now()}
	if err := s.DB(ctx).Table(k.names).Where(k.key+" = ?", from.ID).Order("name").Pluck("name", &row.Names).Error; err != nil {
		return err
	}
	if err := s.DB(ctx).Table(k.table).Where("successor = ? AND "+k.key+" <> ?", from.ID, into.ID).Order(k.key).Pluck(k.key, &row.Successors).Error; err != nil {
		return err
	}
	if err := s.keepFollowers(ctx, models.FollowKind(k.kind), from.ID, into.ID); err != nil {
		return err
	}
	// The names go first: from here on, nothing new is filed under the old one.
	if err := s.exec(ctx, "UPDATE "+k.names+" SET "+k.key+" = ? WHERE "+k.key+" = ?", into.ID, from.ID); err != nil {
		return err
	}
	if err := s.exec(ctx, "UPDATE "+k.table+" SET successor = ?, version = version + 1 WHERE successor = ? AND "+k.key+" <> ?", into.ID, from.ID, into.ID); err != nil {
		return err
	}
	if err := s.exec(ctx, "UPDATE merged_terms SET into_id = ? WHERE kind = ? AND into_id = ?", into.ID, k.kind, from.ID); err != nil {
		return err
	}
	if err := s.DB(ctx).Create(&row).Error; err != nil {
		return err
	}
	if err := s.moveFiling(ctx, k, from.ID, into.ID); err != nil {
		return err
	}
	if err := s.exec(ctx, "UPDATE expertise SET value = ? WHERE kind = ? AND value = ?", into.ID, k.kind, from.ID); err != nil {
		return err
	}
	return s.exec(ctx, "DELETE FROM "+k.table+" WHERE "+k.key+" = ?", from.ID)
}

func (s *Store) exec(ctx context.Context, sql string, values ...any) error {
	return s.DB(ctx).Exec(sql, values...).Error
}

// SplitTerm takes a merge back: the term that was merged is there again as it
// was, with its names, and case studies that call it by one of them are filed
// under it again. What the other took over from it by way of supplier and the
// like stays there. NotFound when nothing of this id was merged; Conflict when
// the other goes by one of its names now.
func (s *Store) SplitTerm(ctx context.Context, kind, id, by string) (models.Term, error) {
	k := termTables[kind]
	var t models.Term
	err := s.Tx(ctx, func(ctx context.Context) error {
		var row mergedRow
		if err := s.forUpdate(ctx).Take(&row, "kind = ? AND id = ?", kind, id).Error; err != nil {
			return notFound(err, "That merge")
		}
		into, err := termIn(s.forUpdate(ctx), k, row.IntoID)
		if err != nil {
			return err
		}
		if slices.Contains(row.Names, foldName(into.Name)) {
			return models.Errorf(models.Conflict, "It is called “%s” now, which was a name of the other. Give it another name first.", into.Name)
		}
		if t, err = s.restoreTerm(ctx, k, row, into); err != nil {
			return err
		}
		before := into
		into.Aliases = slices.DeleteFunc(slices.Clone(into.Aliases), func(a string) bool { return slices.Contains(row.Names, foldName(a)) })
		into.Version++
		if err := s.updateTerm(ctx, into); err != nil {
			return err
		}
		if err := s.fileAgain(ctx, k, into.ID, row.Names); err != nil {
			return err
		}
		for _, changed := range []string{t.ID, into.ID} {
			if err := s.changed(ctx, kind, changed); err != nil {
				return err
			}
		}
		if err := s.touchNaming(ctx, k, into.ID); err != nil {
			return err
		}
		if err := s.noteChange(ctx, kind, t.ID, models.TermChange{Action: models.TermRestored, Other: into.ID, By: by}); err != nil {
			return err
		}
		return s.noteChange(ctx, kind, into.ID, models.TermChange{Action: models.TermSplit, Other: t.ID, By: by, Fields: before.Changes(into)})
	})
	return t, err
}

// restoreTerm puts a merged term back into its list, with what led to it.
func (s *Store) restoreTerm(ctx context.Context, k termTable, row mergedRow, into models.Term) (models.Term, error) {
	t := row.Term
	t.Version++
	if err := s.stillSucceeded(ctx, k, &t); err != nil {
		return t, err
	}
	if err := insertTerm(s.DB(ctx), t).Error; err != nil {
		return t, err
	}
	if err := s.exec(ctx, "DELETE FROM merged_terms WHERE kind = ? AND id = ?", k.kind, t.ID); err != nil {
		return t, err
	}
	if err := s.exec(ctx, "UPDATE "+k.names+" SET "+k.key+" = ? WHERE "+k.key+" = ? AND name IN ?", t.ID, into.ID, []string(row.Names)); err != nil {
		return t, err
	}
	if err := s.exec(ctx, "UPDATE expertise SET value = ? WHERE kind = ? AND value = ? AND said IN ?", t.ID, k.kind, into.ID, []string(row.Names)); err != nil {
		return t, err
	}
	// What had been merged into it before comes back with it.
	if err := s.exec(ctx, "UPDATE merged_terms SET into_id = ? WHERE kind = ? AND into_id = ? AND LOWER(id) IN ?", t.ID, k.kind, into.ID, []string(row.Names)); err != nil {
		return t, err
	}
	if len(row.Successors) == 0 {
		return t, nil
	}
	return t, s.exec(ctx, "UPDATE "+k.table+" SET successor = ?, version = version + 1 WHERE successor = ? AND "+k.key+" IN ?", t.ID, into.ID, []string(row.Successors))
}

// stillSucceeded puts right what took the place of a term that was away: it may
// have been merged meanwhile, or be gone.
func (s *Store) stillSucceeded(ctx context.Context, k termTable, t *models.Term) error {
	if t.Successor == "" {
		return nil
	}
	owners, err := s.owners(ctx, k, []string{t.Successor})
	if err != nil {
		return err
	}
	t.Successor = owners[foldName(t.Successor)]
	loops, err := s.succeeds(ctx, k, t.Successor, t.ID)
	if loops {
		t.Successor = ""
	}
	return err
}
