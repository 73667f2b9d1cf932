package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"grassroots/models"
	"grassroots/models/signed"
)

// bundleSeal is what is signed of a bundle.
type bundleSeal struct {
	Protocol string        `json:"protocol"`
	Origin   string        `json:"origin"`
	Sums     string        `json:"sums"` // SHA-256 of the list of checksums
	Key      signed.Public `json:"key"`  // so that who knows its id alone can check
}

// BundleSigner gives what signs a bundle with the key of this instance. The
// same bundle gets the same signature.
func (f *Feature) BundleSigner(ctx context.Context) (func(sums [sha256.Size]byte) ([]byte, error), error) {
	r, err := f.keys(ctx)
	if err != nil {
		return nil, err
	}
	return func(sums [sha256.Size]byte) ([]byte, error) {
		token, err := seal(r.now, bundleKind, bundleSeal{Protocol, f.site.BaseURL, hex.EncodeToString(sums[:]), r.now.Public})
		return []byte(token + "\n"), err
	}, nil
}

// CheckBundle tells whom a bundle is from: an instance that is known here, this
// one, or whoever has the key of an id. An Invalid error says that it was
// changed since it was signed, or that its key is not known.
func (f *Feature) CheckBundle(ctx context.Context, signature []byte, sums [sha256.Size]byte, keyID string) (from string, err error) {
	if signature == nil {
		return "", models.E(models.Invalid, "The bundle is not signed, and --key asks for one that is.")
	}
	token := string(bytes.TrimSpace(signature))
	claimed, by, err := signed.Claimed(token, bundleKind)
	var said bundleSeal
	if err != nil || json.Unmarshal(claimed, &said) != nil {
		return "", models.E(models.Invalid, "Its signature cannot be read: it was changed since it was signed.")
	}
	known, err := f.knownKeys(ctx)
	if err != nil {
		return "", err
	}
	if keyID = strings.TrimSpace(keyID); keyID != "" {
		if keyID != by || said.Key.ID() != keyID {
			return "", models.Errorf(models.Invalid, "The bundle is signed with the key %s, and --key asks for %s.", by, keyID)
		}
		from = "the key " + keyID
		known = map[string]knownKey{by: {said.Key, from}}
	}
	key, ok := known[by]
	if !ok {
		return "", models.Errorf(models.Invalid, "The bundle is signed with the key %s, which is not known here. If that is the key of those who made it, import it with --key %s.", by, by)
	}
	text, _, err := signed.Open(token, bundleKind, signed.Set{key.public})
	if errors.Is(err, signed.ErrChanged) || err == nil && json.Unmarshal(text, &said) != nil {
		return "", models.E(models.Invalid, "The signature does not fit: the bundle was changed since it was signed.")
	}
	if err != nil {
		return "", err
	}
	if said.Protocol != Protocol || said.Sums != hex.EncodeToString(sums[:]) {
		return "", models.E(models.Invalid, "The bundle was changed since it was signed: its list of checksums is not the one that was signed.")
	}
	return key.name, nil
}

type knownKey struct {
	public signed.Public
	name   string
}

// knownKeys gives the keys of this instance and of those that case studies are
// taken from, by their ids, with whose they are.
func (f *Feature) knownKeys(ctx context.Context) (map[string]knownKey, error) {
	own, err := f.keys(ctx)
	if err != nil && !errors.Is(err, errKeySealed) {
		return nil, err
	}
	origins, err := f.store.Origins(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]knownKey{}
	for _, p := range own.set {
		known[p.ID()] = knownKey{p, "this instance"}
	}
	for _, o := range origins {
		var set signed.Set
		if json.Unmarshal([]byte(o.Trusted), &set) != nil {
			continue
		}
		for _, p := range set {
			known[p.ID()] = knownKey{p, o.URL}
		}
	}
	return known, nil
}
