package judging

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// Reminded is how long before judging ends those who have scorecards left are reminded.
const Reminded = 3 * 24 * time.Hour

// Tie is how entries with the same score are parted.
type Tie string

// The ways.
const (
	TieShared Tie = "shared" // they are not: they share the place
	TieVotes  Tie = "votes"  // by the votes of everybody
	TieHeavy  Tie = "heavy"  // by the mean score of the criterion that weighs most
	TieSpread Tie = "spread" // the entry on which judges differ less comes first
)

// Ties lists the ways.
func Ties() []Tie { return []Tie{TieShared, TieHeavy, TieVotes, TieSpread} }

// PanelRules is how a campaign is judged.
type PanelRules struct {
	CampaignID string
	PerEntry   int
	Blind      bool // judges see neither names nor organisations
	Tie        Tie
	Seed       int64
	Version    int
}

// MostPerEntry is how many judges an entry has at most.
const MostPerEntry = 12

// Validate checks how a campaign is judged.
func (r *PanelRules) Validate() error {
	var fields []models.FieldError
	if r.PerEntry < 1 || r.PerEntry > MostPerEntry {
		fields = append(fields, models.FieldError{Field: "per_entry", Message: "Enter how many judges each entry has, from 1 to 12"})
	}
	if !slices.Contains(Ties(), r.Tie) {
		fields = append(fields, models.FieldError{Field: "tie", Message: "Choose what happens when entries have the same score"})
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "The panel was not saved.", Fields: fields}
	}
	return nil
}

// Member is somebody of the panel, or who was asked to be.
type Member struct {
	PersonID, Name, Handle string
	Organisation           string
	InvitedAt              time.Time
	AnsweredAt             *time.Time
	Accepted               bool
	Given, Done            int // entries
}

// The longest that a judge can write.
const (
	MaxNote     = 4000
	MaxFeedback = 4000
)

// Card is what a judge says of an entry.
type Card struct {
	CampaignID, CaseStudyID, PersonID string
	Scores                            map[string]int // by criterion
	Note                              string         // for the judge alone
	Feedback                          string         // for those who entered
	Version                           int
	ChangedAt                         *time.Time
	SubmittedAt                       *time.Time // it counts
}

// Clean makes what a judge typed fit to keep, and checks it as far as something
// half done has to be right.
func (c *Card) Clean(criteria []models.Criterion) error {
	var fields []models.FieldError
	c.Note, c.Feedback = strings.TrimSpace(models.CleanText(c.Note)), strings.TrimSpace(models.CleanText(c.Feedback))
	if n := utf8.RuneCountInString(c.Note); n > MaxNote {
		fields = append(fields, models.FieldError{Field: "note", Message: models.Errorf(models.Invalid, "The note must be %d characters or fewer; it has %d", MaxNote, n).Message})
	}
	if n := utf8.RuneCountInString(c.Feedback); n > MaxFeedback {
		fields = append(fields, models.FieldError{Field: "feedback", Message: models.Errorf(models.Invalid, "The feedback must be %d characters or fewer; it has %d", MaxFeedback, n).Message})
	}
	for _, id := range sortedKeys(c.Scores) {
		known := slices.ContainsFunc(criteria, func(one models.Criterion) bool { return one.ID == id })
		if n := c.Scores[id]; !known || n < 1 || n > models.CampaignScores {
			fields = append(fields, models.FieldError{Field: "scores." + id, Message: models.Errorf(models.Invalid, "Choose a score from 1 to %d of a criterion of this campaign", models.CampaignScores).Message})
		}
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "The scorecard was not saved.", Fields: fields}
	}
	return nil
}

// Submittable tells what is missing before a card counts: a score of each criterion,
// and feedback to those who entered.
func (c *Card) Submittable(criteria []models.Criterion) error {
	var fields []models.FieldError
	for _, one := range criteria {
		if c.Scores[one.ID] == 0 {
			fields = append(fields, models.FieldError{Field: "scores." + one.ID, Message: "Choose a score for “" + one.Name + "”"})
		}
	}
	if c.Feedback == "" {
		fields = append(fields, models.FieldError{Field: "feedback", Message: "Write feedback to those who entered: a scorecard counts with it alone"})
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "Your scorecard is saved, and does not count yet.", Fields: fields}
	}
	return nil
}

// Scales gives the criteria of a campaign as scales.
func Scales(criteria []models.Criterion) []Criterion {
	out := make([]Criterion, len(criteria))
	for i, c := range criteria {
		out[i] = Criterion{ID: c.ID, Weight: float64(c.Weight), Min: 1, Max: models.CampaignScores}
	}
	return out
}

// Worth gives what a card says of an entry, from 0 to 100.
func (c *Card) Worth(criteria []models.Criterion) (Weighted, bool) {
	scores := make(map[string]float64, len(c.Scores))
	for id, n := range c.Scores {
		scores[id] = float64(n)
	}
	return Weigh(Scales(criteria), scores)
}

// Outcome is what became of an entry.
type Outcome string

// The outcomes.
const (
	Winner    Outcome = "winner"
	Commended Outcome = "commended"
	NotChosen Outcome = "not-chosen"
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{Winner, Commended, NotChosen} }

// Label gives the outcome as a person reads it.
func (o Outcome) Label() string {
	switch o {
	case Winner:
		return "Winner"
	case Commended:
		return "Commended"
	case NotChosen:
		return "Not chosen this time"
	}
	return string(o)
}

// MaxReasoning is how long the reasoning of a decision is at most.
const MaxReasoning = 4000

// Decision is what became of an entry, and why.
type Decision struct {
	CampaignID, CaseStudyID string
	Outcome                 Outcome
	Reasoning               string
	PersonID                string // who decided
	ByName                  string // read with it
	DecidedAt               time.Time
	Version                 int
}

// Validate cleans and checks a decision.
func (d *Decision) Validate() error {
	var fields []models.FieldError
	if !slices.Contains(Outcomes(), d.Outcome) {
		fields = append(fields, models.FieldError{Field: "outcome", Message: "Choose what became of the entry"})
	}
	d.Reasoning = strings.TrimSpace(models.CleanText(d.Reasoning))
	switch n := utf8.RuneCountInString(d.Reasoning); {
	case n == 0:
		fields = append(fields, models.FieldError{Field: "reasoning", Message: "Say why: everybody reads it with the results"})
	case n > MaxReasoning:
		fields = append(fields, models.FieldError{Field: "reasoning", Message: models.Errorf(models.Invalid, "The reasoning must be %d characters or fewer; it has %d", MaxReasoning, n).Message})
	}
	if len(fields) > 0 {
		return &models.Error{Kind: models.Invalid, Message: "The decision was not saved.", Fields: fields}
	}
	return nil
}
