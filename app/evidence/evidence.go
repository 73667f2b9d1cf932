// Package evidence is about what carries a case study: how it and its sources are cited, and
// that it is read again before it is out of date.
package evidence

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/cite"
	"grassroots/models/store"
	"grassroots/templates"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	// Tell has people told that a case study is to be read again, in the transaction that notes
	// it: its authors, or the leads of its organisation.
	Tell func(ctx context.Context, cs models.CaseStudy, people []string, leads bool) error
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug/cite.bib", f.file("bib", "application/x-bibtex; charset=utf-8", cite.Work.BibTeX, "\n"))
	r.Get("/case-studies/:slug/cite.ris", f.file("ris", "application/x-research-info-systems; charset=utf-8", cite.Work.RIS, ""))
	r.Get("/case-studies/:slug/cite", f.site.Cached(f.cite))
	r.Post("/case-studies/:slug/still-right", f.confirm)
}

// Works gives a case study and each of its sources as works, the case study first.
func (f *Feature) Works(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, []cite.Work, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return cs, nil, err
	}
	name := ""
	if cs.Organisation != "" {
		names, err := f.store.OrganisationNames(ctx, []string{cs.Organisation})
		if err != nil {
			return cs, nil, err
		}
		name = names[cs.Organisation]
	}
	works := []cite.Work{cite.CaseStudy(&cs, name, f.site.URL(web.StudyURL(cs.Slug)))}
	for i := range cs.Evidence {
		works = append(works, cite.Evidence(&cs, i))
	}
	for i := range works {
		if works[i].Kind == cite.Page {
			works[i].Read = f.site.Now()
		}
	}
	return cs, works, nil
}

func citation(w cite.Work) templates.Citation {
	return templates.Citation{Title: w.Title, Vancouver: w.Vancouver(), Harvard: w.Harvard()}
}

// cite is the page that says how a case study is cited.
func (f *Feature) cite(c *fiber.Ctx) error {
	cs, works, err := f.Works(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	page := templates.CitePage{Title: cs.Title, StudyURL: web.StudyURL(cs.Slug), Study: citation(works[0])}
	for _, w := range works[1:] {
		page.Evidence = append(page.Evidence, citation(w))
	}
	shell := f.site.Shell(c, "How to cite it: "+cs.Title)
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: page.StudyURL}}
	shell.NoIndex = cs.Status != models.Published
	shell.Canonical = f.site.URL(page.StudyURL + "/cite")
	return f.site.Render(c, fiber.StatusOK, shell, templates.Cite(page))
}

// file sends the references of a case study in the format of a program.
func (f *Feature) file(suffix, contentType string, write func(cite.Work) string, between string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		cs, works, err := f.Works(c.UserContext(), web.Person(c), c.Params("slug"))
		if err != nil {
			return err
		}
		var all []string
		for _, w := range works {
			all = append(all, write(w))
		}
		c.Attachment("cite-" + cs.Slug + "." + suffix)
		return web.SendTagged(c, contentType, []byte(strings.Join(all, between)))
	}
}

type apiStudyInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiCitationsOutput struct{ Body apiCitations }

type apiCitations struct {
	CaseStudy apiCitation   `json:"case_study"`
	Evidence  []apiCitation `json:"evidence" doc:"Of each source, in the order in which the case study lists them."`
}

type apiCitation struct {
	Title     string `json:"title"`
	Vancouver string `json:"vancouver"`
	Harvard   string `json:"harvard"`
	BibTeX    string `json:"bibtex"`
	RIS       string `json:"ris"`
}

// API adds the operations.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "get-citations", Method: http.MethodGet, Path: "/case-studies/{id}/citations", Tags: []string{"Case studies"}, Errors: []int{404, 410},
		Summary: "How a case study and its evidence are cited", Description: "People are named as the page of the case study names them."}, f.apiCitations)
	web.Operation(f.site, api, huma.Operation{OperationID: "confirm-case-study", Method: http.MethodPost, Path: "/case-studies/{id}/still-right", Tags: []string{"Case studies"}, Errors: []int{403, 404, 410},
		Security: web.TokenSecurity(), Summary: "Say that a case study is still right",
		Description: "For those who may change it, once they have read it: the page says that it was reviewed today. Nothing else of it changes, nor its revision. A copy is reviewed where it comes from (403)."}, f.apiConfirm)
}

func (f *Feature) apiCitations(ctx context.Context, in *apiStudyInput) (*apiCitationsOutput, error) {
	_, works, err := f.Works(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	out := apiCitations{Evidence: []apiCitation{}}
	for i, w := range works {
		c := apiCitation{w.Title, w.Vancouver(), w.Harvard(), w.BibTeX(), w.RIS()}
		if i == 0 {
			out.CaseStudy = c
			continue
		}
		out.Evidence = append(out.Evidence, c)
	}
	return &apiCitationsOutput{out}, nil
}
