package app

import (
	"grassroots/app/evidence"
	"grassroots/app/jobs"
	"grassroots/app/kits"
	"grassroots/app/notifications"
	"grassroots/app/spread"
	"grassroots/app/uploads"
	"grassroots/app/workspaces"
)

// workspaces makes the feature in which organisations work on their adoptions, whose
// people are told, and to which adoptions lead those who may read it; and the one that
// gathers what a team needs which wants to adopt, the one that shows how it spreads, and the one about what carries it.
func (a *App) workspaces(queue *jobs.Queue, files *uploads.Store, told *notifications.Feature) together {
	rooms := workspaces.New(a.Site, queue, files)
	rooms.TellTask, rooms.TellAdded, rooms.Forget = told.TaskGiven, told.AddedToWorkspace, a.CaseStudies.Forget
	a.Adoptions.MayWork = rooms.MayOpen
	proof := evidence.New(a.Site)
	proof.Tell = told.Review
	proof.Review(queue)
	return together{rooms, kits.New(a.Site, a.CaseStudies.ConnectionRows), spread.New(a.Site), proof}
}
