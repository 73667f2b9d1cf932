package models

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Means is what somebody signed in by.
type Means string

// The means of signing in.
const (
	ByLink     Means = "link"     // a link in an e-mail
	ByProvider Means = "provider" // single sign-on with an OpenID provider
	ByPasskey  Means = "passkey"
	ByDemo     Means = "demo" // one press, on a demonstration
)

// Label says by what means somebody signed in, as it follows "Signed in".
func (m Means) Label() string {
	switch m {
	case ByLink:
		return "by an e-mail link"
	case ByProvider:
		return "by single sign-on"
	case ByPasskey:
		return "with a passkey"
	case ByDemo:
		return "as a demo person"
	}
	return ""
}

// ProviderSession is the session at an OpenID provider that one here began from.
type ProviderSession struct {
	Issuer, Subject string
	SID             string // the provider's name for the session; empty when it gave none
	IDToken         string // sealed
}

// Identity is who a person is to an OpenID provider.
type Identity struct {
	Issuer, Subject string
	PersonID        string
	// Organisation (an ODS code) and StaffGroup are what the provider last said;
	// empty when it said nothing that is known here.
	Organisation, StaffGroup string
	CreatedAt, UsedAt        time.Time
}

// Key names the identity in the address of a page, without telling it.
func (i *Identity) Key() string {
	sum := sha256.Sum256([]byte(i.Issuer + "\n" + i.Subject))
	return hex.EncodeToString(sum[:12])
}

// Refresh brings a profile to what the provider now says, and keeps what the
// person set: a field changes only when it is empty, or still as the provider
// had it last. It tells whether anything of the profile changed.
func (i *Identity) Refresh(p *Person, organisation, staffGroup string) bool {
	changed := false
	follow := func(field, last *string, now string) {
		if now == "" {
			return
		}
		if (*field == "" || *field == *last) && *field != now && *last != now {
			*field, changed = now, true
		}
		*last = now
	}
	follow(&p.Organisation, &i.Organisation, organisation)
	follow(&p.StaffGroup, &i.StaffGroup, staffGroup)
	return changed
}

// unreachable ends the addresses of accounts whose provider vouched for none.
// The domain is one that can never be (RFC 2606).
const unreachable = "@no-address.invalid"

// NoAddress is the e-mail address of an account that has none.
func NoAddress(id string) string { return strings.ToLower(id) + unreachable }

// Reachable tells whether e-mail can be sent to the person.
func (p *Person) Reachable() bool { return !strings.HasSuffix(p.Email, ".invalid") }
