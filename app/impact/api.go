package impact

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
)

type apiImpactInput struct {
	From     string `query:"from" maxLength:"20" doc:"The first day, of London. Empty: from the beginning." example:"2026-01-01"`
	To       string `query:"to" maxLength:"20" doc:"The last day, of London. Empty: until now." example:"2026-03-31"`
	Region   string `query:"region" maxLength:"200" doc:"Name of a region or nation: of who adopts, for adoptions, and of where the case study is from, for everything else."`
	Kind     string `query:"kind" maxLength:"200" doc:"Kind of organisation, such as Acute trust, in the same way."`
	Campaign string `query:"campaign" maxLength:"100" doc:"Slug of a campaign: what is entered in it alone."`
}

type apiImpactOutput struct{ Body apiImpact }

type apiImpact struct {
	From          *time.Time         `json:"from" doc:"null for all time."`
	Until         *time.Time         `json:"until" doc:"The first moment that is not counted any more, and as of which everything stands; null for now."`
	Demonstration bool               `json:"demonstration" doc:"There is only invented content, and the figures are of that."`
	CaseStudies   int                `json:"case_studies" doc:"Posted in the period."`
	Adoptions     apiImpactAdoptions `json:"adoptions"`
	Third         apiImpactWait      `json:"third_adoption" doc:"From posting until three organisations have begun to try or use it."`
	Answers       apiImpactWait      `json:"first_response" doc:"From posting of an idea until somebody who did not write it responded."`
	Benefits      apiImpactBenefits  `json:"benefits" doc:"Of case studies. Measured, claimed and estimated apart. Do not add them together."`
	Adopted       apiAdopted         `json:"adoption_benefits" doc:"What adoptions say in figures: measured, claimed and estimated apart. Add them neither together nor to those of case studies."`
	OverTime      []apiImpactMonth   `json:"over_time"`
}

type apiImpactAdoptions struct {
	Recorded      int            `json:"recorded"`
	ByStatus      map[string]int `json:"by_status" doc:"interested, planning, trying, in-use, stopped."`
	Organisations int            `json:"organisations" doc:"That recorded one."`
	Using         int            `json:"organisations_using" doc:"That try or use something."`
	Stopped       int            `json:"organisations_stopped" doc:"That stopped with something."`
	CaseStudies   int            `json:"case_studies_tried"`
	Silent        int            `json:"nothing_heard" doc:"Whose owner was asked how far they are, and said nothing."`
	Results       int            `json:"told_results" doc:"Tried adoptions that tell in words what came of it."`
}

type apiImpactWait struct {
	Of     int      `json:"of" doc:"How many began to wait."`
	Came   int      `json:"came" doc:"For how many it has come."`
	Median *float64 `json:"median_days" doc:"By Kaplan and Meier, with those that still wait; null while it has come for fewer than half."`
}

type apiImpactBenefits struct {
	Measured  apiImpactSum `json:"measured"`
	Claimed   apiImpactSum `json:"claimed"`
	Estimated apiImpactSum `json:"estimated"`
}

type apiImpactSum struct {
	Benefits int            `json:"benefits"`
	Hours    *float64       `json:"hours_released_a_week" doc:"null where nothing of that kind is in hours."`
	Added    int            `json:"benefits_in_hours" doc:"How many the hours are the sum of."`
	Units    map[string]int `json:"other_units" doc:"How many benefits there are in each other unit; empty text for those that name none."`
}

type apiImpactMonth struct {
	From     string `json:"from" format:"date" doc:"The first day of the month, or of the year where there are many."`
	Recorded int    `json:"recorded"`
	Begun    int    `json:"begun" doc:"Began to try or use it."`
	Stopped  int    `json:"stopped"`
}

// API adds the same as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-impact", Method: http.MethodGet, Path: "/impact", Tags: []string{"Impact"}, Summary: "What came of what was posted",
		Description: "Adoptions, how fast things spread and ideas are answered, and benefits, by period, region, kind of organisation and campaign. Under the Open Government Licence v3.0."}, f.apiGet)
}

func (f *Feature) apiGet(ctx context.Context, in *apiImpactInput) (*apiImpactOutput, error) {
	clean := models.CleanLine
	r, err := f.Get(ctx, Ask{clean(in.From), clean(in.To), clean(in.Region), clean(in.Kind), clean(in.Campaign)})
	if err != nil {
		return nil, err
	}
	out := apiImpact{Demonstration: r.Demo, CaseStudies: len(r.Posted), Third: apiWait(r.Third), Answers: apiWait(r.Answers), OverTime: []apiImpactMonth{}, Adopted: apiOfAdopted(&r.Adopted),
		Adoptions: apiImpactAdoptions{Recorded: len(r.Adoptions), ByStatus: map[string]int{}, Organisations: r.Adopters, Using: r.Using, Stopped: r.Stopped, CaseStudies: r.Tried, Silent: r.Silent, Results: r.Results},
		Benefits:  apiImpactBenefits{apiSum(r.Figures, impact.Measured), apiSum(r.Figures, impact.Claimed), apiSum(r.Figures, impact.Estimated)}}
	if r.Closed {
		until := r.Query.Until.UTC()
		out.Until = &until
	}
	if !r.Query.From.IsZero() {
		from := r.Query.From.UTC()
		out.From = &from
	}
	for _, s := range models.AdoptionStatuses() {
		out.Adoptions.ByStatus[string(s)] = r.ByStatus[s]
	}
	for _, m := range r.Months {
		out.OverTime = append(out.OverTime, apiImpactMonth{m.From.Format(time.DateOnly), m.Recorded, m.Begun, m.Stopped})
	}
	return &apiImpactOutput{out}, nil
}

func apiWait(s impact.Survival) apiImpactWait {
	out := apiImpactWait{Of: s.N, Came: s.Came}
	if s.Known {
		days := s.Median.Hours() / 24
		out.Median = &days
	}
	return out
}

func apiSum(f *impact.Figures, k impact.Kind) apiImpactSum {
	s := f.Sums[k]
	out := apiImpactSum{Benefits: s.N, Added: s.Added, Units: map[string]int{}}
	if s.Added > 0 {
		out.Hours = &s.Hours
	}
	for _, u := range f.Units {
		if n := u.N[k]; n > 0 {
			out.Units[u.Unit] = n
		}
	}
	return out
}
