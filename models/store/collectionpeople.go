package store

import (
	"context"
)

// leaveCollections takes somebody who closes their account out of the collections of
// others. What they own goes to the editor who was there first; without any it stays
// where it can be read, and what nobody else could read is deleted. What they put in
// stays.
func (s *Store) leaveCollections(ctx context.Context, personID string) error {
	statements := []string{
		"DELETE FROM collection_editors WHERE person_id = ?",
		"DELETE FROM collections WHERE owner_id = ? AND audience = 'editors' AND NOT EXISTS (SELECT 1 FROM collection_editors e WHERE e.collection_id = collections.id AND e.accepted_at IS NOT NULL)",
		`UPDATE collections SET owner_id = (SELECT e.person_id FROM collection_editors e WHERE e.collection_id = collections.id AND e.accepted_at IS NOT NULL ORDER BY e.accepted_at, e.person_id LIMIT 1),
			revision = revision + 1 WHERE owner_id = ? AND EXISTS (SELECT 1 FROM collection_editors e WHERE e.collection_id = collections.id AND e.accepted_at IS NOT NULL)`,
		"DELETE FROM collection_editors WHERE invited_by = ? AND accepted_at IS NULL",
	}
	for _, statement := range statements {
		if err := s.exec(ctx, statement, personID); err != nil {
			return err
		}
	}
	return s.exec(ctx, "DELETE FROM collection_editors WHERE EXISTS (SELECT 1 FROM collections c WHERE c.id = collection_editors.collection_id AND c.owner_id = collection_editors.person_id)")
}
