package ballots

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
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

type apiVoteInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
}

type apiVoteOutput struct{ Body APICampaignVote }

// APICampaignVote is a vote of a campaign as the API gives it.
type APICampaignVote struct {
	Rule    string         `json:"rule" enum:"open,equal,quadratic,pairwise" doc:"One vote for each of as many entries as you like; a number of votes; a number of credits, of which n votes cost n squared; or which of two is better, again and again."`
	Have    int            `json:"have" doc:"How many votes, credits or pairs each person has; 0 for an open vote."`
	Secret  bool           `json:"secret"`
	Rules   []string       `json:"rules" doc:"The rules in words, as they are shown before anybody votes."`
	Stage   string         `json:"stage" enum:"improve,shortlist,judge,decide" doc:"During which people vote."`
	Open    bool           `json:"open" doc:"Votes are taken now."`
	Over    bool           `json:"over"`
	Voted   bool           `json:"voted" doc:"You have."`
	Entries []APIVoteEntry `json:"entries" doc:"What can be voted for."`
	Pair    []string       `json:"pair" doc:"Ids of the two case studies that you are asked to compare next; none where you are asked no more, are not signed in, or the vote is not in pairs."`
	Pairs   int            `json:"pairs" doc:"How many you have compared."`
	Turnout *int           `json:"turnout" doc:"How many people have voted; null while the counts are not shown to you."`
}

// APIVoteEntry is what can be voted for.
type APIVoteEntry struct {
	CaseStudy    string `json:"case_study" doc:"Its id."`
	Title        string `json:"title"`
	Organisation string `json:"organisation" doc:"ODS code, or empty."`
	Own          bool   `json:"own" doc:"It is yours, and you cannot vote for it."`
	Votes        *int   `json:"votes" doc:"How many you gave it; null where that is not kept, or none can be given."`
	Count        *int   `json:"count" doc:"What it has: votes, or in pairs how often of 100 times it is preferred to an average entry; null while the counts are not shown to you."`
	Place        *int   `json:"place" doc:"Where it stands, 1 is first; those that tie share a place. Null with count."`
}

type apiPreferInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"release-time-to-care-2026"`
	Body apiPreferBody
}

type apiPreferBody struct {
	Better string `json:"better" doc:"Id of the case study that is better." example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Other  string `json:"other" doc:"Id of the other one of the pair." example:"01JD3Z6V7Q8R9S0T1V2W3X4Y60"`
}

// API adds the same operations as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-campaign-vote", Method: http.MethodGet, Path: "/campaigns/{id}/vote", Tags: []string{"Campaigns"}, Summary: "The vote of a campaign",
		Description: "How people vote, for what, what you gave, and which pair you are asked about next. 404 where a campaign has no vote.", Errors: []int{http.StatusNotFound}}, f.apiRead)
	web.Operation(f.site, api, huma.Operation{OperationID: "vote-in-campaign", Method: http.MethodPut, Path: "/campaigns/{id}/vote", Tags: []string{"Campaigns"}, Summary: "Vote in a campaign",
		Description: "By the rule of the campaign: open, equal or quadratic votes. For votes in pairs see POST …/vote/pairs. 409 while votes are not taken, and for a second secret vote.",
		Security:    web.TokenSecurity(), Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiVote)
	web.Operation(f.site, api, huma.Operation{OperationID: "compare-campaign-entries", Method: http.MethodPost, Path: "/campaigns/{id}/vote/pairs", Tags: []string{"Campaigns"}, Summary: "Say which of two entries is better",
		Description: "Of the pair that you are asked about: see GET …/vote. The answer has the next pair. 409 for another pair, and while votes are not taken.",
		Security:    web.TokenSecurity(), Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiPrefer)
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

func (f *Feature) apiPrefer(ctx context.Context, in *apiPreferInput) (*apiVoteOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	if err := f.Prefer(ctx, p, in.ID, in.Body.Better, in.Body.Other); err != nil {
		return nil, err
	}
	return f.apiRead(ctx, &apiVoteInput{ID: in.ID})
}

func (f *Feature) apiRead(ctx context.Context, in *apiVoteInput) (*apiVoteOutput, error) {
	p := web.PersonIn(ctx)
	s, err := f.read(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	now := f.site.Now()
	out := APICampaignVote{Rule: string(s.ballot.Rule), Have: s.ballot.Have, Secret: s.ballot.Secret, Rules: rulesOf(&s.ballot), Stage: string(s.ballot.Stage), Pair: []string{},
		Open: s.ballot.IsOpen(&s.campaign, now), Over: s.ballot.Over(&s.campaign, now), Entries: make([]APIVoteEntry, len(s.entries))}
	for i, e := range s.entries {
		out.Entries[i] = APIVoteEntry{CaseStudy: e.CaseStudyID, Title: e.Title, Organisation: e.Organisation, Own: p != nil && e.IsOwn(p.ID)}
	}
	if p != nil {
		if err := f.apiOwn(ctx, p, s, &out); err != nil {
			return nil, err
		}
	}
	if !s.ballot.ShowsCounts(&s.campaign, now) && !(out.Over && p.May(models.RunCampaign, models.Subject{})) {
		return &apiVoteOutput{out}, nil
	}
	counted, err := f.count(ctx, s)
	if err != nil {
		return nil, err
	}
	out.Turnout = &counted.Turnout
	for _, r := range results(s, counted) {
		i := slices.IndexFunc(out.Entries, func(e APIVoteEntry) bool { return e.CaseStudy == r.ID })
		out.Entries[i].Count, out.Entries[i].Place = &r.Count, &r.Place.Place
	}
	return &apiVoteOutput{out}, nil
}

// apiOwn puts in what is of the person alone.
func (f *Feature) apiOwn(ctx context.Context, p *models.Person, s *state, out *APICampaignVote) (err error) {
	if out.Voted, err = f.store.HasVoted(ctx, s.campaign.ID, p.ID); err != nil || !out.Open {
		return err
	}
	if s.ballot.Rule == judging.Pairwise {
		left, right, done, ok, err := f.pair(ctx, p, s)
		if out.Pairs = done; ok {
			out.Pair = []string{left, right}
		}
		return err
	}
	if s.ballot.Secret {
		return nil
	}
	kept, err := f.store.OwnVotes(ctx, s.campaign.ID, p.ID)
	for i := range out.Entries {
		if e := &out.Entries[i]; !e.Own {
			n := kept[e.CaseStudy]
			e.Votes = &n
		}
	}
	return err
}
