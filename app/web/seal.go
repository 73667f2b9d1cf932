package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// ErrSealed says that what was sealed cannot be read: it was sealed with another
// GRASSROOTS_SECRET, or for another name.
var ErrSealed = errors.New("it was sealed with another GRASSROOTS_SECRET")

// box seals with the secret of the site, so that who has a copy of the database
// alone cannot read what is in it.
func (s *Site) box(purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, s.Secret, nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal makes a secret fit to be kept in the database under a name, and no
// other. What is sealed for one purpose cannot be opened for another.
func (s *Site) Seal(purpose, name string, secret []byte) (string, error) {
	box, err := s.box(purpose)
	if err != nil {
		return "", err
	}
	return base64.RawStdEncoding.EncodeToString(box.Seal(nil, nil, secret, []byte(name))), nil
}

// Unseal opens what Seal made. ErrSealed when it cannot.
func (s *Site) Unseal(purpose, name, sealed string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, ErrSealed
	}
	box, err := s.box(purpose)
	if err != nil {
		return nil, err
	}
	secret, err := box.Open(nil, nil, raw, []byte(name))
	if err != nil {
		return nil, ErrSealed
	}
	return secret, nil
}
