package people

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/people/provider"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// stateLife is how long somebody may take at the provider.
	stateLife = 15 * time.Minute
	// statePurpose is what is sealed for their return.
	statePurpose = "single sign-on"
)

// errNoProvider says that nobody signs in through a provider here.
var errNoProvider = models.E(models.NotFound, "There is no single sign-on here. Sign in in another way.")

// onWay is what is kept, sealed, while somebody is at the provider.
type onWay struct {
	provider.Pending
	Next string `json:"next,omitempty"`
	// Prove is the id of the person who is to show anew who they are; empty when
	// somebody signs in.
	Prove string `json:"prove,omitempty"`
}

// stateCookie ties a return from the provider to the browser that was sent
// there, so that nobody can be signed in as somebody else by a link.
func (f *Feature) stateCookie() string {
	if f.site.Secure() {
		return "__Host-grassroots_signon"
	}
	return "grassroots_signon"
}

// toProvider sends somebody to the provider: by a page that leads on, since
// browsers hold what a form leads to to this site's form-action.
func (f *Feature) toProvider(c *fiber.Ctx) error {
	if f.Provider == nil {
		return errNoProvider
	}
	page := templates.SignInPage{Next: next(web.Value(c, "next"))}
	return f.goThere(c, onWay{Next: page.Next}, func() error { return f.showSignIn(c, fiber.StatusServiceUnavailable, page) })
}

// goThere leads to the provider, or shows a page that says that it is away.
func (f *Feature) goThere(c *fiber.Ctx, way onWay, away func() error) error {
	address, err := f.begin(c, way)
	if models.KindOf(err) == models.Unavailable {
		f.site.Log.WarnContext(c.UserContext(), "the OpenID provider could not be asked", "error", err)
		return away()
	}
	if err != nil {
		return err
	}
	return f.leadOn(c, "Going to "+f.site.SingleSignOn.Name, address, "You sign in there, and then come back here.")
}

// leadOn shows a page that leads to another site by itself.
func (f *Feature) leadOn(c *fiber.Ctx, title, address, text string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	shell := f.site.Shell(c, title)
	shell.NoIndex, shell.Refresh, shell.Canonical = true, address, ""
	return f.site.Render(c, fiber.StatusOK, shell, templates.LeadOn(templates.LeadOnPage{Title: title, Text: text, URL: address, Name: f.site.SingleSignOn.Name}))
}

func (f *Feature) begin(c *fiber.Ctx, way onWay) (address string, err error) {
	if address, way.Pending, err = f.Provider.Begin(c.UserContext(), way.Prove != ""); err != nil {
		return "", err
	}
	raw, err := json.Marshal(way)
	if err != nil {
		return "", err
	}
	return address, f.keepWay(c, statePurpose, way.State, raw)
}

// keepWay keeps, sealed, what the end of something that this browser begins is
// held to.
func (f *Feature) keepWay(c *fiber.Ctx, purpose, state string, raw []byte) error {
	sealed, err := f.site.Seal(purpose, state, raw)
	if err != nil {
		return err
	}
	browser := c.Cookies(f.stateCookie())
	if len(browser) != len(web.NewSecret()) { // the browser may be on its way in another tab
		browser = web.NewSecret()
	}
	c.Cookie(&fiber.Cookie{Name: f.stateCookie(), Value: browser, Path: "/", HTTPOnly: true, Secure: f.site.Secure(),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(stateLife.Seconds())})
	return f.store.KeepSignInState(c.UserContext(), state, browser, sealed, f.site.Now().Add(stateLife))
}

// takeWay gives what keepWay kept, once, to the browser that began. NotFound
// when there is nothing for it.
func (f *Feature) takeWay(c *fiber.Ctx, purpose, state string) ([]byte, error) {
	sealed, err := f.store.TakeSignInState(store.Fresh(c.UserContext()), state, c.Cookies(f.stateCookie()))
	if err != nil {
		return nil, err
	}
	return f.site.Unseal(purpose, state, sealed)
}

// fromProvider signs in whoever comes back from the provider.
func (f *Feature) fromProvider(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if f.Provider == nil {
		return errNoProvider
	}
	f.site.OnRecord(c)
	a, who, err := f.arrive(c)
	if err != nil {
		if err := f.recordRefusal(c, err); err != nil {
			return err
		}
		switch models.KindOf(err) {
		case models.Forbidden, models.Unavailable, models.Conflict, models.NotFound:
			f.site.Log.WarnContext(c.UserContext(), "nobody was signed in by the OpenID provider", "error", err, "request_id", web.RequestID(c))
			return f.showRefused(c, err)
		}
		return err
	}
	from := models.ProviderSession{Issuer: who.Issuer, Subject: who.Subject, SID: who.SID, IDToken: who.IDToken}
	if a.proves {
		err = f.site.Prove(c, models.ByProvider, from)
	} else {
		err = f.site.SignInFrom(c, a.person.ID, models.ByProvider, from)
	}
	if err == nil {
		err = f.store.Leave(c.UserContext())
	}
	if err != nil {
		return err
	}
	return f.welcome(c, a)
}

// recordRefusal leaves in the audit record that somebody was not signed in, with
// a word for why. What did not even begin here is in the log alone: anybody could
// fill the record with it.
func (f *Feature) recordRefusal(c *fiber.Ctx, err error) error {
	why := provider.Reason(err)
	switch {
	case errors.Is(err, errTaken):
		why = "account-taken"
	case errors.Is(err, errSomebodyElse):
		why = "somebody-else"
	}
	if why == "" {
		return nil
	}
	store.Note(c.UserContext(), "sign-in.refuse", "", nil, map[string]any{"means": models.ByProvider, "reason": why})
	return f.store.Leave(c.UserContext())
}

// arrive finds out who came back, and to which account.
func (f *Feature) arrive(c *fiber.Ctx) (arrival, provider.Person, error) {
	ctx := c.UserContext()
	raw, err := f.takeWay(c, statePurpose, c.Query("state"))
	if models.KindOf(err) == models.NotFound || errors.Is(err, web.ErrSealed) {
		return arrival{}, provider.Person{}, models.Wrap(models.Forbidden, "This sign-in was not begun in this browser, was used already, or took longer than 15 minutes. Begin again.", err)
	}
	if err != nil {
		return arrival{}, provider.Person{}, err
	}
	var way onWay
	if err := json.Unmarshal(raw, &way); err != nil {
		return arrival{}, provider.Person{}, err
	}
	who, err := f.Provider.Finish(ctx, way.Pending, provider.Answer{Code: c.Query("code"), Issuer: c.Query("iss"), Error: c.Query("error")})
	if err != nil {
		return arrival{}, provider.Person{}, err
	}
	current := web.Person(c)
	proves := way.Prove != "" && current != nil
	if proves {
		if err := f.isTheirs(ctx, who, current, way.Prove); err != nil {
			return arrival{}, provider.Person{}, err
		}
	}
	if !f.site.Fresh(c) { // who sat down at a computer that was left may not tie an account to themselves
		current = nil
	}
	a, err := f.account(ctx, who, current)
	a.next, a.proves = next(way.Next), proves
	return a, who, err
}

// showRefused says that nobody was signed in, and why as far as it helps.
func (f *Feature) showRefused(c *fiber.Ctx, err error) error {
	failure := web.Describe(err)
	shell := f.site.Shell(c, "You are not signed in")
	if p := web.Person(c); p != nil { // whoever was signed in before still is
		shell = f.site.Shell(c, "That did not work")
	}
	shell.NoIndex, shell.Path, shell.Canonical = true, "/sign-in", ""
	page := templates.SignInRefusedPage{Title: shell.Title, Message: failure.Message, Back: "/sign-in"}
	if web.Person(c) != nil && !f.site.Fresh(c) {
		page.Back = web.ProvePath
	}
	return f.site.Render(c, failure.Status, shell, templates.SignInRefused(page))
}

// providerLogout ends the sessions of somebody who has signed out at the
// provider, which says so itself, without a browser.
func (f *Feature) providerLogout(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if f.Provider == nil {
		return errNoProvider
	}
	ctx := c.UserContext()
	token, err := f.Provider.Logout(ctx, web.Value(c, "logout_token"))
	ended := 0
	if err == nil {
		ended, err = f.store.EndProviderSessions(ctx, f.Provider.Issuer(), token.Subject, token.SID, token.ID, token.Ends)
	}
	switch models.KindOf(err) {
	case "":
	case models.BadRequest, models.Conflict:
		f.site.Log.WarnContext(ctx, "a logout token was refused", "error", err)
		return c.Status(fiber.StatusBadRequest).JSON(map[string]string{"error": "invalid_request", "error_description": "The logout token is not valid."})
	default:
		return err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(ctx, "the OpenID provider signed somebody out", "sessions", ended)
	return c.SendStatus(fiber.StatusOK)
}

// signOut ends this browser's session, and leads to where the one at the
// provider is ended when it began from one: on a shared computer the next person
// could come in by it.
func (f *Feature) signOut(c *fiber.Ctx) error {
	from, ok := f.site.ProviderSession(c)
	f.site.SignOut(c)
	if ok && f.Provider != nil && from.Issuer == f.Provider.Issuer() {
		address, err := f.Provider.LogoutURL(c.UserContext(), from.IDToken)
		if err != nil {
			f.site.Log.WarnContext(c.UserContext(), "nobody can be signed out at the OpenID provider", "error", err)
		}
		if address != "" {
			return f.leadOn(c, "You are signed out here", address, "The next step signs you out there too, so that nobody who uses this computer after you can come in as you.")
		}
	}
	return f.site.Done(c, "/", "You are signed out.")
}

// signedOut is where the provider leads back to.
func (f *Feature) signedOut(c *fiber.Ctx) error {
	if p := web.Person(c); p != nil {
		return c.Redirect("/me", fiber.StatusSeeOther)
	}
	return f.site.Done(c, "/", "You are signed out.")
}

// account gives the account of whom the provider signed in, which is made at the
// first time. current is who is signed in here already, or nil.
func (f *Feature) account(ctx context.Context, who provider.Person, current *models.Person) (arrival, error) {
	var a arrival
	var err error
	// Somebody may come in twice at once, or two newcomers want one handle.
	for range arrivalTries {
		err = f.store.Tx(ctx, func(ctx context.Context) error {
			a = arrival{}
			identity, err := f.store.Identity(ctx, who.Issuer, who.Subject)
			switch {
			case models.KindOf(err) == models.NotFound:
				a.person, a.first, err = f.personFor(ctx, who, current)
				if err != nil {
					return err
				}
				identity = models.Identity{Issuer: who.Issuer, Subject: who.Subject, PersonID: a.person.ID, CreatedAt: f.site.Now(), UsedAt: f.site.Now()}
				err = f.store.AddIdentity(ctx, identity)
			case err == nil:
				a.person, err = f.store.PersonByID(ctx, identity.PersonID)
			}
			if err != nil {
				return err
			}
			store.NoteActor(ctx, a.person.ID, models.BySession)
			identity.UsedAt = f.site.Now()
			return f.refresh(ctx, &a.person, identity, who)
		})
		if !errors.Is(err, errTaken) && models.KindOf(err) == models.Conflict {
			continue
		}
		break
	}
	if err == nil {
		f.site.PeopleChanged()
		if a.first {
			f.site.Log.InfoContext(ctx, "an account was made by single sign-on", "person", a.person.ID)
		}
	}
	return a, err
}

// errTaken refuses an account that is somebody's who may be somebody else.
var errTaken = models.E(models.Conflict, "An account here has your e-mail address already, and it could be somebody else's. If it is yours, sign in to it by an e-mail link first, then choose single sign-on again in the same browser: from then on both lead to it. If that is not offered here, ask whoever runs this site.")

// personFor gives the person of a subject that was never here. An account that
// has their address is given to them only when the address is verified, nobody
// else of this provider has the account, and either the settings say so or they
// are signed in to it in this browser: docs/sign-in.md says why.
func (f *Feature) personFor(ctx context.Context, who provider.Person, current *models.Person) (p models.Person, first bool, err error) {
	email := who.Email
	if !validAddress(email) {
		email = ""
	}
	if email != "" {
		p, err = f.store.PersonByEmail(ctx, email)
		switch {
		case models.KindOf(err) == models.NotFound:
		case err != nil:
			return p, false, err
		default:
			theirs := f.site.SingleSignOn.LinkByEmail || current != nil && current.ID == p.ID
			others, err := f.store.CountIdentities(ctx, p.ID, who.Issuer)
			if err == nil && (!theirs || others > 0 || p.Demo) {
				err = errTaken
			}
			return p, false, err
		}
	}
	p, err = newcomer(ctx, f.site, email, who.Name)
	return p, true, err
}

// refresh brings a profile to what the provider says now.
func (f *Feature) refresh(ctx context.Context, p *models.Person, identity models.Identity, who provider.Person) error {
	code, said := organisationOf(who.Organisations), identity
	changed := identity.Refresh(p, code, staffGroupOf(who.StaffGroups))
	if said.Organisation != identity.Organisation || said.StaffGroup != identity.StaffGroup {
		store.Note(ctx, "identity.claims", p.ID, map[string]any{"organisation": said.Organisation, "staff_group": said.StaffGroup},
			map[string]any{"organisation": identity.Organisation, "staff_group": identity.StaffGroup})
	}
	if changed {
		if err := f.store.UpdatePerson(ctx, p); err != nil {
			return err
		}
	}
	if err := f.confirmByProvider(ctx, p, code, changed); err != nil {
		return err
	}
	return f.store.TouchIdentity(ctx, identity)
}

// confirmByProvider takes the provider's word for where a person works, which
// lets them read what is for that organisation alone. Its word ends what
// anybody else has confirmed.
func (f *Feature) confirmByProvider(ctx context.Context, p *models.Person, code string, changed bool) error {
	confirmed := ""
	if code == p.Organisation {
		confirmed = code
	}
	if code == "" || !changed && p.Confirmed == confirmed {
		return nil
	}
	p.Confirmed = confirmed
	return f.store.ConfirmOrganisation(ctx, p.ID, confirmed, "provider")
}

// organisationOf gives the one ODS code among what a claim holds. Of somebody
// who works for several, they say themselves for which they write here.
func organisationOf(values []string) string {
	if len(values) != 1 || !models.ValidODSCode(values[0]) {
		return ""
	}
	return values[0]
}
