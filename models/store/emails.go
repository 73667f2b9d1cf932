package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// The states of an e-mail in the outbox.
const (
	EmailPending = "pending" // waits to be delivered
	EmailSending = "sending" // on its way; of one that is written at each try alone
	EmailSent    = "sent"    // taken by the mail server; its text is gone from here
	EmailKept    = "kept"    // no mail server is set, so it stays here
	EmailFailed  = "failed"  // refused for good, or tried too often
	EmailDropped = "dropped" // will not be sent: there was nothing left to say, or an admin gave it up
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
	// PersonID and Kind are set for a message about what happened to a person, which
	// is written at each try; Kind is how they hear of it. Period names it: a person
	// has one of a period.
	PersonID string
	Kind     models.Delivery
	Period   string
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

// EmailSending notes that a message is on its way, and tells whether it was for
// the caller to send: not when somebody else has it on its way or sent it.
func (s *Store) EmailSending(ctx context.Context, id string) (bool, error) {
	done := s.DB(ctx).Model(&Email{}).Where("id = ? AND state = ?", id, EmailPending).Update("state", EmailSending)
	return done.RowsAffected > 0, done.Error
}

// EmailDropped notes that a message will not be sent, and why.
func (s *Store) EmailDropped(ctx context.Context, id, reason string) error {
	return s.emailTried(ctx, id, map[string]any{"state": EmailDropped, "last_error": reason, "text": "", "html": ""})
}

// EmailAgain has a message that failed wait to be delivered once more. Conflict
// when it is in another state, or its text is gone.
func (s *Store) EmailAgain(ctx context.Context, id string) error {
	if _, err := s.Email(ctx, id); err != nil {
		return err
	}
	done := s.DB(ctx).Model(&Email{}).Where("id = ? AND state = ? AND (text <> '' OR kind <> '')", id, EmailFailed).
		Updates(map[string]any{"state": EmailPending, "attempts": 0, "last_error": ""})
	if done.Error == nil && done.RowsAffected == 0 {
		return models.E(models.Conflict, "This e-mail cannot be sent again: it has not failed, or its text is gone because it held a secret.")
	}
	Note(ctx, "email.resend", id, nil, nil)
	return done.Error
}

// DropEmail gives up a message that failed. Conflict when it is in another state.
func (s *Store) DropEmail(ctx context.Context, id string) error {
	e, err := s.Email(ctx, id)
	if err != nil {
		return err
	}
	done := s.DB(ctx).Model(&Email{}).Where("id = ? AND state = ?", id, EmailFailed).Updates(map[string]any{"state": EmailDropped, "text": "", "html": ""})
	if done.Error == nil && done.RowsAffected == 0 {
		return models.E(models.Conflict, "This e-mail has not failed, so there is nothing to give up.")
	}
	Note(ctx, "email.drop", e.ID, nil, nil)
	return done.Error
}

// EmailKept notes that there is no server to send a message to.
func (s *Store) EmailKept(ctx context.Context, id string) error {
	return s.emailTried(ctx, id, map[string]any{"state": EmailKept})
}

// EmailFailed notes a failed attempt, for good or to be followed by another. A
// secret that will not be sent any more is wiped.
func (s *Store) EmailFailed(ctx context.Context, id, reason string, final bool) error {
	changes := map[string]any{"last_error": reason, "state": EmailPending}
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
	done := s.DB(ctx).Where("created_at < ? AND state NOT IN ?", before, []string{EmailPending, EmailSending}).Delete(&Email{})
	return done.RowsAffected, done.Error
}

// CountEmails counts the messages in a state.
func (s *Store) CountEmails(ctx context.Context, state string) (int64, error) {
	var n int64
	err := s.DB(ctx).Model(&Email{}).Where("state = ?", state).Count(&n).Error
	return n, err
}
