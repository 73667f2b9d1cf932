package campaigns

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APICampaign is a campaign as the API gives it. It is exported because huma passes over
// embedded types that are not.
type APICampaign struct {
	ID            string                 `json:"id" doc:"ULID"`
	Slug          string                 `json:"slug" doc:"What a case study names as its campaign."`
	Title         string                 `json:"title"`
	Brief         string                 `json:"brief" doc:"Markdown."`
	Template      string                 `json:"template" enum:"ideas-challenge,case-study-call,peer-voted-fund,hackathon"`
	Stage         string                 `json:"stage" enum:"draft,coming,open,improve,shortlist,judge,decide,results,follow-up" doc:"How far it is now."`
	Cover         *apiCampaignCover      `json:"cover,omitempty" doc:"The picture at its head; absent when there is none."`
	Sponsor       *string                `json:"sponsor" doc:"ODS code of the organisation that asks; null for none in particular."`
	Organisations []string               `json:"organisations" doc:"ODS codes of who may enter, beside those of the regions; with regions and staff_groups all empty everybody may."`
	Regions       []string               `json:"regions"`
	StaffGroups   []string               `json:"staff_groups" doc:"Staff groups of who may enter; none for all."`
	Criteria      []apiCampaignCriterion `json:"criteria"`
	Questions     []apiCampaignQuestion  `json:"questions" doc:"Questions of its own, which an entry answers."`
	Stages        []apiCampaignStep      `json:"stages" doc:"In their order, those that it has. Each ends when the next begins."`
	EntriesClose  *time.Time             `json:"entries_close" doc:"From when no further entry is taken; null while that is not set."`
	Extensions    []apiCampaignExtension `json:"extensions" doc:"Stages that were made to last longer."`
	Created       time.Time              `json:"created"`
	Updated       time.Time              `json:"updated"`
	URL           string                 `json:"url" format:"uri"`
}

type apiCampaignCover struct {
	URL    string `json:"url" format:"uri"`
	Width  int    `json:"width" doc:"Pixels."`
	Height int    `json:"height" doc:"Pixels."`
	Alt    string `json:"alt" doc:"What it shows; empty where that does not matter."`
}

type apiCampaignCriterion struct {
	ID      string   `json:"id" doc:"Stays when its words change."`
	Name    string   `json:"name"`
	Weight  int      `json:"weight" doc:"Against the others."`
	Anchors []string `json:"anchors" doc:"What the scores from 1 to 5 stand for; none or five."`
}

type apiCampaignQuestion struct {
	ID       string   `json:"id" doc:"Stays when its words change."`
	Text     string   `json:"text"`
	Kind     string   `json:"kind" enum:"text,number,choice,file"`
	Choices  []string `json:"choices"`
	Required bool     `json:"required"`
}

type apiCampaignStep struct {
	Stage  string    `json:"stage" enum:"open,improve,shortlist,judge,decide,results,follow-up"`
	Starts time.Time `json:"starts"`
}

type apiCampaignExtension struct {
	Stage  string    `json:"stage" enum:"open,improve,shortlist,judge,decide,results,follow-up"`
	Was    time.Time `json:"was" doc:"When it was to end."`
	Until  time.Time `json:"until" doc:"When it ends."`
	Reason string    `json:"reason"`
	At     time.Time `json:"at" doc:"When that was decided."`
}

type apiCampaignsInput struct {
	web.PageParams
	State string `query:"state" enum:"open,under-way,coming,ended,draft" doc:"Only those open for entries, closed without results yet, to come, ended, or for organisers drafts. Left out, all that are published."`
}

type apiCampaignsOutput struct{ Body web.List[APICampaign] }

// APIOneCampaign names a campaign. It is exported because huma passes over embedded
// types that are not.
type APIOneCampaign struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiCampaignBody struct {
	Title         string                     `json:"title" doc:"At most 150 characters." example:"Release time to care"`
	Brief         string                     `json:"brief,omitempty" doc:"Markdown, at most 20,000 characters."`
	Template      string                     `json:"template,omitempty" enum:"ideas-challenge,case-study-call,peer-voted-fund,hackathon" default:"ideas-challenge"`
	Sponsor       string                     `json:"sponsor,omitempty" doc:"ODS code."`
	Organisations []string                   `json:"organisations,omitempty" maxItems:"100"`
	Regions       []string                   `json:"regions,omitempty" maxItems:"20"`
	StaffGroups   []string                   `json:"staff_groups,omitempty" maxItems:"20"`
	Criteria      []apiCampaignCriterionBody `json:"criteria,omitempty" maxItems:"12"`
	Questions     []apiCampaignQuestionBody  `json:"questions,omitempty" maxItems:"12"`
	Stages        []apiCampaignStep          `json:"stages,omitempty" maxItems:"7"`
	Publish       bool                       `json:"publish,omitempty" doc:"Let everybody read it at once. Otherwise it is a draft for organisers."`
}

type apiCampaignCriterionBody struct {
	Name    string   `json:"name"`
	Weight  int      `json:"weight,omitempty" default:"1" minimum:"1" maximum:"100"`
	Anchors []string `json:"anchors,omitempty" maxItems:"5"`
}

type apiCampaignQuestionBody struct {
	Text     string   `json:"text"`
	Kind     string   `json:"kind,omitempty" enum:"text,number,choice,file" default:"text"`
	Choices  []string `json:"choices,omitempty" maxItems:"20"`
	Required bool     `json:"required,omitempty"`
}

type apiCampaignPostInput struct{ Body apiCampaignBody }

type apiCampaignOutput struct {
	Location string `header:"Location" doc:"Of one that was made."`
	Body     APICampaign
}

// API adds the operations on campaigns.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Campaigns"}, Errors: errors}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	web.Operation(f.site, api, add("list-campaigns", http.MethodGet, "/campaigns", "Campaigns", "The newest first."), f.apiList)
	f.programmeAPI(api) // before what takes its name for that of a campaign
	web.Operation(f.site, api, add("get-campaign", http.MethodGet, "/campaigns/{id}", "One campaign", "", 404), f.apiGet)
	post := add("post-campaign", http.MethodPost, "/campaigns", "Start a campaign", "For organisers and admins.", 403, 409, 413, 415)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	f.entryAPI(api)
}

func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (f *Feature) forAPI(c *models.Campaign) APICampaign {
	out := APICampaign{ID: c.ID, Slug: c.Slug, Title: c.Title, Brief: c.Brief, Template: string(c.Template), Stage: string(c.StageAt(f.site.Now())), Organisations: orNone(c.Organisations),
		Regions: orNone(c.Regions), StaffGroups: orNone(c.StaffGroups), Criteria: []apiCampaignCriterion{}, Questions: []apiCampaignQuestion{}, Stages: []apiCampaignStep{}, Extensions: []apiCampaignExtension{},
		Created: c.CreatedAt.UTC(), Updated: c.UpdatedAt.UTC(), URL: f.site.URL(web.CampaignURL(c))}
	if c.Sponsor != "" {
		out.Sponsor = &c.Sponsor
	}
	if cover := coverOf(c); cover.URL != "" {
		out.Cover = &apiCampaignCover{f.site.URL(cover.URL), cover.Width, cover.Height, cover.Alt}
	}
	if at, ok := c.EntriesClose(); ok {
		at = at.UTC()
		out.EntriesClose = &at
	}
	for _, one := range c.Criteria {
		out.Criteria = append(out.Criteria, apiCampaignCriterion{one.ID, one.Name, one.Weight, orNone(one.Anchors)})
	}
	for _, one := range c.Questions {
		out.Questions = append(out.Questions, apiCampaignQuestion{one.ID, one.Text, string(one.Kind), orNone(one.Choices), one.Required})
	}
	for _, one := range c.Steps {
		out.Stages = append(out.Stages, apiCampaignStep{string(one.Stage), one.Starts.UTC()})
	}
	for _, one := range c.Extensions {
		out.Extensions = append(out.Extensions, apiCampaignExtension{string(one.Stage), one.Was.UTC(), one.Now.UTC(), one.Reason, one.At.UTC()})
	}
	return out
}

func (f *Feature) apiList(ctx context.Context, in *apiCampaignsInput) (*apiCampaignsOutput, error) {
	q := models.CampaignQuery{State: models.CampaignState(in.State), Limit: in.Limit}
	var err error
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	found, err := f.List(ctx, web.PersonIn(ctx), q)
	if err != nil {
		return nil, err
	}
	items := make([]APICampaign, len(found.Items))
	for i := range found.Items {
		items[i] = f.forAPI(&found.Items[i])
	}
	return &apiCampaignsOutput{web.NewList(items, found.Next, found.Total)}, nil
}

func (f *Feature) apiGet(ctx context.Context, in *APIOneCampaign) (*apiCampaignOutput, error) {
	c, err := f.Get(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &apiCampaignOutput{Body: f.forAPI(&c)}, nil
}

func (b *apiCampaignBody) campaign() models.Campaign {
	c := models.Campaign{Title: b.Title, Brief: b.Brief, Template: models.CampaignTemplate(b.Template), Sponsor: b.Sponsor, Organisations: b.Organisations, Regions: b.Regions, StaffGroups: b.StaffGroups}
	for _, one := range b.Criteria {
		c.Criteria = append(c.Criteria, models.Criterion{Name: one.Name, Weight: one.Weight, Anchors: one.Anchors})
	}
	for _, one := range b.Questions {
		c.Questions = append(c.Questions, models.CampaignQuestion{Text: one.Text, Kind: models.QuestionKind(one.Kind), Choices: one.Choices, Required: one.Required})
	}
	for _, one := range b.Stages {
		c.Steps = append(c.Steps, models.CampaignStep{Stage: models.CampaignStage(one.Stage), Starts: one.Starts})
	}
	return c
}

func (f *Feature) apiPost(ctx context.Context, in *apiCampaignPostInput) (*apiCampaignOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c := in.Body.campaign()
	if err := f.Create(ctx, p, &c, in.Body.Publish); err != nil {
		return nil, err
	}
	made, err := f.Get(ctx, p, c.ID)
	if err != nil {
		return nil, err
	}
	return &apiCampaignOutput{Location: f.site.URL("/api/v1/campaigns/" + c.ID), Body: f.forAPI(&made)}, nil
}
