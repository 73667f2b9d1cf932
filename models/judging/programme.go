package judging

import (
	"cmp"
	"slices"
	"time"

	"grassroots/models"
)

// CampaignSums is what a campaign has, in numbers.
type CampaignSums struct {
	CampaignID      string
	Entries         int // entered, of case studies that everybody may read
	Drafts          int
	Late            int // came too late, and it is not decided whether they are let in
	Asked, Accepted int // judges
	Given, Done     int // scorecards; those that count
	Decided         int
	Shortlisted     int    // entries of which it is said whether they go on or not
	Votes           int    // or pairs
	Ballot          Ballot // without a rule where there is no vote
}

// ShowsVotes tells whether organisers see at a moment how many votes there are: when
// everybody does, and once voting is over.
func (s *CampaignSums) ShowsVotes(c *models.Campaign, now time.Time) bool {
	return s.Ballot.Rule != "" && (s.Ballot.ShowsCounts(c, now) || s.Ballot.Over(c, now))
}

// NeedKind says what in a campaign needs an organiser.
type NeedKind string

// The kinds.
const (
	NeedPublish NeedKind = "publish"   // a draft is to open soon, or was to
	NeedLetIn   NeedKind = "let-in"    // entries that came too late ask to be let in
	NeedPanel   NeedKind = "panel"     // it is judged soon or now, and nobody has accepted to judge
	NeedGive    NeedKind = "give"      // it is judged, and no entry is given out
	NeedScores  NeedKind = "scores"    // it is judged, and scorecards are missing
	NeedShort   NeedKind = "shortlist" // it is shortlisted now, or judged since, and of some entries it is not said whether they go on
	NeedDecide  NeedKind = "decide"    // results are due, and nothing is decided
)

// Need is what needs an organiser in a campaign.
type Need struct {
	Kind     NeedKind
	Campaign *models.Campaign
	By       time.Time // when it is to be done, or was; zero for no time in particular
	N, Of    int       // how many are there, of how many
}

const (
	// soon is how long before something is due it needs an organiser.
	soon = 7 * 24 * time.Hour
	// stale is how long it is told of that results began with nothing decided.
	stale = 14 * 24 * time.Hour
)

// Needs gives what in a campaign needs an organiser at a moment.
func Needs(c *models.Campaign, s CampaignSums, now time.Time) []Need {
	var out []Need
	add := func(kind NeedKind, by time.Time, n, of int) {
		out = append(out, Need{kind, c, by, n, of})
	}
	stage := c.StageAt(now)
	if stage == models.CampaignDraft {
		if opens, ok := c.Starts(models.CampaignOpen); ok && opens.Sub(now) <= soon {
			add(NeedPublish, opens, 0, 0)
		}
		return out
	}
	if s.Late > 0 && !ResultsOut(c, now) {
		by, _ := c.Ends(stage)
		add(NeedLetIn, by, s.Late, 0)
	}
	if open := s.Entries - s.Shortlisted; open > 0 && (stage == models.CampaignShortlist || stage == models.CampaignJudge && HasShortlist(c) && s.Shortlisted > 0) {
		ends, _ := c.Ends(stage)
		add(NeedShort, ends, open, s.Entries)
	}
	if starts, ok := c.Starts(models.CampaignJudge); ok {
		ends, _ := c.Ends(models.CampaignJudge)
		judged := stage == models.CampaignJudge
		switch {
		case judged && s.Accepted == 0 && s.Done == 0:
			add(NeedPanel, ends, 0, 0)
		case starts.After(now) && starts.Sub(now) <= soon && s.Accepted == 0:
			add(NeedPanel, starts, 0, 0)
		case judged && s.Given == 0 && s.Entries > 0:
			add(NeedGive, ends, 0, 0)
		case judged && s.Done < s.Given:
			add(NeedScores, ends, s.Done, s.Given)
		}
	}
	if results, ok := c.Starts(models.CampaignResults); ok && s.Decided == 0 && s.Entries > 0 && !byVotes(c, s) && results.Sub(now) <= soon && now.Sub(results) < stale {
		add(NeedDecide, results, 0, 0)
	}
	return out
}

// byVotes tells whether votes that everybody sees say what came of a campaign, without
// anybody deciding.
func byVotes(c *models.Campaign, s CampaignSums) bool {
	_, judged := c.Starts(models.CampaignJudge)
	return !judged && s.Ballot.Rule != "" && s.Ballot.Counts != CountsNever
}

// SortNeeds puts first what is due first, and last what is due at no time.
func SortNeeds(list []Need) {
	slices.SortStableFunc(list, func(a, b Need) int {
		if a.By.IsZero() != b.By.IsZero() {
			if a.By.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.By.Compare(b.By), cmp.Compare(a.Campaign.ID, b.Campaign.ID))
	})
}
