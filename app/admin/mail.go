package admin

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// stateText says in plain words what became of an e-mail.
func stateText(state string) string {
	switch state {
	case store.EmailPending:
		return "Waiting"
	case store.EmailSent:
		return "Sent"
	case store.EmailKept:
		return "Kept, there is no mail server"
	case store.EmailFailed:
		return "Failed"
	case store.EmailSending:
		return "On its way"
	case store.EmailDropped:
		return "Not sent"
	}
	return state
}

// mailPage lists what became of the e-mail: when, and to which domain, but not
// to whom nor what it says.
func (f *Feature) mailPage(c *fiber.Ctx, _ *models.Person) error {
	ctx := c.UserContext()
	page := templates.MailPage{State: c.Query("state")}
	if page.State != "" && !slices.Contains(store.EmailStates(), page.State) {
		return models.E(models.BadRequest, "There is no such state. Use pending, sending, sent, kept, failed or dropped.")
	}
	before := c.Query("before")
	if before != "" && !models.ValidID(before) {
		return models.ErrCursor
	}
	for _, s := range store.EmailStates() {
		n, err := f.store.CountEmails(ctx, s)
		if err != nil {
			return err
		}
		page.States = append(page.States, templates.Option{Value: s, Text: stateText(s) + " (" + templates.FormatNumber(int(n)) + ")"})
	}
	var err error
	if page.Bouncing, page.Complained, err = f.store.CountUnmailed(ctx); err != nil {
		return err
	}
	list, more, err := f.store.EmailLog(ctx, page.State, before, perPage)
	if err != nil {
		return err
	}
	for _, e := range list {
		page.Mail = append(page.Mail, templates.MailLine{Made: e.CreatedAt, Sent: e.SentAt, Domain: e.Domain, State: stateText(e.State), Attempts: e.Attempts,
			Failed: e.State == store.EmailFailed, Why: e.Error, ID: e.ID, Resend: e.Resend})
	}
	page.First = before == ""
	if more {
		page.NextURL = "/admin/mail?state=" + web.QueryEscape(page.State) + "&before=" + list[len(list)-1].ID
	}
	return f.site.Render(c, fiber.StatusOK, f.shell(c, "E-mail", nil), templates.Mail(page))
}

// mailed answers an act on one e-mail: what cannot be done is said on the list.
func (f *Feature) mailed(c *fiber.Ctx, err error, message string) error {
	const to = "/admin/mail?state=" + store.EmailFailed
	if models.KindOf(err) == models.Conflict {
		f.site.Flash(c, templates.Flash{Message: web.Describe(err).Message})
		return c.Redirect(to, fiber.StatusSeeOther)
	}
	if err != nil {
		return err
	}
	return f.site.Done(c, to, message)
}

func (f *Feature) resendMail(c *fiber.Ctx, _ *models.Person) error {
	return f.mailed(c, f.mail.Again(c.UserContext(), c.Params("id")), "The e-mail is on its way again.")
}

func (f *Feature) dropMail(c *fiber.Ctx, _ *models.Person) error {
	return f.mailed(c, f.store.DropEmail(c.UserContext(), c.Params("id")), "The e-mail is given up.")
}
