package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"

	"grassroots/models"
	"grassroots/models/store"
)

// Time-outs of a session where the settings name no other: it ends after
// SessionIdle without a request, and at the latest after SessionLife.
const (
	SessionIdle = time.Hour
	SessionLife = 12 * time.Hour
)

// Idle is how long a session lasts without a request.
func (c Config) Idle() time.Duration { return cmp.Or(c.SessionIdle, SessionIdle) }

// Life is how long a session lasts at most.
func (c Config) Life() time.Duration { return cmp.Or(c.SessionLife, SessionLife) }

// knownAfter is how long a browser keeps the cookie of a session that has ended,
// so that what is sent with it can be held for its person.
const knownAfter = 24 * time.Hour

// signedInTTL is how long a session or token is trusted without asking the
// database again: the longest that one revoked on another node still works.
const signedInTTL = 3 * time.Second

type whoKey struct{}

// who is the person behind a request, and by what.
type who struct {
	person  *models.Person
	session string    // id; empty for a token
	proved  time.Time // when they last showed who they are; zero for a token
	checked time.Time
	ends    time.Time
	token   string // id; empty for a session
	epoch   uint64
}

// signedIn finds people by cookie or token and remembers them for a moment.
type signedIn struct {
	store *store.Store
	cfg   Config
	now   func() time.Time
	kept  *lru.Cache[string, who]
	epoch atomic.Uint64
}

func newSignedIn(cfg Config, st *store.Store, now func() time.Time) *signedIn {
	kept, err := lru.New[string, who](4096)
	if err != nil { // only for a size of zero or less
		panic(err)
	}
	return &signedIn{cfg: cfg, store: st, now: now, kept: kept}
}

// PeopleChanged makes every request look its person up again: after a sign-out,
// a revoked session or token, a changed profile or role.
func (s *Site) PeopleChanged() { s.people.epoch.Add(1) }

// NewSecret makes 256 random bits as text for a cookie, a token or a link.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b)
}

func (s *Site) cookieName() string {
	if s.Secure() {
		return "__Host-grassroots"
	}
	return "grassroots_session"
}

// SignIn begins a session for a person in this browser, who has just shown who
// they are by some means. Any session that the browser had is ended, so that a
// session cannot be planted on somebody.
func (s *Site) SignIn(c *fiber.Ctx, personID string, by models.Means) error {
	return s.SignInFrom(c, personID, by, models.ProviderSession{})
}

// idTokenPurpose is what the id tokens of sessions are sealed for.
const idTokenPurpose = "id token of a session"

// SignInFrom is SignIn from a session at an OpenID provider, whose id token is
// given as it came.
func (s *Site) SignInFrom(c *fiber.Ctx, personID string, by models.Means, from models.ProviderSession) error {
	s.endCurrent(c)
	now := s.Now()
	secret := NewSecret()
	m := models.Session{ID: s.Store.NewID(), PersonID: personID, UserAgent: models.Truncate(models.CleanLine(c.Get(fiber.HeaderUserAgent)), 200),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(min(s.Idle(), s.Life())), Means: by, ProvedAt: now, Provider: from,
		Network: s.network(c)}
	if from.IDToken != "" {
		var err error
		if m.Provider.IDToken, err = s.Seal(idTokenPurpose, m.ID, []byte(from.IDToken)); err != nil {
			return err
		}
	}
	ctx := c.UserContext()
	store.NoteActor(ctx, personID, models.BySession)
	if err := s.Store.CreateSession(ctx, secret, m); err != nil {
		return err
	}
	if !store.HasTrail(ctx) { // a way of signing in that ends with a link
		if err := s.Record(c, "session.begin", m.ID, map[string]any{"person": personID}); err != nil {
			return err
		}
	}
	s.setSession(c, secret)
	return s.takeUpLanguage(c, personID)
}

func (s *Site) setSession(c *fiber.Ctx, secret string) {
	c.Cookie(&fiber.Cookie{Name: s.cookieName(), Value: secret, Path: "/", HTTPOnly: true, Secure: s.Secure(),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int((s.Life() + knownAfter) / time.Second)})
}

// SignOut ends this browser's session.
func (s *Site) SignOut(c *fiber.Ctx) {
	s.endCurrent(c)
	c.Cookie(&fiber.Cookie{Name: s.cookieName(), Value: "", Path: "/", HTTPOnly: true, Secure: s.Secure(),
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: -1, Expires: time.Unix(0, 0)})
}

func (s *Site) endCurrent(c *fiber.Ctx) {
	w, ok := c.Locals(whoKey{}).(who)
	if !ok || w.session == "" {
		return
	}
	if err := s.Store.EndSession(c.UserContext(), w.person.ID, w.session); err != nil {
		s.Log.ErrorContext(c.UserContext(), "a session could not be ended", "error", err)
	}
	c.Locals(whoKey{}, nil)
	s.PeopleChanged()
}

// ProviderSession gives the session at an OpenID provider that the session of
// this request began from, with its id token as it came; ok is false when it
// began otherwise. It is read before SignOut.
func (s *Site) ProviderSession(c *fiber.Ctx) (from models.ProviderSession, ok bool) {
	m, err := s.Store.SessionBySecret(store.Fresh(c.UserContext()), c.Cookies(s.cookieName()))
	if err != nil || m.Provider.Issuer == "" {
		return models.ProviderSession{}, false
	}
	token, err := s.Unseal(idTokenPurpose, m.ID, m.Provider.IDToken)
	if err != nil { // the provider asks its person, without the hint
		token = nil
	}
	m.Provider.IDToken = string(token)
	return m.Provider, true
}

// Person gives who is signed in, or nil.
func Person(c *fiber.Ctx) *models.Person {
	w, ok := c.Locals(whoKey{}).(who)
	if !ok {
		return nil
	}
	return w.person
}

// SessionID gives the id of the session of this request, or nothing.
func SessionID(c *fiber.Ctx) string {
	w, _ := c.Locals(whoKey{}).(who)
	return w.session
}

// Require gives who is signed in, or an Unauthorised error.
func Require(c *fiber.Ctx) (*models.Person, error) {
	if p := Person(c); p != nil {
		return p, nil
	}
	return nil, errSignInFirst()
}

func errSignInFirst() error {
	return models.E(models.Unauthorised, "Sign in first. What you were doing will be there when you come back.")
}

func errNotAllowed() error {
	return models.E(models.Forbidden, "Your role does not allow this. Ask an admin of this site if it should.")
}

// Authenticate finds the person behind a request: by cookie for pages, by
// bearer token for the API. A cookie that has ended is nobody; a token that is
// unknown is a 401, because its holder expects to be somebody.
func (s *Site) Authenticate(c *fiber.Ctx) error {
	api := strings.HasPrefix(c.Path(), "/api/")
	if scheme, token, ok := strings.Cut(c.Get(fiber.HeaderAuthorization), " "); ok && api && strings.EqualFold(scheme, "Bearer") {
		w, err := s.people.byToken(c.UserContext(), strings.TrimSpace(token))
		if models.KindOf(err) == models.NotFound {
			if err := s.allow(c, limitAddress, clientNetwork(s.ClientAddress(c)), 1); err != nil {
				return err
			}
			return models.E(models.Unauthorised, "This token is unknown, revoked or has expired. Make a new one under your name, API tokens.")
		}
		if err != nil {
			return err
		}
		c.Locals(whoKey{}, w)
		return c.Next()
	}
	if secret := c.Cookies(s.cookieName()); secret != "" && !strings.HasPrefix(c.Path(), "/assets/") {
		w, err := s.people.bySession(c.UserContext(), secret, func() string { return s.network(c) })
		if err != nil && models.KindOf(err) != models.NotFound {
			return err
		}
		switch {
		case err == nil:
			c.Locals(whoKey{}, w)
		case c.Method() == fiber.MethodPost && !WantsJSON(c):
			return s.afterEnd(c, secret)
		}
	}
	return c.Next()
}

func (si *signedIn) remembered(key string) (who, bool) {
	w, ok := si.kept.Get(key)
	now := si.now()
	return w, ok && w.epoch == si.epoch.Load() && now.Sub(w.checked) < signedInTTL && (w.ends.IsZero() || now.Before(w.ends))
}

func (si *signedIn) bySession(ctx context.Context, secret string, network func() string) (who, error) {
	if w, ok := si.remembered("s" + secret); ok {
		return w, nil
	}
	epoch := si.epoch.Load()
	// A replica may not have heard yet of who has just signed in or out.
	ctx = store.Fresh(ctx)
	session, err := si.store.SessionBySecret(ctx, secret)
	if err != nil {
		return who{}, err
	}
	now := si.now()
	if now.Sub(session.SeenAt) > min(time.Minute, si.cfg.Idle()/4) {
		ends := now.Add(si.cfg.Idle())
		if last := session.CreatedAt.Add(si.cfg.Life()); ends.After(last) {
			ends = last
		}
		if err := si.store.TouchSession(ctx, session.ID, network(), now, ends); err != nil {
			return who{}, err
		}
		session.ExpiresAt = ends
	}
	person, err := si.store.PersonByID(ctx, session.PersonID)
	if err != nil {
		return who{}, err
	}
	w := who{person: &person, session: session.ID, proved: session.ProvedAt, checked: now, ends: session.ExpiresAt, epoch: epoch}
	si.kept.Add("s"+secret, w)
	return w, nil
}

func (si *signedIn) byToken(ctx context.Context, secret string) (who, error) {
	if w, ok := si.remembered("t" + secret); ok {
		return w, nil
	}
	epoch := si.epoch.Load()
	// A replica may not have heard yet of who has just signed in or out.
	ctx = store.Fresh(ctx)
	token, err := si.store.TokenBySecret(ctx, secret)
	if err != nil {
		return who{}, err
	}
	now := si.now()
	if token.UsedAt == nil || now.Sub(*token.UsedAt) > time.Minute {
		if err := si.store.TouchToken(ctx, token.ID, now); err != nil {
			return who{}, err
		}
	}
	person, err := si.store.PersonByID(ctx, token.PersonID)
	if err != nil {
		return who{}, err
	}
	w := who{person: &person, token: token.ID, checked: now, epoch: epoch}
	if token.ExpiresAt != nil {
		w.ends = *token.ExpiresAt
	}
	si.kept.Add("t"+secret, w)
	return w, nil
}

// TokenPrefix begins every API token, so that scanners for secrets know it.
const TokenPrefix = "grt_"

// SeeOwn has whoever sends a request see what they or others did a moment ago,
// whatever a replica has heard of it: for pages on which people act on what they
// read.
func SeeOwn(c *fiber.Ctx) context.Context {
	ctx := store.Fresh(c.UserContext())
	c.SetUserContext(ctx)
	return ctx
}
