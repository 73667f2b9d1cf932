package store

import (
	"context"
	"time"

	"grassroots/models"
)

type passkeyRow struct {
	ID           string
	PersonID     string
	Name         string
	CredentialID string
	Credential   string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UsedAt       *time.Time
}

func (passkeyRow) TableName() string { return "passkeys" }

// AddPasskey keeps a passkey. A Conflict when it is somebody's already.
func (s *Store) AddPasskey(ctx context.Context, p models.Passkey) error {
	Note(ctx, "passkey.add", p.ID, nil, map[string]any{"person": p.PersonID})
	row := passkeyRow(p)
	return conflictOr(s.DB(ctx).Create(&row).Error, "That passkey is here already.")
}

// PasskeysOf lists a person's passkeys, oldest first, 100 at most.
func (s *Store) PasskeysOf(ctx context.Context, personID string) ([]models.Passkey, error) {
	var rows []passkeyRow
	err := s.DB(ctx).Where("person_id = ?", personID).Order("id").Limit(100).Find(&rows).Error
	out := make([]models.Passkey, len(rows))
	for i, r := range rows {
		out[i] = models.Passkey(r)
	}
	return out, err
}

// UsePasskey keeps what has changed of a passkey by its use, such as its
// counter. NotFound when it was removed meanwhile.
func (s *Store) UsePasskey(ctx context.Context, id, credential string, used time.Time) error {
	r := s.DB(ctx).Exec("UPDATE passkeys SET credential = ?, used_at = ? WHERE id = ?", credential, used, id)
	if r.Error == nil && r.RowsAffected == 0 {
		return models.E(models.NotFound, "That passkey was removed.")
	}
	return r.Error
}

// RenamePasskey gives one of a person's passkeys another name. NotFound when it
// is not there.
func (s *Store) RenamePasskey(ctx context.Context, personID, id, name string) error {
	r := s.DB(ctx).Exec("UPDATE passkeys SET name = ? WHERE person_id = ? AND id = ?", name, personID, id)
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return models.E(models.NotFound, "That passkey is not here: it may have been removed.")
	}
	Note(ctx, "passkey.rename", id, nil, map[string]any{"person": personID})
	return nil
}

// DeletePasskey removes one of a person's passkeys; one that is not there is no
// error.
func (s *Store) DeletePasskey(ctx context.Context, personID, id string) error {
	r := s.DB(ctx).Exec("DELETE FROM passkeys WHERE person_id = ? AND id = ?", personID, id)
	if r.RowsAffected > 0 {
		Note(ctx, "passkey.remove", id, map[string]any{"person": personID}, nil)
	}
	return r.Error
}
