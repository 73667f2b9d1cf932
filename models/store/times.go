package store

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"
)

// storable is a time as both databases give it back: UTC, to the microsecond
// (Postgres keeps no more), without a monotonic reading.
func storable(t time.Time) time.Time {
	return t.UTC().Truncate(time.Microsecond)
}

// storableArgs makes the times among a statement's arguments storable, so that
// what is written, what is compared and what is read back agree. The slice is
// copied before a change: GORM keeps its own.
func storableArgs(args []any) []any {
	var out []any
	for i, a := range args {
		var v any
		switch t := a.(type) {
		case time.Time:
			v = storable(t)
		case *time.Time:
			if t == nil {
				continue
			}
			v = storable(*t)
		case sql.NullTime:
			if !t.Valid {
				continue
			}
			v = storable(t.Time)
		default:
			continue
		}
		if out == nil {
			out = append([]any(nil), args...)
		}
		out[i] = v
	}
	if out == nil {
		return args
	}
	return out
}

// NullTime reads a time from an expression such as MAX(created_at). SQLite
// gives such a value no type, so it arrives as text there; a plain column can
// be read into a time.Time.
type NullTime struct {
	Time  time.Time
	Valid bool
}

// sqliteTime is how a time is written to SQLite: sorted as text, sorted in time.
const sqliteTime = "2006-01-02 15:04:05.999999999-07:00"

// Scan implements sql.Scanner.
func (n *NullTime) Scan(v any) error {
	switch t := v.(type) {
	case nil:
		*n = NullTime{}
		return nil
	case time.Time:
		*n = NullTime{Time: storable(t), Valid: true}
		return nil
	case []byte:
		return n.Scan(string(t))
	case string:
		at, err := time.Parse(sqliteTime, t)
		if err != nil {
			return fmt.Errorf("store: %q is not a time", t)
		}
		*n = NullTime{Time: storable(at), Valid: true}
		return nil
	default:
		return fmt.Errorf("store: a %T is not a time", v)
	}
}

// Value implements driver.Valuer.
func (n NullTime) Value() (driver.Value, error) {
	if !n.Valid {
		return nil, nil
	}
	return storable(n.Time), nil
}
