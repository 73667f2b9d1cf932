package templates

import (
	"slices"
	"strings"
	"time"

	"grassroots/models"
)

// SignInPage is where a session begins.
type SignInPage struct {
	Email, Next string
	Errors      []FieldError
	// Allowed says in words whose addresses may sign in.
	Allowed string
	// Demo are the invented people, on a site that has them.
	Demo []DemoPerson
	// SignedInAs is the name of who is signed in already, or empty.
	SignedInAs string
	// Passkeys says that people may sign in with one.
	Passkeys bool
	// Provider is the name of the OpenID provider, or empty. ProviderAway says that it could not be asked just now, and
	// ProviderOnly that there is no other way in.
	Provider                   string
	ProviderAway, ProviderOnly bool
}

// PasskeysPage lists a person's passkeys and adds one.
type PasskeysPage struct {
	Passkeys []PasskeyLine
	Name     string
	// Again says that Name was typed before its person had to sign in again.
	Again  bool
	Errors []FieldError
	// Renamed is the id of the passkey that was to be called Typed, and may not; or empty.
	Renamed, Typed string
	// Offered says that passkeys work at the address of this site.
	Offered bool
}

// PasskeyLine is a passkey.
type PasskeyLine struct {
	ID, Name string
	Added    time.Time
	Used     *time.Time // nil: never
	// Typed is what stands in the form of its name, and Errors what is wrong with it.
	Typed  string
	Errors []FieldError
}

// HeldPage shows the forms that wait for a person.
type HeldPage struct{ Forms []HeldForm }

// HeldForm is a form that was sent after its person's session had ended, or was too old for What it does: all its
// fields, and those that people read.
type HeldForm struct {
	ID, Path      string
	What          string // as in "make an API token", or empty
	Files         bool   // it had files, which are not kept
	Fields, Shown []HeldField
	Until         time.Time
}

// AgainPage gives back a form that was sent too often, to be sent once more.
type AgainPage struct {
	Title, Message, ActionURL string
	Fields                    []HeldField
	Files                     bool // it had files, which are not among the fields
	// ProveURL is where its person shows first that it is them, or empty.
	ProveURL string
}

// ProvePage asks somebody who is signed in to show anew who they are.
type ProvePage struct {
	Name, Next string
	Since      time.Time     // when they last did
	Within     time.Duration // how recent that has to be
	// What they were about to do, as in "make an API token", when it is held for them; or empty.
	What   string
	Errors []FieldError
	// The ways that they have: Email is where a link goes to, and Provider names the OpenID provider; or empty.
	Demo, Passkey   bool
	Email, Provider string
	ProviderAway    bool
}

// none says that there is no way to do so while signed in.
func (p ProvePage) none() bool { return !p.Demo && !p.Passkey && p.Email == "" && p.Provider == "" }

// second is how the button of a way looks that is not the only one.
func (p ProvePage) second() Variant {
	if p.Demo || p.Provider != "" {
		return Secondary
	}
	return Primary
}

// title is what a held form does, or where it was going.
func (f HeldForm) title() string {
	if f.What == "" {
		return "Sent to " + f.Path
	}
	return models.UpperFirst(f.What)
}

// ShownFields are those fields of a form that people read, by names that they
// can read.
func ShownFields(fields []HeldField) []HeldField {
	var out []HeldField
	for _, f := range fields {
		if shown := models.CleanText(f.Value); shown != "" && !slices.Contains([]string{"version", "based", "form", "next", "action", "state", "credential"}, f.Name) {
			out = append(out, HeldField{Name: fieldName(f.Name), Value: shown})
		}
	}
	return out
}

// fieldName makes of the name of a field what a person can read.
func fieldName(name string) string {
	text := strings.NewReplacer("_", " ", "[", " ", "].", " ").Replace(strings.TrimPrefix(name, "section_"))
	text = models.CleanLine(text)
	if text == "" {
		return "Field"
	}
	return models.UpperFirst(text)
}

// HeldField is a field of a form as it was typed.
type HeldField struct{ Name, Value string }

// LeadOnPage leads to another site, by itself or by a link.
type LeadOnPage struct{ Title, Text, URL, Name string }

// SignInRefusedPage says that signing in did not work, and where to try again.
type SignInRefusedPage struct{ Title, Message, Back string }

// DemoPerson is an invented person who can be signed in with one press.
type DemoPerson struct {
	Name, Handle, Role, Organisation string
	// Shows says what signing in as this person lets one see.
	Shows string
}

// LinkSentPage says what happens after a sign-in link was asked for.
type LinkSentPage struct {
	Email   string // as it was typed, or empty
	Minutes int
	// OnConsole says that this site prints its e-mail where it was started.
	OnConsole bool
}

// OpenLinkPage is what a sign-in link opens: it signs nobody in until its
// button is pressed, because scanners of e-mail open every link.
type OpenLinkPage struct {
	ActionURL, Email string
}

// LinkEndedPage offers a new link where one has been used or is too old.
type LinkEndedPage struct {
	Minutes int
	Form    SignInPage
}

// PersonCard is one person in a list.
type PersonCard struct {
	Name, URL, JobTitle           string
	Organisation, OrganisationURL string
	Skills                        []Crumb
}

// PeoplePage is the list of people.
type PeoplePage struct {
	Query            string
	Total            int
	People           []PersonCard
	Find             FindForm
	CSVURL           string // the list as a table
	PrevURL, NextURL string
}

// ProfilePage is one person as others see them: never with the e-mail address.
type ProfilePage struct {
	Name, Handle, JobTitle, StaffGroup string
	Organisation, OrganisationURL      string
	Years                              *int
	Known                              []KnownGroup
	Thanks                             []models.Thanks
	AskMe                              []string // paragraphs
	KnownShown                         string   // to whom, for oneself
	AskURL                             string   // where to ask them in private; empty where they take no questions
	Bio                                []string // paragraphs
	Roles                              []string
	Joined                             time.Time
	Demo, Own                          bool
	OrganisationCode                   string
	Confirmed, MayConfirm              bool // that they work there
	CaseStudies                        []ListCardProps
	MoreCaseStudies                    bool
	Adopters                           int    // organisations that try or use what they wrote
	ReportURL                          string // empty for oneself
	ModerateURL                        string // for those who moderate others
	Comments                           []CommentLine
}

// CommentLine is a comment away from its thread: what it says, in short, and
// what it is on.
type CommentLine struct {
	Kind, Text     string
	When           time.Time
	On, URL        string
	Author, ByHref string // empty where the page is about its author
}

// MePage is a person's own overview.
type MePage struct {
	Unread                         int  // notifications
	IsNew                          bool // the limits of new accounts hold for it
	Name, ProfileURL               string
	Drafts                         []DraftLine
	CaseStudies, Withdrawn         []ListCardProps
	Limited                        []ListCardProps // that not everybody may read
	Mentions                       []CommentLine
	MoreMentions                   bool
	ProfileIncomplete, Administers bool
	Organisation, OrganisationURL  string
	Tokens, Sessions               int
	Leads                          []LedOrganisation
}

// DraftLine is a draft in a list.
type DraftLine struct {
	Title, URL, SavedBy string
	Saved               time.Time
	Published           bool // a change of a case study that is published
}

// MentionsPage lists the comments that mention a person.
type MentionsPage struct {
	Mentions []CommentLine
	NextURL  string
	First    bool
}

// SettingsPage is the form of one's own profile, with what was typed.
type SettingsPage struct {
	Name, Handle, JobTitle, StaffGroup, Band, Organisation, Years, Skills, Bio string

	Email         string
	StaffGroups   []string
	Bands         []Option
	Organisations []string
	Errors        []FieldError
}

// TokensPage lists a person's API tokens and makes new ones.
type TokensPage struct {
	Tokens  []TokenLine
	Name    string
	Expires string
	Choices []Option
	Errors  []FieldError
	// Made is the new token, shown this once, and MadeName what it is called.
	Made, MadeName string
}

// TokenLine is an API token in a list.
type TokenLine struct {
	ID, Name string
	Created  time.Time
	Used     *time.Time
	Expires  *time.Time
	Expired  bool
}

// SessionsPage lists where a person is signed in.
type SessionsPage struct {
	// Idle and Life are how long a session lasts without use, and at most.
	Idle, Life time.Duration
	Current    SessionLine   // of this browser
	Others     []SessionLine // used last first
	Tokens     []TokenLine
}

// SessionLine is one browser that is signed in.
type SessionLine struct {
	ID, Device  string
	Began, Seen time.Time
	Again       *time.Time // when its person last showed anew who they are; nil when never
	// Network is where it was last used from, or empty.
	Network string
	// Means says by what means the session began, or is empty.
	Means string
}

// network says where a session was last used from.
func (s SessionLine) network() string {
	switch s.Network {
	case "":
		return "Not known"
	case "127.0.0.0/24", "::/48":
		return "The computer that this site runs on"
	}
	return s.Network
}

// signedIn says when and by what means a session began, and when its person last
// showed anew who they are.
func (s SessionLine) signedIn() string {
	text := models.UpperFirst(s.Means)
	if text != "" {
		text += ", "
	}
	text += FormatDateTime(s.Began)
	if s.Again != nil {
		text += "; again " + FormatDateTime(*s.Again)
	}
	return text
}

// yearsValue is the years of experience as a fact of a profile.
func (p ProfilePage) yearsValue() string {
	if p.Years == nil {
		return ""
	}
	return models.UpperFirst(strings.TrimSuffix(yearsText(*p.Years), " of experience"))
}

// savedText says when and by whom a draft was saved.
func (d DraftLine) savedText() string {
	if d.SavedBy == "" {
		return "Saved "
	}
	return "Saved by " + d.SavedBy + " "
}

func options(values []string) []Option {
	out := make([]Option, len(values))
	for i, v := range values {
		out[i] = Option{Value: v, Text: v}
	}
	return out
}

// maxBio is how long the text about oneself may be.
const maxBio = models.MaxBio

// CloseAccountPage asks whether an account is to be closed.
type CloseAccountPage struct {
	ProfileURL, Email string
	Errors            []FieldError
}
