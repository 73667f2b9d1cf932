// Package archive writes a tree of files as a folder or as a .zip, the same
// tree to the same bytes, and reads one back without trusting it. Every file
// is listed with its SHA-256 in one file of the tree, which is written last: a
// tree that was torn or changed is told from a whole one.
package archive

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"grassroots/models/format"
)

// Sums is the name of the file that lists every other one with its SHA-256, in
// the form of the program sha256sum.
const Sums = "sha256sums.txt"

// Signature is the name of the file that holds a signature over the list of
// checksums, in archives whose layout has it. It is not in the list.
const Signature = "signature.jws"

// maxSignature is how large it may be, in bytes.
const maxSignature = 16 << 10

// Extension is how the name of an archive in one file ends.
const Extension = ".zip"

// IsZip tells whether a path names an archive in one file, by its ending.
func IsZip(path string) bool { return strings.HasSuffix(strings.ToLower(path), Extension) }

// Bounds of an archive that is read.
const (
	maxFiles = 1_000_000
	maxName  = 200 // bytes
	// An archive whose files are together more than plenty may be at most
	// maxRatio times as large unpacked as packed. Texts pack to a fifth or a
	// tenth; a bomb goes to a thousandth.
	plenty   = 64 << 20
	maxRatio = 100
)

// Layout says what an archive may hold.
type Layout struct {
	What   string // "bundle", for messages
	Marker string // name of the file that every archive of this kind has at its root
	// Limit gives how many bytes a file may have, and whether the layout has
	// such a file at all.
	Limit func(name string) (bytes int64, known bool)
}

// passedOver tells whether a file is none of the archive's: hidden ones, such
// as those of git, what a Mac adds, and what people write about a folder.
func passedOver(name string) bool {
	switch strings.ToUpper(name) {
	case "README.MD", "LICENSE", "LICENSE.MD", "LICENCE", "LICENCE.MD":
		return true
	}
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") || part == "__MACOSX" {
			return true
		}
	}
	return false
}

// safeName tells whether a name stays within the archive, whichever system
// takes it for a path.
func safeName(name string) bool {
	return fs.ValidPath(name) && len(name) <= maxName && !strings.ContainsAny(name, "\\:\x00") && path.Clean(name) == name
}

// problem is an error about a file of an archive, or a line of one, in the form
// in which problems of case study files come too.
func problem(file string, line int, message string, args ...any) error {
	return &format.Errors{Problems: []format.Problem{{File: file, Line: max(line, 1), Message: fmt.Sprintf(message, args...)}}}
}
