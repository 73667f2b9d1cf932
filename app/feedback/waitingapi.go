package feedback

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiWaitingIdea struct {
	ID           string    `json:"id" doc:"ULID"`
	Title        string    `json:"title"`
	Organisation string    `json:"organisation" doc:"ODS code; empty where none is named."`
	By           string    `json:"by" doc:"Name of who posted it."`
	Votes        int       `json:"votes"`
	Published    time.Time `json:"published"`
	Due          time.Time `json:"due" doc:"By when it was to be answered."`
	URL          string    `json:"url" format:"uri"`
}

type apiWaitingInput struct{ web.PageParams }

type apiWaitingOfInput struct {
	Code string `path:"code" maxLength:"10" doc:"ODS code" example:"RR8"`
	web.PageParams
}

type apiWaitingOutput struct{ Body web.List[apiWaitingIdea] }

type apiResponseTime struct {
	Days int `json:"days" minimum:"0" maximum:"60" doc:"Within how many days ideas are to have a first response; 0 is as usual on this site."`
}

type apiResponseTimeInput struct {
	Code string `path:"code" maxLength:"10" doc:"ODS code" example:"RR8"`
	Body apiResponseTime
}

type apiResponseTimeOutput struct{ Body apiResponseTime }

func (f *Feature) waitingAPI(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Feedback"}, Summary: summary, Description: description, Security: web.TokenSecurity(), Errors: errors}
	}
	web.Operation(f.site, api, add("list-waiting-ideas", http.MethodGet, "/waiting-ideas", "Ideas that wait for a first response for too long", "Of all organisations, the oldest first: for moderators.", http.StatusForbidden), f.apiAllWaiting)
	web.Operation(f.site, api, add("list-waiting-ideas-of", http.MethodGet, "/organisations/{code}/waiting-ideas", "Ideas of an organisation that wait for too long", "The oldest first: for its leads, and moderators.", http.StatusForbidden, http.StatusNotFound), f.apiWaitingOf)
	web.Operation(f.site, api, add("put-response-time", http.MethodPut, "/organisations/{code}/response-time", "Say within how many days ideas are answered", "For the leads of the organisation.",
		http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType), f.apiPutResponseTime)
}

func (f *Feature) apiAllWaiting(ctx context.Context, in *apiWaitingInput) (*apiWaitingOutput, error) {
	return f.apiWaiting(ctx, "", in.PageParams)
}

func (f *Feature) apiWaitingOf(ctx context.Context, in *apiWaitingOfInput) (*apiWaitingOutput, error) {
	if p := web.PersonIn(ctx); !p.May(models.SeeWaiting, models.Subject{Organisation: in.Code}) {
		return nil, models.E(models.Forbidden, "Only the leads of an organisation, and moderators, see which of its ideas wait.")
	}
	o, err := f.organisation(store.Fresh(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return f.apiWaiting(ctx, o.Code, in.PageParams)
}

func (f *Feature) apiWaiting(ctx context.Context, code string, at web.PageParams) (*apiWaitingOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	page, err := f.Waiting(store.Fresh(ctx), p, code, at.Cursor, at.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]apiWaitingIdea, len(page.Items))
	for i, w := range page.Items {
		items[i] = apiWaitingIdea{ID: w.ID, Title: w.Title, Organisation: w.Organisation, By: w.OwnerName, Votes: w.Votes, Published: w.PublishedAt.UTC(),
			Due: w.PublishedAt.UTC().AddDate(0, 0, w.Days), URL: f.site.URL("/case-studies/" + w.Slug)}
	}
	return &apiWaitingOutput{Body: web.NewList(items, page.Next, page.Total)}, nil
}

func (f *Feature) apiPutResponseTime(ctx context.Context, in *apiResponseTimeInput) (*apiResponseTimeOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if !p.May(models.SetResponseTime, models.Subject{Organisation: in.Code}) {
		return nil, models.E(models.Forbidden, "Only the leads of an organisation say within how many days its ideas are answered.")
	}
	o, err := f.organisation(store.Fresh(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	if err := f.SetResponseDays(ctx, p, o.Code, in.Body.Days); err != nil {
		return nil, err
	}
	return &apiResponseTimeOutput{Body: in.Body}, nil
}
