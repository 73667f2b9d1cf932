package reflections

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// APILearnt is what somebody says of what they learnt. It is exported because
// huma passes over embedded types that are not.
type APILearnt struct {
	Register  string   `json:"register,omitempty" enum:"nmc,hcpc,gmc,other" default:"other" doc:"Nursing and Midwifery Council, Health and Care Professions Council, General Medical Council, or another."`
	Title     string   `json:"title" doc:"What was done, at most 150 characters." example:"Read about discharge letters that reach the GP"`
	Day       string   `json:"day" doc:"YYYY-MM-DD, not in the future." example:"2026-01-12"`
	Minutes   int      `json:"minutes,omitempty" minimum:"0" maximum:"3600" doc:"That it took." example:"45"`
	Method    string   `json:"method,omitempty" enum:",self-directed,work-based,professional,formal,other" doc:"How it was learnt; empty when it is not said."`
	With      bool     `json:"with_others,omitempty" doc:"Together with others: what the NMC calls participatory."`
	Themes    []string `json:"themes,omitempty" maxItems:"10" doc:"Themes of the NMC's Code, or domains of the GMC's Good medical practice. Those of another register are left out."`
	What      string   `json:"what,omitempty" doc:"What it was, at most 4,000 characters, as each of the next."`
	Learnt    string   `json:"learnt,omitempty" doc:"What was learnt."`
	Changed   string   `json:"changed,omitempty" doc:"How it changed or improved practice."`
	Relevance string   `json:"relevance,omitempty" doc:"How it is relevant to the register's code or standards."`
}

type apiReflection struct {
	ID        string  `json:"id" doc:"ULID"`
	CaseStudy *string `json:"case_study" doc:"Id of the case study that it came of; null for none."`
	APILearnt
	Unfinished bool      `json:"unfinished" doc:"A question is without an answer."`
	Created    time.Time `json:"created"`
	At         time.Time `json:"changed_at"`
	URL        string    `json:"url" format:"uri"`
}

type apiListInput struct {
	web.PageParams
	From string `query:"from" maxLength:"10" doc:"First day, YYYY-MM-DD. Without it and to, the three years until today."`
	To   string `query:"to" maxLength:"10" doc:"Last day, YYYY-MM-DD."`
}

type apiListOutput struct{ Body web.List[apiReflection] }

type apiNewReflection struct {
	APILearnt
	CaseStudy string `json:"case_study,omitempty" maxLength:"200" doc:"ULID or slug of the case study that it comes of."`
}

type apiPostInput struct{ Body apiNewReflection }

// APIOne names one reflection. It is exported because huma passes over embedded
// types that are not.
type APIOne struct {
	ID string `path:"id" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiPutInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the state that the change was made from; 412 when there is a later one."`
	Body    APILearnt
}

type apiAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiReflection
}

// API adds the operations on reflections.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Reflections"}, Errors: errors, Security: web.TokenSecurity()}
	}
	web.Operation(f.site, api, add("list-reflections", http.MethodGet, "/me/reflections", "What you learnt", "The latest day first. Nobody else reads your reflections, whatever their role."), f.apiList)
	post := add("post-reflection", http.MethodPost, "/me/reflections", "Keep what you learnt", "", 404, 409, 410, 413, 415)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	web.Operation(f.site, api, add("get-reflection", http.MethodGet, "/me/reflections/{id}", "One reflection of yours", "", 404), f.apiGet)
	web.Operation(f.site, api, add("put-reflection", http.MethodPut, "/me/reflections/{id}", "Change a reflection", "Replaces all of it but the case study.", 404, 409, 412, 413, 415), f.apiPut)
	remove := add("delete-reflection", http.MethodDelete, "/me/reflections/{id}", "Delete a reflection for good", "", 404)
	remove.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, remove, f.apiDelete)
}

func (f *Feature) forAPI(r *models.Reflection) apiReflection {
	out := apiReflection{ID: r.ID, APILearnt: APILearnt{Register: string(r.Register), Title: r.Title, Day: r.Day, Minutes: r.Minutes, Method: r.Method, With: r.With, Themes: r.Themes,
		What: r.What, Learnt: r.Learnt, Changed: r.Changed, Relevance: r.Relevance}, Unfinished: r.Unfinished(), Created: r.CreatedAt.UTC(), At: r.ChangedAt.UTC(), URL: f.site.URL(listURL + "/" + r.ID)}
	if r.CaseStudyID != "" {
		out.CaseStudy = &r.CaseStudyID
	}
	return out
}

func (b *APILearnt) reflection() models.Reflection {
	return models.Reflection{Register: models.Register(b.Register), Title: b.Title, Day: b.Day, Minutes: b.Minutes, Method: b.Method, With: b.With, Themes: b.Themes,
		What: b.What, Learnt: b.Learnt, Changed: b.Changed, Relevance: b.Relevance}
}

func (f *Feature) answer(r *models.Reflection) (*apiAnswer, error) {
	a := &apiAnswer{Body: f.forAPI(r)}
	var err error
	a.ETag, err = web.ETagOf("v"+strconv.Itoa(r.Version), a.Body)
	return a, err
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	after, err := readCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	period, err := f.period(in.From, in.To)
	if err != nil {
		return nil, models.Errorf(models.BadRequest, "from and to are days such as 2026-01-31, and to is not before from.")
	}
	totals, err := f.store.ReflectionTotals(ctx, p.ID, period)
	if err != nil {
		return nil, err
	}
	list, more, err := f.store.Reflections(ctx, p.ID, period, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items, next := make([]apiReflection, len(list)), ""
	for i := range list {
		items[i] = f.forAPI(&list[i])
	}
	if more {
		next = cursor(list[len(list)-1])
	}
	return &apiListOutput{web.NewList(items, next, totals.Count)}, nil
}

func (f *Feature) apiPost(ctx context.Context, in *apiPostInput) (*apiAnswer, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	r := in.Body.reflection()
	r.Slug = in.Body.CaseStudy
	if err := f.Save(ctx, p, &r); err != nil {
		return nil, err
	}
	a, err := f.answer(&r)
	if err == nil {
		a.Location = f.site.URL("/api/v1/me/reflections/" + r.ID)
	}
	return a, err
}

func (f *Feature) apiGet(ctx context.Context, in *APIOne) (*apiAnswer, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	r, err := f.get(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	return f.answer(&r)
}

func (f *Feature) apiPut(ctx context.Context, in *apiPutInput) (*apiAnswer, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	old, err := f.get(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	n, err := web.IfMatch(in.IfMatch, "v")
	if err != nil {
		return nil, err
	}
	if n != 0 && n != old.Version {
		return nil, models.E(models.Precondition, "The reflection has been changed since you read it. Read it again and make your change from that.")
	}
	r := in.Body.reflection()
	r.ID, r.Version = old.ID, old.Version
	if err := f.Save(ctx, p, &r); err != nil {
		return nil, err
	}
	return f.answer(&r)
}

func (f *Feature) apiDelete(ctx context.Context, in *APIOne) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if !models.ValidID(in.ID) {
		return nil, errUnknown
	}
	return nil, f.store.RemoveReflection(ctx, p.ID, in.ID)
}
