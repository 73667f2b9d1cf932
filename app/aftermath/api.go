package aftermath

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/templates"
)

type apiReportInput struct {
	ID string `path:"id" doc:"ULID or slug of the campaign" maxLength:"200" example:"release-time-to-care-2026"`
}

type apiReportOutput struct{ Body apiCampaignReport }

type apiCampaignReport struct {
	Campaign   string             `json:"campaign" doc:"Its id."`
	ResultsOut bool               `json:"results_out" doc:"Before that only organisers see the report."`
	From       time.Time          `json:"from" doc:"When it opened."`
	Until      time.Time          `json:"until" doc:"When its results came out, or now."`
	Counted    *time.Time         `json:"counted" doc:"When it was counted whom it reached; null while that is not fixed."`
	Totals     []apiReportFigure  `json:"totals"`
	Tables     []apiReportTable   `json:"tables" doc:"Those of the page of the report."`
	Lessons    *apiReportLessons  `json:"lessons" doc:"What organisers say that was learnt; null for nothing yet."`
	Learning   []apiReportLearned `json:"learning_points" doc:"What the entries say that was learnt."`
}

type apiReportFigure struct {
	Of    string `json:"of"`
	Value string `json:"value" doc:"A number, or that it is fewer than 5."`
}

type apiReportTable struct {
	Key     string     `json:"key" doc:"region, organisation, staff-group, participation, funnel, scores, adoption and the like."`
	Title   string     `json:"title"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows" doc:"A cell for each column. Days are YYYY-MM-DD. What is not shown says so."`
}

type apiReportLessons struct {
	Body     string    `json:"body" doc:"Markdown."`
	Revision int       `json:"revision"`
	Saved    time.Time `json:"saved"`
}

type apiReportLearned struct {
	CaseStudy string `json:"case_study" doc:"Its id."`
	Words     string `json:"words"`
}

// API adds the same as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-campaign-report", Method: http.MethodGet, Path: "/campaigns/{id}/report", Tags: []string{"Campaigns"}, Summary: "What came of a campaign",
		Description: "Whom it reached, how it went from day to day, how far entries came, how judges scored, who uses what was entered, and what was learnt. For organisers at any time, for everybody once the results are out: 409 before.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict}}, f.apiReport)
}

func (f *Feature) apiReport(ctx context.Context, in *apiReportInput) (*apiReportOutput, error) {
	r, err := f.Report(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := apiCampaignReport{Campaign: r.Campaign.ID, ResultsOut: r.Out, From: r.From.UTC(), Until: r.Until.UTC(), Totals: []apiReportFigure{}, Tables: apiTables(r.tables()), Learning: []apiReportLearned{}}
	if r.Counted != nil {
		at := r.Counted.UTC()
		out.Counted = &at
	}
	for _, fact := range r.totals() {
		out.Totals = append(out.Totals, apiReportFigure{fact.Label, fact.Text})
	}
	if r.Lessons.Revision > 0 {
		out.Lessons = &apiReportLessons{r.Lessons.Body, r.Lessons.Revision, r.Lessons.CreatedAt.UTC()}
	}
	for _, l := range r.Learning {
		out.Learning = append(out.Learning, apiReportLearned{l.CaseStudyID, l.Words})
	}
	return &apiReportOutput{out}, nil
}

func apiTables(list []templates.ReportTable) []apiReportTable {
	out := make([]apiReportTable, len(list))
	for i, t := range list {
		out[i] = apiReportTable{Key: t.Key, Title: t.Title, Columns: t.Columns, Rows: make([][]string, len(t.Rows))}
		for j, row := range t.Rows {
			for _, cell := range row {
				out[i].Rows[j] = append(out[i].Rows[j], cell.Plain())
			}
		}
	}
	return out
}
