// Package templates holds the pages: one layout, one templ component for each part of the NHS design system that is used,
// and one file of pages for each feature. It imports neither the web framework nor the store, so a page can be rendered
// and tested from typed values alone.
//
// Text that people wrote is escaped by templ. It is also wrapped in <bdi> wherever it stands inside a line, so that a
// right-to-left override in one name cannot turn round the words beside it; PlainText does the same for attributes,
// where an element cannot stand.
package templates

import (
	"time"

	"github.com/a-h/templ"

	"grassroots/models"
)

// Shell is what every page has around its content.
type Shell struct {
	// Title is the page's own title, without the service name.
	Title string
	// Description is for search engines and link previews.
	Description string
	// Canonical is the absolute address of the page without tracking or cursor parameters.
	Canonical string
	// Path is the path of this request, to mark the current navigation item and to come back after signing in.
	Path string
	// Person is the signed-in person, or nil.
	Person *Person
	// Shared leaves a gap where the page names the person: it is kept for everybody of the same roles.
	Shared bool
	// CSS, JS and Icon are the hashed addresses of the assets.
	CSS, JS, Icon string
	// MapCSS is the address of the map's own style sheet, and MapJS that of its script, which asks for MapLibrary and MapData.
	MapCSS, MapJS, MapLibrary, MapData string
	// Idle is after how long without use a signed-in person is signed out.
	Idle time.Duration
	// PasskeyJS is the address of the script of the pages where passkeys are made and used.
	PasskeyJS string
	// Flash is what the last action did, shown once.
	Flash *Flash
	// Warning is what a moderator says to the reader, until they have read it.
	Warning *WarningNote
	// Banners are states of the service that everyone should know of, such as search being away.
	Banners []string
	// Errors fill the error summary and put "Error: " before the title.
	Errors []FieldError
	// Stopped asks about personal data in the form of the page, whose id is StoppedForm.
	Stopped *StoppedPanel
	// Refresh is an address to which the page leads at once, without being sent there by a form.
	Refresh string
	// NoIndex keeps the page out of search engines.
	NoIndex bool
	// Search is the text to show in the search box of the header.
	Search string
	// FeedURL and FeedTitle announce an Atom feed of this page.
	FeedURL, FeedTitle string
	// Feeds are further feeds of this page.
	Feeds []Crumb
	// Image is the absolute address of a picture for link previews, ImageWidth by ImageHeight.
	Image string
	// Article is set for a page that people wrote, for link previews.
	Article *Article
	// Language is the language of the page, and Words are what scripts say by themselves in it, as JSON; empty for English.
	Language models.Language
	Words    string
	// JSONLD is a JSON-LD document, put in the head as data. Anything that is not valid JSON is left out.
	JSONLD string
	// Crumbs is the trail from the start page to the parent of this page, shown before the main content.
	Crumbs []Crumb
	// Wide uses the full width of large screens, for pages with tables or facets.
	Wide bool
}

// ImageWidth and ImageHeight are the size of the pictures for link previews, in pixels.
const (
	ImageWidth  = 1200
	ImageHeight = 630
)

// Article is what link previews say of a page that people wrote.
type Article struct {
	Published, Modified time.Time
	Tags                []string
}

// Person is the signed-in person as the header shows them.
type Person struct {
	Name, Handle, URL string
	Organisation      string
	CanAdminister     bool
	CanModerate       bool
	// Unread counts notifications.
	Unread int
}

// FlashKind says how a flash is shown.
type FlashKind string

// The kinds of flash. The zero value is information.
const (
	FlashInfo    FlashKind = ""
	FlashSuccess FlashKind = "success"
)

// Flash is a message about what has just been done.
type Flash struct {
	Kind    FlashKind
	Message string
	// LinkURL and LinkText are optional, for what to do next.
	LinkURL, LinkText string
}

// FieldError is one thing wrong with a form. Field is the name of the input, or empty for the form as a whole.
type FieldError struct {
	Field, Message string
}

// Crumb is one step of a breadcrumb trail.
type Crumb struct {
	Text, URL string
}

// Option is one choice of a Select, Radios or Checkboxes.
type Option struct {
	Value, Text string
	// Hint is shown under the text, by Radios and Checkboxes only.
	Hint string
	// Named tells, of a Select only, that Text is somebody's name for something, which stays
	// as it is in every language.
	Named bool
}

// OptionGroup is choices of a Select under one heading.
type OptionGroup struct {
	Label   string
	Options []Option
}

// Variant is the look of a button.
type Variant string

// The looks a button can have. The zero value is the green main action, of which a page has one.
const (
	Primary   Variant = ""
	Secondary Variant = "secondary"
	Warning   Variant = "warning"
)

// ButtonProps describe a Button.
type ButtonProps struct {
	Text    string
	Variant Variant
	Small   bool
	// Name and Value are sent with the form when this button was the one pressed.
	Name, Value string
	// FormAction sends the form to another address than its own.
	FormAction string
	// For is more text for screen readers, to tell apart buttons that look the same: "Delete" for "comment by Priya".
	For string
	// PreventDoubleClick ignores a second press within a second.
	PreventDoubleClick bool
	Attrs              templ.Attributes
}

// ButtonLinkProps describe a ButtonLink.
type ButtonLinkProps struct {
	Text, URL string
	Variant   Variant
	Small     bool
	// For is more text for screen readers.
	For   string
	Attrs templ.Attributes
}

// Colour is a colour of a tag.
type Colour string

// The colours a tag can have, all with enough contrast to be read.
const (
	White     Colour = "white"
	Grey      Colour = "grey"
	Green     Colour = "green"
	AquaGreen Colour = "aqua-green"
	Blue      Colour = "blue"
	Purple    Colour = "purple"
	Pink      Colour = "pink"
	Red       Colour = "red"
	Orange    Colour = "orange"
	Yellow    Colour = "yellow"
)

// LabelSize is the size of a label or legend: the zero value is body text, then "s", "m", "l" and "xl".
type LabelSize string

// TextInputProps describe a TextInput. Errors may be the errors of the whole form: the input shows only its own.
type TextInputProps struct {
	Name, Label, Hint, Value string
	// ID defaults to the name, which the error summary links to.
	ID string
	// Type defaults to "text".
	Type string
	// Width is the width in characters: 2, 3, 4, 5, 10, 20 or 30; 0 fills the column.
	Width                   int
	LabelSize               LabelSize
	LabelHidden             bool
	Optional                bool
	Autocomplete, InputMode string
	Prefix, Suffix          string
	Errors                  []FieldError
	Attrs                   templ.Attributes
}

// TextareaProps describe a Textarea.
type TextareaProps struct {
	Name, Label, Hint, Value string
	ID                       string
	// Rows defaults to 5.
	Rows        int
	LabelSize   LabelSize
	LabelHidden bool
	Optional    bool
	// MaxLength shows how many characters are left; longer text can still be typed and sent, so nothing is cut unseen.
	MaxLength int
	Errors    []FieldError
	Attrs     templ.Attributes
}

// SelectProps describe a Select.
type SelectProps struct {
	Name, Label, Hint, Value string
	ID                       string
	Options                  []Option
	// Groups come after Options.
	Groups []OptionGroup
	// Empty is the text of a first choice with no value; without it there is none.
	Empty       string
	LabelSize   LabelSize
	LabelHidden bool
	Optional    bool
	Errors      []FieldError
	Attrs       templ.Attributes
}

// RadiosProps describe Radios.
type RadiosProps struct {
	Name, Legend, Hint, Value string
	ID                        string
	Options                   []Option
	LegendSize                LabelSize
	Inline, Small             bool
	Optional                  bool
	Errors                    []FieldError
}

// CheckboxesProps describe Checkboxes.
type CheckboxesProps struct {
	Name, Legend, Hint string
	ID                 string
	Values             []string
	Options            []Option
	LegendSize         LabelSize
	Small              bool
	Optional           bool
	Errors             []FieldError
}

// FileUploadProps describe a FileUpload. The form needs enctype="multipart/form-data".
type FileUploadProps struct {
	Name, Label, Hint string
	ID                string
	LabelSize         LabelSize
	// Accept is a list of types for the browser's chooser; the server must check them itself.
	Accept   string
	Multiple bool
	Optional bool
	Errors   []FieldError
	Attrs    templ.Attributes
}

// FieldsetProps describe a Fieldset, whose children are the inputs.
type FieldsetProps struct {
	Legend, Hint string
	ID           string
	LegendSize   LabelSize
}

// DetailsProps describe a Details, whose children are the hidden text.
type DetailsProps struct {
	Summary string
	Open    bool
	ID      string
}

// SummaryRow is a row of a SummaryList. Content, when set, is shown in place of Value.
type SummaryRow struct {
	Key, Value string
	// URL makes the value a link.
	URL     string
	Content templ.Component
	// ActionText and ActionURL show a link at the end of the row.
	ActionText, ActionURL string
}

// CursorPaginationProps describe a CursorPagination. An empty address leaves its link out; with both empty nothing is shown.
type CursorPaginationProps struct {
	PreviousURL, NextURL string
	// What names the things on the pages, such as "case studies"; it is put after Previous and Next for screen readers.
	What string
}

// CardProps describe a Card, whose children follow the description.
type CardProps struct {
	Title, URL, Description string
	// Level is the level of the heading, 2 to 4; 0 is 2.
	Level int
}

// WarningCalloutProps describe a WarningCallout, whose children are the text.
type WarningCalloutProps struct {
	Heading string
	// Level is the level of the heading, 2 to 4; 0 is 3.
	Level int
}

// EmptyStateProps describe an EmptyState: what to say, and what to do, where a list has nothing.
type EmptyStateProps struct {
	Title, Text           string
	ActionText, ActionURL string
}

// VoteButtonProps describe a VoteButton.
type VoteButtonProps struct {
	// ActionURL takes the POST. The form sends voted=true to vote and voted=false to take the vote back, so a press
	// that is repeated or late still means what the person saw.
	ActionURL string
	Votes     int
	Voted     bool
	SignedIn  bool
	// Gap, the id of a case study, gives both buttons of a signed-in person, for a page that is kept with gaps.
	Gap string
	// Title is what is voted for, for screen readers.
	Title string
	// BackURL is sent as back: the path to return to without JavaScript, and after signing in.
	BackURL string
	// Side puts the word above the count, for the side of a card in a list.
	Side bool
}

// BylineProps describe a Byline: who wrote something, and from what experience.
type BylineProps struct {
	Name, URL                     string
	Role, StaffGroup              string
	Organisation, OrganisationURL string
	// Years is the years of experience, or nil when not given.
	Years *int
}

// MarkedProps describe a Marked text: each mark is a start and an end, counted in characters (runes).
type MarkedProps struct {
	Text  string
	Marks [][2]int
}

// FacetOption is one value of a facet.
type FacetOption struct {
	Value, Text string
	Count       int
	Checked     bool
}

// FacetProps describe a Facet, one group of checkboxes in the filter form of a list. The texts
// of one that is Named are names, which stay as they are in every language.
type FacetProps struct {
	Name, Legend string
	Named        bool
	Options      []FacetOption
	// Open shows the group unfolded; a group with a checked value always is.
	Open bool
}

// DiffOp says what happened to a piece of text.
type DiffOp string

// What can have happened to a piece of text between two revisions.
const (
	DiffSame    DiffOp = "same"
	DiffAdded   DiffOp = "added"
	DiffRemoved DiffOp = "removed"
)

// DiffPart is a piece of text in a word-level difference.
type DiffPart struct {
	Op   DiffOp
	Text string
}

// DiffHunk is a part of a difference: one to show, or one without changes that is folded away.
type DiffHunk struct {
	Parts  []DiffPart
	Folded bool
	// Words counts the words of a folded one.
	Words int
}

// PreviewButtonProps describe a PreviewButton.
type PreviewButtonProps struct {
	// URL takes the POST of field "text" and answers with an HTML fragment.
	URL string
	// For is the id of the textarea. Without JavaScript the button submits its form with preview=<For>.
	For string
	// Text defaults to "Preview".
	Text string
}

// ListCardProps describe a ListCard.
type ListCardProps struct {
	Title, URL string
	TitleMarks [][2]int
	// Summary is cut to four lines by the style sheet; pass a sentence or two.
	Summary                       string
	SummaryMarks                  [][2]int
	Stage                         string
	Organisation, OrganisationURL string
	Date                          time.Time
	Comments                      int
	// Facts are more short facts, such as "3 adoptions".
	Facts []string
	Tags  []Crumb
	// Vote is nil where nothing can be voted for.
	Vote *VoteButtonProps
	// Keep is nil where nothing can be kept for later.
	Keep *BookmarkButtonProps
	// Level is the level of the heading, 2 to 4; 0 is 2.
	Level int
}

// Sort is one order of a list.
type Sort struct {
	Text, URL string
	Current   bool
}

// NameValue is a field that a form sends on unchanged.
type NameValue struct {
	Name, Value string
}

// FiltersProps describe the Filters of a list, whose children are the facets. The list itself stands in an element with
// id="results" beside it, both in an element with class gr-list.
type FiltersProps struct {
	ActionURL string
	// Keep are the parameters that are no facets, such as q and sort.
	Keep []NameValue
	// Active counts the chosen values, and ClearURL is the list without them.
	Active   int
	ClearURL string
	// Open unfolds the filters on a narrow screen too.
	Open bool
}

// CommentProps describe a Comment, whose children are the actions on it. A thread is an ol with class gr-thread; the
// replies are an ol of the same class inside the li of the comment they answer.
type CommentProps struct {
	// ID is the id of the element, so that a link can lead to this comment.
	ID     string
	Author BylineProps
	// Kind is the word for its kind, such as "Question".
	Kind string
	When time.Time
	// Edited puts a mark after the time.
	Edited bool
	// Official sets apart the response of those who posted the case study.
	Official bool
	// Helped is the word of whoever asked, or wrote the case study.
	Helped bool
	// Asked says that its author was asked before they wrote it.
	Asked bool
	// Deleted leaves a stub; nothing else of the comment is shown.
	Deleted bool
	// Hidden leaves a stub for readers. Reason and Words are for those who are shown the comment all the same: it stands under
	// them. AppealURL is for its author.
	Hidden                   bool
	Reason, Words, AppealURL string
	Waits                    bool // for a first look
	// Body is sanitised HTML.
	Body string
}

// AttachmentProps describe an Attachment.
type AttachmentProps struct {
	Name, URL string
	// Kind is the word for its type, such as "PDF".
	Kind  string
	Bytes int64
}
