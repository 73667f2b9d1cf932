package workspaces

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiTask struct {
	ID      string              `json:"id" doc:"ULID"`
	Words   string              `json:"words" doc:"What there is to do."`
	Step    string              `json:"step" doc:"The step of the case study that it was made from; empty for one of your own."`
	Person  *apiWorkspacePerson `json:"person" doc:"Who does it; null for nobody yet."`
	Due     *string             `json:"due" format:"date" doc:"The day in London by which it is to be done; null for none."`
	Overdue bool                `json:"overdue"`
	Done    *time.Time          `json:"done" doc:"When it was done; null while it is to do."`
}

// apiWorkspacePerson is somebody of a workspace.
type apiWorkspacePerson struct {
	_      struct{} `nullable:"true"` // a task may be nobody's
	Handle string   `json:"handle"`
	Name   string   `json:"name"`
}

type apiCycle struct {
	Number     int     `json:"number"`
	Plan       string  `json:"plan"`
	Prediction string  `json:"prediction"`
	Did        string  `json:"did"`
	Studied    string  `json:"studied" doc:"What happened, against the prediction."`
	Act        string  `json:"act" enum:",adopt,adapt,abandon" doc:"Empty while it is not decided."`
	Next       string  `json:"next" doc:"What follows from it."`
	Started    *string `json:"started" format:"date"`
	Ended      *string `json:"ended" format:"date"`
}

type apiWorkspaceLink struct {
	Title string `json:"title"`
	URL   string `json:"url" format:"uri"`
}

type apiWorkspace struct {
	CaseStudy    string               `json:"case_study" doc:"Id of the case study."`
	Organisation string               `json:"organisation" doc:"ODS code of who adopts."`
	Revision     *int                 `json:"revision" doc:"Revision of the case study that the plan was made from last; null while there is no such plan."`
	Total        int                  `json:"total" doc:"Tasks."`
	Done         int                  `json:"done" doc:"Tasks that are done."`
	Tasks        []apiTask            `json:"tasks" doc:"In their order, at most 200."`
	Cycles       []apiCycle           `json:"cycles" doc:"At most 50."`
	People       []apiWorkspacePerson `json:"people" doc:"Who was added, beside the owner and the leads; at most 30."`
	Links        []apiWorkspaceLink   `json:"links" doc:"At most 50."`
	Files        []APIWorkspaceFile   `json:"files" doc:"At most 30, the first that was added first."`
	URL          string               `json:"url" format:"uri"`
}

// APIWorkspaceOf names the workspace of an adoption. It is exported because huma
// passes over embedded types that are not.
type APIWorkspaceOf struct {
	ID           string `path:"id" doc:"ULID or slug of the case study" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Organisation string `path:"organisation" doc:"ODS code of who adopts" maxLength:"20" example:"RWY"`
}

// APIWorkspaceTask names a task. It is exported as APIWorkspaceOf is.
type APIWorkspaceTask struct {
	APIWorkspaceOf
	Task string `path:"task" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiNewTask struct {
	Words  string `json:"words" maxLength:"2000" doc:"What there is to do; at most 300 characters." example:"Agree the form with the lab"`
	Person string `json:"person,omitempty" maxLength:"100" doc:"Handle of who does it, one of the people of the workspace; empty for nobody yet. They are told."`
	Due    string `json:"due,omitempty" maxLength:"40" doc:"YYYY-MM-DD in London; empty for no day." example:"2026-03-31"`
}

type apiTaskChange struct {
	Words  *string `json:"words,omitempty" maxLength:"2000" doc:"As it was when left out, as is the rest."`
	Person *string `json:"person,omitempty" maxLength:"100"`
	Due    *string `json:"due,omitempty" maxLength:"40"`
	Done   *bool   `json:"done,omitempty"`
}

type apiPostTaskInput struct {
	APIWorkspaceOf
	Body apiNewTask
}

type apiPutTaskInput struct {
	APIWorkspaceTask
	IfMatch string `header:"If-Match" doc:"ETag of the task that the change was made from; 412 when there is a later one."`
	Body    apiTaskChange
}

type apiWorkspaceOutput struct{ Body apiWorkspace }

type apiTaskOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiTask
}

type apiPlanOutput struct {
	Body struct {
		Added int          `json:"added" doc:"Steps of which there was no task yet."`
		Plan  apiWorkspace `json:"workspace"`
	}
}

// API adds the operations on workspaces.
func (f *Feature) API(api huma.API) {
	const one = "/case-studies/{id}/adoptions/{organisation}/workspace"
	add := func(id, method, path, summary, description string, status int, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, DefaultStatus: status, Tags: []string{"Adoptions"}, Errors: append(errors, 404, 410)}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	web.Operation(f.site, api, add("get-workspace", http.MethodGet, one, "The private workspace of an adoption", "For the owner of the adoption, the people who were added, leads of the organisation and admins: to all others, with or without a token, there is none.", 0), f.apiGet)
	web.Operation(f.site, api, add("post-workspace-plan", http.MethodPost, one+"/plan", "Make the plan from the case study", "Adds a task for each step that the case study lists and of which there is none yet.", http.StatusOK, 409), f.apiPlan)
	web.Operation(f.site, api, add("post-workspace-task", http.MethodPost, one+"/tasks", "Add a task", "Below those that are there.", http.StatusCreated, 409, 413, 415), f.apiPostTask)
	web.Operation(f.site, api, add("put-workspace-task", http.MethodPut, one+"/tasks/{task}", "Change a task", "What is left out stays as it was.", 0, 409, 412, 413, 415, 422), f.apiPutTask)
	web.Operation(f.site, api, add("delete-workspace-task", http.MethodDelete, one+"/tasks/{task}", "Delete a task", "", http.StatusNoContent), f.apiDeleteTask)
	f.fileAPI(api)
}

func orNone(day string) *string {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil
	}
	return &day
}

func (r *room) apiTask(t models.Task) apiTask {
	out := apiTask{ID: t.ID, Words: t.Words, Step: t.Step, Due: orNone(t.Due), Overdue: t.Overdue(r.today)}
	if t.PersonID != "" {
		out.Person = &apiWorkspacePerson{Handle: t.Handle, Name: t.PersonName}
	}
	if t.DoneAt != nil {
		at := t.DoneAt.UTC()
		out.Done = &at
	}
	return out
}

func (f *Feature) forAPI(r *room) apiWorkspace {
	out := apiWorkspace{CaseStudy: r.study.ID, Organisation: r.adoption.Organisation, Total: len(r.Tasks), Tasks: []apiTask{}, Cycles: []apiCycle{}, People: []apiWorkspacePerson{}, Links: []apiWorkspaceLink{}, Files: []APIWorkspaceFile{}, URL: f.site.URL(r.url())}
	if r.Revision > 0 {
		out.Revision = &r.Revision
	}
	for _, t := range r.Tasks {
		if t.DoneAt != nil {
			out.Done++
		}
		out.Tasks = append(out.Tasks, r.apiTask(t))
	}
	for _, c := range r.Cycles {
		out.Cycles = append(out.Cycles, apiCycle{c.Number, c.Plan, c.Prediction, c.Did, c.Studied, string(c.Act), c.Next, orNone(c.Started), orNone(c.Ended)})
	}
	for _, wp := range r.People {
		out.People = append(out.People, apiWorkspacePerson{Handle: wp.Person.Handle, Name: wp.Person.Name})
	}
	for _, l := range r.Links {
		out.Links = append(out.Links, apiWorkspaceLink{l.Title, l.URL})
	}
	for i := range r.Files {
		out.Files = append(out.Files, f.fileForAPI(r, &r.Files[i]))
	}
	return out
}

func (f *Feature) apiEnter(ctx context.Context, in APIWorkspaceOf) (room, *models.Person, error) {
	p := web.PersonIn(ctx)
	r, err := f.open(store.Fresh(ctx), p, in.ID, in.Organisation)
	return r, p, err
}

func (f *Feature) apiGet(ctx context.Context, in *APIWorkspaceOf) (*apiWorkspaceOutput, error) {
	r, _, err := f.apiEnter(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &apiWorkspaceOutput{f.forAPI(&r)}, nil
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
	out.Body.Plan = f.forAPI(&r)
	return out, nil
}

func (f *Feature) answer(r *room, t models.Task) (*apiTaskOutput, error) {
	out := &apiTaskOutput{Body: r.apiTask(t), Location: f.site.URL("/api/v1/case-studies/" + r.study.ID + "/adoptions/" + r.adoption.Organisation + "/workspace/tasks/" + t.ID)}
	var err error
	out.ETag, err = web.ETagOf("v"+strconv.Itoa(t.Version), out.Body)
	return out, err
}

func (f *Feature) apiPostTask(ctx context.Context, in *apiPostTaskInput) (*apiTaskOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	t, err := f.SaveTask(ctx, p, &r, nil, TaskChange{Words: &in.Body.Words, Person: &in.Body.Person, Due: &in.Body.Due})
	if err != nil {
		return nil, err
	}
	return f.answer(&r, t)
}

func (f *Feature) apiPutTask(ctx context.Context, in *apiPutTaskInput) (*apiTaskOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	old := r.Task(in.Task)
	if old == nil {
		return nil, errNoTask
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	t, err := f.SaveTask(ctx, p, &r, old, TaskChange{Words: in.Body.Words, Person: in.Body.Person, Due: in.Body.Due, Done: in.Body.Done, Version: version})
	if models.KindOf(err) == models.Conflict && version != 0 {
		return nil, models.E(models.Precondition, "This has been changed since you read it. Read it again and make your change from that.")
	}
	if err != nil {
		return nil, err
	}
	out, err := f.answer(&r, t)
	if out != nil {
		out.Location = ""
	}
	return out, err
}

func (f *Feature) apiDeleteTask(ctx context.Context, in *APIWorkspaceTask) (*struct{}, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err == nil && r.Task(in.Task) == nil {
		err = errNoTask
	}
	if err == nil {
		err = f.store.RemoveTask(ctx, r.adoption.ID, in.Task)
	}
	return nil, err
}
