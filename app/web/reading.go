package web

import (
	"grassroots/models"
	"grassroots/models/plain"
	"grassroots/templates"
)

// Reading says for whoever writes a text how hard it is to read. Of what is not in
// English it says nothing; a text that names no language is.
func Reading(text, language string) templates.ReadingPanel {
	panel := templates.ReadingPanel{Language: language}
	if panel.Other = !models.IsEnglish(language); panel.Other {
		return panel
	}
	r := plain.Read(text)
	panel.Words, panel.Sentences, panel.Age, panel.Unexplained = r.Words, r.Sentences, r.Age, r.Unexplained
	for _, s := range r.Long {
		panel.Long = append(panel.Long, templates.LongSentence(s))
	}
	for _, w := range r.Plainer {
		panel.Plainer = append(panel.Plainer, templates.PlainerWord(w))
	}
	return panel
}
