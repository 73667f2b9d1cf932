package casestudies

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
	"grassroots/templates"
)

// candidates is how many similar case studies a moderator is offered to merge
// with.
const candidates = 8

// mayMerge gives the case study that a moderator would merge, or take out of
// another. What is their own is for another moderator.
func (f *Feature) mayMerge(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := f.Get(ctx, p, idOrSlug)
	switch {
	case err != nil:
		return cs, err
	case !p.May(models.Moderate, models.Subject{}):
		return models.CaseStudy{}, models.E(models.Forbidden, "Only moderators merge case studies. If this one is there twice, report it as a duplicate.")
	}
	if err := f.site.MayJudge(ctx, p, models.ThingStudy, cs.ID, cs.OwnerID); err != nil {
		return models.CaseStudy{}, err
	}
	return cs, nil
}

// mergeTarget gives the case study that somebody named by its address, its slug
// or its id, as one that cs could become part of.
func (f *Feature) mergeTarget(ctx context.Context, p *models.Person, cs *models.CaseStudy, typed string) (models.CaseStudy, error) {
	typed = models.Truncate(models.CleanLine(typed), 500)
	if typed == "" {
		return models.CaseStudy{}, models.InvalidField("into", "Choose the case study that stays, or enter its address")
	}
	name := typed
	if u, err := url.Parse(typed); err == nil {
		if _, after, found := strings.Cut(u.Path, "/case-studies/"); found {
			name, _, _ = strings.Cut(after, "/")
		}
	}
	into, err := f.Get(ctx, p, name)
	switch kind := models.KindOf(err); {
	case kind == models.NotFound || kind == models.Gone:
		return into, models.InvalidField("into", "No case study has the address “"+models.Truncate(typed, 100)+"”")
	case err != nil:
		return into, err
	}
	switch err := f.site.MayJudge(ctx, p, models.ThingStudy, into.ID, into.OwnerID); {
	case errors.Is(err, models.ErrOwnThing):
		return models.CaseStudy{}, models.InvalidField("into", "That one is yours, or you wrote it with others, so another moderator has to merge something into it")
	case err != nil:
		return models.CaseStudy{}, err
	}
	return into, models.MayMerge(cs, &into)
}

// Merge makes a case study part of another, with words for its author, and says
// how much went there.
func (f *Feature) Merge(ctx context.Context, p *models.Person, idOrSlug, typed, words string) (models.StudyMerge, store.Moved, error) {
	var none store.Moved
	cs, err := f.mayMerge(ctx, p, idOrSlug)
	if err != nil {
		return models.StudyMerge{}, none, err
	}
	into, err := f.mergeTarget(ctx, p, &cs, typed)
	if err != nil {
		return models.StudyMerge{}, none, err
	}
	if words, err = models.ValidateAnswer("words", words); err != nil {
		return models.StudyMerge{}, none, err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "words", Value: words}}, nil)
	if err != nil {
		return models.StudyMerge{}, none, err
	}
	m := models.StudyMerge{FromID: cs.ID, IntoID: into.ID, ByID: p.ID, Words: words}
	var moved store.Moved
	_, err = f.moved(ctx, cs, models.Withdrawn, func(ctx context.Context) error {
		if moved, err = f.store.MergeStudies(ctx, m); err != nil {
			return err
		}
		about := models.Override{PersonID: p.ID, Subject: models.OverrideStudy, SubjectID: cs.ID, CaseStudyID: cs.ID}
		if err := f.site.KeepOverrides(ctx, overrides, about); err != nil {
			return err
		}
		if m, err = f.store.MergeOf(ctx, cs.ID); err != nil {
			return err
		}
		return f.Merged(ctx, m)
	})
	return m, moved, err
}

// Split takes a merge back, and gives what it was.
func (f *Feature) Split(ctx context.Context, p *models.Person, idOrSlug string) (m models.StudyMerge, err error) {
	cs, err := f.mayMerge(ctx, p, idOrSlug)
	if err != nil {
		return m, err
	}
	if m, err = f.store.MergeOf(ctx, cs.ID); err != nil {
		return m, err
	}
	return m, f.Unmerge(ctx, p, cs.ID)
}

func (f *Feature) mergePage(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	cs, err := f.mayMerge(web.SeeOwn(c), person, c.Params("slug"))
	if err != nil {
		return err
	}
	typed := cmp.Or(c.Query("address"), c.Query("into"))
	if typed == "" && !c.Context().QueryArgs().Has("address") {
		return f.showMerge(c, fiber.StatusOK, cs, templates.MergeStudyPage{})
	}
	page := templates.MergeStudyPage{Typed: models.Truncate(models.CleanLine(typed), 500)}
	return f.reviewMerge(c, person, cs, page)
}

// reviewMerge shows what a merge would do, or asks again into what.
func (f *Feature) reviewMerge(c *fiber.Ctx, p *models.Person, cs models.CaseStudy, page templates.MergeStudyPage) error {
	into, err := f.mergeTarget(c.UserContext(), p, &cs, page.Typed)
	status := fiber.StatusOK
	if err != nil {
		errors, ok := web.FormErrors(err)
		if !ok {
			return err
		}
		page.Errors, status = errors, fiber.StatusUnprocessableEntity
		return f.showMerge(c, status, cs, page)
	}
	if len(page.Errors) > 0 {
		status = fiber.StatusUnprocessableEntity
	}
	page.Into = &into
	return f.showMerge(c, status, cs, page)
}

func (f *Feature) showMerge(c *fiber.Ctx, status int, cs models.CaseStudy, page templates.MergeStudyPage) error {
	ctx := c.UserContext()
	page.From, page.ActionURL = cs, "/case-studies/"+url.PathEscape(cs.Slug)+"/merge"
	codes := []string{cs.Organisation}
	if page.Into != nil {
		codes = append(codes, page.Into.Organisation)
	}
	names, err := f.store.OrganisationNames(ctx, codes)
	if err != nil {
		return err
	}
	page.OrgNames = names
	if page.Into == nil {
		similar, err := f.Similar(ctx, cs.Title, "", cs.ID, candidates)
		if err != nil && !f.site.IsSearchAway() {
			return err
		}
		for _, s := range similar {
			facts := []string{s.OrgName, templates.FormatDate(s.PublishedAt), templates.FormatCount(s.Votes, "vote", "votes"), templates.FormatCount(s.Comments, "comment", "comments")}
			page.Candidates = append(page.Candidates, templates.Option{Value: s.Slug, Text: s.Title,
				Hint: strings.Join(slices.DeleteFunc(facts, func(s string) bool { return s == "" }), ", ")})
		}
	}
	shell := f.site.Shell(c, "Merge a case study into another")
	shell.NoIndex, shell.Errors = true, page.Errors
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: "/case-studies/" + cs.Slug}}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.MergeStudy(page))
}

func (f *Feature) merge(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	ctx := web.SeeOwn(c)
	page := templates.MergeStudyPage{Typed: web.Value(c, "into"), Words: web.Value(c, "words")}
	m, moved, err := f.Merge(ctx, person, c.Params("slug"), page.Typed, page.Words)
	if err != nil {
		web.ShowStopped(c, err)
		errors, ok := web.FormErrors(err)
		cs, denied := f.mayMerge(ctx, person, c.Params("slug"))
		if !ok || denied != nil {
			return err
		}
		page.Errors = errors
		return f.reviewMerge(c, person, cs, page)
	}
	return f.site.Done(c, "/case-studies/"+m.IntoSlug, "“"+m.FromTitle+"” is part of this case study now. "+templates.FormatCount(moved.Votes, "vote", "votes")+" and "+
		templates.FormatCount(moved.Comments, "comment", "comments")+" came with it.")
}

func (f *Feature) unmerge(c *fiber.Ctx) error {
	m, err := f.Split(web.SeeOwn(c), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return f.site.Done(c, "/case-studies/"+m.FromSlug, "The merge is taken back: this case study is there by itself again, with its votes and comments.")
}

// addMerges puts on a case study's page what it is part of, and what is part of
// it. Only a page that has either asks the database.
func (f *Feature) addMerges(ctx context.Context, p *models.Person, page *templates.CaseStudyPage) error {
	cs := &page.CaseStudy
	if cs.Merged > 0 {
		list, err := f.store.StudiesMergedInto(ctx, cs.ID)
		if err != nil {
			return err
		}
		page.Merged = list
	}
	if cs.Status != models.Withdrawn {
		return nil
	}
	m, err := f.store.MergeOf(ctx, cs.ID)
	switch {
	case models.KindOf(err) == models.NotFound:
		return nil
	case err != nil:
		return err
	}
	page.MergedInto = &m
	into, err := f.store.CaseStudy(ctx, m.IntoID)
	if err != nil {
		return err
	}
	switch err := f.site.MayRead(ctx, p, &into); models.KindOf(err) {
	case "":
		page.IntoShown = true
	case models.NotFound, models.Gone, models.Forbidden, models.Unauthorised: // it is not for them
	default:
		return err
	}
	return nil
}

type apiMergeInput struct {
	APIOne
	Body struct {
		Into  string `json:"into" minLength:"1" maxLength:"500" doc:"Id, slug or address of the case study that stays."`
		Words string `json:"words" minLength:"1" maxLength:"2000" doc:"Why, for its author." example:"Both describe the same letters project."`
	}
}

// apiMerged says what became of a case study.
type apiMerged struct {
	ID       string `json:"id" doc:"Of the case study that was merged."`
	Into     string `json:"into" doc:"Id of the one that it is part of."`
	URL      string `json:"url" format:"uri" doc:"Page of the one that it is part of."`
	Votes    int    `json:"votes" doc:"How many votes the other has more than before."`
	Comments int    `json:"comments" doc:"How many comments went there."`
}

type apiMergeOutput struct{ Body apiMerged }

func (f *Feature) mergeAPI(api huma.API) {
	op := huma.Operation{OperationID: "merge-case-study", Method: http.MethodPost, Path: "/case-studies/{id}/merge", Tags: []string{"Moderation"}, Security: web.TokenSecurity(),
		DefaultStatus: http.StatusOK, Summary: "Make a case study part of another",
		Description: "For moderators, when two are about the same thing. Votes, comments and addresses lead to the other one; the text is kept, and it can be taken back. To others the API answers 410, with a `Link` to what it is part of.",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}
	web.Operation(f.site, api, op, f.apiMerge)
	back := huma.Operation{OperationID: "unmerge-case-study", Method: http.MethodDelete, Path: "/case-studies/{id}/merge", Tags: []string{"Moderation"}, Security: web.TokenSecurity(),
		DefaultStatus: http.StatusNoContent, Summary: "Take a merge back",
		Description: "For moderators. The case study is there by itself again with its comments, the answers to them, and its votes but for those that were taken back meanwhile.",
		Errors:      []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone}}
	web.Operation(f.site, api, back, f.apiUnmerge)
}

func (f *Feature) apiMerge(ctx context.Context, in *apiMergeInput) (*apiMergeOutput, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	m, moved, err := f.Merge(store.Fresh(ctx), person, in.ID, in.Body.Into, in.Body.Words)
	if err != nil {
		return nil, err
	}
	return &apiMergeOutput{Body: apiMerged{ID: m.FromID, Into: m.IntoID, URL: f.site.URL("/case-studies/" + m.IntoSlug), Votes: moved.Votes, Comments: moved.Comments}}, nil
}

func (f *Feature) apiUnmerge(ctx context.Context, in *APIOne) (*struct{}, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	_, err = f.Split(store.Fresh(ctx), person, in.ID)
	return nil, err
}
