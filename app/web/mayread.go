package web

import (
	"context"
	"errors"

	"grassroots/models"
)

// ReadableCaseStudy gives a case study by its id or slug to whoever may read it;
// p is nil for somebody who is not signed in. To others one that is withdrawn is
// Gone, and one that is for others alone NotFound, as one that is not there.
func (s *Site) ReadableCaseStudy(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := s.Store.CaseStudy(ctx, idOrSlug)
	if err != nil {
		return cs, err
	}
	if err := s.MayRead(ctx, p, &cs); err != nil {
		return models.CaseStudy{}, err
	}
	return cs, nil
}

// StandingCaseStudy is ReadableCaseStudy for what hangs on a case study: one that
// is withdrawn is Gone for everyone, since what hangs on it is kept with it.
func (s *Site) StandingCaseStudy(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := s.ReadableCaseStudy(ctx, p, idOrSlug)
	if err == nil && cs.Status == models.Withdrawn {
		return models.CaseStudy{}, s.Withdrawn(ctx, p, &cs)
	}
	return cs, err
}

// MayRead tells why a person, nil for somebody who is not signed in, may not
// read a case study; nil when they may. That there is one for others alone is
// told to nobody else: it is NotFound, as what is not there.
func (s *Site) MayRead(ctx context.Context, p *models.Person, cs *models.CaseStudy) error {
	right := cs.ReadRight()
	ok, err := s.May(ctx, p, right, cs)
	switch {
	case err != nil || ok:
		return err
	case right != models.ReadWithdrawn:
		return models.ErrNoSuchCaseStudy
	}
	err = s.Withdrawn(ctx, p, cs)
	if cs.Visibility != "" && models.KindOf(err) == models.Gone && !isMerged(err) {
		return models.ErrNoSuchCaseStudy
	}
	return err
}

func isMerged(err error) bool {
	var merged *models.MergedError
	return errors.As(err, &merged)
}

// Withdrawn tells a person what became of a case study that is withdrawn: that
// it is part of another one, as far as they may read that, or that it is gone.
func (s *Site) Withdrawn(ctx context.Context, p *models.Person, cs *models.CaseStudy) error {
	merge, err := s.Store.MergeOf(ctx, cs.ID)
	if err == nil {
		into, err := s.Store.CaseStudy(ctx, merge.IntoID)
		if err != nil {
			return err
		}
		var further *models.MergedError
		switch err := s.MayRead(ctx, p, &into); {
		case errors.As(err, &further):
			return further
		case err == nil:
			return &models.MergedError{Merge: merge}
		}
	} else if models.KindOf(err) != models.NotFound {
		return err
	}
	if cs.Hidden != "" {
		return cs.WhyGone()
	}
	if cs.Copy != nil && cs.Copy.Status == models.Published {
		return models.E(models.Gone, "This copy of a case study from "+cs.Copy.Name()+" has been withdrawn here.")
	}
	return cs.WhyGone()
}
