package notifications

import (
	"context"

	"grassroots/models"
)

// reviewWho asks that a case study is read again: nobody in particular does.
const reviewWho = "Grassroots"

// Review has people told, in the transaction that notes it, that a case study is to be read
// again: its authors, or after they were silent the leads of its organisation. Of each time that it is due, once.
func (f *Feature) Review(ctx context.Context, cs models.CaseStudy, people []string, leads bool) error {
	n := models.Notification{Event: "review:" + cs.ID + ":" + models.InLondonDay(cs.ReviewDue()), Reason: models.NotifyReview, CaseStudyID: cs.ID, ActorID: cs.OwnerID, Detail: "author"}
	if leads {
		n.Event, n.Detail = n.Event+":leads", "lead"
	}
	told := toldOf(people)
	if cs.Status == models.Limited {
		var err error
		if told, err = f.whoMayRead(ctx, &cs, told); err != nil {
			return err
		}
	}
	if len(told) == 0 {
		return nil
	}
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, n, told)
}

// reviewWhy says why somebody is asked.
func reviewWhy(n models.Notification) string {
	if n.Detail == "lead" {
		return "You lead the organisation, and its authors have not answered"
	}
	return "You wrote this case study"
}
