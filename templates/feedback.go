package templates

import "time"

// AskedPage is what a person is asked for their experience of.
type AskedPage struct {
	Lines    []AskedLine
	First    bool
	NextURL  string
	Findable bool // nobody is asked who is not

	AWeek, Usual string // what is chosen, and what nothing means
	Times        []Option
	Errors       []FieldError
}

// AskedLine is one thing that a person is asked.
type AskedLine struct {
	ID, Title, Summary, URL, By string
	Asks                        bool   // it is a question, not an idea
	Question                    string // its words
	Why                         string
	When                        time.Time
	State                       string // empty while it is open
	Open                        bool
	GiveURL, DeclineURL         string
	AnswerURL                   string
}

// WaitingPage lists ideas that have waited for a first response for too long: of
// an organisation, or with none of all.
type WaitingPage struct {
	Organisation  string
	Lines         []WaitingLine
	Total         int
	NextURL       string
	Days, SaveURL string // what the organisation chose, and where its leads change it
	Usual         int
	Errors        []FieldError
}

// WaitingLine is one of these ideas.
type WaitingLine struct {
	Title, URL, By                string
	Organisation, OrganisationURL string
	Posted                        time.Time
	Votes, Waits, Days            int // Waits and Days in days
}

// WaitingNoteProps says to the leads of an organisation how many ideas wait.
type WaitingNoteProps struct {
	Count int
	URL   string
}

func (p WaitingPage) within() string {
	switch {
	case p.Days != "":
		return ""
	case p.Usual == 0:
		return "No time is set for this site."
	}
	return "Empty is as usual on this site: " + FormatCount(p.Usual, "day", "days") + "."
}

// DecisionPage is what became of a case study, with the form for who says so.
type DecisionPage struct {
	Title, BackURL, ActionURL string
	Lines                     []DecisionLine
	Choices                   []Option
	Status, Reason            string
	Errors                    []FieldError
}

// DecisionLine is one decision.
type DecisionLine struct {
	Label, Reason, By string
	When              time.Time
}
