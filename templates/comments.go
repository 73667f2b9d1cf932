package templates

import (
	"grassroots/models"
)

// CommentSection is the comments of a case study, under it on its page.
type CommentSection struct {
	Count   int
	Threads []CommentThread
	// PrevURL and NextURL lead to the pages of threads before and after.
	PrevURL, NextURL string
	// Form is nil for somebody who is not signed in, and where nothing can be added.
	Form *CommentForm
	// TableURL leads to all of them as CSV.
	TableURL string
	// BackURL is where to come back to after signing in.
	BackURL string
	// Closed says that the case study is withdrawn.
	Closed bool
	// Locked says why nobody can write here; nil where they can.
	Locked *LockNote
}

// LockNote says why a moderator has closed the comments.
type LockNote struct{ Reason, Words string }

// CommentThread is a top-level comment with its replies.
type CommentThread struct {
	CommentItem
	Replies []CommentItem
	// Reply is nil where the reader cannot answer.
	Reply *CommentForm
}

// CommentItem is a comment with what the reader may do with it.
type CommentItem struct {
	Comment CommentProps
	// EditURL, DeleteURL and OfficialURL are empty where the reader may not.
	EditURL, DeleteURL, OfficialURL string
	// HelpedURL is for who may say that it helped.
	HelpedURL string
	// ReportURL is empty for a comment of the reader's own.
	ReportURL string
	// ModerateURL is for those who moderate.
	ModerateURL string
}

// CommentForm is the form of a comment, new or being changed.
type CommentForm struct {
	ActionURL string
	// IDs go before the ids of the inputs, where a page has several of these forms.
	IDs        string
	ButtonText string
	Body, Kind string
	// Parent is the id of the comment that is answered.
	Parent string
	// Version is that of the comment that is changed; 0 for a new one.
	Version int
	// MayMark offers the mark of an official response, and Official is its state.
	MayMark, Official bool
	Errors            []FieldError
	// Preview is sanitised HTML, when a preview was asked for.
	Preview string
}

// CommentPage is a form of a comment on a page of its own.
type CommentPage struct {
	Heading         string
	Title, TitleURL string // of the case study
	// Answers is the comment that is answered, or nil.
	Answers *CommentProps
	// Saved is what the comment says by now, where somebody changed it meanwhile.
	Saved *CommentProps
	Form  CommentForm
	// SignInURL is set where the session has ended before the form was sent.
	SignInURL string
	// Closed says that the comment cannot be saved any more: the text is there to be copied.
	Closed bool
}

func (f CommentForm) bodyID() string { return f.IDs + "body" }
func (f CommentForm) kindID() string { return f.IDs + "kind" }

// bodyLabel names the field by what it is for.
func (f CommentForm) bodyLabel() string {
	if f.Parent != "" {
		return "Your reply"
	}
	return "Your comment"
}

const commentHint = "You can mention a colleague by their handle, as in @priya-nair. Leave out anything that could tell who a patient is."

func kindOptions() []Option {
	hints := map[models.CommentKind]string{
		models.Question:   "You would like to know something",
		models.Suggestion: "Something could be done better, or differently",
		models.Experience: "You have seen or tried something like it",
		models.Result:     "You have figures or findings of your own",
	}
	var out []Option
	for _, k := range models.CommentKinds() {
		out = append(out, Option{Value: string(k), Text: k.Label(), Hint: hints[k]})
	}
	return out
}

// CommentByline says who wrote a comment, and from what experience.
func CommentByline(p models.Person) BylineProps {
	b := BylineProps{Name: p.Name, Role: p.JobTitle, StaffGroup: p.StaffGroup, Years: p.YearsExperience}
	if p.Handle != "" { // an account that is closed has none
		b.URL = "/people/" + p.Handle
	}
	if p.Organisation != "" {
		b.Organisation = models.Organisation{Code: p.Organisation, Name: p.OrgName}.DisplayName()
		b.OrganisationURL = "/organisations/" + p.Organisation
	}
	return b
}

// CommentOf turns a comment into what is shown of it.
func CommentOf(c models.Comment) CommentProps {
	if c.DeletedAt != nil {
		return CommentProps{ID: commentID(c.ID), Deleted: true}
	}
	if c.Hidden != "" && c.Measure == nil {
		return CommentProps{ID: commentID(c.ID), Hidden: true}
	}
	p := CommentProps{ID: commentID(c.ID), Author: CommentByline(c.Author), Kind: c.Kind.Label(), When: c.CreatedAt,
		Edited: c.EditedAt != nil, Official: c.Official, Helped: c.Helped, Asked: c.Asked, Body: c.HTML}
	if c.Measure != nil {
		p.Hidden, p.Reason, p.Words = true, c.Measure.Reason.Label(), c.Measure.Words
		p.Waits = c.Measure.Waits()
	}
	return p
}

// label names the comment for screen readers: by its author only where that is
// shown.
func (p CommentProps) label() string {
	switch {
	case p.Deleted:
		return "Deleted comment"
	case p.Hidden && p.Reason == "":
		return "Hidden comment"
	}
	return "Comment by " + PlainText(p.Author.Name)
}

func commentID(id string) string { return "comment-" + id }

// byWhom tells apart buttons that look the same, for screen readers.
func (i CommentItem) byWhom() string { return "comment by " + PlainText(i.Comment.Author.Name) }

// maxComment is how long a comment may be.
const maxComment = models.MaxComment

func checkedOfficial(f CommentForm) []string {
	if f.Official {
		return []string{"true"}
	}
	return nil
}
