package models

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The kinds of term that moderators keep lists of.
const (
	TermSystem   = "system"
	TermStandard = "standard"
)

// Term is a system or a standard as those who keep the lists see it: the two
// differ in little.
type Term struct {
	Kind      string // TermSystem or TermStandard
	ID        string // slug of a system, code of a standard; it never changes
	Name      string
	Maker     string   // who supplies the system or publishes the standard
	Category  string   // such as Acute record, or message
	Settings  []string // of a system: names of the settings list
	Purpose   string   // of a standard
	URL       string   // of a standard: its specification
	Aliases   []string // other names for it
	Successor string   // id of the term that took its place
	Confirmed bool     // false: somebody named it and no moderator has looked yet
	Version   int      // goes up by one with each change; a change names the one that it was made from
}

// Limits of a term, beside those of a document.
const (
	MaxAliases = 100
	MaxPurpose = 300
)

var (
	systemSlugForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,99}$`)
	aliasBreak     = regexp.MustCompile(`[\n;]`)
)

// FoldName is how names of systems and standards are compared: case and white
// space aside.
func FoldName(name string) string { return strings.ToLower(CleanLine(name)) }

// SplitAliases takes apart what a person typed: a name on each line, or between
// semicolons.
func SplitAliases(text string) []string { return aliasBreak.Split(CleanText(text), -1) }

// Names gives everything that the term is found by, its id first.
func (t Term) Names() []string { return append([]string{t.ID, t.Name}, t.Aliases...) }

// Clean puts the fields that a person edits into their kept form. An alias that
// is the name, or stands twice, is dropped; one that is the id in other letters
// ("MESH") is how people write it.
func (t *Term) Clean() {
	t.ID, t.Name, t.Maker, t.Category = CleanLine(t.ID), CleanLine(t.Name), CleanLine(t.Maker), CleanLine(t.Category)
	t.Purpose, t.URL, t.Successor = CleanLine(t.Purpose), strings.TrimSpace(t.URL), CleanLine(t.Successor)
	t.Settings = cleanList(t.Settings, CleanLine)
	seen := map[string]bool{"": true, FoldName(t.Name): true}
	var aliases []string
	for _, a := range t.Aliases {
		if a = CleanLine(a); !seen[FoldName(a)] {
			seen[FoldName(a)] = true
			aliases = append(aliases, a)
		}
	}
	t.Aliases = aliases
}

// Validate checks a cleaned term; settings are those that a system may name.
func (t Term) Validate(settings []string) error {
	var p problems
	if n := runeLen(t.Name); n == 0 || n > MaxName {
		p.add("name", "Enter the name, %d characters or fewer", MaxName)
	}
	if t.Kind == TermStandard && !standardForm.MatchString(t.ID) {
		p.add("id", "A code begins with a letter or digit and has lower-case letters, digits, dots and hyphens, 60 at most")
	}
	if t.Kind == TermSystem && !systemSlugForm.MatchString(t.ID) {
		p.add("id", "The last part of the address has lower-case letters, digits, dots and hyphens alone, 100 at most")
	}
	if runeLen(t.Maker) > MaxName {
		p.add("maker", "This must be %d characters or fewer", MaxName)
	}
	if runeLen(t.Category) > MaxName {
		p.add("category", "The kind must be %d characters or fewer", MaxName)
	}
	if len(t.Aliases) > MaxAliases {
		p.add("aliases", "List at most %d other names", MaxAliases)
	}
	for _, a := range t.Aliases {
		if runeLen(a) > MaxName {
			p.add("aliases", "“%s” is longer than %d characters", Truncate(a, 40), MaxName)
		}
	}
	for _, s := range t.Settings {
		if !slices.Contains(settings, s) {
			p.add("settings", "Choose settings from the list")
			break
		}
	}
	if runeLen(t.Purpose) > MaxPurpose {
		p.add("purpose", "What it is for must be %d characters or fewer", MaxPurpose)
	}
	if t.URL != "" && !ValidWebURL(t.URL) {
		p.add("url", "Enter a web address that starts with https:// or http://")
	}
	return p.err("Nothing was saved: some fields need your attention.")
}

// Fill takes from another term what this one does not say, for when the two
// become one.
func (t *Term) Fill(from Term) {
	t.Maker, t.Category = cmp.Or(t.Maker, from.Maker), cmp.Or(t.Category, from.Category)
	t.Purpose, t.URL = cmp.Or(t.Purpose, from.Purpose), cmp.Or(t.URL, from.URL)
	if t.Successor == from.ID {
		t.Successor = ""
	}
	if t.Successor == "" && from.Successor != t.ID {
		t.Successor = from.Successor
	}
	if len(t.Settings) == 0 {
		t.Settings = slices.Clone(from.Settings)
	}
	t.Aliases = append(append(slices.Clone(t.Aliases), from.Name), from.Aliases...)
	t.Clean()
}

// FieldChange is one field of a term before and after a change, as text.
type FieldChange struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Changes lists the fields in which a later state differs from t.
func (t Term) Changes(later Term) []FieldChange {
	var out []FieldChange
	add := func(field, before, after string) {
		if before != after {
			out = append(out, FieldChange{field, before, after})
		}
	}
	add("name", t.Name, later.Name)
	add("maker", t.Maker, later.Maker)
	add("category", t.Category, later.Category)
	add("settings", strings.Join(t.Settings, "; "), strings.Join(later.Settings, "; "))
	add("purpose", t.Purpose, later.Purpose)
	add("url", t.URL, later.URL)
	add("aliases", strings.Join(t.Aliases, "; "), strings.Join(later.Aliases, "; "))
	add("successor", t.Successor, later.Successor)
	return out
}

// TermAction is what was done to a term.
type TermAction string

// The actions. Absorbed and Split are of the term that stays when another is
// merged into it, and when that is taken back.
const (
	TermAdded     TermAction = "added"
	TermChanged   TermAction = "changed"
	TermConfirmed TermAction = "confirmed"
	TermRemoved   TermAction = "removed"
	TermMerged    TermAction = "merged"
	TermAbsorbed  TermAction = "absorbed"
	TermRestored  TermAction = "restored"
	TermSplit     TermAction = "split"
)

// TermChange is one entry of a term's history.
type TermChange struct {
	ID       string
	Action   TermAction
	Other    string // id of the other term of a merge
	Fields   []FieldChange
	By       string // id of a person; empty for the program itself
	ByName   string // read with the change, not kept there
	ByHandle string
	At       time.Time
}

// MergedTerm is a term that is another name for Into now.
type MergedTerm struct {
	Kind     string
	ID       string
	Name     string
	Into     string
	MergedAt time.Time
}
