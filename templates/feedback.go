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
	Why                         string
	When                        time.Time
	State                       string // empty while it is open
	Open                        bool
	GiveURL, DeclineURL         string
	AnswerURL                   string
}
