package signed_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"grassroots/models/signed"
)

func key(t *testing.T) signed.Key {
	t.Helper()
	k, err := signed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestWhatWasSignedIsOpenedByItsKeyAlone(t *testing.T) {
	t.Parallel()
	k, other := key(t), key(t)
	text := []byte(`{"title":"Letters in minutes — “at last”"}`)
	token, err := k.Sign("letters", text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Sign("letters", text)
	if err != nil || again != token {
		t.Errorf("the same text is signed to other bytes: %v", err)
	}
	got, by, err := signed.Open(token, "letters", signed.Set{other.Public, k.Public})
	if err != nil || string(got) != string(text) || by != k.ID() {
		t.Errorf("opened %q by %q: %v", got, by, err)
	}
	if _, by, err := signed.Open(token, "letters", signed.Set{other.Public}); !errors.Is(err, signed.ErrKey) || by != k.ID() {
		t.Errorf("another key opens it: %v, by %q", err, by)
	}
	if _, _, err := signed.Open(token, "notes", signed.Set{k.Public}); !errors.Is(err, signed.ErrForm) {
		t.Errorf("a letter is taken for a note: %v", err)
	}
	parts := strings.Split(token, ".")
	changed := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), "minutes", "seconds", 1)))
	if _, _, err := signed.Open(parts[0]+"."+changed+"."+parts[2], "letters", signed.Set{k.Public}); !errors.Is(err, signed.ErrChanged) {
		t.Errorf("a changed text is taken: %v", err)
	}
	for _, wrong := range []string{"", "x", "a.b.c", parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1], token[:len(token)-4]} {
		if _, _, err := signed.Open(wrong, "letters", signed.Set{k.Public}); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// A text must not be able to say that it needs no signature, or that the public
// key is a shared secret.
func TestATextDoesNotChooseHowItIsChecked(t *testing.T) {
	t.Parallel()
	k := key(t)
	for _, algorithm := range []string{"none", "HS256", "ES256", "RS256"} {
		header, err := json.Marshal(map[string]string{"alg": algorithm, "kid": k.ID(), "typ": "letters"})
		if err != nil {
			t.Fatal(err)
		}
		token := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString([]byte("{}")) + "."
		for _, signature := range []string{"", "AAAA"} {
			if _, _, err := signed.Open(token+signature, "letters", signed.Set{k.Public}); !errors.Is(err, signed.ErrForm) {
				t.Errorf("%s: %v", algorithm, err)
			}
		}
	}
}

func TestWhatIsClaimedIsNotChecked(t *testing.T) {
	t.Parallel()
	k := key(t)
	token, err := k.Sign("letters", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if text, by, err := signed.Claimed(token, "letters"); err != nil || string(text) != "{}" || by != k.ID() {
		t.Errorf("%q by %q, %v", text, by, err)
	}
	if _, _, err := signed.Claimed(token, "notes"); !errors.Is(err, signed.ErrForm) {
		t.Errorf("a letter is taken for a note: %v", err)
	}
}

func TestKeysTravelAsJSONWebKeys(t *testing.T) {
	t.Parallel()
	k := key(t)
	raw, err := json.Marshal(map[string]any{"keys": []any{map[string]string{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, k.Public}, "protocol": "x"})
	if err != nil {
		t.Fatal(err)
	}
	set, err := signed.ParseSet(raw)
	if err != nil || len(set) != 1 || set[0].ID() != k.ID() || len(k.ID()) != 43 {
		t.Fatalf("%s: %v, %v", raw, set, err)
	}
	if !strings.Contains(string(raw), `"kty":"OKP"`) || !strings.Contains(string(raw), `"crv":"Ed25519"`) || strings.Contains(string(raw), `"d":`) {
		t.Errorf("the key is written as %s", raw)
	}
	for _, wrong := range []string{"", "[]", "{}", `{"keys":[]}`, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}`} {
		if _, err := signed.ParseSet([]byte(wrong)); !errors.Is(err, signed.ErrForm) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	same, err := signed.FromSeed(k.Seed())
	if err != nil || same.ID() != k.ID() {
		t.Errorf("the seed gives another key: %v", err)
	}
	if _, err := signed.FromSeed([]byte("short")); err == nil {
		t.Error("a short seed is taken")
	}
}
