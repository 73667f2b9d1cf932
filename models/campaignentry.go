package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// EntryState is how far an entry to a campaign is.
type EntryState string

// The states.
const (
	EntryDraft     EntryState = "draft" // for those who write it alone, unless it came too late
	EntryEntered   EntryState = "entered"
	EntryWithdrawn EntryState = "withdrawn"
)

// MaxEntryAnswer is how long an answer to a question of a campaign can be.
const MaxEntryAnswer = 4000

// EntryReminded is how long before entries close those with a draft are reminded of it.
const EntryReminded = 48 * time.Hour

// ErrNoSuchEntry is what somebody is told who asks for an entry that is not there, or
// that they may not know of.
var ErrNoSuchEntry = E(NotFound, "That entry cannot be found.")

// CampaignEntry is a case study in a campaign. What is judged is the revision of it that
// was there when the entry arrived; the case study lives on.
type CampaignEntry struct {
	ID          string
	CampaignID  string
	CaseStudyID string
	OwnerID     string // who entered it
	State       EntryState
	Revision    int // of the case study, that is judged
	Answers     []EntryAnswer
	ArrivedAt   *time.Time // when the request came that entered it, or that came too late; nil for none
	Late        bool       // it came too late, whether it was let in or not
	LateReason  string     // why it was let in all the same
	KeptOut     string     // why it was not; empty while nothing is decided
	LateBy      string     // who decided that
	Version     int
	CreatedAt   time.Time
	UpdatedAt   time.Time

	// Read with it.
	Slug, Title  string // of the case study as it is now
	Status       Status
	Organisation string
	OwnerName    string
	LateByName   string
}

// EntryAnswer is what an entry answers to a question of the campaign.
type EntryAnswer struct {
	Question string `json:"question"` // its id
	Answer   string `json:"answer"`   // of one that a file answers, the id of the file
}

// Number is what a receipt goes by.
func (e *CampaignEntry) Number() string {
	if len(e.ID) != 26 {
		return ""
	}
	return e.ID[16:21] + "-" + e.ID[21:]
}

// Answer gives what an entry answers to a question.
func (e *CampaignEntry) Answer(question string) string {
	for _, a := range e.Answers {
		if a.Question == question {
			return a.Answer
		}
	}
	return ""
}

// Takes tells why a campaign takes no entry that arrives at a moment, or no change of
// one that it has; nil when it does. The rule is the same for everybody: what arrives
// before the second at which entries close is in time.
func (c *Campaign) Takes(arrived time.Time, entered bool) error {
	opens, ok := c.Starts(CampaignOpen)
	closes, has := c.EntriesClose()
	if changes, ok := c.ChangesClose(); entered && ok {
		closes = changes
	}
	switch {
	case c.PublishedAt == nil || !ok || !has:
		return ErrNoSuchCampaign
	case arrived.Before(opens):
		return Errorf(Conflict, "This campaign opens for entries on %s. What you typed can be kept as a draft until then.", InLondon(opens))
	case !arrived.Before(closes):
		return ErrTooLate(c, closes, arrived)
	}
	return nil
}

// tooLate is the cause of a refusal for having come too late.
type tooLate struct{}

// Error implements error.
func (tooLate) Error() string { return "it arrived after the deadline" }

// ErrTooLate says that an entry came too late, by how much, and what to do.
func ErrTooLate(c *Campaign, closed, arrived time.Time) error {
	const to = "2 January 2006, 15:04:05"
	return &Error{Kind: Conflict, Err: tooLate{}, Message: "Entries closed on " + closed.In(london()).Format(to) + ", and this arrived on " + arrived.In(london()).Format(to) +
		" by the clock of the server. The rule is the same for everybody. What you typed is kept as a draft. If something outside of your control held you up, write to " + c.OwnerName + ", who can let it in for a reason that everybody sees."}
}

// IsTooLate tells whether an error is a refusal for having come too late.
func IsTooLate(err error) bool {
	e, ok := err.(*Error)
	if !ok {
		return false
	}
	_, ok = e.Err.(tooLate)
	return ok
}

// CheckAnswers cleans the answers of an entry and keeps those to questions that the
// campaign asks. Of a draft nothing need be answered.
func (e *CampaignEntry) CheckAnswers(c *Campaign, draft bool) error {
	var p problems
	var kept []EntryAnswer
	for _, q := range c.Questions {
		answer := strings.TrimSpace(CleanText(e.Answer(q.ID)))
		field := q.Field()
		switch {
		case answer == "":
			if q.Required && !draft {
				p.add(field, "Answer this: %s", q.Text)
			}
			continue
		case runeLen(answer) > MaxEntryAnswer:
			p.add(field, "An answer must be %d characters or fewer; this has %d", MaxEntryAnswer, runeLen(answer))
		case q.Kind == QuestionNumber && !isNumber(answer) && !draft:
			p.add(field, "Enter a number, such as 1250 or 0.5: %s", q.Text)
		case q.Kind == QuestionFile && !ValidID(answer):
			p.add(field, "Choose the file again: %s", q.Text)
		case q.Kind == QuestionChoice && !slices.Contains(q.Choices, answer):
			p.add(field, "Choose one of the answers: %s", q.Text)
		}
		kept = append(kept, EntryAnswer{q.ID, answer})
	}
	e.Answers = kept
	return p.err("The entry was not saved.")
}

// Field names the input of a question.
func (q CampaignQuestion) Field() string { return "answer_" + q.ID }

// KeptField names the input that has the id of a file that is kept already.
func (q CampaignQuestion) KeptField() string { return "kept_" + q.ID }

// RemoveField names the input that takes a file away.
func (q CampaignQuestion) RemoveField() string { return "remove_" + q.ID }

func isNumber(s string) bool {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	return err == nil && n < 1e15 && n > -1e15
}
