package templates

import (
	"strconv"
	"time"

	"grassroots/models"
)

// CollectionsPage is the list of collections.
type CollectionsPage struct {
	Query, StaffGroup, Organisation string
	ForMe, SignedIn, HasPlace       bool // HasPlace: their profile names a staff group or an organisation
	Searching, First                bool
	Total                           int
	Sorts                           []Sort
	StaffGroups                     []Option
	Lines                           []CollectionLine
	NextURL, FirstURL               string
}

// CollectionLine is a collection in a list, and what its page says of it first.
type CollectionLine struct {
	Title, URL       string
	Studies, Copies  int
	Updated          time.Time
	Owner, OwnerURL  string
	Audience, ListOf string // empty for everybody; whose reading list it is
	For              []string
	Own, Hidden      bool
}

// MyCollectionsPage lists the collections that a person owns or edits.
type MyCollectionsPage struct {
	Lines   []CollectionLine
	First   bool
	NextURL string
}

// CollectionPage is one collection.
type CollectionPage struct {
	Line                   CollectionLine
	HTML                   string // what it is for
	Editors                []BylineProps
	Copied                 bool
	SourceTitle, SourceURL string // empty when what it was copied from is not there to read
	Items                  []CollectedLine
	CanEdit, CanKeep       bool
	SignedIn, Invited      bool // Invited: they have not said whether they look after it
	ReportURL              string
	Hidden                 *models.Measure // that hides it, for who may read it all the same
	Marks                  []ListMark
	Study, Note            string // typed into the form that adds one by its address
	Errors                 []FieldError
}

// ListMark is an organisation whose reading list a person may say that a collection is.
type ListMark struct {
	Code string
	On   bool
}

// EditorsPage is where the owner of a collection says who looks after it with them.
type EditorsPage struct {
	Title, URL, Handle string
	Editors            []EditorLine
	Errors             []FieldError
}

// EditorLine is somebody who looks after a collection, or was asked to.
type EditorLine struct {
	Name, URL, RemoveURL string
	Accepted             bool
	Invited              time.Time
}

// CollectedLine is a case study in a collection. Without a Card it is not there to
// read, or stands in the collection as part of another one.
type CollectedLine struct {
	Position           int
	Last               bool
	Card               *ListCardProps
	Note, URL          string
	IntoTitle, IntoURL string
}

// what names it for a screen reader.
func (l CollectedLine) what() string {
	switch {
	case l.Card != nil:
		return PlainText(l.Card.Title)
	case l.IntoTitle != "":
		return PlainText(l.IntoTitle)
	}
	return "number " + strconv.Itoa(l.Position)
}

func (l CollectedLine) id() string { return "study-" + l.URL[len(l.URL)-26:] }

// CollectionForm is the form of a new collection, or of a change to one.
type CollectionForm struct {
	Collection         models.Collection
	Was                string // its title as it is saved
	Saved              *models.Collection
	CanKeep            bool
	StaffGroups        []Option
	ActionURL, BackURL string
	Errors             []FieldError
}

// button says what the form does.
func (f CollectionForm) button() string {
	if f.Collection.ID == "" {
		return "Begin the collection"
	}
	return "Save"
}

func (f CollectionForm) heading() string {
	if f.Collection.ID == "" {
		return "Begin a collection"
	}
	return "Change a collection"
}

func audienceOptions() (out []Option) {
	hints := map[models.Visibility]string{models.ToEverybody: "It is listed under Collections", models.ToSignedIn: "Listed for those who sign in",
		models.ToEditors: "You, those whom you invite, and the moderators"}
	for _, v := range models.Audiences() {
		out = append(out, Option{Value: string(v), Text: v.Label(), Hint: hints[v]})
	}
	return out
}

// CollectPage asks into which collection a case study goes.
type CollectPage struct {
	Title, ActionURL, BackURL, SignInURL string
	Collection                           string
	Options                              []Option
	In                                   []Crumb // those that have it
	NewTitle, Note                       string
	Errors                               []FieldError
}

// choices are the collections to choose from, with a new one at the end.
func (p CollectPage) choices() []Option {
	return append(p.Options, Option{Value: "new", Text: "A new collection"})
}

// CollectedForm changes the note and the place of a case study in a collection.
type CollectedForm struct {
	Title, URL, BackURL string
	Readable            bool
	Note, Place         string
	Saved               *string // the note as it is by now, where somebody else changed it
	Version, Count      int
	Errors              []FieldError
}

// CollectionPrint is a collection for paper.
type CollectionPrint struct {
	Line    CollectionLine
	HTML    string
	URL     string
	Today   time.Time
	Items   []PrintedItem
	Missing int // that are not there to read
}

// PrintedItem is a case study in a collection on paper.
type PrintedItem struct {
	Title, Summary, Stage, Organisation, URL, Note string
}
