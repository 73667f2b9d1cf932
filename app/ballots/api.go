package ballots

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models/store"
)

type apiBallotInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
	Body apiBallotBody
}

type apiBallotBody struct {
	Votes map[string]int `json:"votes" doc:"How many votes each entry gets, by the id of its case study. It takes the place of what you voted before." example:"{\"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z\": 1}"`
}

type apiBallotOutput struct{ Body apiBallotAnswer }

type apiBallotAnswer struct {
	Voted  bool `json:"voted"`
	Secret bool `json:"secret" doc:"It is not kept which votes were yours, so they cannot be changed."`
}

// API adds the same operations as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "vote-in-campaign", Method: http.MethodPut, Path: "/campaigns/{id}/vote", Tags: []string{"Campaigns"}, Summary: "Vote in a campaign",
		Description: "By the rule of the campaign: open, equal or quadratic votes. Votes in pairs are given on the page alone. 409 while votes are not taken, and for a second secret vote.",
		Security:    web.TokenSecurity(), Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiVote)
}

func (f *Feature) apiVote(ctx context.Context, in *apiBallotInput) (*apiBallotOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	s, err := f.Vote(store.Fresh(ctx), p, in.ID, in.Body.Votes)
	if err != nil {
		return nil, err
	}
	return &apiBallotOutput{Body: apiBallotAnswer{Voted: len(in.Body.Votes) > 0, Secret: s.ballot.Secret}}, nil
}
