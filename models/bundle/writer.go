package bundle

import (
	"fmt"
	"io"

	"grassroots/models/archive"
	"grassroots/models/format"
)

// Writer writes a bundle: case study after case study, then what they name.
type Writer struct {
	to       *archive.Writer
	manifest Manifest
	open     string // file of lines that is being written
	lines    io.Writer
}

// NewWriter begins a bundle in an archive. Of the manifest, what was asked for
// is read: what there is in it is counted.
func NewWriter(to *archive.Writer, asked Manifest) *Writer {
	return &Writer{to: to, manifest: Manifest{Format: Version, Emails: asked.Emails, Organisation: asked.Organisation, Since: asked.Since}}
}

// CaseStudy begins a case study with its record.
func (w *Writer) CaseStudy(r Record) error {
	w.manifest.CaseStudies++
	content, err := pretty(r)
	if err != nil {
		return err
	}
	w.open = ""
	return w.to.Add(of(r.ID, recordFile), content)
}

// Text writes what a revision of the case study says.
func (w *Writer) Text(f format.File, number, last int) error {
	content, err := format.Write(f)
	if err != nil {
		return err
	}
	w.open = ""
	return w.to.Add(text(f.ID, number, last), content)
}

// Revision writes who made a revision: all of them, in order, one after the
// other.
func (w *Writer) Revision(id string, r Revision) error {
	w.manifest.Revisions++
	return w.line(of(id, revisionsFile), r)
}

// Comment writes a comment of the case study: all of them, one after the other.
func (w *Writer) Comment(id string, c Comment) error {
	w.manifest.Comments++
	return w.line(of(id, commentsFile), c)
}

// Attachment writes the content of an attachment of the case study's record.
func (w *Writer) Attachment(id string, a Attachment, content io.Reader) error {
	if extension(a.ContentType) == "" {
		return fmt.Errorf("attachment %s is a %s, which a bundle cannot have", a.ID, a.ContentType)
	}
	w.manifest.Attachments++
	w.open = ""
	return w.to.AddFrom(attachment(id, a), content)
}

// Organisation writes an organisation: all of them, one after the other. So it
// is with people, standards and systems.
func (w *Writer) Organisation(o Organisation) error {
	w.manifest.Organisations++
	return w.line(OrganisationsFile, o)
}

// Person writes a person.
func (w *Writer) Person(p Person) error {
	w.manifest.People++
	return w.line(PeopleFile, p)
}

// Standard writes a standard.
func (w *Writer) Standard(s Standard) error {
	w.manifest.Standards++
	return w.line(StandardsFile, s)
}

// System writes a system.
func (w *Writer) System(s System) error {
	w.manifest.Systems++
	return w.line(SystemsFile, s)
}

// line writes a line of a file, which begins with its first one.
func (w *Writer) line(name string, v any) error {
	if w.open != name {
		to, err := w.to.Begin(name)
		if err != nil {
			return err
		}
		w.open, w.lines = name, to
	}
	return line(w.lines, v)
}

// Close writes the manifest and finishes the archive.
func (w *Writer) Close() (Manifest, error) {
	content, err := pretty(w.manifest)
	if err != nil {
		return Manifest{}, err
	}
	w.open = ""
	if err := w.to.Add(ManifestFile, content); err != nil {
		return Manifest{}, err
	}
	return w.manifest, w.to.Close()
}
