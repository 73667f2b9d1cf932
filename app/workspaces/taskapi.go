package workspaces

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
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

type apiDeleteTaskInput struct {
	APIWorkspaceTask
	IfMatch string `header:"If-Match" doc:"ETag of the task that is meant; 412 when there is a later one."`
}

type apiMoveTaskInput struct {
	APIWorkspaceTask
	Body struct {
		To string `json:"to" enum:"up,down" doc:"It changes places with its neighbour among what is to do and not overdue."`
	}
}

type apiTaskOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiTask
}

type apiStepOut struct {
	ID    string    `json:"id" doc:"ULID"`
	Step  string    `json:"step" doc:"As it stood in the case study."`
	Taken time.Time `json:"taken_out" doc:"When the task was deleted."`
}

// APIWorkspaceStep names a step that was taken out. It is exported as APIWorkspaceOf is.
type APIWorkspaceStep struct {
	APIWorkspaceOf
	Step string `path:"step" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiStepListOutput struct{ Body web.List[apiStepOut] }

type apiTaskListOutput struct{ Body web.List[apiTask] }

func (f *Feature) taskAPI(api huma.API) {
	web.Operation(f.site, api, operation("list-workspace-tasks", http.MethodGet, "/tasks", "The tasks of a workspace", "In their order.", 0), f.apiTasks)
	web.Operation(f.site, api, operation("post-workspace-task", http.MethodPost, "/tasks", "Add a task", "Below those that are there.", http.StatusCreated, 409, 413, 415), f.apiPostTask)
	web.Operation(f.site, api, operation("get-workspace-task", http.MethodGet, "/tasks/{task}", "A task of a workspace", "", 0), f.apiGetTask)
	web.Operation(f.site, api, operation("put-workspace-task", http.MethodPut, "/tasks/{task}", "Change a task", "What is left out stays as it was.", 0, 409, 412, 413, 415, 422), f.apiPutTask)
	web.Operation(f.site, api, operation("move-workspace-task", http.MethodPost, "/tasks/{task}/move", "Move a task up or down", "What is first stays first, and what is last stays last.", http.StatusNoContent, 413, 415), f.apiMoveTask)
	web.Operation(f.site, api, operation("delete-workspace-task", http.MethodDelete, "/tasks/{task}", "Delete a task", "The step of the case study that it was made from is taken out of the plan by that.", http.StatusNoContent, 412), f.apiDeleteTask)
	web.Operation(f.site, api, operation("list-workspace-steps", http.MethodGet, "/steps", "The steps that were taken out of the plan", "Of which the task was deleted, the first that was taken out first: to make the plan again makes none of them.", 0), f.apiSteps)
	web.Operation(f.site, api, operation("bring-back-workspace-step", http.MethodPost, "/steps/{step}/back", "Bring a step back that was taken out of the plan", "Makes a task of it again, below those that are there; where there is one that says the same, gives that.", http.StatusCreated, 409), f.apiBringBack)
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

func (f *Feature) apiTasks(ctx context.Context, in *apiWorkspaceList) (*apiTaskListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	list, err := pageOf(r.Tasks, in.PageParams, func(t models.Task) string { return fmt.Sprintf("%09d", t.Position) }, r.apiTask)
	return &apiTaskListOutput{list}, err
}

func (f *Feature) taskAnswer(r *room, t models.Task) (*apiTaskOutput, error) {
	out := &apiTaskOutput{Body: r.apiTask(t), Location: f.apiAt(r, "/tasks/"+t.ID)}
	var err error
	out.ETag, err = web.ETagOf("v"+strconv.Itoa(t.Version), out.Body)
	return out, err
}

// apiTaskOf gives the task of an address, with its workspace.
func (f *Feature) apiTaskOf(ctx context.Context, in APIWorkspaceTask) (room, *models.Person, *models.Task, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return r, p, nil, err
	}
	t := r.Task(in.Task)
	if t == nil {
		return r, p, nil, errNoTask
	}
	return r, p, t, nil
}

func (f *Feature) apiGetTask(ctx context.Context, in *APIWorkspaceTask) (*apiTaskOutput, error) {
	r, _, t, err := f.apiTaskOf(ctx, *in)
	if err != nil {
		return nil, err
	}
	return f.taskRead(&r, *t)
}

// taskRead gives a task that was there already.
func (f *Feature) taskRead(r *room, t models.Task) (*apiTaskOutput, error) {
	out, err := f.taskAnswer(r, t)
	if out != nil {
		out.Location = ""
	}
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
	return f.taskAnswer(&r, t)
}

func (f *Feature) apiPutTask(ctx context.Context, in *apiPutTaskInput) (*apiTaskOutput, error) {
	r, p, old, err := f.apiTaskOf(ctx, in.APIWorkspaceTask)
	if err != nil {
		return nil, err
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	t, err := f.SaveTask(ctx, p, &r, old, TaskChange{Words: in.Body.Words, Person: in.Body.Person, Due: in.Body.Due, Done: in.Body.Done, Version: version})
	if err != nil {
		return nil, web.Stale(err, version)
	}
	return f.taskRead(&r, t)
}

func (f *Feature) apiMoveTask(ctx context.Context, in *apiMoveTaskInput) (*struct{}, error) {
	r, _, t, err := f.apiTaskOf(ctx, in.APIWorkspaceTask)
	if err != nil {
		return nil, err
	}
	return nil, f.MoveTask(ctx, &r, t, in.Body.To == "up")
}

func (f *Feature) apiDeleteTask(ctx context.Context, in *apiDeleteTaskInput) (*struct{}, error) {
	r, _, t, err := f.apiTaskOf(ctx, in.APIWorkspaceTask)
	if err != nil {
		return nil, err
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	return nil, web.Stale(f.store.RemoveTask(ctx, r.adoption.ID, t.ID, version), version)
}

func stepForAPI(out models.StepOut) apiStepOut {
	return apiStepOut{out.ID, out.Step, out.RemovedAt.UTC()}
}

func (f *Feature) apiSteps(ctx context.Context, in *apiWorkspaceList) (*apiStepListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	list, err := pageOf(r.StepsOut, in.PageParams, func(out models.StepOut) string { return out.ID }, stepForAPI)
	return &apiStepListOutput{list}, err
}

func (f *Feature) apiBringBack(ctx context.Context, in *APIWorkspaceStep) (*apiTaskOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	id, err := f.BringBack(ctx, p, &r, in.Step)
	if err != nil {
		return nil, err
	}
	r, _, t, err := f.apiTaskOf(ctx, APIWorkspaceTask{in.APIWorkspaceOf, id})
	if err != nil {
		return nil, err
	}
	return f.taskAnswer(&r, *t)
}
