package format

import (
	"strconv"
	"strings"

	"grassroots/models"
)

// rules asks a rule of a cleaned document and reports what breaks it at the
// place where its field stands. A field that could not be read was reported
// already.
func (r *reader) rules(rule func(*models.Document) error, d *models.Document) {
	var found []Problem
	for _, f := range models.Fields(rule(d)) {
		field := r.asWritten(f.Field)
		if !r.reported(field) {
			at := r.where(field)
			found = append(found, Problem{File: r.file, Line: at.line, Column: at.column, Field: field, Message: f.Message})
		}
	}
	r.problems = append(r.problems, found...)
}

// asWritten gives a field's name with the number that its entry has in the
// file.
func (r *reader) asWritten(field string) string {
	list, rest, ok := strings.Cut(field, "[")
	if !ok {
		return field
	}
	number, rest, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if err != nil || i >= len(r.kept[list]) {
		return field
	}
	return list + "[" + strconv.Itoa(r.kept[list][i]) + "]" + rest
}

// reported tells whether a problem is known of this field, of one that it is
// part of, or of a part of it.
func (r *reader) reported(field string) bool {
	for _, p := range r.problems {
		if p.Field == field || within(p.Field, field) || within(field, p.Field) {
			return true
		}
	}
	return false
}

func within(part, whole string) bool {
	rest, ok := strings.CutPrefix(part, whole)
	return ok && whole != "" && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// where gives the place of a field, or of the nearest thing around it.
func (r *reader) where(field string) mark {
	for field != "" {
		if at, ok := r.at[field]; ok {
			return at
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return mark{line: 1}
}
