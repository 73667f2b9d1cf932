package models

import "time"

// Withdrawal is why somebody else than the person who posted a case study has
// taken it from readers.
type Withdrawal struct {
	CaseStudyID string
	ByID        string
	ByName      string // read with it
	ByHandle    string // read with it; empty once the account is closed
	Words       string // that its authors read
	At          time.Time
}
