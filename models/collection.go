package models

import (
	"slices"
	"strings"
	"time"
)

// ToEditors is the audience of a collection that its editors alone may read.
const ToEditors Visibility = "editors"

// Audiences lists for whom a collection can be, the widest first.
func Audiences() []Visibility { return []Visibility{ToEverybody, ToSignedIn, ToEditors} }

// Limits of collections.
const (
	MaxCollections       = 200 // that one person owns
	MaxCollected         = 200 // case studies in one
	MaxCollectionAbout   = 4000
	MaxCollectedNote     = 1000
	MaxCollectionsADay   = 30 // that one person makes
	MaxCollectionEditors = 20 // beside its owner
)

// ErrNoSuchCollection is what somebody is told who asks for a collection that is not
// there, or that they may not know of: the same words for both.
var ErrNoSuchCollection = E(NotFound, "That collection cannot be found. Some can be read only by those who sign in, or by their editors.")

// ErrNotCollected is what somebody is told who asks for a case study that is not in a
// collection.
var ErrNotCollected = E(NotFound, "That case study is not in this collection any more.")

// Collection is case studies that somebody put together, in an order, each with a
// note of why to read it.
type Collection struct {
	ID           string
	Slug         string
	Title        string
	About        string // Markdown
	Audience     Visibility
	OwnerID      string
	StaffGroup   string // whom it is a reading list for; empty for nobody in particular
	Organisation string // ODS code of where it is a reading list for
	ListOf       string // ODS code of the organisation whose leads say that it is theirs
	SourceID     string // of what it was copied from
	Copies       int
	Studies      int
	Revision     int // goes up with every change
	Version      int // goes up with a change of the words about it
	Hidden       string
	Demo         bool
	CreatedAt    time.Time
	UpdatedAt    time.Time

	// Read with it.
	OwnerName, OwnerHandle  string // no handle once the account is closed
	OrgName                 string
	SourceSlug, SourceTitle string // empty where it is gone, or not for the reader
	Items                   []Collected
	Editors                 []CollectionEditor
}

// Collected is a case study in a collection.
type Collected struct {
	CaseStudyID string
	Position    int // from 1
	Note        string
	Version     int // goes up with a change of the note
	AddedBy     string
	AddedAt     time.Time
	Study       *Summary // nil where the reader may not read it any more
	// Of one that is part of another now, what that is called and where it is. Study
	// is that one, unless it stands in the collection by itself.
	IntoSlug, IntoTitle string
}

// CollectionEditor is somebody who may change a collection, or was asked to.
type CollectionEditor struct {
	PersonID     string
	Name, Handle string
	InvitedBy    string
	InvitedAt    time.Time
	AcceptedAt   *time.Time // nil: they have not said
}

// Clean makes what was typed fit to keep.
func (c *Collection) Clean() {
	c.Title, c.About = CleanLine(c.Title), strings.TrimSpace(CleanText(c.About))
	c.StaffGroup, c.Organisation = CleanLine(c.StaffGroup), strings.ToUpper(CleanLine(c.Organisation))
	if c.Audience == "" {
		c.Audience = ToEverybody
	}
}

// Validate cleans and checks what a collection says of itself. groups are the staff
// groups that there are.
func (c *Collection) Validate(groups []string) error {
	c.Clean()
	var p problems
	switch n := runeLen(c.Title); {
	case n == 0:
		p.add("title", "Enter what it is called, such as “Discharge letters: where to begin”")
	case n > MaxTitle:
		p.add("title", "The title must be %d characters or fewer; it has %d", MaxTitle, n)
	}
	if n := runeLen(c.About); n > MaxCollectionAbout {
		p.add("about", "What it is for must be %d characters or fewer; it has %d", MaxCollectionAbout, n)
	}
	if !slices.Contains(Audiences(), c.Audience) {
		p.add("audience", "Choose who can read it")
	}
	if c.StaffGroup != "" && !slices.Contains(groups, c.StaffGroup) {
		p.add("staff_group", "Choose a staff group from the list")
	}
	if c.Organisation != "" && !ValidODSCode(c.Organisation) {
		p.add("organisation", "Enter the ODS code of an organisation, such as RR8, or nothing")
	}
	return p.err("The collection was not saved.")
}

// CleanNote cleans and checks why to read a case study.
func CleanNote(note string) (string, error) {
	note = strings.TrimSpace(CleanText(note))
	if n := runeLen(note); n > MaxCollectedNote {
		return note, InvalidField("note", Errorf(Invalid, "Why to read it must be %d characters or fewer; it has %d", MaxCollectedNote, n).Message)
	}
	return note, nil
}

// EditorOf gives what somebody is to a collection beside its owner; nil for
// nothing.
func (c *Collection) EditorOf(personID string) *CollectionEditor {
	for i := range c.Editors {
		if c.Editors[i].PersonID == personID {
			return &c.Editors[i]
		}
	}
	return nil
}

// Subject gives the collection as a subject of rights, as far as a person is
// concerned who is its editor or, where reads is true, was asked to be.
func (c *Collection) Subject(p *Person, reads bool) Subject {
	s := Subject{AuthorID: c.OwnerID, Organisation: c.Organisation}
	if p != nil {
		e := c.EditorOf(p.ID)
		s.CoAuthor = e != nil && (reads || e.AcceptedAt != nil)
	}
	return s
}

// ReadRight is the right that reading the collection needs.
func (c *Collection) ReadRight() Right {
	switch {
	case c.Hidden != "" || c.Audience == ToEditors:
		return ReadCollection
	case c.Audience == ToSignedIn:
		return ReadSignedIn
	}
	return ReadPublic
}

// MayRead tells whether somebody, nil for nobody, may read the collection.
func (c *Collection) MayRead(p *Person) bool { return p.May(c.ReadRight(), c.Subject(p, true)) }

// MayEdit tells whether somebody may change the collection.
func (c *Collection) MayEdit(p *Person) bool { return p.May(EditCollection, c.Subject(p, false)) }

// MayKeep tells whether somebody may delete the collection and choose its editors.
func (c *Collection) MayKeep(p *Person) bool { return p.May(KeepCollection, c.Subject(p, false)) }

// CollectionQuery asks for a page of collections.
type CollectionQuery struct {
	Text         string
	StaffGroup   string
	Organisation string // that it is for, or whose reading list it is
	For          *Person
	Of           string // id of whose they are, or who edits them, whoever else may read them
	Sort         Sort   // SortNew or SortUpdated
	Cursor       *Cursor
	Limit        int
}

// Validate checks the order.
func (q *CollectionQuery) Validate() error {
	q.Text = Truncate(CleanLine(q.Text), MaxQuery)
	q.StaffGroup, q.Organisation = CleanLine(q.StaffGroup), strings.ToUpper(CleanLine(q.Organisation))
	if q.Sort == "" {
		q.Sort = SortUpdated
	}
	if q.Sort != SortNew && q.Sort != SortUpdated {
		return Errorf(BadRequest, "There is no order called “%s” here. Use new or updated.", Truncate(CleanLine(string(q.Sort)), 40))
	}
	if q.Cursor != nil && (q.Cursor.Sort != q.Sort || q.Cursor.ID == "") {
		return E(BadRequest, "This cursor belongs to another order. Start again from the first page.")
	}
	return nil
}
