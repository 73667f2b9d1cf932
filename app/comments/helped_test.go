package comments_test

import (
	"net/http"
	"net/url"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

// Those who wrote a case study, and whoever asked, say that an answer helped;
// nobody else does, and nobody of their own.
func TestAnAnswerHelped(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		asker, expert, other := apptest.Person(t, b.Store), apptest.Person(t, b.Store), apptest.Person(t, b.Store)
		post := func(p models.Person, to string) models.Comment {
			c, err := b.comments.Post(t.Context(), &p, comments.NewComment{CaseStudy: b.study.ID, Body: "How did it go?", Kind: models.Question, ReplyTo: to})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		question := post(asker, "")
		answer := post(expert, question.ID)
		say := func(p models.Person, id, helped string) *apptest.Page {
			return b.As(t, p).Post("/comments/"+id+"/helped", url.Values{"helped": {helped}})
		}
		say(other, answer.ID, "true").Want(http.StatusForbidden)
		say(expert, answer.ID, "true").Want(http.StatusForbidden)
		say(asker, question.ID, "true").Want(http.StatusForbidden)
		b.Client(t).Get(b.path()).WantNoText("This helped")
		b.As(t, asker).Get(b.path()).Want(http.StatusOK).Form("/comments/" + answer.ID + "/helped").Send().Want(http.StatusSeeOther)
		b.Client(t).Get(b.path()).WantText("This helped")
		say(b.owner, answer.ID, "false").Want(http.StatusSeeOther)
		b.Client(t).Get(b.path()).WantNoText("This helped")
		var got struct{ Helped bool }
		b.Program(t, b.owner).Send("PUT", "/api/v1/comments/"+question.ID+"/helped", map[string]bool{"helped": true}).Want(http.StatusOK).JSON(&got)
		if !got.Helped {
			t.Error("the API does not say that it helped")
		}
		b.Program(t, other).Send("PUT", "/api/v1/comments/"+question.ID+"/helped", map[string]bool{"helped": true}).WantProblem(http.StatusForbidden)
		if err := b.Store.DeleteComment(t.Context(), question.ID); err != nil {
			t.Fatal(err)
		}
		say(b.owner, question.ID, "true").Want(http.StatusConflict)
		deeds, err := b.Store.DeedsOf(t.Context(), []string{expert.ID, asker.ID})
		if err != nil || len(deeds) != 0 {
			t.Errorf("did %+v, %v", deeds, err)
		}
	})
}
