package people

import (
	"context"
	"crypto/hmac"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// addressPurpose is what the secret of a link is signed for that gives somebody
// another address.
const addressPurpose = "change of address"

var errDemoAddress = models.E(models.Forbidden, "This is one of the invented people of the demonstration, whom others sign in as too. Their address cannot be changed.")

// AskForAddress sends a link to the address that a person wants to have. Whether
// another account has it is told to that address alone. Invalid when the address
// is none or may not sign in; TooMany when links were asked for too often.
func (f *Feature) AskForAddress(ctx context.Context, p *models.Person, email string) error {
	if p.Demo {
		return errDemoAddress
	}
	if err := f.checkAddress(email); err != nil {
		return err
	}
	if email = strings.ToLower(email); email == p.Email {
		return models.InvalidField("email", "This is your address already")
	}
	if err := f.site.LinkAllowed(ctx, email); err != nil {
		return err
	}
	_, err := f.store.PersonByEmail(ctx, email)
	if err == nil {
		return f.mail.Send(ctx, mail.Message{To: email, Subject: "Your address on " + f.site.Host(),
			Text: "Somebody who is signed in to Grassroots wants this address for their account. It is that of another account already, so nothing was changed.\n\n" +
				"If that was you: sign in with this address, or close the account that has it first.\n\n" + f.site.URL("/sign-in") + "\n"})
	}
	if models.KindOf(err) != models.NotFound {
		return err
	}
	secret := web.NewSecret()
	secret += "." + f.signature(addressPurpose, secret)
	until := f.site.Now().Add(linkLife)
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.KeepEmailChange(ctx, secret, p.ID, email, until); err != nil {
			return err
		}
		return f.mail.Send(ctx, mail.Message{To: email, Subject: "Confirm your address for Grassroots", SecretUntil: until,
			Text: "Use this link to have this address for your account on Grassroots:\n\n" + f.site.URL("/me/email/"+secret) +
				"\n\nIt works once, within 15 minutes, in a browser in which you are signed in.\n\nIf you did not ask for it at " + f.site.Host() + ", do nothing: nothing is changed without the link.\n"})
	})
}

// ChangeAddress gives a person the address that a link was sent to, tells the one
// before, and ends every session but keep: whoever came in by the old address
// somewhere else is out.
func (f *Feature) ChangeAddress(ctx context.Context, p *models.Person, secret, keep string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		was, email, err := f.store.UseEmailChange(ctx, secret, p.ID)
		if err != nil {
			return err
		}
		// The domains may have changed since.
		if err := f.checkAddress(email); err != nil {
			return models.E(models.Forbidden, web.Describe(err).Message)
		}
		if _, err := f.store.EndOtherSessions(ctx, p.ID, keep); err != nil {
			return err
		}
		if strings.HasSuffix(was, ".invalid") {
			return nil
		}
		return f.mail.Send(ctx, mail.Message{To: was, Subject: "Your address on " + f.site.Host() + " was changed",
			Text: "Your account on Grassroots has another e-mail address now, and links to this one do not sign in to it any more. It was signed out everywhere but in the browser where this was done.\n\n" +
				"If that was not you, tell those who run the site at once:\n" + f.site.URL("/help/contact") + "\n"})
	})
}

// openedAddress gives the address that a link of a person's is about.
func (f *Feature) openedAddress(c *fiber.Ctx, p *models.Person) (string, error) {
	random, signature, ok := strings.Cut(c.Params("secret"), ".")
	if !ok || !hmac.Equal([]byte(signature), []byte(f.signature(addressPurpose, random))) {
		return "", models.E(models.NotFound, "This link does not work. Ask for a new one under your account.")
	}
	return f.store.EmailChange(store.Fresh(c.UserContext()), c.Params("secret"), p.ID)
}

func (f *Feature) addressPage(c *fiber.Ctx, p *models.Person) error {
	if p.Demo {
		return errDemoAddress
	}
	return f.showAddress(c, p, fiber.StatusOK, templates.AddressPage{})
}

func (f *Feature) showAddress(c *fiber.Ctx, p *models.Person, status int, page templates.AddressPage) error {
	if p.Reachable() {
		page.Now = p.Email
	}
	page.Allowed = allowedText(f.site.EmailDomains)
	shell := f.site.Shell(c, "Change your e-mail address")
	shell.NoIndex, shell.Errors = true, page.Errors
	shell.Crumbs = append(crumbsOfMe(), templates.Crumb{Text: "How you sign in", URL: waysURL})
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Address(page))
}

func (f *Feature) askForAddress(c *fiber.Ctx, p *models.Person) error {
	email := strings.TrimSpace(web.Value(c, "email"))
	if err := f.AskForAddress(c.UserContext(), p, email); err != nil {
		web.RetryAfter(c, err)
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			return f.showAddress(c, p, status, templates.AddressPage{Typed: email, Errors: errors})
		})
	}
	return f.showAddress(c, p, fiber.StatusOK, templates.AddressPage{Sent: email})
}

func (f *Feature) openAddress(c *fiber.Ctx, p *models.Person) error {
	email, err := f.openedAddress(c, p)
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, "Change your e-mail address")
	shell.NoIndex, shell.Path, shell.Canonical = true, waysURL, "" // nothing is to lead back to the secret
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.OpenAddress(templates.AddressPage{Typed: email, ActionURL: "/me/email/" + c.Params("secret")}))
}

func (f *Feature) changeAddress(c *fiber.Ctx, p *models.Person) error {
	if _, err := f.openedAddress(c, p); err != nil {
		return err
	}
	if err := f.ChangeAddress(c.UserContext(), p, c.Params("secret"), web.SessionID(c)); err != nil {
		return err
	}
	f.site.PeopleChanged()
	f.site.Log.InfoContext(c.UserContext(), "an account has another address", "person", p.ID)
	return f.site.Done(c, waysURL, "Your e-mail address is changed. The one before was told, and you are signed out everywhere but here.")
}
