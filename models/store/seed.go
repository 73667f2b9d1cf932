package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"grassroots/models"
	"grassroots/models/reference"
)

// The settings in which Seed notes what it brought: the lists as a whole with
// the rules of what is derived by them, and each of their rows.
const (
	seedHash = "reference.hash"
	seedRows = "reference.rows"
)

// derivation names the rules by which facets and connections are derived from
// case studies. Under another name they are derived anew at the next start.
const derivation = "connections-1"

// Seed brings in the systems and standards that every instance starts with. It
// is to be run at each start, and is one query when the lists are as they were.
// A row that somebody has changed or removed since stays as they left it; a
// name that nobody had confirmed yet is taken over. When the lists have changed,
// or what is derived by them, the connections of case studies follow.
func (s *Store) Seed(ctx context.Context) error {
	return s.seed(ctx, seedLists{reference.Systems(), reference.Standards(), reference.Hash()})
}

type seedLists struct {
	systems   []models.System
	standards []models.Standard
	hash      string
}

func (s *Store) seed(ctx context.Context, lists seedLists) error {
	want := lists.hash + " " + derivation
	if have, err := s.Setting(ctx, seedHash); err == nil && have == want {
		return nil
	} else if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	if err := s.bring(ctx, lists); err != nil {
		return err
	}
	if err := s.RebuildConnections(ctx); err != nil {
		return err
	}
	return s.SetSetting(ctx, seedHash, want, "")
}

// bring saves the rows of the lists that are new or have changed there.
func (s *Store) bring(ctx context.Context, lists seedLists) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		brought := map[string]string{}
		switch text, err := s.Setting(ctx, seedRows); {
		case err == nil:
			if err := json.Unmarshal([]byte(text), &brought); err != nil {
				return models.Wrap(models.Internal, "The note of which reference lists are in the database cannot be read.", err)
			}
		case models.KindOf(err) != models.NotFound:
			return err
		}
		for _, m := range lists.systems {
			confirmed := func(m models.System) bool { return m.Confirmed }
			if err := seedRow(ctx, brought, "system "+m.Slug, m.Slug, m, s.System, s.SaveSystem, confirmed); err != nil {
				return err
			}
		}
		for _, m := range lists.standards {
			confirmed := func(m models.Standard) bool { return m.Confirmed }
			if err := seedRow(ctx, brought, "standard "+m.Code, m.Code, m, s.Standard, s.SaveStandard, confirmed); err != nil {
				return err
			}
		}
		text, err := json.Marshal(brought)
		if err != nil {
			return err
		}
		return s.SetSetting(ctx, seedRows, string(text), "")
	})
}

// seedRow brings one row in when it is new in the list or has changed there,
// and nobody has had a hand in the one that is kept.
func seedRow[T any](
	ctx context.Context, brought map[string]string, name, key string, row T,
	get func(context.Context, string) (T, error), save func(context.Context, T) error, confirmed func(T) bool,
) error {
	want := fingerprint(row)
	before, known := brought[name]
	if known && before == want {
		return nil
	}
	brought[name] = want
	kept, err := get(ctx, key)
	switch {
	case models.KindOf(err) == models.NotFound:
		if known { // it was brought once, and removed since
			return nil
		}
		return save(ctx, row)
	case err != nil:
		return err
	case known && fingerprint(kept) == before, !known && !confirmed(kept):
		return save(ctx, row)
	}
	return nil
}

// fingerprint tells one content of a row from another.
func fingerprint(row any) string {
	text, err := json.Marshal(row)
	if err != nil {
		panic(err) // rows are plain structs of texts
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
