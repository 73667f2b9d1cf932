// Package channels tells teams of new case studies in a channel of Microsoft Teams
// or Slack, by the address of an incoming webhook that a lead of their
// organisation names. Only what anybody may read is posted.
package channels

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/outbound"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// purpose keeps the addresses apart from other secrets that the site seals.
const purpose = "grassroots channels 1"

// Feature is the pages, operations and jobs, with what they lean on.
type Feature struct {
	site   *web.Site
	store  *store.Store
	queue  *jobs.Queue
	client *outbound.Client
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, client *outbound.Client) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, client: client}
	jobs.Register(queue, f.tell)
	jobs.Register(queue, f.post)
	jobs.Register(queue, func(ctx context.Context, _ sweep) error {
		return f.store.ForgetPosts(ctx, site.Now().Add(-models.ChannelPostsFor))
	})
	queue.Every(24*time.Hour, sweep{})
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/organisations/:code/channels", web.Signed(f.listPage))
	r.Get("/organisations/:code/channels/new", web.Signed(f.newPage))
	r.Post("/organisations/:code/channels/new", web.Signed(f.create))
	r.Post("/organisations/:code/channels/:id/test", web.Signed(f.test))
	r.Post("/organisations/:code/channels/:id/delete", web.Signed(f.delete))
}

// sweep is the job that forgets what was posted long ago.
type sweep struct{}

// Kind implements jobs.Args.
func (sweep) Kind() string { return "channels.sweep" }

// tell is the job that finds the channels that are told of a new case study.
type tell struct {
	Study string `json:"study"`
}

// Kind implements jobs.Args.
func (tell) Kind() string { return "channels.tell" }

// post is the job that takes a post to a channel.
type post struct {
	ID string `json:"id"`
}

// Kind implements jobs.Args.
func (post) Kind() string { return "channels.post" }

// CaseStudy has channels told of a case study that everybody may read from now
// on, in the transaction in which that is so.
func (f *Feature) CaseStudy(ctx context.Context, what models.EventType, cs models.CaseStudy) error {
	if what != models.EventCaseStudyPublished || cs.Copy != nil {
		return nil
	}
	return f.queue.Enqueue(ctx, tell{cs.ID})
}

// channelsAtOnce is how many channels are looked at in one go.
const channelsAtOnce = 200

func (f *Feature) tell(ctx context.Context, t tell) error {
	cs, err := f.store.CaseStudy(ctx, t.Study)
	if models.KindOf(err) == models.NotFound || err == nil && cs.Status != models.Published {
		return nil
	}
	if err != nil {
		return err
	}
	under, err := f.store.FiledUnder(ctx, &cs)
	if err != nil {
		return err
	}
	var things []string
	for _, u := range under {
		things = append(things, string(u.Kind)+":"+u.Thing)
	}
	for _, tag := range cs.Tags {
		things = append(things, "tag:"+tag)
	}
	for after := ""; ; {
		list, err := f.store.ChannelsAfter(ctx, after, channelsAtOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		var posts []models.ChannelPost
		for _, c := range list {
			if c.Wants(things) {
				posts = append(posts, models.ChannelPost{ChannelID: c.ID, CaseStudyID: cs.ID})
			}
		}
		if err := f.enqueue(ctx, posts); err != nil {
			return err
		}
		after = list[len(list)-1].ID
	}
}

func (f *Feature) enqueue(ctx context.Context, posts []models.ChannelPost) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		ids, err := f.store.AddPosts(ctx, posts)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := f.queue.Enqueue(ctx, post{id}, jobs.Outside()); err != nil {
				return err
			}
		}
		return nil
	})
}

// errSealed says that an address cannot be read.
const errSealed = "The address cannot be read: it was saved with another GRASSROOTS_SECRET. Delete the channel and add it again."

// post may be run again after it has succeeded, when the note of it was lost: the
// channel then shows it twice.
func (f *Feature) post(ctx context.Context, job post) error {
	p, err := f.store.ChannelPost(ctx, job.ID)
	if models.KindOf(err) == models.NotFound || err == nil && p.State != models.PostPending {
		return nil // deleted with its channel, or done
	}
	if err != nil {
		return err
	}
	c, err := f.store.Channel(ctx, p.ChannelID)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	said := test(c)
	if p.CaseStudyID != "" {
		cs, err := f.store.CaseStudy(ctx, p.CaseStudyID)
		if models.KindOf(err) == models.NotFound || err == nil && cs.Status != models.Published {
			return f.store.NotePost(ctx, p.ID, models.PostDropped, "The case study is not for everybody any more.")
		}
		if err != nil {
			return err
		}
		said = f.about(ctx, cs)
	}
	problem, final := f.send(ctx, c, said)
	if ctx.Err() != nil && problem != "" { // the program stops: that says nothing of the channel
		return ctx.Err()
	}
	state := models.PostSent
	if problem != "" {
		if state = models.PostPending; final || jobs.LastAttempt(ctx) {
			state = models.PostFailed
		}
	}
	if err := f.store.NotePost(context.WithoutCancel(ctx), p.ID, state, problem); err != nil || problem == "" {
		return err
	}
	if state == models.PostFailed {
		return jobs.Abandon(errors.New(problem))
	}
	return errors.New(problem)
}

// send posts once, and says what is wrong in words without the address, and
// whether time will not mend it.
func (f *Feature) send(ctx context.Context, c models.Channel, said message) (problem string, final bool) {
	address, err := f.site.Unseal(purpose, c.ID, c.Address)
	if err != nil {
		return errSealed, true
	}
	request, err := said.request(ctx, c.Kind, string(address))
	if err != nil {
		return "The post could not be written.", true
	}
	answer, err := f.client.Do(request)
	switch {
	case err != nil && answer.Status == 0:
		return outbound.Explain(err), false
	case answer.Status >= 200 && answer.Status < 300:
		return "", false
	}
	// The channel is gone, or the address is wrong.
	gone := answer.Status == fiber.StatusNotFound || answer.Status == fiber.StatusGone || answer.Status == fiber.StatusForbidden || answer.Status == fiber.StatusUnauthorized
	return fmt.Sprintf("%s answered %d.", c.Kind.Label(), answer.Status), gone
}

// Create adds a channel of an organisation. The address is checked here and again
// at each post, since a name can come to stand for another address.
func (f *Feature) Create(ctx context.Context, p *models.Person, c models.Channel) (models.Channel, error) {
	if err := f.may(p, c.Organisation); err != nil {
		return c, err
	}
	var fields []models.FieldError
	if c.Kind != models.ChannelTeams && c.Kind != models.ChannelSlack {
		fields = append(fields, models.FieldError{Field: "kind", Message: "Choose Microsoft Teams or Slack"})
	}
	c.Address = models.CleanLine(c.Address)
	fields = append(fields, models.Fields(f.client.Check("address", c.Address))...)
	if len(c.Hears) == 0 {
		fields = append(fields, models.FieldError{Field: "own", Message: "Choose what the channel is told of"})
	}
	if len(c.Hears) > models.MaxChannelHears {
		fields = append(fields, models.FieldError{Field: "systems", Message: fmt.Sprintf("A channel can be told of %d things at most", models.MaxChannelHears)})
	}
	if len(fields) > 0 {
		return c, &models.Error{Kind: models.Invalid, Message: "The channel was not added.", Fields: fields}
	}
	u, err := url.Parse(c.Address)
	if err != nil {
		return c, err
	}
	c.ID, c.Host, c.CreatedBy, c.CreatedAt = f.store.NewID(), u.Hostname(), p.ID, f.site.Now()
	if c.Address, err = f.site.Seal(purpose, c.ID, []byte(c.Address)); err != nil {
		return c, err
	}
	slices.Sort(c.Hears)
	c.Hears = slices.Compact(c.Hears)
	return c, f.store.CreateChannel(ctx, &c)
}

// may tells whether a person looks after the channels of an organisation.
func (f *Feature) may(p *models.Person, organisation string) error {
	if !p.May(models.KeepChannels, models.Subject{Organisation: organisation}) {
		return models.E(models.Forbidden, "Only the leads of an organisation, and the admins of this site, can say where its teams are told of case studies.")
	}
	return nil
}

// find gives a channel of an organisation to who looks after it.
func (f *Feature) find(ctx context.Context, p *models.Person, organisation, id string) (models.Channel, error) {
	if err := f.may(p, organisation); err != nil {
		return models.Channel{}, err
	}
	c, err := f.store.Channel(ctx, id)
	if err == nil && c.Organisation != organisation {
		err = models.E(models.NotFound, "That channel could not be found.")
	}
	return c, err
}

// Test posts a message that says nothing, to see whether a channel works.
func (f *Feature) Test(ctx context.Context, c models.Channel) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		store.Note(ctx, "channel.test", c.ID, nil, nil)
		return f.enqueue(ctx, []models.ChannelPost{{ChannelID: c.ID}})
	})
}

// codeOf is an organisation's code as a path has it.
func codeOf(c *fiber.Ctx) string { return strings.ToUpper(models.CleanLine(c.Params("code"))) }
