package store

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type notifySettingsRow struct {
	PersonID           string
	Choices            string // JSON
	TimeZone           string
	Quiet              bool
	QuietFrom, QuietTo int
	DigestDay          time.Weekday
	DigestHour         int
	StoppedAt          *time.Time
	StoppedWhy         string
}

func (notifySettingsRow) TableName() string { return "notify_settings" }

func (r notifySettingsRow) toModel() (models.NotifySettings, error) {
	n := models.NotifySettings{PersonID: r.PersonID, TimeZone: r.TimeZone, Quiet: r.Quiet, QuietFrom: r.QuietFrom, QuietTo: r.QuietTo,
		DigestDay: r.DigestDay, DigestHour: r.DigestHour, StoppedAt: r.StoppedAt, StoppedWhy: r.StoppedWhy}
	return n, json.Unmarshal([]byte(r.Choices), &n.Choices)
}

// NotifySettings gives how a person hears of things: as everybody does who has
// chosen nothing, when they have not.
func (s *Store) NotifySettings(ctx context.Context, personID string) (models.NotifySettings, error) {
	all, err := s.notifySettingsOf(ctx, []string{personID})
	return all[personID], err
}

// notifySettingsOf gives the settings of people, by id, of each some.
func (s *Store) notifySettingsOf(ctx context.Context, people []string) (map[string]models.NotifySettings, error) {
	var rows []notifySettingsRow
	if err := s.DB(ctx).Where("person_id IN ?", people).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]models.NotifySettings, len(people))
	for _, id := range people {
		out[id] = models.DefaultNotifySettings(id)
	}
	for _, r := range rows {
		n, err := r.toModel()
		if err != nil {
			return nil, err
		}
		out[r.PersonID] = n
	}
	return out, nil
}

// SaveNotifySettings keeps how a person hears of things, and has what waits to
// be sent to them wait for what they chose now. They are checked before.
func (s *Store) SaveNotifySettings(ctx context.Context, n models.NotifySettings) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		if err := s.HoldPerson(ctx, n.PersonID); err != nil {
			return err
		}
		old, err := s.NotifySettings(ctx, n.PersonID)
		if err != nil {
			return err
		}
		raw, err := json.Marshal(n.Choices)
		if err != nil {
			return err
		}
		if n.Choices == nil {
			raw = []byte("{}")
		}
		row := notifySettingsRow{PersonID: n.PersonID, Choices: string(raw), TimeZone: n.TimeZone, Quiet: n.Quiet, QuietFrom: n.QuietFrom, QuietTo: n.QuietTo,
			DigestDay: n.DigestDay, DigestHour: n.DigestHour, StoppedAt: n.StoppedAt, StoppedWhy: n.StoppedWhy}
		if err := s.DB(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
			return err
		}
		Note(ctx, "notifications.settings", n.PersonID, settingsNote(old), settingsNote(n))
		return s.rerouteNotifications(ctx, old, n)
	})
}

// settingsNote is what the audit record has of settings.
func settingsNote(n models.NotifySettings) map[string]any {
	out := map[string]any{"time_zone": n.TimeZone, "quiet": n.Quiet, "quiet_from": n.QuietFrom, "quiet_to": n.QuietTo, "digest_day": n.DigestDay.String(), "digest_hour": n.DigestHour,
		"stopped": n.StoppedAt != nil}
	maps.Copy(out, choicesNote(n))
	return out
}

func choicesNote(n models.NotifySettings) map[string]any {
	out := map[string]any{}
	for _, r := range models.NotifyReasons() {
		out[string(r)] = n.Choice(r)
	}
	return out
}

// rerouteNotifications has what was to be sent go with what a person has chosen
// for its kind now. What they chose for a thing stays as it was.
func (s *Store) rerouteNotifications(ctx context.Context, old, now models.NotifySettings) error {
	for _, r := range models.NotifyReasons() {
		was, is := old.Choice(r), now.Choice(r)
		if was == is || !was.Mails() {
			continue
		}
		if is == models.NotAtAll { // what they were told of stays in the site
			is = models.InSite
		}
		err := s.exec(ctx, "UPDATE notifications SET delivery = ? WHERE person_id = ? AND reason = ? AND delivery = ? AND email_id = '' AND by_thing = ?", is, now.PersonID, r, was, false)
		if err != nil {
			return err
		}
	}
	return s.resetDues(ctx, now)
}
