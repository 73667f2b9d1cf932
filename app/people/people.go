// Package people is who is here: signing in and out, the list of people and
// their pages, and what a person keeps of their own: profile, tokens, sessions.
package people

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/people/provider"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// Cards makes the cards of a list of case studies, with the votes of whoever
// asks. The feature that case studies belong to gives it.
type Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)

// Feature is the pages and operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	mail  *mail.Service
	cards Cards
	// skills are those that forms offer.
	skills *web.Memo[[]string]
	kinds  *web.Memo[[]string]
	words  *web.Memo[recogniser]
	common *web.Memo[[]string] // the systems that most case studies name

	// Provider is the OpenID provider that people sign in with; nil without one.
	Provider *provider.Provider

	// Leave takes a person out of what they wrote with others, when they close
	// their account. What that is, other features know.
	Leave func(ctx context.Context, p models.Person) error
}

// New makes the feature.
func New(site *web.Site, mailer *mail.Service, cards Cards) *Feature {
	return &Feature{site: site, store: site.Store, mail: mailer, cards: cards, skills: web.NewMemo[[]string](site, 1),
		kinds: web.NewMemo[[]string](site, 1), words: web.NewMemo[recogniser](site, 1), common: web.NewContentMemo[[]string](site, 1)}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/sign-in", f.signInPage)
	r.Post("/sign-in/demo", f.signInDemo)
	r.Post("/sign-in/email", f.askForLink)
	r.Get("/sign-in/sent", f.linkSent)
	r.Get("/sign-in/again", f.provePage)
	r.Post("/sign-in/again/demo", f.proveAsDemo)
	r.Post("/sign-in/again/email", f.proveByLink)
	r.Post("/sign-in/again/passkey", f.proveByPasskey)
	r.Post("/sign-in/again/provider", f.proveAtProvider)
	r.Get("/sign-in/link/:secret", f.openLink)
	r.Post("/sign-in/link/:secret", f.useLink)
	r.Post("/sign-in/provider", f.toProvider)
	r.Get("/sign-in/provider/callback", f.fromProvider)
	r.Post("/sign-in/provider/logout", f.providerLogout)
	r.Post("/sign-in/passkey/begin", f.beginPasskeySignIn)
	r.Post("/sign-in/passkey", f.signInWithPasskey)
	r.Post("/sign-out", f.signOut)
	r.Get("/sign-out", f.signedOut)

	r.Get("/people.csv", f.table)
	r.Get("/people", f.site.Cached(f.list))
	r.Get("/people/:handle", f.site.Cached(f.profile))
	r.Post("/people/:handle/confirm", web.Signed(f.confirm))

	r.Get("/welcome", web.Signed(f.welcomePage))
	r.Post("/welcome", web.Signed(f.saveWelcome))

	r.Get("/me", f.me)
	r.Get("/me/mentions", f.mentions)
	r.Get("/me/settings", f.settingsPage)
	r.Post("/me/settings", f.saveSettings)
	r.Get("/me/expertise", web.Signed(f.expertisePage))
	r.Post("/me/expertise", web.Signed(f.saveExpertise))
	r.Get("/me/close", f.closePage)
	r.Post("/me/close", f.close)
	r.Get("/me/tokens", f.tokensPage)
	r.Post("/me/tokens", f.makeToken)
	r.Post("/me/tokens/:id/revoke", f.revokeToken)
	r.Get("/me/held", f.heldPage)
	r.Post("/me/held/:id/send", f.sendHeld)
	r.Post("/me/held/:id/drop", f.dropHeld)
	r.Get("/me/passkeys", f.passkeysPage)
	r.Post("/me/passkeys/begin", f.beginPasskey)
	r.Post("/me/passkeys", f.addPasskey)
	r.Post("/me/passkeys/:id/remove", f.removePasskey)
	r.Post("/me/passkeys/:id/rename", f.renamePasskey)
	r.Get("/me/sign-in", web.Signed(f.waysPage))
	r.Post("/me/sign-in/:id/unlink", web.Signed(f.unlink))
	r.Get("/me/email", web.Signed(f.addressPage))
	r.Post("/me/email", web.Signed(f.askForAddress))
	r.Get("/me/email/:secret", web.Signed(f.openAddress))
	r.Post("/me/email/:secret", web.Signed(f.changeAddress))
	r.Get("/me/data", web.Signed(f.ownDataPage))
	r.Post("/me/data", web.Signed(f.sendOwnData))
	r.Get("/me/sessions", f.sessionsPage)
	r.Post("/me/sessions/end-others", f.endOtherSessions)
	r.Post("/me/sessions/:id/end", f.endSession)
}
