package leading

import (
	"context"
	"slices"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// Home is what those who lead an organisation are to know of it, the first of each.
type Home struct {
	Organisation       models.Organisation
	Others             []models.Organisation // that the reader leads too, by their code
	Systems, Standards []string              // that the organisation uses, as far as its case studies say
	Priorities         []string              // that its leads have said
	New                []models.NewWith
	Ideas              []models.WaitingIdea
	IdeasTotal         int
	Counts             []models.AdoptionCount
	Adoptions          []models.Adoption
	AdoptionsTotal     int
	Tasks              map[string]models.TaskCount // by the ids of adoptions of which the reader may read the workspace
	Overdue            []models.Overdue
	OverdueTotal       int
	Thanks             []models.ToThank

	words *web.Vocabulary
}

// organisation gives the one that a person asks for, or the first that they lead. Whoever
// leads none and may see all has their own.
func (f *Feature) organisation(ctx context.Context, p *models.Person, code string) (models.Organisation, error) {
	if code = models.CleanCode(code); code == "" {
		code = p.Organisation
		if codes := p.LeadOf(); len(codes) > 0 {
			code = codes[0]
		}
		if code == "" && p.May(models.SeeLeading, models.Subject{}) {
			return models.Organisation{}, models.E(models.NotFound, "You lead no organisation. Name one at the end of the address, such as ?organisation=RR8.")
		}
	}
	if !p.May(models.SeeLeading, models.Subject{Organisation: code}) {
		return models.Organisation{}, models.E(models.Forbidden, "Only the leads of an organisation see this page.")
	}
	if !models.ValidODSCode(code) {
		return models.Organisation{}, models.E(models.NotFound, "That is not the code of an organisation.")
	}
	return f.store.Organisation(ctx, code)
}

// Get gathers what a person is to know of an organisation that they lead: of the one with a
// code, else of the first. Its statements do not grow with what there is.
func (f *Feature) Get(ctx context.Context, p *models.Person, code string) (h Home, err error) {
	if h.Organisation, err = f.organisation(ctx, p, code); err != nil {
		return h, err
	}
	code = h.Organisation.Code
	if err := f.others(ctx, p, &h); err != nil {
		return h, err
	}
	if err := f.fits(ctx, &h); err != nil {
		return h, err
	}
	if h.Ideas, h.IdeasTotal, err = f.store.UnansweredIdeas(ctx, code, f.site.Feedback.Days, shownIdeas); err != nil {
		return h, err
	}
	if err := f.tries(ctx, p, &h); err != nil {
		return h, err
	}
	if h.Overdue, _, h.OverdueTotal, err = f.overdue(ctx, code, "", shownOverdue); err != nil {
		return h, err
	}
	h.Thanks, err = f.store.ToThank(ctx, code, p.ID, shownThanks)
	return h, err
}

// overdue gives a page of all that is overdue at an organisation.
func (f *Feature) overdue(ctx context.Context, code, after string, limit int) (list []models.Overdue, next string, total int, err error) {
	return f.store.Overdue(ctx, store.OverdueQuery{Organisation: code, Usual: f.site.Feedback.Days, After: after, Limit: limit})
}

// Overdue gives a page of all that is overdue at an organisation that a person leads.
func (f *Feature) Overdue(ctx context.Context, p *models.Person, code, after string, limit int) (o models.Organisation, page models.Page[models.Overdue], err error) {
	if o, err = f.organisation(ctx, p, code); err != nil {
		return o, page, err
	}
	page.Items, page.Next, page.Total, err = f.overdue(ctx, o.Code, after, limit)
	return o, page, err
}

// others names the organisations that the reader leads too.
func (f *Feature) others(ctx context.Context, p *models.Person, h *Home) error {
	codes := slices.DeleteFunc(p.LeadOf(), func(code string) bool { return code == h.Organisation.Code })
	names, err := f.store.OrganisationsByCode(ctx, codes)
	for _, code := range codes {
		h.Others = append(h.Others, models.Organisation{Code: code, Name: names[code].Name})
	}
	return err
}

// fits adds what is new and names a system or standard that the organisation uses, or has
// one of its priorities as its tag.
func (f *Feature) fits(ctx context.Context, h *Home) error {
	v, err := f.site.Vocabulary(ctx)
	if err != nil {
		return err
	}
	code := h.Organisation.Code
	systems, err := f.store.SystemsAt(ctx, code)
	if err != nil {
		return err
	}
	generic := web.GenericSystems(v)
	systems = slices.DeleteFunc(v.NowAll(models.TermSystem, systems), func(s string) bool { return generic[s] })
	standards, err := f.store.StandardsAt(ctx, code)
	if err != nil {
		return err
	}
	standards = v.NowAll(models.TermStandard, standards)
	h.words, h.Systems, h.Standards = v, systems[:min(len(systems), models.MaxJoinValues)], standards[:min(len(standards), models.MaxJoinValues)]
	if h.Priorities, err = f.store.Priorities(ctx, code); err != nil {
		return err
	}
	h.New, err = f.store.NewWith(ctx, store.FitsQuery{Organisation: code, Systems: h.Systems, Standards: h.Standards, Tags: h.Priorities, Since: f.site.Now().Add(-models.NewFor), Limit: shownNew})
	return err
}

// tries adds what the organisation adopts, with how far its workspaces are where the
// reader may read them.
func (f *Feature) tries(ctx context.Context, p *models.Person, h *Home) (err error) {
	q := store.AdoptionQuery{By: h.Organisation.Code, Limit: shownAdoptions}
	if h.Adoptions, _, err = f.store.Adoptions(ctx, q); err != nil {
		return err
	}
	if h.Counts, h.AdoptionsTotal, err = f.store.CountAdoptions(ctx, q); err != nil {
		return err
	}
	var ids []string
	for i := range h.Adoptions {
		if h.Adoptions[i].MayRun(p) {
			ids = append(ids, h.Adoptions[i].ID)
		}
	}
	tasks, err := f.store.CountTasks(ctx, ids, models.InLondonDay(f.site.Now()))
	h.Tasks = make(map[string]models.TaskCount, len(ids))
	for _, id := range ids {
		h.Tasks[id] = tasks[id]
	}
	return err
}
