package templates

import (
	"time"
)

// PrivacyPage says what is kept, with the times that hold on this site.
type PrivacyPage struct {
	// Idle and Life are how long a session lasts without use, and at most.
	Idle, Life time.Duration
	Secure     bool
	Demo       bool
}

// ContactPage says who runs this site.
type ContactPage struct {
	Host   string
	Admins []BylineProps
}

// MarkdownExample is a piece of Markdown beside what becomes of it.
type MarkdownExample struct {
	Title, Note, Source string
	// HTML is sanitised.
	HTML string
}

// FormatSpan writes a span of time in whole hours, minutes or seconds.
func FormatSpan(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return FormatCount(int(d/time.Hour), "hour", "hours")
	case d%time.Minute == 0:
		return FormatCount(int(d/time.Minute), "minute", "minutes")
	}
	return FormatCount(int(d/time.Second), "second", "seconds")
}

// sessionCookie is the name of the cookie of a session, which browsers hold
// to https when it says so.
func (p PrivacyPage) sessionCookie() string {
	if p.Secure {
		return "__Host-grassroots"
	}
	return "grassroots_session"
}

// cookiePrefix stands before the names of cookies that browsers hold to https.
func (p PrivacyPage) cookiePrefix() string {
	if p.Secure {
		return "__Host-"
	}
	return ""
}
