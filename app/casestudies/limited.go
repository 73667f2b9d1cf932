package casestudies

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// limitedPath lists what a person may read and not everybody may.
const limitedPath = "/me/shared"

// Limited gives a page of the case studies that a person may read and not
// everybody may. The search engine is told nothing of them, so the database
// looks for the words of a query, in titles and summaries alone.
func (f *Feature) Limited(ctx context.Context, p *models.Person, q models.ListQuery) (models.Page[models.Summary], error) {
	if p == nil {
		return models.Page[models.Summary]{}, models.E(models.Unauthorised, "Sign in to see what is shared with you.")
	}
	if err := q.Validate(); err != nil {
		return models.Page[models.Summary]{}, err
	}
	for name := range q.Filters {
		return models.Page[models.Summary]{}, models.Errorf(models.BadRequest, "This list has no filter called “%s”: it takes q, sort and cursor.", name)
	}
	if q.Sort == models.SortRelevance {
		q.Sort = models.SortHot
	}
	return f.store.ListLimited(ctx, p, q)
}

func (f *Feature) limitedPage(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	q, err := ParseQuery(c, pageSize)
	if err != nil {
		return err
	}
	listed, err := f.Limited(c.UserContext(), person, q)
	if err != nil {
		return err
	}
	cards, err := f.Cards(c, listed.Items, q.Text)
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, "Shared with you")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	page := templates.SharedPage{Query: q.Text, Total: listed.Total, Cards: cards, Sorts: sorts(limitedPath, q), Organisation: person.OrgName,
		Confirmed: person.WorksAt(person.Organisation), ActionURL: limitedPath}
	if listed.Next != "" {
		page.NextURL = Address(limitedPath, q, listed.Next)
	}
	if listed.Prev != "" {
		page.PrevURL = Address(limitedPath, q, listed.Prev)
	}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Shared(page))
}

type apiLimitedInput struct {
	web.PageParams
	Q    string `query:"q" maxLength:"500" doc:"Words that title or summary have to have."`
	Sort string `query:"sort" doc:"hot, new, top, adopted or discussed."`
}

func (f *Feature) limitedAPI(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-limited-case-studies", Method: http.MethodGet, Path: "/me/case-studies", Tags: []string{"Case studies"},
		Summary: "Case studies that you can read and not everybody can", Security: web.TokenSecurity(),
		Description: "Those for everybody who signs in, those for an organisation that you are confirmed to work at or lead, and your own. They are in no other list."}, f.apiLimited)
}

func (f *Feature) apiLimited(ctx context.Context, in *apiLimitedInput) (*apiListOutput, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	q := models.ListQuery{Text: in.Q, Sort: models.Sort(in.Sort), Limit: in.Limit}
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	listed, err := f.Limited(ctx, person, q)
	if err != nil {
		return nil, err
	}
	items, err := f.inFull(listed.Items, func(ids []string) ([]models.CaseStudy, error) { return f.store.LimitedTexts(ctx, person, ids) })
	if err != nil {
		return nil, err
	}
	return &apiListOutput{Body: web.NewList(items, listed.Next, listed.Total)}, nil
}
