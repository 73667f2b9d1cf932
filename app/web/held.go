package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// A form that is sent after its person's session has ended by itself, or that
// needs a fresher sign-in, is held for them, so that nothing that was typed is lost. It is sealed under a secret that
// the browser alone has, and given to nobody but that person, in that browser.
const (
	// HeldFor is how long a form is held.
	HeldFor = time.Hour
	maxHeld = 3       // in one browser
	mostIn  = 1 << 20 // bytes of a form
)

// HeldForm is a form that waits for its person.
type HeldForm struct {
	ID     string // fit for an address; of no use without the browser's cookie
	Path   string
	What   string // what it does, as in "make an API token"; empty where its session had ended
	Files  bool   // it had files, which are to be chosen again
	Values url.Values
	Until  time.Time
	secret string
}

type heldKey struct{}

// isHeld tells whether the form of this request was kept.
func isHeld(c *fiber.Ctx) bool { return c.Locals(heldKey{}) != nil }

func (s *Site) heldCookie() string {
	if s.Secure() {
		return "__Host-grassroots_held"
	}
	return "grassroots_held"
}

func (s *Site) heldSecrets(c *fiber.Ctx) []string {
	return slices.DeleteFunc(strings.Split(c.Cookies(s.heldCookie()), "."), func(secret string) bool { return len(secret) != len(NewSecret()) })
}

func (s *Site) setHeld(c *fiber.Ctx, secrets []string) {
	cookie := &fiber.Cookie{Name: s.heldCookie(), Value: strings.Join(secrets, "."), Path: "/", HTTPOnly: true, Secure: s.Secure(),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(HeldFor.Seconds())}
	if len(secrets) == 0 {
		cookie.MaxAge, cookie.Expires = -1, time.Unix(0, 0)
	}
	c.Cookie(cookie)
}

// afterEnd answers a form that was sent with the cookie of a session that has
// ended: what is refused for that alone is held.
func (s *Site) afterEnd(c *fiber.Ctx, session string) error {
	err := c.Next()
	if models.KindOf(err) != models.Unauthorised && (err != nil || c.Response().StatusCode() != fiber.StatusUnauthorized) {
		return err
	}
	if held := s.hold(c, session); held != nil && models.KindOf(held) != models.NotFound && models.KindOf(held) != models.TooMany {
		s.Log.ErrorContext(c.UserContext(), "a form could not be held for its person", "error", held)
	}
	return err
}

func (s *Site) hold(c *fiber.Ctx, session string) error {
	ctx := store.Fresh(c.UserContext())
	person, err := s.Store.EndedSession(ctx, session)
	if err != nil {
		return err
	}
	form := sentValues(c)
	if len(form.Values) == 0 { // a press of a button is soon pressed again
		return nil
	}
	return s.keepForm(c, person, form)
}

// sentValues reads the form of a request as it is to be held.
func sentValues(c *fiber.Ctx) HeldForm {
	form := HeldForm{Path: models.SafeReturn(c.Path(), ""), Values: url.Values{}}
	if multipart, err := c.MultipartForm(); err == nil {
		form.Values, form.Files = multipart.Value, len(multipart.File) > 0
		return form
	}
	for name, value := range c.Request().PostArgs().All() {
		form.Values.Add(string(name), string(value))
	}
	return form
}

// keepForm holds a form for a person in this browser, unless it is held there
// already. One that is too large is not, and isHeld says so.
func (s *Site) keepForm(c *fiber.Ctx, person string, form HeldForm) error {
	if form.Path == "" || len(c.Body()) > mostIn {
		return nil
	}
	kept, err := s.HeldForms(c, person)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if k.Path == form.Path && reflect.DeepEqual(k.Values, form.Values) {
			c.Locals(heldKey{}, true)
			return nil
		}
	}
	raw, err := json.Marshal(form)
	if err != nil {
		return err
	}
	secret := NewSecret()
	sealed, err := s.Seal(heldPurpose(secret), person, raw)
	if err != nil {
		return err
	}
	if err := s.Store.HoldForm(store.Fresh(c.UserContext()), secret, person, sealed, s.Now().Add(HeldFor)); err != nil {
		return err
	}
	secrets := append([]string{secret}, s.heldSecrets(c)...)
	s.setHeld(c, secrets[:min(maxHeld, len(secrets))])
	c.Locals(heldKey{}, true)
	return nil
}

// heldPurpose makes the secret a part of the key: the site's own is not enough.
func heldPurpose(secret string) string { return "held form " + secret }

// HeldForms lists the forms that wait in this browser for a person, newest
// first.
func (s *Site) HeldForms(c *fiber.Ctx, personID string) ([]HeldForm, error) {
	var out []HeldForm
	secrets := s.heldSecrets(c)
	for _, secret := range secrets[:min(maxHeld, len(secrets))] {
		sealed, until, err := s.Store.HeldForm(store.Fresh(c.UserContext()), secret, personID)
		if models.KindOf(err) == models.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		raw, err := s.Unseal(heldPurpose(secret), personID, sealed)
		if err != nil {
			continue // the secret of the site is another now
		}
		f := HeldForm{}
		if err := json.Unmarshal(raw, &f); err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte("held form " + secret))
		f.ID, f.Until, f.secret = hex.EncodeToString(sum[:16]), until, secret
		out = append(out, f)
	}
	return out, nil
}

// TakeHeldForm gives a form that waits for a person in this browser, and holds it
// no longer. NotFound when it does not.
func (s *Site) TakeHeldForm(c *fiber.Ctx, personID, id string) (HeldForm, error) {
	forms, err := s.HeldForms(c, personID)
	if err != nil {
		return HeldForm{}, err
	}
	at := slices.IndexFunc(forms, func(f HeldForm) bool { return f.ID == id })
	if at < 0 {
		return HeldForm{}, models.E(models.NotFound, "Nothing waits for you here. What you sent was kept for an hour, in the browser that you sent it from.")
	}
	s.setHeld(c, slices.DeleteFunc(s.heldSecrets(c), func(secret string) bool { return secret == forms[at].secret }))
	return forms[at], s.Store.DropHeldForm(c.UserContext(), forms[at].secret, personID)
}
