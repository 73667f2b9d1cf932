package comments

import (
	"context"

	"grassroots/models"
)

// Moderated tells others that a moderator has hidden a comment, or shows it
// again, in the transaction in which that happens.
func (f *Feature) Moderated(ctx context.Context, c models.Comment, cs models.CaseStudy, shown bool) error {
	switch {
	case cs.Status == models.Withdrawn: // they know nothing of it
		return nil
	case shown:
		return f.announce(ctx, models.EventCommentCreated, &c, &cs)
	}
	return f.announce(ctx, models.EventCommentDeleted, &c, &cs)
}

// reveal adds the words of what is hidden, among some threads, for whoever wrote
// it and for those who moderate.
func (f *Feature) reveal(ctx context.Context, p *models.Person, list []models.Comment) error {
	if p == nil {
		return nil
	}
	var all []*models.Comment
	for i := range list {
		all = append(all, &list[i])
		for j := range list[i].Replies {
			all = append(all, &list[i].Replies[j])
		}
	}
	return f.store.Reveal(ctx, all, func(c *models.Comment) bool { return c.MayReveal(p) })
}

// mayWriteOn tells why nobody may write comments on a case study whose lock is
// given; nil when it has none.
func (f *Feature) mayWriteOn(ctx context.Context, lock string) error {
	if lock == "" {
		return nil
	}
	m, err := f.store.Measure(ctx, lock)
	if err != nil {
		return err
	}
	return models.Errorf(models.Forbidden, "A moderator has closed the comments on this case study, so nothing can be written there. The reason: %s. %s", m.Reason.Label(), m.Words)
}
