package notifications

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// stopURL is where a person's e-mail about notifications is stopped, by whoever
// has the address: a program of their mail provider has no cookie. It can do
// nothing else, and says nothing of whom it is about.
func (f *Feature) stopURL(personID string) string {
	return f.site.URL(web.OneClickPath + personID + "." + f.stopSignature(personID))
}

func (f *Feature) stopSignature(personID string) string {
	mac := hmac.New(sha256.New, f.site.Secret)
	mac.Write([]byte("stop notification e-mail " + personID)) // a hash never fails to write
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// errNoStop says that an address is none that stops e-mail.
var errNoStop = models.E(models.NotFound, "This link is not whole. Use the link of the e-mail again, or sign in and choose how you hear of things.")

// stopper gives whose e-mail an address stops.
func (f *Feature) stopper(ctx context.Context, token string) (models.NotifySettings, error) {
	id, signature, ok := strings.Cut(token, ".")
	if !ok || !models.ValidID(id) || !hmac.Equal([]byte(signature), []byte(f.stopSignature(id))) {
		return models.NotifySettings{}, errNoStop
	}
	p, err := f.store.PersonByID(ctx, id)
	if err != nil {
		return models.NotifySettings{}, err
	}
	if p.ClosedAt != nil {
		return models.NotifySettings{}, models.E(models.Gone, "This account is closed, and gets no e-mail any more.")
	}
	return f.store.NotifySettings(ctx, id)
}

// Stop has a person sent no e-mail about notifications any more, and says why.
// Doing it again changes nothing.
func (f *Feature) Stop(ctx context.Context, n models.NotifySettings, why string) error {
	if n.StoppedAt != nil {
		return nil
	}
	now := f.site.Now()
	n.StoppedAt, n.StoppedWhy = &now, why
	return f.store.SaveNotifySettings(ctx, n)
}

func (f *Feature) stopPage(c *fiber.Ctx) error {
	n, err := f.stopper(store.Fresh(c.UserContext()), c.Params("token"))
	if err != nil {
		return err
	}
	return f.showStop(c, n.StoppedAt != nil)
}

// stop is the POST of RFC 8058, and that of the button.
func (f *Feature) stop(c *fiber.Ctx) error {
	ctx := store.Fresh(c.UserContext())
	n, err := f.stopper(ctx, c.Params("token"))
	if err != nil {
		return err
	}
	if err := f.Stop(ctx, n, models.StoppedByPerson); err != nil {
		return err
	}
	return f.showStop(c, true)
}

func (f *Feature) showStop(c *fiber.Ctx, stopped bool) error {
	title := "Stop e-mail about notifications?"
	if stopped {
		title = "You will get no more e-mail about notifications"
	}
	shell := f.site.Shell(c, title)
	shell.NoIndex, shell.Canonical = true, ""
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set("Referrer-Policy", "no-referrer") // the address must go nowhere
	return f.site.Render(c, fiber.StatusOK, shell, templates.StopMail(templates.StopMailPage{Action: web.OneClickPath + c.Params("token"), Stopped: stopped}))
}
