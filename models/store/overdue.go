package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

// OverdueQuery asks for what is overdue at an organisation.
type OverdueQuery struct {
	Organisation string
	Usual        int    // days within which ideas are to be answered, where the organisation has not said; 0 sets no time
	After        string // next of the page before
	Limit        int
}

// overdueAt is where a page of what is overdue begins: after one of a kind and an id
// that is overdue since a moment.
type overdueAt struct {
	since time.Time
	rank  int
	id    string
}

func (q OverdueQuery) at() (at overdueAt, err error) {
	parts := strings.Split(q.After, "-")
	if q.After == "" {
		return overdueAt{rank: -1}, nil
	}
	if len(parts) != 3 || !models.ValidID(parts[2]) {
		return at, models.ErrCursor
	}
	micros, err := strconv.ParseInt(parts[0], 10, 64)
	rank, bad := strconv.Atoi(parts[1])
	if err != nil || bad != nil || micros < 0 || micros > maxMicros || rank < 0 || rank >= len(models.OverdueKinds()) {
		return at, models.ErrCursor
	}
	return overdueAt{time.UnixMicro(micros).UTC(), rank, parts[2]}, nil
}

// within keeps of one kind what stands after a place. id is the column of the id, and
// value what the column of the time has for what is overdue since the moment of the place.
func (at overdueAt) within(db *gorm.DB, kind models.OverdueKind, column, id string, value any) *gorm.DB {
	switch rank := kind.Rank(); {
	case at.rank < 0:
		return db
	case rank < at.rank:
		return db.Where(column+" > ?", value)
	case rank > at.rank:
		return db.Where(column+" >= ?", value)
	}
	return db.Where("("+column+" > ? OR "+column+" = ? AND "+id+" > ?)", value, value, at.id)
}

// Overdue gives a page of what is overdue at an organisation, of all kinds in one list, what
// is most overdue first, and how many there are: tasks of its workspaces that should have been
// done before today, ideas that have waited for too long, and adoptions of which nothing was
// heard in the days that their owner had to answer. What has stopped is done with. next is where the page after begins; empty when
// there is none. It takes seven statements at most. BadRequest when q.After is none that was given.
func (s *Store) Overdue(ctx context.Context, q OverdueQuery) (list []models.Overdue, next string, total int, err error) {
	at, err := q.at()
	if err != nil {
		return nil, "", 0, err
	}
	tasks, n, err := s.overdueTasks(ctx, q, at)
	if err != nil {
		return nil, "", 0, err
	}
	total = n
	ideas, n, err := s.overdueIdeas(ctx, q, at)
	if err != nil {
		return nil, "", 0, err
	}
	total += n
	silent, n, err := s.silentAdoptions(ctx, q, at)
	if err != nil {
		return nil, "", 0, err
	}
	total += n
	list = models.AllOverdue(tasks, ideas, silent, s.Now())
	if len(list) > q.Limit {
		list = list[:q.Limit]
		last := &list[q.Limit-1]
		next = fmt.Sprintf("%d-%d-%s", last.Since.UnixMicro(), last.Kind.Rank(), last.ID())
	}
	return list, next, total, nil
}

// page counts what a query is of, and reads what of it a page can need.
func (q OverdueQuery) page(db *gorm.DB, read func(db *gorm.DB) error) (int, error) {
	db = db.Session(&gorm.Session{})
	var n int64
	if err := db.Count(&n).Error; err != nil || n == 0 {
		return 0, err
	}
	return int(n), read(db.Limit(q.Limit + 1))
}

func (s *Store) overdueTasks(ctx context.Context, q OverdueQuery, at overdueAt) (list []models.OverdueTask, n int, err error) {
	db := s.DB(ctx).Table("adoptions AS a").Joins("JOIN workspace_tasks t ON t.adoption_id = a.id").Joins("JOIN case_studies c ON c.id = a.case_study_id").Joins("LEFT JOIN people p ON p.id = t.person_id").
		Where("a.organisation = ? AND a.site = '' AND a.hidden = '' AND a.status <> ? AND c.status = ? AND t.done_at IS NULL AND t.due <> '' AND t.due < ?", q.Organisation, models.AdoptionStopped, models.Published, models.InLondonDay(s.Now()))
	n, err = q.page(db, func(db *gorm.DB) error {
		if due, since := models.TasksOverdueBy(at.since); since.Equal(at.since) {
			db = at.within(db, models.OverdueTasks, "t.due", "t.id", due)
		} else if at.rank >= 0 {
			db = db.Where("t.due > ?", due)
		}
		return db.Select("t.id, t.words, t.due, COALESCE(p.name, '') AS person_name, c.slug, c.title").Order("t.due, t.id").Scan(&list).Error
	})
	return list, n, err
}

func (s *Store) overdueIdeas(ctx context.Context, q OverdueQuery, at overdueAt) (list []models.WaitingIdea, n int, err error) {
	days, err := s.ResponseDays(ctx, q.Organisation)
	if days == 0 {
		days = q.Usual
	}
	if err != nil || days == 0 {
		return nil, 0, err
	}
	db := s.DB(ctx).Table("case_studies").Where(unanswered).Where("case_studies.organisation = ? AND case_studies.published_at < ?", q.Organisation, s.Now().AddDate(0, 0, -days))
	n, err = q.page(db, func(db *gorm.DB) error {
		db = at.within(db, models.OverdueAnswer, "case_studies.published_at", "case_studies.id", at.since.AddDate(0, 0, -days))
		return db.Joins("JOIN people ON people.id = case_studies.owner_id").
			Select("case_studies.id, case_studies.slug, case_studies.title, case_studies.organisation, people.name AS owner_name, case_studies.votes, case_studies.published_at, CAST(? AS INTEGER) AS days", days).
			Order("case_studies.published_at, case_studies.id").Scan(&list).Error
	})
	return list, n, err
}

func (s *Store) silentAdoptions(ctx context.Context, q OverdueQuery, at overdueAt) (list []models.Adoption, n int, err error) {
	db := AdoptionQuery{By: q.Organisation}.apply(s.DB(ctx)).Where("adoptions.silent_since <= ? AND adoptions.status <> ?", s.Now().Add(-models.AdoptionOverdueAfter), models.AdoptionStopped)
	n, err = q.page(db, func(db *gorm.DB) error {
		db = at.within(db, models.OverdueNews, "adoptions.silent_since", "adoptions.id", at.since.Add(-models.AdoptionOverdueAfter))
		list, err = s.adoptionsWhere(ctx, db.Order("adoptions.silent_since, adoptions.id"))
		return err
	})
	return list, n, err
}
