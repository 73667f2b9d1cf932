package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type sessionRow struct {
	Hash      string
	ID        string
	PersonID  string
	UserAgent string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	SeenAt    time.Time
	ExpiresAt time.Time
	Means     models.Means
	ProvedAt  *time.Time
	Network   string
	Issuer    string
	Subject   string
	SID       string `gorm:"column:sid"`
	IDToken   string `gorm:"column:id_token"`
}

func (r sessionRow) toModel() models.Session {
	m := models.Session{ID: r.ID, PersonID: r.PersonID, UserAgent: r.UserAgent, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, ExpiresAt: r.ExpiresAt, Means: r.Means, Network: r.Network,
		ProvedAt: r.CreatedAt, Provider: models.ProviderSession{Issuer: r.Issuer, Subject: r.Subject, SID: r.SID, IDToken: r.IDToken}}
	if r.ProvedAt != nil {
		m.ProvedAt = *r.ProvedAt
	}
	return m
}

func (sessionRow) TableName() string { return "sessions" }

type tokenRow struct {
	Hash      string
	ID        string
	PersonID  string
	Name      string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UsedAt    *time.Time
	ExpiresAt *time.Time
}

func (tokenRow) TableName() string { return "tokens" }

type linkRow struct {
	Hash      string
	Email     string
	ReturnTo  string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	ExpiresAt time.Time
	UsedAt    *time.Time
}

func (linkRow) TableName() string { return "sign_in_links" }

// hashSecret is how a secret is kept: SHA-256 is enough because the secrets
// are 256 random bits, which no guessing reaches.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// CreateSession keeps a session under the hash of its secret.
func (s *Store) CreateSession(ctx context.Context, secret string, m models.Session) error {
	Note(ctx, "session.begin", m.ID, nil, map[string]any{"person": m.PersonID, "means": m.Means})
	row := sessionRow{Hash: hashSecret(secret), ID: m.ID, PersonID: m.PersonID, UserAgent: m.UserAgent, CreatedAt: m.CreatedAt, SeenAt: m.SeenAt,
		ExpiresAt: m.ExpiresAt, Means: m.Means, Network: m.Network, Issuer: m.Provider.Issuer, Subject: m.Provider.Subject, SID: m.Provider.SID, IDToken: m.Provider.IDToken}
	if !m.ProvedAt.IsZero() {
		row.ProvedAt = &m.ProvedAt
	}
	return s.DB(ctx).Create(&row).Error
}

// ProveSession notes that the person of a session has shown anew who they are,
// and keeps it under the hash of a new secret, so that who knew the old one gains
// nothing. A session at a provider takes the place of the one before, if given.
// NotFound when it was ended meanwhile.
func (s *Store) ProveSession(ctx context.Context, secret string, m models.Session, by models.Means) error {
	changes := map[string]any{"hash": hashSecret(secret), "proved_at": m.ProvedAt}
	if m.Provider.Issuer != "" {
		changes["issuer"], changes["subject"], changes["sid"], changes["id_token"] = m.Provider.Issuer, m.Provider.Subject, m.Provider.SID, m.Provider.IDToken
	}
	r := s.DB(ctx).Model(&sessionRow{}).Where("id = ? AND person_id = ? AND expires_at > ?", m.ID, m.PersonID, m.ProvedAt).Updates(changes)
	if r.Error != nil {
		return r.Error
	}
	if r.RowsAffected == 0 {
		return models.E(models.NotFound, "That session has ended.")
	}
	Note(ctx, "session.prove", m.ID, nil, map[string]any{"person": m.PersonID, "means": by})
	return nil
}

// SessionBySecret gives the session that a cookie stands for. NotFound when it
// is unknown, revoked or past its end.
func (s *Store) SessionBySecret(ctx context.Context, secret string) (models.Session, error) {
	var r sessionRow
	err := s.DB(ctx).Take(&r, "hash = ? AND expires_at > ?", hashSecret(secret), s.Now()).Error
	if err != nil {
		return models.Session{}, notFound(err, "That session")
	}
	return r.toModel(), nil
}

// TouchSession notes that a session was used, from which network, and sets its
// new end.
func (s *Store) TouchSession(ctx context.Context, id, network string, seen, expires time.Time) error {
	return s.DB(ctx).Exec("UPDATE sessions SET seen_at = ?, expires_at = ?, network = ? WHERE id = ?", seen, expires, network, id).Error
}

// SessionsOf lists a person's sessions that have not ended, newest first.
func (s *Store) SessionsOf(ctx context.Context, personID string) ([]models.Session, error) {
	var rows []sessionRow
	err := s.DB(ctx).Where("person_id = ? AND expires_at > ?", personID, s.Now()).Order("created_at DESC").Limit(100).Find(&rows).Error
	out := make([]models.Session, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// EndSession revokes one of a person's sessions; one that is not there is no
// error.
func (s *Store) EndSession(ctx context.Context, personID, id string) error {
	r := s.DB(ctx).Exec("DELETE FROM sessions WHERE person_id = ? AND id = ?", personID, id)
	if r.RowsAffected > 0 {
		Note(ctx, "session.end", id, nil, map[string]any{"person": personID})
	}
	return r.Error
}

// CreateToken keeps an API token under the hash of its secret.
func (s *Store) CreateToken(ctx context.Context, secret string, t models.Token) error {
	Note(ctx, "token.make", t.ID, nil, map[string]any{"person": t.PersonID, "expires": t.ExpiresAt})
	return s.DB(ctx).Create(&tokenRow{Hash: hashSecret(secret), ID: t.ID, PersonID: t.PersonID, Name: t.Name, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}).Error
}

// TokenBySecret gives the token that a header stands for. NotFound when it is
// unknown, revoked or past its end.
func (s *Store) TokenBySecret(ctx context.Context, secret string) (models.Token, error) {
	var r tokenRow
	err := s.DB(ctx).Take(&r, "hash = ? AND (expires_at IS NULL OR expires_at > ?)", hashSecret(secret), s.Now()).Error
	if err != nil {
		return models.Token{}, notFound(err, "That token")
	}
	return models.Token{ID: r.ID, PersonID: r.PersonID, Name: r.Name, CreatedAt: r.CreatedAt, UsedAt: r.UsedAt, ExpiresAt: r.ExpiresAt}, nil
}

// TouchToken notes that a token was used.
func (s *Store) TouchToken(ctx context.Context, id string, used time.Time) error {
	return s.DB(ctx).Exec("UPDATE tokens SET used_at = ? WHERE id = ?", used, id).Error
}

// TokensOf lists a person's tokens, newest first.
func (s *Store) TokensOf(ctx context.Context, personID string) ([]models.Token, error) {
	var rows []tokenRow
	err := s.DB(ctx).Where("person_id = ?", personID).Order("created_at DESC").Limit(100).Find(&rows).Error
	out := make([]models.Token, len(rows))
	for i, r := range rows {
		out[i] = models.Token{ID: r.ID, PersonID: r.PersonID, Name: r.Name, CreatedAt: r.CreatedAt, UsedAt: r.UsedAt, ExpiresAt: r.ExpiresAt}
	}
	return out, err
}

// DeleteToken revokes one of a person's tokens; one that is not there is no
// error.
func (s *Store) DeleteToken(ctx context.Context, personID, id string) error {
	r := s.DB(ctx).Exec("DELETE FROM tokens WHERE person_id = ? AND id = ?", personID, id)
	if r.RowsAffected > 0 {
		Note(ctx, "token.revoke", id, nil, map[string]any{"person": personID})
	}
	return r.Error
}

// CreateSignInLink keeps a link under the hash of its secret.
func (s *Store) CreateSignInLink(ctx context.Context, secret, email, returnTo string, expires time.Time) error {
	return s.DB(ctx).Create(&linkRow{Hash: hashSecret(secret), Email: email, ReturnTo: returnTo, CreatedAt: s.Now(), ExpiresAt: expires}).Error
}

// SignInLinkOpen tells whether a link can still be used: it is there, in time
// and unused.
func (s *Store) SignInLinkOpen(ctx context.Context, secret string) (bool, error) {
	var n int64
	err := s.DB(ctx).Model(&linkRow{}).Where("hash = ? AND used_at IS NULL AND expires_at > ?", hashSecret(secret), s.Now()).Count(&n).Error
	return n == 1, err
}

// UseSignInLink uses up a link, once however many ask at the same time, and
// gives its address and where to go. NotFound when it is unknown, used or past
// its end.
func (s *Store) UseSignInLink(ctx context.Context, secret string) (email, returnTo string, err error) {
	var rows []linkRow
	now := s.Now()
	err = s.DB(ctx).Model(&rows).Clauses(clause.Returning{}).
		Where("hash = ? AND used_at IS NULL AND expires_at > ?", hashSecret(secret), now).Update("used_at", now).Error
	if err != nil {
		return "", "", err
	}
	if len(rows) == 0 {
		return "", "", models.E(models.NotFound, "This sign-in link has been used or is more than 15 minutes old. Ask for a new one.")
	}
	return rows[0].Email, rows[0].ReturnTo, nil
}

// Sweep removes sessions, links, kept answers and counts that have had their
// day, and gives how many rows went. SQLite counts what has grown meanwhile.
func (s *Store) Sweep(ctx context.Context) (int64, error) {
	now := s.Now()
	var total int64
	for _, d := range []struct {
		sql string
		at  time.Time
	}{
		{"DELETE FROM sessions WHERE expires_at < ?", now.Add(-keptSessions)},
		{"DELETE FROM held_forms WHERE expires_at < ?", now},
		{"DELETE FROM sign_in_links WHERE expires_at < ?", now.Add(-24 * time.Hour)},
		{"DELETE FROM sign_in_states WHERE expires_at < ?", now},
		{"DELETE FROM email_changes WHERE expires_at < ?", now},
		{"DELETE FROM logout_tokens WHERE expires_at < ?", now},
		{"DELETE FROM idempotency_keys WHERE created_at < ?", now.Add(-keptFor)},
		{"DELETE FROM rate_counts WHERE ends < ?", now.Add(-10 * time.Minute)}, // clocks of nodes may differ
	} {
		r := s.DB(ctx).Exec(d.sql, d.at)
		if r.Error != nil {
			return total, r.Error
		}
		total += r.RowsAffected
	}
	return total, s.measure(ctx)
}
