package comments_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// study stands in for the page of a case study: it shows the comments alone.
type study struct {
	site     *web.Site
	comments *comments.Feature
}

func (s study) Routes(r fiber.Router) {
	r.Get("/case-studies/:slug", func(c *fiber.Ctx) error {
		cs, err := s.site.Store.CaseStudy(c.UserContext(), c.Params("slug"))
		if err != nil {
			return err
		}
		section, err := s.comments.Section(c, cs)
		if err != nil {
			return err
		}
		return s.site.Render(c, fiber.StatusOK, s.site.Shell(c, cs.Title), section)
	})
}

// bench is a site with comments and what a test of them starts from.
type bench struct {
	*apptest.App
	t        *testing.T
	comments *comments.Feature
	owner    models.Person
	study    models.CaseStudy
}

// path is the address of the case study.
func (b *bench) path() string { return "/case-studies/" + b.study.Slug }

func each(t *testing.T, f func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(s *web.Site) []apptest.Routes {
		feature := comments.New(s)
		return []apptest.Routes{feature, study{s, feature}}
	}, func(t *testing.T, a *apptest.App) {
		b := &bench{App: a, t: t, comments: comments.New(a.Site), owner: apptest.Person(t, a.Store, apptest.Named("owen-owner", "Owen Owner"))}
		b.study = b.addStudy("Letters in minutes")
		f(t, b)
	})
}

func (b *bench) addStudy(title string) models.CaseStudy {
	b.t.Helper()
	cs := models.CaseStudy{ID: b.Store.NewID(), OwnerID: b.owner.ID, CreatedAt: b.Store.Now(), UpdatedAt: b.Store.Now(),
		Document: models.Document{Title: title, Summary: "What we did.", Stage: models.StageInUse, Body: "We did it.", Language: "en"}}
	if err := b.Store.CreateCaseStudy(b.t.Context(), &cs, store.SaveNote{EditorID: b.owner.ID}); err != nil {
		b.t.Fatal(err)
	}
	return cs
}

func (b *bench) person(handle, name string, change ...func(*models.Person)) models.Person {
	b.t.Helper()
	return apptest.Person(b.t, b.Store, append([]func(*models.Person){apptest.Named(handle, name)}, change...)...)
}

// say posts a comment, a moment after the one before, so that their order is
// that of the test.
func (b *bench) say(p models.Person, n comments.NewComment) models.Comment {
	b.t.Helper()
	b.Clock.Move(time.Millisecond)
	if n.CaseStudy == "" {
		n.CaseStudy = b.study.ID
	}
	if n.Kind == "" {
		n.Kind = models.Question
	}
	c, err := b.comments.Post(b.t.Context(), &p, n)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *bench) count() int {
	b.t.Helper()
	cs, err := b.Store.CaseStudy(b.t.Context(), b.study.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return cs.Comments
}

// shown gives the texts of the comments on a page, in order.
func shown(p *apptest.Page) []string {
	var out []string
	for _, a := range p.All(apptest.Class("gr-comment")) {
		text := "deleted"
		if prose := apptest.All(a, apptest.Class("gr-prose")); len(prose) > 0 {
			text = apptest.Text(prose[0])
		}
		out = append(out, text)
	}
	return out
}

func wantShown(t *testing.T, p *apptest.Page, want ...string) {
	t.Helper()
	if got := strings.Join(shown(p), " | "); got != strings.Join(want, " | ") {
		t.Errorf("%s shows %q, want %q", p.Path, got, strings.Join(want, " | "))
	}
}

// inComment gives the element of a comment on a page.
func inComment(p *apptest.Page, id string) *html.Node { return p.ByID("comment-" + id) }

func TestSomebodyCommentsAndIsSeen(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		years := 12
		nurse := b.person("priya-nair", "Priya Nair", func(p *models.Person) {
			p.JobTitle, p.StaffGroup, p.YearsExperience, p.Organisation = "Ward manager", "Nursing and Midwifery Registered", &years, "RR8"
		})
		out := b.Client(t).Get(b.path()).Want(http.StatusOK).WantText("Comments", "Nobody has said anything yet", "Sign in to comment")
		if got, want := out.Link("Sign in to comment"), "/sign-in?next="+url.QueryEscape(b.path()+"#comments"); got != want {
			t.Errorf("signing in leads to %q, want %q", got, want)
		}

		page := b.As(t, nurse).Get(b.path()).Want(http.StatusOK)
		answer := page.Form(b.path()+"/comments").Set("kind", "experience").Set("body", "We did **the same** in 2024.").Send()
		id := strings.TrimPrefix(answer.Header.Get("Location"), b.path()+"#comment-")
		answer.WantRedirect(b.path() + "#comment-" + id)

		page = b.Client(t).Get(b.path()).Want(http.StatusOK).WantText("1 comment", "Experience", "Priya Nair", "Ward manager",
			"Nursing and Midwifery Registered", "12 years of experience", "Organisation RR8")
		wantShown(t, page, "We did the same in 2024.")
		if apptest.Attr(apptest.All(inComment(page, id), apptest.Class("gr-byline__name"))[0], "href") != "/people/priya-nair" {
			t.Error("the name does not lead to its person")
		}
		if b.count() != 1 {
			t.Errorf("the case study counts %d comments, want 1", b.count())
		}
	})
}

func TestAWrongFormKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		client := b.As(t, b.person("priya", "Priya"))
		form := client.Get(b.path()).Form(b.path() + "/comments")
		page := form.Set("body", "Half a thought").Send()
		page.WantErrors("Choose whether this is a question, a suggestion, experience or a result")
		if got := page.Form(b.path() + "/comments").Values.Get("body"); strings.TrimSpace(got) != "Half a thought" {
			t.Errorf("the text is %q by now", got)
		}
		page.Form(b.path()+"/comments").Set("kind", "result").Set("body", " \n").Send().WantErrors("Write your comment")
		long := strings.Repeat("word ", 1001)
		page = client.Post(b.path()+"/comments", url.Values{"kind": {"result"}, "body": {long}})
		page.WantErrors("A comment must be 5000 characters or fewer; it has 5004")
		again := page.Form(b.path() + "/comments")
		if again.Values.Get("kind") != "result" || strings.TrimSpace(again.Values.Get("body")) != strings.TrimSpace(long) {
			t.Error("the kind or the long text is lost")
		}
		if b.count() != 0 {
			t.Errorf("%d comments were saved", b.count())
		}
	})
}

func TestAnEndedSessionLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		page := b.Client(t).Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {"Written on a ward computer"}}).Want(http.StatusUnauthorized)
		page.WantText("Your session has ended")
		form := page.Form(b.path() + "/comments")
		if strings.TrimSpace(form.Values.Get("body")) != "Written on a ward computer" || form.Values.Get("kind") != "question" {
			t.Errorf("the form has %v", form.Values)
		}
		comment := b.say(b.owner, comments.NewComment{Body: "First"})
		page = b.Client(t).Post("/comments/"+comment.ID+"/edit", url.Values{"kind": {"question"}, "body": {"Changed"}, "version": {"1"}}).Want(http.StatusUnauthorized)
		if strings.TrimSpace(page.Form("/comments/"+comment.ID+"/edit").Values.Get("body")) != "Changed" {
			t.Error("the change is lost")
		}
	})
}

func TestPreviewShowsAndKeepsTheText(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		client := b.As(t, b.person("priya", "Priya"))
		form := client.Get(b.path()).Form(b.path()+"/comments").Set("body", "**Bold**").Set("kind", "result").Press("preview", "comment-body")
		page := form.Send().Want(http.StatusOK).WantText("How it will look", "Bold")
		if strong := apptest.All(page.One(apptest.Class("gr-prose")), apptest.Tag("strong")); len(strong) != 1 {
			t.Errorf("the preview has %d bold words, want 1", len(strong))
		}
		if b.count() != 0 {
			t.Error("a preview was posted")
		}
		page.Form(b.path() + "/comments").Send().Want(http.StatusSeeOther)
		if b.count() != 1 {
			t.Error("what was previewed was not posted")
		}

		fragment := client.Post("/comments/preview", url.Values{"text": {"*so* <script>alert(1)</script>"}}).Want(http.StatusOK)
		if !strings.Contains(fragment.Body, "<em>so</em>") || strings.Contains(fragment.Body, "<script") {
			t.Errorf("the preview is %q", fragment.Body)
		}
		client.Post("/comments/preview", url.Values{"text": {strings.Repeat("x", 50_000)}}).Want(http.StatusRequestEntityTooLarge)
		b.Client(t).Post("/comments/preview", url.Values{"text": {"x"}}).Want(http.StatusUnauthorized)
	})
}

func TestRepliesStandUnderTheirThread(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya, sam := b.person("priya", "Priya"), b.person("sam", "Sam")
		first := b.say(priya, comments.NewComment{Body: "first"})
		b.say(sam, comments.NewComment{Body: "second"})
		page := b.As(t, sam).Get(b.path())
		var reply *apptest.Form
		for _, f := range page.Forms(b.path() + "/comments") {
			if f.Values.Get("parent") == first.ID {
				reply = f
			}
		}
		if reply == nil {
			t.Fatal("there is no form to reply to the first comment")
		}
		reply.Set("body", "an answer").Send().Want(http.StatusSeeOther)
		page = b.Client(t).Get(b.path())
		wantShown(t, page, "first", "an answer", "second")

		answer, err := b.comments.List(t.Context(), nil, b.study.Slug, "", 20)
		if err != nil {
			t.Fatal(err)
		}
		nested := b.say(priya, comments.NewComment{Body: "an answer to the answer", ReplyTo: answer.Items[0].Replies[0].ID})
		if nested.ParentID != first.ID {
			t.Errorf("a reply to a reply is under %q, want the top-level comment", nested.ParentID)
		}
		wantShown(t, b.Client(t).Get(b.path()), "first", "an answer", "an answer to the answer", "second")
		if answer.Total != 3 {
			t.Errorf("the list counts %d, want 3", answer.Total)
		}
	})
}

func TestRepliesThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya := b.person("priya", "Priya")
		gone := b.say(priya, comments.NewComment{Body: "regretted"})
		if _, err := b.comments.Delete(t.Context(), &priya, gone.ID); err != nil {
			t.Fatal(err)
		}
		other := b.addStudy("Another")
		elsewhere := b.say(priya, comments.NewComment{CaseStudy: other.ID, Body: "over there"})
		for _, c := range []struct {
			name, parent string
			status       int
			says         string
		}{
			{"deleted", gone.ID, http.StatusConflict, "The comment that you are replying to has been deleted"},
			{"on another case study", elsewhere.ID, http.StatusNotFound, "is not on this case study"},
			{"no id", "nonsense\x00", http.StatusNotFound, "is not on this case study"},
			{"unknown", b.Store.NewID(), http.StatusNotFound, "is not on this case study"},
		} {
			page := b.As(t, priya).Post(b.path()+"/comments", url.Values{"parent": {c.parent}, "kind": {"question"}, "body": {"Why?"}}).Want(c.status).WantText(c.says)
			form := page.Form(b.path() + "/comments")
			if strings.TrimSpace(form.Values.Get("body")) != "Why?" {
				t.Errorf("%s: the text is lost", c.name)
			}
			if form.Send(); form.Values.Has("parent") {
				t.Errorf("%s: the form would fail again", c.name)
			}
		}
		if b.count() != 4 {
			t.Errorf("%d comments stand, want the 4 that were posted as comments of their own", b.count())
		}
		page := b.As(t, priya).Get(b.path())
		for _, f := range page.Forms(b.path() + "/comments") {
			if f.Values.Get("parent") == gone.ID {
				t.Error("a deleted comment offers a reply")
			}
		}
	})
}
