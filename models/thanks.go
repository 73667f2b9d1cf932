package models

import (
	"slices"
	"time"
)

// ThanksReason says what somebody is thanked for.
type ThanksReason string

// What somebody can be thanked for.
const (
	ThanksHelped ThanksReason = "helped"
	ThanksTook   ThanksReason = "took-up"
	ThanksHonest ThanksReason = "honest"
	ThanksShowed ThanksReason = "showed"
	ThanksOther  ThanksReason = "other"
)

// ThanksReasons lists what somebody can be thanked for.
func ThanksReasons() []ThanksReason {
	return []ThanksReason{ThanksHelped, ThanksTook, ThanksHonest, ThanksShowed, ThanksOther}
}

// Label gives the reason as a person reads it.
func (r ThanksReason) Label() string {
	switch r {
	case ThanksHelped:
		return "It helped us with something of our own"
	case ThanksTook:
		return "We could take it up as it is described"
	case ThanksHonest:
		return "It says openly what did not work"
	case ThanksShowed:
		return "They took the time to explain or show it"
	case ThanksOther:
		return "Something else"
	}
	return string(r)
}

// Limits of thanks.
const (
	MaxThanksWords  = 300 // characters
	MaxThanksADay   = 20  // by one person
	ThanksOnProfile = 20
)

// Thanks is what somebody says to those who did what a case study describes: to
// all of them or to one. One person thanks once for a case study.
type Thanks struct {
	ID          string
	CaseStudyID string
	FromID      string
	Reason      ThanksReason
	Words       string
	CreatedAt   time.Time

	// Read with it.
	Slug, Title          string
	FromName, FromHandle string
	Hidden               bool // from the profile of the person whose thanks are read
}

// Validate cleans and checks what is said.
func (t *Thanks) Validate() error {
	var p problems
	t.Words = CleanText(t.Words)
	if !slices.Contains(ThanksReasons(), t.Reason) {
		p.add("reason", "Choose what you thank them for")
	}
	switch n := runeLen(t.Words); {
	case n > MaxThanksWords:
		p.add("words", "What you say must be %d characters or fewer; it has %d", MaxThanksWords, n)
	case n == 0 && t.Reason == ThanksOther:
		p.add("words", "Say what you thank them for")
	}
	return p.err("Your thanks were not sent.")
}
