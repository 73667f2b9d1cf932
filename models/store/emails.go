package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// The states of an e-mail in the outbox.
const (
	EmailPending = "pending" // waits to be delivered
	EmailSent    = "sent"    // taken by the mail server; its text is gone from here
	EmailKept    = "kept"    // no mail server is set, so it stays here
	EmailFailed  = "failed"  // refused for good, or tried too often
)

// Email is one message of the outbox.
type Email struct {
	ID        string
	ToAddress string
	Subject   string
	Text      string
	HTML      string
	State     string
	Attempts  int
	LastError string
	CreatedAt time.Time
	SentAt    *time.Time
	// SecretUntil is set for a message whose text holds a secret: when that is
	// of no use any more.
	SecretUntil *time.Time
}

// AddEmail puts a message into the outbox, pending, and gives it an id.
func (s *Store) AddEmail(ctx context.Context, e *Email) error {
	e.ID, e.State, e.CreatedAt = s.NewID(), EmailPending, s.Now()
	return s.DB(ctx).Create(e).Error
}

// Email gives a message by its id, or a NotFound error.
func (s *Store) Email(ctx context.Context, id string) (Email, error) {
	var e Email
	err := s.DB(Fresh(ctx)).Take(&e, "id = ?", id).Error
	return e, notFound(err, "That e-mail")
}

// EmailSent notes that the mail server has taken a message. Its text is wiped:
// it may hold what only the addressee should see, such as a sign-in link.
func (s *Store) EmailSent(ctx context.Context, id string) error {
	return s.emailTried(ctx, id, map[string]any{
		"state": EmailSent, "sent_at": s.Now(), "last_error": "", "text": "", "html": "",
	})
}

// EmailKept notes that there is no server to send a message to.
func (s *Store) EmailKept(ctx context.Context, id string) error {
	return s.emailTried(ctx, id, map[string]any{"state": EmailKept})
}

// EmailFailed notes a failed attempt, for good or to be followed by another. A
// secret that will not be sent any more is wiped.
func (s *Store) EmailFailed(ctx context.Context, id, reason string, final bool) error {
	changes := map[string]any{"last_error": reason}
	if final {
		changes["state"] = EmailFailed
		for _, column := range []string{"text", "html"} {
			changes[column] = gorm.Expr("CASE WHEN secret_until IS NULL THEN " + column + " ELSE '' END")
		}
	}
	return s.emailTried(ctx, id, changes)
}

func (s *Store) emailTried(ctx context.Context, id string, changes map[string]any) error {
	changes["attempts"] = gorm.Expr("attempts + 1")
	done := s.DB(ctx).Model(&Email{}).Where("id = ?", id).Updates(changes)
	if done.Error == nil && done.RowsAffected == 0 {
		return notFound(gorm.ErrRecordNotFound, "That e-mail")
	}
	return done.Error
}

// BlankSecrets wipes the texts of messages whose secrets are of no use any more.
// One that was not sent by then has failed.
func (s *Store) BlankSecrets(ctx context.Context) error {
	return s.DB(ctx).Exec(`UPDATE emails SET text = '', html = '',
		last_error = CASE WHEN state = ? THEN 'it could not be sent while it was of use' ELSE last_error END,
		state = CASE WHEN state = ? THEN ? ELSE state END
		WHERE secret_until <= ? AND text <> ''`, EmailPending, EmailPending, EmailFailed, s.Now()).Error
}

// DeleteEmails removes the messages that were made before a time and wait for
// nothing, and says how many they were.
func (s *Store) DeleteEmails(ctx context.Context, before time.Time) (int64, error) {
	done := s.DB(ctx).Where("created_at < ? AND state <> ?", before, EmailPending).Delete(&Email{})
	return done.RowsAffected, done.Error
}

// CountEmails counts the messages in a state.
func (s *Store) CountEmails(ctx context.Context, state string) (int64, error) {
	var n int64
	err := s.DB(ctx).Model(&Email{}).Where("state = ?", state).Count(&n).Error
	return n, err
}
