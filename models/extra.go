package models

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// Limits of the keys that this version of the format does not know. They are
// kept for whoever wrote them, so they are bounded in number, not in meaning.
const (
	MaxExtraValues = 1000 // in one document, those inside others counted
	MaxExtraDepth  = 10
	MaxExtraText   = 10_000
)

// FormatKeys lists the keys of the case study format, version 1, in the order
// in which they are written. No key kept as extra may have one of these names.
func FormatKeys() []string {
	return []string{"format", "id", "title", "summary", "stage", "organisation", "authors", "settings", "tags", "connections",
		"benefits", "data_use", "safety", "devices", "evidence", "nice_evidence", "research_use", "campaign", "visibility", "licence", "language", "created", "updated", "review_by"}
}

// extraPart is one place of a document that keeps unknown keys.
type extraPart struct {
	field string
	extra map[string]any
	known []string // names that stand for something else in that place
}

func (d *Document) extraParts() []extraPart {
	parts := []extraPart{{"extra", d.Extra, append(FormatKeys(), "body")}}
	for i, a := range d.Authors {
		parts = append(parts, extraPart{index("authors", i) + ".extra", a.Extra, []string{"name", "handle", "email", "role", "staff_group"}})
	}
	for i, c := range d.Connections {
		parts = append(parts, extraPart{index("connections", i) + ".extra", c.Extra,
			[]string{"from", "to", "standard", "version", "transport", "direction", "data", "status", "site"}})
	}
	for i, b := range d.Benefits {
		parts = append(parts, extraPart{index("benefits", i) + ".extra", b.Extra,
			[]string{"measure", "unit", "before", "after", "sample", "period", "method", "better"}})
	}
	for i, e := range d.Evidence {
		parts = append(parts, extraPart{index("evidence", i) + ".extra", e.Extra, EvidenceKeys()})
	}
	if d.DataUse != nil {
		parts = append(parts, extraPart{"data_use.extra", d.DataUse.Extra, []string{"personal_data", "lawful_basis", "dpia", "opt_out", "notes"}})
	}
	if d.Safety != nil {
		parts = append(parts, extraPart{"safety.extra", d.Safety.Extra, []string{"dcb0129", "dcb0160", "dtac"}})
	}
	if d.Devices != nil {
		parts = append(parts, extraPart{"devices.extra", d.Devices.Extra, []string{"used", "provisions"}})
	}
	return append(parts, d.researchParts()...)
}

func (d *Document) validateExtra(p *problems) {
	count := 0
	for _, part := range d.extraParts() {
		for _, key := range slices.Sorted(maps.Keys(part.extra)) {
			if slices.Contains(part.known, key) {
				p.add(part.field, "“%s” is a key of the format and cannot be kept as an unknown one", key)
				continue
			}
			err := checkExtraKey(key)
			if err == nil {
				err = checkExtra(part.extra[key], 1, &count)
			}
			if err != nil {
				p.add(part.field, "The key “%s” cannot be kept: %s", Truncate(key, 60), err.Error())
			}
		}
	}
	if count > MaxExtraValues {
		p.add("extra", "Keys that the format does not know may hold %d values in all", MaxExtraValues)
	}
}

// checkExtra says what keeps a value from being written as YAML and as JSON
// and read back as it was, and counts the values in it. Once there are too
// many it looks no further.
func checkExtra(v any, depth int, count *int) error {
	if *count++; *count > MaxExtraValues {
		return nil
	}
	if depth > MaxExtraDepth {
		return fmt.Errorf("it has values inside values more than %d deep", MaxExtraDepth)
	}
	switch v := v.(type) {
	case nil, bool:
		return nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("it is not a finite number")
		}
		return nil
	case string:
		if !utf8.ValidString(v) || runeLen(v) > MaxExtraText {
			return fmt.Errorf("its text must be UTF-8 of %d characters or fewer", MaxExtraText)
		}
		return nil
	case []any:
		for _, e := range v {
			if err := checkExtra(e, depth+1, count); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if err := checkExtraKey(key); err != nil {
				return err
			}
			if err := checkExtra(v[key], depth+1, count); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("it holds a %T, which is no text, number, list or map", v)
}

func checkExtraKey(key string) error {
	if n := runeLen(key); n == 0 || n > MaxName || !utf8.ValidString(key) {
		return fmt.Errorf("the name of a key has 1 to %d characters", MaxName)
	}
	return nil
}
