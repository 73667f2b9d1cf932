package templates

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"grassroots/models"
)

// ListFacet is one facet of the case study list as a page shows it.
type ListFacet struct {
	Name    string
	Legend  string
	Named   bool // its values are names
	Options []FacetOption
}

// ChosenFilter is a filter that holds, with the address of the page without it. The value of
// one that is Named is somebody's name for something and stays as it is in every language.
type ChosenFilter struct {
	Legend, Value, URL string
	Named              bool
}

// CaseStudyList is the page of case studies: the list, its filters and orders.
type CaseStudyList struct {
	SaveURL          string // where the search is saved; empty for a list of everything
	FollowTag        string // the tag, where the list is of one
	SignedIn         bool
	Heading          string
	Query            string
	WhoKnowsURL      string // where to find people who know what the query names, or empty
	Total            int
	Cards            []ListCardProps
	Sorts            []Sort
	Facets           []ListFacet
	Filters          FiltersProps
	Chosen           []ChosenFilter
	PrevURL, NextURL string
	FeedURL, CSVURL  string // the list as a feed and as a table
	First            bool   // nothing has been posted at all yet
}

// CaseStudyPage is one case study with all that is known of it.
type CaseStudyPage struct {
	CaseStudy   models.CaseStudy
	Stale       bool // it was to be read again and has not been
	OrgName     string
	Authors     []BylineProps
	Vote        VoteButtonProps
	Near        string              // what its place has in common with the reader's; empty where nothing
	Keep        BookmarkButtonProps // without an address where nothing can be kept
	Attachments []models.Attachment
	Connections []ConnectionRow
	Similar     []Crumb
	CanEdit     bool
	CanWithdraw bool
	MustSay     bool               // why it is withdrawn, as it is somebody else's
	Withdrawal  *models.Withdrawal // why it is; nil where whoever posted it has withdrawn it
	HasDraft    bool
	Follow      FollowButtonProps
	Merged      []models.StudyMerge // what is part of it
	MergedInto  *models.StudyMerge  // nil: it is not part of another
	IntoShown   bool                // whether the reader may read that other one
	CanModerate bool                // it is not theirs; they can merge it, too
	Hidden      *models.Measure     // that hides it; nil where none does
}

// WithdrawPage asks why a case study is withdrawn.
type WithdrawPage struct {
	CaseStudy models.CaseStudy
	Words     string
	Errors    []FieldError
}

// SectionField is one section of the guided form.
type SectionField struct {
	Key, Heading, Hint, Text string
}

// Editor is the form of a draft, guided or as one text.
type Editor struct {
	Draft       models.Draft
	Markdown    bool // the body as one text
	Idea        bool // the short form
	Intro       string
	Sections    []SectionField
	Other       string
	Connections []ConnectionField // with an empty one at the end
	Authors     []models.Author
	Evidence    []models.Evidence
	Add         string // of which list a row more was asked for
	Attachments []models.Attachment
	Settings    []Option
	StaffGroups []Option
	Systems     []SystemOption
	Standards   []OptionGroup
	FileReasons []Option // why what is in doubt in a file may stand, when that is asked
	Errors      []FieldError
	Preview     string // sanitised HTML, when a preview was asked for
	Reading     ReadingPanel
	Published   bool // it changes a case study that can be read
	Slug        string
	Note        string
}

// Conflict is the page that shows two versions of one text, so that nothing is
// lost.
type Conflict struct {
	Title      string
	Message    string
	ActionURL  string
	Action     string
	ButtonText string
	TheirsName string
	TheirsWhen time.Time
	Theirs     models.Document
	Mine       models.Document
	MineJSON   string
	Version    int
	Changes    []FieldChange
	Body       []DiffHunk
	CancelURL  string
}

// FieldChange is one field that two versions have differently.
type FieldChange struct{ Name, Old, New string }

// History is the list of a case study's revisions.
type History struct {
	Title, Slug string
	Current     int
	Revisions   []models.Revision
	Compare     CompareForm
}

// CompareForm lets two revisions be chosen; without options it is not shown.
type CompareForm struct {
	From, To string // numbers chosen
	Options  []Option
}

// RevisionPage is one revision, beside what it changed.
type RevisionPage struct {
	Title, Slug string
	Revision    models.Revision
	Current     int
	Against     int // revision that it is compared with; 0 for none
	Changes     []FieldChange
	Body        []DiffHunk // empty when the text is the same
	Compare     CompareForm
	CanEdit     bool
}

func draftURL(id string) string { return "/me/drafts/" + id }

func caseStudyURL(slug string) string { return "/case-studies/" + url.PathEscape(slug) }

func attachmentURL(a models.Attachment) string {
	return "/attachments/" + a.ID + "/" + url.PathEscape(a.FileName)
}

func attachmentKind(a models.Attachment) string {
	switch a.ContentType {
	case "application/pdf":
		return "PDF"
	case "image/png":
		return "PNG image"
	case "image/jpeg":
		return "JPEG image"
	case "image/gif":
		return "GIF image"
	}
	return "image"
}

func rowName(list string, i int, field string) string {
	return list + "[" + strconv.Itoa(i) + "]." + field
}

func visibilityOptions() []Option {
	hints := map[models.Visibility]string{
		models.ToEverybody:    "Anyone, without signing in. Earlier versions become readable too",
		models.ToSignedIn:     "Staff who have an account here",
		models.ToOrganisation: "Colleagues who are confirmed to work there, and its leads",
	}
	var out []Option
	for _, v := range models.Visibilities() {
		out = append(out, Option{Value: string(v), Text: v.Label(), Hint: hints[v]})
	}
	return out
}

// visibilityOf gives the visibility that is chosen in a form.
func visibilityOf(d models.Document) string {
	if d.Visibility == "" {
		return string(models.ToEverybody)
	}
	return string(d.Visibility)
}

func stageOptions() []Option {
	hints := map[models.Stage]string{
		models.StageIdea:      "A problem, and perhaps a way to mend it",
		models.StageTrial:     "Being tried out in one place",
		models.StageInUse:     "Part of everyday work",
		models.StageSpreading: "Taken up by others",
		models.StageStopped:   "Tried and given up: others learn most from these",
	}
	var out []Option
	for _, s := range models.Stages() {
		out = append(out, Option{Value: string(s), Text: s.Label(), Hint: hints[s]})
	}
	return out
}

func queryEscape(s string) string { return url.QueryEscape(s) }

func joinComma(list []string) string { return strings.Join(list, ", ") }

func ideaLabel(key string) string {
	if key == "help" {
		return "What would help?"
	}
	return "What is the problem?"
}

func publishText(published bool) string {
	if published {
		return "Publish the changes"
	}
	return "Publish"
}

// sectionRows gives a textarea about as many lines as its text needs.
func sectionRows(text string) int {
	rows := 2 + strings.Count(text, "\n") + len(text)/90
	return min(max(rows, 4), 20)
}

func hasError(errors []FieldError, fields ...string) bool {
	for _, e := range errors {
		if slices.Contains(fields, e.Field) {
			return true
		}
	}
	return false
}

func authorContact(a models.Author) string {
	if a.Handle != "" {
		return a.Handle
	}
	return a.Email
}

func imageAlt(a models.Attachment) string {
	if a.Alt != "" {
		return a.Alt
	}
	return a.FileName
}

func optionText(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

// formatFloat writes a measure's value without needless noughts; nothing when
// it was not given.
func formatFloat(v *float64) string {
	if v == nil {
		return "not given"
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func benefitHow(b models.Benefit) string {
	var parts []string
	if b.Method != "" {
		parts = append(parts, b.Method)
	}
	if b.Sample != nil {
		parts = append(parts, "sample of "+FormatNumber(*b.Sample))
	}
	if from, to, ok := strings.Cut(b.Period, "/"); ok {
		parts = append(parts, from+" to "+to)
	}
	return strings.Join(parts, ", ")
}
