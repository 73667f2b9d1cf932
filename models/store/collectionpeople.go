package store

import (
	"context"

	"gorm.io/gorm"

	"grassroots/models"
)

// InviteEditor asks somebody to look after a collection, and tells whether they had
// not been asked yet. Conflict when it has as many editors as one can.
func (s *Store) InviteEditor(ctx context.Context, id, personID, by string) (invited bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, id, 0); err != nil {
			return err
		}
		var n int64
		if err := s.DB(ctx).Table("collection_editors").Where("collection_id = ?", id).Count(&n).Error; err != nil {
			return err
		}
		if n >= models.MaxCollectionEditors {
			return models.Errorf(models.Conflict, "A collection has %d editors at most beside its owner, those who have not answered counted.", models.MaxCollectionEditors)
		}
		Note(ctx, "collection.invite", id, nil, map[string]any{"person": personID})
		done := s.DB(ctx).Exec("INSERT INTO collection_editors (collection_id, person_id, invited_by, invited_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, personID, by, s.Now())
		invited = done.RowsAffected > 0
		return done.Error
	})
	return invited, err
}

// AcceptCollection has somebody look after a collection who was asked to. NotFound
// when they were not, or do so already.
func (s *Store) AcceptCollection(ctx context.Context, id, personID string) error {
	return s.changeEditor(ctx, "collection.accept", id, personID, "UPDATE collection_editors SET accepted_at = ? WHERE accepted_at IS NULL", s.Now())
}

// RemoveEditor has somebody look after a collection no more, or asks them no more.
// NotFound when they do not.
func (s *Store) RemoveEditor(ctx context.Context, id, personID string) error {
	return s.changeEditor(ctx, "collection.leave", id, personID, "DELETE FROM collection_editors WHERE TRUE")
}

// changeEditor runs a statement about somebody who looks after a collection.
func (s *Store) changeEditor(ctx context.Context, action, id, personID, statement string, args ...any) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, id, 0); err != nil {
			return err
		}
		Note(ctx, action, id, nil, map[string]any{"person": personID})
		done := s.DB(ctx).Exec(statement+" AND collection_id = ? AND person_id = ?", append(args, id, personID)...)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "They are no editor of this collection, and were not asked to be.")
		}
		return done.Error
	})
}

// MarkReadingList says that a collection is the reading list of an organisation, or
// with an empty code of none. was is whose it was: Conflict when it is another's by
// now.
func (s *Store) MarkReadingList(ctx context.Context, id, was, code string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if code != "" {
			if _, err := s.ensureOrganisation(ctx, code); err != nil {
				return err
			}
		}
		Note(ctx, "collection.reading-list", id, map[string]any{"of": was}, map[string]any{"of": code})
		done := s.DB(ctx).Table("collections").Where("id = ? AND list_of = ?", id, was).Updates(map[string]any{"list_of": code, "revision": gorm.Expr("revision + 1")})
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Somebody has changed this a moment ago. Look at it again.")
		}
		if done.Error != nil {
			return done.Error
		}
		return s.changed(ctx, KindCollection, id)
	})
}

// ReadingListsOf gives the reading lists of an organisation that a person, nil for
// somebody who is not signed in, may find, what was changed last first.
func (s *Store) ReadingListsOf(ctx context.Context, p *models.Person, code string, limit int) ([]models.Collection, error) {
	return s.collectionsWhere(ctx, s.collectionsFor(s.DB(ctx), p, models.CollectionQuery{}).Where("collections.list_of = ?", code).Order("collections.updated_at DESC, collections.id DESC").Limit(limit))
}

// EraseCollection deletes for good what a collection says: its title, its words and
// its notes. What is in it stays.
func (s *Store) EraseCollection(ctx context.Context, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.touchCollection(ctx, id, 0); err != nil {
			return err
		}
		Note(ctx, "collection.erase", id, nil, nil)
		if err := s.exec(ctx, "UPDATE collection_items SET note = '', version = version + 1 WHERE collection_id = ?", id); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE collections SET title = 'A collection whose text was deleted', about = '', slug = 'collection-' || LOWER(id), version = version + 1 WHERE id = ?", id)
	})
}

// leaveCollections takes somebody who closes their account out of the collections of
// others. What they own goes to the editor who was there first; without any it stays
// where it can be read, and what nobody else could read is deleted. What they put in
// stays.
func (s *Store) leaveCollections(ctx context.Context, personID string) error {
	const hasEditor = "EXISTS (SELECT 1 FROM collection_editors e WHERE e.collection_id = collections.id AND e.accepted_at IS NOT NULL)"
	for _, statement := range []string{
		"DELETE FROM collection_editors WHERE person_id = ?",
		"DELETE FROM collections WHERE owner_id = ? AND audience = 'editors' AND NOT " + hasEditor,
		`UPDATE collections SET revision = revision + 1, owner_id = (SELECT e.person_id FROM collection_editors e WHERE e.collection_id = collections.id AND e.accepted_at IS NOT NULL
			ORDER BY e.accepted_at, e.person_id LIMIT 1) WHERE owner_id = ? AND ` + hasEditor,
		"DELETE FROM collection_editors WHERE invited_by = ? AND accepted_at IS NULL",
	} {
		if err := s.exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return s.exec(ctx, "DELETE FROM collection_editors WHERE EXISTS (SELECT 1 FROM collections c WHERE c.id = collection_editors.collection_id AND c.owner_id = collection_editors.person_id)")
}
