package judging

import (
	"slices"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// MaxShortlistReason is how many characters say why an entry is shortlisted, or is not.
const MaxShortlistReason = 1000

// Shortlisting is what organisers decided of an entry in the stage of shortlisting.
type Shortlisting struct {
	CampaignID, CaseStudyID string
	Chosen                  bool   // it goes to the judges
	Reason                  string // for those who entered; needed where it does not
	PersonID                string // who decided
	ByName                  string // read with it
	DecidedAt               time.Time
	Version                 int
}

// Validate cleans and checks it.
func (s *Shortlisting) Validate() error {
	s.Reason = models.CleanText(s.Reason)
	switch n := utf8.RuneCountInString(s.Reason); {
	case n == 0 && !s.Chosen:
		return models.InvalidField("reason", "Say why it is not shortlisted: those who entered read it with the results")
	case n > MaxShortlistReason:
		return models.InvalidField("reason", "Say why in at most 1,000 characters")
	}
	return nil
}

// HasShortlist tells whether a campaign has the stage of shortlisting.
func HasShortlist(c *models.Campaign) bool {
	_, ok := c.Starts(models.CampaignShortlist)
	return ok
}

// ShortlistOpen tells why nothing can be decided of a shortlist at a moment; nil when it
// can: from when shortlisting begins until judging ends, or where nobody judges until the
// results.
func ShortlistOpen(c *models.Campaign, now time.Time) error {
	at, ok := c.Starts(models.CampaignShortlist)
	if !ok {
		return models.E(models.Conflict, "This campaign has no stage of shortlisting, so every entry goes to the judges.")
	}
	ends, ok := c.Ends(models.CampaignJudge)
	if !ok {
		ends, ok = c.Starts(models.CampaignResults)
	}
	switch {
	case c.PublishedAt == nil || now.Before(at):
		return models.Errorf(models.Conflict, "Shortlisting begins on %s. Until then entries can come in and change.", models.InLondon(at))
	case ok && !now.Before(ends):
		return models.E(models.Conflict, "Judging is over, so the shortlist stays as it is.")
	}
	return nil
}

// Through gives the entries that go to the judges: where the campaign has a shortlist and
// something is decided, those that are on it; otherwise all.
func Through(c *models.Campaign, entries []Contestant, list []Shortlisting) []Contestant {
	if !HasShortlist(c) || len(list) == 0 {
		return entries
	}
	on := map[string]bool{}
	for _, s := range list {
		on[s.CaseStudyID] = s.Chosen
	}
	return slices.DeleteFunc(slices.Clone(entries), func(e Contestant) bool { return !on[e.CaseStudyID] })
}
