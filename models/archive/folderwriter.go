package archive

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"grassroots/models"
)

// folderSink writes the files of an archive into a folder.
type folderSink struct {
	dir     string
	layout  Layout
	made    bool            // by us, so that it can go again
	written map[string]bool // names, so that what is left of an earlier archive is known
	dirs    map[string]bool // folders that are there
	file    *os.File
	buffer  *bufio.Writer
	name    string
}

func createFolder(dir string, layout Layout) (*folderSink, error) {
	f := &folderSink{dir: dir, layout: layout, written: map[string]bool{}, dirs: map[string]bool{}}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.made = true
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, cannotWrite(err)
		}
		return f, nil
	case err != nil:
		return nil, cannotWrite(err)
	}
	foreign := ""
	for _, e := range entries {
		if e.Name() == layout.Marker {
			// Without its list of checksums nobody takes the folder for a whole
			// archive while it changes into another.
			if err := os.Remove(filepath.Join(dir, Sums)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, cannotWrite(err)
			}
			return f, nil
		}
		if !passedOver(e.Name()) {
			foreign = e.Name()
		}
	}
	if foreign != "" {
		return nil, models.Errorf(models.Conflict, "The folder %s holds %s and is no %s: name a new folder.", dir, foreign, layout.What)
	}
	return f, nil
}

func (f *folderSink) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *folderSink) begin(name string) (io.Writer, error) {
	if err := f.end(); err != nil {
		return nil, err
	}
	dir := filepath.Dir(f.path(name))
	if !f.dirs[dir] {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, err
		}
		f.dirs[dir] = true
	}
	file, err := os.OpenFile(f.path(name)+unfinished, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o640)
	if err != nil {
		return nil, err
	}
	f.file, f.name, f.written[name] = file, name, true
	f.buffer = bufio.NewWriter(file)
	return f.buffer, nil
}

// end puts the file that was being written in its place, unless the same
// stands there already.
func (f *folderSink) end() error {
	if f.file == nil {
		return nil
	}
	file, path := f.file, f.path(f.name)
	f.file = nil
	err := f.buffer.Flush()
	same := false
	if err == nil {
		same = sameContent(file, path)
	}
	err = errors.Join(err, file.Close())
	switch {
	case err != nil:
		return err
	case same:
		return os.Remove(path + unfinished)
	}
	return os.Rename(path+unfinished, path)
}

// sameContent tells whether a file holds the same as the one at a path. When
// that cannot be told, it does not.
func sameContent(file *os.File, path string) bool {
	old, err := os.Open(path)
	if err != nil {
		return false
	}
	defer old.Close()
	a, errA := file.Stat()
	b, errB := old.Stat()
	if errA != nil || errB != nil || a.Size() != b.Size() || !b.Mode().IsRegular() {
		return false
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return false
	}
	x, y := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errX := io.ReadFull(file, x)
		m, _ := io.ReadFull(old, y)
		if !bytes.Equal(x[:n], y[:m]) {
			return false
		}
		if errX != nil {
			return errors.Is(errX, io.EOF) || errors.Is(errX, io.ErrUnexpectedEOF)
		}
	}
}

// finish removes what an earlier archive has left. The list of checksums was
// the last file to be written.
func (f *folderSink) finish() error {
	if err := f.end(); err != nil {
		return err
	}
	var empty []string
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == f.dir {
			return err
		}
		rel, err := filepath.Rel(f.dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			empty = append(empty, path)
			return nil
		}
		whole, cut := strings.CutSuffix(name, unfinished) // a crash may have left a part
		if _, known := f.layout.Limit(whole); known && (cut || !f.written[name]) {
			return os.Remove(path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := len(empty) - 1; i >= 0; i-- { // inner ones first; one that is not empty stays
		_ = os.Remove(empty[i])
	}
	return syncFolder(f.dir)
}

func (f *folderSink) abort() {
	if f.file != nil {
		_ = f.file.Close()
		_ = os.Remove(f.path(f.name) + unfinished)
	}
	if f.made {
		_ = os.RemoveAll(f.dir)
	}
}
