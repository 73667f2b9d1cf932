package templates

import (
	"time"

	"grassroots/models"
)

// ThanksForm is the form by which somebody thanks those who did something.
type ThanksForm struct {
	Title, BackURL        string
	To                    []Option
	Chosen, Reason, Words string
	// Why says why nobody can be thanked, where that is so; SignInURL is for who is not signed in.
	Why, SignInURL string
	Errors         []FieldError
}

// ContributionsPage is what a person did here, to print.
type ContributionsPage struct {
	Name, JobTitle, Organisation string
	URL, Host                    string
	Today                        time.Time
	Studies                      []Contribution
	Adopters                     int // organisations that try or use any of them
	Thanks                       []models.Thanks
}

// Contribution is a case study that somebody wrote, alone or With others.
type Contribution struct {
	Title, URL, Stage string
	With              []string
	Published         time.Time
	Adoptions         int
}

func (c Contribution) facts() string {
	text := "Published on " + FormatDate(c.Published) + ". Stage: " + c.Stage + "."
	if c.Adoptions > 0 {
		text += " Tried or used by " + FormatCount(c.Adoptions, "organisation", "organisations") + "."
	}
	if len(c.With) > 0 {
		text += " Written with " + PlainText(models.Together(c.With)) + "."
	}
	return text
}

const maxThanksWords = models.MaxThanksWords

func thanksOptions() (out []Option) {
	for _, r := range models.ThanksReasons() {
		out = append(out, Option{Value: string(r), Text: r.Label()})
	}
	return out
}

// thanksURL leads to where somebody thanks for a case study.
func thanksURL(slug string) string { return "/case-studies/" + slug + "/thank" }
