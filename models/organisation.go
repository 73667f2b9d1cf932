package models

import "time"

// Organisation is a trust, board, practice or other body of health and care,
// by its ODS code.
type Organisation struct {
	Code       string
	Name       string
	Kind       string // Acute trust, Mental health trust, …
	Region     string
	ICBCode    string
	ICBName    string
	Postcode   string
	Opened     *time.Time
	Closed     *time.Time
	Successors []string // codes of those that took over its work
	Named      bool     // false: a code somebody used that no list has explained yet
	People     int      // counts are read with the organisation, not kept there
	Studies    int
}

// DisplayName gives the name, or a plain phrase while only the code is known.
func (o Organisation) DisplayName() string {
	if o.Name == "" {
		return "Organisation " + o.Code
	}
	return o.Name
}

// System is a piece of software, or what stands in for one, that information
// comes from or goes to.
type System struct {
	Slug      string
	Name      string
	Supplier  string
	Kind      string
	Settings  []string `json:",omitempty"` // names of the settings list
	Aliases   []string
	Successor string // slug
	Confirmed bool   // false: somebody named it and no moderator has looked yet
}

// Standard is a way in which systems exchange information, the honest
// non-standards included.
type Standard struct {
	Code      string
	Name      string
	Publisher string
	Kind      string
	Purpose   string
	URL       string
	Aliases   []string
	Successor string `json:",omitempty"` // code
	Confirmed bool
}

// StaffGroup is one of the staff groups of the Electronic Staff Record.
type StaffGroup struct {
	Code string
	Name string
}
