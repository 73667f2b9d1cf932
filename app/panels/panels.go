// Package panels has a campaign judged: by people whom its organisers ask, each entry by
// as many, none by who has a conflict of interest; and shows what the scores say, who
// decides what became of an entry, and why.
package panels

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/jobs"
	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site  *web.Site
	store *store.Store
	blind *markdown.Renderer // links nobody

	// TellAsked has somebody told that they are asked to judge, in the transaction in
	// which they are.
	TellAsked func(ctx context.Context, c models.Campaign, by, person string) error
	// TellJudges has judges told that scorecards wait for them and judging ends soon, in
	// the transaction that notes it.
	TellJudges func(ctx context.Context, c models.Campaign, people []string) error
	// Below gives what stands under the results of a campaign that may be seen. Nil for
	// nothing.
	Below func(c *fiber.Ctx, of *models.Campaign) (templ.Component, error)
}

const (
	// remindEvery is how often it is looked for judges to remind, and remindAtOnce how
	// many are reminded in one transaction.
	remindEvery  = time.Hour
	remindAtOnce = 100
)

// remind is the job that reminds judges.
type remind struct{}

// Kind implements jobs.Args.
func (remind) Kind() string { return "campaigns.remind-judges" }

// New makes the feature and registers its job.
func New(site *web.Site, queue *jobs.Queue) *Feature {
	f := &Feature{site: site, store: site.Store, blind: markdown.New(markdown.Options{Prefix: "entry", Known: func(string) bool { return false }})}
	jobs.Register(queue, func(ctx context.Context, _ remind) error { return f.Remind(ctx) })
	queue.Every(remindEvery, remind{})
	return f
}

// Remind tells judges who have scorecards left, once, that judging ends within
// judging.Reminded.
func (f *Feature) Remind(ctx context.Context) error {
	for {
		done, err := f.store.RemindJudges(ctx, judging.Reminded, remindAtOnce, f.TellJudges)
		if err != nil || done {
			return err
		}
	}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/campaigns/:slug/panel", web.Signed(f.panelPage))
	r.Post("/campaigns/:slug/panel", web.Signed(f.saveRules))
	r.Post("/campaigns/:slug/panel/judges", web.Signed(f.invite))
	r.Post("/campaigns/:slug/panel/judges/:handle/remove", web.Signed(f.remove))
	r.Post("/campaigns/:slug/panel/assign", web.Signed(f.assign))
	r.Get("/campaigns/:slug/shortlist", web.Signed(f.shortlistPage))
	r.Post("/campaigns/:slug/shortlist", web.Signed(f.shortlistMany))
	r.Get("/campaigns/:slug/shortlist/:study", web.Signed(f.shortlistOnePage))
	r.Post("/campaigns/:slug/shortlist/:study", web.Signed(f.shortlistOne))
	r.Get("/campaigns/:slug/judging", web.Signed(f.desk))
	r.Post("/campaigns/:slug/judging/answer", web.Signed(f.answer))
	r.Get("/campaigns/:slug/judging/:study", web.Signed(f.cardPage))
	r.Post("/campaigns/:slug/judging/:study", web.Signed(f.saveCard))
	r.Post("/campaigns/:slug/judging/:study/conflict", web.Signed(f.conflict))
	r.Get("/campaigns/:slug/moderation", web.Signed(f.meeting))
	r.Get("/campaigns/:slug/moderation/:study", web.Signed(f.decisionPage))
	r.Post("/campaigns/:slug/moderation/:study", web.Signed(f.decide))
	r.Get("/campaigns/:slug/results", f.results)
}

// SaveRules sets how a campaign is judged.
func (f *Feature) SaveRules(ctx context.Context, c *models.Campaign, r *judging.PanelRules) error {
	if err := r.Validate(); err != nil {
		return err
	}
	h := fnv.New32a()
	h.Write([]byte(f.store.NewID()))
	r.CampaignID, r.Seed = c.ID, int64(h.Sum32())
	return f.store.SavePanelRules(ctx, r)
}

// Invite asks somebody, by their handle, to judge.
func (f *Feature) Invite(ctx context.Context, p *models.Person, c *models.Campaign, handle string) (models.Person, error) {
	who, err := f.site.Colleague(ctx, handle)
	if err != nil {
		return who, err
	}
	return who, f.store.Tx(ctx, func(ctx context.Context) error {
		invited, err := f.store.InviteJudge(ctx, c.ID, who.ID, p.ID)
		if err != nil || !invited || f.TellAsked == nil {
			return err
		}
		f.store.AfterCommit(ctx, f.site.PeopleChanged)
		return f.TellAsked(ctx, *c, p.ID, who.ID)
	})
}

// Assign gives each entry that is shortlisted, or where there is no shortlist each, its judges, from those who accepted: what is given already
// stays, unless it may not be any more.
func (f *Feature) Assign(ctx context.Context, c *models.Campaign) (judging.Assignment, error) {
	var out judging.Assignment
	rules, err := f.store.PanelRules(ctx, c.ID)
	if models.KindOf(err) == models.NotFound {
		err = models.E(models.Conflict, "Say first how many judges each entry has.")
	}
	if err != nil {
		return out, err
	}
	return out, f.store.Tx(ctx, func(ctx context.Context) error {
		entries, _, err := f.through(ctx, c)
		if err != nil {
			return err
		}
		panel := judging.Panel{PerEntry: rules.PerEntry, Seed: uint64(rules.Seed)}
		members, err := f.store.Judges(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Accepted {
				panel.Judges = append(panel.Judges, judging.Judge{ID: m.PersonID, Organisations: []string{m.Organisation}})
			}
		}
		slices.SortFunc(panel.Judges, func(a, b judging.Judge) int { return strings.Compare(a.ID, b.ID) })
		if len(panel.Judges) == 0 {
			return models.E(models.Conflict, "Nobody has accepted to judge yet.")
		}
		for _, e := range entries {
			panel.Entries = append(panel.Entries, judging.Entry{ID: e.CaseStudyID, Organisations: e.Organisations})
			for _, member := range e.Team {
				panel.Conflicts = append(panel.Conflicts, judging.Pair{Entry: e.CaseStudyID, Judge: member})
			}
		}
		declared, err := f.store.Conflicts(ctx, c.ID)
		if err != nil {
			return err
		}
		panel.Conflicts = append(panel.Conflicts, declared...)
		if panel.Kept, err = f.store.Given(ctx, c.ID); err != nil {
			return err
		}
		out = panel.Assign()
		fresh := slices.DeleteFunc(slices.Clone(out.Pairs), func(p judging.Pair) bool { return slices.Contains(panel.Kept, p) })
		return f.store.Give(ctx, c.ID, fresh, out.Lost)
	})
}

// Declare says that a judge has a conflict of interest with an entry, takes it from them
// and gives it to another.
func (f *Feature) Declare(ctx context.Context, p *models.Person, c *models.Campaign, caseStudyID string) error {
	if judging.ResultsOut(c, f.site.Now()) {
		return models.E(models.Conflict, "The results are out, so it is too late for that here. Tell the organisers.")
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		if _, err := f.store.OwnCard(ctx, c.ID, caseStudyID, p.ID); err != nil {
			return err
		}
		if err := f.store.DeclareConflict(ctx, c.ID, caseStudyID, p.ID); err != nil {
			return err
		}
		_, err := f.Assign(ctx, c)
		if models.KindOf(err) == models.Conflict { // there is nobody to give it to, and it is taken all the same
			err = nil
		}
		return err
	})
}

// judged gives a campaign and the scorecard that a person has for an entry of it.
// NotFound when it is not theirs to judge.
func (f *Feature) judged(ctx context.Context, p *models.Person, idOrSlug, study string) (models.Campaign, judging.Card, error) {
	c, err := f.site.Campaign(ctx, p, idOrSlug)
	if err != nil {
		return c, judging.Card{}, err
	}
	id := models.CleanLine(study)
	if !models.ValidID(id) {
		cs, err := f.store.CaseStudy(ctx, id)
		if err != nil {
			return c, judging.Card{}, err
		}
		id = cs.ID
	}
	card, err := f.store.OwnCard(ctx, c.ID, id, p.ID)
	return c, card, err
}

func textsOf(card *judging.Card) []personal.Text {
	return []personal.Text{{Field: "feedback", Value: card.Feedback}, {Field: "note", Value: card.Note}}
}

// Score keeps what a judge says of an entry. With submit it is to count: where
// something is missing for that it is kept all the same, and the error says what. old is
// what was there before.
func (f *Feature) Score(ctx context.Context, p *models.Person, c *models.Campaign, old, card *judging.Card, submit bool) error {
	if c.StageAt(f.site.Now()) != models.CampaignJudge {
		return models.E(models.Conflict, "This campaign is not being judged now, so scorecards stay as they are.")
	}
	if err := card.Clean(c.Criteria); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, textsOf(card), textsOf(old))
	if err != nil {
		return err
	}
	missing := card.Submittable(c.Criteria)
	if old.SubmittedAt != nil && missing != nil {
		return missing // what counts stays whole
	}
	err = f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.SaveCard(ctx, card, submit && missing == nil); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: c.ID})
	})
	if err == nil && submit {
		err = missing
	}
	return err
}

// Decide keeps what became of an entry, and why.
func (f *Feature) Decide(ctx context.Context, p *models.Person, c *models.Campaign, d *judging.Decision, former string) error {
	if judging.ResultsOut(c, f.site.Now()) {
		return models.E(models.Conflict, "The results are out, so what was decided stays as it is.")
	}
	if err := d.Validate(); err != nil {
		return err
	}
	overrides, err := f.site.CheckTexts(ctx, []personal.Text{{Field: "reasoning", Value: d.Reasoning}}, []personal.Text{{Field: "reasoning", Value: former}})
	if err != nil {
		return err
	}
	d.CampaignID, d.PersonID = c.ID, p.ID
	return f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		if err := f.store.DecideEntry(ctx, d); err != nil {
			return err
		}
		return f.site.KeepOverrides(ctx, overrides, models.Override{PersonID: p.ID, Subject: models.OverrideCampaign, SubjectID: c.ID})
	})
}

// meet works out what the scorecards that count say, with the votes for ties that are
// parted by them.
func (f *Feature) meet(ctx context.Context, c *models.Campaign, tie judging.Tie) (judging.Meeting, []judging.Card, error) {
	cards, err := f.store.CountingCards(ctx, c.ID)
	if err != nil {
		return judging.Meeting{}, nil, err
	}
	votes := map[string]int{}
	if tie == judging.TieVotes {
		b, err := f.store.Ballot(ctx, c.ID)
		if err != nil && models.KindOf(err) != models.NotFound {
			return judging.Meeting{}, nil, err
		}
		if err == nil {
			tallies, err := f.store.Tallies(ctx, &b)
			if err != nil {
				return judging.Meeting{}, nil, err
			}
			for _, t := range tallies {
				votes[t.CaseStudyID] = t.Votes
			}
		}
	}
	return judging.Meet(cards, c.Criteria, tie, votes), cards, nil
}
