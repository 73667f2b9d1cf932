// Package uploads keeps the files that people attach: in a folder, or in a
// bucket that speaks S3. A file is named by the SHA-256 of its content, so the
// same picture is kept once, and what a name stands for never changes. Images
// lose everything that is not picture: where and with what they were taken.
package uploads

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3:// addresses
	"gocloud.dev/gcerrors"

	"grassroots/models"
)

// DefaultLimit is how large a file may be when the caller does not say.
const DefaultLimit = 10 << 20

// atOnce is how many images are decoded at a time: each may take 350 MB and some
// seconds, and pages go on meanwhile.
func atOnce() int { return max(1, min(2, runtime.NumCPU()/2)) }

// Store is where the files are.
type Store struct {
	bucket *blob.Bucket
	dir    string // the folder, when it is one
	slots  chan struct{}

	stop  context.CancelFunc
	sweep sync.WaitGroup
}

// Kept is a file as it is kept.
type Kept struct {
	SHA256      string // its name
	ContentType string
	Extension   string // with its dot
	Size        int64
	Width       int // 0 for what is no image
	Height      int
}

// Open opens the folder of a file:// address, which is made when absent, or
// the bucket of an s3:// address, as in
//
//	s3://bucket/prefix?region=eu-west-2
//	s3://bucket?endpoint=https://minio.trust.nhs.uk&use_path_style=true&region=local
//
// whose key comes from the environment, as all programs for S3 have it.
func Open(ctx context.Context, address string) (*Store, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, models.E(models.Invalid, "The address of the uploads cannot be read.")
	}
	s := &Store{slots: make(chan struct{}, atOnce()), stop: func() {}}
	switch u.Scheme {
	case "file":
		s.dir = filepath.FromSlash(u.Path)
		s.bucket, err = fileblob.OpenBucket(s.dir, &fileblob.Options{
			CreateDir: true, DirFileMode: 0o750, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
		})
	case "s3":
		prefix := strings.Trim(u.Path, "/")
		u.Path = ""
		s.bucket, err = blob.OpenBucket(ctx, u.String())
		if err == nil && prefix != "" {
			s.bucket = blob.PrefixedBucket(s.bucket, prefix+"/")
		}
	default:
		return nil, models.E(models.Invalid, "The address of the uploads begins with neither file:// nor s3://.")
	}
	if err != nil {
		return nil, models.Wrap(models.Unavailable, "The place where files are kept cannot be opened.", err)
	}
	if s.dir != "" {
		s.sweepInBackground()
	}
	return s, nil
}

// Close lets go of the folder or bucket.
func (s *Store) Close() error {
	s.stop()
	s.sweep.Wait()
	return s.bucket.Close()
}

// Ping asks the folder or bucket for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	ok, err := s.bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("it does not exist, or access is refused")
	}
	if err != nil {
		return models.Wrap(models.Unavailable, "The place where files are kept cannot be reached.", err)
	}
	return nil
}

// Add takes a file from a person. Its type is told from its content; an image
// is stripped to the picture. It gives a TooLarge error for more than limit
// bytes (0 means DefaultLimit), an Unsupported error for a type that is not
// taken, and an Invalid error for an image that is broken or has too many
// pixels. Nothing is kept unless all of it is.
func (s *Store) Add(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	k, content, err := s.examine(ctx, r, limit)
	if err != nil {
		return Kept{}, err
	}
	return k, s.write(ctx, k.SHA256, k.ContentType, content)
}

// Examine is Add without keeping the file: it tells what would be kept. A file
// that was kept before is kept under the same name again.
func (s *Store) Examine(ctx context.Context, r io.Reader, limit int64) (Kept, error) {
	k, _, err := s.examine(ctx, r, limit)
	return k, err
}

// examine gives a file as it would be kept, and its content.
func (s *Store) examine(ctx context.Context, r io.Reader, limit int64) (Kept, []byte, error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	content, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return Kept{}, nil, models.Wrap(models.BadRequest, "The file did not arrive whole. Try again.", err)
	}
	if int64(len(content)) > limit {
		return Kept{}, nil, models.Errorf(models.TooLarge, "The file is larger than %s. Make it smaller and try again.", megabytes(limit))
	}
	kind, err := Sniff(content)
	if err != nil {
		return Kept{}, nil, err
	}
	clean := picture{content: content, kind: kind}
	switch {
	case kind != PDF:
		if clean, err = s.clean(ctx, content, kind); err != nil {
			return Kept{}, nil, err
		}
	case !endsAsPDF(content):
		return Kept{}, nil, models.E(models.Invalid, "The PDF is not whole: its end is missing. Save it anew and attach it again.")
	}
	k := Kept{SHA256: digest(clean.content), ContentType: clean.kind.ContentType, Extension: clean.kind.Extension,
		Size: int64(len(clean.content)), Width: clean.width, Height: clean.height}
	return k, clean.content, nil
}

// Put keeps a file that was kept before, as a backup has it, untouched. Its
// content must fit its name.
func (s *Store) Put(ctx context.Context, sum string, r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return models.Wrap(models.BadRequest, "The file did not arrive whole.", err)
	}
	if digest(content) != sum {
		return models.Errorf(models.Invalid, "The file %s is damaged: its content does not fit its name.", sum)
	}
	kind, err := Sniff(content)
	if err != nil {
		return err
	}
	return s.write(ctx, sum, kind.ContentType, content)
}

// write puts content in its place all at once: first beside it, then renamed
// (a folder), or in one request (a bucket). In a folder it is on the disk before
// write returns.
func (s *Store) write(ctx context.Context, sum, contentType string, content []byte) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	w, err := s.bucket.NewWriter(ctx, key(sum), &blob.WriterOptions{
		ContentType: contentType,
		BeforeWrite: func(as func(any) bool) error {
			as(&file)
			return nil
		},
	})
	if err != nil {
		return away(err)
	}
	_, err = w.Write(content)
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel() // makes Close throw away what there is
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return away(err)
	}
	if s.dir == "" {
		return nil
	}
	if err := errors.Join(syncDir(filepath.Dir(s.path(sum))), syncDir(s.dir)); err != nil {
		return away(err)
	}
	return nil
}

// Open reads a file. It gives a NotFound error when there is none of the name.
func (s *Store) Open(ctx context.Context, sum string) (io.ReadCloser, error) {
	if !isDigest(sum) {
		return nil, errNoFile
	}
	r, err := s.bucket.NewReader(ctx, key(sum), nil)
	if err != nil {
		return nil, failed(err)
	}
	return r, nil
}

// Has tells whether there is a file of the name.
func (s *Store) Has(ctx context.Context, sum string) (bool, error) {
	if !isDigest(sum) {
		return false, nil
	}
	ok, err := s.bucket.Exists(ctx, key(sum))
	return ok, failed(err)
}

// Delete removes a file. That it is gone already is no error.
func (s *Store) Delete(ctx context.Context, sum string) error {
	if !isDigest(sum) {
		return nil
	}
	err := s.bucket.Delete(ctx, key(sum))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return failed(err)
}

// Each calls f with the name and size of every file, in the order of names.
// Files may come and go meanwhile: one that does may be told of or not.
func (s *Store) Each(ctx context.Context, f func(sum string, size int64) error) error {
	for page := blob.FirstPageToken; len(page) > 0; {
		files, next, err := s.page(ctx, page)
		if err != nil {
			return failed(err)
		}
		for _, o := range files {
			_, sum, _ := strings.Cut(o.Key, "/")
			if !isDigest(sum) || o.Key != key(sum) {
				continue // not one of ours, or half of one
			}
			if err := f(sum, o.Size); err != nil {
				return err
			}
		}
		page = next
	}
	return nil
}

// page lists the next files. In a folder the list fails when a file is removed
// between the reading of its name and of its size, so it is asked for again.
func (s *Store) page(ctx context.Context, from []byte) (files []*blob.ListObject, next []byte, err error) {
	const tries, size = 20, 1000
	for range tries {
		files, next, err = s.bucket.ListPage(ctx, from, size, nil)
		if gcerrors.Code(err) != gcerrors.NotFound {
			break
		}
	}
	return files, next, err
}

var errNoFile = models.E(models.NotFound, "That file cannot be found.")

// failed is the error of reading or removing a file.
func failed(err error) error {
	switch {
	case err == nil:
		return nil
	case gcerrors.Code(err) == gcerrors.NotFound:
		return errNoFile
	}
	return away(err)
}

func away(err error) error {
	return models.Wrap(models.Unavailable, "The place where files are kept does not work at the moment. Try again later.", err)
}

// staleAfter is when an unfinished file can be nobody's any more.
const staleAfter = time.Hour

// sweepInBackground removes from a folder what a crash has left half written.
func (s *Store) sweepInBackground() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.sweep.Go(func() {
		half, err := filepath.Glob(filepath.Join(globEscape(s.dir), "??", "*.tmp"))
		if err != nil {
			return
		}
		for _, path := range half {
			info, err := os.Stat(path)
			if ctx.Err() == nil && err == nil && time.Since(info.ModTime()) > staleAfter {
				_ = os.Remove(path)
			}
		}
	})
}

func globEscape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// key spreads the files over 256 folders.
func key(sum string) string { return sum[:2] + "/" + sum }

func (s *Store) path(sum string) string { return filepath.Join(s.dir, filepath.FromSlash(key(sum))) }

// Sum gives the name under which a content is kept as it is.
func Sum(content []byte) string { return digest(content) }

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func isDigest(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// syncDir makes a new name in a folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// clean strips an image, when there is room to decode it.
func (s *Store) clean(ctx context.Context, content []byte, kind Type) (picture, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return picture{}, ctx.Err()
	}
	return cleanImage(content, kind)
}
