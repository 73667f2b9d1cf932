package workspaces

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// since gives the revision of the case study that somebody of a workspace has looked at
// last: that which they marked, or of which they made the plan. Where there is none it is
// the one that was there when they were added, or for those who run it when the plan was
// made first, or else when their organisation first said something.
func (f *Feature) since(ctx context.Context, p *models.Person, r *room) (int, error) {
	if n, err := f.store.SeenRevision(ctx, r.adoption.ID, p.ID, r.study.ID); n > 0 || err != nil {
		return n, err
	}
	for _, wp := range r.People {
		if wp.Person.ID == p.ID {
			return f.store.RevisionAt(ctx, r.study.ID, wp.AddedAt)
		}
	}
	if r.Seen > 0 && r.StudyID == r.study.ID {
		return r.Seen, nil
	}
	return f.store.RevisionAt(ctx, r.study.ID, r.adoption.CreatedAt)
}

// changed gives since which revision the text or the connections of the case study are
// other than somebody knows them; 0 when they are not.
func (f *Feature) changed(ctx context.Context, p *models.Person, r *room) (int, error) {
	if p == nil || r.study.Revision < 2 {
		return 0, nil
	}
	from, err := f.since(ctx, p, r)
	if err != nil || from >= r.study.Revision {
		return 0, err
	}
	was, err := f.store.Revision(ctx, r.study.ID, from)
	if err != nil || !r.study.ChangedFrom(&was.Document) {
		return 0, err
	}
	return from, nil
}

// changes leads to what has changed since.
func (f *Feature) changes(c *fiber.Ctx) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	from, err := f.changed(c.UserContext(), web.Person(c), &r)
	if err != nil {
		return err
	}
	if from == 0 {
		return c.Redirect(r.url(), fiber.StatusFound)
	}
	return c.Redirect("/case-studies/"+r.study.Slug+"/history/compare?from="+strconv.Itoa(from)+"&to="+strconv.Itoa(r.study.Revision), fiber.StatusFound)
}

// seen notes that somebody has looked at a revision.
func (f *Feature) seen(c *fiber.Ctx, p *models.Person) error {
	r, err := f.enter(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(web.Value(c, "revision"))
	if err != nil || n < 1 || n > r.study.Revision {
		return models.E(models.BadRequest, "There is no such revision. Go back, reload the page and try again.")
	}
	if err := f.store.SeeRevision(c.UserContext(), r.adoption.ID, p.ID, r.study.ID, n); err != nil {
		return err
	}
	return f.done(c, &r, "", "It is marked as read.")
}
