package web

import "grassroots/models"

const (
	workspacePage = "/case-studies/:slug/adoptions/:organisation/workspace"
	workspaceAPI  = "/api/v1/case-studies/:id/adoptions/:organisation/workspace"
)

// workspaceAccess is the part of the table of access about workspaces and kits. That there is
// one is told to nobody who may not read it: the operation says so, and not a rule that
// would send them to sign in.
var workspaceAccess = map[models.Right][]string{
	models.ReadPublic: {
		"GET " + workspacePage,
		"GET " + workspacePage + "/print", "GET " + workspacePage + "/changes",
		"GET " + workspacePage + "/tasks/new", "GET " + workspacePage + "/tasks/:task",
		"GET " + workspacePage + "/cycles/new", "GET " + workspacePage + "/cycles/:cycle",
		"GET " + workspacePage + "/people/new",
		"GET " + workspacePage + "/links/new", "GET " + workspacePage + "/files/new", "GET " + workspacePage + "/files/:file",
		"GET " + workspaceAPI, "GET " + workspaceAPI + "/files", "GET " + workspaceAPI + "/files/:file",
		"GET " + workspaceAPI + "/tasks", "GET " + workspaceAPI + "/tasks/:task", "GET " + workspaceAPI + "/cycles", "GET " + workspaceAPI + "/cycles/:cycle",
		"GET " + workspaceAPI + "/steps", "GET " + workspaceAPI + "/people", "GET " + workspaceAPI + "/links", "GET " + workspaceAPI + "/links/:link",
		"GET /case-studies/:slug/spread", "GET /case-studies/:slug/kit", "GET /case-studies/:slug/kit.md",
		"GET /api/v1/case-studies/:id/kit",
		"GET /case-studies/:slug/cite", "GET /case-studies/:slug/cite.bib", "GET /case-studies/:slug/cite.ris",
		"GET /api/v1/case-studies/:id/citations",
	},
	models.TakePart: {
		"POST " + workspacePage + "/plan", "POST " + workspacePage + "/seen",
		"POST " + workspacePage + "/tasks/new", "POST " + workspacePage + "/tasks/:task",
		"POST " + workspacePage + "/tasks/:task/move", "POST " + workspacePage + "/tasks/:task/done", "POST " + workspacePage + "/tasks/:task/remove",
		"POST " + workspacePage + "/steps/:step/back",
		"POST " + workspacePage + "/cycles/new", "POST " + workspacePage + "/cycles/:cycle", "POST " + workspacePage + "/cycles/:cycle/remove",
		"POST " + workspacePage + "/people/new", "POST " + workspacePage + "/people/:handle/remove",
		"POST " + workspacePage + "/files/new", "POST " + workspacePage + "/files/:file/remove",
		"POST " + workspacePage + "/links/new", "POST " + workspacePage + "/links/:link/remove",
		"POST " + workspaceAPI + "/plan",
		"PUT " + workspaceAPI + "/seen",
		"POST " + workspaceAPI + "/tasks", "POST " + workspaceAPI + "/tasks/:task/move", "POST " + workspaceAPI + "/steps/:step/back",
		"POST " + workspaceAPI + "/cycles", "PUT " + workspaceAPI + "/cycles/:cycle", "DELETE " + workspaceAPI + "/cycles/:cycle",
		"PUT " + workspaceAPI + "/people/:handle", "DELETE " + workspaceAPI + "/people/:handle",
		"POST " + workspaceAPI + "/links", "DELETE " + workspaceAPI + "/links/:link",
		"POST " + workspaceAPI + "/files", "DELETE " + workspaceAPI + "/files/:file",
		"PUT " + workspaceAPI + "/tasks/:task", "DELETE " + workspaceAPI + "/tasks/:task",
	},
}
