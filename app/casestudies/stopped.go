package casestudies

import (
	"errors"
	"slices"

	"grassroots/models"
	"grassroots/models/personal"
)

// bySection gives the fields of an error. What stopped a save because it may be
// personal data is named by the section that it is in, where the form has one
// field for each.
func (f *Feature) bySection(err error, body, form string) []models.FieldError {
	fields := slices.Clone(models.Fields(err))
	var stopped *personal.Refusal
	if form == "markdown" || !errors.As(err, &stopped) {
		return fields
	}
	sections := models.SplitBody(body).Sections
	for i, place := range stopped.Places {
		if place.Field != "body" {
			continue
		}
		for _, s := range sections {
			if _, found := personal.RedactKeys(s.Text, f.site.PersonalOptions(), map[string]bool{place.Key: true}); found {
				fields[i].Field = "section_" + s.Key
				break
			}
		}
	}
	return fields
}
