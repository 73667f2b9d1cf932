package comments_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

func TestOneChangesOnesOwnComment(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya, sam := b.person("priya", "Priya"), b.person("sam", "Sam", apptest.WithRole(models.RoleModerator))
		c := b.say(priya, comments.NewComment{Body: "Frist", Kind: models.Suggestion})
		edit := "/comments/" + c.ID + "/edit"
		client := b.As(t, priya)
		page := client.Get(client.Get(b.path()).Link("Edit your comment")).Want(http.StatusOK)
		if page.Heading() != "Change your comment" {
			t.Errorf("the heading is %q", page.Heading())
		}
		form := page.Form(edit)
		if form.Values.Get("kind") != "suggestion" || strings.TrimSpace(form.Values.Get("body")) != "Frist" {
			t.Errorf("the form begins with %v", form.Values)
		}
		b.Clock.Move(time.Minute)
		form.Set("body", "First").Send().WantRedirect(b.path() + "#comment-" + c.ID)
		wantShown(t, b.Client(t).Get(b.path()).WantText("(edited)"), "First")

		// Even one who moderates does not put words into others' mouths.
		b.As(t, sam).Get(edit).Want(http.StatusForbidden)
		b.As(t, sam).Post(edit, url.Values{"body": {"Mine"}, "kind": {"question"}, "version": {"2"}}).Want(http.StatusForbidden)
		b.Client(t).Get(edit).WantRedirect("/sign-in?next=" + url.QueryEscape(edit))
		b.Client(t).Get("/comments/nonsense/edit").Want(http.StatusSeeOther)
		client.Get("/comments/nonsense/edit").Want(http.StatusNotFound)
		client.Post(edit, url.Values{"body": {"x"}, "kind": {"question"}, "version": {"two"}}).Want(http.StatusBadRequest)

		page = client.Get(edit).Form(edit).Set("body", "").Send()
		page.WantErrors("Write your comment")
		wantShown(t, b.Client(t).Get(b.path()), "First")
	})
}

func TestAChangeThatChangesNothingLeavesNoMark(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya := b.person("priya", "Priya")
		c := b.say(priya, comments.NewComment{Body: "Just so"})
		edit := "/comments/" + c.ID + "/edit"
		b.As(t, priya).Get(edit).Form(edit).Send().Want(http.StatusSeeOther)
		b.Client(t).Get(b.path()).WantNoText("(edited)")
	})
}

func TestTwoChangesAtOnceLoseNothing(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya := b.person("priya", "Priya")
		c := b.say(priya, comments.NewComment{Body: "At the start"})
		edit := "/comments/" + c.ID + "/edit"
		ward, home := b.As(t, priya), b.As(t, priya)
		atWard, atHome := ward.Get(edit).Form(edit), home.Get(edit).Form(edit)
		atWard.Set("body", "From the ward").Send().Want(http.StatusSeeOther)
		page := atHome.Set("body", "From home").Send().Want(http.StatusConflict)
		page.WantText("Your comment has changed since you opened it", "What is saved now", "From the ward")
		form := page.Form(edit)
		if strings.TrimSpace(form.Values.Get("body")) != "From home" {
			t.Errorf("what was typed is %q by now", form.Values.Get("body"))
		}
		wantShown(t, b.Client(t).Get(b.path()), "From the ward")
		form.Send().Want(http.StatusSeeOther)
		wantShown(t, b.Client(t).Get(b.path()), "From home")

		late := home.Get(edit).Form(edit)
		ward.Post("/comments/"+c.ID+"/delete", nil).Want(http.StatusSeeOther)
		page = late.Set("body", "Too late").Send().Want(http.StatusConflict).WantText("Your comment has been deleted")
		if !strings.Contains(page.Body, "Too late") {
			t.Error("what was typed is lost")
		}
		home.Get(edit).Want(http.StatusGone)
	})
}

func TestADeletedCommentLeavesAStub(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya, sam := b.person("priya", "Priya"), b.person("sam", "Sam")
		c := b.say(priya, comments.NewComment{Body: "Hasty words", Kind: models.Question})
		b.say(sam, comments.NewComment{Body: "A calm answer", ReplyTo: c.ID})
		remove := "/comments/" + c.ID + "/delete"
		if found := b.As(t, sam).Get(b.path()).Forms(remove); len(found) != 0 {
			t.Error("somebody else is offered to delete it")
		}
		b.As(t, sam).Post(remove, nil).Want(http.StatusForbidden)
		b.Client(t).Post(remove, nil).Want(http.StatusUnauthorized)
		b.As(t, priya).Get(b.path()).Form(remove).Send().WantRedirect(b.path() + "#comment-" + c.ID)
		page := b.Client(t).Get(b.path()).WantText("1 comment", "This comment was deleted.").WantNoText("Hasty words", "Priya")
		wantShown(t, page, "deleted", "A calm answer")
		b.As(t, priya).Post(remove, nil).Want(http.StatusSeeOther)
		if b.count() != 1 {
			t.Errorf("%d comments are counted after deleting one twice, want 1", b.count())
		}
		stored, err := b.Store.Comment(t.Context(), c.ID)
		if err != nil || stored.Body != "" || stored.HTML != "" {
			t.Errorf("the text is still kept: %q, %q, %v", stored.Body, stored.HTML, err)
		}
	})
}

func TestModeratorsDeleteNothingThatOthersWrote(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		c := b.say(b.person("priya", "Priya"), comments.NewComment{Body: "Beyond the pale"})
		for _, role := range []models.Role{models.RoleModerator, models.RoleAdmin} {
			moderator := b.person("mo-"+string(role), "Mo", apptest.WithRole(role))
			page := b.As(t, moderator).Get(b.path()).WantText("Moderate the comment by Priya")
			if forms := page.Forms("/comments/" + c.ID + "/delete"); len(forms) > 0 {
				t.Errorf("the page offers to delete it to a %s", role)
			}
			b.As(t, moderator).Post("/comments/"+c.ID+"/delete", nil).Want(http.StatusForbidden).WantText("a moderator hides it, with a reason that its author reads")
			b.Program(t, moderator).Do(http.MethodDelete, "/api/v1/comments/"+c.ID, nil, "").WantProblem(http.StatusForbidden)
		}
		wantShown(t, b.Client(t).Get(b.path()), "Beyond the pale")
	})
}

func TestTheOfficialResponseStandsOnTop(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya, author := b.person("priya", "Priya"), b.person("ann", "Ann Author")
		if err := b.Store.SetEditors(t.Context(), b.study.ID, []string{author.ID}); err != nil {
			t.Fatal(err)
		}
		b.say(priya, comments.NewComment{Body: "one"})
		b.say(priya, comments.NewComment{Body: "two"})
		form := b.As(t, b.owner).Get(b.path()).Forms(b.path() + "/comments")
		form[len(form)-1].Set("body", "three, from the owner").Set("kind", "result").Set("official", "true").Send().Want(http.StatusSeeOther)
		page := b.Client(t).Get(b.path()).WantText("Official response")
		wantShown(t, page, "three, from the owner", "one", "two")

		// A co-author marks a comment later, and takes the mark back.
		c := b.say(author, comments.NewComment{Body: "four, from a co-author"})
		wantShown(t, b.Client(t).Get(b.path()), "three, from the owner", "one", "two", "four, from a co-author")
		mark := "/comments/" + c.ID + "/official"
		b.As(t, author).Get(b.path()).Form(mark).Send().WantRedirect(b.path() + "#comment-" + c.ID)
		wantShown(t, b.Client(t).Get(b.path()).WantNoText("(edited)"), "three, from the owner", "four, from a co-author", "one", "two")
		b.As(t, author).Get(b.path()).Form(mark).Send().Want(http.StatusSeeOther)
		wantShown(t, b.Client(t).Get(b.path()), "three, from the owner", "one", "two", "four, from a co-author")

		// Nobody else can.
		b.As(t, b.owner).Post(mark, url.Values{"official": {"true"}}).Want(http.StatusForbidden)
		own := b.say(priya, comments.NewComment{Body: "five"})
		b.As(t, priya).Post("/comments/"+own.ID+"/official", url.Values{"official": {"true"}}).Want(http.StatusForbidden)
		refused := b.As(t, priya).Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {"six"}, "official": {"true"}}).Want(http.StatusForbidden)
		if !strings.Contains(refused.Body, "six") {
			t.Error("the text of the refused comment is lost")
		}
		if strings.Contains(b.As(t, priya).Get(b.path()).Body, "This is the official response") {
			t.Error("the mark is offered to a reader")
		}
	})
}

func TestMentionsAreOfPeopleWhoAreHere(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya, sam, kim := b.person("priya", "Priya"), b.person("sam", "Sam"), b.person("kim", "Kim")
		c := b.say(priya, comments.NewComment{Body: "What do you think, @sam and @Kim? Not @nobody, nor I, @priya."})
		page := b.Client(t).Get(b.path())
		var links []string
		for _, a := range apptest.All(page.One(apptest.Class("gr-prose")), apptest.Tag("a")) {
			links = append(links, apptest.Attr(a, "href"))
		}
		if got := strings.Join(links, " "); got != "/people/sam /people/kim /people/priya" {
			t.Errorf("the comment links to %q", got)
		}
		mentions := func(p models.Person) int {
			list, _, err := b.Store.MentionsOf(t.Context(), p.ID, "", 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		for name, got := range map[string]int{"Sam": mentions(sam), "Kim": mentions(kim), "herself": 1 - mentions(priya)} {
			if got != 1 {
				t.Errorf("%s has %d mentions", name, got)
			}
		}
		if _, err := b.comments.Edit(t.Context(), &priya, c.ID, "What do you think, @kim?", models.Question, 1); err != nil {
			t.Fatal(err)
		}
		if mentions(sam) != 0 || mentions(kim) != 1 {
			t.Errorf("after the change Sam has %d mentions and Kim %d", mentions(sam), mentions(kim))
		}
		if _, err := b.comments.Delete(t.Context(), &priya, c.ID); err != nil {
			t.Fatal(err)
		}
		if mentions(kim) != 0 {
			t.Error("a deleted comment still mentions somebody")
		}

		var many strings.Builder
		for range models.MaxMentions + 1 {
			many.WriteString("@" + apptest.Person(t, b.Store).Handle + " ")
		}
		b.As(t, priya).Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {many.String()}}).
			WantErrors("A comment can mention at most 20 people. Mention those who have something to do with it")
	})
}

func TestWithdrawnCaseStudiesTakeTheirCommentsAlong(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya := b.person("priya", "Priya")
		c := b.say(priya, comments.NewComment{Body: "While it lasted"})
		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		client := b.As(t, priya)
		form := url.Values{"kind": {"question"}, "body": {"Still there?"}, "version": {"1"}}
		client.Post(b.path()+"/comments", form).Want(http.StatusGone)
		for _, action := range []string{"/edit", "/delete", "/official"} {
			client.Post("/comments/"+c.ID+action, form).Want(http.StatusGone)
		}
		client.Get("/comments/" + c.ID + "/edit").Want(http.StatusGone)
		client.Get("/comments/" + c.ID).Want(http.StatusGone)
		if _, err := b.comments.List(t.Context(), nil, b.study.ID, "", 20); models.KindOf(err) != models.Gone {
			t.Errorf("listing gives %v, want gone", err)
		}
		// The page itself is shown to its authors alone, who see no form.
		page := b.As(t, b.owner).Get(b.path()).WantText("While it lasted", "Nothing can be added while the case study is withdrawn.")
		if len(page.Forms(b.path()+"/comments")) != 0 {
			t.Error("a withdrawn case study offers a comment")
		}
		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Published); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get("/comments/" + c.ID).WantRedirect(b.path() + "#comment-" + c.ID)
	})
}
