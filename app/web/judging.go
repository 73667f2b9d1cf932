package web

import (
	"context"

	"grassroots/models"
)

// MayJudge tells why a moderator may not do anything about a thing, by its id and
// that of whose it is; nil when they may. Nobody judges what is their own, or
// what they wrote with others.
func (s *Site) MayJudge(ctx context.Context, p *models.Person, kind models.ThingKind, id, author string) error {
	if author == p.ID {
		return models.ErrOwnThing
	}
	switch kind {
	case models.ThingStudy:
	case models.ThingAdoption: // somebody else may look after it by now
		a, err := s.Store.AdoptionByID(ctx, id)
		switch {
		case models.KindOf(err) == models.NotFound:
			return nil
		case err == nil && a.OwnerID == p.ID:
			err = models.ErrOwnThing
		}
		return err
	case models.ThingCollection: // others may look after it with its owner
		c, err := s.Store.Collection(ctx, id)
		switch {
		case models.KindOf(err) == models.NotFound:
			return nil
		case err == nil && (c.OwnerID == p.ID || c.EditorOf(p.ID) != nil):
			err = models.ErrOwnThing
		}
		return err
	default:
		return nil
	}
	wrote, err := s.Store.IsEditor(ctx, id, p.ID)
	if err == nil && wrote {
		err = models.ErrOwnThing
	}
	return err
}
