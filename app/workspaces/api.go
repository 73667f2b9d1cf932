package workspaces

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// apiWorkspacePerson is somebody of a workspace.
type apiWorkspacePerson struct {
	_      struct{} `nullable:"true"` // a task may be nobody's
	Handle string   `json:"handle"`
	Name   string   `json:"name"`
}

type apiWorkspace struct {
	CaseStudy    string               `json:"case_study" doc:"Id of the case study."`
	Organisation string               `json:"organisation" doc:"ODS code of who adopts."`
	Revision     *int                 `json:"revision" doc:"Revision of the case study that the plan was made from last; null while there is no such plan."`
	ChangedSince *int                 `json:"changed_since" doc:"Revision that you looked at last, where the text or the connections of the case study have changed since; null where they have not."`
	Latest       int                  `json:"latest" doc:"Revision of the case study by now."`
	Total        int                  `json:"total" doc:"Tasks."`
	Done         int                  `json:"done" doc:"Tasks that are done."`
	Tasks        []apiTask            `json:"tasks" doc:"In their order, at most 200."`
	StepsOut     []apiStepOut         `json:"steps_out" doc:"Steps of the case study of which the task was deleted, so that no plan makes one again; at most 200."`
	Cycles       []apiCycle           `json:"cycles" doc:"At most 50."`
	Owner        *apiWorkspacePerson  `json:"owner" doc:"Who looks after the adoption; null for nobody."`
	People       []apiWorkspaceMember `json:"people" doc:"Who was added, beside the owner and the leads; at most 30."`
	Links        []apiWorkspaceLink   `json:"links" doc:"At most 50."`
	Files        []APIWorkspaceFile   `json:"files" doc:"At most 30, the first that was added first."`
	AskURL       *string              `json:"ask_url" format:"uri" doc:"Where those who wrote the case study are asked in private, or for a visit, as POST /case-studies/{id}/conversations does; null where nobody can be."`
	CommentsURL  string               `json:"comments_url" format:"uri" doc:"Where they are asked in a comment that everybody can read, as POST /case-studies/{id}/comments does."`
	URL          string               `json:"url" format:"uri"`
}

// APIWorkspaceOf names the workspace of an adoption. It is exported because huma
// passes over embedded types that are not.
type APIWorkspaceOf struct {
	ID           string `path:"id" doc:"ULID or slug of the case study" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Organisation string `path:"organisation" doc:"ODS code of who adopts" maxLength:"20" example:"RWY"`
}

// apiWorkspaceList asks for a page of one of the lists of a workspace.
type apiWorkspaceList struct {
	APIWorkspaceOf
	web.PageParams
}

type apiWorkspaceOutput struct{ Body apiWorkspace }

type apiPlanOutput struct {
	Body struct {
		Added int          `json:"added" doc:"Steps of which a task was made."`
		Plan  apiWorkspace `json:"workspace"`
	}
}

type apiSeenInput struct {
	APIWorkspaceOf
	Body struct {
		Revision int `json:"revision" minimum:"1" doc:"Of the case study, that was looked at." example:"4"`
	}
}

// workspaceAPI is where the API has a workspace.
const workspaceAPI = "/case-studies/{id}/adoptions/{organisation}/workspace"

// operation describes one of the operations on workspaces.
func operation(id, method, path, summary, description string, status int, errors ...int) huma.Operation {
	op := huma.Operation{OperationID: id, Method: method, Path: workspaceAPI + path, Summary: summary, Description: description, DefaultStatus: status, Tags: []string{"Adoptions"}, Errors: append(errors, 404, 410)}
	if method != http.MethodGet {
		op.Security = web.TokenSecurity()
	}
	return op
}

// API adds the operations on workspaces.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, operation("get-workspace", http.MethodGet, "", "The private workspace of an adoption", "For the owner of the adoption, the people who were added, leads of the organisation and admins: to all others, with or without a token, there is none.", 0), f.apiGet)
	web.Operation(f.site, api, operation("post-workspace-plan", http.MethodPost, "/plan", "Make the plan from the case study", "Adds a task for each step that the case study lists, of which there is none yet and that nobody has taken out.", http.StatusOK, 409), f.apiPlan)
	web.Operation(f.site, api, operation("put-workspace-seen", http.MethodPut, "/seen", "Mark as read what changed in the case study", "For you alone.", http.StatusNoContent, 413, 415, 422), f.apiSee)
	f.taskAPI(api)
	f.cycleAPI(api)
	f.peopleAPI(api)
	f.fileAPI(api)
}

func orNone(day string) *string {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil
	}
	return &day
}

// pageOf gives a page of the list of a workspace, which is read whole: what comes after
// the place that the last page ended with, by the keys of its items, which are unique
// and rise.
func pageOf[T, O any](list []T, in web.PageParams, key func(T) string, as func(T) O) (web.List[O], error) {
	at, err := store.ParseNameCursor(in.Cursor)
	if err != nil {
		return web.List[O]{}, err
	}
	total, next := len(list), ""
	if at != nil {
		first, _ := slices.BinarySearchFunc(list, at.Key, func(one T, key0 string) int { return strings.Compare(key(one), key0) })
		if first < len(list) && key(list[first]) == at.Key {
			first++
		}
		list = list[first:]
	}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		next = store.NameCursor{Key: key(list[in.Limit-1])}.String()
	}
	items := make([]O, len(list))
	for i, one := range list {
		items[i] = as(one)
	}
	return web.NewList(items, next, total), nil
}

func (f *Feature) forAPI(ctx context.Context, p *models.Person, r *room) (apiWorkspace, error) {
	out := apiWorkspace{CaseStudy: r.study.ID, Organisation: r.adoption.Organisation, Latest: r.study.Revision, Total: len(r.Tasks), Tasks: []apiTask{}, StepsOut: []apiStepOut{}, Cycles: []apiCycle{}, People: []apiWorkspaceMember{}, Links: []apiWorkspaceLink{}, Files: []APIWorkspaceFile{},
		URL: f.site.URL(r.url()), CommentsURL: f.site.URL(r.commentURL())}
	if to := r.askURL(); to != "" {
		to = f.site.URL(to)
		out.AskURL = &to
	}
	if r.Revision > 0 {
		out.Revision = &r.Revision
	}
	since, err := f.changed(ctx, p, r)
	if err != nil {
		return out, err
	}
	if since > 0 {
		out.ChangedSince = &since
	}
	if a := &r.adoption; a.OwnerID != "" {
		out.Owner = &apiWorkspacePerson{Handle: a.Owner.Handle, Name: a.Owner.Name}
	}
	for _, t := range r.Tasks {
		if t.DoneAt != nil {
			out.Done++
		}
		out.Tasks = append(out.Tasks, r.apiTask(t))
	}
	for _, step := range r.StepsOut {
		out.StepsOut = append(out.StepsOut, stepForAPI(step))
	}
	for _, c := range r.Cycles {
		out.Cycles = append(out.Cycles, cycleForAPI(c))
	}
	for _, wp := range r.People {
		out.People = append(out.People, r.apiMember(wp))
	}
	for _, l := range r.Links {
		out.Links = append(out.Links, linkForAPI(l))
	}
	for i := range r.Files {
		out.Files = append(out.Files, f.fileForAPI(r, &r.Files[i]))
	}
	return out, nil
}

// apiAt is where the API has something of a workspace.
func (f *Feature) apiAt(r *room, place string) string {
	return f.site.URL("/api/v1/case-studies/" + r.study.ID + "/adoptions/" + r.adoption.Organisation + "/workspace" + place)
}

func (f *Feature) apiEnter(ctx context.Context, in APIWorkspaceOf) (room, *models.Person, error) {
	p := web.PersonIn(ctx)
	r, err := f.open(store.Fresh(ctx), p, in.ID, in.Organisation)
	return r, p, err
}

func (f *Feature) apiGet(ctx context.Context, in *APIWorkspaceOf) (*apiWorkspaceOutput, error) {
	r, p, err := f.apiEnter(ctx, *in)
	if err != nil {
		return nil, err
	}
	out, err := f.forAPI(ctx, p, &r)
	return &apiWorkspaceOutput{out}, err
}

func (f *Feature) apiPlan(ctx context.Context, in *APIWorkspaceOf) (*apiPlanOutput, error) {
	r, p, err := f.apiEnter(ctx, *in)
	if err != nil {
		return nil, err
	}
	out := &apiPlanOutput{}
	if out.Body.Added, err = f.Plan(ctx, p, &r); err != nil {
		return nil, err
	}
	if r, _, err = f.apiEnter(ctx, *in); err != nil {
		return nil, err
	}
	out.Body.Plan, err = f.forAPI(ctx, p, &r)
	return out, err
}

func (f *Feature) apiSee(ctx context.Context, in *apiSeenInput) (*struct{}, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	if in.Body.Revision > r.study.Revision {
		return nil, models.InvalidField("revision", "There is no such revision")
	}
	return nil, f.store.SeeRevision(ctx, r.adoption.ID, p.ID, r.study.ID, in.Body.Revision)
}
