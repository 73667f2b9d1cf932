package templates

import "time"

// AdminPage is the overview for admins.
type AdminPage struct {
	People, Organisations, Unnamed int
	SynonymGroups                  int
	SynonymsEdited                 bool
	FailedMail                     int
	Webhooks, PausedWebhooks       int
	Origins, TroubledOrigins       int // instances that case studies are taken from, and those failing or paused
}

// SynonymsPage is the table of synonyms as a text to edit.
type SynonymsPage struct {
	Text   string
	Loaded string // fingerprint of the text that the form began with
	Groups int
	Edited bool // the text is not the default
	// Theirs is what somebody else saved meanwhile.
	Theirs    string
	HasTheirs bool
	Errors    []FieldError
}

// AdminOrganisationsPage lists organisations to be named.
type AdminOrganisationsPage struct {
	Query            string
	All              bool // named ones too
	Total            int
	Organisations    []AdminOrganisation
	PrevURL, NextURL string
}

// AdminOrganisation is one organisation in that list.
type AdminOrganisation struct {
	Code, Name, URL string
	People, Studies int
}

// NameOrganisationPage is the form that names an organisation.
type NameOrganisationPage struct {
	Code, Name, Kind, Region, Postcode string

	People, Studies int
	Kinds, Regions  []string
	Errors          []FieldError
}

// AdminPeoplePage finds people and shows who has which role.
type AdminPeoplePage struct {
	Query, Email     string
	Role             string
	Roles            []Option
	Total            int
	People           []AdminPerson
	PrevURL, NextURL string
	Errors           []FieldError
}

// AdminPerson is one person in that list.
type AdminPerson struct {
	Name, Handle, URL, JobTitle, Organisation string

	Roles []string
}

// RolesPage grants and revokes one person's roles.
type RolesPage struct {
	Name, Handle, JobTitle, Organisation string

	Own     bool // it is the admin's own page
	Grants  []GrantLine
	Choices []Option
	Role    string // chosen in the form
	Code    string // typed in the form: the organisation of a lead
	Errors  []FieldError
}

// GrantLine is one role that a person has.
type GrantLine struct {
	Label, Role, Organisation string
}

// MailPage lists what became of the e-mail.
type MailPage struct {
	State   string
	States  []Option
	Mail    []MailLine
	NextURL string
	First   bool
	// Bouncing and Complained count people to whom no e-mail about notifications goes.
	Bouncing, Complained int
}

// MailLine is one e-mail in that list.
type MailLine struct {
	Made          time.Time
	Sent          *time.Time
	Domain, State string
	Attempts      int
	Failed        bool
	Why           string // it failed, or was not sent
	ID            string
	Resend        bool // it can be sent again
}

func (p AdminPage) mailText() string {
	if p.FailedMail == 0 {
		return "None has failed in the last 30 days"
	}
	return FormatNumber(p.FailedMail) + " could not be delivered in the last 30 days"
}

func (p AdminPage) webhooksText() string {
	switch {
	case p.Webhooks == 0:
		return "None"
	case p.PausedWebhooks > 0:
		return FormatNumber(p.PausedWebhooks) + " of " + FormatCount(p.Webhooks, "webhook", "webhooks") + " paused"
	}
	return FormatCount(p.Webhooks, "webhook", "webhooks")
}

func (p AdminPage) synonymsText() string {
	if p.SynonymsEdited {
		return FormatCount(p.SynonymGroups, "group", "groups") + ", changed here"
	}
	return FormatCount(p.SynonymGroups, "group", "groups") + ", as they came"
}

func (p AdminPage) organisationsText() string {
	if p.Unnamed == 0 {
		return "Every one of " + FormatCount(p.Organisations, "organisation", "organisations") + " has a name"
	}
	return FormatNumber(p.Unnamed) + " of " + FormatCount(p.Organisations, "organisation", "organisations") + " to name"
}

func (p AdminOrganisationsPage) caption() string {
	if p.All {
		return FormatCount(p.Total, "organisation", "organisations")
	}
	return FormatCount(p.Total, "code", "codes") + " to name"
}

func (p AdminPage) originsText() string {
	switch {
	case p.Origins == 0:
		return "None"
	case p.TroubledOrigins > 0:
		return FormatNumber(p.TroubledOrigins) + " of " + FormatCount(p.Origins, "instance", "instances") + " failing or paused"
	}
	return FormatCount(p.Origins, "instance", "instances")
}
