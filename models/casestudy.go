package models

import "time"

// Status says whether a case study can be read.
type Status string

// A published case study is there for all; a withdrawn one is kept in history
// and answers 410.
const (
	Published Status = "published"
	Withdrawn Status = "withdrawn"
)

// CaseStudy is one piece of work that staff have written up, at its current
// revision.
type CaseStudy struct {
	ID     string
	Slug   string // unique; earlier ones redirect
	Status Status
	Document
	OwnerID     string // person who posted it
	Revision    int    // 1 for the first
	HTML        string // Body rendered and made safe, once a revision
	HTMLRules   int    // number of the rules by which HTML was made
	Contents    []Heading
	Text        string // what a reader sees of HTML, for the search index; read by TextsByID alone
	Votes       int
	Comments    int // deleted ones not counted
	Adoptions   int
	Hot         float64
	CreatedAt   time.Time
	UpdatedAt   time.Time // of the text, not of votes or comments
	PublishedAt time.Time
	ReviewedAt  *time.Time // when somebody last said that it is still right; nil: never
	Demo        bool
	Merged      int      // how many others were merged into it
	Copy        *Copy    // nil for what was posted here
	Hidden      string   // id of the measure that hides it; it is Withdrawn then
	Locked      string   // id of the measure that closes its comments
	Decision    Decision // the last; of it the status, the reason and when
}

// WhyGone says why a withdrawn case study is not there for readers.
func (cs *CaseStudy) WhyGone() error {
	if cs.Hidden != "" {
		return E(Gone, "A moderator has hidden this case study, or has still to look at it. If you wrote it, open its page while you are signed in: it says why, and what you can do.")
	}
	return E(Gone, "Those who wrote this case study, or a lead of its organisation, have withdrawn it, and can bring it back. If you need to know what it said, ask the organisation.")
}

// Heading is one entry of the contents list of a rendered text.
type Heading struct {
	Level int    `json:"level"` // 2 or 3
	ID    string `json:"id"`
	Text  string `json:"text"`
}

// Summary is what a list shows of a case study: no body.
type Summary struct {
	ID           string
	Slug         string
	Title        string
	Summary      string
	Stage        Stage
	Organisation string // ODS code
	OrgName      string
	Byline       string // first author's name
	Tags         []string
	Votes        int
	Comments     int
	Adoptions    int
	PublishedAt  time.Time
	UpdatedAt    time.Time
	ReviewDue    *time.Time // when it is to be read again; nil: not worked out yet
	Demo         bool
	Visibility   Visibility // empty: everybody
}

// Revision is one kept version of a case study.
type Revision struct {
	CaseStudyID string
	Number      int
	Document    Document
	HTML        string
	Contents    []Heading
	EditorID    string
	EditorName  string
	Note        string // what the editor said of the change
	CreatedAt   time.Time
}

// Attachment is an uploaded image or PDF of a case study or of its draft.
type Attachment struct {
	ID          string
	CaseStudyID string
	FileName    string
	ContentType string
	Size        int64 // bytes, as stored
	SHA256      string
	Alt         string // what an image shows, for who cannot see it
	UploadedBy  string
	CreatedAt   time.Time
	Published   bool // readers see it; before, it is the draft's alone
	Removed     bool // the draft has it no more; readers see it until the draft is published
}

// MaxAttachments is how many files one case study may have.
const MaxAttachments = 20

// IsImage tells whether the attachment can be shown in a page.
func (a Attachment) IsImage() bool { return a.ContentType != "application/pdf" }

// Draft is unfinished work on a new or existing case study, kept on the server
// so that a closed browser or an ended session loses nothing.
type Draft struct {
	ID        string // the case study's id, also before it is published
	Version   int    // goes up by one with each save
	Document  Document
	OwnerID   string
	Based     int // revision that it started from, 0 for a new case study
	SavedBy   string
	SavedName string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// DraftConflict is the error of a save on an older version of a draft: it
// carries both, so that nothing is lost.
type DraftConflict struct {
	Theirs Draft
	Mine   Document
}

// Error says what happened.
func (c *DraftConflict) Error() string {
	return "Somebody else has saved this draft since you opened it."
}

// Unwrap makes the conflict answer as one.
func (c *DraftConflict) Unwrap() error { return E(Conflict, c.Error()) }

// Rule of rank: a case study's place in "hot" is
//
//	log10(1 + votes + 2·comments + 4·adoptions) + seconds since 2024-01-01 / HotSpan
//
// so that ten times the response is worth HotSpan seconds of age. It is the
// shape that Reddit published for its stories, with a span for work that is
// discussed over months. It changes only by a write, so a list never
// computes it. store keeps the same formula in SQL, held by a test.
const (
	HotSpan  = 30 * 24 * 3600 // seconds
	HotEpoch = 1704067200     // 2024-01-01T00:00:00Z, Unix seconds
)
