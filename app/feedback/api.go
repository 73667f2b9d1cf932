package feedback

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiAsk struct {
	ID        string    `json:"id" doc:"ULID"`
	CaseStudy string    `json:"case_study" doc:"Id of the idea, or of the case study under which the question stands."`
	Question  string    `json:"question,omitempty" doc:"Id of the comment that asks the question; absent when it is about an idea."`
	Title     string    `json:"title"`
	By        string    `json:"by" doc:"Name of who posted the idea, or asked the question."`
	Why       string    `json:"why" doc:"Why you are asked, in words."`
	State     string    `json:"state" enum:"open,answered,declined"`
	Comment   string    `json:"comment,omitempty" doc:"Id of your first comment on it since; absent when there is none."`
	Asked     time.Time `json:"asked"`
	URL       string    `json:"url" format:"uri" doc:"Page of the idea or the question."`
}

type apiAskedInput struct{ web.PageParams }

type apiAskedOutput struct{ Body web.List[apiAsk] }

type apiAskInput struct {
	ID string `path:"id" maxLength:"26" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiAskOutput struct{ Body apiAsk }

type apiAskChoice struct {
	AWeek *int `json:"a_week,omitempty" minimum:"0" maximum:"10" doc:"How often you may be asked within a week; 0 is never. Absent is as usual on this site."`
	Usual int  `json:"usual,omitempty" readOnly:"true" doc:"How often that is for who has chosen nothing."`
}

type apiAskChoiceInput struct{ Body apiAskChoice }

type apiAskChoiceOutput struct{ Body apiAskChoice }

// API adds the same operations as JSON.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Feedback"}, Summary: summary, Description: description, Security: web.TokenSecurity(), Errors: errors}
	}
	web.Operation(f.site, api, add("list-asked", http.MethodGet, "/me/asked", "What you are asked for your experience of",
		"Ideas and questions about which you are asked, since you say that you know something of what they are about and agreed to be found by it: the newest first. You answer with a comment. What is withdrawn, or not for you to read any more, is left out."), f.apiList)
	decline := add("decline-asked", http.MethodPost, "/me/asked/{id}/decline", "Not this time", "Somebody else is asked. Doing it again changes nothing.", http.StatusNotFound, http.StatusConflict)
	decline.DefaultStatus = http.StatusOK
	web.Operation(f.site, api, decline, f.apiDecline)
	f.waitingAPI(api)
	f.decisionAPI(api)
	web.Operation(f.site, api, add("get-asked-settings", http.MethodGet, "/me/asked-settings", "How often you may be asked", ""), f.apiGetChoice)
	web.Operation(f.site, api, add("put-asked-settings", http.MethodPut, "/me/asked-settings", "Choose how often you may be asked", "", http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType), f.apiPutChoice)
}

func (f *Feature) forAPI(v *web.Vocabulary, a models.Ask) apiAsk {
	to := "/case-studies/" + a.Slug
	if a.QuestionID != "" {
		to = "/comments/" + a.QuestionID
	}
	return apiAsk{ID: a.ID, Question: a.QuestionID, CaseStudy: a.CaseStudyID, Title: a.Title, By: a.OwnerName, Why: f.why(v, &a), State: a.State(), Comment: a.CommentID, Asked: a.AskedAt.UTC(), URL: f.site.URL(to)}
}

func (f *Feature) apiList(ctx context.Context, in *apiAskedInput) (*apiAskedOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	list, next, err := f.Asked(ctx, p, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	total, err := f.store.CountAsks(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]apiAsk, len(list))
	for i, a := range list {
		items[i] = f.forAPI(v, a)
	}
	return &apiAskedOutput{Body: web.NewList(items, next, total)}, nil
}

func (f *Feature) apiDecline(ctx context.Context, in *apiAskInput) (*apiAskOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	a, err := f.Decline(store.Fresh(ctx), p, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return nil, err
	}
	return &apiAskOutput{Body: f.forAPI(v, a)}, nil
}

func (f *Feature) apiGetChoice(ctx context.Context, _ *struct{}) (*apiAskChoiceOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	n, err := f.store.AsksAWeek(store.Fresh(ctx), p.ID)
	return &apiAskChoiceOutput{Body: apiAskChoice{AWeek: n, Usual: f.site.Feedback.AWeek}}, err
}

func (f *Feature) apiPutChoice(ctx context.Context, in *apiAskChoiceInput) (*apiAskChoiceOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.Choose(ctx, p, in.Body.AWeek); err != nil {
		return nil, err
	}
	return f.apiGetChoice(ctx, nil)
}
