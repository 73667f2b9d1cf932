package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/signed"
	"grassroots/models/store"
)

// purpose keeps these keys apart from other secrets that the site seals.
const purpose = "grassroots exchange 1"

// errKeySealed says that this instance cannot sign.
var errKeySealed = models.E(models.Unavailable, "The signing key of this site cannot be read: it was made with another GRASSROOTS_SECRET. "+
	"Set the secret that it was made with, or make a new key with grassroots exchange new-key --lost.")

// ring is the keys of this instance.
type ring struct {
	now       signed.Key // signs
	set       signed.Set // all that have signed, that of the present last
	handovers []string
	number    int64
}

// keys gives the keys of this instance. The first is made when it is first
// asked for.
func (f *Feature) keys(ctx context.Context) (ring, error) {
	ctx = store.Fresh(ctx)
	list, err := f.store.ExchangeKeys(ctx)
	if err != nil {
		return ring{}, err
	}
	if len(list) == 0 {
		err := f.addKey(ctx, ring{}, false)
		if err != nil && models.KindOf(err) != models.Conflict {
			return ring{}, err
		}
		if list, err = f.store.ExchangeKeys(ctx); err != nil {
			return ring{}, err
		}
	}
	return f.open(list)
}

func (f *Feature) open(list []models.ExchangeKey) (ring, error) {
	var r ring
	for _, kept := range list {
		seed, err := f.site.Unseal(purpose, kept.ID, kept.Sealed)
		r.number = kept.Number
		if errors.Is(err, web.ErrSealed) {
			if kept == list[len(list)-1] {
				return r, errKeySealed
			}
			continue // a former key that was lost: those who trust it cannot go on from it
		}
		if err != nil {
			return r, err
		}
		if r.now, err = signed.FromSeed(seed); err != nil {
			return r, err
		}
		r.set = append(r.set, r.now.Public)
		if kept.Handover != "" {
			r.handovers = append(r.handovers, kept.Handover)
		}
	}
	return r, nil
}

// addKey makes the next key, signed over by the one before unless that is lost.
func (f *Feature) addKey(ctx context.Context, before ring, lost bool) error {
	next, err := signed.NewKey()
	if err != nil {
		return err
	}
	kept := models.ExchangeKey{Number: before.number + 1, ID: next.ID(), CreatedAt: f.site.Now()}
	if kept.Sealed, err = f.site.Seal(purpose, next.ID(), next.Seed()); err != nil {
		return err
	}
	if kept.Number > 1 && !lost {
		kept.Handover, err = seal(before.now, handoverKind, handover{Protocol, before.now.ID(), next.Public, f.site.Now().UTC().Truncate(time.Second)})
		if err != nil {
			return err
		}
	}
	return f.store.AddExchangeKey(ctx, kept)
}

// Key gives the public key with which this instance signs at present.
func (f *Feature) Key(ctx context.Context) (signed.Public, error) {
	r, err := f.keys(ctx)
	return r.now.Public, err
}

// ReplaceKey makes a new key and gives it. Those who trust the one before come
// to trust it, because it is signed with that one; not when that one is lost,
// which has to be said.
func (f *Feature) ReplaceKey(ctx context.Context, lost bool) (signed.Public, error) {
	r, err := f.keys(ctx)
	if err != nil && !(lost && errors.Is(err, errKeySealed)) {
		return signed.Public{}, err
	}
	if lost && err == nil {
		return signed.Public{}, models.E(models.Conflict, "The key of the present can be read, so it is not lost. Leave --lost out: others then come to trust the new key by themselves.")
	}
	if err := f.addKey(ctx, r, lost); err != nil {
		return signed.Public{}, err
	}
	return f.Key(ctx)
}

// follow gives the keys that are to be trusted after those that are, by what an
// instance says: each signed with the one before. ErrKey when nothing leads
// from the key that is trusted to the one that the instance has now.
func follow(trusted signed.Set, said keysDocument) (signed.Set, error) {
	if len(trusted) == 0 || len(said.Set) == 0 {
		return trusted, signed.ErrForm
	}
	last, want := trusted[len(trusted)-1], said.Set[len(said.Set)-1]
	for _, token := range said.Handovers {
		if last.ID() == want.ID() {
			break
		}
		text, _, err := signed.Open(token, handoverKind, signed.Set{last})
		if err != nil {
			continue // of another key
		}
		var h handover
		if json.Unmarshal(text, &h) != nil || h.Protocol != Protocol || h.From != last.ID() {
			continue
		}
		last = h.To
		trusted = append(trusted[:len(trusted):len(trusted)], last)
	}
	if last.ID() != want.ID() {
		return trusted, signed.ErrKey
	}
	return trusted, nil
}
