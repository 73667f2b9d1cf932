package people

import (
	"context"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// waysURL is where somebody sees how they can sign in.
const waysURL = "/me/sign-in"

// waysPage shows a person by what they can sign in, and what of that they can
// change.
func (f *Feature) waysPage(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	identities, err := f.store.IdentitiesOf(ctx, p.ID)
	if err != nil {
		return err
	}
	keys, err := f.store.PasskeysOf(ctx, p.ID)
	if err != nil {
		return err
	}
	page := templates.WaysPage{HasAddress: p.Reachable(), Address: p.Email, Links: f.linkWorks(p), Passkeys: len(keys), MayChange: !p.Demo}
	for _, i := range identities {
		line := templates.IdentityLine{Key: i.Key(), Name: f.issuerName(i.Issuer), Issuer: i.Issuer, Linked: i.CreatedAt, Used: i.UsedAt}
		if err := f.mayUnlink(ctx, p, identities, i); err != nil {
			line.Why = web.Describe(err).Message
		}
		page.Identities = append(page.Identities, line)
	}
	shell := f.site.Shell(c, "How you sign in")
	shell.NoIndex, shell.Crumbs = true, crumbsOfMe()
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Ways(page))
}

// issuerName says what people call a provider.
func (f *Feature) issuerName(issuer string) string {
	if f.Provider != nil && issuer == f.Provider.Issuer() {
		return f.site.SingleSignOn.Name
	}
	if u, err := url.Parse(issuer); err == nil && u.Host != "" {
		return u.Host
	}
	return issuer
}

// linkWorks tells whether a link to their address signs a person in.
func (f *Feature) linkWorks(p *models.Person) bool {
	return !f.site.SingleSignOn.Only && p.Reachable() && validAddress(p.Email) && models.EmailDomainAllowed(p.Email, f.site.EmailDomains)
}

// mayUnlink tells why an identity of a person cannot be taken from their account:
// when nothing else would let them in. Nil when it can.
func (f *Feature) mayUnlink(ctx context.Context, p *models.Person, all []models.Identity, one models.Identity) error {
	if f.linkWorks(p) {
		return nil
	}
	if f.hasPasskeys() && !f.site.SingleSignOn.Only {
		keys, err := f.store.PasskeysOf(ctx, p.ID)
		if err != nil || len(keys) > 0 {
			return err
		}
	}
	if f.Provider != nil && slices.ContainsFunc(all, func(i models.Identity) bool { return i.Issuer == f.Provider.Issuer() && i.Key() != one.Key() }) {
		return nil
	}
	return models.E(models.Conflict, "This is your only way to sign in, so it cannot be unlinked. Add a passkey or a work e-mail address first.")
}

// Unlink takes an identity at a provider, by its key, from a person's account.
// session is the one that goes on. Conflict when it is their only way in.
func (f *Feature) Unlink(ctx context.Context, p *models.Person, key, session string) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.HoldPerson(ctx, p.ID); err != nil { // two at once would leave nothing
			return err
		}
		all, err := f.store.IdentitiesOf(ctx, p.ID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(i models.Identity) bool { return i.Key() == key })
		if at < 0 {
			return models.E(models.NotFound, "That account of the provider is not tied to yours any more.")
		}
		if err := f.mayUnlink(ctx, p, all, all[at]); err != nil {
			return err
		}
		return f.store.RemoveIdentity(ctx, all[at], session)
	})
}

func (f *Feature) unlink(c *fiber.Ctx, p *models.Person) error {
	if err := f.Unlink(web.SeeOwn(c), p, c.Params("id"), web.SessionID(c)); err != nil {
		return err
	}
	f.site.PeopleChanged()
	return f.site.Done(c, waysURL, "It is unlinked. It signs nobody in to this account any more.")
}
