package models

import (
	"slices"
	"strings"
	"time"
)

// FeedbackRules say how much is asked of people. Its zero value asks nobody.
type FeedbackRules struct {
	People int // who are asked about one idea
	AWeek  int // how often one person is asked within a week, who has chosen nothing
	Days   int // within which ideas are to have a first response, where an organisation has not said; 0 sets no time
}

// Limits of asking.
const (
	MaxAskedAboutIdea = 10                  // people in all, those who declined counted
	MaxAsksAWeek      = 10                  // that a person can choose
	AskedWithin       = 14 * 24 * time.Hour // after an idea is published, or a question asked
	QuestionWaits     = 24 * time.Hour      // for those who wrote the case study, before others are asked
	PassedOnAfter     = 7 * 24 * time.Hour  // without an answer, somebody else is asked as well
	AsksAPage         = 20
)

// Known is one thing that somebody says that they know: by its kind, and its slug,
// code, name, or for a skill as they wrote it.
type Known struct {
	Kind  KnowKind
	Value string
}

// JoinKnown writes things as they are kept, and SplitKnown reads them.
func JoinKnown(things []Known) string {
	lines := make([]string, len(things))
	for i, k := range things {
		lines[i] = string(k.Kind) + ":" + k.Value
	}
	return strings.Join(lines, "\n")
}

// SplitKnown reads what JoinKnown wrote.
func SplitKnown(text string) (out []Known) {
	for line := range strings.SplitSeq(text, "\n") {
		if kind, value, ok := strings.Cut(line, ":"); ok && slices.Contains(KnowKinds(), KnowKind(kind)) {
			out = append(out, Known{KnowKind(kind), value})
		}
	}
	return out
}

// Ask is that somebody was asked for what they know about an idea, or about a
// question that stands among the comments of a case study.
type Ask struct {
	ID, CaseStudyID, PersonID string
	QuestionID                string // of the comment; empty: about an idea
	Why                       []Known
	AskedAt                   time.Time
	DeclinedAt                *time.Time

	// Read with it.
	Slug, Title, Summary string
	Status               Status
	OwnerName            string // who posted the idea, or asked the question
	Question             string // its text, in Markdown
	CommentID            string // of their first comment on it since; empty: none
}

// The states of an ask.
const (
	AskOpen     = "open"
	AskAnswered = "answered"
	AskDeclined = "declined"
)

// State tells what became of it.
func (a *Ask) State() string {
	switch {
	case a.CommentID != "":
		return AskAnswered
	case a.DeclinedAt != nil:
		return AskDeclined
	}
	return AskOpen
}

// ValidAsksAWeek checks how often a person wants to be asked; nil is as usual.
func ValidAsksAWeek(n *int) error {
	if n != nil && (*n < 0 || *n > MaxAsksAWeek) {
		return InvalidField("a_week", "Choose how often you may be asked within a week: from never to 10 times")
	}
	return nil
}

// Asks tells whether people can be asked about the case study: it is an idea that
// was posted here, not long ago.
func (cs *CaseStudy) Asks(now time.Time) bool {
	return cs.Stage == StageIdea && cs.Status != Withdrawn && cs.Copy == nil && !cs.Demo && now.Sub(cs.PublishedAt) < AskedWithin
}

// AsksAbout tells whether people can be asked about a question among the comments
// of the case study: it is a day old and no older than models.AskedWithin, stands,
// and nobody but its author has answered. c has its replies.
func (cs *CaseStudy) AsksAbout(c *Comment, now time.Time) bool {
	age := now.Sub(c.CreatedAt)
	answered := slices.ContainsFunc(c.Replies, func(r Comment) bool { return r.AuthorID != c.AuthorID && !r.Stub() })
	return c.Kind == Question && c.ParentID == "" && !c.Stub() && !answered && age >= QuestionWaits && age < AskedWithin &&
		cs.Status != Withdrawn && cs.Copy == nil && !cs.Demo && cs.Locked == ""
}

// Limits of the time within which ideas are to have a first response.
const (
	MaxResponseDays = 60
	WaitingAPage    = 30
)

// WaitingIdea is an idea that has waited for a first response for too long.
type WaitingIdea struct {
	ID, Slug, Title       string
	Organisation, OrgName string
	OwnerName             string
	Votes                 int
	PublishedAt           time.Time
	Days                  int // within which its organisation wants it to be answered
}

// ValidResponseDays checks within how many days an organisation wants ideas to be
// answered; 0 is as usual.
func ValidResponseDays(n int) error {
	if n < 0 || n > MaxResponseDays {
		return InvalidField("days", "Enter a number of days from 1 to 60, or nothing for as usual on this site")
	}
	return nil
}
