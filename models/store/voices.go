package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"grassroots/models"
)

type voiceColumnRow struct {
	Period  string `gorm:"primaryKey"`
	Did     models.VoiceDid
	Edition string
	FromAt  *time.Time
	ToAt    time.Time
	Held    bool
	People  int
	Counts  string
	Waits   string
	MadeAt  time.Time
}

func (voiceColumnRow) TableName() string { return "voice_columns" }

func (r voiceColumnRow) toModel() (models.VoiceColumn, error) {
	c := models.VoiceColumn{Period: r.Period, Did: r.Did, To: r.ToAt.UTC(), Held: r.Held, People: r.People}
	if r.FromAt != nil {
		c.From = r.FromAt.UTC()
	}
	if err := json.Unmarshal([]byte(r.Counts), &c.Counts); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(r.Waits), &c.Times)
}

// VoiceColumns gives every column that was ever made, in the order of their ends.
func (s *Store) VoiceColumns(ctx context.Context) ([]models.VoiceColumn, error) {
	return s.voiceColumns(s.DB(ctx).Order("to_at, period, did"))
}

// ShownVoices gives what is to be seen of who takes part: the last column of each
// period and thing done that is not held.
func (s *Store) ShownVoices(ctx context.Context) ([]models.VoiceColumn, error) {
	return s.voiceColumns(s.DB(ctx).Where(`NOT held AND NOT EXISTS (SELECT 1 FROM voice_columns later WHERE later.period = voice_columns.period AND later.did = voice_columns.did
		AND later.edition > voice_columns.edition AND NOT later.held)`).Order("period, did"))
}

func (s *Store) voiceColumns(db *gorm.DB) ([]models.VoiceColumn, error) {
	var rows []voiceColumnRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]models.VoiceColumn, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.toModel(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// AddVoices keeps columns that were made. One that is there already, since
// another node made it, stays as it was.
func (s *Store) AddVoices(ctx context.Context, columns []models.VoiceColumn) error {
	rows := make([]voiceColumnRow, len(columns))
	for i, c := range columns {
		counts, err := json.Marshal(c.Counts)
		if err != nil {
			return err
		}
		waits, err := json.Marshal(c.Times)
		if err != nil {
			return err
		}
		rows[i] = voiceColumnRow{Period: c.Period, Did: c.Did, Edition: c.To.UTC().Format(time.DateOnly), ToAt: c.To, Held: c.Held, People: c.People, Counts: string(counts), Waits: string(waits), MadeAt: s.Now()}
		if !c.From.IsZero() {
			rows[i].FromAt = &c.From
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// VoicePeople gives everybody who is counted, by id, in two statements: nobody
// whose account is closed, nor the account that brings in files.
func (s *Store) VoicePeople(ctx context.Context) ([]models.Voice, error) {
	var rows []struct {
		ID, StaffGroup, Region, Kind string
		Band                         models.PayBand
	}
	err := s.DB(ctx).Raw(`SELECT p.id, p.staff_group, COALESCE(b.band, '') AS band, COALESCE(o.region, '') AS region, COALESCE(o.kind, '') AS kind FROM people p
		LEFT JOIN pay_bands b ON b.person_id = p.id LEFT JOIN organisations o ON o.code = p.organisation AND o.code <> ''
		WHERE p.closed_at IS NULL AND p.email <> ? ORDER BY p.id`, models.ImporterEmail).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out, place := make([]models.Voice, len(rows)), make(map[string]int, len(rows))
	for i, r := range rows {
		out[i], place[r.ID] = models.Voice{ID: r.ID, StaffGroup: r.StaffGroup, Region: r.Region, Where: r.Kind}, i
		if r.Band.Counts() {
			out[i].Band = string(r.Band)
		}
	}
	var settings []struct{ PersonID, Value string }
	err = s.DB(ctx).Raw("SELECT DISTINCT person_id, value FROM expertise WHERE kind = ? ORDER BY person_id, value", models.KnowSetting).Scan(&settings).Error
	for _, r := range settings {
		if i, ok := place[r.PersonID]; ok {
			out[i].Settings = append(out[i].Settings, r.Value)
		}
	}
	return out, err
}

// own is of a case study that was posted here and can be read by everybody.
const own = `c.status = 'published' AND NOT EXISTS (SELECT 1 FROM exchange_copies x WHERE x.case_study_id = c.id)`

// voiceActs gives, for each thing that is counted, who did it, for what, when, and
// when it was known.
var voiceActs = map[models.VoiceDid]string{
	models.DidPost:    "SELECT c.owner_id, '', c.published_at, c.published_at FROM case_studies c WHERE " + own,
	models.DidVote:    "SELECT v.person_id, '', v.created_at, v.created_at FROM votes v JOIN case_studies c ON c.id = v.case_study_id WHERE c.status = 'published'",
	models.DidComment: "SELECT comments.author_id, '', comments.created_at, comments.created_at FROM comments JOIN case_studies c ON c.id = comments.case_study_id WHERE c.status = 'published' AND " + standing,
	models.WasHeard: `SELECT c.owner_id, c.id, c.published_at, comments.created_at FROM case_studies c JOIN comments ON comments.case_study_id = c.id WHERE ` + own + ` AND ` + standing + ` AND comments.author_id <> c.owner_id
		AND NOT EXISTS (SELECT 1 FROM case_study_people p WHERE p.case_study_id = c.id AND p.person_id = comments.author_id) ORDER BY c.id, comments.created_at`,
	models.WasAdopted: `SELECT c.owner_id, '', a.created_at, a.created_at FROM adoptions a JOIN case_studies c ON c.id = a.case_study_id WHERE ` + own + `
		AND a.hidden = '' AND a.status IN ('trying', 'in-use', 'stopped') AND a.organisation <> c.organisation`,
}

// EachVoiceAct calls f with everything that people did and that is counted as one
// thing, one row of the database at a time. Of the answers to a case study only
// the first is given, with how many hours it took.
func (s *Store) EachVoiceAct(ctx context.Context, did models.VoiceDid, f func(person string, a models.VoiceAct)) error {
	rows, err := s.DB(ctx).Raw(voiceActs[did]).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for last := ""; rows.Next(); {
		var person, study string
		var at, known time.Time
		if err := rows.Scan(&person, &study, &at, &known); err != nil {
			return err
		}
		if study != "" && study == last {
			continue
		}
		last = study
		f(person, models.VoiceAct{At: at.Unix(), Known: known.Unix(), Hours: max(known.Sub(at).Hours(), 0)})
	}
	return rows.Err()
}

type mixRow struct {
	ID        string
	CountedBy models.VoiceBy
	Shares    jsonList[models.WorkforceShare]
	Source    string
	AsOf      string
	EnteredBy string
	EnteredAt time.Time
}

func (mixRow) TableName() string { return "workforce_mixes" }

// WorkforceMixes gives what was said last of how the workforce is made up, by what
// it is counted by.
func (s *Store) WorkforceMixes(ctx context.Context) (map[models.VoiceBy]models.WorkforceMix, error) {
	list, err := s.mixes(s.DB(ctx).Where("workforce_mixes.id = (SELECT MAX(m.id) FROM workforce_mixes m WHERE m.counted_by = workforce_mixes.counted_by)"))
	out := map[models.VoiceBy]models.WorkforceMix{}
	for _, m := range list {
		out[m.By] = m
	}
	return out, err
}

// WorkforceHistory gives what was ever said of it by one thing, the newest first.
func (s *Store) WorkforceHistory(ctx context.Context, by models.VoiceBy, limit int) ([]models.WorkforceMix, error) {
	return s.mixes(s.DB(ctx).Where("counted_by = ?", by).Order("workforce_mixes.id DESC").Limit(limit))
}

func (s *Store) mixes(db *gorm.DB) ([]models.WorkforceMix, error) {
	var rows []struct {
		Row  mixRow `gorm:"embedded"`
		Name string
	}
	err := db.Table("workforce_mixes").Select("workforce_mixes.*, people.name").Joins("JOIN people ON people.id = workforce_mixes.entered_by").Find(&rows).Error
	out := make([]models.WorkforceMix, len(rows))
	for i, r := range rows {
		out[i] = models.WorkforceMix{ID: r.Row.ID, By: r.Row.CountedBy, Shares: r.Row.Shares, Source: r.Row.Source, AsOf: r.Row.AsOf, EnteredBy: r.Row.EnteredBy, EnterName: r.Name, EnteredAt: r.Row.EnteredAt}
	}
	return out, err
}

// AddWorkforceMix keeps what an admin says of how the workforce is made up. What
// was said before stays as its history.
func (s *Store) AddWorkforceMix(ctx context.Context, m *models.WorkforceMix) error {
	return s.Tx(ctx, func(ctx context.Context) error {
		m.ID, m.EnteredAt = s.NewID(), s.Now()
		Note(ctx, "workforce.set", string(m.By), nil, map[string]any{"shares": m.Shares, "as_of": m.AsOf})
		return s.DB(ctx).Create(&mixRow{m.ID, m.By, m.Shares, m.Source, m.AsOf, m.EnteredBy, m.EnteredAt}).Error
	})
}

// FirstPublished gives when the first case study was published; zero when there is
// none.
func (s *Store) FirstPublished(ctx context.Context) (time.Time, error) {
	var first []time.Time
	err := s.DB(ctx).Table("case_studies").Order("published_at").Limit(1).Pluck("published_at", &first).Error
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0], nil
}
