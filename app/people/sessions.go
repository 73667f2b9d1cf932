package people

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

func (f *Feature) sessionsPage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	sessions, err := f.store.SessionsOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	tokens, err := f.store.TokensOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	page := templates.SessionsPage{Idle: f.site.Idle(), Life: f.site.Life(), Tokens: f.tokenLines(tokens)}
	for _, s := range sessions {
		line := templates.SessionLine{ID: s.ID, Device: device(s.UserAgent), Network: s.Network, Began: s.CreatedAt, Seen: s.SeenAt, Means: s.Means.Label()}
		if s.ProvedAt.After(s.CreatedAt) {
			line.Again = &s.ProvedAt
		}
		if s.ID == web.SessionID(c) {
			page.Current = line
		} else {
			page.Others = append(page.Others, line)
		}
	}
	slices.SortStableFunc(page.Others, func(a, b templates.SessionLine) int { return b.Seen.Compare(a.Seen) })
	shell := f.site.Shell(c, "Where you are signed in")
	shell.NoIndex, shell.Crumbs = true, crumbsOfMe()
	return f.site.Render(c, fiber.StatusOK, shell, templates.Sessions(page))
}

func (f *Feature) endSession(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	id := models.CleanLine(c.Params("id"))
	if id == web.SessionID(c) {
		return f.signOut(c)
	}
	if err := f.store.EndSession(c.UserContext(), p.ID, id); err != nil {
		return err
	}
	f.site.PeopleChanged()
	return f.site.Done(c, "/me/sessions", "That session is ended.")
}

func (f *Feature) endOtherSessions(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	ended, err := f.store.EndOtherSessions(c.UserContext(), p.ID, web.SessionID(c))
	if err != nil {
		return err
	}
	f.site.PeopleChanged()
	return f.site.Done(c, "/me/sessions", "You are signed out everywhere else: "+templates.FormatCount(ended, "session", "sessions")+" ended.")
}

// device says in plain words what a browser says of itself. It names the few
// that staff have, by the marks that they alone carry, rarest first: nearly
// every browser claims to be Safari and half of them Chrome.
func device(userAgent string) string {
	browser := firstMark(userAgent, []mark{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"},
		{"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}})
	system := firstMark(userAgent, []mark{{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"CrOS", "a Chromebook"},
		{"Windows", "Windows"}, {"Macintosh", "a Mac"}, {"Linux", "Linux"}})
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	case system != "":
		return "A browser on " + system
	}
	return "A browser that does not say what it is"
}

type mark struct{ text, means string }

func firstMark(s string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(s, m.text) {
			return m.means
		}
	}
	return ""
}
