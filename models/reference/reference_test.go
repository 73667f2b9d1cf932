package reference

import (
	"encoding/csv"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"grassroots/models"
)

var slug = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,59}$`)

// once holds that every value is there, clean and different from the others
// when case is put aside.
func once(t *testing.T, what string, values []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, v := range values {
		if v == "" || v != models.CleanLine(v) {
			t.Errorf("%s: %q is empty or not clean", what, v)
		}
		if seen[strings.ToLower(v)] {
			t.Errorf("%s: %q stands twice", what, v)
		}
		seen[strings.ToLower(v)] = true
	}
}

func column[T any](list []T, value func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = value(v)
	}
	return out
}

func TestListsHaveTheirValuesOnce(t *testing.T) {
	once(t, "settings", Settings())
	once(t, "staff group codes", column(StaffGroups(), func(g models.StaffGroup) string { return g.Code }))
	once(t, "staff group names", column(StaffGroups(), func(g models.StaffGroup) string { return g.Name }))
	once(t, "region codes", column(Regions(), func(r Region) string { return r.Code }))
	once(t, "region names", column(Regions(), func(r Region) string { return r.Name }))
	once(t, "system slugs", column(Systems(), func(s models.System) string { return s.Slug }))
	once(t, "standard codes", column(Standards(), func(s models.Standard) string { return s.Code }))
	once(t, "standard names", column(Standards(), func(s models.Standard) string { return s.Name }))
	if len(Settings()) < 20 || len(StaffGroups()) != 9 || len(Regions()) != 10 || len(Systems()) < 100 || len(Standards()) < 60 {
		t.Errorf("%d settings, %d staff groups, %d regions, %d systems, %d standards", len(Settings()), len(StaffGroups()), len(Regions()), len(Systems()), len(Standards()))
	}
}

// TestEachNameFindsOneTerm holds that no name or alias could mean two systems,
// or two standards, and that each stands once.
func TestEachNameFindsOneTerm(t *testing.T) {
	owner := map[string]string{}
	claim := func(kind, id, name string, aliases []string) {
		for _, n := range append([]string{id, name}, aliases...) {
			key := kind + " " + models.FoldName(n)
			if other, ok := owner[key]; ok && other != id {
				t.Errorf("%q is a name of %s and of %s", n, other, id)
			}
			owner[key] = id
		}
		once(t, "aliases of "+id, aliases)
		for _, a := range aliases {
			if models.FoldName(a) == models.FoldName(name) {
				t.Errorf("%s: %q is its name and need not be an alias", id, a)
			}
		}
	}
	for _, s := range Systems() {
		claim("system", s.Slug, s.Name, s.Aliases)
	}
	for _, s := range Standards() {
		claim("standard", s.Code, s.Name, s.Aliases)
	}
}

// TestSuccessorsLeadSomewhere holds that what takes the place of a system or a
// standard is in the list, and that following them comes to an end.
func TestSuccessorsLeadSomewhere(t *testing.T) {
	next := map[string]string{}
	for _, s := range Systems() {
		next["system "+s.Slug] = s.Successor
	}
	for _, s := range Standards() {
		next["standard "+s.Code] = s.Successor
	}
	for start := range next {
		kind, _, _ := strings.Cut(start, " ")
		at := start
		for range 10 {
			if next[at] == "" {
				break
			}
			to := kind + " " + next[at]
			if _, ok := next[to]; !ok {
				t.Errorf("%s is succeeded by %q, which is not in the list", at, next[at])
				break
			}
			at = to
		}
		if next[at] != "" {
			t.Errorf("the successors of %s have no end", start)
		}
	}
}

func TestSystemsAreWhole(t *testing.T) {
	for _, s := range Systems() {
		if !slug.MatchString(s.Slug) || s.Name != models.CleanLine(s.Name) || s.Name == "" || s.Kind == "" || s.Supplier == "" || !s.Confirmed {
			t.Errorf("not whole: %+v", s)
		}
		for _, place := range s.Settings {
			if !slices.Contains(Settings(), place) {
				t.Errorf("%s: %q is no setting", s.Slug, place)
			}
		}
		if err := (models.Term{Kind: models.TermSystem, ID: s.Slug, Name: s.Name, Maker: s.Supplier, Category: s.Kind, Settings: s.Settings, Aliases: s.Aliases}).Validate(Settings()); err != nil {
			t.Errorf("%s could not be saved by a moderator: %v", s.Slug, err)
		}
	}
}

func TestStandardsAreWhole(t *testing.T) {
	for _, s := range Standards() {
		if !slug.MatchString(s.Code) || s.Publisher == "" || s.Kind == "" || s.Purpose == "" || s.Purpose != models.CleanLine(s.Purpose) || !s.Confirmed {
			t.Errorf("not whole: %+v", s)
		}
		if s.URL != "" && !models.ValidWebURL(s.URL) {
			t.Errorf("%s: %q is no web address", s.Code, s.URL)
		}
		if err := (models.Term{Kind: models.TermStandard, ID: s.Code, Name: s.Name, Maker: s.Publisher, Category: s.Kind, Purpose: s.Purpose, URL: s.URL, Aliases: s.Aliases}).Validate(nil); err != nil {
			t.Errorf("%s could not be saved by a moderator: %v", s.Code, err)
		}
		d := models.Document{Title: "T", Stage: models.StageIdea, Body: "B", Connections: []models.Connection{{From: "A", To: "B", Standard: s.Code}}}
		if err := d.Validate(); err != nil {
			t.Errorf("%s cannot be the standard of a connection: %v", s.Code, err)
		}
	}
}

func TestOrderOfTheFilesIsTheirOrderColumn(t *testing.T) {
	for _, name := range []string{"settings.csv", "staff_groups.csv"} {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows[1:] {
			if got, want := r[len(r)-1], strconv.Itoa(i+1); got != want {
				t.Errorf("%s row %d has order %s", name, i+1, got)
			}
		}
	}
}

func TestRegionNamesAreFoundByCode(t *testing.T) {
	if got := RegionName("Y63"); got != "North East and Yorkshire" {
		t.Errorf("Y63 is %q", got)
	}
	if got := RegionName("Y99"); got != "" {
		t.Errorf("Y99 is %q", got)
	}
}

func TestNobodyCanChangeTheLists(t *testing.T) {
	Settings()[0], Systems()[0].Name, Standards()[0].Code, StaffGroups()[0].Name, Regions()[0].Name = "x", "x", "x", "x", "x"
	for _, s := range Systems() {
		if len(s.Aliases) > 0 {
			s.Aliases[0] = "x"
		}
	}
	if Settings()[0] == "x" || Systems()[0].Name == "x" || Systems()[0].Aliases[0] == "x" || Standards()[0].Code == "x" || StaffGroups()[0].Name == "x" || Regions()[0].Name == "x" {
		t.Error("a caller changed a list for all")
	}
	if len(Hash()) != 64 {
		t.Errorf("the hash is %q", Hash())
	}
}

func TestParseNamesAMissingColumn(t *testing.T) {
	for text, want := range map[string]string{"": "header", "a,b\n1,2\n": "column c", "a,c\n1\n": "wrong number of fields"} {
		if _, err := parse(text, []string{"c"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%q) gives %v", text, err)
		}
	}
}
