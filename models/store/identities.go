package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type identityRow struct {
	Issuer       string
	Subject      string
	PersonID     string
	Organisation string
	StaffGroup   string
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UsedAt       time.Time
}

func (identityRow) TableName() string { return "identities" }

type stateRow struct {
	Hash      string
	Browser   string
	Sealed    string
	ExpiresAt time.Time
}

func (stateRow) TableName() string { return "sign_in_states" }

type logoutTokenRow struct {
	Hash      string
	ExpiresAt time.Time
}

func (logoutTokenRow) TableName() string { return "logout_tokens" }

// Identity gives who a subject of an issuer is here. NotFound when nobody.
func (s *Store) Identity(ctx context.Context, issuer, subject string) (models.Identity, error) {
	var r identityRow
	if err := s.DB(ctx).Take(&r, "issuer = ? AND subject = ?", issuer, subject).Error; err != nil {
		return models.Identity{}, notFound(err, "That identity")
	}
	return models.Identity(r), nil
}

// CountIdentities counts the subjects of an issuer that are tied to a person.
func (s *Store) CountIdentities(ctx context.Context, personID, issuer string) (int, error) {
	var n int64
	err := s.DB(ctx).Model(&identityRow{}).Where("person_id = ? AND issuer = ?", personID, issuer).Count(&n).Error
	return int(n), err
}

// IdentitiesOf lists who a person is to OpenID providers, the oldest first.
func (s *Store) IdentitiesOf(ctx context.Context, personID string) ([]models.Identity, error) {
	var rows []identityRow
	err := s.DB(ctx).Where("person_id = ?", personID).Order("created_at, issuer, subject").Limit(100).Find(&rows).Error
	out := make([]models.Identity, len(rows))
	for i, r := range rows {
		out[i] = models.Identity(r)
	}
	return out, err
}

// RemoveIdentity unties a subject of an issuer from its person, and ends their
// sessions that began with it, but for the one with the id keep. NotFound when it
// is not theirs.
func (s *Store) RemoveIdentity(ctx context.Context, i models.Identity, keep string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		done := s.DB(ctx).Exec("DELETE FROM identities WHERE issuer = ? AND subject = ? AND person_id = ?", i.Issuer, i.Subject, i.PersonID)
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.NotFound, "That account of the provider is not tied to yours any more.")
		}
		if done.Error != nil {
			return done.Error
		}
		Note(ctx, "identity.unlink", i.PersonID, map[string]any{"issuer": i.Issuer}, nil)
		if err := s.exec(ctx, "DELETE FROM sessions WHERE person_id = ? AND issuer = ? AND subject = ? AND id <> ?", i.PersonID, i.Issuer, i.Subject, keep); err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE sessions SET issuer = '', subject = '', sid = '', id_token = '' WHERE person_id = ? AND issuer = ? AND subject = ?", i.PersonID, i.Issuer, i.Subject)
	})
}

// AddIdentity ties a subject of an issuer to a person. A Conflict when it is
// tied to somebody already.
func (s *Store) AddIdentity(ctx context.Context, i models.Identity) error {
	Note(ctx, "identity.link", i.PersonID, nil, map[string]any{"issuer": i.Issuer})
	row := identityRow(i)
	return conflictOr(s.DB(ctx).Create(&row).Error, "That account of the provider is somebody's already.")
}

// TouchIdentity notes that an identity signed in, and what the provider said.
func (s *Store) TouchIdentity(ctx context.Context, i models.Identity) error {
	return s.DB(ctx).Exec("UPDATE identities SET organisation = ?, staff_group = ?, used_at = ? WHERE issuer = ? AND subject = ?",
		i.Organisation, i.StaffGroup, i.UsedAt, i.Issuer, i.Subject).Error
}

// KeepSignInState keeps what a return from the provider will need, under the
// hashes of its state and of a secret of the browser.
func (s *Store) KeepSignInState(ctx context.Context, state, browser, sealed string, expires time.Time) error {
	return s.DB(ctx).Create(&stateRow{Hash: hashSecret(state), Browser: hashSecret(browser), Sealed: sealed, ExpiresAt: expires}).Error
}

// TakeSignInState gives what was kept for a state, once, to the browser that it
// was kept for. NotFound when it is unknown, used, past its end or another
// browser's.
func (s *Store) TakeSignInState(ctx context.Context, state, browser string) (sealed string, err error) {
	var rows []stateRow
	err = s.DB(ctx).Clauses(clause.Returning{}).Where("hash = ? AND browser = ? AND expires_at > ?", hashSecret(state), hashSecret(browser), s.Now()).Delete(&rows).Error
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", models.E(models.NotFound, "That sign-in was not begun in this browser, or is too old.")
	}
	return rows[0].Sealed, nil
}

// EndProviderSessions ends the sessions that began from a session of an OpenID
// provider, as a logout token of the given id asks: that one session when sid is
// given, all of the subject when only that is. It gives how many ended. A
// Conflict when the token was obeyed before.
func (s *Store) EndProviderSessions(ctx context.Context, issuer, subject, sid, tokenID string, tokenEnds time.Time) (ended int, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		err := s.DB(ctx).Create(&logoutTokenRow{Hash: hashSecret(issuer + " " + tokenID), ExpiresAt: tokenEnds}).Error
		if err != nil {
			return conflictOr(err, "That logout token was used before.")
		}
		where, args := "issuer = ?", []any{issuer}
		if sid != "" {
			where, args = where+" AND sid = ?", append(args, sid)
		}
		if subject != "" {
			where, args = where+" AND subject = ?", append(args, subject)
		}
		var rows []sessionRow
		if err := s.DB(ctx).Clauses(clause.Returning{}).Where(where, args...).Delete(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			Note(ctx, "session.end", r.ID, nil, map[string]any{"person": r.PersonID, "by": "provider"})
		}
		ended = len(rows)
		return nil
	})
	return ended, err
}
