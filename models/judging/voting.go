package judging

import (
	"slices"
	"time"

	"grassroots/models"
)

// Counts says when everybody sees how many votes entries have.
type Counts string

// The choices.
const (
	CountsNever  Counts = "never"  // only organisers, once voting is over
	CountsAfter  Counts = "after"  // once the results are out
	CountsAlways Counts = "always" // while people vote
)

// CountsChoices lists the choices.
func CountsChoices() []Counts { return []Counts{CountsAfter, CountsAlways, CountsNever} }

// Ballot is how people vote in a campaign.
type Ballot struct {
	CampaignID string
	Rule       Rule
	Have       int // votes, credits, or pairs at most; 0 where votes are open
	Secret     bool
	Counts     Counts
	Stage      models.CampaignStage // during which people vote
	Version    int
}

// VotingStages are the stages during which people can vote.
func VotingStages() []models.CampaignStage {
	return []models.CampaignStage{models.CampaignImprove, models.CampaignShortlist, models.CampaignJudge, models.CampaignDecide}
}

// MostToHave is the most votes, credits or pairs that a ballot can give.
const MostToHave = 1000

// Validate checks a ballot for a campaign.
func (b *Ballot) Validate(c *models.Campaign) error {
	var fields []models.FieldError
	add := func(field, message string) {
		fields = append(fields, models.FieldError{Field: field, Message: message})
	}
	if b.Rule == Open {
		b.Have = 0
	}
	switch {
	case !b.Rule.Valid():
		add("rule", "Choose how people vote")
	case b.Rule != Open && (b.Have < 1 || b.Have > MostToHave):
		add("have", "Enter how many everybody has, from 1 to 1,000")
	}
	if !slices.Contains(CountsChoices(), b.Counts) {
		add("counts", "Choose when everybody sees the counts")
	}
	if b.Secret && b.Rule == Pairwise {
		add("secret", "Votes in pairs cannot be secret: which pairs somebody was shown would tell too much")
	}
	if b.Secret && b.Counts == CountsAlways {
		add("counts", "Counts cannot be shown while people vote in secret: they would tell what the last one voted")
	}
	if _, has := c.Starts(b.Stage); !has || !slices.Contains(VotingStages(), b.Stage) {
		add("stage", "Choose one of the stages that this campaign has")
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "How people vote was not saved.", Fields: fields}
	}
	return nil
}

// IsOpen tells whether votes are taken at a moment.
func (b *Ballot) IsOpen(c *models.Campaign, now time.Time) bool { return c.StageAt(now) == b.Stage }

// Begun tells whether votes may have been given by a moment.
func (b *Ballot) Begun(c *models.Campaign, now time.Time) bool {
	starts, has := c.Starts(b.Stage)
	return has && c.PublishedAt != nil && !starts.After(now)
}

// Over tells whether no more votes are taken.
func (b *Ballot) Over(c *models.Campaign, now time.Time) bool {
	return b.Begun(c, now) && !b.IsOpen(c, now)
}

// ShowsCounts tells whether everybody sees the counts at a moment.
func (b *Ballot) ShowsCounts(c *models.Campaign, now time.Time) bool {
	switch b.Counts {
	case CountsAlways:
		return b.Begun(c, now)
	case CountsAfter:
		return ResultsOut(c, now)
	}
	return false
}

// ResultsOut tells whether the results of a campaign are out.
func ResultsOut(c *models.Campaign, now time.Time) bool {
	s := c.StageAt(now)
	return s == models.CampaignResults || s == models.CampaignFollowUp
}

// Begun tells whether judging of a campaign has begun, and so what entries answer is for
// its judges.
func Begun(c *models.Campaign, now time.Time) bool {
	at, ok := c.Starts(models.CampaignJudge)
	return ok && c.PublishedAt != nil && !now.Before(at)
}

// Tally is what an entry has of votes.
type Tally struct {
	CaseStudyID string
	Votes       int
	Ballots     int // that name it
	Alone       int // that name nothing else
}

// Refusal gives what somebody is told of a fault of their ballot.
func (b *Ballot) Refusal(f Fault) error {
	message := ""
	switch f {
	case "":
		return nil
	case Negative:
		message = "Nobody can give fewer than no votes"
	case TooMany:
		message = "One vote is the most for one entry"
	case Unknown:
		message = "One of these is not to be voted for: it is no entry of this campaign any more, or your own"
	case Overspent:
		if b.Rule == Quadratic {
			message = "That costs more credits than you have: n votes for one entry cost n times n credits"
		} else {
			message = "That is more votes than you have. Take some away"
		}
	default:
		return models.E(models.Conflict, "Votes are not given like that in this campaign.")
	}
	return models.InvalidField("votes", message)
}
