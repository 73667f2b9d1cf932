package casestudies

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
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

func (f *Feature) renderFaults(c *fiber.Ctx, d models.Draft, form string, err error) error {
	web.ShowStopped(c, err)
	failure := web.Describe(err)
	errs := formErrors(f.bySection(err, d.Document.Body, form), form)
	if len(errs) == 0 {
		errs = []templates.FieldError{{Message: failure.Message}}
	}
	if form == "idea" {
		return f.renderIdea(c, failure.Status, d, errs)
	}
	return f.renderEditor(c, failure.Status, d, editorView{markdown: form == "markdown", errors: errs, note: web.Value(c, "note")})
}
