package templates

import "time"

// FollowUpPage is the form of what became of an entry.
type FollowUpPage struct {
	Campaign, Title, StudyURL, URL           string
	Months, Version                          int
	Answer, Reason, Places, Outcome, Measure string
	Answered                                 *time.Time
	Done                                     bool // it was sent a moment ago
	Until                                    time.Time
	Errors                                   []FieldError
}

// OwnFollowUps is what somebody was asked after a campaign.
type OwnFollowUps struct {
	Campaign string
	Lines    []OwnFollowUp
}

// OwnFollowUp is one question.
type OwnFollowUp struct {
	Title, URL, Answer string
	Months             int
	Asked              time.Time
}

// FollowUpShown is what everybody reads of what became of entries.
type FollowUpShown struct {
	Lines  []FollowUpLine
	OwnURL string // where who entered answers; empty for others
}

// FollowUpLine is what one entry answered.
type FollowUpLine struct {
	Title, URL               string
	Months                   int
	Answer                   string
	Answered                 *time.Time
	Asked                    time.Time
	Reason, Outcome, Measure string
	Places                   []Crumb
}

func answerOptions() []Option {
	return []Option{{Value: "yes", Text: "Yes, it is used"}, {Value: "stopped", Text: "It was used, and has stopped"}, {Value: "no", Text: "No, it has not come into use"}}
}
