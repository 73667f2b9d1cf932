package organisations

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// apiOrganisation is an organisation as the API gives it.
type apiOrganisation struct {
	Code        string   `json:"code" doc:"ODS code"`
	Name        string   `json:"name" doc:"“Organisation” and the code while no list has named it."`
	Named       bool     `json:"named" doc:"False for a code that somebody used and no list has explained yet."`
	Kind        string   `json:"kind" doc:"Such as Acute trust; empty when it is not known."`
	Region      string   `json:"region"`
	ICB         string   `json:"icb" doc:"Code of its integrated care board."`
	ICBName     string   `json:"icb_name"`
	Postcode    string   `json:"postcode"`
	Opened      *string  `json:"opened" format:"date" doc:"null when it is not known."`
	Closed      *string  `json:"closed" format:"date" doc:"null while it is open."`
	Successors  []string `json:"successors" doc:"Codes of those that took over its work."`
	People      int      `json:"people" doc:"How many people here work there."`
	CaseStudies int      `json:"case_studies" doc:"How many case studies are from there."`
	URL         string   `json:"url" format:"uri" doc:"Its page."`
}

func (f *Feature) forAPI(o models.Organisation) apiOrganisation {
	out := apiOrganisation{Code: o.Code, Name: o.DisplayName(), Named: o.Named, Kind: o.Kind, Region: o.Region, ICB: o.ICBCode, ICBName: o.ICBName,
		Postcode: o.Postcode, Opened: date(o.Opened), Closed: date(o.Closed), Successors: o.Successors, People: o.People, CaseStudies: o.Studies,
		URL: f.site.URL(address(o.Code))}
	if out.Successors == nil {
		out.Successors = []string{}
	}
	return out
}

func date(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format(time.DateOnly)
	return &s
}

type apiListInput struct {
	web.PageParams
	Q      string `query:"q" maxLength:"500" doc:"Words of the name, or a code." example:"leeds"`
	Region string `query:"region" maxLength:"200"`
	Kind   string `query:"kind" maxLength:"200" doc:"Such as Acute trust."`
}

type apiListOutput struct{ Body web.List[apiOrganisation] }

type apiOne struct {
	Code string `path:"code" doc:"ODS code" maxLength:"200" example:"RR8"`
}

type apiOutput struct{ Body apiOrganisation }

// API adds the operations on organisations.
func (f *Feature) API(api huma.API) {
	tags := []string{"Organisations"}
	web.Operation(f.site, api, huma.Operation{OperationID: "list-organisations", Method: http.MethodGet, Path: "/organisations", Tags: tags,
		Summary: "Organisations, by name", Description: "All that are known here: open and closed, and codes that nobody has named yet, which come first."}, f.apiList)
	web.Operation(f.site, api, huma.Operation{OperationID: "get-organisation", Method: http.MethodGet, Path: "/organisations/{code}", Tags: tags,
		Summary: "One organisation", Errors: []int{404}}, f.apiGet)
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	cursor, err := store.ParseNameCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := f.List(ctx, store.OrganisationQuery{Text: in.Q, Region: models.CleanLine(in.Region), Kind: models.CleanLine(in.Kind), After: cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	items := make([]apiOrganisation, len(found.Items))
	for i, o := range found.Items {
		items[i] = f.forAPI(o)
	}
	return &apiListOutput{web.NewList(items, found.Next, found.Total)}, nil
}

func (f *Feature) apiGet(ctx context.Context, in *apiOne) (*apiOutput, error) {
	o, err := f.Get(ctx, strings.ToUpper(in.Code))
	if err != nil {
		return nil, err
	}
	return &apiOutput{f.forAPI(o)}, nil
}
