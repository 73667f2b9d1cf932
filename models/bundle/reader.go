package bundle

import (
	"crypto/sha256"
	"errors"

	"grassroots/models"
	"grassroots/models/archive"
	"grassroots/models/format"
)

// Reader reads a bundle. Its errors about what is wrong with one are those of
// the case study format, each with a file and a line.
type Reader struct {
	archive *archive.Reader
	asked   Manifest
	ids     []string            // of the case studies, in order
	files   map[string][]string // of each, by their names within it
}

// Open opens a bundle, in a folder or a .zip, and checks that it is whole.
func Open(path string) (*Reader, error) {
	a, err := archive.Open(path, Layout())
	if err != nil {
		return nil, err
	}
	r := &Reader{archive: a, files: map[string][]string{}}
	if err := r.begin(); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return r, nil
}

func (r *Reader) begin() error {
	content, err := r.archive.Read(ManifestFile)
	if err != nil {
		return err
	}
	if err := decode(content, &r.asked); err != nil {
		return r.archive.Problem(ManifestFile, 1, "This is no manifest that can be read here: %s", err.Error())
	}
	if r.asked.Format != Version {
		return r.archive.Problem(ManifestFile, 1, "The format is %q, and only %s can be read here", models.Truncate(r.asked.Format, 60), Version)
	}
	for _, f := range r.archive.Files() {
		id, file := split(f.Name)
		if id == "" {
			continue
		}
		if r.files[id] == nil {
			r.ids = append(r.ids, id)
		}
		r.files[id] = append(r.files[id], file)
	}
	return nil
}

// Close lets go of the bundle.
func (r *Reader) Close() error { return r.archive.Close() }

// Manifest gives what the bundle says of itself.
func (r *Reader) Manifest() Manifest { return r.asked }

// Signature gives the signature of the bundle, nil when it has none, and the
// SHA-256 that it is to fit.
func (r *Reader) Signature() ([]byte, [sha256.Size]byte) { return r.archive.Signature() }

// CaseStudies counts them.
func (r *Reader) CaseStudies() int { return len(r.ids) }

// Attachment gives the content of an attachment of a case study.
func (r *Reader) Attachment(id string, a Attachment) ([]byte, error) {
	return r.archive.Read(attachment(id, a))
}

// record reads the record of a case study.
func (r *Reader) record(id string) (Record, error) {
	var out Record
	content, err := r.archive.Read(of(id, recordFile))
	if err != nil {
		return out, err
	}
	if err := decode(content, &out); err != nil {
		return out, r.archive.Problem(of(id, recordFile), 1, "This is no record of a case study: %s", err.Error())
	}
	return out, nil
}

// Text reads what a revision of a case study says, and holds it to further
// rules: see format.Parse.
func (r *Reader) Text(rec *Record, number int, rules ...func(*models.Document) error) (format.File, error) {
	return r.text(rec, number, rules...)
}

// CommentsProblem is an error about the comments on a case study.
func (r *Reader) CommentsProblem(id, message string) error {
	return r.archive.Problem(of(id, commentsFile), 1, "%s", message)
}

// text reads what a revision of a case study says.
func (r *Reader) text(rec *Record, number int, rules ...func(*models.Document) error) (format.File, error) {
	name := text(rec.ID, number, rec.Revision)
	content, err := r.archive.Read(name)
	if err != nil {
		return format.File{}, err
	}
	f, err := format.Parse(r.archive.Name(name), content, rules...)
	if err == nil && f.ID != rec.ID {
		err = r.archive.Problem(name, 1, "The id is %q, and the case study is %s", f.ID, rec.ID)
	}
	return f, err
}

// lines reads a file of one value a line. Without the file there is none.
func lines[T any](r *Reader, name string, f func(line int, v T) error) error {
	if !r.archive.Has(name) {
		return nil
	}
	return r.archive.Lines(name, maxLine, func(line int, raw []byte) error {
		var v T
		if err := decode(raw, &v); err != nil {
			return r.archive.Problem(name, line, "The line cannot be read: %s", err.Error())
		}
		return r.at(name, line, f(line, v))
	})
}

// at says of a complaint where it stands.
func (r *Reader) at(name string, line int, err error) error {
	var told *complaint
	if errors.As(err, &told) {
		return r.archive.Problem(name, line, "%s", told.message)
	}
	return err
}

// AttachmentProblem is an error about an attachment.
func (r *Reader) AttachmentProblem(id string, a Attachment, message string) error {
	return r.archive.Problem(attachment(id, a), 1, "%s", message)
}
