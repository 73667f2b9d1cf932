package templates

import (
	"time"

	"grassroots/models"
)

// AdoptionFollowUpPage asks how far an organisation is with what it adopts.
type AdoptionFollowUpPage struct {
	Title, OrgName, URL, AdoptionURL string
	Months, Version                  int
	Status, Result, Reason           string
	Done                             bool // it was sent a moment ago
	Errors                           []FieldError
}

// AdoptionFollowUpLine is what was asked of an adoption once.
type AdoptionFollowUpLine struct {
	Months   int
	Asked    time.Time
	Answered *time.Time // nil while nothing is heard
	Status   string     // that was said then
}

func howFarOptions() []Option {
	var out []Option
	for _, s := range models.AdoptionStatuses() {
		out = append(out, Option{Value: string(s), Text: s.Label()})
	}
	return out
}
