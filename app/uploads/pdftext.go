package uploads

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"time"

	"github.com/ledongthuc/pdf"

	"grassroots/models"
)

// Limits of reading a PDF. What is past them is not read: the reader is no judge
// of what may be attached.
const (
	maxPages   = 500
	maxText    = 1 << 20 // bytes of text
	maxReading = 15 * time.Second
	maxStack   = 64 << 20 // bytes
	// Where the system can hold a program to them: see limitReader.
	maxMemory    = 512 << 20 // bytes
	maxProcessor = 3         // seconds
)

// readerName is what the program is called when it is started to read a PDF.
const readerName = "grassroots-pdf-reader"

// A PDF of a hundred bytes can ask its reader for more memory than there is, or
// for an endless depth, and Go ends a program for either, whatever it recovers
// from. So the program starts itself a second time to read one, with nothing of
// its environment, and only that comes to an end.
func init() {
	if os.Args[0] != readerName {
		return
	}
	debug.SetMaxStack(maxStack)
	if limitReader(maxMemory, maxProcessor) == nil && readPDF(os.Stdin, os.Stdout) == nil {
		os.Exit(0)
	}
	os.Exit(1)
}

// Text gives the text of a PDF as far as it can be read, and nothing for any
// other file. Words are told apart by where they stand, since many programs
// write no spaces. Unavailable when the reader could not be started.
func (s *Store) Text(ctx context.Context, content []byte) (string, error) {
	if kind, err := Sniff(content); err != nil || kind != PDF {
		return "", nil
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, maxReading)
	defer cancel()
	program, err := os.Executable()
	if err != nil {
		return "", errNoReader(err)
	}
	read := &atMost{left: maxText}
	cmd := exec.CommandContext(ctx, program)
	cmd.Args, cmd.Env = []string{readerName}, []string{"GOMAXPROCS=1"}
	cmd.Stdin, cmd.Stdout, cmd.WaitDelay = bytes.NewReader(content), read, time.Second
	if err := cmd.Start(); err != nil {
		return "", errNoReader(err)
	}
	_ = cmd.Wait() // what it has read until its end counts, whatever that was
	return read.String(), nil
}

func errNoReader(err error) error {
	return models.Wrap(models.Unavailable, "The file could not be looked at for personal data, so it was not kept. Try again in a moment.", err)
}

// atMost keeps the beginning of what is written to it.
type atMost struct {
	strings.Builder
	left int
}

// Write implements io.Writer.
func (w *atMost) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	_, _ = w.Builder.Write(p[:n])
	return len(p), nil
}

// readPDF writes what it can read of a PDF, page by page. The library panics on
// what it does not expect.
func readPDF(from io.Reader, to io.Writer) error {
	defer func() { _ = recover() }()
	content, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	doc, err := pdf.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return err
	}
	for n, written := 1, 0; n <= min(doc.NumPage(), maxPages) && written < maxText; n++ {
		var b strings.Builder
		readPage(doc.Page(n), &b)
		written += b.Len()
		if _, err := io.WriteString(to, b.String()); err != nil { // the next may be the end
			return err
		}
	}
	return nil
}

func readPage(p pdf.Page, b *strings.Builder) {
	defer func() {
		_ = recover()
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
