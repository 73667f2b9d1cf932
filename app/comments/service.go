// Package comments is the feedback on case studies: threads two deep, with a
// kind, mentions, and the official responses of those who posted. Its
// operations are the same for pages, the API and the demonstration.
package comments

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"grassroots/app/markdown"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/store"
)

// Feature is the operations, with what they lean on.
type Feature struct {
	site     *web.Site
	store    *store.Store
	markdown *markdown.Renderer

	// Hold has a comment of a new account wait until a moderator has looked at it,
	// in the transaction in which it is posted.
	Hold func(ctx context.Context, c models.Comment, on models.CaseStudy) error
	// Announce tells others what happened to a comment, in the transaction in
	// which it happened.
	Announce func(ctx context.Context, what models.EventType, c models.Comment, on models.CaseStudy) error
}

// announce is Announce, where somebody listens.
func (f *Feature) announce(ctx context.Context, what models.EventType, c *models.Comment, on *models.CaseStudy) error {
	if f.Announce == nil {
		return nil
	}
	return f.Announce(ctx, what, *c, *on)
}

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site, store: site.Store, markdown: markdown.New(markdown.Options{})}
}

// List gives a page of the threads of a case study, by its id or slug: each
// top-level comment with all its replies, the official responses first, then
// oldest first. Total counts every comment that stands. after is the Next of
// the page before.
func (f *Feature) List(ctx context.Context, p *models.Person, idOrSlug, after string, limit int) (models.Page[models.Comment], error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return models.Page[models.Comment]{}, err
	}
	page, err := f.threads(ctx, p, cs, after, limit)
	return page.Page, err
}

// threadPage is a page of threads, with the way back to the page before.
type threadPage struct {
	models.Page[models.Comment]
	hasPrev bool // Prev is then the place it begins after, empty for the first page
}

func (f *Feature) threads(ctx context.Context, p *models.Person, cs models.CaseStudy, after string, limit int) (threadPage, error) {
	if after != "" && !models.ValidID(after) {
		return threadPage{}, models.E(models.BadRequest, "The place in this list of comments is not one that we gave. Start again from the first comment.")
	}
	found, err := f.store.Comments(ctx, cs.ID, after, limit)
	if err != nil {
		return threadPage{}, err
	}
	page := threadPage{hasPrev: !found.First}
	page.Items, page.Total, page.Prev = found.Comments, cs.Comments, found.Before
	if found.More {
		page.Next = found.Comments[len(found.Comments)-1].ID
	}
	return page, f.reveal(ctx, p, page.Items)
}

// Get gives one comment and the case study it is on.
func (f *Feature) Get(ctx context.Context, p *models.Person, id string) (models.Comment, models.CaseStudy, error) {
	if !models.ValidID(id) {
		return models.Comment{}, models.CaseStudy{}, models.E(models.NotFound, "That comment could not be found.")
	}
	c, err := f.store.Comment(ctx, id)
	if err != nil {
		return c, models.CaseStudy{}, err
	}
	cs, err := f.site.StandingCaseStudy(ctx, p, c.CaseStudyID)
	if err != nil {
		return models.Comment{}, cs, err
	}
	return c, cs, f.store.Reveal(ctx, []*models.Comment{&c}, func(c *models.Comment) bool { return c.MayReveal(p) })
}

// CountThreads counts the top-level comments of a case study, by its id or
// slug, those whose place alone is left too.
func (f *Feature) CountThreads(ctx context.Context, p *models.Person, idOrSlug string) (int, error) {
	cs, err := f.site.StandingCaseStudy(ctx, p, idOrSlug)
	if err != nil {
		return 0, err
	}
	return f.store.CountThreads(ctx, cs.ID)
}

// Thread gives one comment with its replies.
func (f *Feature) Thread(ctx context.Context, p *models.Person, id string) (models.Comment, error) {
	c, _, err := f.Get(ctx, p, id)
	if err != nil || c.ParentID != "" {
		return c, err
	}
	if err := f.store.AddReplies(ctx, &c); err != nil {
		return c, err
	}
	return c, f.reveal(ctx, p, c.Replies)
}

// NewComment is a comment on its way to being posted.
type NewComment struct {
	CaseStudy string // id or slug
	Body      string
	Kind      models.CommentKind
	ReplyTo   string // id of the comment that it answers; empty for a new thread
	Official  bool   // the response of those who posted the case study
}

// Post adds a comment of a person's. A reply to a reply goes under the same
// top-level comment.
func (f *Feature) Post(ctx context.Context, p *models.Person, n NewComment) (models.Comment, error) {
	if p == nil {
		return models.Comment{}, errSignIn()
	}
	cs, err := f.site.StandingCaseStudy(ctx, p, n.CaseStudy)
	if err != nil {
		return models.Comment{}, err
	}
	if err := f.mayWriteOn(ctx, cs.Locked); err != nil {
		return models.Comment{}, err
	}
	c := models.Comment{ID: f.store.NewID(), CaseStudyID: cs.ID, AuthorID: p.ID, Author: *p, Kind: n.Kind, Body: n.Body,
		Official: n.Official, CreatedAt: f.store.Now()}
	if n.ReplyTo != "" {
		if c.ParentID, err = f.topOf(ctx, cs.ID, n.ReplyTo); err != nil {
			return c, err
		}
	}
	if n.Official {
		if err := f.mayMark(ctx, p, &cs); err != nil {
			return c, err
		}
	}
	mentioned, err := f.prepare(ctx, &c)
	if err != nil {
		return c, err
	}
	overrides, err := f.site.CheckTexts(ctx, texts(c), nil)
	if err != nil {
		return c, err
	}
	isNew, err := f.site.IsNew(ctx, p) // before it is there: it is no reason to trust who posts it
	if err != nil {
		return c, err
	}
	return c, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.HoldPerson(ctx, p.ID); err != nil {
			return err
		}
		if err := f.site.KeepOverrides(ctx, overrides, about(p, c)); err != nil {
			return err
		}
		if err := f.store.AddComment(ctx, &c, mentioned); err != nil {
			return err
		}
		if err := f.checkLimits(ctx, &c); err != nil {
			return err
		}
		if isNew {
			if err := f.checkNewcomer(ctx, &c, len(mentioned)); err != nil {
				return err
			}
		}
		if isNew && f.site.FirstLook {
			return f.Hold(ctx, c, cs)
		}
		return f.announce(ctx, models.EventCommentCreated, &c, &cs)
	})
}

// checkNewcomer looks, with the new comment in place, whether it is more than
// new accounts may say.
func (f *Feature) checkNewcomer(ctx context.Context, c *models.Comment, mentioned int) error {
	if err := models.NewcomerComment(c.HTML, f.site.BaseURL, mentioned); err != nil {
		return err
	}
	n, err := f.store.CountCommentsSince(ctx, c.AuthorID, c.CreatedAt.Add(-24*time.Hour))
	if err == nil && n > models.NewcomerComments {
		err = models.ErrNewcomer("written " + strconv.Itoa(n-1) + " comments")
	}
	return err
}

// checkLimits looks, with the new comment in place, whether it is one too many,
// and whether its case study takes any: its row is held by now, so that nobody
// closes the comments meanwhile.
func (f *Feature) checkLimits(ctx context.Context, c *models.Comment) error {
	lock, err := f.store.LockOf(ctx, c.CaseStudyID)
	if err != nil {
		return err
	}
	if err := f.mayWriteOn(ctx, lock); err != nil {
		return err
	}
	n, err := f.store.CountCommentsSince(ctx, c.AuthorID, c.CreatedAt.Add(-time.Hour))
	if err != nil {
		return err
	}
	if n > models.MaxCommentsAnHour {
		return &models.Error{Kind: models.TooMany, After: time.Hour, // by then there is room again
			Message: fmt.Sprintf("You have written %d comments within an hour, which is the most that one person can. Wait a little, then send this one.", models.MaxCommentsAnHour)}
	}
	if c.ParentID == "" {
		return nil
	}
	if n, err = f.store.CountReplies(ctx, c.CaseStudyID, c.ParentID); err != nil {
		return err
	}
	if n > models.MaxReplies {
		return models.Errorf(models.Conflict, "This comment has %d replies, which is the most that one can have. Begin a new comment instead.", models.MaxReplies)
	}
	return nil
}

// topOf gives the top-level comment under which an answer to a comment goes.
func (f *Feature) topOf(ctx context.Context, caseStudyID, id string) (string, error) {
	gone := models.E(models.NotFound, "The comment that you are replying to is not on this case study.")
	if !models.ValidID(id) {
		return "", gone
	}
	c, err := f.store.Comment(ctx, id)
	switch {
	case models.KindOf(err) == models.NotFound || err == nil && c.CaseStudyID != caseStudyID:
		return "", gone
	case err != nil:
		return "", err
	case c.Stub():
		return "", models.E(models.Conflict, "The comment that you are replying to has been deleted or hidden. You can post this as a comment of its own.")
	case c.ParentID != "":
		return c.ParentID, nil
	}
	return c.ID, nil
}

// prepare checks and renders a comment, and gives the ids of the other people
// whom it mentions.
func (f *Feature) prepare(ctx context.Context, c *models.Comment) ([]string, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	rendered, byHandle, err := f.render(ctx, c.ID, c.Body)
	if err != nil {
		return nil, err
	}
	if len(rendered.Mentions) > models.MaxMentions {
		return nil, &models.Error{Kind: models.Invalid, Message: "The comment was not saved.", Fields: []models.FieldError{
			{Field: "body", Message: tooManyMentions}}}
	}
	c.HTML = rendered.HTML
	var ids []string
	for _, h := range rendered.Mentions {
		if id := byHandle[h]; id != c.AuthorID {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

var tooManyMentions = fmt.Sprintf("A comment can mention at most %d people. Mention those who have something to do with it", models.MaxMentions)

// maxLookUp is how many handles of a text are looked up: more than it may
// mention, so that a text with too many is seen to have too many.
const maxLookUp = 200

// render makes a comment's HTML. Only the handles of people who are here are
// linked, so the text is read once for what handles there are, and again when
// it is known whose they are.
func (f *Feature) render(ctx context.Context, id, body string) (markdown.Result, map[string]string, error) {
	r := f.markdown.With(markdown.Options{Prefix: "c" + strings.ToLower(id)})
	first := r.RenderComment(body, nil)
	if len(first.Mentions) == 0 {
		return first, nil, nil
	}
	byHandle, err := f.store.PeopleByHandles(ctx, first.Mentions[:min(len(first.Mentions), maxLookUp)])
	if err != nil {
		return first, nil, err
	}
	return r.RenderComment(body, func(handle string) bool { return byHandle[handle] != "" }), byHandle, nil
}

// RenderKept makes the HTML of a comment that comes from another site, where it
// was checked. known tells whose handles are linked.
func (f *Feature) RenderKept(id, body string, known func(handle string) bool) string {
	return f.markdown.With(markdown.Options{Prefix: "c" + strings.ToLower(id)}).RenderComment(body, known).HTML
}

// MayMark tells whether a person may mark a response to a case study as the
// official one.
func (f *Feature) MayMark(ctx context.Context, p *models.Person, cs *models.CaseStudy) (bool, error) {
	return f.site.May(ctx, p, models.AnswerOfficially, cs)
}

func (f *Feature) mayMark(ctx context.Context, p *models.Person, cs *models.CaseStudy) error {
	ok, err := f.MayMark(ctx, p, cs)
	if err == nil && !ok {
		err = models.E(models.Forbidden, "Only those who wrote the case study, and the leads of its organisation, can give the official response.")
	}
	return err
}

// own gives a comment that stands, of the person's own.
func (f *Feature) own(ctx context.Context, p *models.Person, id string) (models.Comment, models.CaseStudy, error) {
	if p == nil {
		return models.Comment{}, models.CaseStudy{}, errSignIn()
	}
	c, cs, err := f.Get(ctx, p, id)
	switch {
	case err != nil:
	case !p.May(models.EditComment, c.Subject()):
		err = models.E(models.Forbidden, "Only the person who wrote a comment can change it.")
	case c.DeletedAt != nil:
		err = models.E(models.Gone, "This comment has been deleted.")
	case c.Hidden != "":
		err = models.E(models.Forbidden, "A moderator has hidden this comment, so it cannot be changed. Why, and how to say that you disagree, is under your account: /me/moderation")
	default:
		err = f.mayWriteOn(ctx, cs.Locked)
	}
	return c, cs, err
}

// Edit changes the text and kind of a person's own comment. version is the one
// that the change was made from: Conflict when another came first. A change
// that changes nothing leaves no mark.
func (f *Feature) Edit(ctx context.Context, p *models.Person, id, body string, kind models.CommentKind, version int) (models.Comment, error) {
	c, _, err := f.own(ctx, p, id)
	if err != nil {
		return c, err
	}
	old := c
	c.Body, c.Kind, c.Version = body, kind, version
	mentioned, err := f.prepare(ctx, &c)
	if err != nil {
		return c, err
	}
	if version == old.Version && c.Body == old.Body && c.Kind == old.Kind {
		return old, nil
	}
	if isNew, err := f.site.IsNew(ctx, p); err != nil {
		return c, err
	} else if isNew {
		if err := models.NewcomerComment(c.HTML, f.site.BaseURL, len(mentioned)); err != nil {
			return c, err
		}
	}
	overrides, err := f.site.CheckTexts(ctx, texts(c), texts(old))
	if err != nil {
		return c, err
	}
	return c, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.site.KeepOverrides(ctx, overrides, about(p, c)); err != nil {
			return err
		}
		return f.store.EditComment(ctx, &c, mentioned)
	})
}

// texts are what of a comment is checked for personal data.
func texts(c models.Comment) []personal.Text {
	return []personal.Text{{Field: "body", Value: c.Body}}
}

// about says of what was let stand whose it was, and where.
func about(p *models.Person, c models.Comment) models.Override {
	return models.Override{PersonID: p.ID, Subject: models.OverrideComment, SubjectID: c.ID, CaseStudyID: c.CaseStudyID}
}

var errNotTheirs = models.E(models.Forbidden, "Only the person who wrote a comment can delete it. If something is wrong with it, report it: a moderator hides it, with a reason that its author reads.")

// Delete empties a comment and leaves its place, so that the replies to it
// still make sense: for the person who wrote it. Deleting it again changes
// nothing.
func (f *Feature) Delete(ctx context.Context, p *models.Person, id string) (models.Comment, error) {
	if p == nil {
		return models.Comment{}, errSignIn()
	}
	c, cs, err := f.Get(ctx, p, id)
	if err != nil {
		return c, err
	}
	if !p.May(models.DeleteComment, c.Subject()) {
		return c, errNotTheirs
	}
	return c, f.store.Tx(ctx, func(ctx context.Context) error {
		if err := f.store.DeleteComment(ctx, c.ID); err != nil || c.Stub() { // others were told before
			return err
		}
		return f.announce(ctx, models.EventCommentDeleted, &c, &cs)
	})
}

// SetOfficial makes a person's own comment the official response of those who
// posted the case study, or takes the mark away.
func (f *Feature) SetOfficial(ctx context.Context, p *models.Person, id string, on bool) (models.Comment, error) {
	c, cs, err := f.own(ctx, p, id)
	if err != nil {
		return c, err
	}
	if on {
		if err := f.mayMark(ctx, p, &cs); err != nil {
			return c, err
		}
	}
	c.Official = on
	return c, f.store.MarkOfficial(ctx, c.ID, on)
}

// SetHelped says of somebody else's comment that it helped, or takes that back:
// for those who wrote the case study, and for whoever it answers.
func (f *Feature) SetHelped(ctx context.Context, p *models.Person, id string, on bool) (models.Comment, error) {
	if p == nil {
		return models.Comment{}, models.E(models.Unauthorised, "Sign in to say that an answer helped.")
	}
	c, cs, err := f.Get(ctx, p, id)
	switch {
	case err != nil:
		return c, err
	case c.AuthorID == p.ID:
		return c, models.E(models.Forbidden, "Whether your own comment helped is for others to say.")
	case c.Stub():
		return c, models.E(models.Conflict, "This comment has been deleted or hidden, so nothing can be said of it.")
	}
	may, err := f.site.May(ctx, p, models.MarkHelpful, &cs)
	if err == nil && !may && c.ParentID != "" {
		var asked models.Comment
		asked, err = f.store.Comment(ctx, c.ParentID)
		may = asked.AuthorID == p.ID
	}
	if err != nil {
		return c, err
	}
	if !may {
		return c, models.E(models.Forbidden, "Only those who wrote the case study, and whoever asked, can say that an answer helped.")
	}
	c.Helped = on
	return c, f.store.MarkHelped(ctx, c.ID, p.ID, on)
}

// DefaultKind is the kind of a comment whose writer was not asked for one: an
// answer is most often experience, anything else a suggestion.
func DefaultKind(reply bool) models.CommentKind {
	if reply {
		return models.Experience
	}
	return models.Suggestion
}

func errSignIn() error {
	return models.E(models.Unauthorised, "Sign in to comment. What you wrote is still here.")
}
