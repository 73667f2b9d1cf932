package searches

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiSearch struct {
	ID      string    `json:"id" doc:"ULID"`
	Name    string    `json:"name"`
	Query   string    `json:"query" doc:"What it asks for, as the query of an address of the list: the same for all that ask for the same."`
	New     int       `json:"new" doc:"How many case studies came that match it since you opened it."`
	Follow  bool      `json:"follow" doc:"Whether you are told of them."`
	Created time.Time `json:"created"`
	URL     string    `json:"url" format:"uri" doc:"Leads to what it finds, and marks it as seen."`
}

type apiSearchInput struct {
	Body struct {
		Name   string `json:"name" minLength:"1" maxLength:"80"`
		Query  string `json:"query" minLength:"1" maxLength:"4000" doc:"The query of an address of the list of case studies, or that address. Its order and cursor are left out." example:"q=discharge&stage=in-use"`
		Follow *bool  `json:"follow,omitempty" doc:"Whether you are to be told of what comes. True when absent."`
	}
}

type apiSearchOutput struct{ Body apiSearch }

type apiSearchesOutput struct{ Body web.List[apiSearch] }

type apiOne struct {
	ID string `path:"id" maxLength:"200" doc:"ULID"`
}

// API adds what a person has saved.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Case studies"}, Summary: summary, Description: description, Security: web.TokenSecurity(), Errors: errors}
	}
	web.Operation(f.site, api, add("list-searches", http.MethodGet, "/me/searches", "Searches that you saved", "By name; at most 50. Nobody else sees them."), f.apiList)
	post := add("save-search", http.MethodPost, "/me/searches", "Save a search", "The same search saved twice is one: it gets the name that was given last.", http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiSave)
	remove := add("remove-search", http.MethodDelete, "/me/searches/{id}", "Remove a saved search", "", http.StatusNotFound)
	remove.DefaultStatus = http.StatusNoContent
	web.Operation(f.site, api, remove, f.apiRemove)
}

func (f *Feature) apiOf(s models.SavedSearch) apiSearch {
	return apiSearch{ID: s.ID, Name: s.Name, Query: s.Query, New: s.New, Follow: s.Followed, Created: s.CreatedAt.UTC(), URL: f.site.URL(pageURL + "/" + s.ID)}
}

func (f *Feature) apiList(ctx context.Context, _ *struct{}) (*apiSearchesOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	list, err := f.store.SavedSearches(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiSearch, len(list))
	for i, s := range list {
		items[i] = f.apiOf(s)
	}
	return &apiSearchesOutput{Body: web.NewList(items, "", len(items))}, nil
}

func (f *Feature) apiSave(ctx context.Context, in *apiSearchInput) (*apiSearchOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	s, err := f.Save(ctx, p, in.Body.Name, queryOf(in.Body.Query), in.Body.Follow == nil || *in.Body.Follow)
	if err == nil {
		s, err = f.store.SavedSearch(ctx, p.ID, s.ID)
	}
	if err != nil {
		return nil, err
	}
	return &apiSearchOutput{Body: f.apiOf(s)}, nil
}

func (f *Feature) apiRemove(ctx context.Context, in *apiOne) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	s, err := f.get(store.Fresh(ctx), p, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, f.store.RemoveSearch(ctx, p.ID, s.ID)
}
