package archive

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// unfinished is added to the name of what is still being written.
const unfinished = ".part"

// zipSink writes a .zip beside its place and moves it there when it is whole.
type zipSink struct {
	path   string
	file   *os.File
	buffer *bufio.Writer
	zip    *zip.Writer
}

func createZip(path string) (*zipSink, error) {
	file, err := os.OpenFile(path+unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, cannotWrite(err)
	}
	buffer := bufio.NewWriterSize(file, 256<<10)
	return &zipSink{path: path, file: file, buffer: buffer, zip: zip.NewWriter(buffer)}, nil
}

// zipTime is when every file of a .zip was changed: the earliest time that one
// can say, since the true one would make each export another.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (z *zipSink) begin(name string) (io.Writer, error) {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime}
	if packed(name) || strings.HasPrefix(name, "uploads/") {
		h.Method = zip.Store
	}
	h.SetMode(0o644)
	return z.zip.CreateHeader(h)
}

// packed tells whether a file has no air in it that could be let out.
func packed(name string) bool {
	return slices.Contains([]string{".jpg", ".png", ".gif", ".pdf"}, path.Ext(name))
}

func (z *zipSink) finish() error {
	err := errors.Join(z.zip.Close(), z.buffer.Flush(), z.file.Sync(), z.file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(z.path+unfinished, z.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(z.path))
}

func (z *zipSink) abort() {
	_ = z.file.Close()
	_ = os.Remove(z.path + unfinished)
}

// syncFolder makes new names in a folder last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
