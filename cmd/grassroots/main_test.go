package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// program runs the whole program in a folder of its own and returns its exit
// code and what it wrote.
func program(t *testing.T, environ []string, arguments ...string) (int, string, string) {
	t.Helper()
	t.Chdir(t.TempDir())
	var out, errOut bytes.Buffer
	code := run(t.Context(), arguments, environ, &out, &errOut)
	return code, out.String(), errOut.String()
}

func TestVersionIsPrintedWhateverTheSettings(t *testing.T) {
	code, out, errOut := program(t, []string{"GRASSROOTS_ADRR=x", "GRASSROOTS_DEMO=maybe", "GRASSROOTS_LOG=loud"}, "version")
	if code != exitDone || !strings.HasPrefix(out, "grassroots ") || strings.Count(out, "\n") != 1 || errOut != "" {
		t.Errorf("exit %d, out %q, err %q", code, out, errOut)
	}
}

func TestWrongUseExitsWith2AndOneSentence(t *testing.T) {
	for _, arguments := range [][]string{
		{}, {"redy"}, {"version", "extra"}, {"ready", "--nope"}, {"ready", "--addr=x"}, {"ready", "--addr=127.0.0.1:0"}, {"ready", "::"}, {"--addr"},
	} {
		code, out, errOut := program(t, nil, arguments...)
		if code != exitUsage || out != "" || strings.Count(errOut, "\n") != 1 || !strings.HasPrefix(errOut, "grassroots: ") {
			t.Errorf("%q: exit %d, out %q, err %q", arguments, code, out, errOut)
		}
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	parser, err := newParser(&commandLine{}, &environment{}, &bytes.Buffer{}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	var ask func(node *kong.Node, path []string)
	ask = func(node *kong.Node, path []string) {
		asked++
		if node.Help == "" {
			t.Errorf("%q says nothing of itself", path)
		}
		code, out, errOut := program(t, nil, append(path, "--help")...)
		if code != exitDone || !strings.Contains(out, "Usage: grassroots") || !strings.Contains(out, "GRASSROOTS_ADDR") || errOut != "" {
			t.Errorf("%q: exit %d, out %q, err %q", path, code, out, errOut)
		}
		for _, child := range node.Children {
			ask(child, append(path[:len(path):len(path)], child.Name))
		}
	}
	ask(parser.Model.Node, nil)
	if asked < 3 {
		t.Errorf("only %d commands were asked", asked)
	}
}

func TestReady(t *testing.T) {
	answer := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "/readyz", http.StatusFound)
		case r.URL.Path != "/readyz":
			w.WriteHeader(http.StatusNotFound)
		default:
			w.WriteHeader(answer)
			_, _ = w.Write([]byte("the database is away"))
		}
	}))
	address := strings.TrimPrefix(server.URL, "http://")
	environ := []string{"GRASSROOTS_ADDR=" + address, "GRASSROOTS_BASE_URL=https://elsewhere.invalid"}
	if code, out, errOut := program(t, environ, "ready"); code != exitDone || out != "ready\n" || errOut != "" {
		t.Errorf("exit %d, out %q, err %q", code, out, errOut)
	}
	if code, _, errOut := program(t, nil, "ready", server.URL+"/moved"); code != exitFailed {
		t.Errorf("a redirect counts as ready: exit %d, err %q", code, errOut)
	}
	answer = http.StatusServiceUnavailable
	if code, _, errOut := program(t, environ, "ready"); code != exitFailed || !strings.Contains(errOut, "503") || !strings.Contains(errOut, "the database is away") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
	server.Close()
	if code, _, errOut := program(t, environ, "ready"); code != exitFailed || !strings.Contains(errOut, "does not answer") {
		t.Errorf("exit %d, err %q", code, errOut)
	}
}

func TestACommandIsGivenTheSettingsAndStopsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Chdir(t.TempDir())
	var out, errOut bytes.Buffer
	code := run(ctx, []string{"ready", "http://127.0.0.1:1/"}, nil, &out, &errOut)
	if code != exitFailed || !strings.Contains(errOut.String(), "context canceled") {
		t.Errorf("exit %d, err %q", code, errOut.String())
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0}, {errors.New("x"), 1}, {usagef("x"), 2}, {errors.Join(errors.New("y"), usagef("x")), 2},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

func TestAnErrorIsShownOnOneLine(t *testing.T) {
	for shown, err := range map[string]error{
		"one":                       errors.New("one"),
		"one; two":                  errors.Join(errors.New("one"), errors.New("two")),
		"away: refused":             fmt.Errorf("away.: %w", errors.New("refused")),
		"cannot connect: a; b":      errors.New("cannot connect:\n\ta\n\tb\n"),
		"It is away. Try it later.": errors.New("It is away. Try it later."),
	} {
		if got := sentence(err); got != shown {
			t.Errorf("%q is shown as %q, want %q", err, got, shown)
		}
	}
}

func TestWhichBuildThisIs(t *testing.T) {
	with := func(settings ...debug.BuildSetting) func() (*debug.BuildInfo, bool) {
		return func() (*debug.BuildInfo, bool) {
			return &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings}, true
		}
	}
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123"}
	changed := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for _, c := range []struct {
		name, linked string
		read         func() (*debug.BuildInfo, bool)
		want         string
	}{
		{"release", "1.2.0", with(commit), "1.2.0"},
		{"commit", "", with(commit), "0123456789ab"},
		{"changed commit", "", with(commit, changed), "0123456789ab with changes"},
		{"nothing known", "", with(), "unreleased"},
		{"no information", "", func() (*debug.BuildInfo, bool) { return nil, false }, "unreleased"},
	} {
		if got := buildVersion(c.linked, c.read); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLogsAreJSONUnlessSomebodyWatches(t *testing.T) {
	var log bytes.Buffer
	logger := newLogger(&log, Settings{Log: "warn"}.Level())
	logger.Info("quiet")
	logger.Warn("loud", "at", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "{") || !strings.Contains(got, `"msg":"loud"`) {
		t.Errorf("logged %q", got)
	}
}
