package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// unanswered is of an idea that was posted here and to which nobody but its
// authors has said anything.
const unanswered = `case_studies.stage = 'idea' AND case_studies.status <> 'withdrawn' AND NOT case_studies.demo
	AND NOT EXISTS (SELECT 1 FROM exchange_copies x WHERE x.case_study_id = case_studies.id)
	AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.case_study_id = case_studies.id AND ` + standing + ` AND comments.author_id <> case_studies.owner_id
		AND NOT EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = case_studies.id AND p.person_id = comments.author_id))
	AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.case_study_id = case_studies.id AND d.person_id <> case_studies.owner_id
		AND NOT EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = case_studies.id AND p.person_id = d.person_id))`

// WaitingQuery asks for ideas that have waited for a first response for longer
// than their organisation wants.
type WaitingQuery struct {
	Organisation string // empty: of all, and of none
	Usual        int    // days, where an organisation has not said; 0: none is too long
	After        string // Next of the page before
	Limit        int
}

// waiting is a query over the ideas that wait for too long. The days that
// organisations want are few, so each is a condition.
func (s *Store) waiting(ctx context.Context, organisation string, usual int) (*gorm.DB, error) {
	var days []int
	if err := s.DB(ctx).Table("response_times").Distinct().Order("days").Pluck("days", &days).Error; err != nil {
		return nil, err
	}
	if usual > 0 && !slices.Contains(days, usual) {
		days = append(days, usual)
	}
	var tests []string
	var args []any
	for _, d := range days {
		tests = append(tests, "COALESCE(rt.days, ?) = ? AND case_studies.published_at < ?")
		args = append(args, usual, d, s.Now().AddDate(0, 0, -d))
	}
	if len(tests) == 0 {
		tests = []string{"1 = 0"}
	}
	db := s.DB(ctx).Table("case_studies").Joins("LEFT JOIN response_times rt ON rt.organisation = case_studies.organisation").
		Where(unanswered).Where("("+strings.Join(tests, " OR ")+")", args...)
	if organisation != "" {
		db = db.Where("case_studies.organisation = ?", organisation)
	}
	return db, nil
}

// WaitingIdeas gives a page of the ideas that have waited for too long, the oldest
// first, and how many there are. next is where the page after begins; empty when
// there is none. BadRequest when q.After is none that was given.
func (s *Store) WaitingIdeas(ctx context.Context, q WaitingQuery) (list []models.WaitingIdea, next string, total int, err error) {
	db, err := s.waiting(ctx, q.Organisation, q.Usual)
	if err != nil {
		return nil, "", 0, err
	}
	db = db.Session(&gorm.Session{})
	var n int64
	if err := db.Count(&n).Error; err != nil || n == 0 {
		return nil, "", 0, err
	}
	if q.After != "" {
		micros, id, ok := strings.Cut(q.After, "-")
		at, err := strconv.ParseInt(micros, 10, 64)
		if !ok || err != nil || at < 0 || at > maxMicros || !models.ValidID(id) {
			return nil, "", 0, models.ErrCursor
		}
		since := time.UnixMicro(at).UTC()
		db = db.Where("(case_studies.published_at > ? OR case_studies.published_at = ? AND case_studies.id > ?)", since, since, id)
	}
	err = db.Joins("LEFT JOIN organisations ON organisations.code = case_studies.organisation").Joins("JOIN people ON people.id = case_studies.owner_id").
		Select(`case_studies.id, case_studies.slug, case_studies.title, case_studies.organisation, COALESCE(organisations.name, '') AS org_name, people.name AS owner_name,
			case_studies.votes, case_studies.published_at, COALESCE(rt.days, ?) AS days`, q.Usual).
		Order("case_studies.published_at, case_studies.id").Limit(q.Limit + 1).Scan(&list).Error
	if err != nil || len(list) <= q.Limit {
		return list, "", int(n), err
	}
	list = list[:q.Limit]
	last := list[q.Limit-1]
	return list, fmt.Sprintf("%d-%s", last.PublishedAt.UnixMicro(), last.ID), int(n), nil
}

// CountWaiting counts the ideas that have waited for too long at each of some
// organisations that have any.
func (s *Store) CountWaiting(ctx context.Context, organisations []string, usual int) (map[string]int, error) {
	if len(organisations) == 0 {
		return nil, nil
	}
	db, err := s.waiting(ctx, "", usual)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Organisation string
		N            int
	}
	err = db.Where("case_studies.organisation IN ?", organisations).Select("case_studies.organisation, COUNT(*) AS n").Group("case_studies.organisation").Scan(&rows).Error
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Organisation] = r.N
	}
	return out, err
}

// TellOverdue notes some ideas that have come to wait for too long, and calls tell
// in the same transaction with each organisation, the first of its ideas and how
// many they are. Each idea is told of once, by however many at once this is
// called. done tells whether there may be more.
func (s *Store) TellOverdue(ctx context.Context, usual, limit int, tell func(ctx context.Context, organisation, first string, n int) error) (done bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		db, err := s.waiting(ctx, "", usual)
		if err != nil {
			return err
		}
		var rows []struct{ ID, Organisation string }
		err = db.Where("case_studies.organisation <> '' AND NOT EXISTS (SELECT 1 FROM overdue_ideas o WHERE o.case_study_id = case_studies.id)").
			Select("case_studies.id, case_studies.organisation").Order("case_studies.organisation, case_studies.id").Limit(limit).Scan(&rows).Error
		if done = len(rows) < limit; err != nil || len(rows) == 0 {
			return err
		}
		args := make([]any, 0, 2*len(rows))
		for _, r := range rows {
			args = append(args, r.ID, s.Now())
		}
		var mine []string // and not those that another node has told of meanwhile
		err = s.DB(ctx).Raw("INSERT INTO overdue_ideas (case_study_id, told_at) VALUES "+tuples("(?, ?)", len(rows))+" ON CONFLICT DO NOTHING RETURNING case_study_id", args...).Scan(&mine).Error
		if err != nil {
			return err
		}
		first, count := map[string]string{}, map[string]int{}
		for _, r := range rows {
			if !slices.Contains(mine, r.ID) {
				continue
			}
			if first[r.Organisation] == "" {
				first[r.Organisation] = r.ID
			}
			count[r.Organisation]++
		}
		for _, code := range slices.Sorted(maps.Keys(first)) {
			if err := tell(ctx, code, first[code], count[code]); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}

// LeadsOf gives the ids of the leads of an organisation.
func (s *Store) LeadsOf(ctx context.Context, organisation string) ([]string, error) {
	var ids []string
	err := s.DB(ctx).Table("grants").Where("role = ? AND organisation = ?", models.RoleLead, organisation).Order("person_id").Pluck("person_id", &ids).Error
	return ids, err
}

// ResponseDays gives within how many days an organisation wants ideas to be
// answered; 0: it has not said.
func (s *Store) ResponseDays(ctx context.Context, organisation string) (int, error) {
	var days []int
	err := s.DB(ctx).Table("response_times").Where("organisation = ?", organisation).Pluck("days", &days).Error
	if err != nil || len(days) == 0 {
		return 0, err
	}
	return days[0], nil
}

// SetResponseDays keeps within how many days an organisation wants ideas to be
// answered; 0: as usual.
func (s *Store) SetResponseDays(ctx context.Context, organisation string, days int) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		old, err := s.ResponseDays(ctx, organisation)
		if err != nil {
			return err
		}
		Note(ctx, "organisation.response-time", organisation, map[string]any{"days": old}, map[string]any{"days": days})
		if days == 0 {
			return s.exec(ctx, "DELETE FROM response_times WHERE organisation = ?", organisation)
		}
		return s.exec(ctx, "INSERT INTO response_times (organisation, days) VALUES (?, ?) ON CONFLICT (organisation) DO UPDATE SET days = excluded.days", organisation, days)
	})
}
