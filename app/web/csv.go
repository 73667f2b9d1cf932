package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"grassroots/models"
)

// Every list of the site can also be had as a table for a spreadsheet: RFC 4180
// in UTF-8. It begins with a byte order mark, without which Excel takes it for
// an older encoding.

const byteOrderMark = "\ufeff"

// Rows writes the rows of a table, in their order, by calling write for each.
type Rows func(ctx context.Context, write func(cells ...string) error) error

// SendCSV answers with a table as a file of that name. The rows are written to
// a temporary file first, and sent when all are there: so neither memory nor a
// connection of the database is held for as long as a slow reader takes, and a
// failure in the middle is an error page instead of a table that looks whole.
func (s *Site) SendCSV(c *fiber.Ctx, name string, columns []string, rows Rows) error {
	file, err := os.CreateTemp("", "grassroots-*.csv")
	if err != nil {
		return err
	}
	kept := &spooled{file}
	size, err := writeTable(c.UserContext(), file, columns, rows)
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`.csv"`)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set("X-Robots-Tag", "noindex")
	return c.SendStream(kept, size)
}

// SendMade answers with a file of that name and type which write makes, kept as
// SendCSV keeps a table until it is whole.
func (s *Site) SendMade(c *fiber.Ctx, name, contentType string, write func(ctx context.Context, w io.Writer) error) error {
	file, err := os.CreateTemp("", "grassroots-*")
	if err != nil {
		return err
	}
	kept := &spooled{file}
	if err := write(c.UserContext(), file); err != nil {
		return errors.Join(err, kept.Close())
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendStream(kept, int(size))
}

// spooled is a temporary file that goes when it has been sent.
type spooled struct{ *os.File }

// Close implements io.Closer.
func (f *spooled) Close() error { return errors.Join(f.File.Close(), os.Remove(f.Name())) }

// writeTable writes a table from the beginning of a file, leaves the file to be
// read from there, and gives its size in bytes.
func writeTable(ctx context.Context, file *os.File, columns []string, rows Rows) (int, error) {
	if err := WriteCSV(ctx, file, columns, rows); err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	_, err = file.Seek(0, 0)
	return int(info.Size()), err
}

// WriteCSV writes a table as SendCSV sends one.
func WriteCSV(ctx context.Context, to io.Writer, columns []string, rows Rows) error {
	buffered := bufio.NewWriterSize(to, 64<<10)
	if _, err := buffered.WriteString(byteOrderMark); err != nil {
		return err
	}
	w := csv.NewWriter(buffered)
	w.UseCRLF = true
	if err := w.Write(columns); err != nil {
		return err
	}
	err := rows(ctx, func(cells ...string) error {
		for i := range cells {
			cells[i] = harmless(cells[i])
		}
		return w.Write(cells)
	})
	w.Flush()
	return errors.Join(err, w.Error(), buffered.Flush())
}

// harmless puts an apostrophe before what a spreadsheet would run as a formula,
// as it does itself for a cell that is meant as text.
func harmless(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	begins := strings.TrimLeft(cell, " \u00a0\u3000\ufeff\u200b")
	if begins != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(begins)[0]) {
		return "'" + cell
	}
	return cell
}

// CSVList joins the values of a cell that has several.
func CSVList(values []string) string { return strings.Join(values, "; ") }

// CSVTime is a time as a cell: RFC 3339 in UTC, or nothing.
func CSVTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// OnlyParameters is a BadRequest when the address has a parameter that is none
// of names.
func OnlyParameters(c *fiber.Ctx, names ...string) error {
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	for k := range c.Context().QueryArgs().All() {
		if !known[string(k)] {
			return models.Errorf(models.BadRequest, "There is no filter called “%s”.", models.Truncate(models.CleanLine(string(k)), 40))
		}
	}
	return nil
}

// CSVNumber writes a number as files and forms have it, without a sign between thousands;
// nothing for none.
func CSVNumber(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// CSVWhole is CSVNumber for whole pounds.
func CSVWhole(v *int64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatInt(*v, 10)
}
