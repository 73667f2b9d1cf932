package adoptions

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// apiAdoption is an adoption as the API gives it.
type apiAdoption struct {
	ID               string     `json:"id" doc:"ULID"`
	CaseStudy        string     `json:"case_study" doc:"Id of the case study."`
	Organisation     string     `json:"organisation" doc:"ODS code of who adopts."`
	OrganisationName string     `json:"organisation_name"`
	Status           string     `json:"status" enum:"interested,planning,trying,in-use,stopped"`
	Owner            *apiOwner  `json:"owner" doc:"Who can be asked; null for nobody."`
	Sites            string     `json:"sites" doc:"Where, in words."`
	Started          *string    `json:"started" format:"date" doc:"When they began to try it; null when nobody has said."`
	InUse            *string    `json:"in_use" format:"date" doc:"Since when it is ordinary work."`
	Stopped          *string    `json:"stopped" format:"date"`
	Baseline         string     `json:"baseline" doc:"How it was before."`
	Result           string     `json:"result" doc:"What came of it."`
	Cost             string     `json:"cost"`
	Adaptations      string     `json:"adaptations" doc:"What they changed."`
	Needed           string     `json:"needed" doc:"What they had to have for it."`
	Reason           string     `json:"reason" doc:"Why they stopped."`
	Measures         int        `json:"measures" doc:"How many measures it has: they are under figures."`
	Demo             bool       `json:"demo" doc:"Invented for the demonstration."`
	RecordedAt       *string    `json:"recorded_at" format:"uri" doc:"The instance of Grassroots that it was recorded on; null for this one."`
	Created          time.Time  `json:"created"`
	Changed          time.Time  `json:"changed"`
	SilentSince      *time.Time `json:"silent_since" doc:"Since when whoever looks after it was asked how far they are, and nothing was heard; null for not."`
	History          []apiStep  `json:"history" doc:"Every status that it had, in order."`
	URL              string     `json:"url" format:"uri"`
}

// apiOwner is who looks after an adoption.
type apiOwner struct {
	_      struct{} `nullable:"true"` // an adoption may have none
	Handle string   `json:"handle" doc:"Empty when the account is closed."`
	Name   string   `json:"name"`
	Role   string   `json:"role" doc:"What they are, such as Ward manager."`
}

type apiStep struct {
	Status string    `json:"status" enum:"interested,planning,trying,in-use,stopped"`
	At     time.Time `json:"at"`
}

func (f *Feature) forAPI(a models.Adoption) apiAdoption {
	out := apiAdoption{ID: a.ID, CaseStudy: a.CaseStudyID, Organisation: a.Organisation, OrganisationName: a.OrgName, Status: string(a.Status), Sites: a.Sites, Started: dayOf(a.Started), InUse: dayOf(a.InUse),
		Stopped: dayOf(a.Stopped), Baseline: a.Baseline, Result: a.Result, Cost: a.Cost, Adaptations: a.Adaptations, Needed: a.Needed, Reason: a.Reason, Measures: len(a.Figures.Measures), Demo: a.Demo, Created: a.CreatedAt.UTC(), Changed: a.ChangedAt.UTC(),
		History: make([]apiStep, len(a.Steps)), URL: f.address(&a)}
	for i, s := range a.Steps {
		out.History[i] = apiStep{string(s.Status), s.At.UTC()}
	}
	if a.OwnerID != "" {
		out.Owner = &apiOwner{Handle: a.Owner.Handle, Name: a.Owner.Name, Role: a.Owner.JobTitle}
	}
	if a.SilentSince != nil {
		at := a.SilentSince.UTC()
		out.SilentSince = &at
	}
	if a.Site != "" {
		out.RecordedAt = &a.Site
	}
	return out
}

type apiListInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	web.PageParams
}

type apiListOutput struct{ Body web.List[apiAdoption] }

// APIFields are what somebody says for an organisation. It is exported because
// huma passes over embedded types that are not.
type APIFields struct {
	Owner       *string `json:"owner,omitempty" maxLength:"100" doc:"Handle of who looks after it, of that organisation; empty for nobody. Of a new one it is you, if you work or lead there." example:"amina-yusuf"`
	Sites       *string `json:"sites,omitempty" doc:"Wards, clinics or practices; at most 500 characters."`
	Started     *string `json:"started,omitempty" doc:"YYYY-MM-DD on which you began to try it. The day of the status is today's when it is left out; empty: none." example:"2026-01-12"`
	InUse       *string `json:"in_use,omitempty" doc:"YYYY-MM-DD since when it is ordinary work."`
	Stopped     *string `json:"stopped,omitempty" doc:"YYYY-MM-DD"`
	Baseline    *string `json:"baseline,omitempty" doc:"How it was before. This and the other texts have at most 2,000 characters."`
	Result      *string `json:"result,omitempty" doc:"What came of it."`
	Cost        *string `json:"cost,omitempty"`
	Adaptations *string `json:"adaptations,omitempty" doc:"What you changed."`
	Needed      *string `json:"needed,omitempty" doc:"What you had to have for it."`
	Reason      *string `json:"reason,omitempty" doc:"Why you stopped; required for the status stopped."`
}

// change gives what the fields say.
func (in *APIFields) change(caseStudy, organisation, status string) Change {
	ch := Change{CaseStudy: caseStudy, Organisation: organisation, Owner: in.Owner, Started: in.Started, InUse: in.InUse, Stopped: in.Stopped, Texts: map[string]string{}}
	if status != "" {
		s := models.AdoptionStatus(status)
		ch.Status = &s
	}
	for field, text := range map[string]*string{"sites": in.Sites, "baseline": in.Baseline, "result": in.Result, "cost": in.Cost, "adaptations": in.Adaptations, "needed": in.Needed, "reason": in.Reason} {
		if text != nil {
			ch.Texts[field] = *text
		}
	}
	return ch
}

// apiNewAdoption is what a POST takes.
type apiNewAdoption struct {
	Organisation string `json:"organisation,omitempty" maxLength:"10" doc:"ODS code of who adopts; yours when left out." example:"RWY"`
	Status       string `json:"status,omitempty" enum:"interested,planning,trying,in-use,stopped" default:"interested"`
	APIFields
}

type apiPostInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body apiNewAdoption
}

// APIOne names the adoption of a case study by one organisation. It is exported
// because huma passes over embedded types that are not.
type APIOne struct {
	ID           string `path:"id" doc:"ULID or slug of the case study" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Organisation string `path:"organisation" doc:"ODS code of who adopts" maxLength:"20" example:"RWY"`
}

type apiPutInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the state that the change was made from; 412 when there is a later one."`
	Body    struct {
		Organisation string `json:"organisation,omitempty" maxLength:"10" doc:"As in the address, if it is there."`
		Status       string `json:"status,omitempty" enum:"interested,planning,trying,in-use,stopped" doc:"As it was when left out."`
		APIFields
	}
}

type apiDeleteInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the state that is meant; 412 when there is a later one."`
}

type apiAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiAdoption
}

// API adds the operations on adoptions.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Adoptions"}, Errors: errors}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	const list, one = "/case-studies/{id}/adoptions", "/case-studies/{id}/adoptions/{organisation}"
	web.Operation(f.site, api, add("list-adoptions", http.MethodGet, list, "Who has adopted a case study",
		"One entry an organisation: those that use it first, then those that try it, that have stopped, that plan and that are interested. The count `adoptions` of a case study is of those alone that try or use it.", 404, 410), f.apiList)
	post := add("post-adoption", http.MethodPost, list, "Say that an organisation adopts a case study",
		"For the organisation that your profile names, and for those that you lead; an admin for any. There is one for each organisation: 409 when it is there already.", 404, 410, 413, 415, 429)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	web.Operation(f.site, api, add("get-adoption", http.MethodGet, one, "What one organisation does with a case study", "", 404, 410), f.apiGet)
	web.Operation(f.site, api, add("put-adoption", http.MethodPut, one, "Say how far an organisation is with a case study",
		"For its owner, the leads of the organisation and admins. What is left out stays as it was. Where there is none yet it is made, as with POST.", 404, 409, 410, 412, 413, 415), f.apiPut)
	web.Operation(f.site, api, add("delete-adoption", http.MethodDelete, one, "Take back that an organisation adopts a case study",
		"While it is interested or plans. What was tried stays on record: say that you stopped, and why. A moderator can remove any.", 404, 410, 412), f.apiDelete)
	f.figuresAPI(api)
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	page, err := f.List(ctx, web.PersonIn(ctx), in.ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]apiAdoption, len(page.Items))
	for i, a := range page.Items {
		items[i] = f.forAPI(a)
	}
	return &apiListOutput{web.NewList(items, page.Next, page.Total)}, nil
}

// answer reads what is saved by now, with the ETag of its state, which begins
// with its version.
func (f *Feature) answer(ctx context.Context, caseStudy, organisation string) (*apiAnswer, error) {
	saved, _, err := f.Get(ctx, web.PersonIn(ctx), caseStudy, organisation)
	if err != nil {
		return nil, err
	}
	a := &apiAnswer{Body: f.forAPI(saved)}
	a.ETag, err = web.ETagOf("v"+strconv.Itoa(saved.Version), a.Body)
	return a, err
}

func (f *Feature) apiPost(ctx context.Context, in *apiPostInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ch := in.Body.change(in.ID, in.Body.Organisation, in.Body.Status)
	ch.New = true
	a, _, err := f.Save(ctx, person, ch)
	if err != nil {
		return nil, err
	}
	answer, err := f.answer(ctx, a.CaseStudyID, a.Organisation)
	if err == nil {
		answer.Location = f.site.URL("/api/v1/case-studies/" + a.CaseStudyID + "/adoptions/" + a.Organisation)
	}
	return answer, err
}

func (f *Feature) apiGet(ctx context.Context, in *APIOne) (*apiAnswer, error) {
	return f.answer(ctx, in.ID, in.Organisation)
}

func (f *Feature) apiPut(ctx context.Context, in *apiPutInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	code := models.CleanCode(in.Organisation)
	if !models.ValidODSCode(code) {
		return nil, models.E(models.NotFound, "That is not the code of an organisation. An ODS code has 3 to 10 letters and digits, such as RR8.")
	}
	if said := models.CleanCode(in.Body.Organisation); said != "" && said != code {
		return nil, models.InvalidField("organisation", "Leave the organisation out, or give the one of the address: who adopts cannot be changed")
	}
	cs, err := f.site.StandingCaseStudy(ctx, person, in.ID)
	if err != nil {
		return nil, err
	}
	ch := in.Body.change(cs.ID, code, in.Body.Status)
	if ch.Version, err = web.IfMatch(in.IfMatch, "v"); err != nil {
		return nil, err
	}
	a, _, err := f.Save(ctx, person, ch)
	if models.KindOf(err) == models.NotFound && ch.Version != 0 { // it was taken away
		return nil, web.ErrStale
	}
	if err != nil {
		return nil, web.Stale(err, ch.Version)
	}
	return f.answer(ctx, a.CaseStudyID, a.Organisation)
}

func (f *Feature) apiDelete(ctx context.Context, in *apiDeleteInput) (*struct{}, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	version, err := web.IfMatch(in.IfMatch, "v")
	if err == nil {
		_, err = f.Remove(ctx, person, in.ID, in.Organisation, version)
	}
	return nil, err
}
