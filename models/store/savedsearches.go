package store

import (
	"context"
	"time"

	"grassroots/models"
)

type savedSearchRow struct {
	ID        string
	PersonID  string
	Name      string
	Query     string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	SeenAt    time.Time
}

func (savedSearchRow) TableName() string { return "saved_searches" }

// SaveSearch keeps a search for a person, and has them follow it or not. One that
// they keep already gets the name; search.ID is then that of it. Conflict when
// they keep as many as one can.
func (s *Store) SaveSearch(ctx context.Context, search *models.SavedSearch) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, search.PersonID); err != nil {
			return err
		}
		var ids []string
		err := s.DB(ctx).Raw(`INSERT INTO saved_searches (id, person_id, name, query, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (person_id, query) DO UPDATE SET name = excluded.name RETURNING id`, search.ID, search.PersonID, search.Name, search.Query, search.CreatedAt, search.CreatedAt).Scan(&ids).Error
		if err != nil {
			return err
		}
		search.ID = ids[0]
		var n int64
		if err := s.DB(ctx).Model(&savedSearchRow{}).Where("person_id = ?", search.PersonID).Count(&n).Error; err != nil {
			return err
		}
		if n > models.MaxSearches {
			return models.Errorf(models.Conflict, "You keep %d searches, which is the most that one person can. Remove some under Your account, Saved searches.", models.MaxSearches)
		}
		Note(ctx, "search.save", search.ID, nil, nil)
		return s.Follow(ctx, search.PersonID, models.Followed{Kind: models.FollowSearch, Thing: search.ID}, search.Followed)
	})
}

// RemoveSearch removes one of a person's searches. NotFound when they have none of
// the id.
func (s *Store) RemoveSearch(ctx context.Context, personID, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		r := s.DB(ctx).Exec("DELETE FROM saved_searches WHERE person_id = ? AND id = ?", personID, id)
		if r.Error == nil && r.RowsAffected == 0 {
			return errNoSearch
		}
		if r.Error != nil {
			return r.Error
		}
		Note(ctx, "search.remove", id, nil, nil)
		return s.Follow(ctx, personID, models.Followed{Kind: models.FollowSearch, Thing: id}, false)
	})
}

var errNoSearch = models.E(models.NotFound, "There is no such saved search of yours.")

// SavedSearches lists a person's searches, by name, with how much is new in each
// that everybody may read.
func (s *Store) SavedSearches(ctx context.Context, personID string) ([]models.SavedSearch, error) {
	return s.savedSearches(ctx, personID, "")
}

// SavedSearch gives one of a person's searches. NotFound when they have none of
// the id.
func (s *Store) SavedSearch(ctx context.Context, personID, id string) (models.SavedSearch, error) {
	list, err := s.savedSearches(ctx, personID, id)
	if err == nil && len(list) == 0 {
		err = errNoSearch
	}
	if err != nil {
		return models.SavedSearch{}, err
	}
	return list[0], nil
}

func (s *Store) savedSearches(ctx context.Context, personID, id string) ([]models.SavedSearch, error) {
	var rows []struct {
		Row      savedSearchRow `gorm:"embedded"`
		Fresh    int
		Followed bool
	}
	db := s.DB(ctx).Table("saved_searches s").Select(`s.*, EXISTS (SELECT 1 FROM follows f WHERE f.person_id = s.person_id AND f.kind = ? AND f.thing = s.id) AS followed,
		(SELECT COUNT(*) FROM search_matches m JOIN case_studies c ON c.id = m.case_study_id AND c.status = ? WHERE m.search_id = s.id AND NOT m.seen) AS fresh`, models.FollowSearch, models.Published).
		Where("s.person_id = ?", personID)
	if id != "" {
		db = db.Where("s.id = ?", id)
	}
	err := db.Order("LOWER(s.name), s.id").Find(&rows).Error
	out := make([]models.SavedSearch, len(rows))
	for i, r := range rows {
		out[i] = models.SavedSearch{ID: r.Row.ID, PersonID: r.Row.PersonID, Name: r.Row.Name, Query: r.Row.Query, CreatedAt: r.Row.CreatedAt, SeenAt: r.Row.SeenAt, New: r.Fresh, Followed: r.Followed}
	}
	return out, err
}

// SearchNames gives what searches are called, by their ids.
func (s *Store) SearchNames(ctx context.Context, ids []string) (map[string]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []savedSearchRow
	err := s.DB(ctx).Select("id", "name").Where("id IN ?", ids).Find(&rows).Error
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}

// SeeSearch notes that a person has seen what is new in a search of theirs.
func (s *Store) SeeSearch(ctx context.Context, personID, id string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		r := s.DB(ctx).Exec("UPDATE saved_searches SET seen_at = ? WHERE person_id = ? AND id = ?", s.Now(), personID, id)
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		return s.exec(ctx, "UPDATE search_matches SET seen = ? WHERE search_id = ? AND NOT seen", true, id)
	})
}

// QueriesAfter gives a page of what people's searches ask for, each once however
// many ask for it, in order after one; an empty list ends it.
func (s *Store) QueriesAfter(ctx context.Context, after string, limit int) ([]string, error) {
	var list []string
	err := s.DB(ctx).Model(&savedSearchRow{}).Distinct("query").Where("query > ?", after).Order("query").Limit(limit).Pluck("query", &list).Error
	return list, err
}

// Match notes that a case study is new in all searches that ask for one of some
// things. Doing it again changes nothing.
func (s *Store) Match(ctx context.Context, caseStudyID string, queries []string) error {
	if len(queries) == 0 {
		return nil
	}
	return s.exec(ctx, `INSERT INTO search_matches (search_id, case_study_id, seen, created_at) SELECT id, CAST(? AS TEXT), FALSE, ? FROM saved_searches WHERE query IN ? ON CONFLICT DO NOTHING`,
		caseStudyID, s.Now(), queries)
}

// ForgetMatches removes what came before a time.
func (s *Store) ForgetMatches(ctx context.Context, before time.Time) error {
	return s.exec(ctx, "DELETE FROM search_matches WHERE created_at < ?", before)
}

// HasTag tells whether some case study that everybody may read has a tag.
func (s *Store) HasTag(ctx context.Context, tag string) (bool, error) {
	var found []string
	err := s.DB(ctx).Table("case_study_facets").Where("facet = ? AND value = ?", models.FacetTag, tag).Limit(1).Pluck("value", &found).Error
	return len(found) > 0, err
}
