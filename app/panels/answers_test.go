package panels_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"grassroots/models"
)

func TestJudgesReadWhatEntriesAnswer(t *testing.T) {
	for _, blind := range []bool{true, false} {
		t.Run(fmt.Sprint("blind ", blind), func(t *testing.T) { judgesRead(t, blind) })
	}
}

func judgesRead(t *testing.T, blind bool) {
	t.Helper()
	each(t, func(t *testing.T, b *bench) {
		c := b.campaign
		c.Questions = []models.CampaignQuestion{{Text: "Anything else?", Kind: models.QuestionText}, {Text: "Your plan", Kind: models.QuestionFile}, {Text: "A picture", Kind: models.QuestionFile}}
		if err := b.Store.SaveCampaign(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
		answers := []models.EntryAnswer{{Question: c.Questions[0].ID, Answer: "Ask Ann Author."}}
		files := map[string]string{}
		for i, name := range []string{"plan of Ann.pdf", "ward of Ann.png"} {
			file := models.CampaignFile{ID: b.Store.NewID(), CampaignID: c.ID, QuestionID: c.Questions[i+1].ID, UploadedBy: b.ann.ID, FileName: name, ContentType: []string{"application/pdf", "image/png"}[i], SHA256: "x", Words: "By Ann Author, who measures.", CreatedAt: b.Store.Now()}
			if err := b.Store.AddCampaignFile(t.Context(), file); err != nil {
				t.Fatal(err)
			}
			answers, files[file.QuestionID] = append(answers, models.EntryAnswer{Question: file.QuestionID, Answer: file.ID}), file.ID
		}
		now := b.Store.Now()
		e := models.CampaignEntry{CampaignID: c.ID, CaseStudyID: b.study.ID, OwnerID: b.ann.ID, State: models.EntryEntered, Revision: 1, Answers: answers, ArrivedAt: &now}
		if err := b.Store.SaveEntry(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		if err := b.Store.GiveFiles(t.Context(), &e, b.ann.ID, files); err != nil {
			t.Fatal(err)
		}
		values := url.Values{}
		if blind {
			values.Set("blind", "true")
		}
		b.begin(t, values)
		b.Clock.Move(-time.Hour)
		b.desk(t, 0).Get(at + "/judging/" + b.study.ID).Want(http.StatusOK).WantNoText("What it answers")
		b.Clock.Move(time.Hour)
		page := b.desk(t, 0).Get(at+"/judging/"+b.study.ID).Want(http.StatusOK).WantText("What it answers", "Anything else?", "Your plan")
		if blind {
			page.WantText("Ask [hidden].", "A PDF says who made it", "By [hidden], who measures.", "A picture").WantNoText("of Ann", "Ann Author", "plan of")
		} else {
			page.WantText("Ask Ann Author.", "plan of Ann.pdf", "ward of Ann.png")
		}
	})
}
