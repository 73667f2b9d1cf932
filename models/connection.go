package models

import "slices"

// Unknown is how the standard, the direction or the status of a connection is
// kept when nobody has said it. There is a standard of this code in the lists.
const Unknown = "unknown"

// The directions of a connection.
const (
	OneWay   = "one-way"
	TwoWay   = "two-way"
	ViewOnly = "view"
)

// The statuses of a connection, beside Unknown.
const (
	StatusPlanned = "planned"
	StatusTrial   = "trial"
	StatusLive    = "live"
	StatusStopped = "stopped"
)

// KindLocal is the kind of the standards that are none: the honest names for
// what people do instead, such as re-typing.
const KindLocal = "local"

// KindGeneric is the kind of the systems that stand for any of a sort, or for
// none: paper, the telephone, "any GP system".
const KindGeneric = "Generic"

// Join is one connection of a published case study in the terms of the lists:
// what the question "who has joined this to that?" is answered from. Standard,
// Direction and Status are Unknown when nobody has said them.
type Join struct {
	ID           string // the case study's, a hyphen and Position in two digits
	CaseStudyID  string
	Position     int    // counts from 1
	From, To     string // slugs of systems
	FromText     string // what the authors wrote
	ToText       string
	Standard     string // code
	Version      string
	Transport    string
	Direction    string
	Data         []string
	Status       string
	Site         string // ODS code
	Organisation string // ODS code of the site when the lists know it, else of the case study
	Region       string // of Organisation

	// What follows is of the case study, or read beside it.
	Title   string
	Slug    string
	Stage   Stage
	OrgName string // of Organisation
	OrgKind string
}

// JoinQuery asks for connections: any value of a field will do, every field
// that has one has to hold.
type JoinQuery struct {
	From, To     []string // slugs
	System       []string // slugs, on either side
	EitherWay    bool     // From and To also hold for a two-way connection that is written the other way round
	Standard     []string // codes
	Direction    []string
	Status       []string
	Organisation []string // ODS codes
	Region       []string
	CaseStudy    []string // ids
	After        string   // id of the connection before the first
	Limit        int
}

// MaxJoinValues is how many values a field of a JoinQuery may have.
const MaxJoinValues = 50

// Validate checks the fields that have a fixed list of values. The error is a
// BadRequest.
func (q *JoinQuery) Validate() error {
	for _, f := range []struct {
		name   string
		values []string
		known  []string
	}{
		{"direction", q.Direction, Directions()}, {"status", q.Status, Statuses()}, {"from", q.From, nil}, {"to", q.To, nil}, {"system", q.System, nil},
		{"standard", q.Standard, nil}, {"organisation", q.Organisation, nil}, {"region", q.Region, nil}, {"case_study", q.CaseStudy, nil},
	} {
		if len(f.values) > MaxJoinValues {
			return Errorf(BadRequest, "The filter “%s” has more than %d values.", f.name, MaxJoinValues)
		}
		for _, v := range f.values {
			if f.known != nil && !slices.Contains(f.known, v) {
				return Errorf(BadRequest, "There is no %s called “%s”. Use %s.", f.name, Truncate(CleanLine(v), 40), Alternatives(f.known))
			}
		}
	}
	return nil
}

// JoinEdge counts the connections between two systems that agree in standard,
// direction and status.
type JoinEdge struct {
	From, To      string // slugs
	Standard      string
	Direction     string
	Status        string
	Organisations int // distinct ones; case studies that name none are not counted here
	CaseStudies   int
}

// JoinPair counts the connections from one system to another, whatever their
// standard.
type JoinPair struct {
	From, To      string
	Organisations int
	CaseStudies   int
}

// JoinCount counts the connections that have one value of a field.
type JoinCount struct {
	Value         string
	Organisations int
	CaseStudies   int
}

// JoinTotals counts the connections of a query, and by value.
type JoinTotals struct {
	Connections   int
	CaseStudies   int
	Organisations int // distinct ones
	Unplaced      int // case studies that name no organisation
	ByStandard    []JoinCount
	ByStatus      []JoinCount
	ByDirection   []JoinCount
}

// JoinStep counts the connections by which information goes from one system to
// another, whichever way round they are written.
type JoinStep struct {
	From, To      string // slugs
	ViewOnly      bool   // it can be looked at, and goes no further
	Organisations int
	CaseStudies   int
}

// JoinPlace counts the case studies of an organisation that describe a
// connection.
type JoinPlace struct {
	Code        string // empty: they name no organisation
	Name        string
	Kind        string
	Region      string
	CaseStudies int
	Newest      string // id of the newest of them
}

// JoinUser is an organisation whose connections a query finds, with their
// statuses: live before trial, planned, stopped and unknown.
type JoinUser struct {
	Organisation string // ODS code
	OrgName      string
	OrgKind      string
	Region       string
	Statuses     []string
	CaseStudies  int
}

// Knower is a person who knows a system or a standard: by case studies of
// theirs, or by their own word.
type Knower struct {
	Person
	CaseStudies int  // that name it
	Skill       bool // it is among their skills
	Says        bool // they say so under what they know, and agreed to be found by it
}

// Failure is a case study that tells of what failed: Heading is the id of that
// section in its page, empty when it has none and was stopped.
type Failure struct {
	Slug    string
	Title   string
	Stage   Stage
	OrgName string
	Heading string
}
