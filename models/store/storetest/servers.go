package storetest

import (
	"fmt"
	"os"
	"strings"
)

// ServersVariable names a file that every test process appends to which real
// servers took part. go test hides what a passing package prints, so the
// closing table of make test is made from this file.
const ServersVariable = "GRASSROOTS_TEST_SERVERS"

// took notes that a server took part; version is as in "postgres 15.1".
func took(kind, version string) {
	Note(kind + ": " + strings.TrimPrefix(version, kind+" ") + " took part")
}

// Note writes a line "SERVER …" to standard output and to the file of
// ServersVariable.
func Note(line string) {
	line = "SERVER " + line + "\n"
	fmt.Print(line)
	name := os.Getenv(ServersVariable)
	if name == "" {
		return
	}
	// One short write to a file opened for appending arrives whole, whichever
	// test process comes first.
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		return
	}
	defer f.Close()
	if _, err := f.WriteString(line); err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
	}
}
