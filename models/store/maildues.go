package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type mailDueRow struct {
	PersonID string
	Delivery models.Delivery
	DueAt    time.Time
}

func (mailDueRow) TableName() string { return "mail_dues" }

// addDues notes when the e-mails are due with which some notifications go. Where
// one of the kind is due already they go with that.
func (s *Store) addDues(ctx context.Context, rows []notificationRow, settings map[string]models.NotifySettings) error {
	now := s.Now()
	var dues []mailDueRow
	for _, r := range rows {
		if set := settings[r.PersonID]; r.Delivery.Mails() {
			dues = append(dues, mailDueRow{r.PersonID, r.Delivery, set.Due(r.Delivery, now)})
		}
	}
	if len(dues) == 0 {
		return nil
	}
	return s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&dues).Error
}

// resetDues finds anew when the e-mails of a person are due. Who wants none has
// what waits for them in the site alone.
func (s *Store) resetDues(ctx context.Context, set models.NotifySettings) error {
	if err := s.exec(ctx, "DELETE FROM mail_dues WHERE person_id = ?", set.PersonID); err != nil {
		return err
	}
	if set.StoppedAt != nil {
		return s.keepInSite(ctx, []string{set.PersonID})
	}
	var waiting []models.Delivery
	err := s.DB(ctx).Table("notifications").Where("person_id = ? AND email_id = '' AND delivery <> 'site'", set.PersonID).Distinct().Pluck("delivery", &waiting).Error
	if err != nil {
		return err
	}
	var rows []notificationRow
	for _, d := range waiting {
		rows = append(rows, notificationRow{PersonID: set.PersonID, Delivery: d})
	}
	return s.addDues(ctx, rows, map[string]models.NotifySettings{set.PersonID: set})
}

// keepInSite has what waits to be mailed to some people stay in the site alone.
func (s *Store) keepInSite(ctx context.Context, people []string) error {
	return s.exec(ctx, "UPDATE notifications SET delivery = 'site' WHERE person_id IN ? AND email_id = '' AND delivery <> 'site'", people)
}

// Addressee is somebody to whom an e-mail is due, as far as it matters whether
// they get it.
type Addressee struct {
	ID, Email string
	Demo      bool
	Bouncing  bool
	Settings  models.NotifySettings `gorm:"-"`
}

// wanted tells whether e-mail about what happens goes to them. demo is whether
// the invented people of a demonstration get some.
func (a Addressee) wanted(demo bool) bool {
	p := models.Person{Email: a.Email}
	return a.ID != "" && p.Reachable() && (demo || !a.Demo) && !a.Bouncing && a.Settings.StoppedAt == nil
}

// CollectMails makes the e-mails that are due, of at most so many people, pending
// and without a text, and gives their ids; then then is called in the same
// transaction. done tells whether there may be more. Each person gets one e-mail
// of a kind and period, by however many at once this is called and whenever it is
// cut short: who takes the row of a person makes their e-mail.
func (s *Store) CollectMails(ctx context.Context, limit int, demo bool, then func(ctx context.Context, ids []string) error) (done bool, err error) {
	now := s.Now()
	var people []string
	err = s.DB(ctx).Model(&mailDueRow{}).Where("due_at <= ?", now).Order("due_at, person_id").Limit(limit).Pluck("person_id", &people).Error
	if err != nil || len(people) == 0 {
		return true, err
	}
	err = s.Tx(ctx, func(ctx context.Context) error {
		to, err := s.addressees(ctx, people)
		if err != nil {
			return err
		}
		var taken []mailDueRow
		err = s.DB(ctx).Raw("DELETE FROM mail_dues WHERE person_id IN ? AND due_at <= ? RETURNING person_id, delivery, due_at", people, now).Scan(&taken).Error
		if err != nil {
			return err
		}
		emails, err := s.emailsFor(ctx, taken, to, demo)
		if err != nil || len(emails) == 0 {
			return err
		}
		if err := s.DB(ctx).Create(&emails).Error; err != nil {
			return err
		}
		ids := make([]string, len(emails))
		for i, e := range emails {
			ids[i] = e.ID
		}
		err = s.exec(ctx, `UPDATE notifications SET email_id = emails.id FROM emails WHERE emails.id IN ? AND notifications.person_id = emails.person_id
			AND notifications.delivery = emails.kind AND notifications.email_id = '' AND notifications.delivery <> 'site'`, ids)
		if err != nil {
			return err
		}
		return then(ctx, ids)
	})
	return false, err
}

// addressees holds people and gives those whose accounts are open, by id.
func (s *Store) addressees(ctx context.Context, people []string) (map[string]Addressee, error) {
	open, err := s.holdOpen(ctx, people)
	if err != nil {
		return nil, err
	}
	var list []Addressee
	err = s.DB(ctx).Raw(`SELECT people.id, people.email, people.demo, (b.stopped_at IS NOT NULL) AS bouncing FROM people
		LEFT JOIN mail_bounces b ON b.person_id = people.id AND b.address = people.email WHERE people.id IN ?`, open).Scan(&list).Error
	if err != nil {
		return nil, err
	}
	settings, err := s.notifySettingsOf(ctx, open)
	out := make(map[string]Addressee, len(list))
	for _, a := range list {
		a.Settings = settings[a.ID]
		out[a.ID] = a
	}
	return out, err
}

// emailsFor makes the e-mails of some rows that were taken. Of who is to get none
// what waits stays in the site; who has had one of the period waits for the next.
func (s *Store) emailsFor(ctx context.Context, taken []mailDueRow, to map[string]Addressee, demo bool) ([]Email, error) {
	var emails []Email
	var unwanted, periods []string
	for _, d := range taken {
		a := to[d.PersonID]
		if !a.wanted(demo) {
			unwanted = append(unwanted, d.PersonID)
			continue
		}
		e := Email{ID: s.NewID(), ToAddress: a.Email, State: EmailPending, CreatedAt: s.Now(), PersonID: a.ID, Kind: d.Delivery, Period: a.Settings.Period(d.Delivery, d.DueAt)}
		emails, periods = append(emails, e), append(periods, e.Period)
	}
	if len(unwanted) > 0 {
		if err := s.keepInSite(ctx, unwanted); err != nil {
			return nil, err
		}
	}
	if len(emails) == 0 {
		return nil, nil
	}
	var had []Email
	people := make([]string, 0, len(emails))
	for _, e := range emails {
		people = append(people, e.PersonID)
	}
	if err := s.DB(ctx).Select("person_id", "period").Where("person_id IN ? AND period IN ?", people, periods).Find(&had).Error; err != nil {
		return nil, err
	}
	var fresh []Email
	for _, e := range emails {
		if !has(had, e) {
			fresh = append(fresh, e)
			continue
		}
		next := []notificationRow{{PersonID: e.PersonID, Delivery: e.Kind}}
		if err := s.addDues(ctx, next, map[string]models.NotifySettings{e.PersonID: to[e.PersonID].Settings}); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

func has(list []Email, e Email) bool {
	for _, h := range list {
		if h.PersonID == e.PersonID && h.Period == e.Period {
			return true
		}
	}
	return false
}

// ToMail gives what goes with an e-mail and was not read in the site since, the
// newest first, at most limit of it, and how many more there are. As with
// Notifications, what is withdrawn or deleted is left out, and whether the person
// may read what is limited is for the caller to ask.
func (s *Store) ToMail(ctx context.Context, emailID string, limit int) (list []models.Notification, more int, err error) {
	// SQLite takes the index of those that have an e-mail only where that is said.
	const unread = "notifications.email_id = ? AND notifications.email_id <> '' AND notifications.read_at IS NULL"
	list, err = s.notificationsWhere(ctx, s.DB(ctx).Where(unread, emailID).Order("notifications.id DESC").Limit(limit+1))
	if err != nil || len(list) <= limit {
		return list, 0, err
	}
	var n int64
	err = toTell(s.DB(ctx)).Where(unread, emailID).Count(&n).Error
	return list[:limit], int(n) - limit, err
}
