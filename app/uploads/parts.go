package uploads

import (
	"context"
	"errors"
	"fmt"
	"io"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"grassroots/models"
)

// PartSize is how large a part of a large file may be, in bytes.
const PartSize = 4 << 20

// A large file that passes through, such as a bundle, is kept in numbered parts
// under the id of what it belongs to. Parts are no attachments: nobody reaches
// them by their content, and a backup leaves them out.
func partKey(id string, n int) string { return fmt.Sprintf("parts/%s/%06d", id, n) }

var errNoParts = models.E(models.Invalid, "This is no part of a file that is kept.")

// PutPart keeps part n of a file, from 0, in the place of one that was there.
func (s *Store) PutPart(ctx context.Context, id string, n int, content []byte) error {
	if !models.ValidID(id) || n < 0 || len(content) == 0 || len(content) > PartSize {
		return errNoParts
	}
	if err := s.bucket.WriteAll(ctx, partKey(id, n), content, &blob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
		return away(err)
	}
	return nil
}

// OpenParts reads the first count parts of a file one after the other, as one.
// A part that is missing ends reading with a NotFound error.
func (s *Store) OpenParts(ctx context.Context, id string, count int) io.ReadCloser {
	return &partsReader{s: s, ctx: ctx, id: id, count: count}
}

type partsReader struct {
	s           *Store
	ctx         context.Context
	id          string
	next, count int
	part        io.ReadCloser
}

// Read implements io.Reader.
func (r *partsReader) Read(p []byte) (int, error) {
	for {
		if r.part == nil {
			if r.next == r.count || !models.ValidID(r.id) {
				return 0, io.EOF
			}
			part, err := r.s.bucket.NewReader(r.ctx, partKey(r.id, r.next), nil)
			if err != nil {
				return 0, failed(err)
			}
			r.part = part
			r.next++
		}
		n, err := r.part.Read(p)
		if errors.Is(err, io.EOF) {
			err = r.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close implements io.Closer.
func (r *partsReader) Close() error {
	if r.part == nil {
		return nil
	}
	err := r.part.Close()
	r.part = nil
	return err
}

// DeleteParts removes all parts of a file; that there are none is no error.
func (s *Store) DeleteParts(ctx context.Context, id string) error {
	if !models.ValidID(id) {
		return nil
	}
	list := s.bucket.List(&blob.ListOptions{Prefix: "parts/" + id + "/"})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return failed(err)
		}
		if err := s.bucket.Delete(ctx, o.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return failed(err)
		}
	}
}
