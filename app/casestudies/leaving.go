package casestudies

import (
	"context"

	"grassroots/models"
)

// Leave takes a person who closes their account out of what they wrote with
// others: in the transaction in ctx, before the account is closed. Case studies
// stay, under a former member. Drafts go to a co-author, and go altogether
// where there is none.
func (f *Feature) Leave(ctx context.Context, p models.Person) error {
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.ForgetAuthor(ctx, p.ID); err != nil {
			return err
		}
		if err := f.store.LeaveCaseStudies(ctx, p.ID); err != nil {
			return err
		}
		alone, err := f.store.LeaveDrafts(ctx, p.ID)
		if err != nil {
			return err
		}
		for _, id := range alone {
			if err := f.discard(ctx, id); err != nil {
				return err
			}
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged)
		return nil
	})
}
