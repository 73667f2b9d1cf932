package comments_test

import (
	"net/http"
	"testing"

	"grassroots/app/apptest"
	"grassroots/app/comments"
	"grassroots/models"
)

func TestCommentsAsATable(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		years := 12
		nurse := b.person("priya-nair", "Priya Nair", func(p *models.Person) {
			p.JobTitle, p.StaffGroup, p.YearsExperience = "Ward manager", "Nursing and Midwifery Registered", &years
		})
		none := b.Client(t).Get(b.path()).WantNoText("Download the comments as CSV")
		if none.Status != http.StatusOK {
			t.Fatal(none.Status)
		}
		first := b.say(nurse, comments.NewComment{Body: "=How did *the wards* take to it?"})
		gone := b.say(nurse, comments.NewComment{Body: "Said in haste"})
		kept := b.say(nurse, comments.NewComment{Body: "Hidden by a moderator"})
		answer := b.say(b.owner, comments.NewComment{Body: "Slowly", ReplyTo: first.ID, Kind: models.Experience})
		for i := range 120 { // more than are read at a time
			b.say(b.addWriter(i), comments.NewComment{Body: apptest.Numbered("Number ", i)})
		}
		if _, err := b.comments.Delete(t.Context(), &nurse, gone.ID); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.DB(t.Context()).Exec("UPDATE comments SET hidden = ? WHERE id = ?", b.Store.NewID(), kept.ID).Error; err != nil {
			t.Fatal(err)
		}
		link := b.Client(t).Get(b.path()).Link("Download the comments as CSV")
		rows := b.Client(t).Get(link).Table()
		if len(rows) != 122 {
			t.Fatalf("%d rows", len(rows))
		}
		if r := rows[0]; r["id"] != first.ID || r["reply_to"] != "" || r["kind"] != "question" || r["official"] != "false" || r["author"] != "Priya Nair" || r["role"] != "Ward manager" ||
			r["staff_group"] != "Nursing and Midwifery Registered" || r["years_experience"] != "12" || r["body"] != "'=How did *the wards* take to it?" || r["edited"] != "" ||
			r["url"] != apptest.BaseURL+"/comments/"+first.ID {
			t.Errorf("the first is %v", r)
		}
		if r := rows[1]; r["id"] != answer.ID || r["reply_to"] != first.ID || r["kind"] != "experience" || r["years_experience"] != "8" {
			t.Errorf("the answer is %v", r)
		}
		if r := rows[121]; r["body"] != apptest.Numbered("Number ", 119) {
			t.Errorf("the last is %v", r)
		}
		b.Client(t).Get(link + "?sort=new").Want(http.StatusBadRequest)
		b.Client(t).Get("/case-studies/nothing/comments.csv").Want(http.StatusNotFound)
		if err := b.Store.SetStatus(t.Context(), b.study.ID, models.Withdrawn); err != nil {
			t.Fatal(err)
		}
		b.Client(t).Get(link).Want(http.StatusGone)
	})
}

// addWriter makes one of several who write in turn, within the limit of each.
func (b *bench) addWriter(n int) models.Person {
	b.t.Helper()
	return b.person(apptest.Numbered("writer-", n), apptest.Numbered("Writer ", n))
}
