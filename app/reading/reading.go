// Package reading tells whoever writes how hard their text is to read, and what
// could be plainer. It keeps nothing of what it is asked.
package reading

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/plain"
	"grassroots/templates"
)

// maxText is how many characters are read in one go: twice the longest case study.
const maxText = 2 * models.MaxBody

// Feature is the hints, with what they lean on.
type Feature struct{ site *web.Site }

// New makes the feature.
func New(site *web.Site) *Feature { return &Feature{site: site} }

// Routes adds the fragment with which a script brings the hints up to date.
func (f *Feature) Routes(r fiber.Router) { r.Post("/case-studies/reading", f.hints) }

func (f *Feature) hints(c *fiber.Ctx) error {
	if _, err := web.Require(c); err != nil {
		return err
	}
	text := models.CleanText(written(c))
	if utf8.RuneCountInString(text) > maxText {
		return models.InvalidField("text", "The text is too long to give hints for")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return f.site.Fragment(c, templates.Reading(web.Reading(text, models.CleanLine(web.Value(c, "reading_language")))))
}

// written is what is prose in the form of a case study, in whichever way it is
// written.
func written(c *fiber.Ctx) string {
	parts := []string{web.Value(c, "summary"), web.Value(c, "intro")}
	for _, s := range models.Sections() {
		parts = append(parts, web.Value(c, "section_"+s.Key))
	}
	return strings.Join(append(parts, web.Value(c, "other"), web.Value(c, "body")), "\n\n")
}

type apiReadingInput struct {
	Body struct {
		Text     string `json:"text" maxLength:"200000" doc:"A text in Markdown." example:"Prior to this we would utilise fax."`
		Language string `json:"language,omitempty" maxLength:"35" doc:"Code of BCP 47; English when it is left out. There are hints for English alone." example:"en"`
	}
}

type apiReadingOutput struct{ Body apiReading }

type apiReading struct {
	Hints       bool               `json:"hints" doc:"Whether there are any: false for a text that is not in English."`
	Words       int                `json:"words"`
	Sentences   int                `json:"sentences"`
	Age         int                `json:"reading_age,omitempty" doc:"Flesch–Kincaid grade and 5; absent for fewer than 50 words."`
	Long        []apiLongSentence  `json:"long_sentences" doc:"Of more than 25 words, the longest first; 20 at most."`
	Unexplained []string           `json:"unexplained_abbreviations" doc:"20 at most."`
	Plainer     []apiPlainerPhrase `json:"plainer_words" doc:"20 at most."`
}

type apiLongSentence struct {
	Text  string `json:"text"`
	Words int    `json:"words"`
}

type apiPlainerPhrase struct {
	Word    string `json:"word"`
	Plainer string `json:"plainer"`
}

// API adds the same as JSON.
func (f *Feature) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "read-text", Method: http.MethodPost, Path: "/reading", Tags: []string{"Case studies"}, DefaultStatus: http.StatusOK,
		Summary: "Hints for plain English", Description: "How hard a text is to read, and what could be plainer. Needs no token, stores and logs nothing.",
		Errors: []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}}, f.apiRead)
}

func (f *Feature) apiRead(_ context.Context, in *apiReadingInput) (*apiReadingOutput, error) {
	out := &apiReadingOutput{Body: apiReading{Long: []apiLongSentence{}, Unexplained: []string{}, Plainer: []apiPlainerPhrase{}}}
	if !models.IsEnglish(in.Body.Language) {
		return out, nil
	}
	r := plain.Read(models.CleanText(in.Body.Text))
	out.Body.Hints, out.Body.Words, out.Body.Sentences, out.Body.Age = true, r.Words, r.Sentences, r.Age
	out.Body.Unexplained = append(out.Body.Unexplained, r.Unexplained...)
	for _, s := range r.Long {
		out.Body.Long = append(out.Body.Long, apiLongSentence(s))
	}
	for _, w := range r.Plainer {
		out.Body.Plainer = append(out.Body.Plainer, apiPlainerPhrase(w))
	}
	return out, nil
}
