package exchange_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

// payload gives what a signed text says, unchecked.
func payload(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("this is not signed: %s", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// with gives a signed text that says something else under the same signature.
func with(t *testing.T, token, old, new string) string {
	t.Helper()
	text := payload(t, token)
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in %s", old, text)
	}
	parts := strings.Split(token, ".")
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(text, old, new, 1)))
	return strings.Join(parts, ".")
}
