// Package ballots lets people vote on the entries of a campaign, by the rules that its
// organisers chose before, and shows organisers what in the votes should be looked at.
package ballots

import (
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/models/store"
)

// Feature is the operations and pages, with what they lean on.
type Feature struct {
	site    *web.Site
	store   *store.Store
	entries *web.Memo[[]judging.Contestant] // of campaigns, by id and version
}

// keptEntries is of how many campaigns the entries are remembered while people vote.
const keptEntries = 16

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site, store: site.Store, entries: web.NewContentMemo[[]judging.Contestant](site, keptEntries)}
}

// Routes puts the pages in their places.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/campaigns/:slug/vote", f.votePage)
	r.Post("/campaigns/:slug/vote", web.Signed(f.vote))
	r.Get("/campaigns/:slug/ballot", web.Signed(f.rulesPage))
	r.Post("/campaigns/:slug/ballot", web.Signed(f.saveRules))
	r.Get("/campaigns/:slug/signs", web.Signed(f.signsPage))
}

// state is a vote as it is at a moment.
type state struct {
	campaign models.Campaign
	ballot   judging.Ballot
	entries  []judging.Contestant // shared: not to be changed
}

// mayVoteFor lists the entries that a person can vote for: all but their own.
func (s *state) mayVoteFor(personID string) (ids []string) {
	for _, e := range s.entries {
		if !e.IsOwn(personID) {
			ids = append(ids, e.CaseStudyID)
		}
	}
	return ids
}

// allIDs lists every entry.
func (s *state) allIDs() (ids []string) {
	for _, e := range s.entries {
		ids = append(ids, e.CaseStudyID)
	}
	return ids
}

// read gives the vote of a campaign. NotFound when it has none.
func (f *Feature) read(ctx context.Context, p *models.Person, idOrSlug string) (*state, error) {
	c, err := f.site.Campaign(ctx, p, idOrSlug)
	if err != nil {
		return nil, err
	}
	b, err := f.store.Ballot(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	version, err := f.store.EntriesVersion(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	// Everybody who votes needs all of them, and votes do not change them.
	entries, err := f.entries.Get(ctx, c.ID+":"+version, func(ctx context.Context) ([]judging.Contestant, error) { return f.store.Contestants(ctx, &c) })
	return &state{c, b, entries}, err
}

// open is read, and Conflict when votes are not taken now.
func (f *Feature) open(ctx context.Context, p *models.Person, idOrSlug string) (*state, error) {
	s, err := f.read(ctx, p, idOrSlug)
	if err == nil && !s.ballot.IsOpen(&s.campaign, f.site.Now()) {
		err = models.E(models.Conflict, "Votes are not taken now. The page of the vote says when they are.")
	}
	return s, err
}

// Vote keeps what a person votes: how many votes by id of an entry.
func (f *Feature) Vote(ctx context.Context, p *models.Person, idOrSlug string, votes map[string]int) (*state, error) {
	s, err := f.open(ctx, p, idOrSlug)
	if err != nil {
		return s, err
	}
	may := s.mayVoteFor(p.ID)
	fault := judging.Check(s.ballot.Rule, s.ballot.Have, votes, func(id string) bool { return slices.Contains(may, id) })
	if err := s.ballot.Refusal(fault); err != nil {
		return s, err
	}
	if judging.Cost(judging.Open, votes) == 0 && s.ballot.Secret {
		return s, models.InvalidField("votes", "Vote for an entry at least: a secret vote cannot be changed later")
	}
	return s, f.store.CastBallot(ctx, &s.ballot, p.ID, votes, s.allIDs())
}

// pair gives the two entries that a person is to compare next.
func (f *Feature) pair(ctx context.Context, p *models.Person, s *state) (left, right string, done int, ok bool, err error) {
	own, err := f.store.OwnDuels(ctx, s.campaign.ID, p.ID)
	if err != nil || len(own) >= s.ballot.Have {
		return "", "", len(own), false, err
	}
	left, right, ok = judging.NextPair(p.ID, s.mayVoteFor(p.ID), own)
	return left, right, len(own), ok, nil
}

// Prefer keeps which of the two entries that they were asked about a person prefers.
func (f *Feature) Prefer(ctx context.Context, p *models.Person, idOrSlug, winner, loser string) error {
	s, err := f.open(ctx, p, idOrSlug)
	if err != nil {
		return err
	}
	if s.ballot.Rule != judging.Pairwise {
		return s.ballot.Refusal(judging.NotSo)
	}
	left, right, _, ok, err := f.pair(ctx, p, s)
	if err != nil {
		return err
	}
	if !ok || min(winner, loser) != min(left, right) || max(winner, loser) != max(left, right) {
		return models.E(models.Conflict, "That is not the pair that you are asked about now. Open the page of the vote again: it shows the next one.")
	}
	return f.store.Prefer(ctx, &s.ballot, p.ID, winner, loser)
}

// SaveRules sets how people vote in a campaign, or with an empty rule that they do not.
// Conflict once votes may have come in.
func (f *Feature) SaveRules(ctx context.Context, p *models.Person, idOrSlug string, b *judging.Ballot) (models.Campaign, error) {
	c, err := f.site.RunCampaign(ctx, p, idOrSlug)
	if err != nil {
		return c, err
	}
	old, err := f.store.Ballot(ctx, c.ID)
	switch {
	case err != nil && models.KindOf(err) != models.NotFound:
		return c, err
	case err == nil && old.Begun(&c, f.site.Now()):
		return c, models.E(models.Conflict, "Voting has begun, so its rules stay as they are.")
	}
	b.CampaignID = c.ID
	return c, f.store.Tx(ctx, func(ctx context.Context) error {
		f.store.AfterCommit(ctx, f.site.Changed)
		if b.Rule == "" {
			return f.store.RemoveBallot(ctx, c.ID)
		}
		if err := b.Validate(&c); err != nil {
			return err
		}
		return f.store.SaveBallot(ctx, b)
	})
}

// Result is what entries have of votes: by votes, or in pairs by strength.
type Result struct {
	Tallies   []judging.Tally
	Strengths judging.Strengths
	Turnout   int
}

// count gives what was voted.
func (f *Feature) count(ctx context.Context, s *state) (r Result, err error) {
	if r.Turnout, err = f.store.Turnout(ctx, s.campaign.ID); err != nil {
		return r, err
	}
	if s.ballot.Rule != judging.Pairwise {
		r.Tallies, err = f.store.Tallies(ctx, &s.ballot)
		return r, err
	}
	duels, err := f.store.Duels(ctx, s.campaign.ID)
	if err == nil && len(duels) > 0 {
		r.Strengths, _ = judging.BradleyTerry(s.allIDs(), duels, pairPrior)
	}
	return r, err
}

// pairPrior is how many wins and losses against an average entry each entry is given
// beside its own.
const pairPrior = 0.5
