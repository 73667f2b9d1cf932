// Package patientdata tells whoever asks what in a text would stop a save, or
// be asked about, because it tells who a patient is. It keeps nothing of what
// it is asked.
package patientdata

import (
	"context"
	"net/http"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// maxText is how many characters are looked at in one go: twice the longest
// case study.
const maxText = 2 * models.MaxBody

// Feature is the check, with what it leans on.
type Feature struct{ site *web.Site }

// New makes the feature.
func New(site *web.Site) *Feature {
	return &Feature{site: site}
}

// Routes adds the page.
func (f *Feature) Routes(r fiber.Router) {
	r.Get("/check", f.page)
	r.Post("/check", f.check)
	r.Get(overridesPath, f.overrides)
}

func (f *Feature) page(c *fiber.Ctx) error {
	return f.show(c, fiber.StatusOK, templates.CheckPage{})
}

func (f *Feature) check(c *fiber.Ctx) error {
	page := templates.CheckPage{Text: models.CleanText(web.Value(c, "text")), Checked: true}
	switch {
	case page.Text == "":
		page.Errors, page.Checked = []templates.FieldError{{Field: "text", Message: "Paste the text to check"}}, false
	case utf8.RuneCountInString(page.Text) > maxText:
		page.Errors, page.Checked = []templates.FieldError{{Field: "text", Message: "The text is too long. Check it in parts of 200,000 characters"}}, false
	}
	if !page.Checked {
		return f.show(c, fiber.StatusUnprocessableEntity, page)
	}
	page.Parts = marked(page.Text, personal.Find(page.Text, f.site.PersonalOptions()))
	return f.show(c, fiber.StatusOK, page)
}

func (f *Feature) show(c *fiber.Ctx, status int, page templates.CheckPage) error {
	shell := f.site.Shell(c, "Check a text for patient data")
	shell.Errors = page.Errors
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Render(c, status, shell, templates.Check(page))
}

// marked cuts a text at what was found in it.
func marked(text string, found []personal.Finding) []templates.CheckPart {
	var parts []templates.CheckPart
	runes, at := []rune(text), 0
	for _, one := range found {
		if one.Start > at {
			parts = append(parts, templates.CheckPart{Text: string(runes[at:one.Start])})
		}
		parts = append(parts, templates.CheckPart{Text: string(runes[one.Start:one.End]), Kind: one.Kind.Label(), Certain: one.Certain})
		at = one.End
	}
	if at < len(runes) {
		parts = append(parts, templates.CheckPart{Text: string(runes[at:])})
	}
	return parts
}

type apiFinding struct {
	Kind    string `json:"kind" enum:"nhs_number,chi_number,hsc_number,date_of_birth,hospital_number,name,address,phone,email,national_insurance,secret"`
	Start   int    `json:"start" doc:"The first character, counted from 0 in Unicode code points."`
	End     int    `json:"end" doc:"The character after the last."`
	Certain bool   `json:"certain" doc:"True: it would stop a save. False: the writer would be asked."`
}

type apiCheckInput struct {
	Body struct {
		Text string `json:"text" maxLength:"200000" doc:"Any text, such as a case study in Markdown." example:"Mrs Jones was discharged on Friday."`
	}
}

type apiChecked struct {
	Findings []apiFinding `json:"findings" doc:"In the order of the text. They do not overlap."`
}

type apiCheckOutput struct{ Body apiChecked }

// API adds the check.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "check", Method: http.MethodPost, Path: "/check", Tags: []string{"Patient data"},
		Summary: "Check a text for patient data",
		Description: "Names the places of a text that would stop a save, because they surely tell who a patient is or hold a password or key, and those that would be " +
			"asked about. Needs no token. Nothing of the text is kept or logged, so an Idempotency-Key is not looked at.",
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiCheck)
}

func (f *Feature) apiCheck(_ context.Context, in *apiCheckInput) (*apiCheckOutput, error) {
	out := &apiCheckOutput{apiChecked{Findings: []apiFinding{}}}
	for _, one := range personal.Find(in.Body.Text, f.site.PersonalOptions()) {
		out.Body.Findings = append(out.Body.Findings, apiFinding{string(one.Kind), one.Start, one.End, one.Certain})
	}
	return out, nil
}
