package vocabulary

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APISystem is a system as the API gives it. It is exported because huma passes
// over embedded types that are not.
type APISystem struct {
	Slug        string   `json:"slug"`
	Name        string   `json:"name"`
	Supplier    string   `json:"supplier"`
	Kind        string   `json:"kind" doc:"Such as Electronic patient record."`
	Aliases     []string `json:"aliases" doc:"Other names for it."`
	Successor   *string  `json:"successor" doc:"Slug of the system that took its place; null when none did."`
	Confirmed   bool     `json:"confirmed" doc:"False for one that somebody named and nobody who looks after the list has confirmed yet."`
	CaseStudies int      `json:"case_studies" doc:"How many case studies name it on either side of a connection."`
	URL         string   `json:"url" format:"uri" doc:"Its page."`
}

// apiSystemInFull is a system, with more than a list has of it.
type apiSystemInFull struct {
	APISystem
	From int `json:"from" doc:"In how many case studies information comes from it."`
	To   int `json:"to" doc:"In how many case studies information goes to it."`
	// With is what stands beside it, the most frequent first.
	With []apiWith `json:"standards" doc:"Standards in the same case studies, the most frequent first, 20 at most."`
}

// APIStandard is a standard as the API gives it.
type APIStandard struct {
	Code          string   `json:"code"`
	Name          string   `json:"name"`
	Publisher     string   `json:"publisher"`
	Kind          string   `json:"kind"`
	Purpose       string   `json:"purpose"`
	Specification *string  `json:"specification" format:"uri" doc:"Where it can be read; null when that is not known."`
	Aliases       []string `json:"aliases" doc:"Other names for it."`
	Confirmed     bool     `json:"confirmed" doc:"False for one that somebody named and nobody who looks after the list has confirmed yet."`
	CaseStudies   int      `json:"case_studies" doc:"How many case studies use it."`
	URL           string   `json:"url" format:"uri" doc:"Its page."`
}

// apiStandardInFull is a standard, with more than a list has of it.
type apiStandardInFull struct {
	APIStandard
	With []apiWith `json:"systems" doc:"Systems in the same case studies, the most frequent first, 20 at most."`
}

// apiWith is what stands beside a system or a standard in case studies.
type apiWith struct {
	ID          string `json:"id" doc:"Slug or code"`
	Name        string `json:"name"`
	CaseStudies int    `json:"case_studies"`
}

type apiListInput struct {
	web.PageParams
	Q string `query:"q" maxLength:"500" doc:"Words of the name, of another name, of who makes it, or of the slug or code."`
}

func (in *apiListInput) query() (store.TermQuery, error) {
	cursor, err := store.ParseNameCursor(in.Cursor)
	return store.TermQuery{Text: models.Truncate(models.CleanLine(in.Q), models.MaxQuery), After: cursor, Limit: in.Limit}, err
}

type apiSystemsOutput struct{ Body web.List[APISystem] }

type apiStandardsOutput struct{ Body web.List[APIStandard] }

type apiSystemInput struct {
	Slug string `path:"slug" doc:"Slug, or another name" maxLength:"200" example:"systmone"`
}

type apiStandardInput struct {
	Code string `path:"code" doc:"Code, or another name" maxLength:"200" example:"hl7-v2"`
}

type apiSystemOutput struct{ Body apiSystemInFull }

type apiStandardOutput struct{ Body apiStandardInFull }

// API adds the operations on systems and standards.
func (f *Feature) API(api huma.API) {
	add := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"Systems and standards"}, Errors: errors}
	}
	web.Operation(f.site, api, add("list-systems", "/systems", "Systems, by name"), f.apiSystems)
	web.Operation(f.site, api, add("get-system", "/systems/{slug}", "One system", 404), f.apiSystem)
	web.Operation(f.site, api, add("list-standards", "/standards", "Standards, by name"), f.apiStandards)
	web.Operation(f.site, api, add("get-standard", "/standards/{code}", "One standard", 404), f.apiStandard)
}

func (f *Feature) apiSystems(ctx context.Context, in *apiListInput) (*apiSystemsOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	list, more, total, err := f.store.PageOfSystems(ctx, q)
	if err != nil {
		return nil, err
	}
	counts, err := f.counts(ctx, nil, models.FacetSystem)
	if err != nil {
		return nil, err
	}
	items, next := make([]APISystem, len(list)), ""
	for i, s := range list {
		items[i] = f.systemForAPI(s, counts[models.FacetSystem][s.Slug])
		if last := i == len(list)-1; last && (more || q.After != nil && q.After.Back) {
			next = store.NameCursor{Name: s.Name, Key: s.Slug}.String()
		}
	}
	return &apiSystemsOutput{web.NewList(items, next, total)}, nil
}

func (f *Feature) apiSystem(ctx context.Context, in *apiSystemInput) (*apiSystemOutput, error) {
	s, err := f.System(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	counts, err := f.countsWith(ctx, models.FacetSystem, s.Slug, models.FacetSystem, models.FacetStandard, models.FacetFromSystem, models.FacetToSystem)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	body := apiSystemInFull{f.systemForAPI(s, counts[models.FacetSystem][s.Slug]), counts[models.FacetFromSystem][s.Slug], counts[models.FacetToSystem][s.Slug],
		with(counts[models.FacetStandard], v.StandardName)}
	return &apiSystemOutput{body}, nil
}

func (f *Feature) systemForAPI(s models.System, studies int) APISystem {
	out := APISystem{Slug: s.Slug, Name: s.Name, Supplier: s.Supplier, Kind: s.Kind, Aliases: s.Aliases, Confirmed: s.Confirmed, CaseStudies: studies,
		URL: f.site.URL(systemURL(s.Slug))}
	if out.Aliases == nil {
		out.Aliases = []string{}
	}
	if s.Successor != "" {
		out.Successor = &s.Successor
	}
	return out
}

func (f *Feature) apiStandards(ctx context.Context, in *apiListInput) (*apiStandardsOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	list, more, total, err := f.store.PageOfStandards(ctx, q)
	if err != nil {
		return nil, err
	}
	counts, err := f.counts(ctx, nil, models.FacetStandard)
	if err != nil {
		return nil, err
	}
	items, next := make([]APIStandard, len(list)), ""
	for i, s := range list {
		items[i] = f.standardForAPI(s, counts[models.FacetStandard][s.Code])
		if last := i == len(list)-1; last && (more || q.After != nil && q.After.Back) {
			next = store.NameCursor{Name: s.Name, Key: s.Code}.String()
		}
	}
	return &apiStandardsOutput{web.NewList(items, next, total)}, nil
}

func (f *Feature) apiStandard(ctx context.Context, in *apiStandardInput) (*apiStandardOutput, error) {
	s, err := f.Standard(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	counts, err := f.countsWith(ctx, models.FacetStandard, s.Code, models.FacetStandard, models.FacetSystem)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	return &apiStandardOutput{apiStandardInFull{f.standardForAPI(s, counts[models.FacetStandard][s.Code]), with(counts[models.FacetSystem], v.SystemName)}}, nil
}

func (f *Feature) standardForAPI(s models.Standard, studies int) APIStandard {
	out := APIStandard{Code: s.Code, Name: s.Name, Publisher: s.Publisher, Kind: s.Kind, Purpose: s.Purpose, Aliases: s.Aliases, Confirmed: s.Confirmed,
		CaseStudies: studies, URL: f.site.URL(standardURL(s.Code))}
	if out.Aliases == nil {
		out.Aliases = []string{}
	}
	if models.ValidWebURL(s.URL) {
		out.Specification = &s.URL
	}
	return out
}

// with names what stands beside a system or a standard, the most frequent first.
func with(counts map[string]int, name func(string) string) []apiWith {
	out := []apiWith{}
	for _, l := range mostFrequent(counts, name, func(id string) string { return id }) {
		out = append(out, apiWith{l.URL, l.Text, l.Count})
	}
	return out
}
