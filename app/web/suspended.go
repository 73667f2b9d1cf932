package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/templates"
)

// WhileSuspended are the writes that somebody who is suspended can still do:
// signing in and out, and what is theirs alone to end, read or appeal against.
// Every other write is refused; a new route is refused unless it is put here.
func WhileSuspended() []string {
	return []string{
		"POST /sign-in/demo", "POST /sign-in/email", "POST /sign-in/link/:secret", "POST /sign-in/passkey", "POST /sign-in/passkey/begin", "POST /sign-in/provider", "POST /sign-in/provider/logout",
		"POST /sign-in/again/demo", "POST /sign-in/again/email", "POST /sign-in/again/passkey", "POST /sign-in/again/provider", "POST /sign-out",
		"POST /me/close", "POST /me/tokens/:id/revoke", "POST /me/sessions/:id/end", "POST /me/sessions/end-others", "POST /me/passkeys/:id/remove", "POST /me/held/:id/drop", "POST /me/held/:id/send",
		"POST /me/moderation/:id/read", "POST /me/moderation/:id/appeal", "POST /api/v1/measures/:id/appeal",
		"POST /me/notifications/settings", "PUT /api/v1/me/notification-settings", "POST /unsubscribe/:token",
	}
}

// staysOpen tells whether a route is for those who are suspended too.
func staysOpen(method, path string) bool {
	return method == fiber.MethodGet || method == fiber.MethodHead || slices.Contains(WhileSuspended(), method+" "+path) || slices.Contains(ReadsByPost(), method+" "+path)
}

// notSuspended turns away who may write nothing for the time being, by session
// or token.
func (s *Site) notSuspended(c *fiber.Ctx) error {
	if m := Person(c).Suspended(s.Now()); m != nil {
		return ErrSuspended(m)
	}
	return c.Next()
}

// ErrSuspended says why somebody may write nothing, and until when.
func ErrSuspended(m *models.Measure) error {
	return models.Errorf(models.Forbidden, "%s, so you can read but write nothing. The reason: %s. %s How to say that you disagree is under your account: /me/moderation", suspendedText(m), m.Reason.Label(), m.Words)
}

// suspendedText says how long a suspension lasts.
func suspendedText(m *models.Measure) string {
	if m.Until == nil {
		return "Your account is suspended until a moderator takes that back"
	}
	return "Your account is suspended until " + templates.FormatDateTime(*m.Until)
}

// tellMeasures puts onto a page what a moderator did about its reader.
func (s *Site) tellMeasures(shell *templates.Shell, p *models.Person) {
	if m := p.Suspended(s.Now()); m != nil {
		shell.Banners = append(shell.Banners, suspendedText(m)+", so you can read but write nothing. Why, and what you can do, is under your account, What moderators did.")
	}
	if m := p.Warning; m != nil {
		shell.Warning = &templates.WarningNote{ActionURL: "/me/moderation/" + m.ID + "/read", BackURL: shell.Path, Reason: m.Reason.Label(), Words: m.Words}
	}
}
