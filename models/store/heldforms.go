package store

import (
	"context"
	"time"

	"grassroots/models"
)

type heldFormRow struct {
	Hash      string
	PersonID  string
	Sealed    string
	ExpiresAt time.Time
}

func (heldFormRow) TableName() string { return "held_forms" }

// keptSessions is how long a session that has ended by itself is known by, so
// that what its person sends after it can be kept for them.
const keptSessions = 24 * time.Hour

// maxHeld is how many forms are held for one person.
const maxHeld = 10

// EndedSession gives whose session a cookie stood for that has ended by itself
// within the last day. NotFound when there is none, or when it was revoked.
func (s *Store) EndedSession(ctx context.Context, secret string) (personID string, err error) {
	var r sessionRow
	now := s.Now()
	err = s.DB(ctx).Take(&r, "hash = ? AND expires_at <= ? AND expires_at > ?", hashSecret(secret), now, now.Add(-keptSessions)).Error
	if err != nil {
		return "", notFound(err, "That session")
	}
	return r.PersonID, nil
}

// HoldForm keeps a form for a person under the hash of a secret of their
// browser. TooMany when there are enough already.
func (s *Store) HoldForm(ctx context.Context, secret, personID, sealed string, expires time.Time) error {
	var n int64
	if err := s.DB(ctx).Model(&heldFormRow{}).Where("person_id = ? AND expires_at > ?", personID, s.Now()).Count(&n).Error; err != nil {
		return err
	}
	if n >= maxHeld {
		return models.E(models.TooMany, "Too many forms wait for this person.")
	}
	return s.DB(ctx).Create(&heldFormRow{Hash: hashSecret(secret), PersonID: personID, Sealed: sealed, ExpiresAt: expires}).Error
}

// HeldForm gives the form that was kept for a person under a secret, sealed, and
// until when. NotFound when there is none, or it is another's.
func (s *Store) HeldForm(ctx context.Context, secret, personID string) (sealed string, until time.Time, err error) {
	var r heldFormRow
	err = s.DB(ctx).Take(&r, "hash = ? AND person_id = ? AND expires_at > ?", hashSecret(secret), personID, s.Now()).Error
	if err != nil {
		return "", time.Time{}, notFound(err, "That form")
	}
	return r.Sealed, r.ExpiresAt, nil
}

// DropHeldForm removes a form that was kept; one that is not there is no error.
func (s *Store) DropHeldForm(ctx context.Context, secret, personID string) error {
	return s.DB(ctx).Exec("DELETE FROM held_forms WHERE hash = ? AND person_id = ?", hashSecret(secret), personID).Error
}
