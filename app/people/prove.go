package people

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/people/provider"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// errSomebodyElse refuses whoever shows to be somebody else than who is signed
// in. Neither gets anything of the other.
var errSomebodyElse = models.E(models.Forbidden, "That shows that you are somebody else than who is signed in in this browser, so nothing was done. To sign in as yourself, sign out first.")

// provePage asks somebody who is signed in to show anew who they are, by any of
// the means that they have.
func (f *Feature) provePage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	return f.showProve(c, p, fiber.StatusOK, templates.ProvePage{Next: next(c.Query("next"))})
}

func (f *Feature) showProve(c *fiber.Ctx, p *models.Person, status int, page templates.ProvePage) error {
	ctx := c.UserContext()
	page.Name, page.Since, page.Within, page.Demo = p.Name, web.ProvedAt(c), f.site.FreshFor, f.site.Demo && p.Demo
	held, err := f.site.HeldForms(c, p.ID)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		page.What = held[0].What
	}
	if f.Provider != nil {
		n, err := f.store.CountIdentities(ctx, p.ID, f.Provider.Issuer())
		if err != nil {
			return err
		}
		if n > 0 {
			page.Provider, page.ProviderAway = f.site.SingleSignOn.Name, f.Provider.Away()
		}
	}
	if f.hasPasskeys() {
		keys, err := f.store.PasskeysOf(ctx, p.ID)
		if err != nil {
			return err
		}
		page.Passkey = len(keys) > 0
	}
	if !f.site.SingleSignOn.Only && !p.Demo && p.Reachable() && validAddress(p.Email) && models.EmailDomainAllowed(p.Email, f.site.EmailDomains) {
		page.Email = p.Email
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	shell := f.site.Shell(c, "Show that it is you")
	shell.NoIndex, shell.Errors = true, page.Errors
	if page.Passkey {
		shell.PasskeyJS = f.site.Assets.URL("passkey.js")
	}
	return f.site.Render(c, status, shell, templates.Prove(page))
}

// proveAsDemo takes one press for who it is, on a demonstration alone, where
// anybody can sign in as its people.
func (f *Feature) proveAsDemo(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if !f.site.Demo || !p.Demo {
		return fiber.ErrNotFound
	}
	return f.proved(c, p, models.ByDemo)
}

// proved goes on after who is signed in has shown anew who they are.
func (f *Feature) proved(c *fiber.Ctx, p *models.Person, by models.Means) error {
	if err := f.site.Prove(c, by, models.ProviderSession{}); err != nil {
		return err
	}
	return f.welcome(c, arrival{person: *p, next: next(web.Value(c, "next")), proves: true})
}

// proveByLink sends a link to the address of who is signed in, whatever is
// typed. Opened in this browser it shows who they are; in any other it signs in.
func (f *Feature) proveByLink(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if f.site.SingleSignOn.Only {
		return errOnlyProvider
	}
	page := templates.ProvePage{Next: next(web.Value(c, "next"))}
	if err := f.requestLink(c.UserContext(), p.Email, page.Next); err != nil {
		web.RetryAfter(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showProve(c, p, status, page)
		})
	}
	f.rememberSent(c, p.Email)
	return c.Redirect("/sign-in/sent", fiber.StatusSeeOther)
}

// proveByPasskey takes a passkey of who is signed in, and no other's.
func (f *Feature) proveByPasskey(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	holder, err := f.passkeyHolder(c)
	if err == nil && holder.ID != p.ID {
		err = errSomebodyElse
	}
	if err != nil {
		page := templates.ProvePage{Next: next(web.Value(c, "next"))}
		if models.KindOf(err) == models.Forbidden {
			page.Errors = []templates.FieldError{{Message: web.Describe(err).Message}}
			return f.showProve(c, p, fiber.StatusForbidden, page)
		}
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showProve(c, p, status, page)
		})
	}
	return f.proved(c, p, models.ByPasskey)
}

// proveAtProvider sends who is signed in to the provider, which is to ask them
// anew who they are.
func (f *Feature) proveAtProvider(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if f.Provider == nil {
		return errNoProvider
	}
	page := templates.ProvePage{Next: next(web.Value(c, "next"))}
	return f.goThere(c, onWay{Next: page.Next, Prove: p.ID}, func() error { return f.showProve(c, p, fiber.StatusServiceUnavailable, page) })
}

// isTheirs tells why a subject of the provider is not who was sent there to show
// anew who they are, and is signed in still; nil when it is. No account is made
// or tied to anybody on this way.
func (f *Feature) isTheirs(ctx context.Context, who provider.Person, current *models.Person, sent string) error {
	identity, err := f.store.Identity(ctx, who.Issuer, who.Subject)
	if models.KindOf(err) == models.NotFound || err == nil && (identity.PersonID != current.ID || current.ID != sent) {
		return errSomebodyElse
	}
	return err
}
