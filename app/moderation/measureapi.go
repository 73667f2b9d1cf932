package moderation

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiMeasure struct {
	ID        string     `json:"id" doc:"ULID"`
	Action    string     `json:"action" enum:"hide,lock,warn,suspend,merge" doc:"merge: a case study is part of another one."`
	Kind      string     `json:"kind" enum:"case-study,comment,adoption,collection,person"`
	About     string     `json:"about" doc:"Id of what it is about."`
	Reason    string     `json:"reason" enum:"patient-data,wrong,unkind,spam,duplicate,copyright,other,first-post" doc:"first-post: nobody has judged it, it waits for a first look."`
	Words     string     `json:"words" doc:"What its author is told."`
	Made      time.Time  `json:"made"`
	Until     *time.Time `json:"until" doc:"When a suspension ends by itself; null for no end."`
	Stands    bool       `json:"stands" doc:"Whether it is in force."`
	Lifted    *time.Time `json:"lifted" doc:"When it was taken back; null when it was not."`
	LiftWords string     `json:"lift_words" doc:"What its author was told then."`
	Appeal    string     `json:"appeal" doc:"What was said against it; empty when nobody appealed."`
	Decision  string     `json:"decision" enum:",waiting,upheld,lifted" doc:"What became of the appeal; empty when nobody appealed."`
	Decided   string     `json:"decided" doc:"What whoever appealed was told."`
}

func (f *Feature) forAPI(m models.Measure) apiMeasure {
	out := apiMeasure{ID: m.ID, Action: string(m.Action), Kind: string(m.Kind), About: m.SubjectID, Reason: string(m.Reason), Words: m.Words, Made: m.MadeAt.UTC(),
		Stands: m.Stands(f.site.Now()), LiftWords: m.LiftWords}
	out.Appeal, out.Decision, out.Decided = m.Appeal, string(m.Decision), m.Decided
	if m.AppealedAt != nil && m.DecidedAt == nil {
		out.Decision = "waiting"
	}
	if m.Until != nil {
		until := m.Until.UTC()
		out.Until = &until
	}
	if m.LiftedAt != nil {
		lifted := m.LiftedAt.UTC()
		out.Lifted = &lifted
	}
	return out
}

type apiMeasureInput struct {
	Body struct {
		Action string     `json:"action" enum:"hide,lock,warn,suspend" doc:"hide: a case study, comment, adoption or collection; lock: the comments on a case study; warn, suspend: a person."`
		Kind   string     `json:"kind" enum:"case-study,comment,adoption,collection,person"`
		About  string     `json:"about" minLength:"1" maxLength:"200" doc:"Its id; of a case study the slug will do, of a person the handle." example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
		Reason string     `json:"reason" enum:"patient-data,wrong,unkind,spam,duplicate,copyright,other"`
		Words  string     `json:"words" minLength:"1" maxLength:"2000" doc:"What its author is told. Who reads a case study whose comments are closed sees it too." example:"The second paragraph names a patient."`
		Until  *time.Time `json:"until,omitempty" doc:"When a suspension ends; without it, when somebody takes it back."`
	}
}

type apiMeasureOutput struct{ Body apiMeasure }

type apiLiftInput struct {
	ID   string `path:"id" doc:"ULID of the measure" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body struct {
		Words string `json:"words" minLength:"1" maxLength:"2000" doc:"What its author is told." example:"The paragraph is gone."`
	}
}

type apiAppealInput struct {
	ID   string `path:"id" doc:"ULID of the measure" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body struct {
		Words string `json:"words" minLength:"1" maxLength:"2000" doc:"Why you disagree. Moderators alone read this." example:"The figures are of this year."`
	}
}

type apiDecideInput struct {
	ID   string `path:"id" doc:"ULID of the measure" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body struct {
		Decision string `json:"decision" enum:"upheld,lifted" doc:"upheld: it stands; lifted: it is taken back."`
		Words    string `json:"words" minLength:"1" maxLength:"2000" doc:"What whoever appealed is told." example:"You are right."`
	}
}

type apiMeasuresInput struct {
	web.PageParams
}

type apiMeasuresOutput struct{ Body web.List[apiMeasure] }

// measuresAPI adds what moderators do, and what was done about one's own.
func (f *Feature) measuresAPI(api huma.API) {
	tags, errors := []string{"Moderation"}, []int{http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}
	web.Operation(f.site, api, huma.Operation{OperationID: "take-measure", Method: http.MethodPost, Path: "/measures", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Hide something, close the comments on it, warn or suspend somebody", Security: web.TokenSecurity(), Errors: errors,
		Description: "For moderators, about what is not their own. Its author is told why, by e-mail and under their account. 409 when it has been done already."}, f.apiAct)
	web.Operation(f.site, api, huma.Operation{OperationID: "lift-measure", Method: http.MethodPost, Path: "/measures/{id}/lift", Tags: tags,
		Summary: "Take a measure back", Security: web.TokenSecurity(), Errors: errors,
		Description: "For moderators. What was hidden is shown again, whole; comments that were closed are open."}, f.apiLift)
	web.Operation(f.site, api, huma.Operation{OperationID: "erase-hidden", Method: http.MethodPost, Path: "/measures/{id}/erase", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Delete the text of what is hidden for good", Security: web.TokenSecurity(), Errors: []int{http.StatusNotFound, http.StatusConflict},
		Description: "For moderators, of what is hidden as patient or personal data: of a comment, an adoption or a collection its text, of a case study what it said before it was mended. Its place is kept; nobody can bring the text back."}, f.apiErase)
	web.Operation(f.site, api, huma.Operation{OperationID: "appeal", Method: http.MethodPost, Path: "/measures/{id}/appeal", Tags: tags,
		Summary: "Appeal against a measure about something of yours", Security: web.TokenSecurity(), Errors: errors,
		Description: "Once, also while you are suspended. Another moderator decides."}, f.apiAppeal)
	web.Operation(f.site, api, huma.Operation{OperationID: "decide-appeal", Method: http.MethodPost, Path: "/measures/{id}/decide", Tags: tags,
		Summary: "Decide an appeal", Security: web.TokenSecurity(), Errors: errors,
		Description: "For moderators, but not for the one who took the measure, unless there is nobody else."}, f.apiDecide)
	web.Operation(f.site, api, huma.Operation{OperationID: "list-measures", Method: http.MethodGet, Path: "/measures", Tags: tags,
		Summary: "What moderators did, the newest first", Security: web.TokenSecurity(), Description: "For moderators."}, f.apiMeasures)
	web.Operation(f.site, api, huma.Operation{OperationID: "list-my-measures", Method: http.MethodGet, Path: "/me/measures", Tags: tags,
		Summary: "What moderators did about what is yours, the newest first", Security: web.TokenSecurity()}, f.apiMyMeasures)
}

func (f *Feature) apiAct(ctx context.Context, in *apiMeasureInput) (*apiMeasureOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	m, err := f.Act(ctx, p, NewMeasure{Action: models.MeasureAction(b.Action), Kind: models.ThingKind(b.Kind), Thing: b.About, Reason: models.ReportReason(b.Reason), Words: b.Words, Until: b.Until})
	if err != nil {
		return nil, err
	}
	return &apiMeasureOutput{f.forAPI(m)}, nil
}

func (f *Feature) apiLift(ctx context.Context, in *apiLiftInput) (*apiMeasureOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	m, err := f.Lift(ctx, p, in.ID, in.Body.Words)
	if err != nil {
		return nil, err
	}
	return &apiMeasureOutput{f.forAPI(m)}, nil
}

type apiEraseInput struct {
	ID string `path:"id" doc:"ULID of the measure" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

func (f *Feature) apiErase(ctx context.Context, in *apiEraseInput) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	_, err = f.Erase(ctx, p, in.ID)
	return nil, err
}

func (f *Feature) apiAppeal(ctx context.Context, in *apiAppealInput) (*apiMeasureOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	m, err := f.Appeal(ctx, p, in.ID, in.Body.Words)
	if err != nil {
		return nil, err
	}
	return &apiMeasureOutput{f.forAPI(m)}, nil
}

func (f *Feature) apiDecide(ctx context.Context, in *apiDecideInput) (*apiMeasureOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	m, err := f.Decide(ctx, p, in.ID, models.Outcome(in.Body.Decision), in.Body.Words)
	if err != nil {
		return nil, err
	}
	return &apiMeasureOutput{f.forAPI(m)}, nil
}

func (f *Feature) apiMeasures(ctx context.Context, in *apiMeasuresInput) (*apiMeasuresOutput, error) {
	if err := moderator(web.PersonIn(ctx)); err != nil {
		return nil, err
	}
	return f.apiMeasureList(ctx, store.MeasureQuery{Before: in.Cursor, Limit: in.Limit})
}

func (f *Feature) apiMyMeasures(ctx context.Context, in *apiMeasuresInput) (*apiMeasuresOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	return f.apiMeasureList(ctx, store.MeasureQuery{Of: p.ID, Before: in.Cursor, Limit: in.Limit})
}

func (f *Feature) apiMeasureList(ctx context.Context, q store.MeasureQuery) (*apiMeasuresOutput, error) {
	if q.Before != "" && !models.ValidID(q.Before) {
		return nil, models.E(models.BadRequest, "The cursor is not one that we gave. Start again from the first page.")
	}
	list, more, err := f.store.Measures(ctx, q)
	if err != nil {
		return nil, err
	}
	total, err := f.store.CountMeasures(ctx, q)
	if err != nil {
		return nil, err
	}
	items, next := make([]apiMeasure, len(list)), ""
	for i, m := range list {
		items[i] = f.forAPI(m)
	}
	if more {
		next = list[len(list)-1].ID
	}
	return &apiMeasuresOutput{web.NewList(items, next, total)}, nil
}
