package main

import (
	"errors"
	"fmt"
	"strings"
)

// The program's exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is an error of whoever started the program: a wrong flag,
// argument or setting. The program then exits with 2.
type usageError struct{ message string }

// Error gives the sentence to show.
func (e *usageError) Error() string { return e.message }

// usagef makes a usageError. It wraps nothing: the message is all there is.
func usagef(format string, arguments ...any) error {
	return &usageError{fmt.Sprintf(format, arguments...)}
}

// exitCode maps what a command returned to what the program exits with.
func exitCode(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	default:
		return exitFailed
	}
}

// sentence brings an error to the one line that is shown. Errors that were
// joined come a line each, and what wraps another may end in a full stop.
func sentence(err error) string {
	lines := strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' })
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.NewReplacer(".: ", ": ", ":; ", ": ").Replace(strings.Join(lines, "; "))
}
