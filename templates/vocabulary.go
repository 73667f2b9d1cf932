package templates

// TermGroup is the part of an A to Z list under one letter.
type TermGroup struct {
	Letter string
	Terms  []TermLine
}

// TermLine is a system or standard in a list.
type TermLine struct {
	Name, URL string
	Facts     []string // such as the supplier and the kind
	Count     int      // case studies
	Proposed  bool     // nobody who looks after the list has confirmed it
}

// TermsPage is the A to Z list of systems or of standards.
type TermsPage struct {
	Heading, Intro string
	Total          int
	One, Many      string // what is counted
	Groups         []TermGroup
}

// TermPage is one system or standard.
type TermPage struct {
	Name, Kind string
	Proposed   bool
	What       string // "system" or "standard"
	Purpose    string
	Facts      []SummaryRow
	Successor  *Crumb  // what took its place
	Replaces   []Crumb // what it took the place of
	// Directions tell in how many case studies it gives and takes information.
	Directions []CountLink
	// With are standards seen with a system, or systems with a standard.
	WithHeading      string
	With             []CountLink
	Studies          int
	CaseStudies      []ListCardProps
	ListURL, FeedURL string
	PrevURL, NextURL string
}

// letterID is the id of the part of a list under a letter.
func (g TermGroup) letterID() string {
	if g.Letter < "A" || g.Letter > "Z" {
		return "other"
	}
	return "letter-" + g.Letter
}
