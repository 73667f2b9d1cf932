package templates

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"grassroots/models"
)

// OwnDataPage is what is kept of somebody, for themselves.
type OwnDataPage struct {
	Name, Host string
	Made       time.Time
	Sections   []OwnDataSection
}

// OwnDataSection is one kind of it.
type OwnDataSection struct {
	Name, Title string
	Count       int
	Rows        templ.Component
}

// OwnDataField is one column of one row.
type OwnDataField struct {
	Name  string
	Value any
}

// label is the name of the column as it is read.
func (f OwnDataField) label() string {
	return models.UpperFirst(strings.ReplaceAll(f.Name, "_", " "))
}

// text is the value as it is read; empty for nothing.
func (f OwnDataField) text() string {
	switch v := f.Value.(type) {
	case nil:
		return ""
	case time.Time:
		return FormatDateTime(v)
	case json.RawMessage:
		var document struct{ Title, Summary, Body string }
		if json.Unmarshal(v, &document) == nil {
			return strings.TrimSpace(document.Title + "\n\n" + document.Summary + "\n\n" + document.Body)
		}
		return string(v)
	}
	return fmt.Sprint(f.Value)
}
