package templates

import (
	"github.com/a-h/templ"

	"time"
)

// OrganisationsPage is the list of organisations with its search.
type OrganisationsPage struct {
	Query, Region, Kind string
	Regions, Kinds      []Option
	// Everything says that the list has those too that nobody here belongs to or wrote of.
	Everything bool
	Unnamed    bool // the list has only codes that no list has explained
	Total      int
	Items      []OrganisationCard
	// OtherURL leads to the same search in all organisations, or from there back; OtherText says which.
	OtherURL, OtherText string
	UnnamedCount        int
	FeedURL             string
	CSVURL              string // the list as a table
	PrevURL, NextURL    string
}

// OrganisationCard is one organisation in a list.
type OrganisationCard struct {
	Name, URL, Code string
	Kind, Region    string
	Studies, People int
	Closed          bool
	Unnamed         bool
}

// OrganisationPage is one organisation with what its people have posted.
type OrganisationPage struct {
	Name, Code                  string
	Kind, Region, ICB, Postcode string
	ICBURL                      string
	Opened, Closed              *time.Time
	Successors                  []Crumb
	Unnamed                     bool
	Studies, People             int
	CaseStudies                 []ListCardProps
	Colleagues                  []PersonCard
	ListURL, FeedURL            string
	PrevURL, NextURL            string
	PeoplePrevURL, PeopleURL    string
	// Below stands below the case studies; nil for nothing.
	Below templ.Component
}

// searching reports whether the list is narrowed by the form.
func (p OrganisationsPage) searching() bool {
	return p.Query != "" || p.Region != "" || p.Kind != ""
}

// openText says since when an organisation is open, or until when it was.
func (p OrganisationPage) openText() string {
	switch {
	case p.Closed != nil && p.Opened != nil:
		return "From " + FormatDate(*p.Opened) + " to " + FormatDate(*p.Closed)
	case p.Closed != nil:
		return "Closed on " + FormatDate(*p.Closed)
	case p.Opened != nil:
		return "Since " + FormatDate(*p.Opened)
	}
	return ""
}

// TryOrganisationsPage says what a file of organisations would change.
type TryOrganisationsPage struct {
	FileName, ActionURL                 string
	Created, Updated, Closed, Unchanged int
	Changes                             []OrganisationChange
	More                                int // changes that are not listed
}

// OrganisationChange is what becomes of one organisation.
type OrganisationChange struct {
	Code, Name string
	What       []string
}
