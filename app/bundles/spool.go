package bundles

import (
	"bufio"
	"encoding/gob"
	"encoding/json"
	"errors"
	"io"
	"os"

	"grassroots/models"
)

// The kinds of item that a spool holds, in this order: what the case studies
// name, then each case study with its revisions, comments and adoptions.
const (
	organisationItem = iota
	systemItem
	standardItem
	personItem
	studyItem
	revisionItem
	commentItem
	adoptionItem
)

// item is one thing of a bundle, checked and rendered.
type item struct {
	Kind     int
	Record   []byte // what the bundle has of it, as JSON
	Document []byte // of a case study at present and of a revision, as JSON
	HTML     string
	Text     string
	Contents []models.Heading
	Rules    int // by which HTML was made
}

// rendered tells whether HTML was made. That of a text is never empty.
func (i *item) rendered() bool { return i.HTML != "" }

// spool keeps a checked bundle in a file, so that the transaction that writes
// it has only to write, and so that memory does not grow with the bundle.
type spool struct {
	file   *os.File
	buffer *bufio.Writer
	enc    *gob.Encoder
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "grassroots-import-*")
	if err != nil {
		return nil, err
	}
	s := &spool{file: file, buffer: bufio.NewWriterSize(file, 256<<10)}
	s.enc = gob.NewEncoder(s.buffer)
	return s, nil
}

// add keeps an item. record and document are kept as JSON; document may be nil.
func (s *spool) add(i item, record any, document *models.Document) error {
	var err error
	if i.Record, err = json.Marshal(record); err != nil {
		return err
	}
	if document != nil {
		if i.Document, err = json.Marshal(document); err != nil {
			return err
		}
	}
	return s.enc.Encode(&i)
}

// each calls f with each item from the first on. Nothing can be added after.
func (s *spool) each(f func(*item) error) error {
	if err := s.buffer.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	dec := gob.NewDecoder(bufio.NewReaderSize(s.file, 256<<10))
	for {
		var i item
		err := dec.Decode(&i)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = f(&i)
		}
		if err != nil {
			return err
		}
	}
}

func (s *spool) close() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// as reads the record of an item.
func as[T any](i *item) (T, error) {
	var v T
	err := json.Unmarshal(i.Record, &v)
	return v, err
}

// document reads the document of an item.
func (i *item) document() (models.Document, error) {
	var d models.Document
	err := json.Unmarshal(i.Document, &d)
	return d, err
}
