// Package reflections is what people learnt, kept for revalidation with their
// professional register. Nobody but the person reads it: every way to a
// reflection asks for whose it is, it is in no list, search, feed or bundle, and
// the audit record says no more than that one was saved.
package reflections

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/me/reflections", web.Signed(f.list))
	r.Get("/me/reflections/new", web.Signed(f.newPage))
	r.Post("/me/reflections/new", web.Signed(f.create))
	r.Get("/me/reflections/record", web.Signed(f.record))
	r.Get("/me/reflections/record.docx", web.Signed(f.recordWord))
	r.Get("/me/reflections/record.md", web.Signed(f.recordMarkdown))
	r.Get("/me/reflections/:id", web.Signed(f.show))
	r.Get("/me/reflections/:id/edit", web.Signed(f.editPage))
	r.Post("/me/reflections/:id/edit", web.Signed(f.change))
	r.Post("/me/reflections/:id/remove", web.Signed(f.remove))
}

// today is the day in London.
func (f *Feature) today() string {
	return f.site.Now().In(templates.London()).Format(time.DateOnly)
}

// period is the stretch of days that somebody asked for; where they said nothing,
// the three years until today, for which the NMC asks.
func (f *Feature) period(from, to string) (models.Period, error) {
	p := models.Period{From: models.CleanLine(from), To: models.CleanLine(to)}
	if p.From == "" && p.To == "" {
		p.To = f.today()
		p.From = f.site.Now().In(templates.London()).AddDate(-3, 0, 1).Format(time.DateOnly)
	}
	return p, p.Validate()
}

// errUnknown is the answer to an id that is none.
var errUnknown = models.E(models.NotFound, "There is no such reflection of yours.")

func (f *Feature) get(ctx context.Context, p *models.Person, id string) (models.Reflection, error) {
	if !models.ValidID(id) {
		return models.Reflection{}, errUnknown
	}
	return f.store.Reflection(ctx, p.ID, id)
}

// Save saves a reflection of a person's. A new one has no ID; of any other
// Version is the one that was read. The error is Invalid, with the fields; a
// refusal for personal data; or Conflict.
func (f *Feature) Save(ctx context.Context, p *models.Person, r *models.Reflection) error {
	var former []personal.Text
	if r.ID != "" {
		old, err := f.get(ctx, p, r.ID)
		if err != nil {
			return err
		}
		r.CaseStudyID, r.Slug = old.CaseStudyID, old.Slug
		former = textsOf(&old)
	} else if r.Slug != "" {
		cs, err := f.site.StandingCaseStudy(ctx, p, r.Slug)
		if err != nil {
			return err
		}
		r.CaseStudyID, r.Slug = cs.ID, cs.Slug
	}
	r.PersonID = p.ID
	if err := r.Validate(f.today()); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, textsOf(r), former)
	if err != nil {
		return err
	}
	for i := range overrides {
		// Moderators see that something was let stand, and not in which answer.
		overrides[i].Field = "a private reflection"
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if r.ID == "" {
			r.ID = f.store.NewID()
		}
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideProfile, SubjectID: p.ID}); err != nil {
			return err
		}
		return f.store.SaveReflection(ctx, r)
	})
}

func textsOf(r *models.Reflection) (texts []personal.Text) {
	r.Texts(func(field, text string) { texts = append(texts, personal.Text{Field: field, Value: text}) })
	return texts
}

// cursor names the place after a reflection.
func cursor(r models.Reflection) string { return r.Day + "_" + r.ID }

// readCursor gives the reflection that a cursor stands for, nil for none.
func readCursor(text string) (*models.Reflection, error) {
	if text == "" {
		return nil, nil
	}
	day, id, _ := strings.Cut(text, "_")
	if _, err := time.Parse(time.DateOnly, day); err != nil || !models.ValidID(id) {
		return nil, models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	return &models.Reflection{Day: day, ID: id}, nil
}
