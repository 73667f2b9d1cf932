package app_test

import (
	"net/http"
	"testing"
	"time"

	"grassroots/app/comments"
	"grassroots/models"
)

// question has somebody ask something under a case study.
func (w told) question(p models.Person, cs models.CaseStudy, body string) models.Comment {
	w.t.Helper()
	c, err := w.whole.Comments.Post(w.t.Context(), &p, comments.NewComment{CaseStudy: cs.ID, Body: body, Kind: models.Question})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// questions does what comes round every hour.
func (w told) questions() {
	w.t.Helper()
	if err := w.whole.Feedback.AskQuestions(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.work()
}

// A question that those who wrote the case study leave unanswered for a day is
// put to those who know what it names.
func TestAQuestionIsPutToThoseWhoKnow(t *testing.T) {
	eachAsking(t, func(w told) {
		author, asker := w.person("ann", "Ann"), w.person("ray", "Ray")
		ben := w.knows("ben", systmOne)
		emis := func(e *models.Expertise) { e.Systems = []string{"emis-web"} }
		eve, fay := w.knows("eve", emis), w.knows("fay", emis)
		d := joins("Letters")
		d.Stage = models.StageInUse
		w.post(author, models.Document{Title: "Records", Connections: []models.Connection{{From: "EMIS Web", To: "Patient Knows Best"}}, Stage: models.StageInUse})
		cs := w.post(author, d)
		named := w.question(asker, cs, "Has anybody done this with EMIS Web?")
		w.work()
		w.questions()
		w.wantAsked(cs) // it is for the author first
		w.Clock.Move(models.QuestionWaits)
		w.questions()
		w.wantAsked(cs, "eve", "fay")
		w.want(eve, "Ray asked a question, and you are asked what you know of it: Letters")
		w.As(w.t, eve).Get("/me/asked").Want(http.StatusOK).WantText("Asked by Ray", "Has anybody done this with EMIS Web?", "You wrote that you know EMIS Web.")
		var list struct {
			Items []struct{ Question, By, URL, State string }
			Total int
		}
		w.Program(w.t, eve).Get("/api/v1/me/asked").Want(http.StatusOK).JSON(&list)
		if list.Total != 1 || list.Items[0].Question != named.ID || list.Items[0].By != "Ray" || list.Items[0].State != "open" {
			w.t.Errorf("the API says %+v", list)
		}
		w.questions() // done again it asks nobody twice
		w.wantAsked(cs, "eve", "fay")

		// One that names nothing is about what its case study is about.
		w.question(asker, cs, "How long did it take?")
		w.Clock.Move(models.QuestionWaits)
		w.questions()
		w.wantAsked(cs, "ben", "eve", "fay")

		// An answer ends the asking, and is marked; declining has nobody else asked then.
		answer := w.comment(fay, cs, named.ID, "We did, with GP Connect.")
		if got, err := w.Store.Comment(w.t.Context(), answer.ID); err != nil || !got.Asked {
			w.t.Errorf("the answer is not marked: %v (%v)", got.Asked, err)
		}
		w.knows("gil", emis)
		page := w.As(w.t, eve).Get("/me/asked")
		page.Form(declineOn(page)).Send().WantRedirect("/me/asked")
		w.work()
		w.questions()
		w.wantAsked(cs, "ben", "eve", "fay")
		w.As(w.t, ben).Get("/me/asked").WantText("How long did it take?")
	})
}

func TestQuestionsThatNobodyIsAskedAbout(t *testing.T) {
	eachAsking(t, func(w told) {
		author, asker := w.person("ann", "Ann"), w.person("ray", "Ray")
		ben := w.knows("ben", systmOne)
		d := joins("Letters")
		d.Stage = models.StageInUse
		answered, deleted, old, own := w.post(author, d), w.post(author, d), w.post(author, d), w.post(author, d)
		c := w.question(asker, answered, "How long?")
		w.comment(author, answered, c.ID, "A month.")
		gone := w.question(asker, deleted, "How long?")
		w.comment(asker, old, "", "Good.") // no question
		w.question(ben, own, "Does it work with SystmOne?")
		w.Clock.Move(models.QuestionWaits)
		if _, err := w.whole.Comments.Delete(w.t.Context(), &asker, gone.ID); err != nil {
			w.t.Fatal(err)
		}
		w.questions()
		for _, cs := range []models.CaseStudy{answered, deleted, old, own} {
			w.wantAsked(cs)
		}
		// What was asked about and is deleted after leaves the list, and the count.
		w.question(asker, old, "How long?")
		w.Clock.Move(models.QuestionWaits)
		w.questions()
		w.wantAsked(old, "ben")
		if n, err := w.Store.CountAsks(w.t.Context(), ben.ID); err != nil || n != 1 {
			w.t.Errorf("%d things are asked, not 1 (%v)", n, err)
		}
		page, err := w.whole.Comments.List(w.t.Context(), &asker, old.ID, "", 10)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, c := range page.Items {
			if c.Kind != models.Question {
				continue
			}
			if _, err := w.whole.Comments.Delete(w.t.Context(), &asker, c.ID); err != nil {
				w.t.Fatal(err)
			}
		}
		w.As(w.t, ben).Get("/me/asked").WantText("Nobody has asked you yet")
		if n, err := w.Store.CountAsks(w.t.Context(), ben.ID); err != nil || n != 0 {
			w.t.Errorf("%d things are asked, not 0 (%v)", n, err)
		}
	})
}

// A question that has waited for two weeks is let be.
func TestAnOldQuestionIsLetBe(t *testing.T) {
	eachAsking(t, func(w told) {
		author, asker := w.person("ann", "Ann"), w.person("ray", "Ray")
		d := joins("Letters")
		d.Stage = models.StageInUse
		cs := w.post(author, d)
		w.question(asker, cs, "How long?")
		w.Clock.Move(models.AskedWithin + time.Minute)
		w.knows("ben", systmOne)
		w.questions()
		w.wantAsked(cs)
	})
}
