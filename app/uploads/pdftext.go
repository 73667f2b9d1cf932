package uploads

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"
)

// Limits of reading a PDF. One that is past them is taken for one that holds no
// text, as a scan does: the reader is no judge of what may be attached.
const (
	maxPages    = 500
	maxText     = 1 << 20  // bytes of text
	maxInflated = 64 << 20 // bytes of all its streams
	maxReading  = 5 * time.Second
)

// Text gives the text of a PDF as far as it can be read, and nothing for any
// other file. Words are told apart by where they stand, since many programs
// write no spaces.
func (s *Store) Text(content []byte) string {
	if kind, err := Sniff(content); err != nil || kind != PDF || !inflatesWithin(content, maxInflated) {
		return ""
	}
	s.slots <- struct{}{}
	defer func() { <-s.slots }()
	var b strings.Builder
	readPDF(&timedReader{bytes.NewReader(content), time.Now().Add(maxReading)}, int64(len(content)), &b)
	return b.String()
}

// readPDF writes what it can read. The library panics on what it does not
// expect, and is stopped by the reader's panic when it takes too long.
func readPDF(r io.ReaderAt, size int64, b *strings.Builder) {
	defer func() { _ = recover() }()
	doc, err := pdf.NewReader(r, size)
	if err != nil {
		return
	}
	for n := 1; n <= min(doc.NumPage(), maxPages) && b.Len() < maxText; n++ {
		readPage(doc.Page(n), b)
	}
}

func readPage(p pdf.Page, b *strings.Builder) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case errTooSlow:
			panic(v)
		}
		b.WriteString("\n\n")
	}()
	if p.V.IsNull() {
		return
	}
	text, err := p.GetPlainText(nil)
	if err == nil && 12*(strings.Count(text, " ")+strings.Count(text, "\n")) > len(text) {
		b.WriteString(text[:min(len(text), maxText)])
		return
	}
	var last pdf.Text
	for i, t := range p.Content().Text {
		switch gap := t.X - (last.X + last.W); {
		case i == 0:
		case t.Y < last.Y-last.FontSize/2 || t.Y > last.Y+last.FontSize/2:
			b.WriteByte('\n')
		case gap > last.FontSize/6 || gap < -last.FontSize:
			b.WriteByte(' ')
		}
		b.WriteString(t.S)
		last = t
		if b.Len() > maxText {
			return
		}
	}
}

// inflatesWithin tells whether the streams of a PDF are no larger, together and
// unpacked, than a limit: a few bytes can unpack to gigabytes.
func inflatesWithin(content []byte, limit int64) bool {
	left := limit
	for {
		i := bytes.Index(content, []byte("stream"))
		if i < 0 {
			return true
		}
		content = content[i+len("stream"):]
		packed := bytes.TrimLeft(content[:min(len(content), 2)], "\r\n")
		start := min(len(content), 2) - len(packed)
		r, err := zlib.NewReader(bytes.NewReader(content[start:]))
		if err != nil {
			continue // not packed in this way, or no stream at all
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, left+1))
		left -= n
		if left < 0 || err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && left == 0 {
			return false
		}
	}
}

var errTooSlow = errors.New("reading the PDF takes too long")

// timedReader ends by a panic what reads on after its time: the library asks
// for bytes all the while, and can be stopped in no other way.
type timedReader struct {
	*bytes.Reader
	until time.Time
}

// ReadAt implements io.ReaderAt.
func (t *timedReader) ReadAt(p []byte, at int64) (int, error) {
	if time.Now().After(t.until) {
		panic(errTooSlow)
	}
	return t.Reader.ReadAt(p, at)
}
