package webhooks

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"grassroots/models"
)

// secretBytes is within what the specification asks for, 24 to 64.
const secretBytes = 32

// newSecret makes a secret as the specification writes it.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails, by its documentation
	return "whsec_" + base64.StdEncoding.EncodeToString(b)
}

// box seals secrets with the secret of the site, so that who has a copy of the
// database alone cannot sign in its name.
func (f *Feature) box() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, f.site.Secret, nil, "grassroots webhooks 1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal makes a secret fit to be kept for an endpoint, and for no other.
func (f *Feature) seal(id, secret string) (string, error) {
	box, err := f.box()
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(box.Seal(nil, nil, []byte(secret), []byte(id))), nil
}

// errSealed says that a secret cannot be read.
var errSealed = models.E(models.Unavailable, "The secret of this webhook cannot be read: it was made with another GRASSROOTS_SECRET. Make a new one.")

func (f *Feature) open(id, sealed string) (*standard.Webhook, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errSealed
	}
	box, err := f.box()
	if err != nil {
		return nil, err
	}
	secret, err := box.Open(nil, nil, raw, []byte(id))
	if err != nil {
		return nil, errSealed
	}
	return standard.NewWebhook(string(secret))
}
