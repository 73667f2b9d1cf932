package adoptions

import (
	"context"

	"grassroots/models"
)

// ByID gives an adoption that was recorded here, and the case study that it is
// of. To those who may not know of it, what is hidden is not there.
func (f *Feature) ByID(ctx context.Context, p *models.Person, id string) (models.Adoption, models.CaseStudy, error) {
	a, err := f.store.AdoptionByID(ctx, id)
	if err != nil {
		return a, models.CaseStudy{}, err
	}
	cs, err := f.site.ReadableCaseStudy(ctx, p, a.CaseStudyID)
	if err == nil && !a.MayReveal(p) {
		err = models.ErrNoSuchAdoption
	}
	if err != nil {
		return models.Adoption{}, models.CaseStudy{}, err
	}
	return a, cs, nil
}

// Moderated tells others that a moderator has hidden an adoption, or shows it
// again, in the transaction in which that happens.
func (f *Feature) Moderated(ctx context.Context, a models.Adoption, cs models.CaseStudy, shown bool) error {
	f.store.AfterCommit(ctx, f.site.ContentChanged)
	a.Hidden = ""
	switch {
	case cs.Status == models.Withdrawn: // they know nothing of it
		return nil
	case shown:
		return f.announce(ctx, models.EventAdoptionCreated, &a, &cs, true)
	}
	return f.announce(ctx, models.EventAdoptionRemoved, &a, &cs, false)
}

// hiddenBy gives the measure that hides an adoption, nil where none does.
func (f *Feature) hiddenBy(ctx context.Context, a *models.Adoption) (*models.Measure, error) {
	if a.Hidden == "" {
		return nil, nil
	}
	m, err := f.store.Measure(ctx, a.Hidden)
	return &m, err
}
