package models

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what an admin says of the workforce.
const (
	MaxMixSource = 300
	MaxMixText   = 20_000 // bytes of a table that is pasted
)

// WorkforceMix says how the workforce is made up by one thing, in per cent.
type WorkforceMix struct {
	ID        string
	By        VoiceBy
	Shares    []WorkforceShare
	Source    string
	AsOf      string // YYYY-MM-DD
	EnteredBy string // id of a person
	EnterName string // read with it, not kept there
	EnteredAt time.Time
}

// WorkforceShare is the part of one group, in per cent.
type WorkforceShare struct {
	Value string  `json:"value"`
	Share float64 `json:"share"`
}

// Share gives the part of a group; ok is false when nothing is said of it.
func (m *WorkforceMix) Share(value string) (share float64, ok bool) {
	for _, s := range m.Shares {
		if s.Value == value {
			return s.Share, true
		}
	}
	return 0, false
}

// Validate checks a mix against the groups that there are.
func (m *WorkforceMix) Validate(groups []VoiceGroup, now time.Time) error {
	var p problems
	if !m.By.HasMix() {
		p.add("by", "Choose staff group, band, region or kind")
	}
	m.Source = CleanLine(m.Source)
	if n := utf8.RuneCountInString(m.Source); n == 0 || n > MaxMixSource {
		p.add("source", "Say where the figures are from, in %d characters or fewer", MaxMixSource)
	}
	if day, err := time.Parse(time.DateOnly, m.AsOf); err != nil || day.After(now) || day.Year() < 2000 {
		p.add("as_of", "Enter the day that the figures are of, not one to come")
	}
	sum, seen := 0.0, map[string]bool{}
	for _, s := range m.Shares {
		known := false
		for _, g := range groups {
			known = known || g.Value == s.Value
		}
		switch {
		case !known:
			p.add("shares", "“%s” is none of the groups that people are counted by here", Truncate(s.Value, 60))
		case seen[s.Value]:
			p.add("shares", "“%s” is there twice", s.Value)
		case math.IsNaN(s.Share) || s.Share < 0 || s.Share > 100:
			p.add("shares", "The share of “%s” must be from 0 to 100", s.Value)
		}
		seen[s.Value] = true
		sum += s.Share
	}
	switch {
	case len(m.Shares) == 0:
		p.add("shares", "Enter at least one share, in per cent")
	case sum > 100.5:
		p.add("shares", "The shares come to %.1f per cent, which is more than all", sum)
	}
	return p.err("The workforce was not saved: some fields need your attention.")
}

// VoiceGroup is one that people can be in, by what they are counted by.
type VoiceGroup struct{ Value, Label string }

// ReadMix reads shares from a table with commas: a group, by its name or key, and
// per cent. A first row that is none is its heading. Invalid, with the lines that
// cannot be read.
func ReadMix(text string, groups []VoiceGroup) ([]WorkforceShare, error) {
	if len(text) > MaxMixText || !utf8.ValidString(text) {
		return nil, InvalidField("csv", "The table is too long, or not text")
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	var p problems
	var out []WorkforceShare
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, InvalidField("csv", "The table cannot be read: "+Truncate(err.Error(), 100))
		}
		line, _ := r.FieldPos(0)
		if len(row) < 2 {
			p.add("csv", "Line %d: enter a group and its share, with a comma between", line)
			continue
		}
		share, err := ReadShare(row[1])
		if err != nil && n == 0 {
			continue
		}
		name := CleanLine(row[0])
		value := ""
		for _, g := range groups {
			if strings.EqualFold(g.Value, name) || strings.EqualFold(g.Label, name) {
				value = g.Value
			}
		}
		if err != nil || value == "" {
			p.add("csv", "Line %d: %s", line, map[bool]string{true: fmt.Sprintf("“%s” is none of the groups that people are counted by here", Truncate(name, 60)), false: "the share is no number"}[value == ""])
			continue
		}
		out = append(out, WorkforceShare{value, share})
	}
	return out, p.err("The workforce was not saved: some lines cannot be read.")
}

// ReadShare reads per cent, with a sign or without.
func ReadShare(text string) (float64, error) {
	return strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%")), 64)
}
