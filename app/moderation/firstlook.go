package moderation

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// HoldStudy has a case study of a new account wait for a first look, in the
// transaction in which it is posted: it is hidden, and in the queue.
func (f *Feature) HoldStudy(ctx context.Context, cs models.CaseStudy) error {
	return f.hold(ctx, thing{kind: models.ThingStudy, id: cs.ID, author: cs.OwnerID, study: &cs})
}

// HoldComment is HoldStudy for a comment.
func (f *Feature) HoldComment(ctx context.Context, c models.Comment, on models.CaseStudy) error {
	return f.hold(ctx, thing{kind: models.ThingComment, id: c.ID, author: c.AuthorID, study: &on, note: &c})
}

// HoldAdoption is HoldStudy for an adoption.
func (f *Feature) HoldAdoption(ctx context.Context, a models.Adoption, on models.CaseStudy) error {
	return f.hold(ctx, thing{kind: models.ThingAdoption, id: a.ID, author: a.SaidBy(), study: &on, says: &a})
}

// HoldCollection is HoldStudy for a collection.
func (f *Feature) HoldCollection(ctx context.Context, c models.Collection) error {
	return f.hold(ctx, thing{kind: models.ThingCollection, id: c.ID, author: c.OwnerID, list: &c})
}

func (f *Feature) hold(ctx context.Context, about thing) error {
	// Nobody has judged it, so it is not a moderator who hides it.
	m := models.Measure{ID: f.store.NewID(), Action: models.MeasureHide, Kind: about.kind, SubjectID: about.id, AuthorID: about.author, ModeratorID: about.author, Reason: models.ReasonFirst, Words: models.FirstWords}
	if about.study != nil {
		m.CaseStudyID = about.study.ID
	}
	if err := f.store.TakeMeasure(ctx, &m); err != nil {
		return err
	}
	item := about.item(f.store.NewID())
	item.Cause, item.MeasureID = models.CauseFirst, m.ID
	_, err := f.store.OpenItem(ctx, item)
	return err
}

// endWait ends that something waits for a first look, because it is hidden for a
// reason now, in that transaction. It tells whether it did wait.
func (f *Feature) endWait(ctx context.Context, p *models.Person, m models.Measure) (bool, error) {
	if m.Action != models.MeasureHide {
		return false, nil
	}
	w, err := f.store.WaitOf(ctx, m.Kind, m.SubjectID)
	if models.KindOf(err) == models.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := f.store.LiftMeasure(ctx, w.ID, p.ID, ""); err != nil {
		return false, err
	}
	return true, f.store.EndWait(ctx, w.ID, p.ID, models.OutcomeHidden)
}

// Approve lets others see what has waited for a first look.
func (f *Feature) Approve(ctx context.Context, p *models.Person, id string) (models.Item, error) {
	item, err := f.item(ctx, p, id)
	if err != nil {
		return item, err
	}
	if item.Cause != models.CauseFirst {
		return item, models.E(models.BadRequest, "This does not wait for a first look. Open it from the queue.")
	}
	m, err := f.store.WaitOf(ctx, item.Kind, item.SubjectID)
	if models.KindOf(err) == models.NotFound {
		err = models.E(models.Conflict, "Another moderator has looked at this meanwhile. Look at it again.")
	}
	if err != nil {
		return item, err
	}
	return item, f.lifted(ctx, &m, p, "A moderator has looked at it.", nil)
}

func (f *Feature) approve(c *fiber.Ctx, p *models.Person) error {
	if _, err := f.Approve(web.SeeOwn(c), p, c.Params("id")); err != nil {
		return err
	}
	return f.site.Done(c, queueURL, "Others can see it now, and its author is told.")
}
