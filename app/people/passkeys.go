package people

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
	"grassroots/templates"
)

const (
	maxPasskeys    = 20
	maxPasskeyName = 80
	// Ceremonies are kept like the ways to a provider, each for its own purpose.
	registerPurpose = "passkey registration"
	passkeyPurpose  = "passkey sign-in"
)

var (
	errNoPasskeys = models.E(models.NotFound, "There are no passkeys here. Sign in in another way.")
	errNotPasskey = models.E(models.Invalid, "That passkey does not sign anybody in here. Try another, or sign in in another way.")
)

// passkeys is the relying party of the site; nil where browsers would refuse:
// without https, except on this machine, and where the host is no name.
func (f *Feature) passkeys() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(f.site.BaseURL)
	if err != nil || f.site.SingleSignOn.Only || net.ParseIP(u.Hostname()) != nil || u.Hostname() == "" || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, errNoPasskeys
	}
	required := true
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "Grassroots", RPOrigins: []string{f.site.BaseURL},
		AttestationPreference: protocol.PreferNoAttestation, AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &required,
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired}})
}

// hasPasskeys tells whether passkeys can be used here.
func (f *Feature) hasPasskeys() bool {
	_, err := f.passkeys()
	return err == nil
}

// keyHolder is a person as the library sees one.
type keyHolder struct {
	person models.Person
	keys   []models.Passkey
}

// WebAuthnID implements webauthn.User.
func (k keyHolder) WebAuthnID() []byte { return []byte(k.person.ID) }

// WebAuthnName implements webauthn.User.
func (k keyHolder) WebAuthnName() string {
	if k.person.Reachable() {
		return k.person.Email
	}
	return "@" + k.person.Handle
}

// WebAuthnDisplayName implements webauthn.User.
func (k keyHolder) WebAuthnDisplayName() string { return k.person.Name }

// WebAuthnCredentials implements webauthn.User.
func (k keyHolder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(k.keys))
	for _, key := range k.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(key.Credential), &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

func (f *Feature) holder(ctx context.Context, p models.Person) (keyHolder, error) {
	keys, err := f.store.PasskeysOf(store.Fresh(ctx), p.ID)
	return keyHolder{p, keys}, err
}

// ceremony is what a browser is given to begin with.
type ceremony struct {
	State   string `json:"state"`
	Options any    `json:"options"`
}

// keepCeremony keeps what the end of a ceremony is held to, and answers with its
// beginning.
func (f *Feature) keepCeremony(c *fiber.Ctx, purpose string, session *webauthn.SessionData, options any) error {
	raw, err := json.Marshal(session)
	if err != nil {
		return err
	}
	state := web.NewSecret()
	if err := f.keepWay(c, purpose, state, raw); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(ceremony{state, options})
}

// takeCeremony gives what keepCeremony kept, once, to the same browser.
func (f *Feature) takeCeremony(c *fiber.Ctx, purpose string) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	raw, err := f.takeWay(c, purpose, web.Value(c, "state"))
	if models.KindOf(err) == models.NotFound || errors.Is(err, web.ErrSealed) {
		return session, models.Wrap(models.Invalid, "That took longer than 15 minutes, or was not begun on this page. Try again. Passkeys need JavaScript.", err)
	}
	if err != nil {
		return session, err
	}
	return session, json.Unmarshal(raw, &session)
}

func (f *Feature) passkeysPage(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	return f.showPasskeys(c, p, fiber.StatusOK, templates.PasskeysPage{})
}

func (f *Feature) showPasskeys(c *fiber.Ctx, p *models.Person, status int, page templates.PasskeysPage) error {
	keys, err := f.store.PasskeysOf(c.UserContext(), p.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		line := templates.PasskeyLine{ID: k.ID, Name: k.Name, Typed: k.Name, Added: k.CreatedAt, Used: k.UsedAt}
		if k.ID == page.Renamed {
			line.Typed, line.Errors = page.Typed, page.Errors
		}
		page.Passkeys = append(page.Passkeys, line)
	}
	page.Offered = f.hasPasskeys()
	shell := f.site.Shell(c, "Passkeys")
	shell.NoIndex, shell.Crumbs, shell.Errors, shell.PasskeyJS = true, crumbsOfMe(), page.Errors, f.site.Assets.URL("passkey.js")
	return f.site.Render(c, status, shell, templates.Passkeys(page))
}

func (f *Feature) beginPasskey(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	party, err := f.passkeys()
	if err != nil {
		return err
	}
	holder, err := f.holder(c.UserContext(), *p)
	if err != nil {
		return err
	}
	options, session, err := party.BeginRegistration(holder, webauthn.WithExclusions(webauthn.Credentials(holder.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return err
	}
	return f.keepCeremony(c, registerPurpose, session, options.Response)
}

func (f *Feature) addPasskey(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	page := templates.PasskeysPage{Name: models.CleanLine(web.Value(c, "name"))}
	if page.Name != "" && web.Value(c, "state") == "" { // it was held, and the device is yet to be asked
		page.Again = true
		return f.showPasskeys(c, p, fiber.StatusUnprocessableEntity, page)
	}
	if err := f.register(c, p, page.Name); err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showPasskeys(c, p, status, page)
		})
	}
	f.site.Log.InfoContext(c.UserContext(), "a passkey was added", "person", p.ID)
	return f.site.Done(c, "/me/passkeys", "The passkey is added. You can sign in with it from now on.")
}

func (f *Feature) register(c *fiber.Ctx, p *models.Person, name string) error {
	if err := checkPasskeyName("name", name); err != nil {
		return err
	}
	party, err := f.passkeys()
	if err != nil {
		return err
	}
	session, err := f.takeCeremony(c, registerPurpose)
	if err != nil {
		return err
	}
	holder, err := f.holder(c.UserContext(), *p)
	if err != nil {
		return err
	}
	if len(holder.keys) >= maxPasskeys {
		return models.InvalidField("name", fmt.Sprintf("You have %d passkeys, which is the most. Remove one first", maxPasskeys))
	}
	var credential *webauthn.Credential
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(web.Value(c, "credential")))
	if err == nil {
		credential, err = party.CreateCredential(holder, session, parsed)
	}
	if err != nil {
		f.site.Log.WarnContext(c.UserContext(), "a passkey was refused", "error", err)
		return models.Wrap(models.Invalid, "The passkey was not added, because what the browser sent is not right. Try again.", err)
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	return f.store.AddPasskey(c.UserContext(), models.Passkey{ID: f.store.NewID(), PersonID: p.ID, Name: name, Credential: string(raw),
		CredentialID: base64.RawURLEncoding.EncodeToString(credential.ID), CreatedAt: f.site.Now()})
}

func checkPasskeyName(field, name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxPasskeyName {
		return models.InvalidField(field, fmt.Sprintf("Say where the passkey is, in %d characters or fewer", maxPasskeyName))
	}
	return nil
}

func (f *Feature) renamePasskey(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	id := models.CleanLine(c.Params("id"))
	field := "name-" + id // each passkey of the page has a form
	page := templates.PasskeysPage{Renamed: id, Typed: models.CleanLine(web.Value(c, field))}
	if err = checkPasskeyName(field, page.Typed); err == nil {
		err = f.store.RenamePasskey(c.UserContext(), p.ID, id, page.Typed)
	}
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showPasskeys(c, p, status, page)
		})
	}
	return f.site.Done(c, "/me/passkeys", "The passkey has its new name.")
}

func (f *Feature) removePasskey(c *fiber.Ctx) error {
	p, err := web.Require(c)
	if err != nil {
		return err
	}
	if err := f.store.DeletePasskey(c.UserContext(), p.ID, models.CleanLine(c.Params("id"))); err != nil {
		return err
	}
	f.site.Log.InfoContext(c.UserContext(), "a passkey was removed", "person", p.ID)
	return f.site.Done(c, "/me/passkeys", "The passkey is removed. It signs nobody in any more; remove it from your device, too.")
}

func (f *Feature) beginPasskeySignIn(c *fiber.Ctx) error {
	party, err := f.passkeys()
	if err != nil {
		return err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return err
	}
	return f.keepCeremony(c, passkeyPurpose, session, options.Response)
}

// signInWithPasskey signs in whoever holds a passkey.
func (f *Feature) signInWithPasskey(c *fiber.Ctx) error {
	page := templates.SignInPage{Next: next(web.Value(c, "next"))}
	p, err := f.passkeyHolder(c)
	if err != nil {
		return web.Reshow(err, func(status int, errors []templates.FieldError) error {
			page.Errors = errors
			return f.showSignIn(c, status, page)
		})
	}
	if err := f.site.SignIn(c, p.ID, models.ByPasskey); err != nil {
		return err
	}
	return f.welcome(c, arrival{person: p, next: page.Next})
}

func (f *Feature) passkeyHolder(c *fiber.Ctx) (models.Person, error) {
	party, err := f.passkeys()
	if err != nil {
		return models.Person{}, err
	}
	session, err := f.takeCeremony(c, passkeyPurpose)
	if err != nil {
		return models.Person{}, err
	}
	ctx := store.Fresh(c.UserContext())
	refused := func(err error) (models.Person, error) {
		f.site.Log.WarnContext(ctx, "a passkey was refused", "error", err)
		return models.Person{}, errNotPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(web.Value(c, "credential")))
	if err != nil {
		return refused(err)
	}
	var holder keyHolder
	_, credential, err := party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if !models.ValidID(string(handle)) {
			return nil, errNotPasskey
		}
		p, err := f.store.PersonByID(ctx, string(handle))
		if err == nil && p.ClosedAt != nil {
			err = errNotPasskey
		}
		if err == nil {
			holder, err = f.holder(ctx, p)
		}
		return holder, err
	}, session, parsed)
	switch {
	case err != nil:
		return refused(err)
	case credential.Authenticator.CloneWarning:
		// Its counter went back: two devices have the key, or somebody replays.
		return refused(errors.New("its counter did not go up"))
	}
	raw, err := json.Marshal(credential)
	if err != nil {
		return models.Person{}, err
	}
	id := base64.RawURLEncoding.EncodeToString(credential.ID)
	for _, k := range holder.keys {
		if k.CredentialID == id {
			return holder.person, f.store.UsePasskey(ctx, k.ID, string(raw), f.site.Now())
		}
	}
	return refused(errors.New("it is not kept here"))
}
