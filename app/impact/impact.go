// Package impact shows what came of everything that is posted here: adoptions, how fast
// things spread and ideas are answered, and benefits. docs/impact.md says how it is
// counted.
package impact

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/impact"
	"grassroots/models/reference"
	"grassroots/models/store"
	"grassroots/templates"
)

const pageURL = "/impact"

// Feature is the pages, files and operations, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
}

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site, store: site.Store} }

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get(pageURL, f.site.Cached(f.page))
	r.Get(pageURL+".csv", f.file)
	r.Get(dataURL, f.site.Cached(f.dataPage))
	for _, t := range openData {
		r.Get(dataURL+"/"+t.name+".csv", f.dataFile(t))
	}
	r.Get(archiveURL, f.archive)
	r.Get("/organisations/:code/impact", f.site.Cached(f.organisation))
	r.Get("/organisations/:code/impact.csv", f.organisationFile)
}

// filters are the names of what can be asked for.
var filters = []string{"from", "to", "region", "kind", "campaign"}

// Ask is what is asked for, as it was typed.
type Ask struct{ From, To, Region, Kind, Campaign string }

func readAsk(c *fiber.Ctx) (Ask, error) {
	get := func(name string) string { return models.CleanLine(c.Query(name)) }
	return Ask{get("from"), get("to"), get("region"), get("kind"), get("campaign")}, web.OnlyParameters(c, filters...)
}

// address gives the address of a page with what was asked for.
func (a Ask) address(path string) string {
	v := url.Values{}
	for name, value := range map[string]string{"from": a.From, "to": a.To, "region": a.Region, "kind": a.Kind, "campaign": a.Campaign} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// period gives the days that are asked for, those of London: until is the beginning of the
// day after the last, or now where that comes first. BadRequest when they are no days.
func (a Ask) period(now time.Time) (from, until time.Time, err error) {
	until = now.Add(time.Microsecond) // what happened just now too
	if a.From != "" {
		if from, err = impact.Day("from", a.From, templates.London()); err != nil {
			return from, until, err
		}
	}
	if a.To != "" {
		to, err := impact.Day("to", a.To, templates.London())
		if err != nil {
			return from, until, err
		}
		if to.Before(from) {
			return from, until, models.E(models.BadRequest, "The first day of the period is after the last. Give them in order.")
		}
		if next := to.AddDate(0, 0, 1); next.Before(until) {
			until = next
		}
	}
	return from, until, nil
}

// Report is the figures, with what they can be asked by.
type Report struct {
	*impact.Figures
	Ask       Ask
	Demo      bool // there is only invented content
	Closed    bool // the period is over
	Kinds     []string
	Campaigns []store.ImpactCampaign
}

// Get counts what is asked for, in as many statements whatever there is. BadRequest when
// that is nothing that can be asked.
func (f *Feature) Get(ctx context.Context, a Ask) (*Report, error) {
	from, until, err := a.period(f.site.Now())
	if err != nil {
		return nil, err
	}
	out := &Report{Ask: a, Closed: until.Before(f.site.Now())}
	if out.Kinds, err = f.store.OrganisationKinds(ctx); err != nil {
		return nil, err
	}
	if out.Campaigns, err = f.store.ImpactCampaigns(ctx); err != nil {
		return nil, err
	}
	q := impact.Query{From: from, Until: until, Region: a.Region, Kind: a.Kind}
	if a.Region != "" && !slices.ContainsFunc(reference.Regions(), func(r reference.Region) bool { return r.Name == a.Region }) {
		return nil, models.E(models.BadRequest, "There is no such region or nation here.")
	}
	if a.Kind != "" && !slices.Contains(out.Kinds, a.Kind) {
		return nil, models.E(models.BadRequest, "There is no such kind of organisation here.")
	}
	if a.Campaign != "" {
		at := slices.IndexFunc(out.Campaigns, func(c store.ImpactCampaign) bool { return c.Slug == a.Campaign })
		if at < 0 {
			return nil, models.E(models.BadRequest, "There is no such campaign here.")
		}
		if q.Studies, err = f.store.ImpactEntered(ctx, out.Campaigns[at]); err != nil {
			return nil, err
		}
	}
	facts, err := f.store.ImpactFacts(ctx)
	if err != nil {
		return nil, err
	}
	out.Demo = facts.Demonstration()
	facts.Real()
	out.Figures = facts.Count(q, templates.London())
	return out, nil
}
