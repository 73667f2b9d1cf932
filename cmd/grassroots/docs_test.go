package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// settingFlags lists the flags that are settings.
func settingFlags(t *testing.T) []*kong.Flag {
	t.Helper()
	parser, err := newParser(&commandLine{}, &environment{}, &bytes.Buffer{}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(slices.Clone(parser.Model.Flags), func(flag *kong.Flag) bool { return !isSetting(flag) })
}

func TestTheOperatorsGuideListsEverySetting(t *testing.T) {
	guide, err := os.ReadFile("../../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	flags := settingFlags(t)
	if len(flags) < 16 {
		t.Fatalf("only %d settings", len(flags))
	}
	for _, flag := range flags {
		row := regexp.MustCompile(`(?m)^\| .` + variableName(flag) + `. \| ([^|]*) \| [^|]+ \|$`).FindStringSubmatch(string(guide))
		if row == nil {
			t.Errorf("docs/operate.md has no row for %s", variableName(flag))
			continue
		}
		if flag.HasDefault && row[1] != "`"+flag.Default+"`" {
			t.Errorf("docs/operate.md says that %s is %s by default; it is %s", variableName(flag), row[1], flag.Default)
		}
	}
}

// Whoever follows a document or starts a container must not be stopped by a
// variable that the program does not know.
func TestEverySettingThatIsSpokenOfExists(t *testing.T) {
	known := []string{}
	for _, flag := range settingFlags(t) {
		known = append(known, variableName(flag))
	}
	for _, file := range []string{"README.md", "CONTRIBUTING.md", "docs/operate.md", "docs/sign-in.md", "docs/architecture.md", "docker-compose.yml", "Dockerfile", "Makefile"} {
		content, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`GRASSROOTS_[A-Z_]*[A-Z]`).FindAllString(string(content), -1) {
			if !slices.Contains(known, name) && !strings.HasPrefix(name, testPrefix) {
				t.Errorf("%s speaks of %s, which is not a setting", file, name)
			}
		}
	}
}
