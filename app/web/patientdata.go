package web

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/templates"
)

// CheckPath is where the API checks a text and keeps nothing of it.
const CheckPath = "/api/v1/check"

// ReadingPath is where the API says how hard a text is to read, and keeps nothing
// of it.
const ReadingPath = "/api/v1/reading"

// AcknowledgeHeader names the kinds of doubtful findings that a program lets
// stand, with commas between.
const AcknowledgeHeader = "Acknowledge-Personal-Data"

// The fields by which a form that was stopped is sent again.
const (
	againField  = "personal-again"  // the button; its value is the action that was meant
	redactField = "personal-redact" // keys of the places to redact
	placeField  = "personal-place"  // keys of the places that are asked about
	answerField = "personal-answer-"
	redactValue = "redact"
)

// PersonalOptions says what of patient data may pass on this site: in a
// demonstration the NHS numbers of the test range, which are given to nobody.
func (s *Site) PersonalOptions() personal.Options { return personal.Options{Demo: s.Demo} }

// CheckDraft stops what certainly holds personal data; of what is in doubt
// nobody is asked before it is published.
func (s *Site) CheckDraft(texts []personal.Text) error {
	return personal.Stop(texts, s.PersonalOptions())
}

// CheckTexts stops what holds personal data, certain or in doubt, but for what
// stood in former texts already and what ctx has answers for. It gives these to
// be kept with what is written: see KeepOverrides.
func (s *Site) CheckTexts(ctx context.Context, texts, former []personal.Text) ([]models.Override, error) {
	places := personal.Check(texts, s.PersonalOptions())
	if len(places) == 0 {
		return nil, nil
	}
	stood, answers := personal.Unchanged(texts, former, s.PersonalOptions()), personal.AnswersIn(ctx)
	var stopped []personal.Place
	var overrides []models.Override
	for _, p := range places {
		reason, answered := answers.Reason(p)
		switch {
		case !p.Certain && stood[p.Key]:
		case !p.Certain && answered:
			overrides = append(overrides, models.Override{Field: p.Field, Kind: string(p.Kind), Reason: reason})
		default:
			stopped = append(stopped, p)
		}
	}
	if len(stopped) > 0 {
		return nil, personal.NewRefusal(stopped)
	}
	return overrides, nil
}

// KeepOverrides keeps what was let stand, in the transaction that writes it.
// Person, Subject, SubjectID and CaseStudyID are those of about.
func (s *Site) KeepOverrides(ctx context.Context, overrides []models.Override, about models.Override) error {
	for i := range overrides {
		o := &overrides[i]
		o.PersonID, o.Subject, o.SubjectID, o.CaseStudyID = about.PersonID, about.Subject, about.SubjectID, about.CaseStudyID
	}
	return s.Store.AddOverrides(ctx, overrides)
}

// unreadAnswersKey marks a request whose AcknowledgeHeader says nothing.
type unreadAnswersKey struct{}

// knownAnswers refuses a write whose AcknowledgeHeader says nothing. That is no
// matter of an address which takes no such write.
func knownAnswers(c *fiber.Ctx) error {
	if c.Locals(unreadAnswersKey{}) != nil {
		return models.Errorf(models.BadRequest, "The header %s names kinds of findings, with commas between, such as name, phone.", AcknowledgeHeader)
	}
	return c.Next()
}

// ReadAnswers puts what a request says of doubtful findings where CheckTexts
// looks for it: the header of a program, or the form that was stopped before.
func (s *Site) ReadAnswers(c *fiber.Ctx) error {
	if strings.HasPrefix(c.Path(), "/api/") {
		if header := c.Get(AcknowledgeHeader); header != "" {
			answers := personal.Answers{ByKind: map[personal.Kind]string{}}
			for name := range strings.SplitSeq(header, ",") {
				kind := personal.Kind(strings.TrimSpace(name))
				if !kind.Valid() {
					c.Locals(unreadAnswersKey{}, true)
					return c.Next()
				}
				answers.ByKind[kind] = models.ReasonAPI
			}
			c.SetUserContext(personal.WithAnswers(c.UserContext(), answers))
		}
		return c.Next()
	}
	if c.Method() != fiber.MethodPost || len(asSent(c, againField)) == 0 {
		return c.Next()
	}
	form := sentAgain{redact: map[string]bool{}, options: s.PersonalOptions()}
	answers := personal.Answers{ByKey: map[string]string{}}
	for _, key := range Values(c, redactField) {
		form.redact[key] = true
	}
	for _, key := range Values(c, placeField) {
		switch answer := Value(c, answerField+key); {
		case answer == redactValue:
			form.redact[key] = true
		case models.IsOverrideReason(answer):
			answers.ByKey[key] = answer
		}
	}
	c.Locals(againKey{}, form)
	c.SetUserContext(personal.WithAnswers(c.UserContext(), answers))
	return c.Next()
}

type againKey struct{}

// sentAgain is a form that was stopped, as it is sent again.
type sentAgain struct {
	redact  map[string]bool
	options personal.Options
}

// redacted gives the values of a form, without what its writer chose to redact.
func redacted(c *fiber.Ctx, name string, values []string) []string {
	form, ok := c.Locals(againKey{}).(sentAgain)
	if !ok || strings.HasPrefix(name, "personal-") {
		return values
	}
	if name == "action" && len(values) == 0 {
		return asSent(c, againField)
	}
	form.options.Allow = personal.AllowedIn(name)
	for i := range values {
		values[i], _ = personal.RedactKeys(values[i], form.options, form.redact)
	}
	return values
}

type stoppedKey struct{}

// ShowStopped has the page that shows a form again ask about the places of a
// refusal. Any other error changes nothing.
func ShowStopped(c *fiber.Ctx, err error) {
	var r *personal.Refusal
	if !errors.As(err, &r) {
		return
	}
	panel := templates.StoppedPanel{}
	if action := Value(c, "action"); action == "publish" {
		panel.Again = action
	}
	for _, reason := range models.OverrideReasons() {
		panel.Reasons = append(panel.Reasons, templates.Option{Value: reason.Value, Text: reason.Text})
	}
	for _, p := range r.Places {
		place := templates.StoppedPlace{Key: p.Key, What: p.Kind.Label(), Before: p.Before, After: p.After, Answer: Value(c, answerField+p.Key)}
		if p.Certain {
			panel.Certain = append(panel.Certain, place)
		} else {
			panel.Doubtful = append(panel.Doubtful, place)
		}
	}
	c.Locals(stoppedKey{}, &panel)
}

// stopped gives what ShowStopped noted.
func stopped(c *fiber.Ctx) *templates.StoppedPanel {
	panel, _ := c.Locals(stoppedKey{}).(*templates.StoppedPanel)
	return panel
}
