package comments

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// afterParameter is the parameter of a case study's address that says where
// its page of comments begins.
const afterParameter = "comments_after"

// Section makes the comments of a case study, to stand under it on its page.
// The caller has seen to it that the case study may be read.
func (f *Feature) Section(c *fiber.Ctx, cs models.CaseStudy) (templ.Component, error) {
	ctx, person := c.UserContext(), web.Person(c)
	page, err := f.threads(ctx, person, cs, c.Query(afterParameter), models.CommentsAPage)
	if err != nil {
		return nil, err
	}
	section := templates.CommentSection{Count: page.Total, BackURL: web.StudyURL(cs.Slug) + "#comments", TableURL: web.StudyURL(cs.Slug) + "/comments.csv", Closed: cs.Status == models.Withdrawn}
	if page.Next != "" {
		section.NextURL = pageURL(cs, page.Next, "comments")
	}
	if page.hasPrev {
		section.PrevURL = pageURL(cs, page.Prev, "comments")
	}
	if cs.Locked != "" {
		m, err := f.store.Measure(ctx, cs.Locked)
		if err != nil {
			return nil, err
		}
		section.Locked = &templates.LockNote{Reason: m.Reason.Label(), Words: m.Words}
	}
	r := reader{person: person, here: person != nil && !section.Closed}
	r.open = r.here && section.Locked == nil
	if r.open {
		if r.mayMark, err = f.MayMark(ctx, person, &cs); err != nil {
			return nil, err
		}
		form := f.newForm(cs, r.mayMark)
		section.Form = &form
	}
	if r.here {
		if r.mayHelp, err = f.site.May(ctx, person, models.MarkHelpful, &cs); err != nil {
			return nil, err
		}
	}
	for _, top := range page.Items {
		section.Threads = append(section.Threads, r.thread(cs, top))
	}
	return templates.Comments(section), nil
}

// newForm is an empty form for a new thread, under the comments.
func (f *Feature) newForm(cs models.CaseStudy, mayMark bool) templates.CommentForm {
	return templates.CommentForm{ActionURL: web.StudyURL(cs.Slug) + "/comments", IDs: "comment-", ButtonText: "Post comment", MayMark: mayMark}
}

// reader is who looks at the comments, and what they may do.
type reader struct {
	person  *models.Person
	here    bool // they are signed in, and something can be done
	open    bool // something can be added and changed
	mayMark bool
	mayHelp bool // they wrote the case study, and so say what helped
}

func (r reader) thread(cs models.CaseStudy, top models.Comment) templates.CommentThread {
	t := templates.CommentThread{CommentItem: r.item(top, "")}
	for _, reply := range top.Replies {
		t.Replies = append(t.Replies, r.item(reply, top.AuthorID))
	}
	if r.open && !top.Stub() && len(top.Replies) < models.MaxReplies {
		t.Reply = &templates.CommentForm{ActionURL: web.StudyURL(cs.Slug) + "/comments", IDs: "reply-" + top.ID + "-", ButtonText: "Post reply",
			Parent: top.ID, Kind: string(DefaultKind(true)), MayMark: r.mayMark}
	}
	return t
}

// item is a comment with what the reader may do with it. asked is who wrote what
// it answers, if it answers anything.
func (r reader) item(c models.Comment, asked string) templates.CommentItem {
	item := templates.CommentItem{Comment: templates.CommentOf(c)}
	own := r.person.May(models.EditComment, c.Subject())
	if c.Measure != nil && own && !c.Measure.Waits() {
		item.Comment.AppealURL = "/me/moderation"
	}
	if !r.here || c.DeletedAt != nil || c.Stub() && c.Measure == nil {
		return item
	}
	address := commentURL(c.ID)
	open := own && r.open && !c.Stub()
	switch {
	case own:
	case r.person.May(models.Moderate, models.Subject{}):
		item.ModerateURL = "/moderation/act/comment/" + c.ID
	default:
		item.ReportURL = "/report/comment/" + c.ID
	}
	if open {
		item.EditURL = address + "/edit"
	}
	if open && (r.mayMark || c.Official) {
		item.OfficialURL = address + "/official"
	}
	if !own && !c.Stub() && (r.mayHelp || asked == r.person.ID) {
		item.HelpedURL = address + "/helped"
	}
	if r.person.May(models.DeleteComment, c.Subject()) {
		item.DeleteURL = address + "/delete"
	}
	return item
}

func commentURL(id string) string { return "/comments/" + id }

// pageURL gives the address of a page of a case study's comments.
func pageURL(cs models.CaseStudy, after, fragment string) string {
	to := web.StudyURL(cs.Slug)
	if after != "" {
		to += "?" + afterParameter + "=" + after
	}
	return to + "#" + fragment
}

// Address gives the path at which a comment is seen among the others of its
// case study.
func (f *Feature) Address(ctx context.Context, cs models.CaseStudy, c models.Comment) (string, error) {
	top := c.ID
	if c.ParentID != "" {
		top = c.ParentID
	}
	after, err := f.store.CommentsAfter(ctx, cs.ID, top, models.CommentsAPage)
	return pageURL(cs, after, "comment-"+c.ID), err
}
