package main

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// Env is what a command is given: the settings and the outside world. A command
// writes what it was asked for to Out and everything else to Err, takes the
// time from Now, and reads nothing else from the process, so that a test can
// run it like any function.
type Env struct {
	Settings
	Out, Err io.Writer
	Log      *slog.Logger
	Now      func() time.Time
}

// newLogger logs as text to a terminal and as JSON, for machines to collect,
// to anything else.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

// isTerminal reports whether a person is likely to be looking at what is
// written to w.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}
