package store

import (
	"context"
	"net/url"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// Follow has a person follow something, or no more. Doing it again changes
// nothing. Conflict when they follow as many things as one can.
func (s *Store) Follow(ctx context.Context, personID string, what models.Followed, on bool) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if !on {
			r := s.DB(ctx).Exec("DELETE FROM follows WHERE person_id = ? AND kind = ? AND thing = ?", personID, what.Kind, what.Thing)
			if r.Error == nil && r.RowsAffected > 0 {
				Note(ctx, "follow.end", what.Thing, map[string]any{"kind": what.Kind}, nil)
			}
			return r.Error
		}
		if err := s.HoldPerson(ctx, personID); err != nil {
			return err
		}
		r := s.DB(ctx).Exec("INSERT INTO follows (person_id, kind, thing, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", personID, what.Kind, what.Thing, s.Now())
		if r.Error != nil || r.RowsAffected == 0 {
			return r.Error
		}
		Note(ctx, "follow.begin", what.Thing, nil, map[string]any{"kind": what.Kind})
		var n int64
		if err := s.DB(ctx).Table("follows").Where("person_id = ?", personID).Count(&n).Error; err != nil {
			return err
		}
		if n > models.MaxFollows {
			return models.Errorf(models.Conflict, "You follow %d things, which is the most that one person can. Stop following some under Your account, Following.", models.MaxFollows)
		}
		return nil
	})
}

// HearOf sets how a person hears of a thing that they follow; empty is as usual.
// NotFound when they do not follow it.
func (s *Store) HearOf(ctx context.Context, personID string, what models.Followed, how models.Delivery) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		was, on, err := s.Follows(ctx, personID, what)
		if err == nil && !on {
			err = models.E(models.NotFound, "You do not follow this. Follow it first.")
		}
		if err != nil || was == how {
			return err
		}
		Note(ctx, "follow.change", what.Thing, map[string]any{"kind": what.Kind, "delivery": was}, map[string]any{"delivery": how})
		return s.exec(ctx, "UPDATE follows SET delivery = ? WHERE person_id = ? AND kind = ? AND thing = ?", how, personID, what.Kind, what.Thing)
	})
}

// Follows tells whether a person follows something, and how they hear of it;
// empty is as usual.
func (s *Store) Follows(ctx context.Context, personID string, what models.Followed) (how models.Delivery, on bool, err error) {
	var found []models.Delivery
	err = s.DB(ctx).Table("follows").Where("person_id = ? AND kind = ? AND thing = ?", personID, what.Kind, what.Thing).Pluck("delivery", &found).Error
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return found[0], true, nil
}

// FollowedBy lists what a person follows and is still there for everybody, by
// kind and name. What is limited or withdrawn meanwhile is left out.
func (s *Store) FollowedBy(ctx context.Context, personID string) ([]models.Following, error) {
	var rows []struct {
		Kind     models.FollowKind
		Thing    string
		Delivery models.Delivery
		Name, At string
	}
	err := s.DB(ctx).Raw(`SELECT kind, thing, delivery, name, at FROM (
		SELECT f.kind, f.thing, f.delivery, c.title AS name, '/case-studies/' || c.slug AS at FROM follows f JOIN case_studies c ON f.kind = 'case-study' AND c.id = f.thing AND c.status = 'published' WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, y.name, '/systems/' || y.slug FROM follows f JOIN systems y ON f.kind = 'system' AND y.slug = f.thing WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, d.name, '/standards/' || d.code FROM follows f JOIN standards d ON f.kind = 'standard' AND d.code = f.thing WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, CASE WHEN o.name = '' THEN 'Organisation ' || o.code ELSE o.name END, '/organisations/' || o.code FROM follows f JOIN organisations o ON f.kind = 'organisation' AND o.code = f.thing WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, p.name, '/people/' || p.handle FROM follows f JOIN people p ON f.kind = 'person' AND p.id = f.thing AND p.closed_at IS NULL WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, f.thing, '/case-studies' FROM follows f WHERE f.kind = 'tag' AND f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, q.name, '/me/searches/' || q.id FROM follows f JOIN saved_searches q ON f.kind = 'search' AND q.id = f.thing AND q.person_id = f.person_id WHERE f.person_id = ?
		UNION ALL SELECT f.kind, f.thing, f.delivery, g.title, '/campaigns/' || g.slug FROM follows f JOIN campaigns g ON f.kind = 'campaign' AND g.id = f.thing AND g.published_at IS NOT NULL WHERE f.person_id = ?
		) AS followed ORDER BY kind, LOWER(name), thing`, personID, personID, personID, personID, personID, personID, personID, personID).Scan(&rows).Error
	out := make([]models.Following, len(rows))
	for i, r := range rows {
		if r.Kind == models.FollowTag { // which may have spaces
			r.At += "?tag=" + url.QueryEscape(r.Thing)
		}
		out[i] = models.Following{Followed: models.Followed{Kind: r.Kind, Thing: r.Thing}, Delivery: r.Delivery, Name: r.Name, URL: r.At}
	}
	return out, err
}

// Told is who is to be told of something, and through what: the things of those
// it is about that they follow. Somebody whom it concerns otherwise follows none.
type Told struct {
	PersonID string
	Through  []Through
}

// Through is a thing that somebody follows, by kind and id, as
// "system:systmone", and how they hear of it; empty for as usual.
type Through struct {
	Thing    string
	Delivery models.Delivery
}

// followed is the condition that a row of follows is of one of some things.
// With the id of a case study those of searches in which it is new are too.
func followed(things []models.Followed, found string) (string, []any) {
	var each []string
	var args []any
	if found != "" {
		each, args = append(each, "(kind = ? AND thing IN (SELECT search_id FROM search_matches WHERE case_study_id = ?))"), append(args, models.FollowSearch, found)
	}
	for _, t := range things {
		each = append(each, "(kind = ? AND thing = ?)")
		args = append(args, t.Kind, t.Thing)
	}
	return "(" + strings.Join(each, " OR ") + ")", args
}

// Followers gives a page of those who follow any of some things or, with the id of
// a case study, a search of theirs in which it is new: by id after one; an empty
// list ends it.
func (s *Store) Followers(ctx context.Context, things []models.Followed, found, after string, limit int) ([]Told, error) {
	if len(things) == 0 && found == "" {
		return nil, nil
	}
	where, args := followed(things, found)
	var people []string
	err := s.DB(ctx).Table("follows").Where(where, args...).Where("person_id > ?", after).Group("person_id").Order("person_id").Limit(limit).Pluck("person_id", &people).Error
	if err != nil || len(people) == 0 {
		return nil, err
	}
	var rows []struct {
		PersonID, Thing string
		Delivery        models.Delivery
	}
	err = s.DB(ctx).Table("follows").Select("person_id, kind || ':' || thing AS thing, delivery").Where(where, args...).Where("person_id IN ?", people).Order("person_id, kind, thing").Find(&rows).Error
	var list []Told
	for _, r := range rows {
		if len(list) == 0 || list[len(list)-1].PersonID != r.PersonID {
			list = append(list, Told{PersonID: r.PersonID})
		}
		last := &list[len(list)-1]
		last.Through = append(last.Through, Through{r.Thing, r.Delivery})
	}
	return list, err
}

// Involved gives a page of those who voted for a case study, commented on it,
// follow it or are among its authors, by id after one.
func (s *Store) Involved(ctx context.Context, caseStudyID, after string, limit int) ([]Told, error) {
	var rows []struct {
		PersonID string
		Delivery models.Delivery
	}
	err := s.DB(ctx).Raw(`SELECT involved.person_id, COALESCE(f.delivery, '') AS delivery FROM (SELECT person_id FROM votes WHERE case_study_id = ? UNION SELECT author_id FROM comments WHERE case_study_id = ? AND `+standing+`
		UNION SELECT person_id FROM follows WHERE kind = ? AND thing = ? UNION SELECT person_id FROM case_study_people WHERE case_study_id = ? UNION SELECT owner_id FROM case_studies WHERE id = ?) AS involved
		LEFT JOIN follows f ON f.person_id = involved.person_id AND f.kind = ? AND f.thing = ?
		WHERE involved.person_id > ? ORDER BY involved.person_id LIMIT ?`, caseStudyID, caseStudyID, models.FollowStudy, caseStudyID, caseStudyID, caseStudyID,
		models.FollowStudy, caseStudyID, after, limit).Scan(&rows).Error
	list := make([]Told, len(rows))
	for i, r := range rows {
		list[i].PersonID = r.PersonID
		if r.Delivery != "" {
			list[i].Through = []Through{{Delivery: r.Delivery}}
		}
	}
	return list, err
}

// AuthorsOf gives the ids of who posted a case study and of those of this site
// whom it names as authors.
func (s *Store) AuthorsOf(ctx context.Context, caseStudyID string) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Raw("SELECT owner_id FROM case_studies WHERE id = ? UNION SELECT person_id FROM case_study_people WHERE case_study_id = ?", caseStudyID, caseStudyID).Scan(&ids).Error
	return ids, err
}

// MentionedIn gives the ids of the people whom a comment mentions.
func (s *Store) MentionedIn(ctx context.Context, commentID string) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Table("mentions").Where("comment_id = ?", commentID).Order("person_id").Pluck("person_id", &ids).Error
	return ids, err
}

// FiledUnder gives what of a case study that everybody may read can be followed:
// its systems, standards, tags and organisation, and those who wrote it.
func (s *Store) FiledUnder(ctx context.Context, cs *models.CaseStudy) ([]models.Followed, error) {
	var rows []facetRow
	err := s.DB(ctx).Where("case_study_id = ? AND facet IN ?", cs.ID, []string{models.FacetSystem, models.FacetStandard, models.FacetTag}).Order("facet, value").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	var out []models.Followed
	for _, r := range rows {
		out = append(out, models.Followed{Kind: models.FollowKind(r.Facet), Thing: r.Value}) // which are called the same
	}
	if cs.Organisation != "" {
		out = append(out, models.Followed{Kind: models.FollowOrganisation, Thing: cs.Organisation})
	}
	authors, err := s.AuthorsOf(ctx, cs.ID)
	for _, id := range authors {
		out = append(out, models.Followed{Kind: models.FollowPerson, Thing: id})
	}
	return out, err
}

// keepFollowers lets those who follow one thing follow another as well, which
// the first is from now on.
func (s *Store) keepFollowers(ctx context.Context, kind models.FollowKind, from, into string) error {
	return s.exec(ctx, "INSERT INTO follows (person_id, kind, thing, created_at, delivery) SELECT person_id, kind, CAST(? AS TEXT), created_at, delivery FROM follows WHERE kind = ? AND thing = ? ON CONFLICT DO NOTHING", into, kind, from)
}

// forgetFollows takes a person from those who follow and are followed.
func (s *Store) forgetFollows(db *gorm.DB, personID string) error {
	return db.Exec("DELETE FROM follows WHERE person_id = ? OR kind = ? AND thing = ?", personID, models.FollowPerson, personID).Error
}
