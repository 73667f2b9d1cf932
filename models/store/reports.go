package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"grassroots/models"
)

type itemRow struct {
	ID          string
	Cause       models.ItemCause
	Kind        models.ThingKind
	SubjectID   string
	CaseStudyID string
	AuthorID    string
	MeasureID   string
	AssigneeID  string
	Reports     int
	OpenedAt    time.Time
	ClosedAt    *time.Time
	ClosedBy    string
	Outcome     models.Outcome
	Answer      string
}

func (itemRow) TableName() string { return "moderation_items" }

type reportRow struct {
	ID         string
	ItemID     string
	ReporterID string
	Reason     models.ReportReason
	Words      string
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	ChangedAt  *time.Time
}

func (reportRow) TableName() string { return "reports" }

func (r reportRow) toModel() models.Report {
	return models.Report{ID: r.ID, ItemID: r.ItemID, ReporterID: r.ReporterID, Reason: r.Reason, Words: r.Words, CreatedAt: r.CreatedAt, ChangedAt: r.ChangedAt}
}

// OpenItem gives the open item of a thing and cause, and opens one where there
// is none; then its id is item.ID. Its row is held until the transaction ends.
func (s *Store) OpenItem(ctx context.Context, item models.Item) (models.Item, error) {
	err := s.DB(ctx).Exec(`INSERT INTO moderation_items (id, cause, kind, subject_id, case_study_id, author_id, measure_id, opened_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		item.ID, item.Cause, item.Kind, item.SubjectID, item.CaseStudyID, item.AuthorID, item.MeasureID, s.Now()).Error
	if err != nil {
		return models.Item{}, err
	}
	var row itemRow
	err = s.forUpdate(ctx).Take(&row, "cause = ? AND kind = ? AND subject_id = ? AND measure_id = ? AND closed_at IS NULL", item.Cause, item.Kind, item.SubjectID, item.MeasureID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Item{}, models.E(models.Conflict, "A moderator has closed this a moment ago. Send it again.")
	}
	item.ID, item.OpenedAt, item.AssigneeID, item.Reports = row.ID, row.OpenedAt, row.AssigneeID, row.Reports
	return item, err
}

// AddReport keeps what a person says of a thing, under the open item of it. What
// they said of it before, and nobody has closed, is changed instead: then
// created is false and r has the id of that one.
func (s *Store) AddReport(ctx context.Context, item models.Item, r *models.Report) (created bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		item.Cause = models.CauseReport
		open, err := s.OpenItem(ctx, item)
		if err != nil {
			return err
		}
		now := s.Now()
		var old []reportRow
		if err := s.DB(ctx).Where("item_id = ? AND reporter_id = ?", open.ID, r.ReporterID).Limit(1).Find(&old).Error; err != nil {
			return err
		}
		r.ItemID = open.ID
		if created = len(old) == 0; !created {
			r.ID, r.CreatedAt, r.ChangedAt = old[0].ID, old[0].CreatedAt, &now
			Note(ctx, "report.change", r.ID, map[string]any{"reason": old[0].Reason}, map[string]any{"reason": r.Reason})
			return s.DB(ctx).Model(&reportRow{}).Where("id = ?", r.ID).
				Updates(map[string]any{"reason": r.Reason, "words": r.Words, "changed_at": now}).Error
		}
		r.CreatedAt = now
		Note(ctx, "report.make", r.ID, nil, map[string]any{"kind": item.Kind, "about": item.SubjectID, "reason": r.Reason, "item": open.ID})
		row := reportRow{ID: r.ID, ItemID: r.ItemID, ReporterID: r.ReporterID, Reason: r.Reason, Words: r.Words, CreatedAt: now}
		if err := s.DB(ctx).Create(&row).Error; err != nil {
			return err
		}
		return s.DB(ctx).Exec("UPDATE moderation_items SET reports = reports + 1 WHERE id = ?", open.ID).Error
	})
	return created, err
}

// CountReportsSince counts what a person has reported since a time.
func (s *Store) CountReportsSince(ctx context.Context, personID string, since time.Time) (int, error) {
	var n int64
	err := s.DB(ctx).Model(&reportRow{}).Where("reporter_id = ? AND created_at > ?", personID, since).Count(&n).Error
	return int(n), err
}

// ItemQuery asks for what waits for moderators; an empty field does not narrow
// it. What is open comes the oldest first, what is closed the newest first.
type ItemQuery struct {
	Closed   bool
	Assignee string // id of a moderator
	NotOf    string // id of a person whose things are left out
	Kind     models.ThingKind
	Reason   models.ReportReason // that somebody gave
	After    string              // id of the one after which to go on
	Limit    int
}

func (q ItemQuery) where(db *gorm.DB) *gorm.DB {
	if q.Closed {
		db = db.Where("moderation_items.closed_at IS NOT NULL")
	} else {
		db = db.Where("moderation_items.closed_at IS NULL")
	}
	if q.Assignee != "" {
		db = db.Where("moderation_items.assignee_id = ?", q.Assignee)
	}
	if q.NotOf != "" {
		db = db.Where("moderation_items.author_id <> ?", q.NotOf).
			Where("NOT (moderation_items.kind = ? AND moderation_items.subject_id IN (SELECT case_study_id FROM case_study_people WHERE person_id = ?))", models.ThingStudy, q.NotOf).
			Where("NOT (moderation_items.kind = ? AND moderation_items.subject_id IN (SELECT id FROM adoptions WHERE owner_id = ?))", models.ThingAdoption, q.NotOf).
			Where("NOT (moderation_items.kind = ? AND moderation_items.subject_id IN (SELECT id FROM collections WHERE owner_id = ? UNION SELECT collection_id FROM collection_editors WHERE person_id = ?))", models.ThingCollection, q.NotOf, q.NotOf)
	}
	if q.Kind != "" {
		db = db.Where("moderation_items.kind = ?", q.Kind)
	}
	if q.Reason != "" {
		db = db.Where("moderation_items.id IN (SELECT item_id FROM reports WHERE reason = ?)", q.Reason)
	}
	return db
}

// Items lists what waits for moderators, or what they have closed, with its
// reasons; more tells that there are others after it. The number of statements
// does not depend on how many there are.
func (s *Store) Items(ctx context.Context, q ItemQuery) (list []models.Item, more bool, err error) {
	db := q.where(s.DB(ctx))
	switch {
	case q.After != "" && q.Closed:
		db = db.Where("moderation_items.id < ?", q.After)
	case q.After != "":
		db = db.Where("moderation_items.id > ?", q.After)
	}
	order := "moderation_items.id"
	if q.Closed {
		order += " DESC"
	}
	if list, err = s.itemsWhere(ctx, db.Order(order).Limit(q.Limit+1)); err != nil {
		return nil, false, err
	}
	if more = len(list) > q.Limit; more {
		list = list[:q.Limit]
	}
	return list, more, s.addReasons(ctx, list)
}

// CountItems counts what Items would list on all pages.
func (s *Store) CountItems(ctx context.Context, q ItemQuery) (int, error) {
	var n int64
	err := q.where(s.DB(ctx).Model(&itemRow{})).Count(&n).Error
	return int(n), err
}

// Item gives one item. NotFound when there is none.
func (s *Store) Item(ctx context.Context, id string) (models.Item, error) {
	list, err := s.itemsWhere(ctx, s.DB(ctx).Where("moderation_items.id = ?", id))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "That report could not be found.")
	}
	if err != nil {
		return models.Item{}, err
	}
	return list[0], s.addReasons(ctx, list)
}

// ItemsOf lists what was reported of one thing, or appealed about it, the newest
// first.
func (s *Store) ItemsOf(ctx context.Context, kind models.ThingKind, subjectID string, limit int) ([]models.Item, error) {
	return s.itemsWhere(ctx, s.DB(ctx).Where("moderation_items.kind = ? AND moderation_items.subject_id = ?", kind, subjectID).Order("moderation_items.id DESC").Limit(limit))
}

// itemColumns is what an item is read with, by itemsWhere.
const itemColumns = `moderation_items.*, authors.name AS author_name, CASE WHEN authors.closed_at IS NULL THEN authors.handle ELSE '' END AS author_handle,
	COALESCE(assignees.name, '') AS assignee_name, COALESCE(case_studies.title, collections.title, '') AS title, COALESCE(case_studies.slug, collections.slug, '') AS slug`

type itemRead struct {
	Row                                                 itemRow `gorm:"embedded"`
	AuthorName, AuthorHandle, AssigneeName, Title, Slug string
}

func (r itemRead) toModel() models.Item {
	i := r.Row
	return models.Item{ID: i.ID, Cause: i.Cause, Kind: i.Kind, SubjectID: i.SubjectID, CaseStudyID: i.CaseStudyID, AuthorID: i.AuthorID, AuthorName: r.AuthorName,
		AuthorHandle: r.AuthorHandle, Title: r.Title, Slug: r.Slug, MeasureID: i.MeasureID, AssigneeID: i.AssigneeID, AssigneeName: r.AssigneeName, Reports: i.Reports,
		OpenedAt: i.OpenedAt, ClosedAt: i.ClosedAt, ClosedBy: i.ClosedBy, Outcome: i.Outcome, Answer: i.Answer}
}

func (s *Store) itemsWhere(ctx context.Context, db *gorm.DB) ([]models.Item, error) {
	var rows []itemRead
	err := db.Table("moderation_items").Select(itemColumns).
		Joins("JOIN people AS authors ON authors.id = moderation_items.author_id").
		Joins("LEFT JOIN people AS assignees ON assignees.id = moderation_items.assignee_id").
		Joins("LEFT JOIN collections ON moderation_items.kind = 'collection' AND collections.id = moderation_items.subject_id").
		Joins("LEFT JOIN case_studies ON case_studies.id = moderation_items.case_study_id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]models.Item, len(rows))
	for i, r := range rows {
		out[i] = r.toModel()
	}
	return out, nil
}

// addReasons reads which reasons were given for each of some items.
func (s *Store) addReasons(ctx context.Context, list []models.Item) error {
	if len(list) == 0 {
		return nil
	}
	ids, at := make([]string, len(list)), make(map[string]int, len(list))
	for i, item := range list {
		ids[i], at[item.ID] = item.ID, i
	}
	var rows []reportRow
	err := s.DB(ctx).Select("item_id", "reason").Where("item_id IN ?", ids).Group("item_id, reason").Order("item_id, reason").Find(&rows).Error
	for _, r := range rows {
		i := at[r.ItemID]
		list[i].Reasons = append(list[i].Reasons, r.Reason)
	}
	return err
}

// ReportsOf lists the reports of an item, the oldest first, with who sent them.
func (s *Store) ReportsOf(ctx context.Context, itemID string) ([]models.Report, error) {
	var rows []struct {
		Row          reportRow `gorm:"embedded"`
		Name, Handle string
	}
	err := s.DB(ctx).Table("reports").Select("reports.*, people.name, CASE WHEN people.closed_at IS NULL THEN people.handle ELSE '' END AS handle").
		Joins("JOIN people ON people.id = reports.reporter_id").Where("reports.item_id = ?", itemID).Order("reports.id").Find(&rows).Error
	out := make([]models.Report, len(rows))
	for i, r := range rows {
		out[i] = r.Row.toModel()
		out[i].ReporterName, out[i].Handle = r.Name, r.Handle
	}
	return out, err
}

// ReportsBy lists what a person has reported, the newest first, with what became
// of it; more tells that there is more after it. before is the last id of the
// page before.
func (s *Store) ReportsBy(ctx context.Context, personID, before string, limit int) (list []models.ReportSeen, more bool, err error) {
	var rows []reportRow
	db := s.DB(ctx).Where("reporter_id = ?", personID)
	if before != "" {
		db = db.Where("id < ?", before)
	}
	if err := db.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, false, err
	}
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ItemID
	}
	items, err := s.itemsWhere(ctx, s.DB(ctx).Where("moderation_items.id IN ?", ids))
	if err != nil {
		return nil, false, err
	}
	byID := make(map[string]models.Item, len(items))
	for _, item := range items {
		byID[item.ID] = item
	}
	for _, r := range rows {
		list = append(list, models.ReportSeen{Report: r.toModel(), Item: byID[r.ItemID]})
	}
	return list, more, nil
}

// OpenItemOf gives the open item of the reports of a thing. NotFound when there
// is none.
func (s *Store) OpenItemOf(ctx context.Context, kind models.ThingKind, subjectID string) (models.Item, error) {
	list, err := s.itemsWhere(ctx, s.DB(ctx).Where("moderation_items.cause = ? AND moderation_items.kind = ? AND moderation_items.subject_id = ? AND moderation_items.closed_at IS NULL",
		models.CauseReport, kind, subjectID))
	if err == nil && len(list) == 0 {
		err = models.E(models.NotFound, "Nothing is reported of that.")
	}
	if err != nil {
		return models.Item{}, err
	}
	return list[0], nil
}

// OpenReportOf gives what a person has said of a thing and nobody has closed.
// NotFound when there is none.
func (s *Store) OpenReportOf(ctx context.Context, personID string, kind models.ThingKind, subjectID string) (models.Report, error) {
	var row reportRow
	err := s.DB(ctx).Joins("JOIN moderation_items ON moderation_items.id = reports.item_id").
		Where("reports.reporter_id = ? AND moderation_items.cause = ? AND moderation_items.kind = ? AND moderation_items.subject_id = ? AND moderation_items.closed_at IS NULL",
			personID, models.CauseReport, kind, subjectID).Take(&row).Error
	return row.toModel(), notFound(err, "That report")
}

// AssignItem gives an open item to a moderator, or with an empty id to nobody.
// was is who had it: Conflict when that has changed, or it is closed.
func (s *Store) AssignItem(ctx context.Context, id, was, assignee string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		done := s.DB(ctx).Model(&itemRow{}).Where("id = ? AND assignee_id = ? AND closed_at IS NULL", id, was).Updates(map[string]any{"assignee_id": assignee})
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Another moderator has taken or closed this meanwhile. Look at it again.")
		}
		Note(ctx, "moderation.assign", id, map[string]any{"assignee": was}, map[string]any{"assignee": assignee})
		return done.Error
	})
}

// CloseItem closes an open item. Conflict when it is closed already.
func (s *Store) CloseItem(ctx context.Context, id, by string, outcome models.Outcome, answer string) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		done := s.DB(ctx).Model(&itemRow{}).Where("id = ? AND closed_at IS NULL", id).
			Updates(map[string]any{"closed_at": s.Now(), "closed_by": by, "outcome": outcome, "answer": answer})
		if done.Error == nil && done.RowsAffected == 0 {
			return models.E(models.Conflict, "Another moderator has closed this meanwhile. Look at it again.")
		}
		Note(ctx, "moderation.close", id, nil, map[string]any{"outcome": outcome})
		return done.Error
	})
}

// EndWait closes the item by which something waits for a first look; one that is
// closed stays so.
func (s *Store) EndWait(ctx context.Context, measureID, by string, outcome models.Outcome) error {
	return s.DB(ctx).Model(&itemRow{}).Where("cause = ? AND measure_id = ? AND closed_at IS NULL", models.CauseFirst, measureID).
		Updates(map[string]any{"closed_at": s.Now(), "closed_by": by, "outcome": outcome}).Error
}

// Moderators lists those who may moderate, by name.
func (s *Store) Moderators(ctx context.Context) ([]models.Person, error) {
	var rows []personRow
	err := s.DB(ctx).Select("id", "handle", "name", "email").
		Where("closed_at IS NULL AND id IN (SELECT person_id FROM grants WHERE role IN ?)", []models.Role{models.RoleModerator, models.RoleAdmin}).
		Order("name, id").Limit(200).Find(&rows).Error
	out := make([]models.Person, len(rows))
	for i, r := range rows {
		out[i] = models.Person{ID: r.ID, Handle: r.Handle, Name: r.Name, Email: r.Email}
	}
	return out, err
}
