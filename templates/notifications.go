package templates

import (
	"cmp"
	"net/url"
	"time"
)

// FollowButtonProps describe FollowButton.
type FollowButtonProps struct {
	Kind, Thing string // models.FollowKind, and id, slug or code
	Name        string // for screen readers
	URL         string // of its page, where it is one of a list
	Following   bool
	SignedIn    bool
	BackURL     string
	How         string // they hear of it, in words; empty for as usual
}

// NotificationsPage lists what a person was told.
type NotificationsPage struct {
	Lines   []NotificationLine
	Unread  bool   // of some
	UpTo    string // the newest that is shown
	First   bool   // of the pages
	NextURL string
}

// NotificationLine is one of them.
type NotificationLine struct {
	URL, Title string
	Who, Does  string // "Amina Yusuf", "commented on"
	Why        string
	When       time.Time
	Unread     bool
}

// FollowPage lets a person follow one thing, or stop.
type FollowPage struct {
	Button FollowButtonProps
	Tells  string // what they hear of who do
	How    string // models.Delivery; empty for as usual
	Ways   []Option
}

// FollowingPage lists what a person follows.
type FollowingPage struct {
	Groups []FollowGroup
}

// FollowGroup is what they follow of one kind.
type FollowGroup struct {
	Title  string
	Things []FollowButtonProps
}

// NotifySettingsPage is the form of how a person hears of things.
type NotifySettingsPage struct {
	Kinds     []NotifyKind
	Ways      []Option
	Quiet     bool
	From, To  string // hours
	Hours     []Option
	Zone      string
	Zones     []Option
	Day, Hour string
	Days      []Option
	Errors    []FieldError
	// Stopped is since when no e-mail is sent; Complained says that a mailbox asked for it.
	Stopped    *time.Time
	Complained bool
	// Bouncing is since when none is sent because it came back.
	Bouncing *time.Time
}

// stopValues has the box ticked that stops all e-mail.
func (p NotifySettingsPage) stopValues() []string {
	if p.Stopped != nil {
		return []string{"yes"}
	}
	return nil
}

// NotifyKind is one kind of notification, with how they hear of it.
type NotifyKind struct {
	Name, Label, Value string
}

// quietValues has the box of the quiet hours ticked.
func (p NotifySettingsPage) quietValues() []string {
	if p.Quiet {
		return []string{"yes"}
	}
	return nil
}

// howValue is the choice of one thing.
func (p FollowPage) howValue() string {
	return cmp.Or(p.How, "usual")
}

// changeURL leads to where it can be said how one hears of a thing.
func (p FollowButtonProps) changeURL() string {
	return "/follow/" + p.Kind + "/" + url.PathEscape(p.Thing)
}
