package aftermath

import (
	"context"
	"time"

	"grassroots/models"
	"grassroots/models/aftermath"
	"grassroots/models/judging"
	"grassroots/templates"
)

// Report is what came of a campaign, as somebody may see it.
type Report struct {
	Campaign  models.Campaign
	Out       bool // the results are
	Organiser bool // who sees it runs campaigns
	Now       time.Time

	From, Until time.Time // what is counted in time
	Series      aftermath.Series
	Sums        judging.CampaignSums
	ShowsVotes  bool // how many votes there are may be seen
	VotesTimed  bool // it is known when they came
	ViewsSince  string

	Reach   map[aftermath.Did]aftermath.Counts
	Counted *time.Time // when that was; nil while it is as things are now
	Names   map[string]string

	Funnel    []Step
	Spread    []aftermath.CriterionSpread
	Cards     int
	Adoptions []models.Adoption
	Awards    []aftermath.Award
	Fund      aftermath.Fund
	FollowUps []aftermath.FollowUp
	Lessons   aftermath.Lessons
	Learning  []models.LearningPoint
}

// Step is one step of the way from reading of a campaign to using what came of it.
type Step struct {
	Key   string
	N     int
	Known bool
}

// errNotYet is what everybody is told who asks for a report before the results are out.
var errNotYet = models.E(models.Conflict, "The report of this campaign is for everybody once its results are out. Until then only organisers see it.")

// Report gives the report of a campaign. Organisers see it always, everybody once the
// results are out: Conflict before. It takes as many statements whatever the campaign has.
func (f *Feature) Report(ctx context.Context, p *models.Person, idOrSlug string) (*Report, error) {
	c, err := f.site.Campaign(ctx, p, idOrSlug)
	if err != nil {
		return nil, err
	}
	now := f.site.Now()
	r := &Report{Campaign: c, Now: now, Out: judging.ResultsOut(&c, now), Organiser: p.May(models.RunCampaign, models.Subject{})}
	if !r.Out && !r.Organiser {
		return r, errNotYet
	}
	if r.FollowUps, err = f.store.FollowUps(ctx, c.ID); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *Report) error{f.readSeries, f.readReach, f.readFunnel} {
		if err := read(ctx, r); err != nil {
			return nil, err
		}
	}
	if r.Lessons, err = f.store.Lessons(ctx, c.ID); err != nil {
		return nil, err
	}
	if r.Awards, err = f.store.Awards(ctx, c.ID); err != nil {
		return nil, err
	}
	if r.Fund, err = f.store.Fund(ctx, c.ID); err != nil {
		return nil, err
	}
	r.Learning, err = f.store.EntryLearning(ctx, &c, mostLearnt)
	return r, err
}

// readSeries reads when things happened, from when the campaign opened until its results
// came, or until now.
func (f *Feature) readSeries(ctx context.Context, r *Report) error {
	sums, err := f.store.CampaignSums(ctx, []string{r.Campaign.ID})
	if err != nil {
		return err
	}
	r.Sums = sums[r.Campaign.ID]
	r.ShowsVotes = r.Sums.Ballot.Rule != "" && r.Sums.Ballot.ShowsCounts(&r.Campaign, r.Now) || r.Organiser && r.Sums.ShowsVotes(&r.Campaign, r.Now)
	moments, err := f.store.CampaignMoments(ctx, &r.Campaign)
	if err != nil {
		return err
	}
	if len(moments.Views) > 0 {
		r.ViewsSince = moments.Views[0].Day
	}
	r.VotesTimed = len(moments.Votes) > 0
	if !r.ShowsVotes {
		moments.Votes = nil
	}
	r.From, _ = r.Campaign.Starts(models.CampaignOpen)
	r.Until = r.Now
	if results, ok := r.Campaign.Starts(models.CampaignResults); ok && results.Before(r.Until) {
		r.Until = results
	}
	r.Series = moments.Over(r.From, r.Until, templates.London())
	return nil
}

// readReach reads whom the campaign reached: as it was counted, or before that for
// organisers what everybody can see done, which entering and commenting are.
func (f *Feature) readReach(ctx context.Context, r *Report) error {
	counts, at, ok, err := f.store.CampaignReach(ctx, r.Campaign.ID)
	if err != nil {
		return err
	}
	if ok {
		r.Reach, r.Counted = counts, &at
	} else {
		members, err := f.store.CampaignMembers(ctx, &r.Campaign, r.Until)
		if err != nil {
			return err
		}
		r.Reach = map[aftermath.Did]aftermath.Counts{aftermath.Entered: aftermath.Count(members[aftermath.Entered]), aftermath.Commented: aftermath.Count(members[aftermath.Commented])}
	}
	if !r.ShowsVotes {
		delete(r.Reach, aftermath.Voted)
	}
	var codes []string
	for _, c := range r.Reach {
		for code := range c.Organisations {
			codes = append(codes, code)
		}
	}
	r.Names, err = f.store.OrganisationNames(ctx, codes)
	return err
}

// readFunnel reads how many came how far, and how judges scored once that may be known.
func (f *Feature) readFunnel(ctx context.Context, r *Report) error {
	decisions, err := f.store.EntryDecisions(ctx, r.Campaign.ID)
	if err != nil {
		return err
	}
	if r.Adoptions, err = f.store.EntryAdoptions(ctx, &r.Campaign); err != nil {
		return err
	}
	cards, err := f.store.CountingCards(ctx, r.Campaign.ID)
	if err != nil {
		return err
	}
	shortlisted, err := f.shortlisted(ctx, r)
	if err != nil {
		return err
	}
	chosen, won, judged, adopted := 0, 0, map[string]bool{}, map[string]bool{}
	for _, d := range decisions {
		switch d.Outcome {
		case judging.Winner:
			won++
			chosen++
		case judging.Commended:
			chosen++
		}
	}
	for i := range cards {
		judged[cards[i].CaseStudyID] = true
	}
	for i := range r.Adoptions {
		if r.Adoptions[i].Status.Counts() {
			adopted[r.Adoptions[i].CaseStudyID] = true
		}
	}
	_, panel := r.Campaign.Starts(models.CampaignJudge)
	r.Funnel = []Step{{"views", r.Series.Sums().Views, r.ViewsSince != ""}, {"entries", r.Sums.Entries, true}}
	r.Funnel = append(r.Funnel, shortlisted...)
	r.Funnel = append(r.Funnel, []Step{{"judged", len(judged), panel && len(cards) > 0},
		{"chosen", chosen, len(decisions) > 0}, {"won", won, len(decisions) > 0}, {"adopted", len(adopted), true}}...)
	used, stopped, heard := 0, 0, 0
	for _, q := range aftermath.Latest(r.FollowUps) {
		switch q.Answer {
		case aftermath.StillUsed:
			used, heard = used+1, heard+1
		case aftermath.Stopped:
			stopped, heard = stopped+1, heard+1
		case aftermath.NotUsed:
			heard++
		}
	}
	r.Funnel = append(r.Funnel, Step{"used", used, heard > 0}, Step{"stopped", stopped, heard > 0})
	if r.Out {
		r.Cards, r.Spread = len(cards), aftermath.SpreadOf(cards, r.Campaign.Criteria)
	}
	return nil
}

// shortlisted is the step of the shortlist, where the campaign has that stage.
func (f *Feature) shortlisted(ctx context.Context, r *Report) ([]Step, error) {
	if !judging.HasShortlist(&r.Campaign) {
		return nil, nil
	}
	list, err := f.store.Shortlist(ctx, r.Campaign.ID)
	step := Step{Key: "shortlisted", Known: len(list) > 0}
	for _, s := range list {
		if s.Chosen {
			step.N++
		}
	}
	return []Step{step}, err
}
