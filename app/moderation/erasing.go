package moderation

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// Erase deletes for good what must not even be kept, being hidden as patient or
// personal data: the text of a comment, an adoption or a collection, or what a case study said
// before it was mended. Why its author has been told with the measure.
func (f *Feature) Erase(ctx context.Context, p *models.Person, id string) (models.Measure, error) {
	m, err := f.measure(ctx, p, id)
	if err != nil {
		return m, err
	}
	if err := m.MayErase(f.site.Now()); err != nil {
		return m, err
	}
	return m, f.store.Tx(ctx, func(ctx context.Context) error {
		switch m.Kind {
		case models.ThingAdoption:
			return f.store.EraseAdoption(ctx, m.SubjectID)
		case models.ThingCollection:
			f.store.AfterCommit(ctx, f.site.Changed)
			return f.store.EraseCollection(ctx, m.SubjectID)
		case models.ThingStudy:
			return f.store.EraseRevisions(ctx, m.SubjectID, m.MadeAt)
		}
		return f.store.DeleteComment(ctx, m.SubjectID)
	})
}

func (f *Feature) erase(c *fiber.Ctx, p *models.Person) error {
	if _, err := f.Erase(web.SeeOwn(c), p, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, measuresURL, "The text is deleted for good. Its place is kept.")
}
