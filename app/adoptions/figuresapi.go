package adoptions

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
)

// APIAdoptionMeasure is one measure of an adoption as a program says it. It is exported because huma
// passes over embedded types that are not.
type APIAdoptionMeasure struct {
	Repeats    string   `json:"repeats,omitempty" maxLength:"150" doc:"The measure of the case study that is measured here again, by its name there; empty for none." example:"Time to send a letter"`
	Name       string   `json:"name" maxLength:"150" doc:"What is measured." example:"Time to send a letter"`
	Unit       string   `json:"unit,omitempty" maxLength:"100" example:"minutes"`
	Better     string   `json:"better" enum:"lower,higher"`
	Baseline   *float64 `json:"baseline,omitempty" nullable:"true" doc:"The value before."`
	Result     *float64 `json:"result,omitempty" nullable:"true" doc:"The value since."`
	Expected   *float64 `json:"expected,omitempty" nullable:"true" doc:"The value that they reckoned with before they began."`
	Sample     *int     `json:"sample,omitempty" nullable:"true" minimum:"1" maximum:"1000000000" doc:"How many were looked at."`
	From       string   `json:"from,omitempty" maxLength:"10" doc:"First day of the period of the result, YYYY-MM-DD." example:"2026-01-01"`
	To         string   `json:"to,omitempty" maxLength:"10" doc:"Its last day." example:"2026-03-31"`
	Method     string   `json:"method,omitempty" maxLength:"600"`
	Series     string   `json:"series,omitempty" maxLength:"6000" doc:"Points over time: a line for each with when and the value, and lines such as step: 2026-03-23, chart: p or target: 24 before them."`
	FromSeries bool     `json:"from_series,omitempty" doc:"Baseline and result are the means of the series before its first step and after its last. They are worked out when neither is given, or this is set."`
}

// apiSaidAdoptionMeasure is one measure of an adoption as it is given.
type apiSaidAdoptionMeasure struct {
	APIAdoptionMeasure
	Known       string   `json:"known" enum:"measured,claimed,estimated" doc:"How well it is known, as for benefits: never add these together."`
	Change      *float64 `json:"change_percent" doc:"How many per cent the result is higher than the baseline, less than nothing where it is lower; null where that cannot be said."`
	Hours       *float64 `json:"hours_released_a_week" doc:"Less than nothing where it takes more; null where it is no time."`
	Equivalents *float64 `json:"full_time_equivalents" doc:"These hours by 37.5, the hours a week of Agenda for Change."`
	Cautions    []string `json:"cautions" doc:"What the data cannot carry: two-points, tiny-sample, no-sample, no-method, no-period, no-baseline."`
}

// APIAdoptionPounds are costs and savings in whole pounds.
type APIAdoptionPounds struct {
	OneOff  *int64 `json:"one_off,omitempty" nullable:"true" minimum:"-10000000000" maximum:"10000000000" doc:"Cost, once."`
	Running *int64 `json:"running,omitempty" nullable:"true" minimum:"-10000000000" maximum:"10000000000" doc:"Cost, a year."`
	Cash    *int64 `json:"cash,omitempty" nullable:"true" minimum:"-10000000000" maximum:"10000000000" doc:"Saved a year, cash-releasing: it can be taken out of a budget."`
	NonCash *int64 `json:"non_cash,omitempty" nullable:"true" minimum:"-10000000000" maximum:"10000000000" doc:"Saved a year, not cash-releasing. Do not add it to the other."`
}

// apiAdoptionMoney is what an adoption cost and saved, and what was expected of it.
type apiAdoptionMoney struct {
	APIAdoptionPounds
	Expected APIAdoptionPounds `json:"expected,omitzero" doc:"What they reckoned with before they began."`
	Known    string            `json:"known,omitempty" enum:"measured,claimed,estimated," doc:"measured: from accounts or invoices; claimed: without them. Required when there is a sum beside those that were expected."`
	How      string            `json:"how,omitempty" maxLength:"600" doc:"How it was worked out."`
}

type apiAdoptionFigures struct {
	Measures []apiSaidAdoptionMeasure `json:"measures"`
	Money    apiAdoptionMoney         `json:"money"`
}

type apiFiguresAnswer struct {
	ETag string `header:"ETag"`
	Body apiAdoptionFigures
}

type apiFiguresInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the state that the change was made from; 412 when the adoption or its figures were changed since."`
	Body    struct {
		Measures []APIAdoptionMeasure `json:"measures" maxItems:"12"`
		Money    *apiAdoptionMoney    `json:"money,omitempty" doc:"As it was when left out."`
	}
}

func (f *Feature) figuresAPI(api huma.API) {
	const at = "/case-studies/{id}/adoptions/{organisation}/figures"
	web.Operation(f.site, api, huma.Operation{OperationID: "get-adoption-figures", Method: http.MethodGet, Path: at, Tags: []string{"Adoptions"}, Summary: "What one organisation says of an adoption in figures",
		Description: "Its measures, each before and after, expected or as a series over time, and costs and savings.", Errors: []int{404, 410}}, f.apiGetFigures)
	web.Operation(f.site, api, huma.Operation{OperationID: "put-adoption-figures", Method: http.MethodPut, Path: at, Tags: []string{"Adoptions"}, Summary: "Say in figures what came of an adoption",
		Description: "All of its measures, which take the place of those before. For whoever may change the adoption; it must be there.", Errors: []int{404, 409, 410, 412, 413, 415}, Security: web.TokenSecurity()}, f.apiPutFigures)
}

// pointer gives where a number is kept, nil where it is none.
func pointer(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}

func (f *Feature) figuresAnswer(ctx context.Context, caseStudy, organisation string) (*apiFiguresAnswer, error) {
	a, _, err := f.Get(ctx, web.PersonIn(ctx), caseStudy, organisation)
	if err != nil {
		return nil, err
	}
	m := a.Figures.Money
	out := &apiFiguresAnswer{Body: apiAdoptionFigures{Measures: []apiSaidAdoptionMeasure{}, Money: apiAdoptionMoney{APIAdoptionPounds(m.AdoptionPounds), APIAdoptionPounds(m.Expected), string(m.Known), m.How}}}
	for _, m := range a.Figures.Measures {
		said := apiSaidAdoptionMeasure{APIAdoptionMeasure: APIAdoptionMeasure(m), Known: string(impact.KindOfMeasure(&m)), Change: pointer(m.Change()), Cautions: []string{}}
		if hours, ok := impact.HoursReleased(m.Benefit()); ok {
			said.Hours, said.Equivalents = &hours, pointer(hours/models.FullTimeHours, true)
		}
		for _, c := range m.Cautions() {
			said.Cautions = append(said.Cautions, string(c))
		}
		out.Body.Measures = append(out.Body.Measures, said)
	}
	out.ETag, err = web.ETagOf("v"+strconv.Itoa(a.Version), out.Body)
	return out, err
}

func (f *Feature) apiGetFigures(ctx context.Context, in *APIOne) (*apiFiguresAnswer, error) {
	return f.figuresAnswer(ctx, in.ID, in.Organisation)
}

func (f *Feature) apiPutFigures(ctx context.Context, in *apiFiguresInput) (*apiFiguresAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ch := FigureChange{CaseStudy: in.ID, Organisation: in.Organisation}
	if ch.Version, err = web.IfMatch(in.IfMatch, "v"); err != nil {
		return nil, err
	}
	ch.Apply = func(f *models.AdoptionFigures) error {
		f.Measures = nil
		for _, m := range in.Body.Measures {
			f.Measures = append(f.Measures, models.AdoptionMeasure(m))
		}
		if m := in.Body.Money; m != nil {
			f.Money = models.AdoptionMoney{AdoptionPounds: models.AdoptionPounds(m.APIAdoptionPounds), Expected: models.AdoptionPounds(m.Expected), Known: models.HowKnown(m.Known), How: m.How}
		}
		return nil
	}
	if _, err = f.SaveFigures(ctx, person, ch); err != nil {
		return nil, web.Stale(err, ch.Version)
	}
	return f.figuresAnswer(ctx, in.ID, in.Organisation)
}
