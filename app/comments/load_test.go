package comments_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

func TestAHundredPeopleCommentAtOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const n = 100
		people := make([]models.Person, n)
		for i := range people {
			people[i] = apptest.Person(t, b.Store)
		}
		first := b.say(b.owner, comments.NewComment{Body: "Go"})
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range people {
			wg.Go(func() {
				n := comments.NewComment{CaseStudy: b.study.ID, Kind: models.Experience, Body: fmt.Sprintf("Comment %d", i)}
				if i%2 == 1 {
					n.ReplyTo = first.ID
				}
				c, err := b.comments.Post(t.Context(), &people[i], n)
				if err == nil && i%10 == 0 {
					_, err = b.comments.Delete(t.Context(), &people[i], c.ID)
				}
				errs[i] = err
			})
		}
		wg.Wait()
		for i, err := range errs {
			if err != nil {
				t.Errorf("comment %d: %v", i, err)
			}
		}
		if got := b.count(); got != 1+n-n/10 {
			t.Errorf("%d comments are counted, want %d", got, 1+n-n/10)
		}
		cs, err := b.Store.CaseStudy(t.Context(), b.study.ID)
		if err != nil {
			t.Fatal(err)
		}
		if want := models.HotRank(0, cs.Comments, 0, cs.PublishedAt); cs.Hot < want-1e-9 || cs.Hot > want+1e-9 {
			t.Errorf("the rank is %v, want %v", cs.Hot, want)
		}
	})
}

func TestOnePersonCannotFloodAPage(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		priya := b.person("priya", "Priya")
		other := b.addStudy("Another")
		var wg sync.WaitGroup
		var mu sync.Mutex
		posted, refused := 0, 0
		for i := range models.MaxCommentsAnHour + 10 {
			wg.Go(func() {
				n := comments.NewComment{CaseStudy: b.study.ID, Kind: models.Question, Body: fmt.Sprintf("Comment %d", i)}
				if i%2 == 0 {
					n.CaseStudy = other.ID
				}
				_, err := b.comments.Post(t.Context(), &priya, n)
				mu.Lock()
				defer mu.Unlock()
				switch models.KindOf(err) {
				case "":
					posted++
				case models.TooMany:
					refused++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if posted != models.MaxCommentsAnHour || refused != 10 {
			t.Errorf("%d were posted and %d refused, want %d and 10", posted, refused, models.MaxCommentsAnHour)
		}
		client := b.As(t, priya)
		page := client.Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {"One more"}}).Want(http.StatusTooManyRequests)
		page.WantText("You have written 30 comments within an hour")
		form := page.Form(b.path() + "/comments")
		b.Clock.Move(61 * time.Minute)
		client = b.As(t, priya) // the session has ended meanwhile
		client.Post(form.Action, form.Values).Want(http.StatusSeeOther)
	})
}

func TestAThreadHasAnEnd(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		top := b.say(b.owner, comments.NewComment{Body: "Discuss"})
		for i := range models.MaxReplies {
			b.imported(t, comments.ImportedComment{ParentID: top.ID, Body: fmt.Sprint("reply ", i)})
		}
		late := b.person("late", "Late")
		_, err := b.comments.Post(t.Context(), &late, comments.NewComment{CaseStudy: b.study.ID, Kind: models.Question, Body: "One more", ReplyTo: top.ID})
		if models.KindOf(err) != models.Conflict {
			t.Errorf("one reply too many gives %v, want a conflict", err)
		}
		if b.count() != 1+models.MaxReplies {
			t.Errorf("%d comments are counted", b.count())
		}
		for _, f := range b.As(t, late).Get(b.path()).Forms(b.path() + "/comments") {
			if f.Values.Get("parent") == top.ID {
				t.Error("a full thread offers a reply")
			}
		}
	})
}

// imported brings in a comment of the owner's, which no limit holds for.
func (b *bench) imported(t *testing.T, in comments.ImportedComment) string {
	t.Helper()
	b.Clock.Move(time.Millisecond)
	in.ID, in.CaseStudyID, in.AuthorID, in.Kind, in.Created = b.Store.NewID(), b.study.ID, b.owner.ID, models.Experience, b.Store.Now()
	created, err := b.comments.Import(t.Context(), in)
	if err != nil || !created {
		t.Fatalf("importing: %v, %v", created, err)
	}
	return in.ID
}

// turn follows the link to the page before or after.
func turn(t *testing.T, b *bench, p *apptest.Page, rel string) *apptest.Page {
	t.Helper()
	return b.Client(t).Get(apptest.Attr(p.One(apptest.With("a", "rel", rel)), "href")).Want(http.StatusOK)
}

func TestPagesOfThreads(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		const n = 2*models.CommentsAPage + 5
		var official, others []string
		ids := map[string]string{}
		for i := range n {
			c := comments.ImportedComment{Body: apptest.Numbered("comment ", i), Official: i == 3 || i == 30 || i == n-1}
			ids[c.Body] = b.imported(t, c)
			if c.Official {
				official = append(official, c.Body)
			} else {
				others = append(others, c.Body)
			}
		}
		all := append(official, others...)
		parts := slices.Collect(slices.Chunk(all, models.CommentsAPage))
		page := b.Client(t).Get(b.path())
		for i, part := range parts {
			wantShown(t, page, part...)
			for _, text := range part {
				b.Client(t).Get("/comments/" + ids[text]).WantRedirect(page.Path + "#comment-" + ids[text])
			}
			if i < len(parts)-1 {
				page = turn(t, b, page, "next")
			}
		}
		if len(page.All(apptest.With("a", "rel", "next"))) != 0 {
			t.Error("the last page leads to another")
		}
		for i := len(parts) - 2; i >= 0; i-- {
			page = turn(t, b, page, "prev")
			wantShown(t, page, parts[i]...)
		}
		if page.Path != b.path() || len(page.All(apptest.With("a", "rel", "prev"))) != 0 {
			t.Errorf("the way back ends at %s", page.Path)
		}

		reply := b.imported(t, comments.ImportedComment{Body: "a reply", ParentID: ids[all[len(all)-1]]})
		last := b.Client(t).Get("/comments/" + reply).Follow()
		inComment(last, reply)
		answer := b.As(t, b.person("late", "Late")).Post(b.path()+"/comments", url.Values{"kind": {"question"}, "body": {"the newest"}}).Want(http.StatusSeeOther)
		if got := shown(answer.Follow()); got[len(got)-1] != "the newest" {
			t.Errorf("the new comment is not where the answer leads: %q", got)
		}
	})
}

func TestPlacesThatWeDidNotGive(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		other := b.addStudy("Another")
		elsewhere := b.say(b.owner, comments.NewComment{CaseStudy: other.ID, Body: "over there"})
		top := b.say(b.owner, comments.NewComment{Body: "here"})
		reply := b.say(b.owner, comments.NewComment{Body: "a reply", ReplyTo: top.ID})
		for _, after := range []string{"x", "%00", "%ff%fe", b.Store.NewID(), elsewhere.ID, reply.ID, strings.Repeat("9", 5000)} {
			b.Client(t).Get(b.path() + "?comments_after=" + after).Want(http.StatusBadRequest)
		}
		b.Client(t).Get("/comments/" + b.Store.NewID()).Want(http.StatusNotFound)
		b.Client(t).Get("/comments/%ff%00").Want(http.StatusNotFound)
		// One that has been deleted since is still a place.
		if _, err := b.comments.Delete(t.Context(), &b.owner, top.ID); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(b.path() + "?comments_after=" + top.ID).Want(http.StatusOK)
	})
}

func TestStatementsDoNotGrowWithComments(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		reader := b.As(t, b.person("priya", "Priya"))
		anonymous := b.Client(t)
		look := func() (few, many int) {
			one := b.Statements(func() { anonymous.Get(b.path()).Want(http.StatusOK) })
			two := b.Statements(func() { reader.Get(b.path()).Want(http.StatusOK) })
			return len(one), len(two)
		}
		b.say(b.owner, comments.NewComment{Body: "one"})
		reader.Get(b.path()) // the session is remembered from here on
		first, signedIn := look()
		var top string
		for i := range models.CommentsAPage + 3 {
			top = b.imported(t, comments.ImportedComment{Body: fmt.Sprint("comment ", i)})
			b.imported(t, comments.ImportedComment{Body: fmt.Sprint("reply ", i), ParentID: top})
		}
		reader.Get(b.path())
		later, signedInLater := look()
		// The first page of one comment has no replies to look for, but asks.
		if first != later || signedIn != signedInLater {
			t.Errorf("with one comment %d and %d statements, with many %d and %d", first, signedIn, later, signedInLater)
		}
		if later > 4 || signedInLater > 5 {
			t.Errorf("%d statements, %d signed in: too many", later, signedInLater)
		}
		if !strings.Contains(anonymous.Get(b.path()).Body, "comments_after=") {
			t.Error("the second page is not linked, so nothing was paged")
		}
	})
}
