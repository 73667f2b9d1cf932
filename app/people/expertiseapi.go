package people

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// apiFact is one thing that somebody knows.
type apiFact struct {
	ID        string       `json:"id" doc:"Slug of a system, code of a standard or language, name of a setting or skill."`
	Name      string       `json:"name"`
	Confirmed apiConfirmed `json:"confirmed_by" doc:"What they did here with it, as far as everybody can see it."`
}

type apiConfirmed struct {
	CaseStudies int `json:"case_studies" doc:"That they wrote, alone or with others."`
	Adoptions   int `json:"adoptions" doc:"That they look after, of what was at least tried."`
	Answers     int `json:"answers" doc:"Of theirs that helped."`
}

// apiExpertise is what somebody knows, as far as whoever asks may see it.
type apiExpertise struct {
	Visible   bool      `json:"visible" doc:"False when they show it to others than you: then there are skills alone."`
	Systems   []apiFact `json:"systems"`
	Standards []apiFact `json:"standards"`
	Skills    []apiFact `json:"skills"`
	Settings  []apiFact `json:"settings"`
	Languages []apiFact `json:"languages"`
	AskMe     string    `json:"ask_me" doc:"What they like to be asked about."`
}

// APIKnown is what one says that one knows. It is exported because huma passes
// over embedded types that are not.
type APIKnown struct {
	Systems   []string `json:"systems,omitempty" maxItems:"30" doc:"By any of their names; answers have their slugs." example:"[\"systmone\"]"`
	Standards []string `json:"standards,omitempty" maxItems:"30" doc:"By any of their names; answers have their codes."`
	Skills    []string `json:"skills,omitempty" maxItems:"20" doc:"In one's own words. What others wrote already is written as they do."`
	Settings  []string `json:"settings,omitempty" maxItems:"34" doc:"Names of the list of settings."`
	Languages []string `json:"languages,omitempty" maxItems:"30" doc:"By name or code of BCP 47; answers have codes."`
	AskMe     string   `json:"ask_me,omitempty" doc:"At most 500 characters."`
	Shown     string   `json:"shown,omitempty" enum:"public,signed-in,organisation" default:"signed-in" doc:"Who sees it; organisation is confirmed colleagues."`
	Findable  bool     `json:"findable,omitempty" doc:"Whether others may find one by it."`
}

type apiExpertiseInput struct{ Body APIKnown }

type apiExpertiseOutput struct{ Body APIKnown }

func (f *Feature) expertiseAPI(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-expertise", Method: http.MethodGet, Path: "/me/expertise", Tags: []string{"People"},
		Summary: "What you say that you know", Security: web.TokenSecurity()}, f.apiGetExpertise)
	web.Operation(f.site, api, huma.Operation{OperationID: "put-expertise", Method: http.MethodPut, Path: "/me/expertise", Tags: []string{"People"}, Summary: "Say what you know",
		Description: "Replaces all of it: what is left out is said no more.", Security: web.TokenSecurity(), Errors: []int{413, 415}}, f.apiPutExpertise)
}

func (f *Feature) apiGetExpertise(ctx context.Context, _ *struct{}) (*apiExpertiseOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	list := func(values []string) []string { return append([]string{}, values...) }
	return &apiExpertiseOutput{APIKnown{Systems: list(e.Systems), Standards: list(e.Standards), Skills: list(p.Skills), Settings: list(e.Settings), Languages: list(e.Languages),
		AskMe: e.AskMe, Shown: string(e.Shown), Findable: e.Findable}}, nil
}

func (f *Feature) apiPutExpertise(ctx context.Context, in *apiExpertiseInput) (*apiExpertiseOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	line := func(values []string) (out []string) {
		for _, v := range values {
			out = append(out, models.CleanLine(v))
		}
		return out
	}
	b := in.Body
	err = f.SaveKnown(ctx, *p, Known{Skills: line(b.Skills), Systems: line(b.Systems), Standards: line(b.Standards), Settings: line(b.Settings), Languages: line(b.Languages),
		AskMe: b.AskMe, Shown: models.Visibility(b.Shown), Findable: b.Findable})
	if err != nil {
		return nil, err
	}
	f.site.PeopleChanged()
	if *p, err = f.store.PersonByID(ctx, p.ID); err != nil {
		return nil, err
	}
	return f.apiGetExpertise(ctx, nil)
}

// expertiseForAPI gives what somebody knows to whoever asks.
func (f *Feature) expertiseForAPI(ctx context.Context, p *models.Person) (*apiExpertise, error) {
	e, may, err := f.ExpertiseOf(ctx, p, web.PersonIn(ctx))
	if err != nil {
		return nil, err
	}
	facts, err := f.knownFacts(ctx, p, e)
	if err != nil {
		return nil, err
	}
	out := &apiExpertise{Visible: may, Systems: []apiFact{}, Standards: []apiFact{}, Skills: []apiFact{}, Settings: []apiFact{}, Languages: []apiFact{}, AskMe: e.AskMe}
	lists := map[models.KnowKind]*[]apiFact{models.KnowSystem: &out.Systems, models.KnowStandard: &out.Standards, models.KnowSkill: &out.Skills, models.KnowSetting: &out.Settings, models.KnowLanguage: &out.Languages}
	for _, fact := range facts {
		list := lists[fact.Kind]
		*list = append(*list, apiFact{fact.Value, fact.Name, apiConfirmed{fact.Wrote, fact.Adopted, fact.Answered}})
	}
	return out, nil
}
