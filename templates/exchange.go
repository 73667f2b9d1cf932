package templates

import (
	"time"

	"grassroots/models"
)

// ExchangePage lists the instances that case studies are taken from.
type ExchangePage struct {
	Origins []OriginLine
	Full    bool   // no more can be added
	Key     string // id of the key with which this instance signs; empty when it cannot
	Faults  []CopyFault
	Address string // of this instance
}

// OriginState says how an instance is doing.
type OriginState string

// The states of an instance.
const (
	OriginWell    OriginState = "Up to date"
	OriginNew     OriginState = "Not asked yet"
	OriginFailing OriginState = "Failing"
	OriginPaused  OriginState = "Paused"
)

func (s OriginState) colour() Colour {
	switch s {
	case OriginFailing:
		return Orange
	case OriginPaused:
		return Red
	case OriginNew:
		return Grey
	}
	return Green
}

// OriginLine is one instance in that list.
type OriginLine struct {
	URL, Address string
	State        OriginState
	Succeeded    *time.Time
	Copies       int
	Refused      int
	LeftOut      int
}

// CopyFault is a copy that is not what was signed.
type CopyFault struct{ URL, Title, Why string }

// OriginForm adds an instance.
type OriginForm struct {
	Address, Key string
	Errors       []FieldError
}

// OriginPage is one instance.
type OriginPage struct {
	ID, Address, Key, Failure string

	State                               OriginState
	Added                               time.Time
	AddedBy, PausedBy                   string
	Paused, Succeeded, Failed, FailedAt *time.Time // Failed is since when it has been failing
	Copies, Shown, Faults               int
	Refused                             []models.Refusal
	RefusedInAll                        int
	LeftOut                             int // that there was no room for
}

// OriginRemoval asks what becomes of the copies.
type OriginRemoval struct {
	ID, Address, Choice string
	Copies              int
	Errors              []FieldError
}

// notTaken tells how much of an instance is not here.
func (o OriginLine) notTaken() string {
	text := FormatNumber(o.Refused)
	if o.LeftOut > 0 {
		text += ", and " + FormatNumber(o.LeftOut) + " left out"
	}
	return text
}

func originURL(id string) string { return "/admin/exchange/" + id }

// copiesText tells how many copies there are.
func (p OriginPage) copiesText() string {
	text := FormatCount(p.Copies, "copy", "copies")
	if hidden := p.Copies - p.Shown; hidden > 0 {
		text += ", " + FormatNumber(hidden) + " of them not shown"
	}
	if p.Faults > 0 {
		text += ", " + FormatNumber(p.Faults) + " not what was signed"
	}
	return text
}

// hiddenBecause tells why readers do not see a copy.
func hiddenBecause(c *models.Copy) string {
	switch {
	case c.Status == models.Withdrawn:
		return "It was withdrawn where it is from. When it is brought back there, it comes back here."
	}
	return "Its instance was removed together with its copies. They come back when it is added again."
}
