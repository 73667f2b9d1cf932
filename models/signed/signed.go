// Package signed signs and checks texts that travel between instances: JSON Web
// Signatures (RFC 7515) by Ed25519 (RFC 8037), with keys as JSON Web Keys
// (RFC 7517) that are named by their thumbprints (RFC 7638).
package signed

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// Why a signed text is not taken.
var (
	// ErrForm says that it is no signed text of the kind that was expected.
	ErrForm = errors.New("this is not a signed text of the kind that was expected")
	// ErrKey says that none of the keys is the one that it says it was signed with.
	ErrKey = errors.New("it is signed with a key that is not known here")
	// ErrChanged says that the text is not the one that was signed.
	ErrChanged = errors.New("the signature does not fit: it has been changed since it was signed")
)

// algorithms are those whose signatures are taken. A text cannot choose another.
var algorithms = []jose.SignatureAlgorithm{jose.EdDSA}

// Key signs.
type Key struct {
	private ed25519.PrivateKey
	Public
}

// NewKey makes a key that nobody has.
func NewKey() (Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails, by its documentation
	return FromSeed(seed)
}

// FromSeed gives the key of 32 bytes that Seed gave.
func FromSeed(seed []byte) (Key, error) {
	if len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("signed: a seed of %d bytes", len(seed))
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := publicOf(private.Public())
	return Key{private, public}, err
}

// Seed is what FromSeed makes the key of. Whoever has it can sign.
func (k Key) Seed() []byte { return k.private.Seed() }

func (k Key) signer(kind string) (jose.Signer, error) {
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(kind)).WithHeader("kid", k.ID())
	return jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: k.private}, options)
}

// Sign gives a text with its signature, in the compact form. The kind says what
// sort of text it is, so that none is taken for another. The same text gives
// the same bytes.
func (k Key) Sign(kind string, text []byte) (string, error) {
	signer, err := k.signer(kind)
	if err != nil {
		return "", err
	}
	signature, err := signer.Sign(text)
	if err != nil {
		return "", err
	}
	return signature.CompactSerialize()
}

// Public is a key that checks what its private half has signed.
type Public struct {
	key ed25519.PublicKey
	id  string
}

func publicOf(key any) (Public, error) {
	public, ok := key.(ed25519.PublicKey)
	if !ok || len(public) != ed25519.PublicKeySize {
		return Public{}, fmt.Errorf("a key that is not one of Ed25519: %T", key)
	}
	sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return Public{}, err
	}
	return Public{public, base64.RawURLEncoding.EncodeToString(sum)}, nil
}

// ID is the thumbprint of the key, 43 characters.
func (p Public) ID() string { return p.id }

// MarshalJSON writes the key as a JSON Web Key.
func (p Public) MarshalJSON() ([]byte, error) {
	return json.Marshal(jose.JSONWebKey{Key: p.key, KeyID: p.id, Algorithm: string(jose.EdDSA), Use: "sig"})
}

// UnmarshalJSON reads a JSON Web Key. What it calls itself is not believed: its
// id is its thumbprint.
func (p *Public) UnmarshalJSON(raw []byte) error {
	var k jose.JSONWebKey
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	var err error
	*p, err = publicOf(k.Key)
	return err
}

// Set is keys that are trusted.
type Set []Public

// Find gives the key of an id.
func (s Set) Find(id string) (Public, bool) {
	for _, p := range s {
		if p.id == id {
			return p, true
		}
	}
	return Public{}, false
}

// ParseSet reads a JSON Web Key Set. Keys of other kinds are passed over, as
// the standard asks.
func ParseSet(raw []byte) (Set, error) {
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		return nil, ErrForm
	}
	var set Set
	for _, one := range document.Keys {
		var p Public
		if p.UnmarshalJSON(one) == nil {
			set = append(set, p)
		}
	}
	if len(set) == 0 {
		return nil, fmt.Errorf("%w: it has no key of Ed25519", ErrForm)
	}
	return set, nil
}

// Open checks a signed text of a kind and gives the text and the key. The error
// wraps ErrForm, ErrKey or ErrChanged; with ErrKey and ErrChanged the id of the
// key that it names is given, which nobody has vouched for.
func Open(token, kind string, keys Set) (text []byte, by string, err error) {
	signature, by, err := parse(token, kind)
	if err != nil {
		return nil, "", err
	}
	key, ok := keys.Find(by)
	if !ok {
		return nil, by, ErrKey
	}
	if text, err = signature.Verify(key.key); err != nil {
		return nil, by, ErrChanged
	}
	return text, by, nil
}

// Claimed gives what a signed text of a kind says, and the id of the key that it
// names, unchecked: to find out by which key to check it.
func Claimed(token, kind string) (text []byte, by string, err error) {
	signature, by, err := parse(token, kind)
	if err != nil {
		return nil, "", err
	}
	return signature.UnsafePayloadWithoutVerification(), by, nil
}

func parse(token, kind string) (*jose.JSONWebSignature, string, error) {
	signature, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil || len(signature.Signatures) != 1 {
		return nil, "", ErrForm
	}
	header := signature.Signatures[0].Protected
	if said, _ := header.ExtraHeaders[jose.HeaderType].(string); said != kind || header.KeyID == "" {
		return nil, "", ErrForm
	}
	return signature, header.KeyID, nil
}
