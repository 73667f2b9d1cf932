package templates

import (
	"strings"
	"time"

	"grassroots/models"
)

// InvitationsPage is where organisers invite to a campaign, and see what came of it.
type InvitationsPage struct {
	Title, URL, CSVURL, NextURL        string
	Closed                             string // why nobody can be invited; empty while somebody can
	State                              models.InvitationState
	Kind                               models.InvitationKind
	All, Total                         int // all invitations, and those that are listed on all pages
	Counts                             []InvitationCount
	Lines                              []InvitationLine
	First                              bool
	Form                               InviteForm
	Roles, StaffGroups, Regions, Kinds []Option
	Reminders                          []ReminderLine
	Days                               []string
	Errors                             []FieldError
}

// days are those of a reminder as they were typed, or as they are kept.
func (p InvitationsPage) days(i int) string {
	if len(p.Form.Days) > i {
		return p.Form.Days[i]
	}
	if len(p.Days) > i {
		return p.Days[i]
	}
	return ""
}

// InviteForm is whom an organiser wants to invite, as they typed and chose it.
type InviteForm struct {
	List, Message                      string
	Roles, StaffGroups, Regions, Kinds []string
	Days                               []string // of the reminders
}

// InvitationCount is how many invitations are in a state.
type InvitationCount struct {
	State models.InvitationState
	N     int
	URL   string
}

// InvitationLine is one invitation.
type InvitationLine struct {
	Kind                    models.InvitationKind
	Name, URL, Organisation string // the organisation is that as whose lead somebody is invited
	State                   models.InvitationState
	Reminders               int
	Invited, Answered       time.Time
}

func (l InvitationLine) colour() Colour {
	switch l.State {
	case models.InvitationEntered, models.InvitationAccepted:
		return Green
	case models.InvitationOpened:
		return Blue
	case models.InvitationDeclined, models.InvitationUnsubscribed:
		return Grey
	case models.InvitationBounced, models.InvitationLeftOut:
		return Red
	}
	return White
}

// ReminderLine is a reminder, and when it is sent.
type ReminderLine struct {
	Number, Days int
	At, Done     time.Time
	Past         bool
}

// InvitePreview is what would come of inviting.
type InvitePreview struct {
	Title, URL                                                                          string
	Form                                                                                InviteForm
	Changed                                                                             bool // since it was shown before
	Total, People, Addresses, Organisations, Already, Unsubscribed, Bouncing, Suspended int
	WithoutLead, Often                                                                  []string
	WithoutLeadMore, OftenMore, OftenTimes, OftenDays                                   int
	Answers                                                                             []Option // what was said of places that might be patient data, by field
}

// InvitationPage is an invitation, for whom it is to.
type InvitationPage struct {
	Title, CampaignURL, Sponsor, By, Message, Organisation, URL, StopURL string
	State                                                                models.InvitationState
	Opens, Closes                                                        time.Time
	Open, Coming, HasEnd, SignedIn                                       bool
}

// InvitedTo is a campaign to which an organisation is invited.
type InvitedTo struct {
	Title, URL string
	Closes     time.Time
}

// InvitationMail is an e-mail that invites somebody who has no account. Its addresses are
// whole.
type InvitationMail struct {
	Title, Sponsor, By, Message, Host string
	Closes                            time.Time
	Reminder                          bool
	URL, DeclineURL, StopURL          string
}

func (m InvitationMail) closes() string {
	return FormatMoment(m.Closes)
}

func (m InvitationMail) why() string {
	return "You get this because an organiser of a campaign at " + m.Host + " invited this address. Nobody else sees it, and it is deleted when the campaign is over."
}

// Text is the e-mail as plain text, in the language that say speaks.
func (m InvitationMail) Text(say func(string) string) string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
		b.WriteString("\n")
	}
	if m.Reminder {
		line(say("This is a reminder: you are invited to take part in a campaign."))
	} else {
		line(say("You are invited to take part in a campaign."))
	}
	line()
	line(strings.ToUpper(m.Title))
	if m.Sponsor != "" {
		line(say("Asked by:"), " ", m.Sponsor)
	}
	line(say("Entries close:"), " ", say(m.closes()))
	if m.Message != "" {
		line()
		line(m.By, ":")
		line(m.Message)
	}
	line()
	line(say("Take part, or say that you do not:"), " ", m.URL)
	line()
	line("--")
	line(say(m.why()))
	line(say("Get no more invitations to campaigns:"), " ", m.StopURL)
	return b.String()
}

// OftenLine is somebody who was invited too often.
type OftenLine struct {
	Name, URL string
	Times     int
}
