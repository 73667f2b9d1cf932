package store

import (
	"context"

	"grassroots/models"
)

var errHandleTaken = models.E(models.Conflict, "This handle is in use. Choose another.")

// changeHandle notes a handle that a person gives up. The new one must not be
// one that another person had: Conflict.
func (s *Store) changeHandle(ctx context.Context, personID, from, to string) error {
	owner, err := s.formerOwner(ctx, to)
	if err != nil {
		return err
	}
	retired, err := s.retired(ctx, to)
	if err != nil {
		return err
	}
	if owner != "" && owner != personID || retired {
		return errHandleTaken
	}
	if err := s.DB(ctx).Exec("DELETE FROM former_handles WHERE handle = ?", to).Error; err != nil {
		return err
	}
	return s.DB(ctx).Exec("INSERT INTO former_handles (handle, person_id, changed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", from, personID, s.Now()).Error
}

// formerOwner gives the id of the person who had a handle, or nothing.
func (s *Store) formerOwner(ctx context.Context, handle string) (string, error) {
	var ids []string
	err := s.DB(ctx).Raw("SELECT person_id FROM former_handles WHERE handle = ?", handle).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
