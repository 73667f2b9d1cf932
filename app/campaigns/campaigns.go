// Package campaigns lets organisers ask many people a question: what is asked and of
// whom, by when, and by what the answers are judged. It says at every moment how far a
// campaign is, and does once what each stage brings.
package campaigns

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/markdown"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	listURL = web.CampaignsURL
	aPage   = 20
	// moveEvery is how often it is looked whether stages have begun, and moveAtOnce of
	// how many campaigns at a time.
	moveEvery  = time.Minute
	moveAtOnce = 100
)

// Hooks are what the feature asks of others.
type Hooks struct {
	// Cards makes the cards of a list of case studies.
	Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)
	// Found lists the case studies that everybody may read.
	Found func(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error)
	// TellMoved and TellExtended have those who follow a campaign or entered it told, in
	// the transaction in which it moved or a stage of it was extended.
	TellMoved    func(ctx context.Context, c models.Campaign, stage models.CampaignStage) error
	TellExtended func(ctx context.Context, c models.Campaign, e models.CampaignExtension) error
	// Parts is what somebody can do in a campaign beside entering it: vote, judge, read
	// the results. Nil for nothing.
	Parts func(c *fiber.Ctx, of *models.Campaign) (templ.Component, error)
	// TellEntry has people told what became of an entry: EntryReceived and the like.
	TellEntry func(ctx context.Context, c models.Campaign, e models.CampaignEntry, what string, people []string) error
	// TellDrafts has people reminded of drafts for a campaign that closes soon.
	TellDrafts func(ctx context.Context, c models.Campaign, people []string) error
	// Post publishes an idea of a person's, and KeepDraft keeps it as a draft, of which
	// it gives the id.
	Post      func(ctx context.Context, p *models.Person, d models.Document) (models.CaseStudy, error)
	KeepDraft func(ctx context.Context, p *models.Person, d models.Document) (id string, err error)
	// Seen is told that the page of a campaign is opened, and gives it. Nil for nobody.
	Seen fiber.Handler
}

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	queue    *jobs.Queue
	uploads  *uploads.Store // nil where the API is but described
	hooks    Hooks
	markdown *markdown.Renderer
	next     atomic.Int64 // when this node has receipts sent again, in Unix nanoseconds
}

// move is the job that does what it brings that stages have begun.
type move struct{}

// Kind implements jobs.Args.
func (move) Kind() string { return "campaigns.move" }

// New makes the feature and registers its job.
func New(site *web.Site, queue *jobs.Queue, files *uploads.Store, hooks Hooks) *Feature {
	f := &Feature{site: site, store: site.Store, queue: queue, uploads: files, hooks: hooks, markdown: markdown.New(markdown.Options{Prefix: "brief"})}
	jobs.Register(queue, func(ctx context.Context, _ move) error { return f.Move(ctx) })
	queue.Every(moveEvery, move{})
	jobs.Register(queue, f.forgetCover)
	jobs.Register(queue, func(ctx context.Context, _ receipts) error { return f.sendReceipts(ctx) })
	return f
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(listURL, f.site.Cached(f.list))
	r.Get(listURL+"/new", web.Signed(f.newPage))
	r.Post(listURL+"/new", web.Signed(f.create))
	r.Get(programmeURL, web.Signed(f.programme))
	r.Get(calendarURL, f.site.Cached(f.calendar))
	r.Get(listURL+"/:slug", f.seen, f.site.Cached(f.show))
	r.Get(listURL+"/:slug/cover", web.Signed(f.coverPage))
	r.Post(listURL+"/:slug/cover", web.Signed(f.setCover))
	r.Post(listURL+"/:slug/cover/remove", web.Signed(f.removeCover))
	r.Get(listURL+"/:slug/cover/:sum", f.cover)
	r.Get(listURL+"/:slug/edit", web.Signed(f.editPage))
	r.Post(listURL+"/:slug/edit", web.Signed(f.change))
	r.Post(listURL+"/:slug/publish", web.Signed(f.publish))
	r.Post(listURL+"/:slug/copy", web.Signed(f.copy))
	r.Post(listURL+"/:slug/delete", web.Signed(f.remove))
	r.Get(listURL+"/:slug/extend", web.Signed(f.extendPage))
	r.Post(listURL+"/:slug/extend", web.Signed(f.extend))
	r.Get(listURL+"/:slug/enter", web.Signed(f.enterPage))
	r.Post(listURL+"/:slug/enter", web.Signed(f.enter))
	r.Get(listURL+"/:slug/files/:file", web.Signed(f.sendFile))
	r.Get(listURL+"/:slug/entries", f.site.Cached(f.entries))
	r.Get(listURL+"/:slug/entries/:entry", web.Signed(f.entryPage))
	r.Post(listURL+"/:slug/entries/:entry", web.Signed(f.changeEntry))
	r.Post(listURL+"/:slug/entries/:entry/withdraw", web.Signed(f.withdrawEntry))
	r.Get(listURL+"/:slug/entries/:entry/let-in", web.Signed(f.letInPage))
	r.Post(listURL+"/:slug/entries/:entry/let-in", web.Signed(f.letIn))
}

// seen tells whoever counts it that the page of a campaign is opened.
func (f *Feature) seen(c *fiber.Ctx) error {
	if f.hooks.Seen == nil {
		return c.Next()
	}
	return f.hooks.Seen(c)
}

// Move does once what it brings that stages of campaigns have begun, and reminds once of
// drafts for those that close soon, however many nodes run it. It sends what receipts
// have been left out, and removes files that no entry has any more.
func (f *Feature) Move(ctx context.Context) error {
	if err := errors.Join(f.sendReceipts(ctx), f.dropFiles(ctx)); err != nil {
		return err
	}
	for {
		done, err := f.store.RemindDrafts(ctx, models.EntryReminded, moveAtOnce, f.hooks.TellDrafts)
		if err != nil {
			return err
		}
		if done {
			break
		}
	}
	for {
		done, err := f.store.MoveCampaigns(ctx, moveAtOnce, func(ctx context.Context, c models.Campaign, stage models.CampaignStage) error {
			f.store.AfterCommit(ctx, f.site.Changed)
			return f.hooks.TellMoved(ctx, c, stage)
		})
		if err != nil || done {
			return err
		}
	}
}

// Get gives a campaign by its id or slug to whoever may read it; p is nil for somebody
// who is not signed in. To others it is NotFound, as one that is not there.
func (f *Feature) Get(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	return f.site.Campaign(ctx, p, idOrSlug)
}

// mayRun refuses whoever runs no campaigns.
func mayRun(p *models.Person) error {
	if !p.May(models.RunCampaign, models.Subject{}) {
		return models.E(models.Forbidden, "Only organisers make and change campaigns. An admin can make you one.")
	}
	return nil
}

// run gives a campaign to whoever may change it.
func (f *Feature) run(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	if err := mayRun(p); err != nil {
		return models.Campaign{}, err
	}
	return f.Get(ctx, p, idOrSlug)
}

// textsOf are what a campaign says, as texts to look through.
func textsOf(c *models.Campaign) []personal.Text {
	texts := []personal.Text{{Field: "title", Value: c.Title}, {Field: "brief", Value: c.Brief}}
	for _, one := range c.Criteria {
		texts = append(texts, personal.Text{Field: "criteria", Value: strings.Join(append([]string{one.Name}, one.Anchors...), "\n")})
	}
	for _, one := range c.Questions {
		texts = append(texts, personal.Text{Field: "questions", Value: strings.Join(append([]string{one.Text}, one.Choices...), "\n")})
	}
	return texts
}

// organisation finds the code of what was typed as an organisation: its code or what it
// is called. What is neither stays, for the check to say so.
func (f *Feature) organisation(ctx context.Context, typed string) (string, error) {
	typed = models.CleanLine(typed)
	if typed == "" || models.ValidODSCode(strings.ToUpper(typed)) && strings.ContainsAny(typed, "0123456789") {
		return typed, nil
	}
	codes, err := f.store.OrganisationsCalled(ctx, []string{typed})
	for _, code := range codes {
		return code, err
	}
	return typed, err
}

func regionNames() []string {
	var out []string
	for _, r := range reference.Regions() {
		out = append(out, r.Name)
	}
	return out
}

// check looks through what a campaign says of itself. former is what stood there before.
func (f *Feature) check(ctx context.Context, c *models.Campaign, former []personal.Text) ([]models.Override, error) {
	var err error
	if c.Sponsor, err = f.organisation(ctx, c.Sponsor); err != nil {
		return nil, err
	}
	if err := c.Validate(reference.StaffGroupNames(), regionNames()); err != nil {
		return nil, err
	}
	return f.site.CheckTexts(ctx, textsOf(c), former)
}

// Create makes a campaign: a draft, or where publish is set one that everybody reads at
// once. The error is Invalid, with the fields, or a refusal for personal data.
func (f *Feature) Create(ctx context.Context, p *models.Person, c *models.Campaign, publish bool) error {
	if err := mayRun(p); err != nil {
		return err
	}
	overrides, err := f.check(ctx, c, nil)
	if err != nil {
		return err
	}
	now := f.site.Now()
	if publish {
		if err := c.Publishable(now); err != nil {
			return err
		}
		c.PublishedAt = &now
	}
	c.ID, c.OwnerID, c.OwnerName, c.OwnerHandle = f.store.NewID(), p.ID, p.Name, p.Handle
	return f.write(ctx, p, c, overrides, func(ctx context.Context) error { return f.store.CreateCampaign(ctx, c) })
}

// Save changes what a campaign says of itself. c.ID and Version are of what the change
// was made from. Once it has opened, what entries are asked and judged by stays, and
// dates are changed by extending a stage.
func (f *Feature) Save(ctx context.Context, p *models.Person, c *models.Campaign) error {
	old, err := f.run(ctx, p, c.ID)
	if err != nil {
		return err
	}
	c.Slug, c.OwnerID, c.PublishedAt, c.CreatedAt, c.CopiedFrom = old.Slug, old.OwnerID, old.PublishedAt, old.CreatedAt, old.CopiedFrom
	now := f.site.Now()
	if old.Begun(now) {
		c.Template, c.Steps, c.Criteria, c.Questions = old.Template, old.Steps, old.Criteria, old.Questions
	}
	overrides, err := f.check(ctx, c, textsOf(&old))
	if err != nil {
		return err
	}
	if c.PublishedAt != nil && !old.Begun(now) {
		if err := c.Publishable(now); err != nil {
			return err
		}
	}
	return f.write(ctx, p, c, overrides, func(ctx context.Context) error { return f.store.SaveCampaign(ctx, c) })
}

// write runs a write of a campaign, and keeps what was let stand in it.
func (f *Feature) write(ctx context.Context, p *models.Person, c *models.Campaign, overrides []models.Override, do func(context.Context) error) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.Changed)
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: c.ID})
	})
}

// Publish lets everybody read a draft. The error is Invalid, with the fields that it
// lacks.
func (f *Feature) Publish(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	c, err := f.run(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	if c.PublishedAt != nil {
		return c, models.E(models.Conflict, "This campaign is published already.")
	}
	if err := c.Publishable(f.site.Now()); err != nil {
		return c, err
	}
	return c, f.write(ctx, p, &c, nil, func(ctx context.Context) error { return f.store.PublishCampaign(ctx, &c) })
}

// Extend makes a stage of a campaign end later, for a reason that everybody sees.
func (f *Feature) Extend(ctx context.Context, p *models.Person, idOrSlug string, stage models.CampaignStage, until time.Time, reason string) (models.Campaign, error) {
	c, err := f.run(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	e, err := c.Extend(stage, until, reason, f.site.Now())
	if err != nil {
		return c, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "reason", Value: e.Reason}}, nil)
	if err != nil {
		return c, err
	}
	return c, f.write(ctx, p, &c, overrides, func(ctx context.Context) error {
		if err := f.store.ExtendCampaign(ctx, &c, e, p.ID); err != nil {
			return err
		}
		return f.hooks.TellExtended(ctx, c, e)
	})
}

// Copy makes a draft of a campaign with its dates a year on: on the same day of the
// week, at the same time of the day.
func (f *Feature) Copy(ctx context.Context, p *models.Person, idOrSlug string) (models.Campaign, error) {
	old, err := f.run(ctx, p, idOrSlug)
	if err != nil {
		return old, err
	}
	c := models.Campaign{Title: old.Title, Brief: old.Brief, Sponsor: old.Sponsor, Template: old.Template, Organisations: old.Organisations, Regions: old.Regions, StaffGroups: old.StaffGroups,
		Criteria: old.Criteria, Questions: old.Questions, Steps: old.YearOn(), Cover: old.Cover, CopiedFrom: old.ID}
	for i := range c.Criteria {
		c.Criteria[i].ID = ""
	}
	for i := range c.Questions {
		c.Questions[i].ID = ""
	}
	c.ID, c.OwnerID = f.store.NewID(), p.ID
	return c, f.write(ctx, p, &c, nil, func(ctx context.Context) error { return f.store.CreateCampaign(ctx, &c) })
}

// List gives a page of the campaigns that somebody may find.
func (f *Feature) List(ctx context.Context, p *models.Person, q models.CampaignQuery) (models.Page[models.Campaign], error) {
	var page models.Page[models.Campaign]
	if err := q.Validate(); err != nil {
		return page, err
	}
	if q.State == models.CampaignsDraft && !p.May(models.RunCampaign, models.Subject{}) {
		return page, nil
	}
	var err error
	if page.Total, err = f.store.CountCampaigns(ctx, q); err != nil || page.Total == 0 {
		return page, err
	}
	more := false
	if page.Items, more, err = f.store.Campaigns(ctx, q); err != nil || !more {
		return page, err
	}
	page.Next = models.Cursor{Sort: models.SortNew, ID: page.Items[len(page.Items)-1].ID}.String()
	return page, nil
}
