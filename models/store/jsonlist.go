package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// jsonList is a list kept as JSON text. None is kept as "[]": GORM's own
// serializer would make it NULL.
type jsonList[T any] []T

// Value implements driver.Valuer.
func (l jsonList[T]) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	raw, err := json.Marshal([]T(l))
	return string(raw), err
}

// Scan implements sql.Scanner. An empty list is nil.
func (l *jsonList[T]) Scan(src any) error {
	*l = nil
	var raw []byte
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		raw = []byte(v)
	case []byte:
		raw = v
	default:
		return fmt.Errorf("a list was kept as %T", src)
	}
	if len(raw) == 0 || string(raw) == "[]" {
		return nil
	}
	return json.Unmarshal(raw, (*[]T)(l))
}

// GormDataType tells GORM that this is a column, not a relation.
func (jsonList[T]) GormDataType() string { return "text" }
