package web

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"grassroots/app/words"
	"grassroots/models"
)

const (
	languageCookie = "grassroots_language"
	// languageKept is how long a browser remembers the language that was chosen.
	languageKept = 365 * 24 * time.Hour
)

// acceptable matches what a browser asks for against what there is; English is
// for who asks for neither.
var acceptable = language.NewMatcher([]language.Tag{language.BritishEnglish, language.MustParse("cy")})

// Language is the language in which a request is answered: the one that was chosen
// in this browser, else the one that the browser asks for.
func Language(c *fiber.Ctx) models.Language {
	if chosen, ok := models.ParseLanguage(c.Cookies(languageCookie)); ok {
		return chosen
	}
	asked := c.Get(fiber.HeaderAcceptLanguage)
	if !strings.Contains(asked, "cy") { // which spares most requests the parsing
		return models.English
	}
	tags, _, err := language.ParseAcceptLanguage(asked)
	if err != nil || len(tags) == 0 {
		return models.English
	}
	if _, i, sure := acceptable.Match(tags...); i == 1 && sure >= language.High {
		return models.Welsh
	}
	return models.English
}

// ChooseLanguage keeps a language in this browser, and for who is signed in with
// their account, so that e-mails come in it and other browsers take it up.
func (s *Site) ChooseLanguage(c *fiber.Ctx, l models.Language) error {
	c.Locals(onlyReadKey{}, true) // no page shows it to anybody else
	s.keepLanguage(c, l)
	if p := Person(c); p != nil {
		return s.Store.SetLanguage(c.UserContext(), p.ID, l)
	}
	return nil
}

func (s *Site) keepLanguage(c *fiber.Ctx, l models.Language) {
	c.Cookie(&fiber.Cookie{Name: languageCookie, Value: string(l), Path: "/", HTTPOnly: true, Secure: s.Secure(), SameSite: fiber.CookieSameSiteLaxMode,
		MaxAge: int(languageKept / time.Second), Expires: s.Now().Add(languageKept)})
}

// takeUpLanguage gives a browser in which somebody signs in the language that they
// have chosen before; who has not is taken to have chosen here.
func (s *Site) takeUpLanguage(c *fiber.Ctx, personID string) error {
	chosen, err := s.Store.Language(c.UserContext(), personID)
	if err != nil {
		return err
	}
	if chosen != "" {
		s.keepLanguage(c, chosen)
		return nil
	}
	if here, ok := models.ParseLanguage(c.Cookies(languageCookie)); ok {
		return s.Store.SetLanguage(c.UserContext(), personID, here)
	}
	return nil
}

// Say gives what says our own words in a language, and anything else as it is.
func (s *Site) Say(l models.Language) func(string) string {
	return func(text string) string {
		said, _ := s.words.Text(l, text)
		return said
	}
}

// CameFrom is the page of this site from which a form was sent, else a path.
func (s *Site) CameFrom(c *fiber.Ctx, otherwise string) string {
	if from := s.cameFrom(c); from != "" {
		return from
	}
	return otherwise
}

// scriptWords are the sentences that scripts say by themselves, in each language but
// English, in which the scripts are written, as JSON.
func scriptWords(book *words.Book) map[models.Language]string {
	out := map[models.Language]string{}
	for _, l := range models.Languages() {
		said := book.Scripts(l)
		if len(said) == 0 {
			continue
		}
		raw, err := json.Marshal(said)
		if err != nil { // never: strings
			continue
		}
		out[l] = string(raw)
	}
	return out
}
