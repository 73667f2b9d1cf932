package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

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
const derivation = "connections-1 learning-1"

// Seed brings in the systems and standards that every instance starts with. It
// is to be run at each start, and is one query when the lists are as they were.
// A row that somebody has changed, removed or merged since stays as they left
// it; a name that nobody had confirmed yet is taken over. When the lists have
// changed, or what is derived by them, the connections of case studies follow.
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
			if err := s.seedTerm(ctx, brought, systemTerm(m)); err != nil {
				return err
			}
		}
		for _, m := range lists.standards {
			if err := s.seedTerm(ctx, brought, standardTerm(m)); err != nil {
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

// seedTerm brings one row in when it is new in the list or has changed there,
// and nobody has had a hand in the one that is kept.
func (s *Store) seedTerm(ctx context.Context, brought map[string]string, t models.Term) error {
	k, name := termTables[t.Kind], t.Kind+" "+t.ID
	want := fingerprint(t)
	before, known := brought[name]
	if known && before == want {
		return nil
	}
	kept, err := termIn(s.DB(ctx), k, t.ID)
	switch {
	case models.KindOf(err) == models.NotFound:
		brought[name] = want
		if known { // it was brought once, and removed or merged since
			return nil
		}
		return s.seedNew(ctx, brought, t)
	case err != nil:
		return err
	case known && fingerprint(kept) == before, !known && !kept.Confirmed:
		saved, err := s.saveListed(ctx, t)
		brought[name] = fingerprint(saved)
		return err
	}
	brought[name] = want
	return nil
}

// seedNew brings in a row that is new in the list. What somebody named in a
// case study and nobody has confirmed yet becomes another name for it. When its
// id or name leads to a confirmed one, somebody here has the same thing already
// and the row stays out.
func (s *Store) seedNew(ctx context.Context, brought map[string]string, t models.Term) error {
	k := termTables[t.Kind]
	owners, err := s.owners(ctx, k, []string{t.ID, t.Name})
	if err != nil {
		return err
	}
	var proposed []models.Term
	for _, id := range owners {
		other, err := termIn(s.DB(ctx), k, id)
		if err != nil {
			return err
		}
		if other.Confirmed {
			return nil
		}
		if !slices.ContainsFunc(proposed, func(p models.Term) bool { return p.ID == id }) {
			proposed = append(proposed, other)
		}
	}
	saved, err := s.saveListed(ctx, t)
	if err != nil {
		return err
	}
	for _, p := range proposed {
		if err := s.MergeTerms(ctx, Merge{Kind: k.kind, From: p.ID, Into: t.ID, FromVersion: p.Version, IntoVersion: saved.Version}); err != nil {
			return err
		}
		if saved, err = termIn(s.DB(ctx), k, t.ID); err != nil {
			return err
		}
	}
	brought[k.kind+" "+t.ID] = fingerprint(saved)
	return nil
}

// fingerprint tells one content of a row from another: by its fields as models
// has them, since instances have noted fingerprints of those.
func fingerprint(t models.Term) string {
	var row any = systemRowOf(t).toModel()
	if t.Kind == KindStandard {
		row = standardRowOf(t).toModel()
	}
	text, err := json.Marshal(row)
	if err != nil {
		panic(err) // rows are plain structs of texts
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
