// Package adoptions is the record of which organisations try or use what a case
// study describes: how far they are, what they changed, what came of it, and why
// they stopped. Its operations are the same for pages, the API and the
// demonstration.
package adoptions

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/mail"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Feature is the operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	mail  *mail.Service // nil for none

	// Announce tells others what an organisation says, in the transaction in which
	// it says so. step tells whether it is at another status than before.
	Announce func(ctx context.Context, what models.EventType, a models.Adoption, on models.CaseStudy, step bool) error
	// MayWork tells whether a person reads the workspace of an adoption.
	MayWork func(ctx context.Context, p *models.Person, a *models.Adoption) (bool, error)
	// Hold has what a new account says wait until a moderator has looked at it, in
	// the transaction in which it is said: then it is hidden.
	Hold func(ctx context.Context, a models.Adoption, on models.CaseStudy) error
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes adds the pages. The newest of it stands on the pages of case studies and
// organisations: see Section and OfOrganisation.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug/adopt", f.form)
	r.Post("/case-studies/:slug/adopt", f.save)
	r.Get("/case-studies/:slug/adoptions.csv", f.table)
	r.Get("/case-studies/:slug/adoptions", f.site.Cached(f.list))
	r.Get("/case-studies/:slug/adoptions/:organisation", f.site.Cached(f.show))
	r.Post("/case-studies/:slug/adoptions/:organisation/remove", f.remove)
	r.Get("/case-studies/:slug/adoptions/:organisation/measures", f.measure)
	r.Post("/case-studies/:slug/adoptions/:organisation/measures", f.saveMeasure)
	r.Post("/case-studies/:slug/adoptions/:organisation/measures/remove", f.removeMeasure)
	r.Get("/case-studies/:slug/adoptions/:organisation/money", f.money)
	r.Post("/case-studies/:slug/adoptions/:organisation/money", f.saveMoney)
	r.Get("/organisations/:code/adoptions", f.site.Cached(f.organisation))
	r.Get("/adoption-follow-up/:token", f.followUp)
	r.Post("/adoption-follow-up/:token", f.answerFollowUp)
}

// announce tells others, of what is hidden nobody.
func (f *Feature) announce(ctx context.Context, what models.EventType, a *models.Adoption, on *models.CaseStudy, step bool) error {
	if f.Announce == nil || a.Hidden != "" {
		return nil
	}
	return f.Announce(ctx, what, *a, *on, step)
}

// List gives a page of the adoptions of a case study, by its id or slug, with
// every status that each had.
func (f *Feature) List(ctx context.Context, p *models.Person, idOrSlug, after string, limit int) (models.Page[models.Adoption], error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return models.Page[models.Adoption]{}, err
	}
	q := store.AdoptionQuery{CaseStudyID: cs.ID, After: after, Limit: limit}
	page := models.Page[models.Adoption]{}
	if page.Items, page.Next, err = f.store.Adoptions(ctx, q); err != nil {
		return page, err
	}
	if err := f.store.AddAdoptionSteps(ctx, page.Items); err != nil {
		return page, err
	}
	_, page.Total, err = f.store.CountAdoptions(ctx, q)
	return page, err
}

// Get gives what one organisation does with a case study. To those who may not
// know of it, what is hidden is not there.
func (f *Feature) Get(ctx context.Context, p *models.Person, idOrSlug, organisation string) (models.Adoption, models.CaseStudy, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return models.Adoption{}, cs, err
	}
	a, err := f.store.Adoption(ctx, cs.ID, models.CleanCode(organisation))
	if err == nil && !a.MayReveal(p) {
		return models.Adoption{}, cs, models.ErrNoSuchAdoption
	}
	return a, cs, err
}

// Change is what somebody says for an organisation. What is nil stays as it is.
type Change struct {
	CaseStudy    string // id or slug
	Organisation string // ODS code; empty for that of the person
	Status       *models.AdoptionStatus
	Owner        *string // handle of who looks after it; empty for nobody
	Started      *string
	InUse        *string
	Stopped      *string
	Texts        map[string]string // by the names of models.Adoption.EachText
	// New says that there is none yet, Version of which one the change was made; 0
	// for whichever there is.
	New     bool
	Version int
}

func (ch *Change) apply(a *models.Adoption) {
	set := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	if ch.Status != nil {
		a.Status = *ch.Status
	}
	set(&a.Started, ch.Started)
	set(&a.InUse, ch.InUse)
	set(&a.Stopped, ch.Stopped)
	a.EachText(func(field string, text *string) {
		if said, ok := ch.Texts[field]; ok {
			*text = said
		}
	})
}

// Save takes down what a person says for an organisation about a case study, and
// tells whether that is new. Of a new one its person is the owner, when they
// work there or lead there. See models.SayInterest and RunAdoption for who may.
func (f *Feature) Save(ctx context.Context, p *models.Person, ch Change) (a models.Adoption, created bool, err error) {
	if p == nil {
		return a, false, models.E(models.Unauthorised, "Sign in to say what your organisation does. What you wrote is still here.")
	}
	cs, err := f.site.StandingCaseStudy(ctx, p, ch.CaseStudy)
	if err != nil {
		return a, false, err
	}
	a, created, err = f.begin(ctx, p, &cs, ch)
	if err != nil {
		return a, false, err
	}
	old := a
	ch.apply(&a)
	if err := f.setOwner(ctx, p, &a, ch.Owner, created); err != nil {
		return a, false, err
	}
	if err := a.Validate(f.site.Now()); err != nil {
		return a, false, err
	}
	if !created && same(old, a) {
		return old, false, nil
	}
	return a, created, f.keep(ctx, p, &a, old, &cs, created)
}

// keep checks what is said by now for personal data and, of a new account, for too many
// links, and saves it.
func (f *Feature) keep(ctx context.Context, p *models.Person, a *models.Adoption, old models.Adoption, cs *models.CaseStudy, created bool) error {
	overrides, err := f.site.CheckTexts(ctx, texts(*a), texts(old))
	if err != nil {
		return err
	}
	isNew, err := f.site.IsNew(ctx, p)
	if err != nil {
		return err
	}
	if isNew {
		if err := models.NewcomerAdoption(a); err != nil {
			return err
		}
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.HoldPerson(ctx, p.ID); err != nil {
			return err
		}
		about := models.Override{PersonID: p.ID, Subject: models.OverrideAdoption, SubjectID: a.ID, CaseStudyID: cs.ID}
		if err := f.site.KeepOverrides(ctx, overrides, about); err != nil {
			return err
		}
		return f.write(ctx, p, a, old, cs, created, isNew)
	})
}

func (f *Feature) write(ctx context.Context, p *models.Person, a *models.Adoption, old models.Adoption, cs *models.CaseStudy, created, isNew bool) error {
	if !created {
		a.Version, a.Steps = old.Version, old.Steps // this may be another try
		if err := f.store.ChangeAdoption(ctx, a, p.ID); err != nil {
			return err
		}
		return f.announce(ctx, models.EventAdoptionUpdated, a, cs, a.Status != old.Status)
	}
	if err := f.store.AddAdoption(ctx, a, p.ID); err != nil {
		return err
	}
	if isNew {
		n, err := f.store.CountAdoptionsSince(ctx, p.ID, a.CreatedAt.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if n > models.NewcomerAdoptions {
			return models.ErrNewcomer("said of " + strconv.Itoa(n-1) + " case studies that your organisation adopts them")
		}
		if f.site.FirstLook {
			if err := f.Hold(ctx, *a, *cs); err != nil {
				return err
			}
			held, err := f.store.AdoptionByID(ctx, a.ID)
			a.Hidden = held.Hidden
			return err
		}
	}
	return f.announce(ctx, models.EventAdoptionCreated, a, cs, true)
}

// begin gives what the organisation of a change says by now, or what is new.
func (f *Feature) begin(ctx context.Context, p *models.Person, cs *models.CaseStudy, ch Change) (a models.Adoption, created bool, err error) {
	code := models.CleanCode(ch.Organisation)
	if code == "" {
		code = p.Organisation
	}
	switch {
	case code == "":
		return a, false, models.InvalidField("organisation", "Say in your profile which organisation you work for, and come back")
	case !models.ValidODSCode(code):
		return a, false, models.InvalidField("organisation", "Give the ODS code of the organisation, such as RR8")
	case code == cs.Organisation:
		return a, false, models.InvalidField("organisation", "This is your organisation's own case study. Others can adopt it; say in the case study itself how far you are")
	}
	a, err = f.store.Adoption(ctx, cs.ID, code)
	switch {
	case models.KindOf(err) == models.NotFound && ch.Version == 0:
		if !p.May(models.SayInterest, models.Subject{Organisation: code}) {
			return a, false, errNotSaid
		}
		return models.Adoption{ID: f.store.NewID(), CaseStudyID: cs.ID, Organisation: code, Status: models.AdoptionInterested, CreatedAt: f.store.Now()}, true, nil
	case err != nil:
		return a, false, err
	case !p.May(models.SayInterest, models.Subject{Organisation: code}) && !a.MayReveal(p):
		return a, false, errNotSaid
	case !p.May(models.RunAdoption, a.Subject()):
		return a, false, models.E(models.Forbidden, notYours(&a))
	case ch.New && a.Hidden != "":
		return a, false, models.ErrAdoptionHidden
	case ch.New:
		return a, false, models.E(models.Conflict, "Your organisation has said already that it adopts this case study. Change what it says instead.")
	case ch.Version != 0 && ch.Version != a.Version:
		return a, false, models.E(models.Conflict, "Somebody else has changed this since you opened it. Read what it says now, and make your change from that.")
	}
	return a, false, nil
}

var errNotSaid = models.E(models.Forbidden, "You can say this for the organisation that your profile names, and for those that you lead.")

func notYours(a *models.Adoption) string {
	if a.OwnerID == "" {
		return "Nobody looks after this for " + a.OrgName + " at the moment. A lead of the organisation, or an admin of this site, can change it."
	}
	return a.Owner.Name + " looks after this for " + a.OrgName + ". They, a lead of the organisation or an admin of this site can change it."
}

// setOwner names who looks after an adoption: somebody who works there, by their
// profile, or leads there.
func (f *Feature) setOwner(ctx context.Context, p *models.Person, a *models.Adoption, handle *string, created bool) error {
	belongs := func(p *models.Person) bool { return p.Organisation == a.Organisation || p.Leads(a.Organisation) }
	switch {
	case handle == nil && created && belongs(p):
		a.OwnerID, a.Owner = p.ID, *p
		return nil
	case handle == nil:
		return nil
	}
	name := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(*handle), "@"))
	if name == "" {
		a.OwnerID, a.Owner = "", models.Person{}
		return nil
	}
	if a.OwnerID != "" && a.Owner.Handle == name {
		return nil
	}
	owner, err := f.store.PersonByHandle(ctx, name)
	if models.KindOf(err) == models.NotFound || err == nil && !belongs(&owner) {
		return &models.Error{Kind: models.Invalid, Message: "The adoption was not saved.", Fields: []models.FieldError{{Field: "owner",
			Message: "Give the handle of somebody whose profile names the organisation " + a.Organisation + ", such as amina-yusuf"}}}
	}
	if err != nil {
		return err
	}
	a.OwnerID, a.Owner = owner.ID, owner
	return nil
}

// same tells whether two say the same.
func same(a, b models.Adoption) bool {
	words := func(a models.Adoption) (out []string) {
		a.EachText(func(_ string, text *string) { out = append(out, *text) })
		return out
	}
	return a.Status == b.Status && a.OwnerID == b.OwnerID && a.Started == b.Started && a.InUse == b.InUse && a.Stopped == b.Stopped && slices.Equal(words(a), words(b))
}

// texts are what of an adoption is checked for personal data.
func texts(a models.Adoption) (out []personal.Text) {
	a.EachText(func(field string, text *string) {
		if *text != "" {
			out = append(out, personal.Text{Field: field, Value: *text})
		}
	})
	return out
}

// Remove takes back that an organisation adopts a case study: see
// models.Adoption.MayRemove for who may, and when.
func (f *Feature) Remove(ctx context.Context, p *models.Person, idOrSlug, organisation string, version int) (models.CaseStudy, error) {
	if p == nil {
		return models.CaseStudy{}, models.E(models.Unauthorised, "Sign in first.")
	}
	a, cs, err := f.Get(ctx, p, idOrSlug, organisation)
	switch {
	case err != nil:
		return cs, err
	case version != 0 && version != a.Version:
		return cs, web.ErrStale
	case a.Hidden != "" && p.May(models.RunAdoption, a.Subject()):
		return cs, models.ErrAdoptionHidden
	case !a.MayRemove(p) && a.Status.Tried() && p.May(models.RunAdoption, a.Subject()):
		return cs, models.E(models.Forbidden, "What an organisation has tried stays on record, since others learn from it. Say that you stopped, and why.")
	case !a.MayRemove(p):
		return cs, models.E(models.Forbidden, notYours(&a))
	}
	return cs, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.RemoveAdoption(ctx, &a); err != nil {
			return err
		}
		return f.announce(ctx, models.EventAdoptionRemoved, &a, &cs, false)
	})
}
