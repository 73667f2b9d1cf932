package voices

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

type apiVoicesInput struct {
	Period string `query:"period" maxLength:"20" doc:"12-months, all, or a calendar year that is over." example:"12-months"`
}

type apiVoicesOutput struct{ Body apiVoices }

type apiVoices struct {
	Period  string          `json:"period"`
	Periods []string        `json:"periods" doc:"Those that there are."`
	Counted []apiVoicesSpan `json:"counted" doc:"Of when each count is. What is not there is not counted yet, or not shown."`
	Tables  []apiVoiceTable `json:"tables"`
}

type apiVoicesSpan struct {
	Of   string `json:"of" enum:"posted,voted,commented,answered,adopted"`
	From string `json:"from,omitempty" format:"date" doc:"Absent for all time."`
	To   string `json:"to" format:"date" doc:"The first day that is not counted any more."`
}

type apiVoiceTable struct {
	By        string          `json:"by" enum:"staff-group,band,setting,region,kind"`
	Workforce *apiVoiceSource `json:"workforce,omitempty" doc:"Where the shares of the workforce are from; absent when none were entered."`
	Groups    []apiVoiceGroup `json:"groups"`
}

type apiVoiceSource struct {
	Source string `json:"source"`
	AsOf   string `json:"as_of" format:"date"`
}

type apiVoiceGroup struct {
	Group     string         `json:"group"`
	Workforce *float64       `json:"workforce_percent,omitempty"`
	Counts    map[string]int `json:"counts" doc:"About how many people, by posted, voted, commented, answered and adopted, rounded to the nearest 5. What is absent is not shown, and may be anything from nobody on."`
	Median    string         `json:"median_first_response,omitempty" enum:"day,days,week,fortnight,month,longer" doc:"Within a day, 1 to 3 days, 3 to 7 days, 1 to 2 weeks, 2 to 4 weeks, or longer."`
}

// API adds the same as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-voices", Method: http.MethodGet, Path: "/impact/voices", Tags: []string{"Impact"}, Summary: "Who is heard",
		Description: "How many people posted, voted, commented, were answered and adopted from, by staff group, pay band, care setting, region and kind of organisation, beside how the workforce is made up. " +
			"Counts are rounded and small ones left out, as on the page."}, f.apiVoices)
}

func (f *Feature) apiVoices(ctx context.Context, in *apiVoicesInput) (*apiVoicesOutput, error) {
	s, err := f.see(ctx, models.CleanLine(in.Period))
	if err != nil {
		return nil, err
	}
	out := &apiVoicesOutput{Body: apiVoices{Period: s.period, Periods: s.periods, Counted: []apiVoicesSpan{}}}
	for _, d := range models.VoiceDids() {
		if c := s.columns[d]; c != nil {
			span := apiVoicesSpan{Of: string(d), To: c.To.Format(time.DateOnly)}
			if !c.From.IsZero() {
				span.From = c.From.Format(time.DateOnly)
			}
			out.Body.Counted = append(out.Body.Counted, span)
		}
	}
	for _, by := range models.VoiceBys() {
		t := apiVoiceTable{By: string(by), Groups: []apiVoiceGroup{}}
		mix, mixed := s.mixes[by]
		if mixed {
			t.Workforce = &apiVoiceSource{mix.Source, mix.AsOf}
		}
		for _, g := range s.groups[by] {
			one := apiVoiceGroup{Group: g.Label, Counts: map[string]int{}}
			if share, ok := mix.Share(g.Value); ok {
				one.Workforce = &share
			}
			for _, d := range models.VoiceDids() {
				if _, n := about(s.columns[d], by, g.Value); n > 0 {
					one.Counts[string(d)] = n
				}
			}
			if h := s.columns[models.WasHeard]; h != nil {
				one.Median = string(h.Times[by][g.Value])
			}
			t.Groups = append(t.Groups, one)
		}
		out.Body.Tables = append(out.Body.Tables, t)
	}
	return out, nil
}
