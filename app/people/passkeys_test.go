package people_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"grassroots/app/apptest"
	"grassroots/models"
)

const secureURL = "https://grassroots.test"

// authenticator is a device with one passkey, which does as a test says.
type authenticator struct {
	t        *testing.T
	key      *ecdsa.PrivateKey
	id       []byte
	handle   []byte
	counter  uint32
	origin   string
	party    string
	verified bool
}

func newAuthenticator(t *testing.T) *authenticator {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &authenticator{t: t, key: key, id: id, counter: 1, origin: secureURL, party: "grassroots.test", verified: true}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// begin asks the site for a ceremony.
func begin(t *testing.T, c *apptest.Client, path string) (state, challenge, handle string) {
	t.Helper()
	page := c.Post(path, nil).Want(http.StatusOK)
	var got struct {
		State   string
		Options struct {
			Challenge              string
			User                   struct{ ID string }
			UserVerification       string
			AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		}
	}
	if err := json.Unmarshal([]byte(page.Body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Options.UserVerification != "required" && got.Options.AuthenticatorSelection.UserVerification != "required" {
		t.Errorf("%s does not require the person to be verified: %s", path, page.Body)
	}
	return got.State, got.Options.Challenge, got.Options.User.ID
}

func (a *authenticator) clientData(kind, challenge string) []byte {
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

func (a *authenticator) data(attested bool) []byte {
	hash := sha256.Sum256([]byte(a.party))
	flags := byte(1)
	if a.verified {
		flags |= 4
	}
	if attested {
		flags |= 64
	}
	out := binary.BigEndian.AppendUint32(append(hash[:], flags), a.counter)
	if !attested {
		return out
	}
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		a.t.Fatal(err)
	}
	out = binary.BigEndian.AppendUint16(append(out, make([]byte, 16)...), uint16(len(a.id)))
	return append(append(out, a.id...), cose...)
}

// makes answers a registration.
func (a *authenticator) makes(challenge string) string {
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(true)})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(a.clientData("webauthn.create", challenge)), "attestationObject": b64(object)})
}

// signs answers a sign-in.
func (a *authenticator) signs(challenge string) string {
	a.counter++
	client, data := a.clientData("webauthn.get", challenge), a.data(false)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle)})
}

func (a *authenticator) answer(response map[string]any) string {
	raw, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response})
	if err != nil {
		a.t.Fatal(err)
	}
	return string(raw)
}

// registers adds the passkey to the account of who is signed in.
func (a *authenticator) registers(c *apptest.Client, name string) *apptest.Page {
	a.t.Helper()
	state, challenge, handle := begin(a.t, c, "/me/passkeys/begin")
	var err error
	if a.handle, err = base64.RawURLEncoding.DecodeString(handle); err != nil {
		a.t.Fatal(err)
	}
	return c.Post("/me/passkeys", url.Values{"name": {name}, "state": {state}, "credential": {a.makes(challenge)}})
}

func (a *authenticator) signsIn(c *apptest.Client, next string) *apptest.Page {
	a.t.Helper()
	state, challenge, _ := begin(a.t, c, "/sign-in/passkey/begin")
	return c.Post("/sign-in/passkey", url.Values{"next": {next}, "state": {state}, "credential": {a.signs(challenge)}})
}

func TestPasskeys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store, apptest.Named("jane", "Jane"))
		c := h.As(t, jane)
		c.Get("/me/passkeys").Want(http.StatusOK).WantText("You have no passkeys.", "Adding a passkey needs JavaScript")
		phone := newAuthenticator(t)
		c.Post("/me/passkeys", url.Values{"name": {" "}}).WantErrors("Say where the passkey is, in 80 characters or fewer")
		c.Post("/me/passkeys", url.Values{"name": {"phone"}}).Want(http.StatusUnprocessableEntity).WantText("Passkeys need JavaScript")
		phone.registers(c, "My phone").WantRedirect("/me/passkeys").Follow().WantText("My phone", "Never used")
		phone.registers(c, "Again").Want(http.StatusConflict)

		keys, err := h.Store.PasskeysOf(t.Context(), jane.ID)
		if err != nil || len(keys) != 1 {
			t.Fatalf("%v, %v", keys, err)
		}
		action, field := "/me/passkeys/"+keys[0].ID+"/rename", "name-"+keys[0].ID
		c.Get("/me/passkeys").Form(action).Set(field, " ").Send().WantErrors("Say where the passkey is, in 80 characters or fewer")
		long := strings.Repeat("x", 81)
		if got := c.Post(action, url.Values{field: {long}}).Want(http.StatusUnprocessableEntity).Form(action).Values.Get(field); got != long {
			t.Errorf("the form has %q", got)
		}
		h.As(t, apptest.Person(t, h.Store)).Post(action, url.Values{field: {"Mine"}}).Want(http.StatusNotFound)
		c.Get("/me/passkeys").Form(action).Set(field, "My <old> phone").Send().WantRedirect("/me/passkeys").Follow().WantText("My <old> phone", "The passkey has its new name.").WantNoText("My phone")

		in := h.Client(t)
		phone.signsIn(in, "/me/passkeys").WantRedirect("/me/passkeys").Follow().WantText("You are signed in as Jane.", "Last used")
		in.Get("/me/sessions").WantText("With a passkey")
		// An open redirect would be one here as well.
		phone.signsIn(h.Client(t), "https://evil.example").WantRedirect("/")

		other := h.As(t, apptest.Person(t, h.Store))
		keys, err = h.Store.PasskeysOf(t.Context(), jane.ID)
		if err != nil || len(keys) != 1 {
			t.Fatal(keys, err)
		}
		remove := "/me/passkeys/" + keys[0].ID + "/remove"
		other.Post(remove, nil).WantRedirect("/me/passkeys")
		phone.signsIn(h.Client(t), "").WantRedirect("/")
		c.Post(remove, nil).WantRedirect("/me/passkeys").Follow().WantText("You have no passkeys.")
		phone.signsIn(h.Client(t), "").Want(http.StatusUnprocessableEntity).WantText("That passkey does not sign anybody in here")
	}, apptest.WithBaseURL(secureURL))
}

func TestPasskeysThatAreNotToBeBelieved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store)
		phone := newAuthenticator(t)
		weak := newAuthenticator(t)
		weak.verified = false
		weak.registers(h.As(t, jane), "Weak").Want(http.StatusUnprocessableEntity)
		phone.registers(h.As(t, jane), "Phone").WantRedirect("/me/passkeys")
		for what, change := range map[string]func(a *authenticator){
			"another origin":           func(a *authenticator) { a.origin = "https://evil.example" },
			"plain http":               func(a *authenticator) { a.origin = "http://grassroots.test" },
			"another party":            func(a *authenticator) { a.party = "evil.example" },
			"nobody verified":          func(a *authenticator) { a.verified = false },
			"another key":              func(a *authenticator) { a.key = newAuthenticator(t).key },
			"another credential":       func(a *authenticator) { a.id = newAuthenticator(t).id },
			"somebody else":            func(a *authenticator) { a.handle = []byte(apptest.Person(t, h.Store).ID) },
			"nobody":                   func(a *authenticator) { a.handle = []byte("x") },
			"a counter that goes back": func(a *authenticator) { a.counter = 0 },
		} {
			if what == "a counter that goes back" {
				phone.signsIn(h.Client(t), "").WantRedirect("/")
			}
			copied := *phone
			change(&copied)
			c := h.Client(t)
			if page := copied.signsIn(c, ""); page.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", what, page.Status)
			}
			c.Get("/me").WantRedirect("/sign-in?next=%2Fme")
		}
		// A challenge is good once, in its browser, for its purpose, and for 15 minutes.
		c := h.Client(t)
		state, challenge, _ := begin(t, c, "/sign-in/passkey/begin")
		form := url.Values{"state": {state}, "credential": {phone.signs(challenge)}}
		h.Client(t).Post("/sign-in/passkey", form).Want(http.StatusUnprocessableEntity)
		c.Post("/sign-in/passkey", form).WantRedirect("/")
		c.Post("/sign-in/passkey", form).Want(http.StatusUnprocessableEntity)
		state, challenge, _ = begin(t, c, "/me/passkeys/begin")
		c.Post("/sign-in/passkey", url.Values{"state": {state}, "credential": {phone.signs(challenge)}}).Want(http.StatusUnprocessableEntity)
		late := h.Client(t)
		state, challenge, _ = begin(t, late, "/sign-in/passkey/begin")
		h.Clock.Move(15*time.Minute + time.Second)
		late.Post("/sign-in/passkey", url.Values{"state": {state}, "credential": {phone.signs(challenge)}}).Want(http.StatusUnprocessableEntity)
		for _, hostile := range []string{"", "x", "{}", "[]", strings.Repeat("a", 100_000)} {
			state, _, _ = begin(t, late, "/sign-in/passkey/begin")
			late.Post("/sign-in/passkey", url.Values{"state": {state}, "credential": {hostile}}).Want(http.StatusUnprocessableEntity)
		}
	}, apptest.WithBaseURL(secureURL))
}

func TestPasskeysGoWithTheAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		jane := apptest.Person(t, h.Store)
		phone := newAuthenticator(t)
		phone.registers(h.As(t, jane), "Phone").WantRedirect("/me/passkeys")
		if err := h.people.Close(t.Context(), &jane); err != nil {
			t.Fatal(err)
		}
		phone.signsIn(h.Client(t), "").Want(http.StatusUnprocessableEntity)
		if keys, err := h.Store.PasskeysOf(t.Context(), jane.ID); err != nil || len(keys) != 0 {
			t.Errorf("%v, %v", keys, err)
		}
	}, apptest.WithBaseURL(secureURL))
}

func TestPasskeysWhereBrowsersRefuseThem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.As(t, apptest.Person(t, h.Store, apptest.WithRole(models.RoleAdmin)))
		h.Client(t).Get("/sign-in").WantNoText("passkey")
		c.Get("/me/passkeys").WantText("Passkeys cannot be used at the address of this site")
		c.Post("/me/passkeys/begin", nil).Want(http.StatusNotFound)
		c.Post("/sign-in/passkey/begin", nil).Want(http.StatusNotFound)
	}) // over plain http
}
