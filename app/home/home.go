// Package home is the start page: for who is signed in, one of their own, with
// what waits for them and what fits what they said of themselves.
package home

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	shownPicks = 6
	shownIdeas = 3
)

// Hooks are what the feature of case studies does for this one.
type Hooks struct {
	Front  fiber.Handler // the page for who is not signed in
	Cards  func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)
	Picks  func(ctx context.Context, p *models.Person, systems []string, limit int) ([]models.Pick, error)
	Ideas  func(ctx context.Context, systems []string, limit int) (list []models.Summary, own bool, err error)
	Active func(ctx context.Context, limit int) ([]models.Summary, error)
}

// Feature is the pages and operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	hooks Hooks
}

// New makes the feature.
func New(site *web.Site, hooks Hooks) *Feature {
	return &Feature{site: site, store: site.Store, hooks: hooks}
}

// Routes puts the page in its place.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/", f.site.Cached(f.start))
}

func (f *Feature) start(c *fiber.Ctx) error {
	p := web.Person(c)
	if p == nil {
		return f.hooks.Front(c)
	}
	ctx := c.UserContext()
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return err
	}
	page := templates.OwnHomePage{Name: p.Name, Ask: p.JobTitle == "" && p.StaffGroup == "" || p.Organisation == "" || len(e.Systems) == 0, Organisation: p.OrgName, Places: p.Organisation != ""}
	if p.Organisation != "" {
		page.OrganisationURL = "/organisations/" + p.Organisation
	}
	waits, err := f.store.Waits(ctx, p, f.site.Feedback.Days)
	if err != nil {
		return err
	}
	page.Waits = lines(p, waits)
	if err := f.addPicks(c, p, e.Systems, &page); err != nil {
		return err
	}
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	for _, slug := range v.NowAll(models.TermSystem, e.Systems) {
		page.Systems = append(page.Systems, templates.Crumb{Text: v.SystemName(slug), URL: "/systems/" + slug})
	}
	shell := f.site.Shell(c, "")
	shell.NoIndex, shell.Wide = true, true
	return f.site.Render(c, fiber.StatusOK, shell, templates.OwnHome(page))
}

// addPicks adds what fits a person, and what is active where nothing does.
func (f *Feature) addPicks(c *fiber.Ctx, p *models.Person, systems []string, page *templates.OwnHomePage) error {
	ctx := c.UserContext()
	picks, err := f.hooks.Picks(ctx, p, systems, shownPicks)
	if err != nil {
		return err
	}
	var shown []models.Summary
	for _, pick := range picks {
		shown = append(shown, pick.Summary)
	}
	if page.Picked = len(picks) > 0; !page.Picked {
		if shown, err = f.hooks.Active(ctx, shownPicks); err != nil {
			return err
		}
	}
	ideas, own, err := f.hooks.Ideas(ctx, systems, shownIdeas)
	if err != nil {
		return err
	}
	cards, err := f.hooks.Cards(c, slices.Concat(shown, ideas), "") // together, so that one statement has all marks
	if err != nil {
		return err
	}
	for i := range shown {
		line := templates.LikeMineLine{Card: cards[i]}
		if page.Picked {
			line.Why = picks[i].Why
		}
		page.Picks = append(page.Picks, line)
	}
	page.Ideas, page.OwnIdeas = cards[len(shown):], own
	return nil
}

// lines say what waits for a person, with where it is; what does not wait has no
// line.
func lines(p *models.Person, w models.Waits) []templates.WaitLine {
	var out []templates.WaitLine
	add := func(n int, one, many, url string) {
		if n > 0 {
			out = append(out, templates.WaitLine{Text: templates.FormatCount(n, one, many), URL: url})
		}
	}
	add(w.Conversations, "question in private waits for an answer", "questions in private wait for an answer", "/me/conversations")
	add(w.Asks, "idea that you were asked about", "ideas that you were asked about", "/me/asked")
	add(p.Unread, "new notification", "new notifications", "/me/notifications")
	codes := make([]string, 0, len(w.Ideas))
	for code := range w.Ideas {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		add(w.Ideas[code], "idea at "+code+" waits for a first response", "ideas at "+code+" wait for a first response", "/organisations/"+code+"/waiting")
	}
	add(w.Reports, "report waits for the moderators", "reports wait for the moderators", "/moderation")
	for _, s := range w.Searches {
		out = append(out, templates.WaitLine{Text: templates.FormatCount(s.New, "new case study", "new case studies") + " in your search “", Name: s.Name, After: "”", URL: "/me/searches/" + s.ID})
	}
	for _, d := range w.Drafts {
		name := d.Document.Title
		if strings.TrimSpace(name) == "" {
			name = "Untitled draft"
		}
		out = append(out, templates.WaitLine{Text: "Go on with your draft “", Name: name, After: "”", URL: "/me/drafts/" + d.ID})
	}
	return out
}

type apiWaits struct {
	Conversations int            `json:"conversations" doc:"Questions in private that wait for you, or others who were asked with you, to answer."`
	Asked         int            `json:"asked" doc:"Ideas that you were asked about and neither commented on nor declined."`
	Notifications int            `json:"notifications" doc:"Unread."`
	Ideas         map[string]int `json:"waiting_ideas" doc:"By the ODS code of each organisation that you lead: ideas that wait for a first response for too long."`
	Reports       int            `json:"reports" doc:"That wait for moderators; 0 for who is none."`
	NewInSearches int            `json:"new_in_searches" doc:"New case studies in your saved searches."`
}

type apiPick struct {
	CaseStudy    string `json:"case_study" doc:"Its id."`
	Title        string `json:"title"`
	Summary      string `json:"summary"`
	Stage        string `json:"stage"`
	Organisation string `json:"organisation" doc:"ODS code."`
	Why          string `json:"why" doc:"What it has in common with what you said of yourself."`
	URL          string `json:"url" format:"uri"`
}

type apiStartPage struct {
	Waits  apiWaits  `json:"waits"`
	ForYou []apiPick `json:"for_you" doc:"At most six, those with most in common first."`
}

type apiStartOutput struct{ Body apiStartPage }

// API puts the operations into the API.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-my-start-page", Method: http.MethodGet, Path: "/me/start", Tags: []string{"Me"},
		Summary: "What waits for you, and case studies for you", Security: web.TokenSecurity(),
		Description: "Picked by the systems that you use, by what your organisation has in common with others, and by your staff group."}, f.apiStart)
}

func (f *Feature) apiStart(ctx context.Context, _ *struct{}) (*apiStartOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	waits, err := f.store.Waits(ctx, p, f.site.Feedback.Days)
	if err != nil {
		return nil, err
	}
	e, err := f.store.Expertise(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	picks, err := f.hooks.Picks(ctx, p, e.Systems, shownPicks)
	if err != nil {
		return nil, err
	}
	out := &apiStartOutput{Body: apiStartPage{Waits: apiWaits{Conversations: waits.Conversations, Asked: waits.Asks, Notifications: p.Unread, Ideas: waits.Ideas, Reports: waits.Reports}, ForYou: []apiPick{}}}
	if out.Body.Waits.Ideas == nil {
		out.Body.Waits.Ideas = map[string]int{}
	}
	for _, s := range waits.Searches {
		out.Body.Waits.NewInSearches += s.New
	}
	for _, pick := range picks {
		out.Body.ForYou = append(out.Body.ForYou, apiPick{CaseStudy: pick.ID, Title: pick.Title, Summary: pick.Summary.Summary, Stage: string(pick.Stage), Organisation: pick.Organisation, Why: pick.Why,
			URL: f.site.URL("/case-studies/" + pick.Slug)})
	}
	return out, nil
}
