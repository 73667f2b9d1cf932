// Package bookmarks lets people keep case studies for later. What somebody keeps,
// nobody else sees.
package bookmarks

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	pageURL = "/me/bookmarks"
	aPage   = 20
)

// Cards makes the cards of a list of case studies.
type Cards func(c *fiber.Ctx, items []models.Summary, text string) ([]templates.ListCardProps, error)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	cards Cards
}

// New makes the feature.
func New(site *web.Site, cards Cards) *Feature {
	return &Feature{site: site, store: site.Store, cards: cards}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Post("/case-studies/:slug/bookmark", f.press)
	r.Get(pageURL, web.Signed(f.page))
}

// Keep has a person keep a case study that they may read for later, or no more.
// Doing it again changes nothing. What they keep they can always let go, whatever
// became of it.
func (f *Feature) Keep(ctx context.Context, p *models.Person, idOrSlug string, on bool) error {
	if p == nil {
		return models.E(models.Unauthorised, "Sign in to keep a case study for later.")
	}
	if on {
		cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
		if err == nil {
			_, err = f.store.Bookmark(ctx, p.ID, cs.ID, true)
		}
		return err
	}
	cs, err := f.store.CaseStudy(ctx, idOrSlug)
	if err != nil {
		return err
	}
	kept, err := f.store.Bookmark(ctx, p.ID, cs.ID, false)
	if err != nil || kept {
		return err
	}
	return f.site.MayRead(ctx, p, &cs)
}

// List gives a page of what a person keeps, what they kept last first. next is
// where the page after begins; empty when there is none.
func (f *Feature) List(ctx context.Context, p *models.Person, before string, limit int) (list []models.Bookmark, next string, err error) {
	if before != "" && !models.ValidID(before) {
		return nil, "", models.E(models.BadRequest, "The place in this list is not one that we gave. Start again from its beginning.")
	}
	list, more, err := f.store.Bookmarks(ctx, p, before, limit)
	if more {
		next = list[len(list)-1].ID
	}
	return list, next, err
}

func (f *Feature) press(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	slug, on := c.Params("slug"), web.Value(c, "kept") != "false"
	if err := f.Keep(web.SeeOwn(c), p, slug, on); err != nil {
		return err
	}
	if web.WantsJSON(c) {
		return c.JSON(apiKept{on})
	}
	return c.Redirect(models.SafeReturn(web.Value(c, "back"), "/case-studies/"+url.PathEscape(slug)), fiber.StatusSeeOther)
}

func (f *Feature) page(c *fiber.Ctx, p *models.Person) error {
	ctx := web.SeeOwn(c)
	at := c.Query("cursor")
	list, next, err := f.List(ctx, p, at, aPage)
	if err != nil {
		return err
	}
	var found []models.Summary
	for _, b := range list {
		if b.Study != nil {
			found = append(found, *b.Study)
		}
	}
	cards, err := f.cards(c, found, "")
	if err != nil {
		return err
	}
	page := templates.BookmarksPage{First: at == ""}
	for _, b := range list {
		line := templates.BookmarkLine{Kept: b.CreatedAt, IntoTitle: b.IntoTitle, Remove: templates.BookmarkButtonProps{ActionURL: "/case-studies/" + b.CaseStudyID + "/bookmark", Kept: true, SignedIn: true, BackURL: pageURL}}
		if b.IntoSlug != "" {
			line.IntoURL = "/case-studies/" + url.PathEscape(b.IntoSlug)
		}
		if b.Study != nil {
			line.Card, cards = &cards[0], cards[1:]
			line.CollectSlug = b.Study.Slug
		}
		page.Lines = append(page.Lines, line)
	}
	if next != "" {
		page.NextURL = pageURL + "?cursor=" + next
	}
	shell := f.site.Shell(c, "Saved for later")
	shell.NoIndex, shell.Crumbs = true, []templates.Crumb{{Text: "Your account", URL: "/me"}}
	return f.site.Render(c, fiber.StatusOK, shell, templates.Bookmarks(page))
}

type apiKept struct {
	Bookmarked bool `json:"bookmarked" doc:"Whether you keep it."`
}

type apiKeptOutput struct{ Body apiKept }

type apiOne struct {
	ID string `path:"id" maxLength:"200" doc:"Id or slug."`
}

type apiBookmark struct {
	CaseStudy string    `json:"case_study" doc:"Its id."`
	Readable  bool      `json:"readable" doc:"False where it was withdrawn, hidden or limited since: its title and its summary are then empty."`
	Title     string    `json:"title"`
	Summary   string    `json:"summary"`
	Stage     string    `json:"stage"`
	Created   time.Time `json:"created" doc:"When you kept it."`
	URL       string    `json:"url" format:"uri"`
}

type apiListInput struct{ web.PageParams }

type apiListOutput struct{ Body web.List[apiBookmark] }

// API adds what a person keeps.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Case studies"}, Summary: summary, Description: description, Security: web.TokenSecurity(), Errors: errors}
	}
	web.Operation(f.site, api, add("list-bookmarks", http.MethodGet, "/me/bookmarks", "What you keep for later", "What you kept last first. Nobody else sees it."), f.apiList)
	web.Operation(f.site, api, add("bookmark", http.MethodPut, "/case-studies/{id}/bookmark", "Keep a case study for later", "Doing it again changes nothing.", http.StatusNotFound, http.StatusConflict, http.StatusGone), f.apiKeep(true))
	web.Operation(f.site, api, add("remove-bookmark", http.MethodDelete, "/case-studies/{id}/bookmark", "Keep a case study no more", "Doing it again changes nothing.", http.StatusNotFound, http.StatusGone), f.apiKeep(false))
}

func (f *Feature) apiKeep(on bool) func(context.Context, *apiOne) (*apiKeptOutput, error) {
	return func(ctx context.Context, in *apiOne) (*apiKeptOutput, error) {
		p, err := web.RequireIn(ctx)
		if err != nil {
			return nil, err
		}
		return &apiKeptOutput{Body: apiKept{on}}, f.Keep(store.Fresh(ctx), p, in.ID, on)
	}
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	list, next, err := f.List(ctx, p, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	total, err := f.store.CountBookmarks(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiBookmark, len(list))
	for i, b := range list {
		items[i] = apiBookmark{CaseStudy: b.CaseStudyID, Created: b.CreatedAt.UTC(), URL: f.site.URL("/case-studies/" + b.CaseStudyID)}
		if s := b.Study; s != nil {
			items[i].Readable, items[i].Title, items[i].Summary, items[i].Stage, items[i].URL = true, s.Title, s.Summary, string(s.Stage), f.site.URL("/case-studies/"+url.PathEscape(s.Slug))
		}
	}
	return &apiListOutput{Body: web.NewList(items, next, total)}, nil
}
