package archive

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"grassroots/models"
	"grassroots/models/format"
)

// Reader reads an archive that anybody may have made. Opening it checks its
// names, sizes and list of checksums; reading a file checks its content. Its
// errors name the file, and the line where there is one.
type Reader struct {
	layout Layout
	name   string // of the archive, for messages
	from   source
	files  []File // in the order of their names
	sums   map[string][sha256.Size]byte

	sumOfSums [sha256.Size]byte
	signature []byte
}

// File is a file of an archive.
type File struct {
	Name string
	Size int64 // in bytes, as the archive says
}

// source is where the files of an archive are.
type source interface {
	// list gives every file but those passed over, in any order.
	list() ([]File, error)
	open(name string) (io.ReadCloser, error)
	size() int64 // in bytes, packed; 0 when nothing is packed
	close() error
}

// Open opens an archive: a folder, or a .zip whatever its name ends in.
func Open(path string, layout Layout) (*Reader, error) {
	info, err := os.Stat(path)
	if err != nil {
		var p *os.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, models.Wrap(models.NotFound, path+" cannot be read.", err)
	}
	r := &Reader{layout: layout, name: path}
	if info.IsDir() {
		r.from, err = openFolder(path)
	} else {
		r.from, err = openZip(path, layout)
	}
	if err != nil {
		return nil, err
	}
	if err := r.prepare(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close lets go of the archive.
func (r *Reader) Close() error { return r.from.close() }

// Name is how messages call a file of the archive: as a path.
func (r *Reader) Name(file string) string { return r.name + "/" + file }

// Files lists the files, the list of checksums aside, in the order of their
// names.
func (r *Reader) Files() []File { return r.files }

// Has tells whether there is a file of a name.
func (r *Reader) Has(name string) bool {
	_, ok := slices.BinarySearchFunc(r.files, name, func(f File, name string) int { return strings.Compare(f.Name, name) })
	return ok
}

// Sum gives the SHA-256 that a file has to have.
func (r *Reader) Sum(name string) [sha256.Size]byte { return r.sums[name] }

// Signature gives the signature of the archive, nil when it has none, and the
// SHA-256 of the list of checksums, which it is to fit.
func (r *Reader) Signature() (signature []byte, sums [sha256.Size]byte) {
	return r.signature, r.sumOfSums
}

// Problem is an error about a file, at a line of it.
func (r *Reader) Problem(file string, line int, message string, args ...any) error {
	return problem(r.Name(file), line, message, args...)
}

// prepare checks what can be checked without reading the files.
func (r *Reader) prepare() error {
	files, err := r.from.list()
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var total int64
	for i, f := range files {
		limit, known := r.layout.Limit(f.Name)
		switch {
		case i > 0 && files[i-1].Name == f.Name:
			return r.Problem(f.Name, 1, "Two files have this name")
		case f.Name == Sums:
			limit, known = maxFiles*(2*sha256.Size+maxName+3), true
		}
		if !known {
			return r.Problem(f.Name, 1, "A %s has no such file. If it is yours, remove it; if not, the %s was made by a newer version", r.layout.What, r.layout.What)
		}
		if f.Size > limit {
			return r.Problem(f.Name, 1, "The file has %d bytes, and %d are the most", f.Size, limit)
		}
		total += f.Size
	}
	if packed := r.from.size(); packed > 0 && total > plenty && total/maxRatio > packed {
		return problem(r.name, 1, "The %s would grow to more than %d times its size when unpacked, so it is not opened", r.layout.What, maxRatio)
	}
	r.files = files
	if !r.Has(r.layout.Marker) {
		return problem(r.name, 1, "This is no %s: it has no %s", r.layout.What, r.layout.Marker)
	}
	if !r.Has(Sums) {
		return problem(r.name, 1, "The %s is not whole: it has no %s, which is written last", r.layout.What, Sums)
	}
	return r.readSums()
}

// readSums reads the list of checksums, which must be of the very files that
// are there.
func (r *Reader) readSums() error {
	listed := r.files
	r.files = slices.DeleteFunc(slices.Clone(listed), func(f File) bool { return f.Name == Sums || f.Name == Signature })
	if len(r.files) < len(listed)-1 {
		if err := r.readSignature(); err != nil {
			return err
		}
	}
	all := sha256.New()
	r.sums = make(map[string][sha256.Size]byte, len(r.files))
	err := r.lines(Sums, nil, 2*sha256.Size+maxName+2, func(line int, text []byte) error {
		_, _ = all.Write(text) // a hash.Hash never fails to write
		_, _ = all.Write([]byte{'\n'})
		sum, name, ok := strings.Cut(string(text), "  ")
		raw, err := hex.DecodeString(sum)
		if !ok || err != nil || len(raw) != sha256.Size {
			return r.Problem(Sums, line, "This is no checksum with the name of a file")
		}
		if _, twice := r.sums[name]; twice {
			return r.Problem(Sums, line, "The file %s is listed twice", name)
		}
		if !r.Has(name) {
			return r.Problem(Sums, line, "The file %s is missing from the %s", name, r.layout.What)
		}
		r.sums[name] = [sha256.Size]byte(raw)
		return nil
	})
	if err != nil {
		return err
	}
	r.sumOfSums = [sha256.Size]byte(all.Sum(nil))
	for _, f := range r.files {
		if _, ok := r.sums[f.Name]; !ok {
			return r.Problem(f.Name, 1, "The file is not listed in %s: it was added later", Sums)
		}
	}
	return nil
}

func (r *Reader) readSignature() error {
	file, err := r.from.open(Signature)
	if err != nil {
		return r.unreadable(Signature, err)
	}
	defer file.Close()
	if r.signature, err = io.ReadAll(io.LimitReader(file, maxSignature+1)); err != nil {
		return r.unreadable(Signature, err)
	}
	if len(r.signature) == 0 || len(r.signature) > maxSignature {
		return r.Problem(Signature, 1, "This is no signature")
	}
	return nil
}

// Read gives the whole content of a file, which fits its checksum and is no
// longer than the layout allows.
func (r *Reader) Read(name string) ([]byte, error) {
	file, err := r.begin(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, r.unreadable(name, err)
	}
	return content, file.check()
}

// Lines calls f with each line of a file, without its end, and holds at the end
// that the file fits its checksum: what f was given before is not to be trusted
// until then. Lines have at most longest bytes, and are UTF-8. The bytes belong
// to f until it returns.
func (r *Reader) Lines(name string, longest int, f func(line int, text []byte) error) error {
	file, err := r.begin(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return r.lines(name, file, longest, f)
}

func (r *Reader) lines(name string, file *sealed, longest int, f func(line int, text []byte) error) error {
	if file == nil { // the list of checksums itself, which none seals
		content, err := r.from.open(name)
		if err != nil {
			return r.unreadable(name, err)
		}
		defer content.Close()
		limit := int64(maxFiles) * int64(longest+1)
		file = &sealed{Reader: io.LimitReader(content, limit)}
	}
	in := bufio.NewReaderSize(file, 64<<10)
	var buffer []byte
	for line := 1; ; line++ {
		text, err := readLine(in, &buffer, longest)
		switch {
		case errors.Is(err, io.EOF) && len(text) == 0:
			return file.check()
		case errors.Is(err, io.EOF):
			return r.Problem(name, line, "The file ends in the middle of a line")
		case errors.Is(err, errLong):
			return r.Problem(name, line, "The line is longer than %d bytes", longest)
		case err != nil:
			return r.unreadable(name, err)
		case !utf8.Valid(text):
			return r.Problem(name, line, "The line is not UTF-8 text")
		}
		if err := f(line, text); err != nil {
			return err
		}
	}
}

var errLong = errors.New("the line is too long")

// readLine gives the next line without its end, of at most longest bytes. Memory
// grows with the lines that there are, not with those that there may be.
func readLine(in *bufio.Reader, buffer *[]byte, longest int) ([]byte, error) {
	*buffer = (*buffer)[:0]
	for {
		part, err := in.ReadSlice('\n')
		*buffer = append(*buffer, part...)
		switch {
		case len(*buffer) > longest+1 || len(*buffer) > longest && err != nil:
			return nil, errLong
		case err == nil:
			return bytes.TrimSuffix(*buffer, []byte("\n")), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return *buffer, err
		}
	}
}

func (r *Reader) unreadable(name string, err error) error {
	var known *format.Errors
	if errors.As(err, &known) {
		return err
	}
	return r.Problem(name, 1, "The file cannot be read: %s", err.Error())
}

// sealed reads a file and holds it to its checksum.
type sealed struct {
	io.Reader
	r     *Reader
	name  string
	file  io.Closer
	hash  hash.Hash // nil: there is none to hold it to
	limit *io.LimitedReader
}

func (r *Reader) begin(name string) (*sealed, error) {
	limit, known := r.layout.Limit(name)
	if _, listed := r.sums[name]; !known || !listed {
		return nil, r.Problem(name, 1, "The file is missing from the %s", r.layout.What)
	}
	file, err := r.from.open(name)
	if err != nil {
		return nil, r.unreadable(name, err)
	}
	s := &sealed{r: r, name: name, file: file, hash: sha256.New(), limit: &io.LimitedReader{R: file, N: limit + 1}}
	s.Reader = io.TeeReader(s.limit, s.hash)
	return s, nil
}

// Close implements io.Closer.
func (s *sealed) Close() error { return s.file.Close() }

// check is to be called when everything was read.
func (s *sealed) check() error {
	if s.hash == nil {
		return nil
	}
	if s.limit.N <= 0 {
		return s.r.Problem(s.name, 1, "The file is larger than the %s may have it", s.r.layout.What)
	}
	if want := s.r.sums[s.name]; !bytes.Equal(s.hash.Sum(nil), want[:]) {
		return s.r.Problem(s.name, 1, "The file does not fit its checksum in %s: it was changed or damaged", Sums)
	}
	return nil
}

// String names the archive.
func (r *Reader) String() string { return fmt.Sprintf("%s %s", r.layout.What, r.name) }
