package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

const (
	variablePrefix = "GRASSROOTS_"
	// testPrefix begins the names that only the project's own tests read.
	testPrefix = "GRASSROOTS_TEST_"
	// settingsGroup is the heading of the settings in every command's help, and
	// what tells them apart from a command's own flags.
	settingsGroup = "Settings"
)

// environment is what the settings are read from: the GRASSROOTS_ variables of
// the process and, in development, of a .env file.
type environment struct {
	values   map[string]string
	fromFile map[string]bool
	file     string
}

// readEnvironment takes the process's variables as os.Environ gives them. The
// file adds what the process leaves unset. It is a help in development only: a
// process that is told its Postgres by its own environment is in production,
// and there a file left in the working directory must not add to it.
func readEnvironment(environ []string, file string) (*environment, error) {
	e := &environment{values: map[string]string{}, fromFile: map[string]bool{}, file: file}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, variablePrefix) {
			e.values[name] = value
		}
	}
	if e.values["GRASSROOTS_DATABASE_URL"] != "" {
		return e, nil
	}
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return e, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the settings file: %w", err)
	}
	read, err := parseFile(string(content), file)
	if err != nil {
		return nil, err
	}
	for name, value := range read {
		if _, set := e.values[name]; !set && strings.HasPrefix(name, variablePrefix) {
			e.values[name] = value
			e.fromFile[name] = true
		}
	}
	return e, nil
}

// parseFile reads lines of the form NAME=value. The parser passes over some
// lines that are not of it and, for others, quotes the file in its message,
// secrets included; so each line is looked at first.
func parseFile(content, file string) (map[string]string, error) {
	form := regexp.MustCompile(`^\s*(#.*|(export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=.*)?$`)
	number := 0
	for line := range strings.Lines(content) {
		number++
		if !form.MatchString(strings.TrimRight(line, "\r\n")) {
			return nil, usagef("line %d of %s is not of the form NAME=value", number, file)
		}
	}
	read, err := godotenv.Unmarshal(content)
	if err != nil {
		return nil, usagef("%s cannot be read: a value has a quotation mark that is not closed", file)
	}
	return read, nil
}

// checkNames refuses a variable that no setting has: most likely it is
// misspelt, and going on without it would surprise.
func (e *environment) checkNames(app *kong.Application) error {
	known := make([]string, 0, len(app.Flags))
	for _, flag := range app.Flags {
		if isSetting(flag) {
			known = append(known, variableName(flag))
		}
	}
	var clauses []string
	for _, name := range slices.Sorted(maps.Keys(e.values)) {
		if slices.Contains(known, name) || strings.HasPrefix(name, testPrefix) {
			continue
		}
		clauses = append(clauses, fmt.Sprintf("%s is not a setting; did you mean %s?", e.describe(name), nearest(name, known)))
	}
	if len(clauses) == 0 {
		return nil
	}
	return usagef("%s", strings.Join(clauses, " "))
}

// describe names a variable together with the file, if it came from there.
func (e *environment) describe(name string) string {
	if e.fromFile[name] {
		return name + " in " + e.file
	}
	return name
}

// resolve answers kong's question for a setting's value. A variable that is
// set to nothing counts as not set: compose files pass on empty ones.
func (e *environment) resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !isSetting(flag) {
		return nil, nil
	}
	name := variableName(flag)
	value := e.values[name]
	if value == "" {
		return nil, nil
	}
	if !flag.IsBool() {
		return value, nil
	}
	switch strings.ToLower(value) {
	case "1", "on", "true", "yes":
		return true, nil
	case "0", "off", "false", "no":
		return false, nil
	default:
		return nil, usagef("%s is %q: it must be 1 or 0", e.describe(name), value)
	}
}

func isSetting(flag *kong.Flag) bool {
	return flag.Group != nil && flag.Group.Key == settingsGroup
}

// variableName is the environment variable of a setting's flag.
func variableName(flag *kong.Flag) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
}

// nearest is the name among known that takes the fewest changes of a character
// to reach. It is empty when nothing is known.
func nearest(name string, known []string) string {
	best, fewest := "", -1
	for _, candidate := range known {
		if changes := editDistance(name, candidate); fewest < 0 || changes < fewest {
			best, fewest = candidate, changes
		}
	}
	return best
}

// editDistance counts the characters to insert, remove or replace that turn a
// into b.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, have := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, want := range to {
			replace := diagonal
			if have != want {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(to)]
}
