package campaigns

import (
	"context"
	"slices"
	"time"

	"grassroots/models"
	"grassroots/models/personal"
)

// EntryReceived is what somebody is told of an entry that has arrived.
const EntryReceived = "entered"

// What somebody is told of an entry otherwise.
const (
	entryWithdrawn = "withdrawn"
	entryLetIn     = "let-in"
	entryKeptOut   = "kept-out"
)

// Entering is what somebody enters a campaign with.
type Entering struct {
	CaseStudy string           // id or slug of one that is there
	New       *models.Document // or an idea that is posted with the entry
	Answers   []models.EntryAnswer
	Draft     bool // only to be kept for now
}

// mayEnter refuses who may not enter a campaign.
func (f *Feature) mayEnter(ctx context.Context, p *models.Person, c *models.Campaign) error {
	region := ""
	if len(c.Regions) > 0 && p.Organisation != "" {
		o, err := f.store.Organisation(ctx, p.Organisation)
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
		region = o.Region
	}
	if !c.MayEnter(p, region) {
		return models.E(models.Forbidden, "This campaign is for some organisations, regions or staff groups, and by your profile you belong to none of them. If that is not so any more, change it under Your account, Settings.")
	}
	return nil
}

// Enter enters a case study in a campaign that they may read, changes the entry that it
// has there, or keeps it as a draft. arrived is when the request came: that alone decides
// whether it is in time. What comes too late is kept as a draft, and the error says so.
// When a new idea is only kept, the entry has no id, and draft is that of the idea.
func (f *Feature) Enter(ctx context.Context, p *models.Person, c *models.Campaign, in Entering, arrived time.Time) (e models.CampaignEntry, draft string, err error) {
	if err := f.mayEnter(ctx, p, c); err != nil {
		return e, "", err
	}
	if in.New == nil {
		e, err = f.enterStudy(ctx, p, c, in, arrived)
		return e, "", err
	}
	refused := c.Takes(arrived, false)
	if in.Draft || models.IsTooLate(refused) {
		draft, err = f.keepIdea(ctx, p, c, in)
		if err == nil && !in.Draft {
			err = refused
		}
		return e, draft, err
	}
	if refused != nil {
		return e, "", refused
	}
	checked := models.CampaignEntry{Answers: in.Answers} // before anything is posted
	if err := checked.CheckAnswers(c, false); err != nil {
		return e, "", err
	}
	in.New.Campaign = c.Slug
	// Nobody else waits longer for the database than the writing takes: 500 people do
	// this in the same minute.
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		cs, err := f.hooks.Post(ctx, p, *in.New)
		if err == nil {
			e, err = f.save(ctx, p, c, &cs, models.CampaignEntry{}, in, arrived)
		}
		return err
	})
	return e, "", err
}

// keepIdea keeps a new idea as a draft, and what it answers beside it, and gives the
// draft's id.
func (f *Feature) keepIdea(ctx context.Context, p *models.Person, c *models.Campaign, in Entering) (draft string, err error) {
	kept := models.CampaignEntry{Answers: in.Answers}
	if err := kept.CheckAnswers(c, true); err != nil {
		return "", err
	}
	overrides, err := f.site.CheckTexts(ctx, answersOf(kept.Answers), nil)
	if err != nil {
		return "", err
	}
	return draft, f.write(ctx, p, c, overrides, func(ctx context.Context) error {
		if draft, err = f.hooks.KeepDraft(ctx, p, *in.New); err != nil {
			return err
		}
		return f.store.KeepAnswers(ctx, c.ID, p.ID, kept.Answers)
	})
}

// ownStudy gives a case study to somebody who may enter it.
func (f *Feature) ownStudy(ctx context.Context, p *models.Person, idOrSlug string) (models.CaseStudy, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, models.CleanLine(idOrSlug))
	if models.KindOf(err) == models.NotFound {
		err = models.InvalidField("case_study", "Choose a case study of yours, or write a new idea")
	}
	if err != nil {
		return cs, err
	}
	may, err := f.site.May(ctx, p, models.EditStudy, &cs)
	switch {
	case err != nil:
		return cs, err
	case cs.Copy != nil:
		return cs, models.InvalidField("case_study", "This is a copy from another site: it is entered where it was written")
	case !may:
		return cs, models.InvalidField("case_study", "Only those who wrote a case study enter it. Ask them to, or to name you as an author")
	}
	return cs, nil
}

func (f *Feature) enterStudy(ctx context.Context, p *models.Person, c *models.Campaign, in Entering, arrived time.Time) (models.CampaignEntry, error) {
	cs, err := f.ownStudy(ctx, p, in.CaseStudy)
	if err != nil {
		return models.CampaignEntry{}, err
	}
	old, err := f.store.EntryOf(ctx, c.ID, cs.ID)
	if err != nil && models.KindOf(err) != models.NotFound {
		return old, err
	}
	entered := old.State == models.EntryEntered
	switch refused := c.Takes(arrived, entered); {
	case entered && models.IsTooLate(refused):
		return old, models.E(models.Conflict, "Entries can be changed no more. Yours stands as it was when you changed it last.")
	case entered && in.Draft:
		return old, models.E(models.Conflict, "This case study is entered already. Change the entry, or withdraw it first.")
	case refused != nil && !models.IsTooLate(refused) && !in.Draft:
		return old, refused
	}
	return f.save(ctx, p, c, &cs, old, in, arrived)
}

// save saves the entry of a case study that somebody may enter, where there was another
// entry of it or none.
func (f *Feature) save(ctx context.Context, p *models.Person, c *models.Campaign, cs *models.CaseStudy, old models.CampaignEntry, in Entering, arrived time.Time) (models.CampaignEntry, error) {
	refused := c.Takes(arrived, old.State == models.EntryEntered)
	late := models.IsTooLate(refused)
	e := models.CampaignEntry{CampaignID: c.ID, CaseStudyID: cs.ID, OwnerID: p.ID, State: models.EntryEntered, Answers: in.Answers, Revision: cs.Revision, ArrivedAt: &arrived, Late: late,
		Slug: cs.Slug, Title: cs.Title, Status: cs.Status, OwnerName: p.Name}
	if in.Draft || late {
		e.State = models.EntryDraft
	}
	if in.Draft {
		e.ArrivedAt, e.Late = nil, false
	}
	if err := e.CheckAnswers(c, in.Draft || late); err != nil {
		return old, err
	}
	files := c.FileAnswers(e.Answers)
	overrides, err := f.site.CheckTexts(ctx, answersOf(e.Answers), answersOf(old.Answers))
	if err != nil {
		return old, err
	}
	err = f.write(ctx, p, c, overrides, func(ctx context.Context) error {
		if e.State == models.EntryEntered {
			f.store.AfterCommit(ctx, f.soon)
		}
		if err := f.store.SaveEntry(ctx, &e); err != nil || len(c.Questions) == 0 {
			return err
		}
		if err := f.store.KeepAnswers(ctx, c.ID, p.ID, nil); err != nil || !c.AsksForFiles() {
			return err
		}
		return f.store.GiveFiles(ctx, &e, p.ID, files)
	})
	if err == nil && late && !in.Draft {
		err = refused
	}
	return e, err
}

func (f *Feature) tellEntry(ctx context.Context, c *models.Campaign, e models.CampaignEntry, what string, people ...string) error {
	slices.Sort(people)
	return f.hooks.TellEntry(ctx, *c, e, what, slices.Compact(people))
}

func answersOf(list []models.EntryAnswer) []personal.Text {
	out := make([]personal.Text, len(list))
	for i, a := range list {
		out[i] = personal.Text{Field: "answer_" + a.Question, Value: a.Answer}
	}
	return out
}

// entry gives an entry to those whose it is, and to whoever runs campaigns; own tells
// that it is one's own.
func (f *Feature) entry(ctx context.Context, p *models.Person, campaign, id string) (c models.Campaign, e models.CampaignEntry, own bool, err error) {
	if c, err = f.Get(ctx, p, campaign); err != nil {
		return c, e, false, err
	}
	if !models.ValidID(id) {
		return c, e, false, models.ErrNoSuchEntry
	}
	e, err = f.store.CampaignEntry(ctx, id)
	if err == nil && e.CampaignID != c.ID {
		err = models.ErrNoSuchEntry
	}
	if err != nil {
		return c, e, false, err
	}
	if own = e.OwnerID == p.ID; !own {
		cs, err := f.store.CaseStudy(ctx, e.CaseStudyID)
		if err != nil {
			return c, e, false, err
		}
		if own, err = f.site.May(ctx, p, models.EditStudy, &cs); err != nil {
			return c, e, false, err
		}
	}
	if !own && !p.May(models.RunCampaign, models.Subject{}) {
		return c, e, false, models.ErrNoSuchEntry
	}
	return c, e, own, nil
}

// WithdrawEntry takes an entry of somebody's own back.
func (f *Feature) WithdrawEntry(ctx context.Context, p *models.Person, campaign, id string) (models.Campaign, models.CampaignEntry, error) {
	c, e, own, err := f.entry(ctx, p, campaign, id)
	if err == nil && !own {
		err = models.E(models.Forbidden, "Only those whose entry it is withdraw it.")
	}
	if err != nil {
		return c, e, err
	}
	return c, e, f.write(ctx, p, &c, nil, func(ctx context.Context) error {
		if err := f.store.WithdrawEntry(ctx, &e); err != nil {
			return err
		}
		e.Version++
		return f.tellEntry(ctx, &c, e, entryWithdrawn, p.ID, e.OwnerID)
	})
}

// LetIn decides about an entry that came too late: that it is in, for a reason that
// everybody sees, or that it stays out, for one that those whose it is see.
func (f *Feature) LetIn(ctx context.Context, p *models.Person, campaign, id string, in bool, reason string) (models.Campaign, models.CampaignEntry, error) {
	if err := mayRun(p); err != nil {
		return models.Campaign{}, models.CampaignEntry{}, err
	}
	c, e, _, err := f.entry(ctx, p, campaign, id)
	if err != nil {
		return c, e, err
	}
	reason = models.CleanLine(reason)
	if reason == "" || len([]rune(reason)) > models.MaxCampaignReason {
		return c, e, models.InvalidField("reason", "Say why in at most 1,000 characters: everybody sees it, or those whose entry it is")
	}
	if err := e.CheckAnswers(&c, false); in && err != nil {
		return c, e, models.E(models.Conflict, "This entry does not answer all that has to be answered. Ask those whose it is to save their draft once more.")
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "reason", Value: reason}}, nil)
	if err != nil {
		return c, e, err
	}
	return c, e, f.write(ctx, p, &c, overrides, func(ctx context.Context) error {
		decide, what := f.store.LetIn, entryLetIn
		if !in {
			decide, what = f.store.KeepOut, entryKeptOut
		}
		if err := decide(ctx, &e, p.ID, reason); err != nil {
			return err
		}
		e.Version++
		return f.tellEntry(ctx, &c, e, what, e.OwnerID)
	})
}

// Entries gives a page of the entries of a campaign: for everybody those that are
// entered and whose case studies everybody may read, for whoever runs campaigns also
// those that came too late or were withdrawn.
func (f *Feature) Entries(ctx context.Context, p *models.Person, c *models.Campaign, cursor string, limit int) (models.Page[models.CampaignEntry], error) {
	var page models.Page[models.CampaignEntry]
	at, err := models.ParseCursor(cursor)
	if err != nil {
		return page, err
	}
	after := ""
	if at != nil {
		if at.Sort != models.SortNew || at.ID == "" {
			return page, models.E(models.BadRequest, "This cursor belongs to another order. Start again from the first page.")
		}
		after = at.ID
	}
	all := p.May(models.RunCampaign, models.Subject{})
	if page.Total, err = f.store.CountEntries(ctx, c.ID, all); err != nil || page.Total == 0 {
		return page, err
	}
	more := false
	if page.Items, more, err = f.store.Entries(ctx, c.ID, all, after, limit); err != nil || !more {
		return page, err
	}
	page.Next = models.Cursor{Sort: models.SortNew, ID: page.Items[len(page.Items)-1].ID}.String()
	return page, nil
}
