package models

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Role is what the platform lets a person do.
type Role string

// The roles. A lead is one of an organisation.
const (
	RoleMember    Role = "member"
	RoleLead      Role = "lead"
	RoleOrganiser Role = "organiser"
	RoleModerator Role = "moderator"
	RoleAdmin     Role = "admin"
)

// Roles lists every role.
func Roles() []Role {
	return []Role{RoleMember, RoleLead, RoleOrganiser, RoleModerator, RoleAdmin}
}

// Valid tells whether the role is one of the five.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Label gives the role as a person reads it.
func (r Role) Label() string {
	switch r {
	case RoleMember:
		return "Member"
	case RoleLead:
		return "Lead"
	case RoleOrganiser:
		return "Organiser"
	case RoleModerator:
		return "Moderator"
	case RoleAdmin:
		return "Admin"
	}
	return string(r)
}

// Grant is a role that a person has; Organisation is set for a lead alone.
type Grant struct {
	Role         Role
	Organisation string
}

// Label gives the grant as a person reads it: "Lead for RR8".
func (g Grant) Label() string {
	if g.Organisation == "" {
		return g.Role.Label()
	}
	return g.Role.Label() + " for " + g.Organisation
}

// Person is one member of staff.
type Person struct {
	ID              string
	Handle          string
	Name            string
	Email           string // never shown to others
	JobTitle        string
	StaffGroup      string
	Organisation    string // ODS code
	Confirmed       string // ODS code of the organisation that they are confirmed to work at; empty for none
	OrgName         string // read with the person, not kept there
	YearsExperience *int   // whole years in health and care; nil when not said
	Skills          []string
	Bio             string
	Demo            bool // one of the invented people of the demonstration
	Grants          []Grant
	Suspension      *Measure // the last one that nobody took back, also when it is over; nil for none; read with one person alone, as is Warning
	Warning         *Measure // that they have not said to have read; nil for none
	Unread          int      // notifications that they have not read; read with the person, kept by Notify
	CreatedAt       time.Time
	ClosedAt        *time.Time // when the person closed their account; nil while it is open
}

// ImporterEmail is the address of the account in whose name content is brought
// in from files. It has no mailbox, so nobody can sign in as it.
const ImporterEmail = "import@grassroots.invalid"

// FormerMember stands in the place of the name of somebody whose account is
// closed.
const FormerMember = "A former member"

// FormerHandle is the handle of a person whose account is closed.
func FormerHandle(id string) string { return "former-member-" + strings.ToLower(id) }

// Limits of a profile.
const (
	MaxBio    = 1000
	MaxSkills = 20
	MaxYears  = 60
)

var handleForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// ValidHandle tells whether s can be a handle: 1 to 40 of a-z, 0-9 and inner
// hyphens.
func ValidHandle(s string) bool { return handleForm.MatchString(s) }

// Has tells whether the person holds a role, anywhere.
func (p *Person) Has(r Role) bool {
	return p != nil && slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Role == r })
}

// Clean puts the fields that a person edits into their kept form.
func (p *Person) Clean() {
	p.Name, p.JobTitle, p.StaffGroup = CleanLine(p.Name), CleanLine(p.JobTitle), CleanLine(p.StaffGroup)
	p.Organisation = CleanLine(p.Organisation)
	p.Skills = cleanList(p.Skills, CleanLine)
	p.Bio = CleanText(p.Bio)
}

// Validate checks a cleaned profile.
func (p *Person) Validate(staffGroups []string) error {
	var pr problems
	if n := runeLen(p.Name); n == 0 || n > MaxName {
		pr.add("name", "Enter your name, %d characters or fewer", MaxName)
	}
	if !ValidHandle(p.Handle) {
		pr.add("handle", "A handle has 1 to 40 lower-case letters, digits and inner hyphens")
	}
	if runeLen(p.JobTitle) > MaxName {
		pr.add("job_title", "Your role must be %d characters or fewer", MaxName)
	}
	if p.StaffGroup != "" && !slices.Contains(staffGroups, p.StaffGroup) {
		pr.add("staff_group", "Choose a staff group from the list")
	}
	if p.Organisation != "" && !ValidODSCode(p.Organisation) {
		pr.add("organisation", "Enter the ODS code of your organisation, such as RR8")
	}
	if p.YearsExperience != nil && (*p.YearsExperience < 0 || *p.YearsExperience > MaxYears) {
		pr.add("years_experience", "Years of experience must be a whole number from 0 to %d", MaxYears)
	}
	if runeLen(p.Bio) > MaxBio {
		pr.add("bio", "About you must be %d characters or fewer", MaxBio)
	}
	p.validateSkills(&pr)
	return pr.err("Your profile was not saved: some fields need your attention.")
}

// ValidateSkills checks the skills of a cleaned profile alone.
func (p *Person) ValidateSkills() error {
	var pr problems
	p.validateSkills(&pr)
	return pr.err("It was not saved: some fields need your attention.")
}

func (p *Person) validateSkills(pr *problems) {
	if len(p.Skills) > MaxSkills {
		pr.add("skills", "List at most %d skills", MaxSkills)
	}
	for _, s := range p.Skills {
		if runeLen(s) > MaxName {
			pr.add("skills", "Each skill must be %d characters or fewer", MaxName)
			break
		}
	}
}

// Session is one signed-in browser.
type Session struct {
	ID        string
	PersonID  string
	UserAgent string
	CreatedAt time.Time
	SeenAt    time.Time // to within a minute
	ExpiresAt time.Time
	Means     Means     // empty for one that began before means were kept
	ProvedAt  time.Time // when the person last showed who they are
	Network   string    // that it was last used from, as AuditAddress has it; empty when not known
	Provider  ProviderSession
}

// Token lets a program act for a person through the API.
type Token struct {
	ID        string
	PersonID  string
	Name      string
	CreatedAt time.Time
	UsedAt    *time.Time // to within a minute
	ExpiresAt *time.Time // nil: does not expire
}
