package store

import (
	"encoding/json"

	"grassroots/models"
)

// figuresText writes the figures of an adoption as they are kept: empty for none.
func figuresText(f *models.AdoptionFigures) string {
	if f.Empty() {
		return ""
	}
	text, err := json.Marshal(f)
	if err != nil { // of numbers that are none, which are not let through
		return ""
	}
	return string(text)
}

// figuresOf reads them. What cannot be read is of a later version: nothing is shown of it.
func figuresOf(text string) (f models.AdoptionFigures) {
	if text == "" || json.Unmarshal([]byte(text), &f) != nil {
		return models.AdoptionFigures{}
	}
	return f
}
