package format

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"grassroots/models"
)

// Write gives the one canonical text of a case study: what Parse reads from it
// is the cleaned case study, and the same case study is always the same text.
// It writes what breaks a rule of the format as well, so that older case
// studies can be taken out; what cannot be read back at all is an error.
func Write(f File) ([]byte, error) {
	f.Document = cleaned(f.Document)
	if f.ID != "" && !models.ValidID(f.ID) {
		return nil, fmt.Errorf("the id %q is no ULID", f.ID)
	}
	if !utf8.ValidString(f.Body) {
		return nil, errors.New("the text is not UTF-8")
	}
	var w writer
	w.front(&f)
	if w.err != nil {
		return nil, fmt.Errorf("case study %s: %w", f.ID, w.err)
	}
	w.buf.WriteString(fence + "\n")
	if f.Body != "" {
		w.buf.WriteString("\n" + f.Body + "\n")
	}
	if w.buf.Len() > MaxSize {
		return nil, fmt.Errorf("case study %s is larger than 1 MB as a file", f.ID)
	}
	return w.buf.Bytes(), nil
}

// cleaned gives a cleaned document that shares no entry with the caller's,
// since Clean changes entries in place.
func cleaned(d models.Document) models.Document {
	d.Authors = slices.Clone(d.Authors)
	d.Connections = slices.Clone(d.Connections)
	d.Benefits = slices.Clone(d.Benefits)
	d.Evidence = slices.Clone(d.Evidence)
	d.Clean()
	return d
}

// writer gathers the lines of a file and the first thing that cannot be
// written.
type writer struct {
	buf bytes.Buffer
	err error
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) front(f *File) {
	w.buf.WriteString(fence + "\n")
	w.key("format", Version)
	w.text("id", f.ID)
	w.key("title", text(f.Title, block))
	w.text("summary", f.Summary)
	w.key("stage", text(string(f.Stage), block))
	w.text("organisation", f.Organisation)
	if len(f.Authors) > 0 {
		w.key("authors", "["+strings.Join(each(f.Authors, w.author), ", ")+"]")
	}
	w.texts("settings", f.Settings)
	w.texts("tags", f.Tags)
	w.entries("connections", each(f.Connections, w.connection))
	w.entries("benefits", each(f.Benefits, w.benefit))
	w.governance(&f.Document)
	w.entries("evidence", each(f.Evidence, w.evidence))
	w.research(&f.Document)
	w.text("campaign", f.Campaign)
	w.text("visibility", string(f.Visibility))
	w.text("licence", f.Licence)
	w.text("language", f.Language)
	w.moment("created", f.Created)
	w.moment("updated", f.Updated)
	if f.ReviewBy != "" {
		w.key("review_by", date(f.ReviewBy, block))
	}
	for _, key := range slices.Sorted(maps.Keys(f.Extra)) {
		if key == "body" || slices.Contains(models.FormatKeys(), key) {
			w.fail(fmt.Errorf("the unknown key %q is one of the format", key))
		}
		w.key(w.name(key, block), w.value(f.Extra[key], block, 1))
	}
}

func (w *writer) key(key, value string) { w.buf.WriteString(key + ": " + value + "\n") }

func (w *writer) text(key, value string) {
	if value != "" {
		w.key(key, text(value, block))
	}
}

func (w *writer) texts(key string, values []string) {
	if len(values) > 0 {
		w.key(key, flowTexts(values))
	}
}

// entries writes a list with one entry a line.
func (w *writer) entries(key string, entries []string) {
	if len(entries) == 0 {
		return
	}
	w.buf.WriteString(key + ":\n")
	for _, e := range entries {
		w.buf.WriteString("  - " + e + "\n")
	}
}

func (w *writer) moment(key string, t time.Time) {
	if t.IsZero() {
		return
	}
	t = t.UTC().Truncate(time.Second)
	if !writableTime(t) {
		w.fail(fmt.Errorf("%s is in the year %d", key, t.Year()))
		return
	}
	w.key(key, t.Format(time.RFC3339))
}

// writableTime tells whether a time has a year of four digits, and is none
// that means "no time".
func writableTime(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero() }

func each[T any](list []T, write func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = write(v)
	}
	return out
}

func flowTexts(values []string) string {
	return "[" + strings.Join(each(values, func(s string) string { return text(s, flow) }), ", ") + "]"
}

// entry gathers what stands between the braces of one entry.
type entry []string

func (e *entry) add(key, value string) { *e = append(*e, key+": "+value) }

func (e *entry) text(key, value string) {
	if value != "" {
		e.add(key, text(value, flow))
	}
}

func (e *entry) date(key, value string) {
	if value != "" {
		e.add(key, date(value, flow))
	}
}

func (e *entry) texts(key string, values []string) {
	if len(values) > 0 {
		e.add(key, flowTexts(values))
	}
}

func (w *writer) number(e *entry, key string, value *float64) {
	if value != nil {
		e.add(key, w.decimal(*value))
	}
}

// end closes an entry after the keys that the format does not know.
func (w *writer) end(e entry, extra map[string]any) string {
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		e.add(w.name(key, flow), w.value(extra[key], flow, 1))
	}
	return "{" + strings.Join(e, ", ") + "}"
}

func (w *writer) author(a models.Author) string {
	var e entry
	e.text("name", a.Name)
	e.text("handle", a.Handle)
	e.text("email", a.Email)
	e.text("role", a.Role)
	e.text("staff_group", a.StaffGroup)
	return w.end(e, a.Extra)
}

func (w *writer) connection(c models.Connection) string {
	var e entry
	e.text("from", c.From)
	e.text("to", c.To)
	e.text("standard", c.Standard)
	e.text("version", c.Version)
	e.text("transport", c.Transport)
	e.text("direction", c.Direction)
	e.texts("data", c.Data)
	e.text("status", c.Status)
	e.text("site", c.Site)
	return w.end(e, c.Extra)
}

func (w *writer) benefit(b models.Benefit) string {
	var e entry
	e.text("measure", b.Measure)
	e.text("unit", b.Unit)
	w.number(&e, "before", b.Before)
	w.number(&e, "after", b.After)
	if b.Sample != nil {
		e.add("sample", strconv.Itoa(*b.Sample))
	}
	e.text("period", b.Period)
	e.text("method", b.Method)
	e.text("better", b.Better)
	return w.end(e, b.Extra)
}

func (w *writer) evidence(v models.Evidence) string {
	var e entry
	e.text("kind", v.Kind)
	e.text("title", v.Title)
	e.text("url", v.URL)
	e.texts("authors", v.Authors)
	e.text("source", v.Source)
	e.date("date", v.Date)
	e.text("doi", v.DOI)
	e.text("pmid", v.PMID)
	e.text("benefit", v.Benefit)
	e.text("claim", v.Claim)
	e.text("checked_by", v.CheckedBy)
	e.date("checked", v.Checked)
	return w.end(e, v.Extra)
}

func (w *writer) governance(d *models.Document) {
	if u := d.DataUse; u != nil {
		e := entry{"personal_data: " + strconv.FormatBool(u.PersonalData)}
		e.text("lawful_basis", u.LawfulBasis)
		e.text("dpia", u.DPIA)
		e.text("opt_out", u.OptOut)
		e.text("notes", u.Notes)
		w.key("data_use", w.end(e, u.Extra))
	}
	if s := d.Safety; s != nil {
		var e entry
		e.text("dcb0129", s.DCB0129)
		e.text("dcb0160", s.DCB0160)
		e.text("dtac", s.DTAC)
		w.key("safety", w.end(e, s.Extra))
	}
	if v := d.Devices; v != nil {
		e := entry{"used: " + strconv.FormatBool(v.Used)}
		if len(v.Provisions) > 0 {
			e.add("provisions", w.answers(v.Provisions))
		}
		w.key("devices", w.end(e, v.Extra))
	}
}

// answers writes a map from names to answers.
func (w *writer) answers(list map[string]string) string {
	var e entry
	for _, key := range slices.Sorted(maps.Keys(list)) {
		e.add(w.name(key, flow), text(list[key], flow))
	}
	return w.end(e, nil)
}

func (w *writer) research(d *models.Document) {
	if v := d.NICEEvidence; v != nil {
		var e entry
		e.text("tier", v.Tier)
		if len(v.Parts) > 0 {
			e.add("parts", w.answers(v.Parts))
		}
		w.key("nice_evidence", w.end(e, v.Extra))
	}
	if v := d.ResearchUse; v != nil {
		var e entry
		e.text("study", v.Study)
		if len(v.Datasets) > 0 {
			e.add("datasets", "["+strings.Join(each(v.Datasets, w.dataset), ", ")+"]")
		}
		if len(v.Approvals) > 0 {
			e.add("approvals", "["+strings.Join(each(v.Approvals, w.approval), ", ")+"]")
		}
		w.key("research_use", w.end(e, v.Extra))
	}
}

func (w *writer) dataset(s models.Dataset) string {
	var e entry
	e.text("name", s.Name)
	e.text("held_by", s.HeldBy)
	e.text("access", s.Access)
	e.text("url", s.URL)
	return w.end(e, s.Extra)
}

func (w *writer) approval(a models.Approval) string {
	var e entry
	e.text("kind", a.Kind)
	e.text("reference", a.Reference)
	e.text("by", a.By)
	e.date("date", a.Date)
	return w.end(e, a.Extra)
}

// name writes a key that the format does not know. YAML reads a key of 1,024
// bytes at most.
func (w *writer) name(key string, c context) string {
	if key == "" || len(key) > 4*models.MaxName || !utf8.ValidString(key) {
		w.fail(fmt.Errorf("a key has 1 to %d characters", models.MaxName))
	}
	return text(key, c)
}

func (w *writer) decimal(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.fail(errors.New("a number is not finite"))
	}
	return decimal(f)
}

// value writes what an unknown key holds.
func (w *writer) value(v any, c context, depth int) string {
	if depth > models.MaxExtraDepth {
		w.fail(errors.New("unknown keys hold values inside values too deep"))
		return ""
	}
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return w.decimal(v)
	case string:
		if !utf8.ValidString(v) {
			w.fail(errors.New("a text of an unknown key is not UTF-8"))
		}
		return date(v, c)
	case []any:
		return "[" + strings.Join(each(v, func(e any) string { return w.value(e, flow, depth+1) }), ", ") + "]"
	case map[string]any:
		var e entry
		for _, key := range slices.Sorted(maps.Keys(v)) {
			e.add(w.name(key, flow), w.value(v[key], flow, depth+1))
		}
		return w.end(e, nil)
	}
	w.fail(fmt.Errorf("an unknown key holds a %T", v))
	return ""
}
