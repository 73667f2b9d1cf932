package models

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// CampaignTemplate is the kind of campaign that one begins as.
type CampaignTemplate string

// The templates.
const (
	CampaignIdeas     CampaignTemplate = "ideas-challenge"
	CampaignCall      CampaignTemplate = "case-study-call"
	CampaignFund      CampaignTemplate = "peer-voted-fund"
	CampaignHackathon CampaignTemplate = "hackathon"
)

// CampaignTemplates lists the templates.
func CampaignTemplates() []CampaignTemplate {
	return []CampaignTemplate{CampaignIdeas, CampaignCall, CampaignFund, CampaignHackathon}
}

// Label gives the template as a person reads it.
func (t CampaignTemplate) Label() string {
	switch t {
	case CampaignIdeas:
		return "Ideas challenge"
	case CampaignCall:
		return "Call for case studies"
	case CampaignFund:
		return "Peer-voted fund"
	case CampaignHackathon:
		return "Hackathon"
	}
	return string(t)
}

// CampaignStage is how far a campaign is.
type CampaignStage string

// The stages. A draft is read by organisers alone; one that is coming is published
// and not open yet: both are without a date of their own.
const (
	CampaignDraft     CampaignStage = "draft"
	CampaignComing    CampaignStage = "coming"
	CampaignOpen      CampaignStage = "open"
	CampaignImprove   CampaignStage = "improve"
	CampaignShortlist CampaignStage = "shortlist"
	CampaignJudge     CampaignStage = "judge"
	CampaignDecide    CampaignStage = "decide"
	CampaignResults   CampaignStage = "results"
	CampaignFollowUp  CampaignStage = "follow-up"
)

// CampaignStages lists the stages that have a date, in their order.
func CampaignStages() []CampaignStage {
	return []CampaignStage{CampaignOpen, CampaignImprove, CampaignShortlist, CampaignJudge, CampaignDecide, CampaignResults, CampaignFollowUp}
}

// Needed tells whether no campaign can leave the stage out.
func (s CampaignStage) Needed() bool { return s == CampaignOpen || s == CampaignResults }

// Label gives the stage as a person reads it.
func (s CampaignStage) Label() string {
	switch s {
	case CampaignDraft:
		return "Draft"
	case CampaignComing:
		return "Opens soon"
	case CampaignOpen:
		return "Open for entries"
	case CampaignImprove:
		return "Improving entries"
	case CampaignShortlist:
		return "Shortlisting"
	case CampaignJudge:
		return "Judging"
	case CampaignDecide:
		return "Deciding"
	case CampaignResults:
		return "Results"
	case CampaignFollowUp:
		return "Follow-up"
	}
	return string(s)
}

// Limits of campaigns.
const (
	MaxCampaignBrief    = 20000
	MaxCampaignCriteria = 12
	MaxCampaignQuestion = 12
	MaxCampaignChoices  = 20
	MaxCampaignAudience = 100 // organisations that alone may enter
	MaxCampaignReason   = 1000
	// CampaignScores is the best score of a criterion; the least is 1.
	CampaignScores = 5
)

// ErrNoSuchCampaign is what somebody is told who asks for a campaign that is not
// there, or that they may not know of: the same words for both.
var ErrNoSuchCampaign = E(NotFound, "That campaign cannot be found. It may not be published yet.")

// Campaign is a question that an organiser asks of many, with who may answer, by when,
// and by what the answers are judged.
type Campaign struct {
	ID            string
	Slug          string
	Title         string
	Brief         string // Markdown
	Sponsor       string // ODS code of the organisation that asks; empty for none in particular
	Template      CampaignTemplate
	OwnerID       string   // who made it; every organiser can change it
	Organisations []string // ODS codes of who may enter; with Regions and StaffGroups all empty everybody may
	Regions       []string
	StaffGroups   []string
	Criteria      []Criterion
	Questions     []CampaignQuestion
	Steps         []CampaignStep // in the order of the stages, only those that it has
	Cover         CampaignCover
	CopiedFrom    string // id of the campaign that it was copied from
	PublishedAt   *time.Time
	Version       int
	CreatedAt     time.Time
	UpdatedAt     time.Time

	// Read with it.
	SponsorName            string // as it is called now
	OwnerName, OwnerHandle string // no handle once the account is closed
	Extensions             []CampaignExtension
}

// CampaignCover is the picture at the head of a campaign.
type CampaignCover struct {
	SHA256        string // of its content; empty: there is none
	ContentType   string
	Width, Height int    // in pixels
	Alt           string // what it shows, for those who do not see it; empty where it shows nothing that matters
}

// MaxCoverAlt is how many characters say what a cover shows.
const MaxCoverAlt = 300

// Criterion is one thing by which entries are judged, from 1 to CampaignScores.
type Criterion struct {
	ID      string   `json:"id"` // stays through changes of its words
	Name    string   `json:"name"`
	Weight  int      `json:"weight"`            // against the other criteria, 1 to 100
	Anchors []string `json:"anchors,omitempty"` // what each score stands for, that of 1 first; none, or one for each
}

// CampaignQuestion is a question of a campaign's own that an entry answers.
type CampaignQuestion struct {
	ID       string       `json:"id"` // stays through changes of its words
	Text     string       `json:"text"`
	Kind     QuestionKind `json:"kind"`
	Choices  []string     `json:"choices,omitempty"`
	Required bool         `json:"required,omitempty"`
}

// QuestionKind says what answers a question.
type QuestionKind string

// The kinds of question.
const (
	QuestionText   QuestionKind = "text"
	QuestionNumber QuestionKind = "number"
	QuestionChoice QuestionKind = "choice"
	QuestionFile   QuestionKind = "file"
)

// QuestionKinds lists the kinds of question.
func QuestionKinds() []QuestionKind {
	return []QuestionKind{QuestionText, QuestionNumber, QuestionChoice, QuestionFile}
}

// Label gives the kind as a person reads it.
func (k QuestionKind) Label() string {
	switch k {
	case QuestionText:
		return "Text"
	case QuestionNumber:
		return "A number"
	case QuestionChoice:
		return "One of some choices"
	case QuestionFile:
		return "A file"
	}
	return string(k)
}

// CampaignStep is when a stage of a campaign begins. It ends when the next does.
type CampaignStep struct {
	Stage  CampaignStage
	Starts time.Time
}

// CampaignExtension says that a stage was made to end later, and why.
type CampaignExtension struct {
	Stage    CampaignStage // that lasts longer
	Was, Now time.Time     // when it was to end, and when it does
	Reason   string
	ByName   string
	At       time.Time
}

// StageAt gives how far the campaign is at a moment. It follows from its dates alone,
// so that all who ask at that moment are told the same.
func (c *Campaign) StageAt(now time.Time) CampaignStage {
	if c.PublishedAt == nil || c.PublishedAt.After(now) {
		return CampaignDraft
	}
	stage := CampaignComing
	for _, s := range c.Steps {
		if s.Starts.After(now) {
			break
		}
		stage = s.Stage
	}
	return stage
}

// Starts gives when a stage begins; false where the campaign leaves it out.
func (c *Campaign) Starts(stage CampaignStage) (time.Time, bool) {
	for _, s := range c.Steps {
		if s.Stage == stage {
			return s.Starts, true
		}
	}
	return time.Time{}, false
}

// Ends gives when a stage ends, which is when the next begins; false for the last, and
// where the campaign leaves it out.
func (c *Campaign) Ends(stage CampaignStage) (time.Time, bool) {
	for i, s := range c.Steps {
		if s.Stage == stage && i+1 < len(c.Steps) {
			return c.Steps[i+1].Starts, true
		}
	}
	return time.Time{}, false
}

// EntriesClose gives when no further entry is taken; false while that is not set.
func (c *Campaign) EntriesClose() (time.Time, bool) { return c.Ends(CampaignOpen) }

// ChangesClose gives when entries that are there can be changed no more: at the end of
// improving them, where the campaign has that.
func (c *Campaign) ChangesClose() (time.Time, bool) {
	if at, ok := c.Ends(CampaignImprove); ok {
		return at, true
	}
	return c.Ends(CampaignOpen)
}

// ForAll tells whether everybody may enter.
func (c *Campaign) ForAll() bool {
	return len(c.Organisations)+len(c.Regions)+len(c.StaffGroups) == 0
}

// MayEnter tells whether a person, who works in a region by what they say, may enter:
// who is of one of the organisations or regions, where there are any, and of one of the
// staff groups, where there are any.
func (c *Campaign) MayEnter(p *Person, region string) bool {
	if p == nil {
		return false
	}
	place := len(c.Organisations)+len(c.Regions) == 0 || p.Organisation != "" && slices.Contains(c.Organisations, p.Organisation) || region != "" && slices.Contains(c.Regions, region)
	return place && (len(c.StaffGroups) == 0 || slices.Contains(c.StaffGroups, p.StaffGroup))
}

// MayRead tells whether somebody, nil for nobody, may read the campaign.
func (c *Campaign) MayRead(p *Person) bool {
	return c.PublishedAt != nil || p.May(RunCampaign, Subject{})
}

// Begun tells whether entries may have come in: what they are asked and judged by stays
// as it was then.
func (c *Campaign) Begun(now time.Time) bool {
	s := c.StageAt(now)
	return s != CampaignDraft && s != CampaignComing
}

// Extend makes a stage of the campaign end later, and moves all that comes after it by
// as much, as a clock on the wall shows it. It gives what was done.
func (c *Campaign) Extend(stage CampaignStage, until time.Time, reason string, now time.Time) (CampaignExtension, error) {
	var p problems
	reason = strings.TrimSpace(CleanText(reason))
	was, ok := c.Ends(stage)
	switch {
	case !ok:
		p.add("stage", "Choose a stage that another follows")
	case c.PublishedAt == nil:
		return CampaignExtension{}, E(Conflict, "This campaign is a draft: change its dates under Change it.")
	case !was.After(now):
		p.add("stage", "That stage is over: choose one that is not. What came too late can be let in one by one")
	case !until.After(was):
		p.add("until", "Enter a time after that at which it ends now, %s", InLondon(was))
	case until.Sub(was) > 366*24*time.Hour:
		p.add("until", "Enter a time within a year of that at which it ends now")
	}
	switch n := runeLen(reason); {
	case n == 0:
		p.add("reason", "Say why: everybody sees it")
	case n > MaxCampaignReason:
		p.add("reason", "The reason must be %d characters or fewer; it has %d", MaxCampaignReason, n)
	}
	if err := p.err("The stage was not extended."); err != nil {
		return CampaignExtension{}, err
	}
	by := onWall(until.In(london())).Sub(onWall(was.In(london())))
	found := false
	for i := range c.Steps {
		switch {
		case found:
			c.Steps[i].Starts = laterOnWall(c.Steps[i].Starts, by)
		case c.Steps[i].Stage == stage:
			found = true
		}
	}
	i := slices.IndexFunc(c.Steps, func(s CampaignStep) bool { return s.Stage == stage })
	c.Steps[i+1].Starts = until
	return CampaignExtension{Stage: stage, Was: was, Now: until, Reason: reason, At: now}, nil
}

// CampaignState sorts campaigns in lists.
type CampaignState string

// The states.
const (
	CampaignsOpen     CampaignState = "open"
	CampaignsUnderWay CampaignState = "under-way" // closed for entries, without results yet
	CampaignsComing   CampaignState = "coming"
	CampaignsEnded    CampaignState = "ended" // results are out
	CampaignsDraft    CampaignState = "draft" // for organisers
)

// CampaignStates lists the states in the order of lists.
func CampaignStates() []CampaignState {
	return []CampaignState{CampaignsOpen, CampaignsUnderWay, CampaignsComing, CampaignsEnded, CampaignsDraft}
}

// CampaignQuery asks for a page of campaigns: those of one state, or of all that are
// published.
type CampaignQuery struct {
	State  CampaignState
	Cursor *Cursor
	Limit  int
}

// Validate checks what is asked for.
func (q *CampaignQuery) Validate() error {
	if q.State != "" && !slices.Contains(CampaignStates(), q.State) {
		return Errorf(BadRequest, "There is no state called “%s” here. Use open, under-way, coming or ended.", Truncate(CleanLine(string(q.State)), 40))
	}
	if q.Cursor != nil && (q.Cursor.Sort != SortNew || q.Cursor.ID == "") {
		return E(BadRequest, "This cursor belongs to another order. Start again from the first page.")
	}
	return nil
}

// nth says the nth of a list from 1, for a message.
func nth(i int) string { return strconv.Itoa(i + 1) }

// YearOn gives the dates of the campaign 52 weeks on: on the same day of the week, at
// the same time of the day.
func (c *Campaign) YearOn() []CampaignStep {
	out := slices.Clone(c.Steps)
	for i := range out {
		out[i].Starts = laterOnWall(out[i].Starts, 364*24*time.Hour)
	}
	return out
}
