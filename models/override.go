package models

import (
	"slices"
	"time"
)

// Override is a place that was asked about because it may tell who a patient
// is, and that somebody let stand, with the reason that they gave. What stands
// there is not kept with it.
type Override struct {
	ID          string
	PersonID    string
	PersonName  string // read with it, not kept there
	Handle      string // read with it
	Subject     OverrideSubject
	SubjectID   string // of the case study, the comment, the adoption, the person or the file
	CaseStudyID string // that it is about or on; empty for a profile
	Title       string // of that case study, read with it
	Slug        string // read with it
	Field       string
	Kind        string // one of those of the detector
	Reason      string // one of OverrideReasons
	CreatedAt   time.Time
}

// OverrideSubject says in what the place is.
type OverrideSubject string

// What can be checked.
const (
	OverrideStudy    OverrideSubject = "case-study"
	OverrideComment  OverrideSubject = "comment"
	OverrideAdoption OverrideSubject = "adoption"
	OverrideProfile  OverrideSubject = "profile"
	OverrideFile     OverrideSubject = "file"
	// Names that admins and moderators type, and what moderators say.
	OverrideOrganisation OverrideSubject = "organisation"
	OverrideSystem       OverrideSubject = "system"
	OverrideStandard     OverrideSubject = "standard"
	OverrideToken        OverrideSubject = "token"
	OverrideWebhook      OverrideSubject = "webhook"
	OverrideSynonyms     OverrideSubject = "synonyms"
	OverrideAnswer       OverrideSubject = "answer"
	OverrideMessage      OverrideSubject = "message" // of a private conversation
	OverrideCollection   OverrideSubject = "collection"
	OverrideCampaign     OverrideSubject = "campaign" // what organisers say of one, and what entries answer
)

// OverrideReason is why something that may be personal data is none, or may
// stand.
type OverrideReason struct{ Value, Text string }

// Reasons that are given without a form.
const (
	ReasonAPI     = "api"     // a program acknowledged the kind
	ReasonImport  = "import"  // it came in a file that an admin imported
	ReasonCopy    = "copy"    // it came with a copy from another instance, whose writers were asked there
	ReasonUnasked = "unasked" // a moderator wrote it of a measure, and was not asked
)

// OverrideReasons lists what a writer can choose from.
func OverrideReasons() []OverrideReason {
	return []OverrideReason{
		{"staff", "It is about somebody at work, who knows that it is here"},
		{"invented", "It is invented, or made for tests"},
		{"organisation", "It belongs to an organisation, not to a person"},
		{"other-number", "It is a code or number of another kind"},
		{"not-personal", "It is something else that tells nothing of anybody"},
	}
}

// IsOverrideReason tells whether a writer can choose a reason.
func IsOverrideReason(value string) bool {
	return slices.ContainsFunc(OverrideReasons(), func(r OverrideReason) bool { return r.Value == value })
}

// OverrideReasonText gives a reason as a person reads it.
func OverrideReasonText(value string) string {
	for _, r := range OverrideReasons() {
		if r.Value == value {
			return r.Text
		}
	}
	switch value {
	case ReasonAPI:
		return "A program said so through the API"
	case ReasonImport:
		return "It came with an import"
	case ReasonCopy:
		return "It came with a copy from another instance"
	case ReasonUnasked:
		return "A moderator wrote it, who was not asked"
	}
	return value
}
