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

// AddIdentity ties a subject of an issuer to a person. A Conflict when it is
// tied to somebody already.
func (s *Store) AddIdentity(ctx context.Context, i models.Identity) error {
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
		r := s.DB(ctx).Exec("DELETE FROM sessions WHERE "+where, args...)
		ended = int(r.RowsAffected)
		return r.Error
	})
	return ended, err
}
