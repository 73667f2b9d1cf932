package models

import (
	"slices"
	"sync"
	"time"
)

// Delivery says how somebody hears of something.
type Delivery string

// The ways to hear of something. All but NotAtAll stand in the site as well.
const (
	AtOnce   Delivery = "at-once" // an e-mail within minutes
	Daily    Delivery = "daily"   // in an e-mail a day
	Weekly   Delivery = "weekly"  // in an e-mail a week
	InSite   Delivery = "site"    // in the site alone
	NotAtAll Delivery = "none"
)

// Deliveries lists the ways to hear of something.
func Deliveries() []Delivery { return []Delivery{AtOnce, Daily, Weekly, InSite, NotAtAll} }

// Valid tells whether the way is one of the list.
func (d Delivery) Valid() bool { return slices.Contains(Deliveries(), d) }

// Mails tells whether an e-mail follows.
func (d Delivery) Mails() bool { return d == AtOnce || d == Daily || d == Weekly }

// Label gives the way as a person reads it.
func (d Delivery) Label() string {
	switch d {
	case AtOnce:
		return "At once, by e-mail"
	case Daily:
		return "In a daily e-mail"
	case Weekly:
		return "In a weekly e-mail"
	case InSite:
		return "Only here"
	case NotAtAll:
		return "Not at all"
	}
	return string(d)
}

// NotifyReasons lists why somebody can be told of something, as a form asks of
// them.
func NotifyReasons() []NotifyReason {
	return []NotifyReason{NotifyMention, NotifyReply, NotifyOwn, NotifyStage, NotifyAdoption, NotifyComment, NotifyPublished, NotifyRevised, NotifyMessage, NotifyAsked, NotifyOverdue, NotifyThanks, NotifyInvited, NotifyCampaign, NotifyInvitation, NotifyWorkspace, NotifyOriginal, NotifyReview, NotifyDecided}
}

// Label gives the reason as a person reads it.
func (r NotifyReason) Label() string {
	switch r {
	case NotifyMention:
		return "Somebody mentions you in a comment"
	case NotifyReply:
		return "Somebody answers your comment"
	case NotifyOwn:
		return "A comment on your own case study"
	case NotifyStage:
		return "A case study that you had a part in moves to another stage"
	case NotifyAdoption:
		return "An organisation adopts your own case study, or is further with it"
	case NotifyComment:
		return "A comment on a case study that you follow"
	case NotifyPublished:
		return "A new case study about something that you follow"
	case NotifyRevised:
		return "A change of a case study that you follow"
	case NotifyMessage:
		return "Somebody asks you something in private, or answers you"
	case NotifyDecided:
		return "What became of a case study that you had a part in"
	case NotifyOverdue:
		return "An idea of your organisation has waited too long for a first response, where you lead"
	case NotifyThanks:
		return "Somebody thanks you"
	case NotifyInvited:
		return "Somebody asks you to look after a collection with them"
	case NotifyCampaign:
		return "A campaign that you follow or entered opens, closes or is further, and receipts of your entries"
	case NotifyInvitation:
		return "You are invited to a campaign, or reminded of an invitation that you have not answered"
	case NotifyWorkspace:
		return "You are added to the workspace of an adoption, or given a task there"
	case NotifyOriginal:
		return "A case study that you adopt has changed: at most once a day for each"
	case NotifyReview:
		return "A case study of yours, or of an organisation that you lead, is to be read again"
	case NotifyAsked:
		return "You are asked for what you know about an idea or a question"
	}
	return string(r)
}

// usually is how somebody hears of something who has chosen nothing: at once
// only where another person waits for them, or a date does.
func (r NotifyReason) usually() Delivery {
	if r == NotifyMention || r == NotifyReply || r == NotifyMessage || r == NotifyAsked || r == NotifyCampaign || r == NotifyInvitation || r == NotifyWorkspace {
		return AtOnce
	}
	return Weekly
}

// NotifySettings say how one person hears of things, and when.
type NotifySettings struct {
	PersonID string
	Choices  map[NotifyReason]Delivery // what is not there is as usual
	TimeZone string                    // of IANA, such as Europe/London: all hours are of it
	// Quiet holds e-mail back from QuietFrom to QuietTo, hours of the day.
	Quiet              bool
	QuietFrom, QuietTo int
	DigestDay          time.Weekday // of the weekly e-mail
	DigestHour         int          // of both the daily and the weekly
	StoppedAt          *time.Time   // since when no such e-mail is sent at all; nil while it is
	StoppedWhy         string       // StoppedByPerson or StoppedByComplaint
}

// Why somebody is sent no e-mail about what happens.
const (
	StoppedByPerson    = "person"    // they pressed the button
	StoppedByComplaint = "complaint" // their mailbox reported one as unwanted
)

// DefaultNotifySettings are those of somebody who has chosen nothing.
func DefaultNotifySettings(personID string) NotifySettings {
	return NotifySettings{PersonID: personID, TimeZone: DefaultTimeZone, Quiet: true, QuietFrom: 20, QuietTo: 7, DigestDay: time.Monday, DigestHour: 8}
}

// DefaultTimeZone is where people are who have not said so.
const DefaultTimeZone = "Europe/London"

// Choice gives how the person hears of something.
func (n *NotifySettings) Choice(r NotifyReason) Delivery {
	if d, ok := n.Choices[r]; ok && d.Valid() {
		return d
	}
	return r.usually()
}

// Validate checks what a person chose.
func (n *NotifySettings) Validate() error {
	var p problems
	for _, r := range NotifyReasons() {
		if d, ok := n.Choices[r]; ok && !d.Valid() {
			p.add(string(r), "Choose one of the ways to hear of it")
		}
	}
	for r := range n.Choices {
		if !slices.Contains(NotifyReasons(), r) {
			p.add("choices", "There is no kind of notification called “%s”", Truncate(CleanLine(string(r)), 40))
			break
		}
	}
	hour := func(h int) bool { return h >= 0 && h <= 23 }
	if !hour(n.QuietFrom) {
		p.add("quiet_from", "Choose the hour at which the quiet hours begin")
	}
	if !hour(n.QuietTo) || n.Quiet && n.QuietTo == n.QuietFrom {
		p.add("quiet_to", "Choose the hour at which the quiet hours end, another than that at which they begin")
	}
	if n.DigestDay < time.Sunday || n.DigestDay > time.Saturday {
		p.add("digest_day", "Choose a day of the week")
	}
	if !hour(n.DigestHour) {
		p.add("digest_hour", "Choose an hour of the day")
	}
	if _, err := loadZone(n.TimeZone); err != nil {
		p.add("time_zone", "Choose a time zone from the list, such as Europe/London")
	}
	return p.err("Your choices were not saved: some fields need your attention.")
}

// loadZone loads a zone by its name in the database of IANA. Those of the
// machine are none: what "Local" means depends on where the program runs.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" || len(name) > 60 {
		return nil, E(Invalid, "That is no time zone.")
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}

// zones keeps those that were loaded, by name: there are some 600 in all.
var zones sync.Map

// Zone is where the person is. A zone that has gone from the database since it
// was chosen is that of everybody else.
func (n *NotifySettings) Zone() *time.Location {
	for _, name := range []string{n.TimeZone, DefaultTimeZone} {
		if zone, err := loadZone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// AtOnceAfter is how long an e-mail that goes at once waits for others, to go as
// one with them.
const AtOnceAfter = 2 * time.Minute

// AtOnceDue gives when an e-mail about what happens now is due: in a moment, or
// when the quiet hours are over.
func (n *NotifySettings) AtOnceDue(now time.Time) time.Time {
	due := now.Add(AtOnceAfter)
	if !n.Quiet || !n.isQuiet(due) {
		return due
	}
	local := due.In(n.Zone())
	for day := range 3 {
		for _, end := range hourOf(local, day, n.QuietTo) {
			if end.After(due) {
				return end
			}
		}
	}
	return due
}

// isQuiet goes by the clock on the wall, so that the quiet hours are an hour
// longer or shorter in the night in which clocks change.
func (n *NotifySettings) isQuiet(t time.Time) bool {
	h := t.In(n.Zone()).Hour()
	if n.QuietFrom < n.QuietTo {
		return h >= n.QuietFrom && h < n.QuietTo
	}
	return h >= n.QuietFrom || h < n.QuietTo
}

// DigestDue gives when the next daily or weekly e-mail is due after now. It is
// due once on its day, also when the clock shows its hour twice or not at all.
func (n *NotifySettings) DigestDue(d Delivery, now time.Time) time.Time {
	local := now.In(n.Zone())
	for day := range 9 {
		if d == Weekly && (int(local.Weekday())+day)%7 != int(n.DigestDay) {
			continue
		}
		if due := hourOf(local, day, n.DigestHour)[0]; due.After(now) {
			return due
		}
	}
	return now.Add(7 * 24 * time.Hour)
}

// Due gives when what happens now is due to be sent.
func (n *NotifySettings) Due(d Delivery, now time.Time) time.Time {
	if d == AtOnce {
		return n.AtOnceDue(now)
	}
	return n.DigestDue(d, now)
}

// Period names the e-mail that is due at a time: no person gets two of one name.
func (n *NotifySettings) Period(d Delivery, due time.Time) string {
	if d == AtOnce {
		return string(d) + ":" + due.UTC().Format(time.RFC3339Nano)
	}
	return string(d) + ":" + due.In(n.Zone()).Format(time.DateOnly)
}

// hourOf gives the moments at which the clock shows a whole hour, some days
// after the day of a local time: one, two in the night in which clocks go back,
// and when they skip it the moment in which they do.
func hourOf(local time.Time, days, hour int) []time.Time {
	y, m, d := local.Date()
	noon := time.Date(y, m, d+days, 12, 0, 0, 0, local.Location())
	y, m, d = noon.Date()
	t := time.Date(y, m, d, hour, 0, 0, 0, local.Location())
	want := time.Date(y, m, d, hour, 0, 0, 0, time.UTC)
	begins, ends := t.ZoneBounds()
	switch shown := onWall(t); { // when it is skipped, Date gives a moment of one side or the other
	case shown.Before(want):
		return []time.Time{ends}
	case shown.After(want):
		return []time.Time{begins}
	}
	_, offset := t.Zone()
	var out []time.Time
	for _, at := range []time.Time{begins.Add(-time.Second), t, ends} { // the zones before, of and after
		if at.IsZero() {
			continue
		}
		_, other := at.Zone()
		same := t.Add(time.Duration(offset-other) * time.Second)
		if onWall(same).Equal(want) && !slices.ContainsFunc(out, same.Equal) {
			out = append(out, same)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// onWall is what the clock shows at a moment where it is, as if that were UTC.
func onWall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
