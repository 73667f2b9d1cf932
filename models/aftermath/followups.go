package aftermath

import (
	"strings"
	"time"

	"grassroots/models"
)

const (
	// AskedWithin is until how long after it is due something is asked: what was due while
	// nothing ran for longer is not.
	AskedWithin = 30 * 24 * time.Hour
	// RemindedAfter is how long after it was asked who has not answered is reminded, once.
	RemindedAfter = 14 * 24 * time.Hour
	// AnswerWithin is how long the link of an e-mail can be answered by.
	AnswerWithin = 90 * 24 * time.Hour
	// MaxFollowUpText is how long each text of an answer can be.
	MaxFollowUpText = 2000
	// MaxPlaces is how many organisations an answer can name.
	MaxPlaces = 20
)

// FollowUpMonths are how many months after the results it is asked what became of an entry.
func FollowUpMonths() []int { return []int{3, 6, 12} }

// Answer is whether something is still used.
type Answer string

// The answers.
const (
	StillUsed Answer = "yes"
	NotUsed   Answer = "no" // it never came to be
	Stopped   Answer = "stopped"
)

// Label says an answer as a person reads it.
func (a Answer) Label() string {
	switch a {
	case StillUsed:
		return "In use"
	case NotUsed:
		return "Not in use"
	case Stopped:
		return "Stopped"
	}
	return "Nothing heard"
}

// FollowUp is what was asked of an entry some months after the results, and what was
// answered.
type FollowUp struct {
	ID          string
	CampaignID  string
	CaseStudyID string
	Months      int
	AskedAt     time.Time
	RemindedAt  *time.Time
	ExpiresAt   time.Time
	AnsweredAt  *time.Time
	Answer      Answer // empty while there is none
	Reason      string
	Places      []string // ODS codes of where it is used
	Outcome     string
	Measure     string
	Version     int

	// Read with it.
	Slug, Title, OwnerID string
}

// Due gives when it is asked: on the same day of a later month and at the same time as
// clocks in a zone show it; on the last day of a month that has no such day.
func Due(results time.Time, months int, zone *time.Location) time.Time {
	local := results.In(zone)
	y, m, d := local.Date()
	last := time.Date(y, m+time.Month(months)+1, 0, 0, 0, 0, 0, zone).Day()
	return time.Date(y, m+time.Month(months), min(d, last), local.Hour(), local.Minute(), local.Second(), 0, zone)
}

// DueMonths are those that are to be asked at a moment, unless they were: due, and not for
// longer than AskedWithin.
func DueMonths(results, now time.Time, zone *time.Location) (out []int) {
	for _, months := range FollowUpMonths() {
		if due := Due(results, months, zone); !due.After(now) && now.Sub(due) < AskedWithin {
			out = append(out, months)
		}
	}
	return out
}

// Clean checks an answer.
func (f *FollowUp) Clean() error {
	var fields []models.FieldError
	add := func(field, message string) {
		fields = append(fields, models.FieldError{Field: field, Message: message})
	}
	f.Reason, f.Outcome, f.Measure = strings.TrimSpace(models.CleanText(f.Reason)), strings.TrimSpace(models.CleanText(f.Outcome)), models.CleanLine(f.Measure)
	switch {
	case f.Answer != StillUsed && f.Answer != NotUsed && f.Answer != Stopped:
		add("answer", "Say whether it is still used")
	case f.Answer == Stopped && f.Reason == "":
		add("reason", "Say why it stopped: others learn most from that")
	}
	if f.Answer == StillUsed {
		f.Reason = ""
	}
	for field, text := range map[string]string{"reason": f.Reason, "outcome": f.Outcome, "measure": f.Measure} {
		if len([]rune(text)) > MaxFollowUpText {
			add(field, "This must be 2,000 characters or fewer")
		}
	}
	if len(f.Places) > MaxPlaces {
		add("places", "Name 20 organisations at most")
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "The answer was not saved.", Fields: fields}
	}
	return nil
}

// Latest gives of each entry what was asked last, with the last answer where there is one.
func Latest(list []FollowUp) map[string]FollowUp {
	out := map[string]FollowUp{}
	for _, f := range list {
		old, ok := out[f.CaseStudyID]
		if !ok || f.Answer != "" && (old.Answer == "" || f.Months > old.Months) || f.Answer == "" && old.Answer == "" && f.Months > old.Months {
			out[f.CaseStudyID] = f
		}
	}
	return out
}
