package templates

import "time"

// WaysPage is how somebody can sign in.
type WaysPage struct {
	HasAddress bool
	Address    string
	Links      bool // a link to the address signs in
	MayChange  bool // the address
	Passkeys   int
	Identities []IdentityLine
}

// IdentityLine is an account at a provider that signs in.
type IdentityLine struct {
	Key, Name, Issuer string
	Linked, Used      time.Time
	Why               string // it cannot be unlinked; empty when it can
}

// AddressPage asks for another e-mail address.
type AddressPage struct {
	Now, Allowed string // Now is empty where there is none
	Typed        string
	Sent         string // where a link was sent
	ActionURL    string
	Errors       []FieldError
}

// addressText says what the address is good for.
func (p WaysPage) addressText() string {
	switch {
	case !p.HasAddress:
		return "You have none here"
	case p.Links:
		return p.Address
	}
	return p.Address + " (links to it do not sign in here)"
}

// rows are what is known of the account at the provider.
func (l IdentityLine) rows() []SummaryRow {
	return []SummaryRow{{Key: "Provider", Value: l.Issuer}, {Key: "Linked", Value: FormatDateTime(l.Linked)}, {Key: "Last used", Value: FormatDateTime(l.Used)}}
}
