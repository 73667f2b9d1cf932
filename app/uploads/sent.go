package uploads

import (
	"bytes"
	"context"
	"io"
	"strings"

	"grassroots/models"
	"grassroots/models/personal"
)

// Sent is a file that has arrived. Nothing of it is kept before what it says was looked
// through.
type Sent struct {
	Words string // those of a PDF, as far as they can be read
	name  string
	raw   []byte
	limit int64
}

// Receive reads a file of at most limit bytes; one that is larger is refused by Keep.
func (s *Store) Receive(ctx context.Context, name string, content io.Reader, limit int64) (Sent, error) {
	sent := Sent{name: name, limit: limit}
	var err error
	if sent.raw, err = io.ReadAll(io.LimitReader(content, limit+1)); err != nil {
		return sent, models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
	}
	sent.Words, err = s.Text(ctx, sent.raw)
	return sent, err
}

// Texts are what is looked through of a file for personal data, as texts of a field: what
// it is called, and the words in it.
func (f Sent) Texts(field string) []personal.Text {
	return []personal.Text{{Field: field, Value: strings.ReplaceAll(CleanName(f.name, ""), "_", " ")}, {Field: field, Value: f.Words}}
}

// Keep keeps the content as Add does, and gives what the file is called from then on.
func (s *Store) Keep(ctx context.Context, f Sent) (kept Kept, name string, err error) {
	kept, err = s.Add(ctx, bytes.NewReader(f.raw), f.limit)
	return kept, CleanName(f.name, kept.Extension), err
}

// Read gives all of a file, as Open does.
func (s *Store) Read(ctx context.Context, sum string) ([]byte, error) {
	content, err := s.Open(ctx, sum)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	raw, err := io.ReadAll(content)
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The file cannot be read at the moment. Try again later.", err)
	}
	return raw, nil
}
