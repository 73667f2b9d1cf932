package main

import (
	"io"
	"testing"

	"github.com/alecthomas/kong"
)

func TestAKeyMayBeginWithAHyphen(t *testing.T) {
	t.Parallel()
	const id = "-w6cCY3e17-_itbU1Na9JPlrcXW9K2zWH1Cv06cEv_E"
	for _, c := range []struct {
		name      string
		arguments []string
		want      keyID
		fails     bool
	}{
		{"apart", []string{"--key", id, "there"}, id, false},
		{"joined", []string{"--key=" + id, "there"}, id, false},
		{"two hyphens", []string{"--key", "-" + id[:42], "there"}, keyID("-" + id[:42]), false},
		{"last", []string{"there", "--key", id}, id, false},
		{"another word", []string{"--key", "another", "there"}, "another", false},
		{"an option in its place", []string{"--key", "--dry-run", "there"}, "", true},
		{"too short with a hyphen", []string{"--key", id[:42], "there"}, "", true},
		{"nothing", []string{"there", "--key"}, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var line struct {
				Key    keyID
				DryRun bool
				Path   string `arg:""`
			}
			parser, err := kong.New(&line, kong.Writers(io.Discard, io.Discard))
			if err != nil {
				t.Fatal(err)
			}
			_, err = parser.Parse(c.arguments)
			if (err != nil) != c.fails {
				t.Fatalf("%q: %v", c.arguments, err)
			}
			if !c.fails && (line.Key != c.want || line.Path != "there" || line.DryRun) {
				t.Errorf("%q: %+v", c.arguments, line)
			}
		})
	}
}
