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

// TestEachNameFindsOneSystem holds that no name or alias could mean two.
func TestEachNameFindsOneSystem(t *testing.T) {
	owner := map[string]string{}
	for _, s := range Systems() {
		own := map[string]bool{}
		for _, name := range append([]string{s.Slug, s.Name}, s.Aliases...) {
			key := strings.ToLower(models.CleanLine(name))
			if other, ok := owner[key]; ok && other != s.Slug {
				t.Errorf("%q is a name of %s and of %s", name, other, s.Slug)
			}
			owner[key], own[key] = s.Slug, true
		}
		once(t, "aliases of "+s.Slug, s.Aliases)
	}
}

func TestSystemsAreWhole(t *testing.T) {
	systems := Systems()
	for _, s := range systems {
		if !slug.MatchString(s.Slug) || s.Name != models.CleanLine(s.Name) || s.Name == "" || s.Kind == "" || s.Supplier == "" || !s.Confirmed {
			t.Errorf("not whole: %+v", s)
		}
		if s.Successor == "" {
			continue
		}
		i := slices.IndexFunc(systems, func(o models.System) bool { return o.Slug == s.Successor })
		if i < 0 || s.Successor == s.Slug {
			t.Errorf("%s is succeeded by %q, which is no other system", s.Slug, s.Successor)
		} else if systems[i].Successor == s.Slug {
			t.Errorf("%s and %s succeed each other", s.Slug, s.Successor)
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
		d := models.Document{Title: "T", Stage: models.StageIdea, Body: "B", Connections: []models.Connection{{From: "A", To: "B", Standard: s.Code}}}
		if err := d.Validate(); err != nil {
			t.Errorf("%s cannot be the standard of a connection: %v", s.Code, err)
		}
	}
}

// TestSettingsOfSystemsAreSettings reads the column that the program does not
// use, so that it stays true.
func TestSettingsOfSystemsAreSettings(t *testing.T) {
	text, err := files.ReadFile("systems.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parse(string(text), []string{"slug", "settings"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, s := range split(r[1]) {
			if !slices.Contains(Settings(), s) {
				t.Errorf("%s: %q is no setting", r[0], s)
			}
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
