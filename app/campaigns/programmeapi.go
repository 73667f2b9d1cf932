package campaigns

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models/store"
)

type apiProgrammeOutput struct{ Body apiProgramme }

type apiProgramme struct {
	Needs     []apiNeed              `json:"needs" doc:"What needs an organiser, what is due first first."`
	Campaigns []APIProgrammeCampaign `json:"campaigns" doc:"Those that have not ended first; at most 200."`
	More      bool                   `json:"more" doc:"There are older ones beside these."`
	Often     []apiInvitedTooOften   `json:"invited_too_often" doc:"Who was invited to four campaigns or more in the last 90 days; those invited most often, at most 50."`
}

type apiInvitedTooOften struct {
	Person       string `json:"person" doc:"Handle; empty for an organisation."`
	Organisation string `json:"organisation" doc:"ODS code of an organisation whose leads were invited; empty for a person."`
	Name         string `json:"name"`
	Times        int    `json:"times"`
}

type apiNeed struct {
	Kind     string     `json:"kind" enum:"publish,let-in,panel,give,scores,shortlist,decide" doc:"A draft is to open; late entries ask to be let in; nobody has accepted to judge; entries are not given to judges; scorecards are missing; nothing is shortlisted; nothing is decided."`
	Campaign string     `json:"campaign" doc:"Its id."`
	By       *time.Time `json:"by" doc:"When it is to be done, or was; null for no time in particular."`
	N        int        `json:"n" doc:"How many there are: late entries, or scorecards that count."`
	Of       int        `json:"of" doc:"Of how many."`
}

// APIProgrammeCampaign is a campaign with what it has in numbers.
type APIProgrammeCampaign struct {
	ID       string `json:"id" doc:"ULID"`
	Slug     string `json:"slug"`
	Title    string `json:"title"`
	Stage    string `json:"stage" enum:"draft,coming,open,improve,shortlist,judge,decide,results,follow-up"`
	Entries  int    `json:"entries"`
	Drafts   int    `json:"drafts" doc:"Entries that are only drafts."`
	Late     int    `json:"late" doc:"Too late, and not decided yet."`
	Asked    int    `json:"judges_asked"`
	Accepted int    `json:"judges_accepted"`
	Given    int    `json:"scorecards_given"`
	Done     int    `json:"scorecards_done"`
	Decided  int    `json:"decided"`
	Votes    *int   `json:"votes" doc:"Or pairs; null where there is no vote, or its counts are not shown yet."`
}

func (f *Feature) programmeAPI(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-campaigns-programme", Method: http.MethodGet, Path: "/campaigns/programme", Tags: []string{"Campaigns"}, Summary: "All campaigns, and what in them needs an organiser",
		Description: "For organisers and admins.", Security: web.TokenSecurity(), Errors: []int{http.StatusForbidden}}, f.apiProgramme)
}

func (f *Feature) apiProgramme(ctx context.Context, _ *struct{}) (*apiProgrammeOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	all, err := f.Programme(store.Fresh(ctx), p)
	if err != nil {
		return nil, err
	}
	now := f.site.Now()
	out := apiProgramme{Needs: make([]apiNeed, len(all.Needs)), Campaigns: make([]APIProgrammeCampaign, len(all.Campaigns)), More: all.More, Often: make([]apiInvitedTooOften, len(all.Often))}
	for i, one := range all.Often {
		out.Often[i] = apiInvitedTooOften{Person: one.Handle, Organisation: one.Organisation, Name: cmp.Or(one.Name, one.OrgName, one.Organisation), Times: one.Times}
	}
	for i, n := range all.Needs {
		out.Needs[i] = apiNeed{Kind: string(n.Kind), Campaign: n.Campaign.ID, N: n.N, Of: n.Of}
		if !n.By.IsZero() {
			by := n.By.UTC()
			out.Needs[i].By = &by
		}
	}
	for i := range all.Campaigns {
		c := &all.Campaigns[i]
		s := all.Sums[c.ID]
		out.Campaigns[i] = APIProgrammeCampaign{ID: c.ID, Slug: c.Slug, Title: c.Title, Stage: string(c.StageAt(now)), Entries: s.Entries, Drafts: s.Drafts, Late: s.Late,
			Asked: s.Asked, Accepted: s.Accepted, Given: s.Given, Done: s.Done, Decided: s.Decided}
		if s.ShowsVotes(c, now) {
			out.Campaigns[i].Votes = &s.Votes
		}
	}
	return &apiProgrammeOutput{out}, nil
}
