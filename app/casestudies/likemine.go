package casestudies

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	// likeMinePath lists what comes from organisations like a person's own.
	likeMinePath = "/me/like-mine"
	// mostNear is how many organisations count as being like another.
	mostNear = 40
)

// neighbours are the organisations most like one that have posted anything, the
// nearest first, and what each has in common with it.
type neighbours struct {
	own   models.Organisation
	codes []string
	why   map[string]string
	score map[string]int // how near each is: see web.Near
}

// near gives the neighbours of an organisation, which are read now and then.
func (f *Feature) near(ctx context.Context, code string) (neighbours, error) {
	return f.nearby.Get(ctx, code, func(ctx context.Context) (neighbours, error) {
		own, err := f.store.Organisation(ctx, code)
		if err != nil {
			return neighbours{}, err
		}
		near, err := f.site.NearTo(ctx, &own)
		if err != nil {
			return neighbours{}, err
		}
		places, err := f.store.PostingPlaces(ctx)
		if err != nil {
			return neighbours{}, err
		}
		places = slices.DeleteFunc(places, func(p models.JoinPlace) bool { return p.Code == code || near.Score(p) == 0 })
		places = near.InOrder(places)
		out := neighbours{own: own, why: map[string]string{}, score: map[string]int{}}
		for _, p := range places[:min(len(places), mostNear)] {
			out.codes = append(out.codes, p.Code)
			out.why[p.Code], out.score[p.Code] = near.Words(p, p.Code), near.Score(p)
		}
		return out, nil
	})
}

// nearOf says what the place of a case study has in common with a reader's;
// nothing where it is none of the nearest.
func (f *Feature) nearOf(ctx context.Context, p *models.Person, cs *models.CaseStudy) (string, error) {
	if p.Organisation == "" || cs.Organisation == "" || p.Organisation == cs.Organisation {
		return "", nil
	}
	n, err := f.near(ctx, p.Organisation)
	if models.KindOf(err) == models.NotFound {
		return "", nil
	}
	return n.why[cs.Organisation], err
}

// LikeMine gives a page of the case studies from organisations like a person's
// own, and of each organisation why. There is none for who names no organisation.
func (f *Feature) LikeMine(ctx context.Context, p *models.Person, q models.ListQuery) (models.Page[models.Summary], neighbours, error) {
	var none models.Page[models.Summary]
	if err := q.Validate(); err != nil {
		return none, neighbours{}, err
	}
	if q.Text != "" {
		return none, neighbours{}, models.E(models.BadRequest, "This list cannot be searched: it takes sort, limit and cursor.")
	}
	for name := range q.Filters {
		return none, neighbours{}, models.Errorf(models.BadRequest, "This list has no filter called “%s”: it takes sort, limit and cursor.", name)
	}
	if p.Organisation == "" {
		return none, neighbours{}, nil
	}
	n, err := f.near(ctx, p.Organisation)
	if models.KindOf(err) == models.NotFound {
		return none, neighbours{}, nil
	}
	if err != nil || len(n.codes) == 0 {
		return none, n, err
	}
	q.Filters = map[string][]string{models.FacetOrganisation: n.codes}
	page, err := f.store.ListCaseStudies(ctx, q)
	return page, n, err
}

func (f *Feature) likeMine(c *fiber.Ctx, p *models.Person) error {
	q, err := ParseQuery(c, pageSize)
	if err != nil {
		return err
	}
	listed, n, err := f.LikeMine(c.UserContext(), p, q)
	if err != nil {
		return err
	}
	cards, err := f.Cards(c, listed.Items, "")
	if err != nil {
		return err
	}
	page := templates.LikeMinePage{Named: p.Organisation != "", Organisation: cmp.Or(n.own.Name, p.OrgName), Total: listed.Total, Places: len(n.codes), Sorts: sorts(likeMinePath, q)}
	for i, s := range listed.Items {
		page.Lines = append(page.Lines, templates.LikeMineLine{Card: cards[i], Why: n.why[s.Organisation]})
	}
	if listed.Next != "" {
		page.NextURL = Address(likeMinePath, q, listed.Next)
	}
	if listed.Prev != "" {
		page.PrevURL = Address(likeMinePath, q, listed.Prev)
	}
	shell := f.site.Shell(c, "Places like yours")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.LikeMine(page))
}

type apiNear struct {
	CaseStudy    string `json:"case_study" doc:"Its id."`
	Title        string `json:"title"`
	Summary      string `json:"summary"`
	Stage        string `json:"stage"`
	Organisation string `json:"organisation" doc:"ODS code."`
	Why          string `json:"why" doc:"What it has in common with yours."`
	URL          string `json:"url" format:"uri"`
}

type apiNearInput struct {
	web.PageParams
	Sort string `query:"sort" doc:"hot, new, top, adopted or discussed."`
}

type apiNearOutput struct{ Body web.List[apiNear] }

func (f *Feature) likeMineAPI(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-case-studies-like-mine", Method: http.MethodGet, Path: "/me/case-studies/like-mine", Tags: []string{"Case studies"},
		Summary: "Case studies from organisations like yours", Security: web.TokenSecurity(),
		Description: "From those of the same kind, in the same region or with the same systems as the organisation that your profile names; empty when it names none."}, f.apiLikeMine)
}

func (f *Feature) apiLikeMine(ctx context.Context, in *apiNearInput) (*apiNearOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	q := models.ListQuery{Sort: models.Sort(in.Sort), Limit: in.Limit}
	if q.Cursor, err = models.ParseCursor(in.Cursor); err != nil {
		return nil, err
	}
	listed, n, err := f.LikeMine(store.Fresh(ctx), p, q)
	if err != nil {
		return nil, err
	}
	items := make([]apiNear, len(listed.Items))
	for i, s := range listed.Items {
		items[i] = apiNear{CaseStudy: s.ID, Title: s.Title, Summary: s.Summary, Stage: string(s.Stage), Organisation: s.Organisation, Why: n.why[s.Organisation], URL: f.site.URL("/case-studies/" + s.Slug)}
	}
	return &apiNearOutput{Body: web.NewList(items, listed.Next, listed.Total)}, nil
}
