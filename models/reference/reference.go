// Package reference holds the lists that every instance starts with: settings,
// staff groups, regions, systems and standards. They are CSV files, so that
// whoever knows the subject can mend them without knowing Go.
package reference

import (
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"grassroots/models"
)

//go:embed *.csv
var files embed.FS

// Region is an NHS region of England, or one of the other three nations.
type Region struct {
	Code   string
	Name   string
	Nation string
}

// Language is one that people speak or sign, by its code of BCP 47.
type Language struct{ Code, Name string }

// Languages lists languages that are spoken or signed in the United Kingdom, but
// for English, by name.
func Languages() []Language { return slices.Clone(read().languages) }

// LanguageCode gives the code of a language by its name or code, in any case;
// empty when there is none.
func LanguageCode(text string) string {
	for _, l := range read().languages {
		if strings.EqualFold(l.Name, text) || strings.EqualFold(l.Code, text) {
			return l.Code
		}
	}
	return ""
}

// LanguageName gives the name of a language by its code, or the code.
func LanguageName(code string) string {
	for _, l := range read().languages {
		if l.Code == code {
			return l.Name
		}
	}
	return code
}

// Settings lists the places in which care and its support happen, in the order
// in which they are shown.
func Settings() []string { return slices.Clone(read().settings) }

// StaffGroups lists the staff groups of the Electronic Staff Record.
func StaffGroups() []models.StaffGroup { return slices.Clone(read().staffGroups) }

// StaffGroupNames lists what the staff groups are called.
func StaffGroupNames() []string {
	var names []string
	for _, g := range read().staffGroups {
		names = append(names, g.Name)
	}
	return names
}

// Regions lists the regions by which organisations are grouped.
func Regions() []Region { return slices.Clone(read().regions) }

// RegionName gives the name of a region by its ODS code, empty when the code
// is none of a region.
func RegionName(code string) string {
	for _, r := range read().regions {
		if r.Code == code {
			return r.Name
		}
	}
	return ""
}

// Systems lists the systems that information comes from and goes to.
func Systems() []models.System {
	list := slices.Clone(read().systems)
	for i := range list {
		list[i].Aliases, list[i].Settings = slices.Clone(list[i].Aliases), slices.Clone(list[i].Settings)
	}
	return list
}

// Standards lists the ways in which systems exchange information.
func Standards() []models.Standard {
	list := slices.Clone(read().standards)
	for i := range list {
		list[i].Aliases = slices.Clone(list[i].Aliases)
	}
	return list
}

// Hash changes when any of the lists does.
func Hash() string { return read().hash }

type lists struct {
	settings    []string
	staffGroups []models.StaffGroup
	regions     []Region
	languages   []Language
	systems     []models.System
	standards   []models.Standard
	hash        string
}

// read parses the embedded files once. They are part of the program and a test
// reads each of them, so what cannot be parsed is a fault of the build.
var read = sync.OnceValue(func() *lists {
	var l lists
	sum := sha256.New()
	rows := func(name string, columns ...string) [][]string {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		sum.Write(text)
		list, err := parse(string(text), columns)
		if err != nil {
			panic(fmt.Errorf("reference/%s: %w", name, err))
		}
		return list
	}
	for _, r := range rows("settings.csv", "name") {
		l.settings = append(l.settings, r[0])
	}
	for _, r := range rows("staff_groups.csv", "code", "name") {
		l.staffGroups = append(l.staffGroups, models.StaffGroup{Code: r[0], Name: r[1]})
	}
	for _, r := range rows("regions.csv", "code", "name", "nation") {
		l.regions = append(l.regions, Region{Code: r[0], Name: r[1], Nation: r[2]})
	}
	for _, r := range rows("languages.csv", "code", "name") {
		l.languages = append(l.languages, Language{Code: r[0], Name: r[1]})
	}
	for _, r := range rows("systems.csv", "slug", "name", "supplier", "kind", "settings", "aliases", "successor") {
		l.systems = append(l.systems, models.System{Slug: r[0], Name: r[1], Supplier: r[2], Kind: r[3], Settings: split(r[4]),
			Aliases: split(r[5]), Successor: r[6], Confirmed: true})
	}
	for _, r := range rows("standards.csv", "code", "name", "publisher", "kind", "purpose", "url", "aliases", "successor") {
		l.standards = append(l.standards, models.Standard{Code: r[0], Name: r[1], Publisher: r[2], Kind: r[3], Purpose: r[4], URL: r[5],
			Aliases: split(r[6]), Successor: r[7], Confirmed: true})
	}
	l.hash = hex.EncodeToString(sum.Sum(nil))
	return &l
})

// parse gives the columns named of every row below the header.
func parse(text string, columns []string) ([][]string, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("the header is missing")
	}
	out := make([][]string, len(rows)-1)
	for _, name := range columns {
		i := slices.Index(rows[0], name)
		if i < 0 {
			return nil, fmt.Errorf("the column %s is missing", name)
		}
		for n, row := range rows[1:] {
			out[n] = append(out[n], row[i])
		}
	}
	return out, nil
}

// split takes apart a cell that holds several values.
func split(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, ";")
}
