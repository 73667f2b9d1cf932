package comments

import (
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/templates"
)

// input is what a form of a comment sent.
type input struct {
	NewComment
	version int
	preview bool
}

func readInput(c *fiber.Ctx) (input, error) {
	in := input{NewComment: NewComment{CaseStudy: c.Params("slug"), Body: models.CleanText(web.Value(c, "body")), Kind: models.CommentKind(web.Value(c, "kind")),
		ReplyTo: web.Value(c, "parent"), Official: web.Value(c, "official") == "true"}, preview: web.Value(c, "preview") != ""}
	if v := web.Value(c, "version"); v != "" {
		n, err := web.FormVersion(c, "version", 1)
		if err != nil {
			return in, err
		}
		in.version = n
	}
	return in, nil
}

func (f *Feature) post(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	in, err := readInput(c)
	if err != nil {
		return err
	}
	cs, err := f.site.StandingCaseStudy(ctx, person, in.CaseStudy)
	if err != nil {
		return err
	}
	if person == nil || in.preview {
		return f.newPage(c, cs, in, nil)
	}
	comment, err := f.Post(ctx, person, in.NewComment)
	if err != nil {
		return f.newPage(c, cs, in, err)
	}
	return f.seeComment(c, cs, comment)
}

// seeComment leads to a comment among the others.
func (f *Feature) seeComment(c *fiber.Ctx, cs models.CaseStudy, comment models.Comment) error {
	to, err := f.Address(c.UserContext(), cs, comment)
	if err != nil {
		return err
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// newPage shows the form of a new comment on a page of its own, with all that
// was typed: because of an error that the form can mend, for a preview, or for
// somebody whose session has ended.
func (f *Feature) newPage(c *fiber.Ctx, cs models.CaseStudy, in input, failed error) error {
	ctx, person := c.UserContext(), web.Person(c)
	web.ShowStopped(c, failed)
	web.RetryAfter(c, failed)
	status, errors, err := formState(person, failed)
	if err != nil {
		return err
	}
	page := templates.CommentPage{Heading: "Your comment", Title: cs.Title, TitleURL: web.StudyURL(cs.Slug),
		Form: templates.CommentForm{ActionURL: web.StudyURL(cs.Slug) + "/comments", ButtonText: "Post comment", Body: in.Body, Kind: string(in.Kind),
			Parent: in.ReplyTo, Official: in.Official, Errors: errors}}
	if in.ReplyTo != "" {
		page.Heading, page.Form.ButtonText = "Your reply", "Post reply"
		answered, err := f.answered(c, cs, in.ReplyTo)
		if err != nil {
			return err
		}
		if page.Answers = answered; answered == nil {
			page.Form.Parent = "" // what it answers is gone, so it can be a comment of its own
		}
	}
	if person == nil {
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(web.StudyURL(cs.Slug)+"#comments")
	}
	if page.Form.MayMark, err = f.MayMark(ctx, person, &cs); err != nil {
		return err
	}
	return f.formPage(c, status, cs, page, in)
}

// formState gives the status and the errors that a form is shown again with,
// or the error when it is none that the form can mend.
func formState(person *models.Person, failed error) (int, []templates.FieldError, error) {
	if person == nil {
		return fiber.StatusUnauthorized, []templates.FieldError{{Message: "You are not signed in any more."}}, nil
	}
	if failed == nil {
		return fiber.StatusOK, nil, nil
	}
	errors, ok := web.FormErrors(failed)
	if !ok && models.KindOf(failed) != models.NotFound && models.KindOf(failed) != models.Forbidden {
		return 0, nil, failed
	}
	if !ok {
		errors = []templates.FieldError{{Message: web.Describe(failed).Message}}
	}
	return web.Describe(failed).Status, errors, nil
}

// answered gives the comment that a reply answers, or nil when it cannot be
// answered any more.
func (f *Feature) answered(c *fiber.Ctx, cs models.CaseStudy, id string) (*templates.CommentProps, error) {
	if !models.ValidID(id) {
		return nil, nil
	}
	comment, err := f.store.Comment(c.UserContext(), id)
	if models.KindOf(err) == models.NotFound || err == nil && (comment.CaseStudyID != cs.ID || comment.Stub()) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	props := templates.CommentOf(comment)
	return &props, nil
}

// formPage sends a form on a page of its own, with its preview when one was
// asked for.
func (f *Feature) formPage(c *fiber.Ctx, status int, cs models.CaseStudy, page templates.CommentPage, in input) error {
	if in.preview && !tooLongToShow(in.Body) {
		rendered, _, err := f.render(c.UserContext(), "preview", in.Body)
		if err != nil {
			return err
		}
		page.Form.Preview = rendered.HTML
	}
	shell := f.site.Shell(c, page.Heading)
	shell.NoIndex, shell.Errors = true, page.Form.Errors
	shell.Crumbs = []templates.Crumb{{Text: "Case studies", URL: "/case-studies"}, {Text: cs.Title, URL: web.StudyURL(cs.Slug)}}
	return f.site.Render(c, status, shell, templates.CommentFormPage(page))
}

// tooLongToShow keeps a preview from rendering what could never be saved.
func tooLongToShow(body string) bool { return len(body) > 8*models.MaxComment }

// preview answers the script that shows how a comment will look.
func (f *Feature) preview(c *fiber.Ctx) error {
	if _, err := web.Require(c); err != nil {
		return err
	}
	text := web.Value(c, "text")
	if tooLongToShow(text) {
		return models.Errorf(models.TooLarge, "The text is too long to preview. A comment has at most %d characters.", models.MaxComment)
	}
	rendered, _, err := f.render(c.UserContext(), "preview", models.CleanText(text))
	if err != nil {
		return err
	}
	return f.site.Fragment(c, templates.Prose(rendered.HTML))
}

// show leads from a comment's own address to where it stands by now.
func (f *Feature) show(c *fiber.Ctx) error {
	comment, cs, err := f.Get(c.UserContext(), web.Person(c), c.Params("id"))
	if err != nil {
		return err
	}
	return f.seeComment(c, cs, comment)
}

func (f *Feature) editPage(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	comment, cs, err := f.own(c.UserContext(), person, c.Params("id"))
	if err != nil {
		return err
	}
	return f.formPage(c, fiber.StatusOK, cs, editForm(cs, comment, input{NewComment: NewComment{Body: comment.Body, Kind: comment.Kind}, version: comment.Version}), input{})
}

// editForm is the form of a change, with what was typed.
func editForm(cs models.CaseStudy, comment models.Comment, in input) templates.CommentPage {
	return templates.CommentPage{Heading: "Change your comment", Title: cs.Title, TitleURL: web.StudyURL(cs.Slug),
		Form: templates.CommentForm{ActionURL: commentURL(comment.ID) + "/edit", ButtonText: "Save comment", Body: in.Body, Kind: string(in.Kind), Version: in.version}}
}

func (f *Feature) edit(c *fiber.Ctx) error {
	ctx, person := c.UserContext(), web.Person(c)
	in, err := readInput(c)
	if err != nil {
		return err
	}
	comment, cs, err := f.Get(ctx, person, c.Params("id"))
	if err != nil {
		return err
	}
	page := editForm(cs, comment, in)
	if person == nil {
		page.SignInURL = "/sign-in?next=" + web.QueryEscape(commentURL(comment.ID))
		return f.editAgain(c, cs, comment, page, in, nil)
	}
	if in.preview {
		if _, _, err := f.own(ctx, person, comment.ID); err != nil {
			return f.editAgain(c, cs, comment, page, in, err)
		}
		return f.formPage(c, fiber.StatusOK, cs, page, in)
	}
	saved, err := f.Edit(ctx, person, comment.ID, in.Body, in.Kind, in.version)
	if err != nil {
		return f.editAgain(c, cs, comment, page, in, err)
	}
	return f.seeComment(c, cs, saved)
}

// editAgain shows the form of a change again, beside what is saved by now when
// somebody else has been quicker.
func (f *Feature) editAgain(c *fiber.Ctx, cs models.CaseStudy, comment models.Comment, page templates.CommentPage, in input, failed error) error {
	if kind := models.KindOf(failed); kind == models.Gone || kind == models.Conflict {
		now, err := f.store.Comment(c.UserContext(), comment.ID)
		if err != nil {
			return err
		}
		if page.Closed = now.DeletedAt != nil; page.Closed {
			page.Heading = "Your comment has been deleted"
			page.Form.Errors = []templates.FieldError{{Message: "The comment has been deleted since you opened it, so the change was not saved."}}
			return f.formPage(c, fiber.StatusConflict, cs, page, input{})
		}
		props := templates.CommentOf(now)
		page.Heading, page.Saved, page.Form.Version = "Your comment has changed since you opened it", &props, now.Version
	}
	web.ShowStopped(c, failed)
	web.RetryAfter(c, failed)
	status, errors, err := formState(web.Person(c), failed)
	if err != nil {
		return err
	}
	if models.KindOf(failed) == models.Forbidden {
		return failed
	}
	page.Form.Errors = errors
	return f.formPage(c, status, cs, page, in)
}

func (f *Feature) delete(c *fiber.Ctx) error {
	ctx := c.UserContext()
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	comment, err := f.Delete(ctx, person, c.Params("id"))
	if err != nil {
		return err
	}
	return f.seeIn(c, comment)
}

func (f *Feature) official(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	comment, err := f.SetOfficial(c.UserContext(), person, c.Params("id"), web.Value(c, "official") == "true")
	if err != nil {
		return err
	}
	return f.seeIn(c, comment)
}

func (f *Feature) helped(c *fiber.Ctx) error {
	person, err := web.Require(c)
	if err != nil {
		return err
	}
	comment, err := f.SetHelped(c.UserContext(), person, c.Params("id"), web.Value(c, "helped") == "true")
	if err != nil {
		return err
	}
	return f.seeIn(c, comment)
}

// seeIn leads to a comment on the page of its case study.
func (f *Feature) seeIn(c *fiber.Ctx, comment models.Comment) error {
	cs, err := f.site.StandingCaseStudy(c.UserContext(), web.Person(c), comment.CaseStudyID)
	if err != nil {
		return err
	}
	return f.seeComment(c, cs, comment)
}
