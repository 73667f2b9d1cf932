package people

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// next gives the path to go to after signing in, of a query or a form. The
// pages of signing in are no place to come back to.
func next(path string) string {
	path = models.SafeReturn(path, "")
	if path == "/sign-in" || strings.HasPrefix(path, "/sign-in?") || strings.HasPrefix(path, "/sign-in/") || path == "/sign-out" {
		return ""
	}
	return path
}

// nextOr is next, or the start page.
func nextOr(path string) string {
	if p := next(path); p != "" {
		return p
	}
	return "/"
}

func (f *Feature) signInPage(c *fiber.Ctx) error {
	page := templates.SignInPage{Next: next(c.Query("next"))}
	if p := web.Person(c); p != nil {
		page.SignedInAs = p.Name
	}
	return f.showSignIn(c, fiber.StatusOK, page)
}

func (f *Feature) showSignIn(c *fiber.Ctx, status int, page templates.SignInPage) error {
	page.Allowed = allowedText(f.site.EmailDomains)
	if f.Provider != nil {
		page.Provider, page.ProviderAway, page.ProviderOnly = f.site.SingleSignOn.Name, f.Provider.Away(), f.site.SingleSignOn.Only
	}
	if f.site.Demo {
		var err error
		if page.Demo, err = f.demoPeople(c); err != nil {
			return err
		}
	}
	shell := f.site.Shell(c, "Sign in")
	shell.NoIndex, shell.Errors = true, page.Errors
	if page.Passkeys = f.hasPasskeys(); page.Passkeys {
		shell.PasskeyJS = f.site.Assets.URL("passkey.js")
	}
	return f.site.Render(c, status, shell, templates.SignIn(page))
}

// demoPeople lists the invented people with what each of them can show.
func (f *Feature) demoPeople(c *fiber.Ctx) ([]templates.DemoPerson, error) {
	people, err := f.store.DemoPeople(c.UserContext())
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	grants, err := f.store.GrantsOf(c.UserContext(), ids)
	if err != nil {
		return nil, err
	}
	for i := range people {
		people[i].Grants = grants[people[i].ID]
	}
	// Those who show most come first.
	slices.SortStableFunc(people, func(a, b models.Person) int { return len(b.Grants) - len(a.Grants) })
	out := make([]templates.DemoPerson, len(people))
	for i, p := range people {
		out[i] = templates.DemoPerson{Name: p.Name, Handle: p.Handle, Role: p.JobTitle, Organisation: p.OrgName, Shows: shows(&p)}
	}
	return out, nil
}

// shows says what one sees when signed in as a demo person: the most that
// their roles allow.
func shows(p *models.Person) string {
	switch {
	case p.Has(models.RoleAdmin):
		return "Shows the admin pages: synonyms, unnamed organisations, people's roles."
	case p.Has(models.RoleModerator):
		return "Shows moderation: acts on what other people have written."
	case p.Has(models.RoleOrganiser):
		return "Shows an organiser: posts, votes and comments as everybody does, and runs campaigns."
	case p.Has(models.RoleLead):
		return "Shows a lead: posts, votes and comments, and speaks for the organisation."
	}
	return "Shows a colleague: posts, votes and comments."
}

// errOnlyProvider turns away who would sign in in a way that the settings have
// turned off.
var errOnlyProvider = models.E(models.Forbidden, "People sign in here through single sign-on alone.")

// signInDemo signs an invented person in, on a demonstration alone.
func (f *Feature) signInDemo(c *fiber.Ctx) error {
	if !f.site.Demo {
		return fiber.ErrNotFound
	}
	handle := strings.ToLower(models.CleanLine(web.Value(c, "handle")))
	notDemo := models.E(models.NotFound, "Nobody of the demonstration has that handle.")
	if !models.ValidHandle(handle) {
		return notDemo
	}
	p, err := f.store.PersonByHandle(c.UserContext(), handle)
	if models.KindOf(err) == models.NotFound || err == nil && !p.Demo {
		return notDemo
	}
	if err != nil {
		return err
	}
	if err := f.site.SignIn(c, p.ID, models.ByDemo); err != nil {
		return err
	}
	return f.welcome(c, arrival{person: p, next: next(web.Value(c, "next"))})
}

// askForLink sends a sign-in link. Its answer is the same whether the address
// has an account or not.
func (f *Feature) askForLink(c *fiber.Ctx) error {
	if f.site.SingleSignOn.Only {
		return errOnlyProvider
	}
	page := templates.SignInPage{Email: models.CleanLine(web.Value(c, "email")), Next: next(web.Value(c, "next"))}
	err := f.requestLink(c.UserContext(), page.Email, page.Next)
	if err != nil {
		web.RetryAfter(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showSignIn(c, status, page)
		})
	}
	f.rememberSent(c, page.Email)
	return c.Redirect("/sign-in/sent", fiber.StatusSeeOther)
}

// sentCookie brings the address that was typed to the next page: it is not to
// stand in an address, which browsers and logs keep.
const sentCookie = "grassroots_sent"

func (f *Feature) rememberSent(c *fiber.Ctx, email string) {
	c.Cookie(&fiber.Cookie{Name: sentCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(email)), Path: "/sign-in/sent", HTTPOnly: true,
		Secure: f.site.Secure(), SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(linkLife.Seconds())})
}

func (f *Feature) linkSent(c *fiber.Ctx) error {
	page := templates.LinkSentPage{Minutes: int(linkLife.Minutes()), OnConsole: f.site.Demo}
	if raw, err := base64.RawURLEncoding.DecodeString(c.Cookies(sentCookie)); err == nil && validAddress(string(raw)) {
		page.Email = string(raw)
	}
	shell := f.site.Shell(c, "Check your e-mail")
	shell.NoIndex = true
	return f.site.Render(c, fiber.StatusOK, shell, templates.LinkSent(page))
}

// openLink shows what a link is for. It uses nothing up: those who scan e-mail
// open links, too.
func (f *Feature) openLink(c *fiber.Ctx) error {
	if f.site.SingleSignOn.Only {
		return errOnlyProvider
	}
	secret := c.Params("secret")
	email, err := f.linkAddress(c.UserContext(), secret)
	if models.KindOf(err) == models.NotFound {
		return f.showEnded(c)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	shell := f.site.Shell(c, "Sign in")
	shell.NoIndex = true
	shell.Path = "/sign-in" // the header's link is not to lead back to the secret
	return f.site.Render(c, fiber.StatusOK, shell, templates.OpenLink(templates.OpenLinkPage{ActionURL: "/sign-in/link/" + secret, Email: email}))
}

// useLink uses a link up and signs its person in.
func (f *Feature) useLink(c *fiber.Ctx) error {
	if f.site.SingleSignOn.Only {
		return errOnlyProvider
	}
	arrival, err := f.consume(c.UserContext(), c.Params("secret"))
	if models.KindOf(err) == models.NotFound {
		return f.showEnded(c)
	}
	if err != nil {
		return err
	}
	// In a browser in which its person is signed in already, a link shows anew
	// who they are.
	if p := web.Person(c); p != nil && p.ID == arrival.person.ID {
		err = f.site.Prove(c, models.ByLink, models.ProviderSession{})
	} else {
		err = f.site.SignIn(c, arrival.person.ID, models.ByLink)
	}
	if err != nil {
		return err
	}
	return f.welcome(c, arrival)
}

func (f *Feature) showEnded(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	shell := f.site.Shell(c, "This sign-in link does not work any more")
	shell.NoIndex, shell.Path = true, "/sign-in"
	return f.site.Render(c, fiber.StatusGone, shell, templates.LinkEnded(templates.LinkEndedPage{Minutes: int(linkLife.Minutes()),
		Form: templates.SignInPage{Allowed: allowedText(f.site.EmailDomains)}}))
}
