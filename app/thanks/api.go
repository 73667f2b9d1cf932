package thanks

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

type apiThanks struct {
	ID        string      `json:"id" doc:"ULID"`
	CaseStudy string      `json:"case_study" doc:"Id of the case study that it is for."`
	Reason    string      `json:"reason" enum:"helped,took-up,honest,showed,other"`
	Words     string      `json:"words"`
	From      apiThankful `json:"from"`
	Shown     bool        `json:"shown" doc:"Whether it is on your page."`
	Created   time.Time   `json:"created"`
}

type apiThankful struct {
	Handle string `json:"handle"`
	Name   string `json:"name"`
}

type apiPostInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body apiNewThanks
}

type apiNewThanks struct {
	To     string `json:"to,omitempty" maxLength:"100" doc:"Handle of one of those who did it; all of them when it is left out."`
	Reason string `json:"reason" enum:"helped,took-up,honest,showed,other"`
	Words  string `json:"words,omitempty" doc:"At most 300 characters; required for other." example:"It spared us a month."`
}

type apiListOutput struct{ Body web.List[apiThanks] }

// APIOne names thanks. It is exported because huma passes over embedded types that
// are not.
type APIOne struct {
	ID string `path:"id" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiShowInput struct {
	APIOne
	Body apiShown
}

type apiShown struct {
	Shown bool `json:"shown" doc:"Whether it is on your page."`
}

type apiAnswer struct {
	Location string `header:"Location"`
	Body     apiThanks
}

// API adds the operations on thanks.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Thanks"}, Errors: errors, Security: web.TokenSecurity()}
	}
	post := add("post-thanks", http.MethodPost, "/case-studies/{id}/thanks", "Thank those who did it", "Once for a case study. They are told, and can show it on their page.", 404, 409, 410, 413, 415, 429)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	web.Operation(f.site, api, add("list-thanks", http.MethodGet, "/me/thanks", "Thanks to you", "The newest first: all that are kept here for what everybody can read, 200 at most, on one page."), f.apiList)
	show := add("put-thanks", http.MethodPut, "/me/thanks/{id}", "Show thanks to you on your page, or take them off", "", 404, 413, 415)
	show.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, show, f.apiShow)
	remove := add("delete-thanks", http.MethodDelete, "/me/thanks/{id}", "Take back that you thanked somebody", "", 404)
	remove.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, remove, f.apiDelete)
}

func forAPI(t models.Thanks) apiThanks {
	return apiThanks{ID: t.ID, CaseStudy: t.CaseStudyID, Reason: string(t.Reason), Words: t.Words, From: apiThankful{t.FromHandle, t.FromName}, Shown: !t.Hidden, Created: t.CreatedAt.UTC()}
}

func (f *Feature) apiPost(ctx context.Context, in *apiPostInput) (*apiAnswer, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	t := models.Thanks{Reason: models.ThanksReason(in.Body.Reason), Words: in.Body.Words}
	if err := f.Send(ctx, p, in.ID, in.Body.To, &t); err != nil {
		return nil, err
	}
	f.site.PeopleChanged()
	return &apiAnswer{f.site.URL(listURL), forAPI(t)}, nil
}

func (f *Feature) apiList(ctx context.Context, _ *struct{}) (*apiListOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	list, err := f.store.ThanksTo(ctx, p.ID, true, 10*models.ThanksOnProfile)
	if err != nil {
		return nil, err
	}
	items := make([]apiThanks, len(list))
	for i, t := range list {
		items[i] = forAPI(t)
	}
	return &apiListOutput{web.NewList(items, "", len(items))}, nil
}

func (f *Feature) apiShow(ctx context.Context, in *apiShowInput) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	return nil, f.Show(ctx, p, in.ID, in.Body.Shown)
}

func (f *Feature) apiDelete(ctx context.Context, in *APIOne) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	return nil, f.Remove(ctx, p, in.ID)
}
