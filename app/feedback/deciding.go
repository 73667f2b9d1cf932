package feedback

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// decisionsShown is how many decisions about a case study are shown.
const decisionsShown = 100

// Decide says what became of a case study, and why. Those who voted for it or
// commented on it are told.
func (f *Feature) Decide(ctx context.Context, p *models.Person, idOrSlug string, status models.DecisionStatus, reason string) (models.CaseStudy, models.Decision, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return cs, models.Decision{}, err
	}
	may, err := f.site.May(ctx, p, models.Decide, &cs)
	if err == nil && (!may || cs.Copy != nil) {
		err = models.E(models.Forbidden, "Only those who wrote this case study, and the leads of its organisation, say what became of it.")
	}
	if err != nil {
		return cs, models.Decision{}, err
	}
	d := models.Decision{ID: f.store.NewID(), CaseStudyID: cs.ID, Status: status, Reason: reason, PersonID: p.ID, PersonName: p.Name, MadeAt: f.store.Now()}
	if err := d.Validate(); err != nil {
		return cs, d, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "reason", Value: d.Reason}}, nil)
	if err != nil {
		return cs, d, err
	}
	return cs, d, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideStudy, SubjectID: cs.ID, CaseStudyID: cs.ID}); err != nil {
			return err
		}
		changed, err := f.store.Decide(ctx, &d)
		if err != nil || !changed {
			return err
		}
		f.store.AfterCommit(ctx, f.site.ContentChanged)
		return f.TellDecided(ctx, d)
	})
}

func (f *Feature) decisionPage(c *fiber.Ctx) error {
	return f.showDecisions(c, fiber.StatusOK, "", "", nil)
}

func (f *Feature) showDecisions(c *fiber.Ctx, status int, chosen, reason string, errors []templates.FieldError) error {
	ctx, p := web.SeeOwn(c), web.Person(c)
	cs, err := f.site.StandingCaseStudy(ctx, p, c.Params("slug"))
	if err != nil {
		return err
	}
	list, err := f.store.Decisions(ctx, cs.ID, decisionsShown)
	if err != nil {
		return err
	}
	back := "/case-studies/" + url.PathEscape(cs.Slug)
	page := templates.DecisionPage{Title: cs.Title, BackURL: back, Status: chosen, Reason: reason, Errors: errors}
	may, err := f.site.May(ctx, p, models.Decide, &cs)
	if err != nil {
		return err
	}
	if may && cs.Copy == nil {
		page.ActionURL = back + "/decision"
	}
	for _, s := range models.DecisionStatuses() {
		page.Choices = append(page.Choices, templates.Option{Value: string(s), Text: s.Label()})
	}
	for _, d := range list {
		page.Lines = append(page.Lines, templates.DecisionLine{Label: d.Status.Label(), Reason: d.Reason, By: d.PersonName, When: d.MadeAt})
	}
	shell := f.site.Shell(c, "What became of it")
	shell.NoIndex, shell.Errors, shell.Crumbs = true, errors, []templates.Crumb{{Text: cs.Title, URL: back}}
	return f.site.Render(c, status, shell, templates.Decisions(page))
}

func (f *Feature) decide(c *fiber.Ctx, p *models.Person) error {
	status, reason := models.CleanLine(web.Value(c, "status")), web.Value(c, "reason")
	cs, _, err := f.Decide(web.SeeOwn(c), p, c.Params("slug"), models.DecisionStatus(status), reason)
	if err != nil {
		web.ShowStopped(c, err)
		return web.Reshow(err, func(code int, errors []templates.FieldError) error {
			return f.showDecisions(c, code, status, models.CleanText(reason), errors)
		})
	}
	return f.site.Done(c, "/case-studies/"+url.PathEscape(cs.Slug), "What becomes of it is saved. Those who voted and commented are told.")
}

type apiDecision struct {
	Status string    `json:"status" enum:"considering,planned,taken-forward,not-taken-forward"`
	Reason string    `json:"reason"`
	By     string    `json:"by" doc:"Name of who said so."`
	Made   time.Time `json:"made"`
}

type apiDecisionsInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiDecisionsOutput struct{ Body web.List[apiDecision] }

type apiBecameInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body struct {
		Status string `json:"status" enum:"considering,planned,taken-forward,not-taken-forward" doc:"What was decided; how far the work has come is the stage."`
		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"Why, for those who voted and commented."`
	}
}

type apiBecameOutput struct{ Body apiDecision }

func (f *Feature) decisionAPI(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-decisions", Method: http.MethodGet, Path: "/case-studies/{id}/decisions", Tags: []string{"Feedback"},
		Summary: "What became of a case study", Description: "The last decision first, at most 100.", Errors: []int{404, 410}}, f.apiDecisions)
	web.Operation(f.site, api, huma.Operation{OperationID: "put-decision", Method: http.MethodPut, Path: "/case-studies/{id}/decision", Tags: []string{"Feedback"}, Security: web.TokenSecurity(),
		Summary: "Say what became of a case study", Description: "For those who wrote it, and the leads of its organisation. Those who voted for it or commented on it are told, once of each status.", Errors: []int{403, 404, 410, 413, 415}}, f.apiDecide)
}

func decisionForAPI(d models.Decision) apiDecision {
	return apiDecision{Status: string(d.Status), Reason: d.Reason, By: d.PersonName, Made: d.MadeAt.UTC()}
}

func (f *Feature) apiDecisions(ctx context.Context, in *apiDecisionsInput) (*apiDecisionsOutput, error) {
	cs, err := f.site.StandingCaseStudy(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	list, err := f.store.Decisions(ctx, cs.ID, decisionsShown)
	items := make([]apiDecision, len(list))
	for i, d := range list {
		items[i] = decisionForAPI(d)
	}
	return &apiDecisionsOutput{Body: web.NewList(items, "", len(items))}, err
}

func (f *Feature) apiDecide(ctx context.Context, in *apiBecameInput) (*apiBecameOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	_, d, err := f.Decide(store.Fresh(ctx), p, in.ID, models.DecisionStatus(in.Body.Status), in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return &apiBecameOutput{Body: decisionForAPI(d)}, nil
}
