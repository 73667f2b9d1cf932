package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// collectionsFor keeps the collections that a query asks for and p may find: what is
// for everybody, and for who is signed in what is for them. Whoever asks for the own
// ones finds all of these.
func (s *Store) collectionsFor(db *gorm.DB, p *models.Person, q models.CollectionQuery) *gorm.DB {
	switch {
	case q.Of != "":
		db = db.Where("(collections.owner_id = ? OR collections.id IN (SELECT collection_id FROM collection_editors WHERE person_id = ? AND accepted_at IS NOT NULL))", q.Of, q.Of)
	case p != nil:
		db = db.Where("collections.hidden = '' AND collections.audience IN ?", []models.Visibility{models.ToEverybody, models.ToSignedIn})
	default:
		db = db.Where("collections.hidden = '' AND collections.audience = ?", models.ToEverybody)
	}
	if q.StaffGroup != "" {
		db = db.Where("collections.staff_group = ?", q.StaffGroup)
	}
	if q.Organisation != "" {
		db = db.Where("(collections.organisation = ? OR collections.list_of = ?)", q.Organisation, q.Organisation)
	}
	if q.For != nil { // an empty staff group or organisation is nobody's in particular
		db = db.Where("(collections.staff_group <> '' AND collections.staff_group = ? OR collections.organisation <> '' AND collections.organisation = ? OR collections.list_of <> '' AND collections.list_of = ?)",
			q.For.StaffGroup, q.For.Organisation, q.For.Organisation)
	}
	words := strings.Fields(q.Text)
	for _, w := range words[:min(len(words), 12)] {
		like := "%" + likeEscaper.Replace(strings.ToLower(w)) + "%"
		db = db.Where(`(LOWER(collections.title) LIKE ? ESCAPE '\' OR LOWER(collections.about) LIKE ? ESCAPE '\' OR LOWER(collections.staff_group) LIKE ? ESCAPE '\')`, like, like, like)
	}
	return db
}

// CountCollections counts what Collections lists on all pages.
func (s *Store) CountCollections(ctx context.Context, p *models.Person, q models.CollectionQuery) (int, error) {
	var n int64
	err := s.collectionsFor(s.DB(ctx).Table("collections"), p, q).Count(&n).Error
	return int(n), err
}

// Collections gives a page of the collections that a person, nil for somebody who is
// not signed in, may find, without what is in them; more tells that there are others
// after it.
func (s *Store) Collections(ctx context.Context, p *models.Person, q models.CollectionQuery) (list []models.Collection, more bool, err error) {
	db := s.collectionsFor(s.DB(ctx), p, q)
	if q.Sort == models.SortNew {
		if q.Cursor != nil {
			db = db.Where("collections.id < ?", q.Cursor.ID)
		}
		db = db.Order("collections.id DESC")
	} else {
		if q.Cursor != nil {
			db = db.Where("(collections.updated_at, collections.id) < (?, ?)", time.UnixMicro(int64(q.Cursor.Value)).UTC(), q.Cursor.ID)
		}
		db = db.Order("collections.updated_at DESC, collections.id DESC")
	}
	list, err = s.collectionsWhere(ctx, db.Limit(q.Limit+1))
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	return list, more, err
}

// CollectionsToAdd gives the collections that a person may change, those that were
// changed last first, and which of them have a case study already.
func (s *Store) CollectionsToAdd(ctx context.Context, personID, caseStudyID string) (list []models.Collection, has map[string]bool, err error) {
	q := models.CollectionQuery{Of: personID, Sort: models.SortUpdated, Limit: models.MaxCollections}
	if list, _, err = s.Collections(ctx, nil, q); err != nil {
		return nil, nil, err
	}
	var ids []string
	err = s.DB(ctx).Table("collection_items").Where("case_study_id = ? AND collection_id IN (SELECT id FROM collections WHERE owner_id = ? UNION SELECT collection_id FROM collection_editors WHERE person_id = ?)",
		caseStudyID, personID, personID).Pluck("collection_id", &ids).Error
	has = make(map[string]bool, len(ids))
	for _, id := range ids {
		has[id] = true
	}
	return list, has, err
}
