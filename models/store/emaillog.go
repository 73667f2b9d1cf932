package store

import (
	"context"
	"strings"
	"time"
)

// EmailNote is what an admin may see of a message: neither its text nor whom
// it was for, but the domain that it went to.
type EmailNote struct {
	ID        string
	Domain    string
	State     string
	Attempts  int
	CreatedAt time.Time
	SentAt    *time.Time
	Error     string // why it failed, or was dropped
	Resend    bool   // it failed, and can be sent again
}

// EmailStates lists the states of a message.
func EmailStates() []string {
	return []string{EmailPending, EmailSending, EmailSent, EmailKept, EmailFailed, EmailDropped}
}

// EmailLog gives a page of the outbox, newest first, of one state or of all.
// before is the last id of the page before, empty for the first page.
func (s *Store) EmailLog(ctx context.Context, state, before string, limit int) (list []EmailNote, more bool, err error) {
	db := s.DB(ctx).Select("id", "to_address", "state", "attempts", "created_at", "sent_at", "last_error", "kind", "CASE WHEN text = '' THEN '' ELSE 'x' END AS text")
	if state != "" {
		db = db.Where("state = ?", state)
	}
	if before != "" {
		db = db.Where("id < ?", before)
	}
	var rows []Email
	if err := db.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	for _, r := range rows {
		list = append(list, EmailNote{ID: r.ID, Domain: r.ToAddress[strings.LastIndexByte(r.ToAddress, '@')+1:], State: r.State, Attempts: r.Attempts,
			CreatedAt: r.CreatedAt, SentAt: r.SentAt, Error: r.LastError, Resend: r.State == EmailFailed && (r.Text != "" || r.Kind != "")})
	}
	return list, more, nil
}
