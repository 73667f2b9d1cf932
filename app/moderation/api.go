package moderation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

type apiReportInput struct {
	Body struct {
		Kind   string `json:"kind" enum:"case-study,comment,adoption,collection,person" doc:"What is reported."`
		About  string `json:"about" minLength:"1" maxLength:"200" doc:"Its id; of a case study the slug will do, of a person the handle." example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
		Reason string `json:"reason" enum:"patient-data,wrong,unkind,spam,duplicate,copyright,other"`
		Words  string `json:"words" minLength:"1" maxLength:"2000" doc:"What is wrong with it. Moderators alone read this." example:"The second paragraph names a patient."`
	}
}

type apiReport struct {
	ID      string    `json:"id" doc:"ULID"`
	Kind    string    `json:"kind" enum:"case-study,comment,adoption,collection,person"`
	About   string    `json:"about" doc:"Id of what is reported."`
	Reason  string    `json:"reason" enum:"patient-data,wrong,unkind,spam,duplicate,copyright,other"`
	Words   string    `json:"words"`
	Created time.Time `json:"created" doc:"When it was first sent: earlier, where this changes a report that you had sent before."`
	URL     string    `json:"url" format:"uri" doc:"Where you see what becomes of it."`
}

type apiReportOutput struct {
	Location string `header:"Location"`
	Body     apiReport
}

// API adds reporting, and what moderators do.
func (f *Feature) API(api huma.API) {
	f.measuresAPI(api)
	web.Operation(f.site, api, huma.Operation{OperationID: "report", Method: http.MethodPost, Path: "/reports", Tags: []string{"Moderation"}, DefaultStatus: http.StatusCreated,
		Summary: "Report a case study, a comment, an adoption or a person to the moderators", Security: web.TokenSecurity(),
		Description: "Whose it is is not told who reported it. You have one open report of a thing: sending another changes the first. A person can report 30 things within a day.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusTooManyRequests}}, f.apiReport)
}

func (f *Feature) apiReport(ctx context.Context, in *apiReportInput) (*apiReportOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	r, about, _, err := f.Report(ctx, p, NewReport{Kind: models.ThingKind(in.Body.Kind), Thing: in.Body.About, Reason: models.ReportReason(in.Body.Reason), Words: in.Body.Words})
	if err != nil {
		return nil, err
	}
	return &apiReportOutput{Location: "/me/reports", Body: apiReport{ID: r.ID, Kind: string(about.kind), About: about.id, Reason: string(r.Reason), Words: r.Words,
		Created: r.CreatedAt.UTC(), URL: f.site.URL("/me/reports")}}, nil
}
