package archive

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"grassroots/models"
)

// folderSource is an archive in a folder. Nothing outside it is opened,
// whatever links it holds.
type folderSource struct {
	path string
	root *os.Root
}

func openFolder(path string) (source, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &folderSource{path, root}, nil
}

func (f *folderSource) list() ([]File, error) {
	var files []File
	err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return problem(f.path+"/"+name, 1, "This cannot be read: %s", err.Error())
		case name == ".":
			return nil
		case passedOver(name):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return problem(f.path+"/"+name, 1, "This is no file but a link or something else, which is not followed")
		case !safeName(name):
			return problem(f.path+"/"+name, 1, "The name is none that is taken")
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if files = append(files, File{name, info.Size()}); len(files) > maxFiles {
			return problem(f.path, 1, "There are more than %d files", maxFiles)
		}
		return nil
	})
	return files, err
}

func (f *folderSource) open(name string) (io.ReadCloser, error) { return f.root.Open(name) }

func (f *folderSource) size() int64 { return 0 }

func (f *folderSource) close() error { return f.root.Close() }

// zipSource is an archive in a .zip.
type zipSource struct {
	path   string
	file   *os.File
	packed int64
	zip    *zip.Reader
	prefix string // the one folder that everything is in, if it is
	byName map[string]*zip.File
}

func openZip(path string, layout Layout) (source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	z := &zipSource{path: path, file: file, byName: map[string]*zip.File{}}
	if err := z.read(layout); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return z, nil
}

func (z *zipSource) read(layout Layout) error {
	info, err := z.file.Stat()
	if err != nil {
		return err
	}
	z.packed = max(info.Size(), 1)
	if !info.Mode().IsRegular() {
		return problem(z.path, 1, "This is no file")
	}
	if err := countEntries(z.file, info.Size()); err != nil {
		return z.refuse(err)
	}
	if z.zip, err = zip.NewReader(z.file, info.Size()); err != nil {
		return z.refuse(errNoZip)
	}
	z.prefix = z.onlyFolder(layout.Marker)
	return nil
}

// refuse says why in a sentence.
func (z *zipSource) refuse(why error) error {
	text := why.Error()
	return problem(z.path, 1, "%s", models.UpperFirst(text))
}

// onlyFolder gives the folder that holds the whole archive, with its slash, as
// in what other programs make of a folder.
func (z *zipSource) onlyFolder(marker string) string {
	found := ""
	for _, f := range z.zip.File {
		if f.Name == marker {
			return ""
		}
		if folder, name, ok := strings.Cut(f.Name, "/"); ok && name == marker && safeName(folder) {
			found = folder + "/"
		}
	}
	return found
}

func (z *zipSource) list() ([]File, error) {
	var files []File
	for _, f := range z.zip.File {
		where := z.path + "/" + f.Name
		plain := strings.TrimSuffix(f.Name, "/")
		if !safeName(plain) {
			return nil, problem(z.path, 1, "The name %q would lie outside, or is none that is taken", f.Name)
		}
		name, within := strings.CutPrefix(f.Name, z.prefix)
		switch {
		case passedOver(plain) || within && passedOver(strings.TrimSuffix(name, "/")):
			continue
		case f.Mode().IsDir() != strings.HasSuffix(f.Name, "/") || !f.Mode().IsDir() && !f.Mode().IsRegular():
			return nil, problem(where, 1, "This is no file but a link or something else, which is not followed")
		case f.Mode().IsDir():
			if f.UncompressedSize64 > 0 {
				return nil, problem(where, 1, "A folder has no content of its own")
			}
			continue
		case f.Flags&1 != 0:
			return nil, problem(where, 1, "The file is encrypted: pack it without a password")
		case !within:
			return nil, problem(where, 1, "The file lies beside the folder %s, which holds the rest", z.prefix)
		case f.UncompressedSize64 > 1<<40:
			return nil, problem(where, 1, "The file says that it is larger than any can be")
		}
		if z.byName[name] != nil {
			return nil, problem(where, 1, "Two files have this name")
		}
		z.byName[name] = f
		files = append(files, File{name, int64(f.UncompressedSize64)})
	}
	return files, nil
}

func (z *zipSource) open(name string) (io.ReadCloser, error) {
	f := z.byName[name]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	return f.Open()
}

func (z *zipSource) size() int64 { return z.packed }

func (z *zipSource) close() error { return z.file.Close() }

var (
	errNoZip   = errors.New("this is no .zip that can be read, or the end of it is missing")
	errTooMany = errors.New("the .zip has more files than can be taken")
)

// countEntries looks through the list of files at the end of a .zip before it
// is taken into memory, where each costs more than in the file. The layout is
// that of sections 4.3.12 to 4.3.16 of PKWARE's APPNOTE.
func countEntries(file io.ReaderAt, size int64) error {
	begins, ends, err := directory(file, size)
	if err != nil {
		return err
	}
	in := bufio.NewReader(io.NewSectionReader(file, begins, ends-begins))
	const fixed = 46
	for at, n := begins, 0; at < ends; n++ {
		header := make([]byte, fixed)
		if _, err := io.ReadFull(in, header); err != nil || !bytes.HasPrefix(header, []byte("PK\x01\x02")) {
			return errNoZip
		}
		if n >= maxFiles {
			return errTooMany
		}
		rest := 0
		for _, field := range []int{28, 30, 32} { // lengths of name, extra field and comment
			rest += int(binary.LittleEndian.Uint16(header[field:]))
		}
		if _, err := in.Discard(rest); err != nil {
			return errNoZip
		}
		at += fixed + int64(rest)
	}
	return nil
}

// directory gives where the list of files begins and ends.
func directory(file io.ReaderAt, size int64) (begins, ends int64, err error) {
	const fixed, longestComment, fixed64, locator = 22, 1<<16 - 1, 56, 20
	tail := make([]byte, min(size, fixed+longestComment))
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < fixed {
		return 0, 0, errNoZip
	}
	end := size - int64(len(tail)-i)
	length, begins := int64(binary.LittleEndian.Uint32(tail[i+12:])), int64(binary.LittleEndian.Uint32(tail[i+16:]))
	if length == 1<<32-1 || begins == 1<<32-1 || binary.LittleEndian.Uint16(tail[i+10:]) == 1<<16-1 {
		end -= locator + fixed64 // ours, and everybody's who adds nothing to it
		record := make([]byte, fixed64)
		if end < 0 {
			return 0, 0, errNoZip
		}
		if _, err := file.ReadAt(record, end); err != nil {
			return 0, 0, err
		}
		if bytes.HasPrefix(record, []byte("PK\x06\x06")) {
			length, begins = int64(binary.LittleEndian.Uint64(record[40:])), int64(binary.LittleEndian.Uint64(record[48:]))
		} else { // exactly 65,535 files, and no second record
			end += locator + fixed64
		}
	}
	// What stands before, or in between, could be taken for something else by
	// another reader.
	if begins < 0 || length < 0 || begins+length != end {
		return 0, 0, errNoZip
	}
	return begins, end, nil
}
