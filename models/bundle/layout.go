// Package bundle is the layout in which whole case studies travel: the file in
// the case study format, with every earlier version, the comments, the
// attachments and the people who made them. docs/format.md describes it. What
// it reads, anybody may have made.
package bundle

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/format"
)

// Version is the value of the key "format" in the manifest of every bundle of
// this version.
const Version = "grassroots/bundle/1"

// Names of the files at the root of a bundle.
const (
	ManifestFile      = "bundle.json"
	PeopleFile        = "people.jsonl"
	OrganisationsFile = "organisations.jsonl"
	SystemsFile       = "systems.jsonl"
	StandardsFile     = "standards.jsonl"
)

// Names of the files of one case study.
const (
	folder        = "case-studies/"
	recordFile    = "record.json"
	textFile      = "case-study" + format.Extension
	revisionsFile = "revisions.jsonl"
	commentsFile  = "comments.jsonl"
	adoptionsFile = "adoptions.jsonl"
)

// Bounds of the files, in bytes.
const (
	maxManifest  = 64 << 10
	maxRecord    = 1 << 20
	maxLine      = 256 << 10
	maxLines     = 1 << 40 // of a file of lines, each of which is bounded
	maxFile      = 64 << 20
	maxRevisions = 1_000_000
)

// Layout says what a bundle may hold.
func Layout() archive.Layout {
	return archive.Layout{What: "bundle", Marker: ManifestFile, Limit: limit}
}

var (
	revisionName   = regexp.MustCompile(`^revisions/(\d{4,7})\.md$`)
	attachmentName = regexp.MustCompile(`^files/([0-9A-Z]{26})\.(jpg|png|gif|pdf)$`)
)

func limit(name string) (int64, bool) {
	switch name {
	case ManifestFile:
		return maxManifest, true
	case archive.Signature:
		return maxManifest, true
	case PeopleFile, OrganisationsFile, SystemsFile, StandardsFile:
		return maxLines, true
	}
	id, file := split(name)
	if !models.ValidID(id) {
		return 0, false
	}
	switch file {
	case textFile:
		return format.MaxSize, true
	case recordFile:
		return maxRecord, true
	case revisionsFile, commentsFile, adoptionsFile:
		return maxLines, true
	}
	if m := revisionName.FindStringSubmatch(file); m != nil {
		n, err := strconv.Atoi(m[1])
		return format.MaxSize, err == nil && n > 0 && n < maxRevisions && file == revision(n)
	}
	if m := attachmentName.FindStringSubmatch(file); m != nil {
		return maxFile, models.ValidID(m[1])
	}
	return 0, false
}

// split gives the case study that a file belongs to, and its name there.
func split(name string) (id, file string) {
	rest, ok := strings.CutPrefix(name, folder)
	if !ok {
		return "", ""
	}
	id, file, _ = strings.Cut(rest, "/")
	return id, file
}

func of(id, file string) string { return folder + id + "/" + file }

func revision(n int) string { return fmt.Sprintf("revisions/%04d%s", n, format.Extension) }

// text is the file with the text of a revision: the last is the case study.
func text(id string, n, last int) string {
	if n == last {
		return of(id, textFile)
	}
	return of(id, revision(n))
}

// extension is how the name of an attachment's file ends, by its type; empty
// for a type that a bundle cannot have.
func extension(contentType string) string {
	switch contentType {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	case "application/pdf":
		return ".pdf"
	}
	return ""
}

func attachment(id string, a Attachment) string {
	return of(id, "files/"+a.ID+extension(a.ContentType))
}
