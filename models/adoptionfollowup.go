package models

import "time"

// AdoptionFollowUpMonths are how many months after an adoption was recorded it is asked how
// far the organisation is by then.
func AdoptionFollowUpMonths() []int { return []int{3, 6, 12} }

const (
	// AdoptionOverdueAfter is within how long whoever is asked is expected to answer: after
	// that, news of the adoption counts as overdue for its leads.
	AdoptionOverdueAfter = 14 * 24 * time.Hour
	// AdoptionAskedWithin is until how long after it is due that is asked: what was due while
	// nothing ran for longer is not.
	AdoptionAskedWithin = 30 * 24 * time.Hour
	// AdoptionSaidLately is for how long nobody is asked who has just said something.
	AdoptionSaidLately = 28 * 24 * time.Hour
	// AdoptionAnswerWithin is how long the link of an e-mail can be answered by.
	AdoptionAnswerWithin = 90 * 24 * time.Hour
)

// AdoptionFollowUp is what whoever looks after an adoption was asked.
type AdoptionFollowUp struct {
	ID         string
	AdoptionID string
	Months     int
	PersonID   string // who was asked; empty once the account is closed
	AskedAt    time.Time
	ExpiresAt  time.Time      // of the link
	AnsweredAt *time.Time     // nil while nothing is heard
	Status     AdoptionStatus // that was said then; empty while nothing is heard
}
