package panels

import (
	"context"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/judging"
	"grassroots/templates"
)

// answersFor gives what an entry answers to the questions of its campaign, as its judges
// are shown it from when judging begins. Blind, what tells who entered is hidden: of a PDF,
// which says who made it, there are the words alone, and of a picture not its name.
func (f *Feature) answersFor(ctx context.Context, of *models.Campaign, e *judging.Contestant, blind bool) ([]templates.CardAnswer, error) {
	if len(of.Questions) == 0 || !judging.Begun(of, f.site.Now()) {
		return nil, nil
	}
	entry, err := f.store.EntryOf(ctx, of.ID, e.CaseStudyID)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	asked := of.FileAnswers(entry.Answers)
	for _, q := range of.Questions {
		if id := asked[q.ID]; id != "" {
			ids = append(ids, id)
		}
	}
	files, err := f.store.CampaignFiles(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []templates.CardAnswer
	for _, q := range of.Questions {
		answer := templates.CardAnswer{Question: q.Text, Text: entry.Answer(q.ID)}
		if q.Kind == models.QuestionFile {
			file, ok := files[answer.Text]
			if answer.Text = ""; ok && file.EntryID == entry.ID {
				answer.Name, answer.URL, answer.Size = file.FileName, web.CampaignURL(of)+"/files/"+file.ID, file.Size
			}
			if answer.URL != "" && blind {
				answer.Name = ""
				if !file.IsPicture() {
					answer.URL, answer.Withheld, answer.Words = "", true, e.HideBody(file.Words)
				}
			}
		} else if blind {
			answer.Text = e.HideBody(answer.Text)
		}
		out = append(out, answer)
	}
	return out, nil
}
