package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// minSecretLength is how many characters a signing secret needs. The secrets
// that docs/operate.md tells operators to make have 64.
const minSecretLength = 32

// secretFileName is where the signing secret lives in the data directory when
// no setting names one.
const secretFileName = "secret"

// Secret is a setting that must never be shown: a password, a key, or an
// address that carries one. Printing, logging or encoding it gives "…"; only
// Reveal gives the value.
type Secret string

// Reveal returns the value itself, for the one place that has to use it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value from fmt.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "…"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from encoders such as JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// SigningSecret returns what cookies and links are signed with: the setting,
// or on SQLite the one kept in the data directory, which is made the first
// time it is asked for.
func (s Settings) SigningSecret() (Secret, error) {
	if s.Secret != "" {
		return s.Secret, nil
	}
	if s.Postgres() {
		// Validation has refused this already; several nodes must not each
		// make a secret of their own.
		return "", usagef("GRASSROOTS_SECRET is required with Postgres")
	}
	path := filepath.Join(s.DataDir, secretFileName)
	secret, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeSecret(path)
	}
	return secret, err
}

// readSecret reads a secret file. It returns an error of kind fs.ErrNotExist
// when there is none.
func readSecret(path string) (Secret, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot read the signing secret: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if len(secret) < minSecretLength {
		return "", fmt.Errorf("the signing secret in %s is shorter than %d characters: remove the file to have a new one made, which signs everyone out", path, minSecretLength)
	}
	return Secret(secret), nil
}

// makeSecret writes a new secret so that no reader ever sees half of it, and so
// that of two programs that start at the same moment both end with the same
// one: the file is written under another name and then linked into place,
// which fails when the name is taken.
func makeSecret(path string) (Secret, error) {
	directory := filepath.Dir(path)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return "", fmt.Errorf("cannot make the data directory: %w", err)
	}
	random := make([]byte, 48)
	if _, err := rand.Read(random); err != nil {
		return "", fmt.Errorf("cannot make a signing secret: %w", err)
	}
	temporary, err := writeTemporary(directory, base64.RawURLEncoding.EncodeToString(random)+"\n")
	if err != nil {
		return "", fmt.Errorf("cannot keep the signing secret: %w", err)
	}
	defer func() { _ = os.Remove(temporary) }()
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("cannot keep the signing secret: %w", err)
	}
	return readSecret(path)
}

// writeTemporary writes content to a new file in directory that only its owner
// can read, flushed to the disk, and returns its name.
func writeTemporary(directory, content string) (string, error) {
	file, err := os.CreateTemp(directory, ".secret-*") // CreateTemp gives mode 0600
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}
