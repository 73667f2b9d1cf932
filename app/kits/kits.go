// Package kits is what a team needs that wants to do what a case study describes: what
// to copy, who must agree, documents, what it cost, how long it took, what went wrong and
// whom to ask. All of it is what the case study and those who adopted it say; what is not
// known is said to be not known.
package kits

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	markdown *markdown.Renderer
	// joins names the systems, standards and sites of connections.
	joins func(ctx context.Context, list []models.Connection) ([]templates.ConnectionRow, error)
}

// New makes the feature.
func New(site *web.Site, joins func(ctx context.Context, list []models.Connection) ([]templates.ConnectionRow, error)) *Feature {
	return &Feature{site: site, store: site.Store, markdown: markdown.New(markdown.Options{}), joins: joins}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug/kit.md", f.download)
	r.Get("/case-studies/:slug/kit", f.site.Cached(f.show))
}

const (
	mostAdopters = 200 // that are read
	mostQuoted   = 20  // in one list
)

// kit is all that is known.
type kit struct {
	study                              models.CaseStudy
	steps                              []string
	joins                              []templates.ConnectionRow
	agree, people, cost, failed, adapt string
	found, missing                     bool                // one of these is said, one is not
	other                              []templates.KitPart // sections of the case study of which none of these is made
	files                              []models.Attachment
	links                              []markdown.Link
	stages                             []models.StageStep
	adopters                           []models.Adoption
	waits                              []wait
	median                             int // days from the first interest to use; -1 where fewer than three have told
}

// wait is how long one organisation took.
type wait struct {
	adopter *models.Adoption
	days    int
}

// Make gathers what is known of a case study. Its statements do not grow with those who
// adopted it.
func (f *Feature) Make(ctx context.Context, p *models.Person, idOrSlug string) (kit, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return kit{}, err
	}
	parts := f.markdown.Parts(cs.Body)
	k := kit{study: cs}
	k.read(parts)
	k.links = links(parts, cs.Evidence)
	if k.joins, err = f.joins(ctx, cs.Connections); err != nil {
		return k, err
	}
	if k.files, err = f.store.Attachments(ctx, cs.ID); err != nil {
		return k, err
	}
	if k.stages, err = f.store.StagesOf(ctx, cs.ID); err != nil {
		return k, err
	}
	if k.adopters, _, err = f.store.Adoptions(ctx, store.AdoptionQuery{CaseStudyID: cs.ID, Limit: mostAdopters}); err != nil {
		return k, err
	}
	if err := f.store.AddAdoptionSteps(ctx, k.adopters); err != nil {
		return k, err
	}
	k.wait()
	return k, nil
}

// links gives the links of a text to the web, each once, and those to its evidence.
func links(parts []markdown.Part, evidence []models.Evidence) (out []markdown.Link) {
	seen := map[string]bool{}
	add := func(title, to string) {
		if u, err := url.Parse(to); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || seen[to] {
			return
		}
		seen[to] = true
		if title == "" {
			title = to
		}
		out = append(out, markdown.Link{Text: title, URL: to})
	}
	for _, p := range parts {
		for _, l := range p.Links {
			add(l.Text, l.URL)
		}
	}
	for _, e := range evidence {
		add(e.Title, e.Address())
	}
	return out
}

// wait works out how long organisations took from their first interest to use.
func (k *kit) wait() {
	k.median = -1
	for i := range k.adopters {
		if days, ok := k.adopters[i].DaysToUse(); ok {
			k.waits = append(k.waits, wait{&k.adopters[i], days})
		}
	}
	slices.SortStableFunc(k.waits, func(a, b wait) int { return a.days - b.days })
	if n := len(k.waits); n >= 3 {
		k.median = (k.waits[(n-1)/2].days + k.waits[n/2].days) / 2
	}
}

// said are the adopters who said something in words, by what picks them.
func (k *kit) said(words func(*models.Adoption) string) (out []templates.KitSaid) {
	for i := range k.adopters {
		a := &k.adopters[i]
		if text := words(a); text != "" && len(out) < mostQuoted {
			out = append(out, templates.KitSaid{Name: a.OrgName, URL: web.AdoptionAt(a), Text: text, Demo: a.Demo})
		}
	}
	return out
}

func (k *kit) url() string { return web.StudyURL(k.study.Slug) }

func reason(a *models.Adoption) string      { return a.Reason }
func adaptations(a *models.Adoption) string { return a.Adaptations }
func needed(a *models.Adoption) string      { return a.Needed }
func cost(a *models.Adoption) string        { return a.Cost }

// systems lists the systems that are joined, each once.
func (k *kit) systems() (names []string) {
	for _, j := range k.joins {
		for _, n := range []string{j.From, j.To} {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}

// page is a kit as it is shown.
func (k *kit) page() templates.KitPage {
	p := templates.KitPage{Title: k.study.Title, StudyURL: k.url(), Document: k.study.Document, Revision: k.study.Revision, Revised: k.study.UpdatedAt, Adopters: len(k.adopters), Steps: k.steps, Joins: k.joins, Systems: k.systems(),
		Agree: k.agree, People: k.people, Cost: k.cost, Failed: k.failed, Adapt: k.adapt, Stages: k.stages, Median: k.median, Costs: k.said(cost), Stopped: k.said(reason), Changed: k.said(adaptations), Needed: k.said(needed), Found: k.found}
	if !k.found || k.missing {
		p.Other = k.other
	}
	p.Money, p.Measures = k.figures()
	for _, a := range k.files {
		p.Documents = append(p.Documents, templates.Crumb{Text: a.FileName, URL: "/attachments/" + a.ID + "/" + url.PathEscape(a.FileName)})
	}
	for _, l := range k.links {
		p.Documents = append(p.Documents, templates.Crumb{Text: l.Text, URL: l.URL})
	}
	for i, w := range k.waits {
		if i < mostQuoted {
			p.Waits = append(p.Waits, templates.KitWait{Name: w.adopter.OrgName, URL: web.AdoptionAt(w.adopter), Days: w.days, Demo: w.adopter.Demo})
		}
	}
	for _, a := range k.study.Authors {
		b := templates.BylineProps{Name: a.Name, Role: a.Role}
		if models.ValidHandle(a.Handle) {
			b.URL = "/people/" + a.Handle
		}
		p.Authors = append(p.Authors, b)
	}
	for i := range k.adopters {
		a := &k.adopters[i]
		if a.OwnerID != "" && a.Owner.Handle != "" && len(p.Owners) < mostQuoted {
			p.Owners = append(p.Owners, templates.KitOwner{Name: a.Owner.Name, URL: "/people/" + a.Owner.Handle, Organisation: a.OrgName, Demo: a.Demo})
		}
	}
	if k.study.Copy == nil {
		p.AskURL = k.url() + "/ask"
	}
	return p
}

// show is the page of a kit.
func (f *Feature) show(c *fiber.Ctx) error {
	k, err := f.Make(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	shell := f.site.Shell(c, "Replication kit: "+k.study.Title)
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: k.study.Title, URL: k.url()}}
	shell.NoIndex = k.study.Status != models.Published
	shell.Canonical = f.site.URL(k.url() + "/kit")
	return f.site.Render(c, fiber.StatusOK, shell, templates.ReplicationKit(k.page()))
}

// download sends a kit as Markdown.
func (f *Feature) download(c *fiber.Ctx) error {
	k, err := f.Make(c.UserContext(), web.Person(c), c.Params("slug"))
	if err != nil {
		return err
	}
	c.Attachment("kit-" + k.study.Slug + ".md")
	c.Vary(fiber.HeaderAcceptLanguage, fiber.HeaderCookie)
	c.Set(fiber.HeaderContentLanguage, string(web.Language(c)))
	return web.SendTagged(c, "text/markdown; charset=utf-8", []byte(k.markdown(f.site.URL(""), f.site.Say(web.Language(c)))))
}

// day writes a moment as the day that it was in London.
func day(t time.Time) string { return templates.FormatDay(models.InLondonDay(t)) }
