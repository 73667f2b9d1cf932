// Package casestudies is what people do with case studies: post an idea, let it
// grow in a draft, publish, revise, find, vote, withdraw. Its operations are
// the same for pages, the API, imports and the demonstration.
package casestudies

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/mail"
	"grassroots/app/markdown"
	"grassroots/app/uploads"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
	"grassroots/models/store"
)

// Feature is the operations, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	queue    *jobs.Queue
	uploads  *uploads.Store
	markdown *markdown.Renderer
	lists    *web.Memo[labelled]
	alike    *web.Memo[[]string]
	counts   *web.Memo[map[string]map[string]int]
	nearby   *web.Memo[neighbours]
	// rowsAtOnce is how many rows of a table the database is asked for at once:
	// a filter that fits most of what there is costs it as much for a few.
	rowsAtOnce int
	// api is where this feature's operations are described.
	api huma.API

	// WhoKnows gives where to find people who know what a text names, or nothing.
	WhoKnows func(ctx context.Context, text string) (string, error)
	// Below makes what stands under a case study on its page: its comments,
	// which are a feature of their own.
	Below func(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error)
	// Merged tells the author of a case study that it was merged into another, in
	// the transaction in which that was done, and Unmerge takes it back with that.
	Merged  func(ctx context.Context, merge models.StudyMerge) error
	Unmerge func(ctx context.Context, p *models.Person, id string) error
	// Hold has what a new account posts wait until a moderator has looked at it, in
	// the transaction in which it is posted.
	Hold func(ctx context.Context, cs models.CaseStudy) error
	// Mail writes to people; nil: nobody is written to.
	Mail *mail.Service
	// Announce tells others what happened to a case study, in the transaction
	// in which it happened.
	Announce func(ctx context.Context, what models.EventType, cs models.CaseStudy) error
	// Offer has people asked about a case study that can be read from now on, in the
	// transaction in which it can.
	Offer func(ctx context.Context, cs models.CaseStudy) error
	// ReviseLimited has those told who may read it that a case study which not
	// everybody may read has changed, in the transaction in which it did.
	ReviseLimited func(ctx context.Context, cs models.CaseStudy) error
}

// announce is Announce, where somebody listens.
func (f *Feature) announce(ctx context.Context, what models.EventType, cs *models.CaseStudy) error {
	if f.Announce == nil {
		return nil
	}
	return f.Announce(ctx, what, *cs)
}

// New makes the feature and registers its jobs.
func New(site *web.Site, queue *jobs.Queue, files *uploads.Store) *Feature {
	f := &Feature{site: site, store: site.Store, rowsAtOnce: 1000, queue: queue, uploads: files, markdown: markdown.New(markdown.Options{}),
		lists: web.NewMemo[labelled](site, 256), alike: web.NewLastingMemo[[]string](site, 20_000, alikeTTL),
		counts: web.NewContentMemo[map[string]map[string]int](site, 256), nearby: web.NewLastingMemo[neighbours](site, 500, alikeTTL)}
	f.registerJobs()
	f.registerRendering()
	jobs.Register(queue, f.forgetContents)
	return f
}

// MayEdit tells whether a person may change a case study. A copy of one
// elsewhere is changed there alone.
func (f *Feature) MayEdit(ctx context.Context, p *models.Person, cs *models.CaseStudy) (bool, error) {
	if cs.Copy != nil {
		return false, nil
	}
	return f.site.May(ctx, p, models.EditStudy, cs)
}

// mayEdit is MayEdit as an error.
func (f *Feature) mayEdit(ctx context.Context, p *models.Person, cs *models.CaseStudy) error {
	ok, err := f.MayEdit(ctx, p, cs)
	if err != nil {
		return err
	}
	if cs.Copy != nil {
		return errCopy(cs.Copy)
	}
	switch {
	case ok:
		return nil
	case p.May(models.Moderate, models.Subject{}):
		return models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, can change it. A moderator hides it, with a reason that its authors read: choose “Moderate” on its page.")
	}
	return models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, can change it. You can suggest a change in a comment.")
}

// errCopy leads to where a copy can be changed.
func errCopy(c *models.Copy) error {
	return models.Errorf(models.Forbidden, "This case study is a copy of one at %s, and can be changed there alone: %s", c.Name(), c.URL)
}

// Get gives a case study for reading: see web.Site.ReadableCaseStudy.
func (f *Feature) Get(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	return f.site.ReadableCaseStudy(ctx, p, idOrSlug)
}

// Publication is a document on its way to being published.
type Publication struct {
	ID       string // empty: a new id is made
	Document models.Document
	Note     string    // what the editor says of the change
	Created  time.Time // zero: now
	Updated  time.Time // zero: now
	Base     int       // revision that a change was made from; 0 for a new case study
	Demo     bool
	By       string // id of who publishes it; empty: the person it is published for
	// Poster is who posts it, held to the limits of new accounts; nil for what is
	// brought in from a file.
	Poster *models.Person
}

// texts are what is checked for personal data.
func (pub Publication) texts(cs *models.CaseStudy) []personal.Text {
	return append(personal.Texts(cs.Document), personal.Text{Field: "note", Value: pub.Note})
}

// about says of what was let stand whose it was, and where.
func (pub Publication) about(p *models.Person, cs *models.CaseStudy) models.Override {
	return models.Override{PersonID: cmp.Or(pub.By, p.ID), Subject: models.OverrideStudy, SubjectID: cs.ID, CaseStudyID: cs.ID}
}

// Create publishes a new case study of a person's.
func (f *Feature) Create(ctx context.Context, p *models.Person, pub Publication) (models.CaseStudy, error) {
	if p == nil {
		return models.CaseStudy{}, models.E(models.Unauthorised, "Sign in to post an idea or a case study.")
	}
	if pub.ID == "" {
		pub.ID = f.store.NewID()
	} else if !models.ValidID(pub.ID) {
		return models.CaseStudy{}, &models.Error{Kind: models.Invalid, Message: "The id is not a ULID.", Fields: []models.FieldError{{Field: "id", Message: "The id must be a ULID of 26 characters"}}}
	}
	if pub.Created.IsZero() {
		pub.Created = f.site.Now()
	}
	if pub.Updated.IsZero() {
		pub.Updated = pub.Created
	}
	cs := models.CaseStudy{ID: pub.ID, Document: pub.Document, OwnerID: p.ID, CreatedAt: pub.Created, UpdatedAt: pub.Updated, Demo: pub.Demo}
	if err := f.Prepare(&cs); err != nil {
		return models.CaseStudy{}, err
	}
	pub.Note = models.Truncate(models.CleanLine(pub.Note), 300)
	overrides, err := f.site.CheckTexts(ctx, pub.texts(&cs), nil)
	if err != nil {
		return models.CaseStudy{}, err
	}
	// Before it is there: it is no reason to trust who posts it.
	isNew := false
	if pub.Poster != nil {
		if isNew, err = f.site.IsNew(ctx, pub.Poster); err != nil {
			return models.CaseStudy{}, err
		}
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.CreateCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID, Note: pub.Note}); err != nil {
			return err
		}
		if err := f.AfterWrite(ctx, &cs); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, pub.about(p, &cs)); err != nil {
			return err
		}
		if isNew {
			if err := f.asNewcomer(ctx, &cs); err != nil {
				return err
			}
		}
		return f.announceChange(ctx, models.Withdrawn, &cs)
	})
	return cs, err
}

// asNewcomer looks, with the new case study in place, whether it is one too many
// for a new account, and has it wait for a moderator where the site is set up so:
// then it is withdrawn.
func (f *Feature) asNewcomer(ctx context.Context, cs *models.CaseStudy) error {
	if err := f.store.HoldPerson(ctx, cs.OwnerID); err != nil {
		return err
	}
	n, err := f.store.CountStudiesSince(ctx, cs.OwnerID, f.site.Now().Add(-24*time.Hour))
	if err != nil {
		return err
	}
	if n > models.NewcomerStudies {
		return models.ErrNewcomer("posted " + strconv.Itoa(n-1) + " case studies")
	}
	if !f.site.FirstLook {
		return nil
	}
	if err := f.Hold(ctx, *cs); err != nil {
		return err
	}
	*cs, err = f.store.CaseStudy(ctx, cs.ID)
	return err
}

// announceChange tells others what became of a case study, as far as everybody
// may read it: one that is limited from now on is withdrawn to them. Whoever may
// read it can be asked about it.
func (f *Feature) announceChange(ctx context.Context, was models.Status, cs *models.CaseStudy) error {
	if was == models.Withdrawn && cs.Status != models.Withdrawn && f.Offer != nil {
		if err := f.Offer(ctx, *cs); err != nil {
			return err
		}
	}
	switch shown, shows := was == models.Published, cs.Status == models.Published; {
	case shown && shows:
		return f.announce(ctx, models.EventCaseStudyRevised, cs)
	case shows:
		return f.announce(ctx, models.EventCaseStudyPublished, cs)
	case shown:
		return f.announce(ctx, models.EventCaseStudyWithdrawn, cs)
	case was == models.Limited && cs.Status == models.Limited && f.ReviseLimited != nil:
		return f.ReviseLimited(ctx, *cs)
	}
	return nil
}

// Revise publishes a change of a case study as its next revision. A Conflict
// says that another revision came first. A change that changes nothing makes
// no revision.
func (f *Feature) Revise(ctx context.Context, p *models.Person, pub Publication) (models.CaseStudy, error) {
	old, err := f.store.CaseStudy(ctx, pub.ID)
	if err != nil {
		return models.CaseStudy{}, err
	}
	if err := f.mayEdit(ctx, p, &old); err != nil {
		return models.CaseStudy{}, err
	}
	if pub.Updated.IsZero() {
		pub.Updated = f.site.Now()
	}
	cs := old
	cs.Document, cs.Revision, cs.UpdatedAt = pub.Document, pub.Base, pub.Updated
	if cs.Visibility == "" { // what does not say who may read it opens nothing
		cs.Visibility = old.Visibility
	}
	if err := f.Prepare(&cs); err != nil {
		return models.CaseStudy{}, err
	}
	if pub.Base == old.Revision && old.Same(&cs.Document) {
		return old, nil
	}
	pub.Note = models.Truncate(models.CleanLine(pub.Note), 300)
	overrides, err := f.site.CheckTexts(ctx, pub.texts(&cs), personal.Texts(old.Document))
	if err != nil {
		return models.CaseStudy{}, err
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.ReviseCaseStudy(ctx, &cs, store.SaveNote{EditorID: p.ID, Note: pub.Note}); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, pub.about(p, &cs)); err != nil {
			return err
		}
		if err := f.AfterWrite(ctx, &cs); err != nil {
			return err
		}
		return f.announceChange(ctx, old.Status, &cs)
	})
	return cs, err
}

// Prepare cleans, checks and renders a document before it is saved.
func (f *Feature) Prepare(cs *models.CaseStudy) error {
	cs.Clean()
	cs.Complete()
	if err := CheckLists(&cs.Document); err != nil {
		return err
	}
	if cs.Visibility == models.ToEverybody {
		cs.Visibility = ""
	}
	rendered := f.markdown.Render(cs.Body)
	cs.HTML, cs.Text, cs.Contents, cs.HTMLRules = rendered.HTML, rendered.Text, rendered.Contents, markdown.Rules
	return nil
}

// CheckLists is Validate, and whether settings and staff groups are of the
// lists that every instance starts with.
func CheckLists(d *models.Document) error {
	var fields []models.FieldError
	err := d.Validate()
	if err != nil {
		fields = models.Fields(err)
	}
	known := map[string]bool{}
	for _, s := range reference.Settings() {
		known[s] = true
	}
	for i, s := range d.Settings {
		if !known[s] {
			fields = append(fields, models.FieldError{Field: "settings[" + strconv.Itoa(i) + "]", Message: "“" + models.Truncate(s, 60) + "” is not in the list of settings"})
		}
	}
	groups := map[string]bool{"": true}
	for _, g := range reference.StaffGroups() {
		groups[g.Name] = true
	}
	for i, a := range d.Authors {
		if !groups[a.StaffGroup] {
			fields = append(fields, models.FieldError{Field: "authors[" + strconv.Itoa(i) + "].staff_group", Message: "“" + models.Truncate(a.StaffGroup, 60) + "” is not in the list of staff groups"})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "The case study was not saved: some fields need your attention.", Fields: fields}
}

// AfterWrite does what follows a write in the same transaction: who may edit,
// which files the text shows, and the search index.
func (f *Feature) AfterWrite(ctx context.Context, cs *models.CaseStudy) error {
	ids, err := f.authorIDs(ctx, &cs.Document)
	if err != nil {
		return err
	}
	if err := f.store.SetEditors(ctx, cs.ID, ids); err != nil {
		return err
	}
	if err := f.store.PublishReferenced(ctx, cs.ID, attachmentsIn(cs.Body)); err != nil {
		return err
	}
	f.store.AfterCommit(ctx, f.site.ContentChanged)
	return f.queue.Enqueue(ctx, indexArgs{})
}

// authorIDs gives the people of this site whom a document names as authors, by
// handle or e-mail address.
func (f *Feature) authorIDs(ctx context.Context, d *models.Document) ([]string, error) {
	var handles, emails []string
	for _, a := range d.Authors {
		if a.Handle != "" {
			handles = append(handles, a.Handle)
		}
		if a.Email != "" {
			emails = append(emails, a.Email)
		}
	}
	byHandle, err := f.store.PeopleByHandles(ctx, handles)
	if err != nil {
		return nil, err
	}
	byEmail, err := f.store.PeopleByEmails(ctx, emails)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range handles {
		if id := byHandle[h]; id != "" {
			ids = append(ids, id)
		}
	}
	for _, e := range emails {
		if id := byEmail[e]; id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Restore publishes the text of an earlier revision as the next one.
func (f *Feature) Restore(ctx context.Context, p *models.Person, idOrSlug string, number int) (models.CaseStudy, error) {
	cs, err := f.Get(ctx, p, idOrSlug)
	if err != nil {
		return cs, err
	}
	rev, err := f.store.Revision(ctx, cs.ID, number)
	if err != nil {
		return cs, err
	}
	rev.Document.Visibility = cs.Visibility // an earlier text is restored, not who could read it
	return f.Revise(ctx, p, Publication{ID: cs.ID, Document: rev.Document, Base: cs.Revision, Note: restoredNote(number)})
}

// Vote gives or takes back a person's vote and gives the number of votes.
func (f *Feature) Vote(ctx context.Context, p *models.Person, idOrSlug string, on bool) (int, error) {
	if p == nil {
		return 0, models.E(models.Unauthorised, "Sign in to vote.")
	}
	// One that everybody may read is not read first: see Store.Vote.
	if models.ValidID(idOrSlug) {
		if n, err := f.store.Vote(ctx, idOrSlug, p.ID, on); models.KindOf(err) != models.NotFound {
			return n, err
		}
	}
	cs, err := f.Get(ctx, p, idOrSlug)
	if err != nil {
		return 0, err
	}
	if cs.Status == models.Limited {
		return f.store.VoteLimited(ctx, cs.ID, p.ID, on)
	}
	return f.store.Vote(ctx, cs.ID, p.ID, on)
}

// Site gives the site that the feature belongs to.
func (f *Feature) Site() *web.Site { return f.site }
