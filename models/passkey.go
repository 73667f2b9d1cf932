package models

import "time"

// Passkey is a key that a person's device or key ring has, and signs in with.
type Passkey struct {
	ID           string
	PersonID     string
	Name         string
	CredentialID string // as its authenticator names it, in base64url
	Credential   string // what is kept of it, as JSON; public
	CreatedAt    time.Time
	UsedAt       *time.Time
}
