package store

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type notificationRow struct {
	ID          string
	PersonID    string
	Event       string
	Reason      models.NotifyReason
	CaseStudyID *string // nil where it is about a conversation
	CommentID   string
	ActorID     string
	Detail      string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	ReadAt      *time.Time
	Delivery    models.Delivery
	ByThing     bool
	EmailID     string
}

// orNull is an id that refers to something, or nothing.
func orNull(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

func (notificationRow) TableName() string { return "notifications" }

// Notify tells people of one thing that happened, each once however often it is
// called and as they have chosen: who has been told of the event already is left
// out, as are closed accounts and who wants to hear nothing of the kind. n says
// what happened; PersonID, ID and Delivery are of each, and Detail is the thing
// that they follow, where n has none. Its statements do not grow with the people.
func (s *Store) Notify(ctx context.Context, n models.Notification, people []Told) error {
	through, ids := make(map[string][]Through, len(people)), make([]string, len(people))
	for i, t := range people {
		ids[i], through[t.PersonID] = t.PersonID, t.Through
	}
	return s.Tx(ctx, func(ctx context.Context) error {
		open, err := s.holdOpen(ctx, ids)
		if err != nil || len(open) == 0 {
			return err
		}
		settings, err := s.notifySettingsOf(ctx, open)
		if err != nil {
			return err
		}
		var rows []notificationRow
		for _, id := range open {
			set := settings[id]
			how, detail, byThing := hear(set.Choice(n.Reason), through[id])
			if how == models.NotAtAll {
				continue
			}
			rows = append(rows, notificationRow{ID: s.NewID(), PersonID: id, Event: n.Event, Reason: n.Reason, CaseStudyID: orNull(n.CaseStudyID), CommentID: n.CommentID, ActorID: n.ActorID,
				Detail: cmp.Or(n.Detail, detail), CreatedAt: s.Now(), Delivery: how, ByThing: byThing})
		}
		if len(rows) == 0 {
			return nil
		}
		added, err := s.addNotifications(ctx, rows)
		if err != nil {
			return err
		}
		return s.addDues(ctx, added, settings)
	})
}

// holdOpen gives those of some people whose accounts are open, and holds them
// until the transaction ends: in the order of their ids, so that two nodes do not
// wait for one another.
func (s *Store) holdOpen(ctx context.Context, ids []string) ([]string, error) {
	db := s.DB(ctx)
	if s.Dialect() == Postgres {
		db = db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"})
	}
	var open []string
	err := db.Table("people").Where("id IN ? AND closed_at IS NULL", ids).Order("id").Pluck("id", &open).Error
	return open, err
}

// hear decides how somebody hears of something: as they have chosen for its
// kind, or for one of the things through which it reaches them; of several the
// way that is soonest.
func hear(usual models.Delivery, through []Through) (how models.Delivery, thing string, byThing bool) {
	how = usual
	for i, t := range through {
		way, explicit := t.Delivery, t.Delivery != ""
		if !explicit {
			way = usual
		}
		if i == 0 || slices.Index(models.Deliveries(), way) < slices.Index(models.Deliveries(), how) {
			how, thing, byThing = way, t.Thing, explicit
		}
	}
	return how, thing, byThing
}

// addNotifications writes those of some notifications whose people have not been
// told of the event yet, counts them as unread, and gives them.
func (s *Store) addNotifications(ctx context.Context, rows []notificationRow) ([]notificationRow, error) {
	if err := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var told []string
	if err := s.DB(ctx).Table("notifications").Where("id IN ?", ids).Pluck("person_id", &told).Error; err != nil || len(told) == 0 {
		return nil, err
	}
	added := slices.DeleteFunc(rows, func(r notificationRow) bool { return !slices.Contains(told, r.PersonID) })
	return added, s.exec(ctx, "UPDATE people SET unread = unread + 1 WHERE id IN ?", told)
}

// Notifications gives a page of what a person was told, the newest first, with
// what it is about as that is now. What is withdrawn and what was deleted is left
// out; what is limited is there, and whether the person may still read it is for
// the caller to ask. before is the last id of the page before.
func (s *Store) Notifications(ctx context.Context, personID, before string, limit int) (list []models.Notification, more bool, err error) {
	db := s.DB(ctx).Where("notifications.person_id = ?", personID)
	if before != "" {
		db = db.Where("notifications.id < ?", before)
	}
	list, err = s.notificationsWhere(ctx, db.Order("notifications.id DESC").Limit(limit+1))
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, err
}

// CountNotifications counts what Notifications lists on all its pages.
func (s *Store) CountNotifications(ctx context.Context, personID string) (int, error) {
	var n int64
	err := toTell(s.DB(ctx)).Where("notifications.person_id = ?", personID).Count(&n).Error
	return int(n), err
}

// What notifications are about, and the condition that it is still there.
const (
	toldAbout  = "LEFT JOIN case_studies ON case_studies.id = notifications.case_study_id LEFT JOIN comments ON comments.id = notifications.comment_id"
	stillThere = "(notifications.case_study_id IS NULL OR case_studies.status <> 'withdrawn') AND (notifications.comment_id = '' OR " + standing + ")" +
		" AND (notifications.reason <> 'invited' OR EXISTS (SELECT 1 FROM collection_editors e WHERE e.collection_id = notifications.detail AND e.person_id = notifications.person_id))"
)

// toTell leaves out what is about something that is not there any more.
func toTell(db *gorm.DB) *gorm.DB {
	return db.Table("notifications").Joins(toldAbout).Where(stillThere)
}

// Notification gives one of a person's. NotFound when they have none of the id.
func (s *Store) Notification(ctx context.Context, personID, id string) (models.Notification, error) {
	list, err := s.notificationsWhere(ctx, s.DB(ctx).Where("notifications.person_id = ? AND notifications.id = ?", personID, id))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "What this told you of is not there any more.")
	}
	if err != nil {
		return models.Notification{}, err
	}
	return list[0], nil
}

func (s *Store) notificationsWhere(ctx context.Context, db *gorm.DB) ([]models.Notification, error) {
	var rows []struct {
		Row                    notificationRow `gorm:"embedded"`
		Slug, Title            string
		Status                 models.Status
		ActorName, ActorHandle string
	}
	err := toTell(db).Select(`notifications.*, COALESCE(case_studies.slug, '') AS slug, COALESCE(case_studies.title, NULLIF(conversations.title, ''), collections.title, campaigns.title, 'a question to somebody who knows') AS title, COALESCE(case_studies.status, '') AS status, actors.name AS actor_name,
		CASE WHEN actors.closed_at IS NULL THEN actors.handle ELSE '' END AS actor_handle`).
		Joins("LEFT JOIN conversations ON conversations.id = notifications.detail AND notifications.reason = 'message'").
		Joins("LEFT JOIN collections ON collections.id = notifications.detail AND notifications.reason = 'invited'").
		Joins("LEFT JOIN campaigns ON campaigns.id = SUBSTR(notifications.detail, 1, 26) AND notifications.reason IN ('campaign', 'invitation')").
		Joins("JOIN people AS actors ON actors.id = notifications.actor_id").Find(&rows).Error
	out := make([]models.Notification, len(rows))
	for i, r := range rows {
		n := r.Row
		out[i] = models.Notification{ID: n.ID, PersonID: n.PersonID, Event: n.Event, Reason: n.Reason, CommentID: n.CommentID, ActorID: n.ActorID,
			Detail: n.Detail, CreatedAt: n.CreatedAt, ReadAt: n.ReadAt, Delivery: n.Delivery, Slug: r.Slug, Title: r.Title, Status: r.Status, ActorName: r.ActorName, ActorHandle: r.ActorHandle}
		if n.Reason == models.NotifyOverdue {
			out[i].Title = "Ideas without a first response"
		}
		if n.CaseStudyID != nil {
			out[i].CaseStudyID = *n.CaseStudyID
		}
	}
	return out, err
}

// ReadNotifications marks one of a person's notifications as read, or with an
// empty id all of them up to the newest that they have seen, upTo. Doing it again
// changes nothing.
func (s *Store) ReadNotifications(ctx context.Context, personID, id, upTo string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, personID); err != nil {
			return err
		}
		db := s.DB(ctx).Model(&notificationRow{}).Where("person_id = ? AND read_at IS NULL", personID)
		switch {
		case id != "":
			db = db.Where("id = ?", id)
		case upTo != "":
			db = db.Where("id <= ?", upTo)
		}
		if err := db.Updates(map[string]any{"read_at": s.Now()}).Error; err != nil {
			return err
		}
		return s.recountUnread(ctx, []string{personID})
	})
}

func (s *Store) recountUnread(ctx context.Context, people []string) error {
	return s.exec(ctx, "UPDATE people SET unread = (SELECT COUNT(*) FROM notifications "+toldAbout+" WHERE notifications.person_id = people.id AND notifications.read_at IS NULL AND "+stillThere+") WHERE id IN ?", people)
}

// RecountUnread counts again for some of those who have not read what they were
// told of a case study, or with the id of a comment of that: after it went, or came
// back. They are taken by id after one, and it gives the last; empty ends it.
func (s *Store) RecountUnread(ctx context.Context, caseStudyID, commentID, after string, limit int) (last string, err error) {
	db := s.DB(ctx).Table("notifications").Where("case_study_id = ? AND read_at IS NULL AND person_id > ?", caseStudyID, after)
	if commentID != "" {
		db = db.Where("comment_id = ?", commentID)
	}
	var people []string
	err = db.Group("person_id").Order("person_id").Limit(limit).Pluck("person_id", &people).Error
	if err != nil || len(people) == 0 {
		return "", err
	}
	return people[len(people)-1], s.Tx(ctx, func(ctx context.Context) error {
		if _, err := s.holdOpen(ctx, people); err != nil {
			return err
		}
		return s.recountUnread(ctx, people)
	})
}

// forgetAtOnce is how many old notifications are removed in one transaction.
const forgetAtOnce = 1000

// ForgetNotifications removes what people were told before a time, some at a
// time, and keeps the counts right.
func (s *Store) ForgetNotifications(ctx context.Context, before time.Time) error {
	errDone := errors.New("done")
	for {
		err := s.Tx(ctx, func(ctx context.Context) error {
			var rows []notificationRow
			if err := s.DB(ctx).Select("id", "person_id").Where("created_at < ?", before).Order("created_at").Limit(forgetAtOnce).Find(&rows).Error; err != nil {
				return err
			}
			if len(rows) == 0 {
				return errDone
			}
			ids, people := make([]string, len(rows)), map[string]bool{}
			for i, r := range rows {
				ids[i], people[r.PersonID] = r.ID, true
			}
			if err := s.exec(ctx, "DELETE FROM notifications WHERE id IN ?", ids); err != nil {
				return err
			}
			return s.recountUnread(ctx, slices.Sorted(maps.Keys(people)))
		})
		if errors.Is(err, errDone) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
