package models

import (
	"net/url"
	"time"
)

// ExchangeEmail is the address of the account that copies from other instances
// belong to. It has no mailbox, so nobody can sign in as it.
const ExchangeEmail = "exchange@grassroots.invalid"

// ExchangeKey is a key with which this instance signs. The private half is
// sealed.
type ExchangeKey struct {
	Number    int64 // from 1 on; the highest is the one at present
	ID        string
	Sealed    string
	Handover  string // the key, signed with the one before; empty for the first
	CreatedAt time.Time
}

// ExchangeChange is what became last of a case study of this instance.
type ExchangeChange struct {
	CaseStudyID string
	Position    int64 // higher than that of whatever was told before
	Revision    int
	Status      Status
}

// Origin is an instance that this one takes case studies from.
type Origin struct {
	ID           string
	URL          string // where it is, without a slash at its end
	Trusted      string // keys, as JSON; the last one is that of the present
	Position     int64  // up to which its changes are here
	WalkedAt     *time.Time
	AddedBy      string
	AddedAt      time.Time
	PausedAt     *time.Time
	PausedBy     string
	RemovedAt    *time.Time
	SucceededAt  *time.Time // the last time that all was well
	FailedAt     *time.Time // the last time that it was not
	FailingSince *time.Time // nil after a success
	Failure      string     // of the last failure, in plain words
	LeftOut      int        // case studies that there was no room for, counted anew with each comparison of its whole list
}

// Active tells whether case studies are taken from it.
func (o *Origin) Active() bool { return o.PausedAt == nil && o.RemovedAt == nil }

// Name is what people call it: the host of its address.
func (o *Origin) Name() string { return hostOf(o.URL) }

// MaxOrigins is how many instances one can take case studies from.
const MaxOrigins = 100

// MaxRefusals is how many case studies of one instance that were not taken are
// remembered with the reason. Those beyond are counted as left out.
const MaxRefusals = 1000

// Copy says of a case study that it is one of another instance.
type Copy struct {
	OriginID  string
	OriginURL string
	URL       string // of its page there
	Revision  int    // there
	Status    Status // there
	FetchedAt time.Time
	CheckedAt time.Time // when it was last seen to be what was signed
	Fault     string    // why it is not; empty when all is well
	Dropped   bool      // withdrawn because its origin was removed
	Followed  bool      // changes at the origin still arrive
}

// Name is what people call the instance that it is from.
func (c *Copy) Name() string { return hostOf(c.OriginURL) }

// Shown gives whether readers here see it, unless a measure hides it.
func (c *Copy) Shown() Status {
	if c.Status != Published || c.Dropped {
		return Withdrawn
	}
	return Published
}

// Refusal is a case study of another instance that was not taken.
type Refusal struct {
	OriginID    string
	CaseStudyID string
	Why         string
	Since       time.Time
	TriedAt     time.Time
}

// hostOf gives host and port of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}
