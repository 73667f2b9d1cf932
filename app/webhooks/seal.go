package webhooks

import (
	"crypto/rand"
	"encoding/base64"
	"errors"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"grassroots/app/web"
	"grassroots/models"
)

// secretBytes is within what the specification asks for, 24 to 64.
const secretBytes = 32

// purpose keeps these secrets apart from others that the site seals.
const purpose = "grassroots webhooks 1"

// newSecret makes a secret as the specification writes it.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails, by its documentation
	return "whsec_" + base64.StdEncoding.EncodeToString(b)
}

// seal makes a secret fit to be kept for an endpoint, and for no other.
func (f *Feature) seal(id, secret string) (string, error) {
	return f.site.Seal(purpose, id, []byte(secret))
}

// errSealed says that a secret cannot be read.
var errSealed = models.E(models.Unavailable, "The secret of this webhook cannot be read: it was made with another GRASSROOTS_SECRET. Make a new one.")

func (f *Feature) open(id, sealed string) (*standard.Webhook, error) {
	secret, err := f.site.Unseal(purpose, id, sealed)
	if errors.Is(err, web.ErrSealed) {
		return nil, errSealed
	}
	if err != nil {
		return nil, err
	}
	return standard.NewWebhook(string(secret))
}
