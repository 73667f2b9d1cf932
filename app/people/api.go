package people

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

// APIPerson is a person as the API gives them: never with an e-mail address. It
// is exported because huma passes over embedded types that are not.
type APIPerson struct {
	ID               string    `json:"id" doc:"ULID"`
	Handle           string    `json:"handle" doc:"What others type after an @; the person can change it."`
	Name             string    `json:"name"`
	Role             string    `json:"role" doc:"What they do, in their own words."`
	StaffGroup       string    `json:"staff_group" doc:"Staff group of the Electronic Staff Record."`
	Organisation     string    `json:"organisation" doc:"ODS code"`
	OrganisationName string    `json:"organisation_name"`
	YearsExperience  *int      `json:"years_experience" doc:"Whole years in health and care; null when not said."`
	Skills           []string  `json:"skills"`
	Bio              string    `json:"bio"`
	Demo             bool      `json:"demo" doc:"One of the invented people of the demonstration."`
	Created          time.Time `json:"created"`
	URL              string    `json:"url" format:"uri" doc:"Their page."`
}

func (f *Feature) forAPI(p models.Person) APIPerson {
	skills := p.Skills
	if skills == nil {
		skills = []string{}
	}
	return APIPerson{ID: p.ID, Handle: p.Handle, Name: p.Name, Role: p.JobTitle, StaffGroup: p.StaffGroup, Organisation: p.Organisation, OrganisationName: p.OrgName,
		YearsExperience: p.YearsExperience, Skills: skills, Bio: p.Bio, Demo: p.Demo, Created: p.CreatedAt.UTC(), URL: f.site.URL("/people/" + p.Handle)}
}

// apiGrant is a role that a person has.
type apiGrant struct {
	Role         string `json:"role" enum:"member,lead,organiser,moderator,admin"`
	Organisation string `json:"organisation,omitempty" doc:"ODS code, of a lead alone."`
}

// apiMe is whose token a request has.
type apiMe struct {
	APIPerson
	Email string     `json:"email" doc:"Your own. Nobody else is given it."`
	Band  string     `json:"band,omitempty" doc:"Pay band or grade, as you said. Nobody else is given it; absent when you said none."`
	Roles []apiGrant `json:"roles" doc:"What you may do here."`
}

type apiPeopleInput struct {
	web.PageParams
	Q            string `query:"q" maxLength:"500" doc:"Words of the name, the role or the skills." example:"ward manager"`
	Organisation string `query:"organisation" maxLength:"10" doc:"ODS code"`
	Need         string `query:"need" maxLength:"500" doc:"What somebody is needed for, in words: names of systems, standards, skills, settings, kinds of organisation, regions and languages are understood. With this or one of the parameters below only people who agreed to be found are given." example:"GP Connect in a mental health trust"`
	System       string `query:"system" maxLength:"500" doc:"Slug, or any of its names."`
	Standard     string `query:"standard" maxLength:"500" doc:"Code, or any of its names."`
	Skill        string `query:"skill" maxLength:"500"`
	Setting      string `query:"setting" maxLength:"500" doc:"A care setting."`
	Language     string `query:"language" maxLength:"500" doc:"Name, or code of BCP 47."`
	Kind         string `query:"kind" maxLength:"500" doc:"Kind of the organisation that they work for." example:"Mental health trust"`
	Region       string `query:"region" maxLength:"500" doc:"Of that organisation."`
}

// given are the parts of a need, by parameter.
func (in *apiPeopleInput) given() map[string]string {
	out := map[string]string{}
	for i, value := range []string{in.System, in.Standard, in.Skill, in.Setting, in.Language, in.Kind, in.Region} {
		out[needParameters[i]] = value
	}
	return out
}

// APIFoundPerson is a person in a list, with why they are in it.
type APIFoundPerson struct {
	APIPerson
	Why []string `json:"why,omitempty" doc:"Why they fit what was asked for, in sentences; only where something was."`
}

type apiPeopleOutput struct{ Body web.List[APIFoundPerson] }

type apiOneInput struct {
	ID string `path:"id" doc:"ULID or handle" maxLength:"200" example:"amina-yusuf"`
}

type apiOneOutput struct {
	Body struct {
		APIPerson
		Expertise *apiExpertise `json:"expertise" doc:"What they know, as far as you may see it."`
	}
}

type apiMeOutput struct{ Body apiMe }

// API adds the operations on people.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-people", Method: http.MethodGet, Path: "/people", Tags: []string{"People"},
		Summary: "List people by name", Description: "Searches name, role and skills by words; or finds people by what they know, by their word or what they did here."}, f.apiList)
	web.Operation(f.site, api, huma.Operation{OperationID: "get-person", Method: http.MethodGet, Path: "/people/{id}", Tags: []string{"People"},
		Summary: "Get a person", Errors: []int{http.StatusNotFound}}, f.apiGet)
	web.Operation(f.site, api, huma.Operation{OperationID: "get-me", Method: http.MethodGet, Path: "/me", Tags: []string{"People"},
		Summary: "Whose token this is", Security: web.TokenSecurity()}, f.apiMe)
	f.expertiseAPI(api)
}

func (f *Feature) apiList(ctx context.Context, in *apiPeopleInput) (*apiPeopleOutput, error) {
	cursor, err := store.ParseNameCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	a, err := f.understand(ctx, in.Need, in.given())
	if err != nil {
		return nil, err
	}
	if a.given() {
		return f.apiFind(ctx, in, a, cursor)
	}
	found, err := f.List(ctx, store.PeopleQuery{Text: in.Q, Organisation: strings.ToUpper(models.CleanLine(in.Organisation)), After: cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	items := make([]APIFoundPerson, len(found.Items))
	for i, p := range found.Items {
		items[i] = APIFoundPerson{APIPerson: f.forAPI(p)}
	}
	return &apiPeopleOutput{Body: web.NewList(items, found.Next, found.Total)}, nil
}

// apiFind gives the people who fit a need: all of it, never a part.
func (f *Feature) apiFind(ctx context.Context, in *apiPeopleInput, a asked, cursor *store.NameCursor) (*apiPeopleOutput, error) {
	if len(a.errors) > 0 {
		// In the form it is a field, here a part of the address.
		return nil, models.E(models.BadRequest, a.errors[0].Message+".")
	}
	found, missed, err := f.Experts(ctx, a.need, web.PersonIn(ctx), cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	items := []APIFoundPerson{}
	if missed {
		found.Next, found.Total, found.Items = "", 0, nil
	}
	for _, e := range found.Items {
		items = append(items, APIFoundPerson{f.forAPI(e.Person), e.Why})
	}
	return &apiPeopleOutput{Body: web.NewList(items, found.Next, found.Total)}, nil
}

func (f *Feature) apiGet(ctx context.Context, in *apiOneInput) (*apiOneOutput, error) {
	p, err := f.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &apiOneOutput{}
	out.Body.APIPerson = f.forAPI(p)
	out.Body.Expertise, err = f.expertiseForAPI(ctx, &p)
	return out, err
}

func (f *Feature) apiMe(ctx context.Context, _ *struct{}) (*apiMeOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	band, err := f.store.PayBand(store.Fresh(ctx), p.ID)
	if err != nil {
		return nil, err
	}
	me := apiMe{APIPerson: f.forAPI(*p), Email: p.Email, Band: string(band), Roles: []apiGrant{}}
	for _, g := range p.Grants {
		me.Roles = append(me.Roles, apiGrant{Role: string(g.Role), Organisation: g.Organisation})
	}
	return &apiMeOutput{Body: me}, nil
}
