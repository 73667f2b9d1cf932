package store

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"gorm.io/gorm"

	"grassroots/models"
)

// NameCursor marks a place in a list by name: a row's name and key. Back asks
// for the page that ends before the place, not the one that begins after it.
type NameCursor struct {
	Name string `json:"n"`
	Key  string `json:"k"`
	Back bool   `json:"b,omitempty"`
}

// String gives the cursor as it stands in an address.
func (c NameCursor) String() string {
	b, err := json.Marshal(c)
	if err != nil { // strings and a truth value always can be
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// maxNameCursor is more than any name and key come to, in bytes.
const maxNameCursor = 4000

// ParseNameCursor reads a cursor out of an address; the empty string is none.
// One that is not ours is a BadRequest.
func ParseNameCursor(s string) (*NameCursor, error) {
	if s == "" {
		return nil, nil
	}
	bad := models.ErrCursor
	if len(s) > maxNameCursor {
		return nil, bad
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, bad
	}
	var c NameCursor
	if json.Unmarshal(raw, &c) != nil || c.Key == "" || strings.ContainsRune(c.Name+c.Key, 0) {
		return nil, bad
	}
	return &c, nil
}

// byName cuts a page out of a list by its name and key columns. What it reads
// is to be put right by namePage.
func byName(db *gorm.DB, name, key string, c *NameCursor, limit int) *gorm.DB {
	op, direction := ">", ""
	if c != nil && c.Back {
		op, direction = "<", " DESC"
	}
	if c != nil {
		db = db.Where("("+name+", "+key+") "+op+" (?, ?)", c.Name, c.Key)
	}
	return db.Order(name + direction + ", " + key + direction).Limit(limit + 1)
}

// namePage brings the rows of byName into the order of the list and tells
// whether there are more in the direction that was asked for.
func namePage[T any](rows []T, c *NameCursor, limit int) (page []T, more bool) {
	if more = len(rows) > limit; more {
		rows = rows[:limit]
	}
	if c != nil && c.Back {
		slices.Reverse(rows)
	}
	return rows, more
}
