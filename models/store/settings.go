package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"grassroots/models"
)

type settingRow struct {
	Name      string `gorm:"primaryKey"`
	Value     string
	ChangedBy string
	ChangedAt time.Time
}

func (settingRow) TableName() string { return "settings" }

// Setting gives a text that an admin keeps. NotFound when it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var r settingRow
	if err := s.DB(ctx).Take(&r, "name = ?", name).Error; err != nil {
		return "", notFound(err, "That setting")
	}
	return r.Value, nil
}

// SetSetting keeps a text that an admin edits.
func (s *Store) SetSetting(ctx context.Context, name, value, by string) error {
	return s.DB(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&settingRow{name, value, by, s.Now()}).Error
}

// KeptAnswer is the answer given to a request with an Idempotency-Key.
type KeptAnswer struct {
	Request string // hash of method, path and body: another request with the key is refused
	Status  int
	Headers map[string]string
	Body    []byte
}

type answerRow struct {
	PersonID  string
	Key       string
	Request   string
	Status    int
	Headers   map[string]string `gorm:"serializer:json"`
	Body      []byte
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (answerRow) TableName() string { return "idempotency_keys" }

// keptFor is how long an answer is given again for its Idempotency-Key.
const keptFor = 24 * time.Hour

// ClaimKey takes an Idempotency-Key for a request, in the transaction in which
// the request is answered and FinishKey keeps the answer. mine is true when the
// caller is the first, and has to answer; else the kept answer is given. A
// second caller waits until the first one's transaction ends.
func (s *Store) ClaimKey(ctx context.Context, personID, key, request string) (kept KeptAnswer, mine bool, err error) {
	err = s.Tx(ctx, func(ctx context.Context) error {
		// What has had its day counts no more, whether it is swept away yet or not.
		err := s.DB(ctx).Exec("DELETE FROM idempotency_keys WHERE person_id = ? AND key = ? AND created_at < ?", personID, key, s.Now().Add(-keptFor)).Error
		if err != nil {
			return err
		}
		row := answerRow{PersonID: personID, Key: key, Request: request, Headers: map[string]string{}, Body: []byte{}, CreatedAt: s.Now()}
		r := s.DB(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if r.Error != nil {
			return r.Error
		}
		if mine = r.RowsAffected == 1; mine {
			return nil
		}
		var old answerRow
		if err := s.DB(ctx).Take(&old, "person_id = ? AND key = ?", personID, key).Error; err != nil {
			return err
		}
		kept = KeptAnswer{Request: old.Request, Status: old.Status, Headers: old.Headers, Body: old.Body}
		return nil
	})
	return kept, mine, err
}

// FinishKey keeps the answer of a claimed key.
func (s *Store) FinishKey(ctx context.Context, personID, key string, a KeptAnswer) error {
	return s.DB(ctx).Model(&answerRow{}).Where("person_id = ? AND key = ?", personID, key).
		Select("status", "headers", "body").Updates(&answerRow{Status: a.Status, Headers: a.Headers, Body: a.Body}).Error
}

// Touched is a case study that the search index has not seen as it is now.
type Touched struct {
	ID      string
	Status  models.Status
	Changes int64 // of what is written
	Tallies int64 // of its votes and other counts
}

// ToIndex lists case studies after one that the search index has not seen, in
// the order of their ids; "" is before the first, and a limit of -1 gives all of
// them. Those of which nothing but a count has changed are left out, unless
// counts is set.
func (s *Store) ToIndex(ctx context.Context, after string, limit int, counts bool) ([]Touched, error) {
	unseen := "changes > indexed"
	if counts {
		unseen = "(changes > indexed OR tallies > tallied)"
	}
	var out []Touched
	err := s.DB(ctx).Table("case_studies").Select("id, status, changes, tallies").Where(unseen+" AND id > ?", after).
		Order("id").Limit(limit).Find(&out).Error
	return out, err
}

// MarkIndexed notes that the index has seen case studies as ToIndex gave them;
// a change since then is still to come. It locks them in the order of their ids,
// as votes do: in another one the two could wait for one another.
func (s *Store) MarkIndexed(ctx context.Context, list []Touched) error {
	return s.inBatches(ctx, len(list), func(ctx context.Context, from, to int) error {
		args := make([]any, 0, 3*(to-from))
		for _, t := range list[from:to] {
			args = append(args, t.ID, t.Changes, t.Tallies)
		}
		lock := ""
		if s.Dialect() == Postgres {
			lock = "FOR NO KEY UPDATE OF case_studies"
		}
		return s.DB(ctx).Exec("WITH seen (id, changes, tallies) AS (VALUES "+tuples("(?, CAST(? AS BIGINT), CAST(? AS BIGINT))", to-from)+`),
			late AS MATERIALIZED (SELECT case_studies.id, seen.changes, seen.tallies FROM case_studies JOIN seen ON seen.id = case_studies.id
				WHERE case_studies.indexed < seen.changes OR case_studies.tallied < seen.tallies ORDER BY case_studies.id `+lock+`)
			UPDATE case_studies SET indexed = CASE WHEN indexed < late.changes THEN late.changes ELSE indexed END,
				tallied = CASE WHEN tallied < late.tallies THEN late.tallies ELSE tallied END
			FROM late WHERE case_studies.id = late.id`, args...).Error
	})
}

// inBatches runs f on stretches of n rows, small enough for one statement
// each, in one transaction.
func (s *Store) inBatches(ctx context.Context, n int, f func(ctx context.Context, from, to int) error) error {
	const most = 500
	return s.Tx(ctx, func(ctx context.Context) error {
		for from := 0; from < n; from += most {
			if err := f(ctx, from, min(from+most, n)); err != nil {
				return err
			}
		}
		return nil
	})
}

// tuples repeats a row of placeholders for a list of VALUES.
func tuples(row string, n int) string {
	return strings.TrimSuffix(strings.Repeat(row+", ", n), ", ")
}

// Empty tells whether nothing has been posted and nobody is here yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var n int64
	err := s.DB(ctx).Raw("SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM people LIMIT 1) p) + (SELECT COUNT(*) FROM (SELECT 1 FROM case_studies LIMIT 1) c)").Scan(&n).Error
	return n == 0, err
}
