package models

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// InvitationKind says who is invited to a campaign.
type InvitationKind string

// The kinds of invitation.
const (
	InvitedPerson       InvitationKind = "person"
	InvitedAddress      InvitationKind = "address" // of somebody without an account
	InvitedOrganisation InvitationKind = "organisation"
)

// InvitationKinds lists the kinds of invitation.
func InvitationKinds() []InvitationKind {
	return []InvitationKind{InvitedPerson, InvitedAddress, InvitedOrganisation}
}

// Label gives the kind as a person reads it.
func (k InvitationKind) Label() string {
	switch k {
	case InvitedPerson:
		return "Person"
	case InvitedAddress:
		return "E-mail address"
	case InvitedOrganisation:
		return "Organisation"
	}
	return string(k)
}

// InvitationState says what became of an invitation.
type InvitationState string

// The states of an invitation.
const (
	InvitationWaiting      InvitationState = "waiting" // to be sent
	InvitationSent         InvitationState = "sent"
	InvitationOpened       InvitationState = "opened"
	InvitationAccepted     InvitationState = "accepted" // they said that they take part
	InvitationDeclined     InvitationState = "declined"
	InvitationEntered      InvitationState = "entered"
	InvitationBounced      InvitationState = "bounced"
	InvitationUnsubscribed InvitationState = "unsubscribed"
	InvitationLeftOut      InvitationState = "left-out" // nobody could be told
)

// InvitationStates lists the states in the order of lists.
func InvitationStates() []InvitationState {
	return []InvitationState{InvitationWaiting, InvitationSent, InvitationOpened, InvitationAccepted, InvitationEntered, InvitationDeclined, InvitationUnsubscribed, InvitationBounced, InvitationLeftOut}
}

// Label gives the state as a person reads it.
func (s InvitationState) Label() string {
	switch s {
	case InvitationWaiting:
		return "Waits to be sent"
	case InvitationSent:
		return "Sent"
	case InvitationOpened:
		return "Opened"
	case InvitationAccepted:
		return "Takes part"
	case InvitationDeclined:
		return "Declined"
	case InvitationEntered:
		return "Entered"
	case InvitationBounced:
		return "Came back"
	case InvitationUnsubscribed:
		return "Wants no invitations"
	case InvitationLeftOut:
		return "Nobody to tell"
	}
	return string(s)
}

// Answered tells whether those invited have answered, or want to hear no more of it.
func (s InvitationState) Answered() bool {
	return s == InvitationDeclined || s == InvitationEntered || s == InvitationUnsubscribed
}

// Limits of invitations.
const (
	MaxInvited           = 20000 // at one time
	MaxInvitationMessage = 2000
	MaxInvitationList    = 2 << 20 // bytes
	MaxReminders         = 2
	MaxReminderDays      = 60
	// InvitedOften is after how many invitations within InvitedOftenDays somebody counts as
	// invited too often.
	InvitedOften     = 4
	InvitedOftenDays = 90
	// AddressesFor is how long after the results of a campaign the addresses of people without
	// an account are kept.
	AddressesFor = 30 * 24 * time.Hour
	// RemindAfter is how long after an invitation nobody is reminded of it.
	RemindAfter = 24 * time.Hour
)

// ErrNoSuchInvitation says that an invitation is not there, or its address not whole.
var ErrNoSuchInvitation = E(NotFound, "This invitation cannot be found. Use the whole link of the e-mail. It may also have ended with its campaign.")

// Invitation is somebody invited to a campaign.
type Invitation struct {
	ID                                       string
	CampaignID                               string
	BatchID                                  string
	Kind                                     InvitationKind
	PersonID                                 string // of a person
	Address                                  string // of somebody without an account; empty once it is forgotten
	Organisation                             string // ODS code of who is invited, or of that as whose lead a person is
	State                                    InvitationState
	Reminders                                int // how many were sent
	CreatedAt                                time.Time
	SentAt, OpenedAt, AnsweredAt, RemindedAt *time.Time

	// Read with it.
	Name, Handle     string // of the person; no handle once the account is closed
	OrganisationName string
	Message          string // what the organiser said with it
	InvitedBy        string // name of who did
}

// InvitationQuery asks for a page of the invitations to a campaign, the newest first.
type InvitationQuery struct {
	CampaignID string
	State      InvitationState // empty for all
	Kind       InvitationKind  // empty for all
	Cursor     *Cursor
	Limit      int
}

// Validate checks what is asked for.
func (q *InvitationQuery) Validate() error {
	if q.State != "" && !slices.Contains(InvitationStates(), q.State) {
		return Errorf(BadRequest, "There is no state called “%s” here.", Truncate(CleanLine(string(q.State)), 40))
	}
	if q.Kind != "" && !slices.Contains(InvitationKinds(), q.Kind) {
		return Errorf(BadRequest, "There is no kind called “%s” here.", Truncate(CleanLine(string(q.Kind)), 40))
	}
	if q.Cursor != nil && (q.Cursor.Sort != SortNew || q.Cursor.ID == "") {
		return E(BadRequest, "This cursor belongs to another order. Start again from the first page.")
	}
	return nil
}

// InvitationChoice is whom an organiser wants to invite, as they said it.
type InvitationChoice struct {
	Organisations []string // ODS codes
	Regions       []string // all organisations of the regions, where Kinds are named those of the kinds
	Kinds         []string // all organisations of the kinds
	People        []string // handles
	Addresses     []string
	Roles         []Role
	StaffGroups   []string
	Message       string
}

// Empty tells whether nobody is named.
func (c *InvitationChoice) Empty() bool {
	return len(c.Organisations)+len(c.Regions)+len(c.Kinds)+len(c.People)+len(c.Addresses)+len(c.Roles)+len(c.StaffGroups) == 0
}

// Listed gives those who are named one by one.
func (c *InvitationChoice) Listed() []Listed {
	var out []Listed
	for _, code := range c.Organisations {
		out = append(out, Listed{Kind: InvitedOrganisation, Value: CleanLine(code)})
	}
	for _, handle := range c.People {
		out = append(out, Listed{Kind: InvitedPerson, Value: strings.ToLower(strings.TrimPrefix(CleanLine(handle), "@"))})
	}
	for _, address := range c.Addresses {
		out = append(out, Listed{Kind: InvitedAddress, Value: strings.ToLower(CleanLine(address))})
	}
	return out
}

// InvitedRoles lists the roles that can be invited as such.
func InvitedRoles() []Role { return []Role{RoleLead, RoleModerator, RoleOrganiser, RoleAdmin} }

// Listed is somebody named on one line of a list.
type Listed struct {
	Line  int
	Kind  InvitationKind
	Value string // a handle, an address in small letters, or an ODS code
}

// LineProblem is what is wrong with a line of a list.
type LineProblem struct {
	Line    int
	Message string
}

// listHeads are words that a first line may begin with which is no line of its own.
var listHeads = []string{"handle", "email", "e-mail", "address", "organisation", "code", "who", "person"}

// ParseInvited reads a list of people and organisations: CSV, of which the first column
// counts, a handle with or without @, an e-mail address or an ODS code in each. It gives
// all that is wrong, line by line; who is named twice is there once.
func ParseInvited(text string) (list []Listed, problems []LineProblem) {
	text = strings.TrimPrefix(text, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = -1, true, true
	seen := map[string]bool{}
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, problems
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return list, append(problems, LineProblem{bad.Line, "The line is no CSV: a quotation mark is not closed, or stands in the middle of a word. From here on nothing was read"})
		}
		if err != nil {
			return list, append(problems, LineProblem{0, "The list cannot be read"})
		}
		line, _ := r.FieldPos(0)
		value := CleanLine(record[0])
		if value == "" || first && slices.Contains(listHeads, strings.ToLower(value)) {
			continue
		}
		one, problem := listed(value)
		if problem != "" {
			problems = append(problems, LineProblem{line, problem})
			continue
		}
		if one.Line = line; !seen[string(one.Kind)+one.Value] {
			seen[string(one.Kind)+one.Value] = true
			list = append(list, one)
		}
	}
}

// listed says who is meant by a word of a list.
func listed(value string) (Listed, string) {
	switch bare := strings.TrimPrefix(value, "@"); {
	case strings.Contains(bare, "@"):
		if !ValidEmail(value) {
			return Listed{}, "“" + Truncate(value, 60) + "” is no e-mail address"
		}
		return Listed{Kind: InvitedAddress, Value: strings.ToLower(value)}, ""
	case bare != value || !strings.Contains(value, " ") && strings.Contains(value, "-") || strings.ToLower(value) == value && !strings.Contains(value, " ") && !strings.ContainsAny(value, "0123456789"):
		if bare = strings.ToLower(bare); !ValidHandle(bare) {
			return Listed{}, "“" + Truncate(value, 60) + "” is no handle, e-mail address or ODS code"
		}
		return Listed{Kind: InvitedPerson, Value: bare}, ""
	case strings.Contains(value, " "): // the name of an organisation
		return Listed{Kind: InvitedOrganisation, Value: value}, ""
	case ValidODSCode(strings.ToUpper(value)):
		return Listed{Kind: InvitedOrganisation, Value: strings.ToUpper(value)}, ""
	}
	return Listed{}, "“" + Truncate(value, 60) + "” is no handle, e-mail address or ODS code"
}

// InvitationReminder says that those who have not answered are reminded some days before
// entries close.
type InvitationReminder struct {
	Number     int // 1 is the first
	DaysBefore int
	DoneAt     *time.Time
}

// CheckReminders reads the days of reminders as a form has them, and sorts them: the one
// that comes first has more days. An empty text is no reminder.
func CheckReminders(texts []string) ([]int, error) {
	var p problems
	var days []int
	for i, text := range texts {
		if text = CleanLine(text); text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > MaxReminderDays {
			p.add("reminder_"+nth(i), "Enter a number of days from 1 to %d, or leave it empty for no reminder", MaxReminderDays)
			continue
		}
		if slices.Contains(days, n) {
			p.add("reminder_"+nth(i), "Enter another number of days than for the other reminder")
		}
		days = append(days, n)
	}
	slices.SortFunc(days, func(a, b int) int { return b - a })
	return days, p.err("The reminders were not saved.")
}

// InvitedTooOften is somebody who was invited to many campaigns lately.
type InvitedTooOften struct {
	PersonID, Name, Handle string // of a person
	Organisation, OrgName  string // of an organisation
	Times                  int
}
