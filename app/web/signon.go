package web

// SingleSignOn says how people sign in through an OpenID provider; its zero
// value says that they do not.
type SingleSignOn struct {
	Issuer, ClientID, ClientSecret string
	// Name is what people call the provider: "NHS CIS2".
	Name string
	// Scopes are asked for; openid always is.
	Scopes []string
	// ACR and AMR are values of which the id token has to have one, when any are
	// given: how strongly the provider made sure of the person.
	ACR, AMR []string
	// OrganisationClaim and StaffGroupClaim name the claims with a person's ODS
	// code and staff group; empty when the provider says neither.
	OrganisationClaim, StaffGroupClaim string
	// LinkByEmail gives whoever signs in the account that has their address, when
	// the provider has verified it.
	LinkByEmail bool
	// TrustEmail takes the provider's addresses as verified without its saying so.
	TrustEmail bool
	// Only leaves no other way to sign in.
	Only bool
}

// On tells whether there is a provider.
func (s SingleSignOn) On() bool { return s.Issuer != "" }
