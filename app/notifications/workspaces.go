package notifications

import (
	"context"
	"strings"

	"grassroots/app/web"
	"grassroots/models"
)

// What of a workspace somebody is told.
const (
	workspaceAdded = "added"
	workspaceTask  = "task"
)

// TaskGiven has somebody told that they are given a task in the workspace of an
// adoption, in the transaction in which they are: once for each task.
func (f *Feature) TaskGiven(ctx context.Context, t models.Task, of models.Adoption, by string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, models.Notification{Event: "task:" + t.ID + ":" + t.PersonID, Reason: models.NotifyWorkspace, CaseStudyID: of.CaseStudyID, ActorID: by, Detail: workspaceTask + ":" + of.Organisation}, toldOf([]string{t.PersonID}))
}

// AddedToWorkspace has somebody told that they were added to the workspace of an
// adoption, in the transaction in which they are: once for each adoption.
func (f *Feature) AddedToWorkspace(ctx context.Context, person string, of models.Adoption, by string) error {
	f.store.AfterCommit(ctx, f.site.PeopleChanged)
	return f.store.Notify(ctx, models.Notification{Event: "workspace:" + of.ID + ":" + person, Reason: models.NotifyWorkspace, CaseStudyID: of.CaseStudyID, ActorID: by, Detail: workspaceAdded + ":" + of.Organisation}, toldOf([]string{person}))
}

// workspaceURL is where the workspace is of which somebody is told.
func workspaceURL(n models.Notification) string {
	_, code, _ := strings.Cut(n.Detail, ":")
	return web.AdoptionURL(n.Slug, code) + "/workspace"
}

// workspaceDoes says what happened in a workspace, before the title of its case study.
func workspaceDoes(n models.Notification) string {
	if strings.HasPrefix(n.Detail, workspaceAdded) {
		return "added you to your organisation’s workspace for"
	}
	return "gave you a task in your organisation’s workspace for"
}

// workspaceDid is workspaceDoes under the title of the case study.
func workspaceDid(n models.Notification) string {
	if strings.HasPrefix(n.Detail, workspaceAdded) {
		return "added you to your organisation’s workspace for it"
	}
	return "gave you a task for it"
}

// tellAdopters tells those who adopt a case study that its text or connections have
// changed, at most once a day of London; who has been told of the revision for another
// reason is not told again.
func (f *Feature) tellAdopters(ctx context.Context, cs *models.CaseStudy, told models.Notification) error {
	list, err := f.store.AdoptersOf(ctx, cs.ID, told.Event)
	if err != nil {
		return err
	}
	n := models.Notification{Event: "original:" + cs.ID + ":" + models.InLondonDay(f.site.Now()), Reason: models.NotifyOriginal, CaseStudyID: cs.ID, ActorID: told.ActorID}
	for len(list) > 0 { // those of one organisation together
		at := 1
		for at < len(list) && list[at].Organisation == list[0].Organisation {
			at++
		}
		people := make([]string, at)
		for i := range people {
			people[i] = list[i].PersonID
		}
		n.Detail = "changed:" + list[0].Organisation
		if err := f.notify(ctx, cs, n, toldOf(people)); err != nil {
			return err
		}
		list = list[at:]
	}
	f.site.PeopleChanged()
	return nil
}
