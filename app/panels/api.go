package panels

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/store"
)

type apiScoreInput struct {
	ID        string `path:"id" doc:"ULID or slug of the campaign" maxLength:"200" example:"release-time-to-care-2026"`
	CaseStudy string `path:"case_study" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body      apiScoreBody
}

type apiScoreBody struct {
	Scores   map[string]int `json:"scores" doc:"From 1 to 5, by the id of the criterion."`
	Feedback string         `json:"feedback,omitempty" doc:"To those who entered, at most 4,000 characters. A scorecard counts with it alone."`
	Note     *string        `json:"note,omitempty" doc:"For you alone, at most 4,000 characters. Left out, it stays as it is."`
	Submit   bool           `json:"submit,omitempty" doc:"Have it count. 422 names what is missing for that."`
}

type apiScoreOutput struct{ Body apiScoreAnswer }

type apiScoreAnswer struct {
	CaseStudy string         `json:"case_study" doc:"Its id."`
	Scores    map[string]int `json:"scores"`
	Feedback  string         `json:"feedback"`
	Note      string         `json:"note"`
	Submitted bool           `json:"submitted" doc:"It counts."`
	Score     *float64       `json:"score" doc:"The weighted mean of what is scored, from 0 to 100; null while nothing is."`
}

// API adds the same operations as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "score-entry", Method: http.MethodPut, Path: "/campaigns/{id}/entries/{case_study}/score", Tags: []string{"Campaigns"}, Summary: "Score an entry as a judge",
		Description: "Replaces your scorecard of an entry that was given to you. 404 for one that was not, 409 while the campaign is not being judged.",
		Security:    web.TokenSecurity(), Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiScore)
}

func (f *Feature) apiScore(ctx context.Context, in *apiScoreInput) (*apiScoreOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	of, old, err := f.judged(ctx, p, in.ID, in.CaseStudy)
	if err != nil {
		return nil, err
	}
	card := old
	card.Scores, card.Feedback = in.Body.Scores, models.CleanText(in.Body.Feedback)
	if in.Body.Note != nil {
		card.Note = models.CleanText(*in.Body.Note)
	}
	if err := f.Score(ctx, p, &of, &old, &card, in.Body.Submit); err != nil {
		return nil, err
	}
	return &apiScoreOutput{Body: scoreAnswer(&of, &card)}, nil
}

func scoreAnswer(of *models.Campaign, card *judging.Card) apiScoreAnswer {
	out := apiScoreAnswer{CaseStudy: card.CaseStudyID, Scores: card.Scores, Feedback: card.Feedback, Note: card.Note, Submitted: card.SubmittedAt != nil}
	if out.Scores == nil {
		out.Scores = map[string]int{}
	}
	if worth, ok := card.Worth(of.Criteria); ok {
		out.Score = &worth.Score
	}
	return out
}
