// Package invitations asks people and organisations to take part in a campaign: it finds
// who is meant, tells an organiser before anything is sent, sends each invitation once and
// reminds those who have not answered.
package invitations

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
)

const (
	aPage = 50
	// sendAtOnce is how many invitations are sent in one transaction.
	sendAtOnce = 200
	// lookEvery is how often it is looked whether invitations wait or reminders are due.
	lookEvery = time.Minute
)

// Feature is the operations, pages and jobs, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	queue *jobs.Queue
	mail  *mail.Service

	// Tell has people told that they are invited, or with a reminder above 0 reminded, in
	// the transaction that notes that they are.
	Tell func(ctx context.Context, c models.Campaign, by string, reminder int, people []string) error
}

// look is the job that sends what waits and what is due.
type look struct{}

// Kind implements jobs.Args.
func (look) Kind() string { return "invitations.look" }

// forget is the job that forgets addresses that are not needed any more.
type forget struct{}

// Kind implements jobs.Args.
func (forget) Kind() string { return "invitations.forget" }

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, mailer *mail.Service) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, mail: mailer}
	if mailer != nil { // there is none where the API is but described
		mailer.ComposesKind(store.EmailInvitation, f.compose)
	}
	jobs.RegisterLong(queue, 30*time.Minute, func(ctx context.Context, _ look) error { return f.Send(ctx) })
	queue.Every(lookEvery, look{})
	jobs.Register(queue, func(ctx context.Context, _ forget) error { return f.Forget(ctx) })
	queue.Every(24*time.Hour, forget{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/campaigns/:slug/invitations", web.Signed(f.page))
	r.Post("/campaigns/:slug/invitations", web.Signed(f.invite))
	r.Get("/campaigns/:slug/invitations.csv", web.Signed(f.csv))
	r.Post("/campaigns/:slug/invitations/reminders", web.Signed(f.setReminders))
	r.Get(web.InvitationsPath+":token", f.show)
	r.Post(web.InvitationsPath+":token/accept", f.accept)
	r.Post(web.InvitationsPath+":token/decline", f.decline)
	r.Get(web.OneClickPath+"invitations/:token", f.stopPage)
	r.Post(web.OneClickPath+"invitations/:token", f.stop)
}

// open refuses to invite to a campaign that nobody could enter.
func (f *Feature) open(c *models.Campaign) error {
	closes, ok := c.EntriesClose()
	switch {
	case c.PublishedAt == nil:
		return models.E(models.Conflict, "This campaign is a draft, which nobody who is invited could read. Publish it first.")
	case ok && !closes.After(f.site.Now()):
		return models.E(models.Conflict, "Entries to this campaign are closed, so nobody can be invited to it any more.")
	}
	return nil
}

// Invite invites those of a plan, with what the organiser says to them.
func (f *Feature) Invite(ctx context.Context, p *models.Person, c *models.Campaign, plan *Plan, message string) (int, error) {
	if err := f.open(c); err != nil {
		return 0, err
	}
	message, overrides, err := f.checkMessage(ctx, message)
	if err != nil {
		return 0, err
	}
	if len(plan.invite) == 0 {
		return 0, models.E(models.Conflict, "There is nobody to invite: all of them are invited already, or cannot be.")
	}
	sent := 0
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if sent, err = f.store.AddInvitations(ctx, c.ID, p.ID, message, plan.invite); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: c.ID}); err != nil {
			return err
		}
		return f.queue.Enqueue(ctx, look{}, jobs.Low())
	})
	return sent, err
}

func (f *Feature) checkMessage(ctx context.Context, message string) (string, []models.Override, error) {
	message = models.CleanText(message)
	if n := len([]rune(message)); n > models.MaxInvitationMessage {
		return "", nil, models.InvalidField("message", "The message must be 2,000 characters or fewer")
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "message", Value: message}}, nil)
	return message, overrides, err
}

// Send sends the invitations that wait, and the reminders that are due. Each is sent once,
// on however many nodes it runs and whenever it is cut short.
func (f *Feature) Send(ctx context.Context) error {
	campaigns, err := f.store.WaitingInvitations(ctx)
	if err != nil {
		return err
	}
	for _, id := range campaigns {
		if err := f.inTurn(ctx, id, 0, func(tell store.TellInvited, deliver func(context.Context, []string) error) (bool, error) {
			return f.store.SendInvitations(ctx, id, sendAtOnce, f.quiet(), tell, deliver)
		}); err != nil {
			return err
		}
	}
	if f.quiet() { // those with an account have hours of their own, and are reminded with the others
		return nil
	}
	due, err := f.store.DueReminders(ctx)
	if err != nil {
		return err
	}
	for id, number := range due {
		if err := f.inTurn(ctx, id, number, func(tell store.TellInvited, deliver func(context.Context, []string) error) (bool, error) {
			return f.store.RemindInvited(ctx, id, number, sendAtOnce, tell, deliver)
		}); err != nil {
			return err
		}
	}
	return nil
}

// inTurn sends to those of one campaign, some at a time.
func (f *Feature) inTurn(ctx context.Context, campaign string, number int, some func(tell store.TellInvited, deliver func(context.Context, []string) error) (bool, error)) error {
	c, err := f.store.Campaign(ctx, campaign)
	if err != nil {
		return err
	}
	if f.open(&c) != nil {
		return nil
	}
	tell := func(ctx context.Context, by string, people []string) error { return f.Tell(ctx, c, by, number, people) }
	for {
		done, err := some(tell, f.mail.Deliver)
		if err != nil || done {
			return err
		}
	}
}

// quiet tells whether e-mail to people of whom nothing is known waits until morning.
func (f *Feature) quiet() bool {
	now := f.site.Now()
	usual := models.DefaultNotifySettings("")
	return usual.AtOnceDue(now).Sub(now) > models.AtOnceAfter
}

// Forget takes away addresses that are not needed any more.
func (f *Feature) Forget(ctx context.Context) error {
	return f.store.ForgetInvited(ctx, f.site.Now().Add(-models.AddressesFor))
}

// Entered notes that an entry answers invitations, in the transaction in which it arrives.
func (f *Feature) Entered(ctx context.Context, c models.Campaign, e models.CampaignEntry, people []string) error {
	return f.store.InvitationEntered(ctx, c.ID, e.CaseStudyID, people)
}

// since is from when invitations count as lately.
func (f *Feature) since() time.Time { return f.site.Now().AddDate(0, 0, -models.InvitedOftenDays) }
