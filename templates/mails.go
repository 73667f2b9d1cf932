package templates

import (
	"strings"
	"time"
)

// TellingMail is an e-mail that tells a person what happened. Its addresses are whole.
type TellingMail struct {
	Heading, Intro string
	Groups         []MailGroup
	More           int // further ones that are not in it
	// ListURL is where all of it stands, SettingsURL where it can be chosen how one hears of it, and StopURL stops such e-mail.
	ListURL, SettingsURL, StopURL string
	Host                          string
}

// MailGroup is what happened about one thing.
type MailGroup struct {
	Title, URL string // the URL may be empty
	Why        string
	Items      []MailItem
}

// MailItem is one thing that happened.
type MailItem struct {
	Who, Does string // "Amina Yusuf", "commented"
	// Title is what they did it to, where that is not the thing of the group; else Action says what the link is for.
	Title, Action string
	URL           string
	Said          string    // in their own words
	When          time.Time // in the zone of the reader
}

// when is a time as the reader of an e-mail reads it, in their own zone.
func (i MailItem) when() string { return i.When.Format("Monday 2 January, 15:04") }

// Say puts our own words of a group into another language.
func (g *MailGroup) Say(say func(string) string) {
	g.Why = say(g.Why)
	for i := range g.Items {
		g.Items[i].Does, g.Items[i].Action = say(g.Items[i].Does), say(g.Items[i].Action)
	}
}

func (m TellingMail) moreText() string {
	return "And " + FormatNumber(m.More) + " more. All of it is on the site."
}

func (m TellingMail) footText() string {
	return "You get this because of how you have chosen to hear of things at " + m.Host + "."
}

// Text is the e-mail as plain text, in the language that say speaks.
func (m TellingMail) Text(say func(string) string) string {
	var b strings.Builder
	line := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
		b.WriteString("\n")
	}
	line(m.Heading)
	line()
	line(m.Intro)
	for _, g := range m.Groups {
		line()
		line(strings.ToUpper(g.Title))
		if g.Why != "" {
			line(g.Why, ".")
		}
		for _, i := range g.Items {
			line()
			line(strings.TrimSpace("* " + i.Who + " " + i.Does + " " + i.Title))
			for part := range strings.Lines(i.Said) {
				line("  > ", strings.TrimRight(part, "\n"))
			}
			line("  ", say(i.when()))
			line("  ", i.URL)
		}
	}
	if m.More > 0 {
		line()
		line(say(m.moreText()))
	}
	line()
	line(say("All notifications:"), " ", m.ListURL)
	line()
	line("--")
	line(say(m.footText()))
	line(say("Change that:"), " ", m.SettingsURL)
	line(say("Get no such e-mail any more:"), " ", m.StopURL)
	return b.String()
}

// StopMailPage asks whether to stop e-mail, or says that it is stopped.
type StopMailPage struct {
	Action  string
	Stopped bool
}
