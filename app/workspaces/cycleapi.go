package workspaces

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

type apiCycle struct {
	ID         string  `json:"id" doc:"ULID"`
	Number     int     `json:"number" doc:"Given once: that of a cycle which was deleted is not given again."`
	Plan       string  `json:"plan"`
	Prediction string  `json:"prediction"`
	Did        string  `json:"did"`
	Studied    string  `json:"studied" doc:"What happened, against the prediction."`
	Act        string  `json:"act" enum:",adopt,adapt,abandon" doc:"Empty while it is not decided."`
	Next       string  `json:"next" doc:"What follows from it."`
	Started    *string `json:"started" format:"date"`
	Ended      *string `json:"ended" format:"date"`
}

// APIWorkspaceCycle names a cycle. It is exported as APIWorkspaceOf is.
type APIWorkspaceCycle struct {
	APIWorkspaceOf
	Cycle string `path:"cycle" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiNewCycle struct {
	Plan       string `json:"plan" maxLength:"20000" doc:"What you will try; each text has at most 2,000 characters." example:"One ward for a week"`
	Prediction string `json:"prediction" maxLength:"20000" doc:"What you expect to happen." example:"Letters within an hour"`
	Did        string `json:"did,omitempty" maxLength:"20000" doc:"What you did."`
	Studied    string `json:"studied,omitempty" maxLength:"20000" doc:"What happened, against the prediction."`
	Act        string `json:"act,omitempty" enum:",adopt,adapt,abandon" doc:"Empty while it is not decided. It needs what you studied."`
	Next       string `json:"next,omitempty" maxLength:"20000" doc:"What follows from it."`
	Started    string `json:"started,omitempty" maxLength:"40" doc:"YYYY-MM-DD; empty for no day." example:"2026-03-02"`
	Ended      string `json:"ended,omitempty" maxLength:"40" doc:"YYYY-MM-DD; empty for no day."`
}

func (in *apiNewCycle) cycle() models.Cycle {
	return models.Cycle{Plan: in.Plan, Prediction: in.Prediction, Did: in.Did, Studied: in.Studied, Act: models.CycleAct(in.Act), Next: in.Next, Started: in.Started, Ended: in.Ended}
}

type apiCycleChange struct {
	Plan       *string `json:"plan,omitempty" maxLength:"20000" doc:"As it was when left out, as is the rest."`
	Prediction *string `json:"prediction,omitempty" maxLength:"20000"`
	Did        *string `json:"did,omitempty" maxLength:"20000"`
	Studied    *string `json:"studied,omitempty" maxLength:"20000"`
	Act        *string `json:"act,omitempty" enum:",adopt,adapt,abandon"`
	Next       *string `json:"next,omitempty" maxLength:"20000"`
	Started    *string `json:"started,omitempty" maxLength:"40"`
	Ended      *string `json:"ended,omitempty" maxLength:"40"`
}

// apply puts what is changed into a cycle as it was.
func (in *apiCycleChange) apply(c *models.Cycle) {
	act := string(c.Act)
	for _, one := range []struct{ from, to *string }{{in.Plan, &c.Plan}, {in.Prediction, &c.Prediction}, {in.Did, &c.Did}, {in.Studied, &c.Studied}, {in.Act, &act}, {in.Next, &c.Next}, {in.Started, &c.Started}, {in.Ended, &c.Ended}} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
	c.Act = models.CycleAct(act)
}

type apiPostCycleInput struct {
	APIWorkspaceOf
	Body apiNewCycle
}

type apiPutCycleInput struct {
	APIWorkspaceCycle
	IfMatch string `header:"If-Match" doc:"ETag of the cycle that the change was made from; 412 when there is a later one."`
	Body    apiCycleChange
}

type apiDeleteCycleInput struct {
	APIWorkspaceCycle
	IfMatch string `header:"If-Match" doc:"ETag of the cycle that is meant; 412 when there is a later one."`
}

type apiCycleOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiCycle
}

type apiCycleListOutput struct{ Body web.List[apiCycle] }

func (f *Feature) cycleAPI(api huma.API) {
	web.Operation(f.site, api, operation("list-workspace-cycles", http.MethodGet, "/cycles", "The cycles of a workspace", "Of plan, do, study and act, the first first.", 0), f.apiCycles)
	web.Operation(f.site, api, operation("post-workspace-cycle", http.MethodPost, "/cycles", "Begin a cycle", "With the next number.", http.StatusCreated, 409, 413, 415), f.apiPostCycle)
	web.Operation(f.site, api, operation("get-workspace-cycle", http.MethodGet, "/cycles/{cycle}", "A cycle of a workspace", "", 0), f.apiGetCycle)
	web.Operation(f.site, api, operation("put-workspace-cycle", http.MethodPut, "/cycles/{cycle}", "Go on with a cycle, or change it", "What is left out stays as it was.", 0, 409, 412, 413, 415, 422), f.apiPutCycle)
	web.Operation(f.site, api, operation("delete-workspace-cycle", http.MethodDelete, "/cycles/{cycle}", "Delete a cycle", "", http.StatusNoContent, 412), f.apiDeleteCycle)
}

func cycleForAPI(c models.Cycle) apiCycle {
	return apiCycle{c.ID, c.Number, c.Plan, c.Prediction, c.Did, c.Studied, string(c.Act), c.Next, orNone(c.Started), orNone(c.Ended)}
}

func cycleRead(c models.Cycle) (*apiCycleOutput, error) {
	out := &apiCycleOutput{Body: cycleForAPI(c)}
	var err error
	out.ETag, err = web.ETagOf("v"+strconv.Itoa(c.Version), out.Body)
	return out, err
}

// apiCycleOf gives the cycle of an address, with its workspace.
func (f *Feature) apiCycleOf(ctx context.Context, in APIWorkspaceCycle) (room, *models.Person, *models.Cycle, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return r, p, nil, err
	}
	c := r.Cycle(in.Cycle)
	if c == nil {
		return r, p, nil, errNoCycle
	}
	return r, p, c, nil
}

func (f *Feature) apiCycles(ctx context.Context, in *apiWorkspaceList) (*apiCycleListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	list, err := pageOf(r.Cycles, in.PageParams, func(c models.Cycle) string { return fmt.Sprintf("%09d", c.Number) }, cycleForAPI)
	return &apiCycleListOutput{list}, err
}

func (f *Feature) apiGetCycle(ctx context.Context, in *APIWorkspaceCycle) (*apiCycleOutput, error) {
	_, _, c, err := f.apiCycleOf(ctx, *in)
	if err != nil {
		return nil, err
	}
	return cycleRead(*c)
}

func (f *Feature) apiPostCycle(ctx context.Context, in *apiPostCycleInput) (*apiCycleOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	made, err := f.SaveCycle(ctx, p, &r, nil, in.Body.cycle())
	if err != nil {
		return nil, err
	}
	out, err := cycleRead(made)
	if out != nil {
		out.Location = f.apiAt(&r, "/cycles/"+made.ID)
	}
	return out, err
}

func (f *Feature) apiPutCycle(ctx context.Context, in *apiPutCycleInput) (*apiCycleOutput, error) {
	r, p, old, err := f.apiCycleOf(ctx, in.APIWorkspaceCycle)
	if err != nil {
		return nil, err
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	c := *old
	in.Body.apply(&c)
	if version != 0 {
		c.Version = version
	}
	if c, err = f.SaveCycle(ctx, p, &r, old, c); err != nil {
		return nil, web.Stale(err, version)
	}
	return cycleRead(c)
}

func (f *Feature) apiDeleteCycle(ctx context.Context, in *apiDeleteCycleInput) (*struct{}, error) {
	r, _, c, err := f.apiCycleOf(ctx, in.APIWorkspaceCycle)
	if err != nil {
		return nil, err
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	return nil, web.Stale(f.store.RemoveCycle(ctx, r.adoption.ID, c.ID, version), version)
}
