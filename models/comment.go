package models

import (
	"slices"
	"time"
)

// CommentKind says what a comment is meant as.
type CommentKind string

// The kinds of comment.
const (
	Question   CommentKind = "question"
	Suggestion CommentKind = "suggestion"
	Experience CommentKind = "experience"
	Result     CommentKind = "result"
)

// CommentKinds lists every kind.
func CommentKinds() []CommentKind {
	return []CommentKind{Question, Suggestion, Experience, Result}
}

// Label gives the kind as a person reads it.
func (k CommentKind) Label() string {
	switch k {
	case Question:
		return "Question"
	case Suggestion:
		return "Suggestion"
	case Experience:
		return "Experience"
	case Result:
		return "Result"
	}
	return string(k)
}

// Limits of comments.
const (
	MaxComment        = 5000 // characters
	MaxMentions       = 20   // people mentioned in one comment
	MaxReplies        = 100  // to one comment, so that a thread fits on a page
	MaxCommentsAnHour = 30   // by one person
	CommentsAPage     = 20   // threads
)

// Comment is feedback on a case study. Replies stand under a top-level
// comment; a reply to a reply is put under the same top-level comment.
type Comment struct {
	ID          string
	CaseStudyID string
	ParentID    string // empty for a top-level comment
	AuthorID    string
	Author      Person // name, handle, role, staff group, experience, organisation
	Kind        CommentKind
	Body        string
	HTML        string
	Official    bool // the response of those who posted the case study
	Helped      bool // whoever asked, or wrote the case study, says that it helped
	Asked       bool // its author was asked for what they know before they wrote it
	Version     int
	CreatedAt   time.Time
	EditedAt    *time.Time
	DeletedAt   *time.Time // then Body and HTML are empty and the author is not shown
	Hidden      string     // id of the measure that hides it; then Body and HTML are empty too, but for its author and moderators
	HiddenAt    *time.Time
	Measure     *Measure // that hides it, for those who are shown it all the same; nil for others
	Replies     []Comment
}

// Validate checks a comment's text and kind.
func (c *Comment) Validate() error {
	var p problems
	c.Body = CleanText(c.Body)
	switch n := runeLen(c.Body); {
	case n == 0:
		p.add("body", "Write your comment")
	case n > MaxComment:
		p.add("body", "A comment must be %d characters or fewer; it has %d", MaxComment, n)
	}
	if !slices.Contains(CommentKinds(), c.Kind) {
		p.add("kind", "Choose whether this is a question, a suggestion, experience or a result")
	}
	return p.err("The comment was not saved.")
}

// Stub tells whether nothing but the place of the comment is shown to readers.
func (c *Comment) Stub() bool { return c.DeletedAt != nil || c.Hidden != "" }

// MayReveal tells whether a person reads a comment that is hidden.
func (c *Comment) MayReveal(p *Person) bool {
	return p != nil && c.Hidden != "" && c.DeletedAt == nil && (p.ID == c.AuthorID || p.May(Moderate, Subject{}))
}
