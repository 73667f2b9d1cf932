// Package spread shows how a case study spreads: who adopted it and when, where, what they
// changed and what came of it, those that stopped among them, and how much the reader's own
// organisation has in common with each.
package spread

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// mostAdopters is how many adoptions are read.
	mostAdopters = 500
	// mostListed is how many there are in one list of words or likenesses.
	mostListed = 20
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
	r.Get("/case-studies/:slug/spread", f.site.Cached(f.show))
}

// API has nothing of it: adoptions are in the API with all that each says.
func (f *Feature) API(huma.API) {}

// adopter is an organisation that adopts, with when it began.
type adopter struct {
	models.Adoption
	place models.JoinPlace
	begun time.Time // when it first tried or used it; zero while it has not
	ended time.Time // when it stopped; zero while it has not
}

// Spread is how a case study spreads.
type Spread struct {
	Study    models.CaseStudy
	Adopters []adopter // in the order in which they began; those that have not are last
	Near     *web.Near // what the reader's organisation has in common with others; nil for none
}

// Of gathers it, for somebody who may read the case study. Six statements, however many
// adopt it; three more for a reader who has an organisation.
func (f *Feature) Of(ctx context.Context, p *models.Person, idOrSlug string) (Spread, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return Spread{}, err
	}
	list, _, err := f.store.Adoptions(ctx, store.AdoptionQuery{CaseStudyID: cs.ID, Limit: mostAdopters})
	if err != nil {
		return Spread{}, err
	}
	if err := f.store.AddAdoptionSteps(ctx, list); err != nil {
		return Spread{}, err
	}
	codes := make([]string, len(list))
	for i, a := range list {
		codes[i] = a.Organisation
	}
	places, err := f.store.PlacesOf(ctx, codes)
	if err != nil {
		return Spread{}, err
	}
	out := Spread{Study: cs}
	for _, a := range list {
		one := adopter{Adoption: a, place: cmp.Or(places[a.Organisation], models.JoinPlace{Code: a.Organisation, Name: a.OrgName})}
		one.begun, one.ended = when(&a)
		out.Adopters = append(out.Adopters, one)
	}
	slices.SortStableFunc(out.Adopters, func(a, b adopter) int {
		if a.begun.IsZero() != b.begun.IsZero() {
			if a.begun.IsZero() {
				return 1
			}
			return -1
		}
		return a.begun.Compare(b.begun)
	})
	if p != nil && p.Organisation != "" && len(list) > 0 {
		own, err := f.store.Organisation(ctx, p.Organisation)
		if models.KindOf(err) == models.NotFound {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out.Near, err = f.site.NearTo(ctx, &own)
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// when tells when an organisation began to try or use something and when it stopped: by the
// day that it gives, else by when it was recorded.
func when(a *models.Adoption) (begun, ended time.Time) {
	for _, day := range []string{a.Started, a.InUse} {
		if t, err := time.Parse(time.DateOnly, day); err == nil && begun.IsZero() {
			begun = t
		}
	}
	for _, s := range a.Steps {
		if s.Status.Tried() && begun.IsZero() {
			begun = s.At
		}
		if s.Status == models.AdoptionStopped {
			ended = s.At
		}
	}
	if t, err := time.Parse(time.DateOnly, a.Stopped); err == nil {
		ended = t
	}
	if a.Status != models.AdoptionStopped {
		ended = time.Time{}
	}
	return begun, ended
}

func (f *Feature) show(c *fiber.Ctx) error {
	found, err := f.Of(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	cs := &found.Study
	page := templates.SpreadPage{Title: cs.Title, StudyURL: web.StudyURL(cs.Slug), KitURL: web.StudyURL(cs.Slug) + "/kit", Total: len(found.Adopters), Cut: len(found.Adopters) == mostAdopters, Posted: cs.PublishedAt, Now: f.site.Now(),
		Near: found.Near != nil}
	page.Chart = found.chart(page.Posted, page.Now)
	page.Who, page.Regions = found.who(), found.regions()
	said := func(words func(*adopter) string) (out []templates.SpreadSaid) {
		for i := range found.Adopters {
			a := &found.Adopters[i]
			if text := words(a); text != "" && len(out) < mostListed {
				out = append(out, templates.SpreadSaid{Name: a.OrgName, URL: web.AdoptionAt(&a.Adoption), Status: a.Status.Label(), Text: text, Demo: a.Demo})
			}
		}
		return out
	}
	page.Changed, page.Stopped = said(func(a *adopter) string { return a.Adaptations }), said(func(a *adopter) string { return a.Reason })
	page.Came, page.Tiles = found.came(), found.tiles()
	page.Forests, page.MoreForests = found.forests()
	page.Worked, page.Failed = found.alike(func(a *adopter) bool { return a.Status == models.AdoptionInUse }), found.alike(func(a *adopter) bool { return a.Status == models.AdoptionStopped })
	shell := f.site.Shell(c, "How it spreads: "+cs.Title)
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: web.StudyURL(cs.Slug)}}
	shell.NoIndex = cs.Status != models.Published || page.Total == 0
	return f.site.Render(c, fiber.StatusOK, shell, templates.Spread(page))
}
