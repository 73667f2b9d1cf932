package searchtest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// serversVariable names a file that every test process appends to which real
// engines took part: go test hides what a passing package prints, and the
// closing table of make test is made from this file.
const serversVariable = "GRASSROOTS_TEST_SERVERS"

// TookPart notes that a real engine took part in the tests.
func TookPart(t testing.TB, engine, version string) {
	t.Helper()
	note(t, fmt.Sprintf("SERVER %s: %s took part\n", engine, version))
}

// Missing notes that an engine could not take part, and why.
func Missing(t testing.TB, engine, why string) {
	t.Helper()
	note(t, fmt.Sprintf("SERVER %s: not available (%s)\n", engine, why))
}

// note prints a line, which has to begin with SERVER and so cannot go through
// the testing package's own log, and adds it to the file.
func note(t testing.TB, line string) {
	t.Helper()
	fmt.Print(line)
	name := os.Getenv(serversVariable)
	if name == "" {
		return
	}
	// One short write to a file opened for appending arrives whole, whichever
	// test process comes first.
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Error(err)
		return
	}
	if _, err := file.WriteString(line); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

// ModuleVersion is the version of a module that this test is built with. A test
// binary does not carry it, so the go command is asked.
func ModuleVersion(t testing.TB, path string) string {
	t.Helper()
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", path).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", path, err)
	}
	return strings.TrimSpace(string(version))
}
