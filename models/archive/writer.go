package archive

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"grassroots/models"
)

// Writer writes an archive, a file after the other. Close finishes it; until
// then there is nothing at its path that could be taken for a whole one.
type Writer struct {
	// Sign, if any, makes the signature of the archive of the SHA-256 of its list
	// of checksums. Set it before Close.
	Sign func(sums [sha256.Size]byte) ([]byte, error)

	to     sink
	sums   *os.File // the list of checksums so far: it grows with the archive, so not in memory
	list   *bufio.Writer
	open   string // name of the file that is being written
	hash   hash.Hash
	closed bool
}

// sink is where the files of an archive go.
type sink interface {
	// begin starts the next file and ends the one before.
	begin(name string) (io.Writer, error)
	finish() error
	abort()
}

// Create begins an archive: a .zip by the ending of its path, else a folder. A
// folder may hold an earlier archive of the same layout, which becomes this
// one: what is the same is not written again, and what is not there any more
// is removed. One that holds anything else is a Conflict.
func Create(path string, layout Layout) (*Writer, error) {
	var to sink
	var err error
	if IsZip(path) {
		to, err = createZip(path)
	} else {
		to, err = createFolder(path, layout)
	}
	if err != nil {
		return nil, err
	}
	sums, err := os.CreateTemp("", "grassroots-sums-*")
	if err != nil {
		to.abort()
		return nil, err
	}
	return &Writer{to: to, sums: sums, list: bufio.NewWriter(sums)}, nil
}

// Begin starts a file. What it gives takes the content, until the next file
// begins or the archive is closed. Names have forward slashes.
func (w *Writer) Begin(name string) (io.Writer, error) {
	if err := w.end(); err != nil {
		return nil, err
	}
	if !safeName(name) {
		return nil, fmt.Errorf("archive: %q is no name for a file", name)
	}
	to, err := w.to.begin(name)
	if err != nil {
		return nil, cannotWrite(err)
	}
	w.open, w.hash = name, sha256.New()
	return writes{io.MultiWriter(to, w.hash)}, nil
}

// Add writes a whole file.
func (w *Writer) Add(name string, content []byte) error {
	to, err := w.Begin(name)
	if err == nil {
		_, err = to.Write(content)
	}
	return err
}

// AddFrom writes a file with what a reader gives.
func (w *Writer) AddFrom(name string, content io.Reader) error {
	to, err := w.Begin(name)
	if err == nil {
		_, err = io.Copy(to, content)
	}
	return err
}

// end notes the checksum of the file that was being written.
func (w *Writer) end() error {
	if w.open == "" {
		return nil
	}
	_, err := fmt.Fprintf(w.list, "%s  %s\n", hex.EncodeToString(w.hash.Sum(nil)), w.open)
	w.open = ""
	return err
}

// Close writes the list of checksums and puts the archive in its place. After
// an error there is none.
func (w *Writer) Close() error {
	err := w.finish()
	if err != nil {
		w.Abort()
	}
	w.closed = true
	return errors.Join(err, w.dropSums())
}

func (w *Writer) finish() error {
	if err := w.end(); err != nil {
		return err
	}
	if err := w.list.Flush(); err != nil {
		return err
	}
	if w.Sign != nil {
		if err := w.sign(); err != nil {
			return err
		}
	}
	if _, err := w.sums.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := w.to.begin(Sums)
	if err == nil {
		_, err = io.Copy(to, w.sums)
	}
	if err == nil {
		err = w.to.finish()
	}
	return cannotWrite(err)
}

// sign writes the signature, before the list that it is of: that one is the
// last file to be written.
func (w *Writer) sign() error {
	if _, err := w.sums.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, w.sums); err != nil {
		return err
	}
	signature, err := w.Sign([sha256.Size]byte(sum.Sum(nil)))
	if err != nil {
		return err
	}
	to, err := w.to.begin(Signature)
	if err == nil {
		_, err = to.Write(signature)
	}
	return cannotWrite(err)
}

// Abort throws an archive away that is not closed yet. After Close it does
// nothing, so it can be deferred.
func (w *Writer) Abort() {
	if w.closed {
		return
	}
	w.closed = true
	w.to.abort()
	_ = w.dropSums() // nothing more is wanted of it
}

func (w *Writer) dropSums() error {
	return errors.Join(w.sums.Close(), os.Remove(w.sums.Name()))
}

// writes makes errors of writing readable.
type writes struct{ io.Writer }

// Write implements io.Writer.
func (w writes) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	return n, cannotWrite(err)
}

func cannotWrite(err error) error {
	if err == nil {
		return nil
	}
	return models.Wrap(models.Unavailable, "The files could not be written.", err)
}
