package web

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// ProvePath is the page on which people show anew who they are.
const ProvePath = "/sign-in/again"

// errNotByToken refuses to a program what asks for its person.
var errNotByToken = models.E(models.Forbidden, "No token can do this: sign in on the site and do it there.")

// Fresh tells whether who is signed in showed who they are recently enough for
// what needs a fresh sign-in. A token never did.
func (s *Site) Fresh(c *fiber.Ctx) bool {
	w, ok := c.Locals(whoKey{}).(who)
	return s.FreshFor <= 0 || ok && w.session != "" && s.Now().Sub(w.proved) < s.FreshFor
}

// ProvedAt gives when who is signed in last showed who they are.
func ProvedAt(c *fiber.Ctx) time.Time {
	w, _ := c.Locals(whoKey{}).(who)
	return w.proved
}

// Prove notes that who is signed in in this browser has shown anew who they are,
// by some means; from is their session at an OpenID provider when that was it,
// with the id token as it came. The session goes on under a new secret.
func (s *Site) Prove(c *fiber.Ctx, by models.Means, from models.ProviderSession) error {
	w, ok := c.Locals(whoKey{}).(who)
	if !ok || w.session == "" {
		return errSignInFirst()
	}
	m := models.Session{ID: w.session, PersonID: w.person.ID, ProvedAt: s.Now(), Provider: from}
	if from.IDToken != "" {
		var err error
		if m.Provider.IDToken, err = s.Seal(idTokenPurpose, m.ID, []byte(from.IDToken)); err != nil {
			return err
		}
	}
	ctx, secret := c.UserContext(), NewSecret()
	if !store.HasTrail(ctx) { // a return from the provider, which is no write by its method
		ctx = store.WithTrail(ctx, s.trail(c, ""))
	}
	err := s.Store.Tx(ctx, func(ctx context.Context) error { return s.Store.ProveSession(ctx, secret, m, by) })
	if models.KindOf(err) == models.NotFound {
		return errSignInFirst()
	}
	if err != nil {
		return err
	}
	s.PeopleChanged()
	w.proved = m.ProvedAt
	c.Locals(whoKey{}, w)
	s.setSession(c, secret)
	return nil
}

// proven lets a request through whose person showed who they are recently, and
// asks any other to do so first. What a form was sent with is held meanwhile.
// Somebody who is not signed in at all goes on to the operation, which refuses.
func (s *Site) proven(what string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		w, ok := c.Locals(whoKey{}).(who)
		switch {
		case !ok:
			return c.Next()
		case w.token != "":
			return errNotByToken
		case s.Fresh(c):
			return c.Next()
		case WantsJSON(c):
			return models.E(models.Unauthorised, s.tooOld()+" Sign in again at "+ProvePath+", then do this once more.")
		}
		form := sentValues(c)
		form.What = what
		err := s.keepForm(c, w.person.ID, form)
		if err != nil && models.KindOf(err) != models.TooMany {
			return err
		}
		if !isHeld(c) {
			return s.notHeld(c)
		}
		return c.Redirect(ProvePath+"?next="+QueryEscape(s.cameFrom(c)), fiber.StatusSeeOther)
	}
}

func (s *Site) tooOld() string {
	return "You signed in more than " + templates.FormatSpan(s.FreshFor) + " ago."
}

// notHeld gives a form back on its page where it cannot be held, since there are
// too many already or it is too large.
func (s *Site) notHeld(c *fiber.Ctx) error {
	f := Failure{Status: fiber.StatusUnauthorized, Title: "Show that it is you", Message: s.tooOld() + " Show that it is you in another tab, and come back to this one."}
	form, ok := sentForm(c)
	if !ok {
		return models.E(models.Unauthorised, s.tooOld()+" Sign in again at "+ProvePath+", then go back and send this once more.")
	}
	form.ProveURL = ProvePath
	return s.again(c, f, form)
}

// cameFrom gives the page of this site that a form was sent from, as the browser
// says; empty when it does not say.
func (s *Site) cameFrom(c *fiber.Ctx) string {
	u, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || u.Host != s.Host() {
		return ""
	}
	return models.SafeReturn(u.RequestURI(), "")
}
