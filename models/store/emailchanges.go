package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type emailChangeRow struct {
	PersonID  string `gorm:"primaryKey"`
	Hash      string
	Email     string
	ExpiresAt time.Time
}

func (emailChangeRow) TableName() string { return "email_changes" }

// errChangeEnded is what whoever opens a link is told that cannot be used.
var errChangeEnded = models.E(models.NotFound, "This link has been used, is more than 15 minutes old, or is somebody else's. Ask for a new one under your account.")

// KeepEmailChange keeps the address that a person wants to have under the hash
// of the secret that is sent there. What they asked for before is forgotten.
func (s *Store) KeepEmailChange(ctx context.Context, secret, personID, email string, expires time.Time) error {
	Note(ctx, "person.ask-address", personID, nil, map[string]any{"domain": domainOf(email)})
	return s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"hash", "email", "expires_at"})}).
		Create(&emailChangeRow{PersonID: personID, Hash: hashSecret(secret), Email: strings.ToLower(email), ExpiresAt: expires}).Error
}

// EmailChange gives the address that a person's link is about, without using it
// up. NotFound when it is unknown, used, past its end, or another's.
func (s *Store) EmailChange(ctx context.Context, secret, personID string) (string, error) {
	var rows []emailChangeRow
	err := s.DB(ctx).Where("hash = ? AND person_id = ? AND expires_at > ?", hashSecret(secret), personID, s.Now()).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = errChangeEnded
	}
	if err != nil {
		return "", err
	}
	return rows[0].Email, nil
}

// UseEmailChange uses a person's link up, once however many ask at the same time,
// and gives them its address. was is the address before. NotFound as for
// EmailChange; Conflict when another account has the address by now.
func (s *Store) UseEmailChange(ctx context.Context, secret, personID string) (was, email string, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		var rows []emailChangeRow
		err := s.DB(ctx).Clauses(clause.Returning{}).Where("hash = ? AND person_id = ? AND expires_at > ?", hashSecret(secret), personID, s.Now()).Delete(&rows).Error
		if err == nil && len(rows) == 0 {
			err = errChangeEnded
		}
		if err != nil {
			return err
		}
		var old personRow
		if err := s.forUpdate(ctx).Take(&old, "id = ? AND closed_at IS NULL", personID).Error; err != nil {
			return notFound(err, "That person")
		}
		was, email = old.Email, rows[0].Email
		var taken int64
		if err := s.DB(ctx).Model(&personRow{}).Where("email = ? AND id <> ?", email, personID).Count(&taken).Error; err != nil {
			return err
		}
		const conflict = "Another account has that address by now, so nothing was changed."
		if taken > 0 {
			return models.E(models.Conflict, conflict)
		}
		// A link that went to the old address would make a new account there.
		if err := s.exec(ctx, "DELETE FROM sign_in_links WHERE email = ?", was); err != nil {
			return err
		}
		// What came back from the old address says nothing of the new one.
		if err := s.exec(ctx, "DELETE FROM mail_bounces WHERE person_id = ?", personID); err != nil {
			return err
		}
		Note(ctx, "person.address", personID, map[string]any{"domain": domainOf(was)}, map[string]any{"domain": domainOf(email)})
		return conflictOr(s.exec(ctx, "UPDATE people SET email = ? WHERE id = ?", email, personID), conflict)
	})
	return was, email, err
}

// domainOf gives what of an address the audit record may keep.
func domainOf(email string) string {
	_, domain, _ := strings.Cut(email, "@")
	return domain
}
