package store

import (
	"context"

	"grassroots/models"
)

// What the search index holds beside case studies.
const (
	KindPerson       = "person"
	KindOrganisation = "organisation"
	KindSystem       = "system"
	KindStandard     = "standard"
	KindCollection   = "collection"
	KindCampaign     = "campaign"
)

// Unindexed is one person, organisation, system, standard, collection or campaign that the
// search index has not seen as it is now, or that is not there any more.
type Unindexed struct {
	Kind string
	ID   string
	Mark string // of the change
}

const markChanged = " ON CONFLICT (kind, id) DO UPDATE SET mark = excluded.mark"

// changed notes that the search index has to see something again, in the
// transaction that changes it.
func (s *Store) changed(ctx context.Context, kind, id string) error {
	return s.DB(ctx).Exec("INSERT INTO search_changes (kind, id, mark) VALUES (?, ?, ?)"+markChanged, kind, id, s.NewID()).Error
}

// peopleChanged is changed for everybody who works at an organisation.
func (s *Store) peopleChanged(ctx context.Context, code string) error {
	return s.DB(ctx).Exec("INSERT INTO search_changes (kind, id, mark) SELECT ?, id, ? FROM people WHERE organisation = ?"+markChanged, KindPerson, s.NewID(), code).Error
}

// Unindexed lists what the search index has not seen, case studies aside; a
// limit of -1 gives all of it.
func (s *Store) Unindexed(ctx context.Context, limit int) ([]Unindexed, error) {
	var out []Unindexed
	err := s.DB(ctx).Table("search_changes").Order("kind, id").Limit(limit).Find(&out).Error
	return out, err
}

// Indexed notes that the index has seen what Unindexed gave; a change since
// then is still to come.
func (s *Store) Indexed(ctx context.Context, list []Unindexed) error {
	return s.inBatches(ctx, len(list), func(ctx context.Context, from, to int) error {
		args := make([]any, 0, 3*(to-from))
		for _, u := range list[from:to] {
			args = append(args, u.Kind, u.ID, u.Mark)
		}
		return s.DB(ctx).Exec("DELETE FROM search_changes WHERE (kind, id, mark) IN (VALUES "+tuples("(?, ?, ?)", to-from)+")", args...).Error
	})
}

// PeopleByIDs gives those of the people who are here or were until they closed
// their account, without their grants.
func (s *Store) PeopleByIDs(ctx context.Context, ids []string) ([]models.Person, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		Row     personRow `gorm:"embedded"`
		OrgName string
	}
	err := s.withOrganisation(s.DB(ctx)).Where("people.id IN ?", ids).Find(&rows).Error
	out := make([]models.Person, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel(r.OrgName)
	}
	return out, err
}

// OpenCollections gives those of the collections that everybody may read, without
// what is in them.
func (s *Store) OpenCollections(ctx context.Context, ids []string) ([]models.Collection, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return s.collectionsWhere(ctx, s.collectionsFor(s.DB(ctx), nil, models.CollectionQuery{}).Where("collections.id IN ?", ids))
}

// SystemsBySlug gives those of the systems that are known.
func (s *Store) SystemsBySlug(ctx context.Context, slugs []string) ([]models.System, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	var rows []systemRow
	err := s.DB(ctx).Where("slug IN ?", slugs).Find(&rows).Error
	out := make([]models.System, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}

// StandardsByCode gives those of the standards that are known.
func (s *Store) StandardsByCode(ctx context.Context, codes []string) ([]models.Standard, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var rows []standardRow
	err := s.DB(ctx).Where("code IN ?", codes).Find(&rows).Error
	out := make([]models.Standard, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, err
}
