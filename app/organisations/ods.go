package organisations

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"grassroots/models"
	"grassroots/models/personal"
	"grassroots/models/reference"
)

// Bounds of an organisation file and of what a row may say, in bytes and in
// characters. The largest file of the ODS has some 20 MB.
const (
	maxFile     = 64 << 20
	maxProblems = 100
	maxName     = 200
	maxKind     = 100
	maxPostcode = 10
)

// Columns of NHS England's files in the form of etr.csv, which have no header.
const (
	etrCode     = 0
	etrName     = 1
	etrRegion   = 2 // national grouping, such as Y63
	etrICB      = 3 // high-level health geography
	etrPostcode = 9
	etrOpened   = 10
	etrClosed   = 11
	etrOffice   = 23 // government office region: W is Wales, which has no national grouping
	etrColumns  = 27
)

// Row is one organisation as a file has it. What a file does not say is empty.
type Row struct {
	models.Organisation
	Line        int
	KindGuessed bool // Kind was told from the name
	SaysClosed  bool // the file says of each organisation whether it has closed
}

// Problem is one thing wrong with a row.
type Problem struct {
	File    string
	Line    int
	Message string
}

// FileError is everything found wrong with an organisation file.
type FileError struct {
	Problems []Problem
	more     int
}

// Error gives a line "file:line: message" for each problem.
func (e *FileError) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message))
	}
	if e.more > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", e.Problems[0].File, e.more))
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems as an invalid form's.
func (e *FileError) Unwrap() error {
	out := models.E(models.Invalid, "No organisation was imported: some rows of the file need your attention.")
	for _, p := range e.Problems {
		out.Fields = append(out.Fields, models.FieldError{Field: "file", Message: fmt.Sprintf("Line %d: %s", p.Line, p.Message)})
	}
	if e.more > 0 {
		out.Fields = append(out.Fields, models.FieldError{Field: "file", Message: fmt.Sprintf("There is something wrong in %d more places", e.more)})
	}
	return out
}

// odsReader gathers the rows of a file and what is wrong with it.
type odsReader struct {
	name  string
	err   FileError
	rows  []Row
	lines map[string]int // where each code stands
}

func (r *odsReader) fail(line int, format string, args ...any) {
	if len(r.err.Problems) == maxProblems {
		r.err.more++
		return
	}
	r.err.Problems = append(r.err.Problems, Problem{r.name, line, fmt.Sprintf(format, args...)})
}

// ParseODS reads an organisation file: as NHS England publishes it (27 columns,
// no header), or with a header that has code and name and any of kind, region,
// icb_code, icb_name, postcode, opened, closed and successors, in any order. The
// names that such columns have elsewhere (type, nation, open_date, close_date,
// successor_codes) are understood, other columns passed over. The error is a
// *FileError that lists every row at fault; name is what the file is called in
// it.
func ParseODS(name string, in io.Reader) ([]Row, error) {
	r := &odsReader{name: name, lines: map[string]int{}}
	limited := &io.LimitedReader{R: in, N: maxFile + 1}
	if err := r.read(limited); err != nil {
		return nil, err
	}
	if limited.N <= 0 {
		return nil, &FileError{Problems: []Problem{{name, 1, "The file is larger than 64 MB"}}}
	}
	if len(r.err.Problems) > 0 {
		return nil, &r.err
	}
	return r.rows, nil
}

func (r *odsReader) read(in io.Reader) error {
	buffered := bufio.NewReader(in)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\uFEFF" {
		if _, err := buffered.Discard(3); err != nil {
			return err
		}
	}
	records := csv.NewReader(buffered)
	records.FieldsPerRecord = -1
	records.ReuseRecord = true
	var read func(line int, cells []string)
	width := 0
	for {
		cells, err := records.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			if read == nil {
				r.fail(1, "The file is empty")
			}
			return nil
		case errors.As(err, &syntax):
			r.fail(syntax.Line, "The quotes of this row do not match")
			continue
		case err != nil:
			return err
		}
		line, _ := records.FieldPos(0)
		switch {
		case read == nil:
			if read = r.form(line, cells); read == nil {
				return nil
			}
			if width = len(cells); isHeader(cells) {
				continue
			}
		case len(cells) != width:
			r.fail(line, "This row has %d columns, where the first has %d", len(cells), width)
			continue
		}
		if i := slices.IndexFunc(cells, func(c string) bool { return !utf8.ValidString(c) }); i >= 0 {
			r.fail(line, "Column %d is not UTF-8 text: save the file as CSV UTF-8", i+1)
			continue
		}
		read(line, cells)
	}
}

func isHeader(cells []string) bool {
	return slices.ContainsFunc(cells, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), "code") })
}

// form gives what reads the rows of a file, told by its first.
func (r *odsReader) form(line int, cells []string) func(line int, cells []string) {
	if !isHeader(cells) {
		if len(cells) != etrColumns {
			r.fail(line, "This is neither a file as NHS England publishes it, which has %d columns and no header, nor one with a header of code, name and more", etrColumns)
			return nil
		}
		return r.etr
	}
	at := map[string]int{}
	for i, c := range cells {
		column := strings.ToLower(strings.TrimSpace(c))
		if _, twice := at[column]; twice {
			r.fail(line, "The column %s stands here twice", column)
			return nil
		}
		at[column] = i
	}
	if _, ok := at["name"]; !ok {
		r.fail(line, "The column name is missing")
		return nil
	}
	return func(line int, cells []string) {
		r.named(line, func(columns ...string) string {
			for _, c := range columns {
				if i, ok := at[c]; ok {
					return models.CleanLine(cells[i])
				}
			}
			return ""
		})
	}
}

// etr reads a row of NHS England's form.
func (r *odsReader) etr(line int, cells []string) {
	for i := range cells {
		cells[i] = models.CleanLine(cells[i])
	}
	row := Row{Line: line, SaysClosed: true, Organisation: models.Organisation{
		Code: cells[etrCode], Name: Readable(cells[etrName]), Region: reference.RegionName(cells[etrRegion]),
		ICBCode: cells[etrICB], Postcode: strings.ToUpper(cells[etrPostcode]),
	}}
	if row.Region == "" && cells[etrOffice] == "W" {
		row.Region = "Wales"
	}
	row.Kind, row.KindGuessed = kindOf(row.Name), true
	if row.Kind == "" && strings.HasSuffix(row.Name, "Trust") {
		row.Kind = "NHS trust"
	}
	row.Opened = r.day(line, "open date", cells[etrOpened])
	row.Closed = r.day(line, "close date", cells[etrClosed])
	r.add(row)
}

// named reads a row of a file with a header.
func (r *odsReader) named(line int, cell func(columns ...string) string) {
	row := Row{Line: line, Organisation: models.Organisation{
		Code: strings.ToUpper(cell("code")), Name: Readable(cell("name")), Kind: cell("kind", "type"),
		ICBCode: strings.ToUpper(cell("icb_code")), ICBName: cell("icb_name"), Postcode: strings.ToUpper(cell("postcode")),
	}}
	if row.Kind == "" {
		row.Kind, row.KindGuessed = kindOf(row.Name), true
	}
	row.Region = r.region(line, cell("region", "nation"))
	row.Opened = r.day(line, "opened", cell("opened", "open_date"))
	row.Closed = r.day(line, "closed", cell("closed", "close_date"))
	for _, code := range strings.FieldsFunc(cell("successors", "successor_codes"), func(c rune) bool { return strings.ContainsRune(";,| ", c) }) {
		code = strings.ToUpper(code)
		if !models.ValidODSCode(code) || code == row.Code {
			r.fail(line, "“%s” is no code of a successor", models.Truncate(code, 40))
		}
		row.Successors = append(row.Successors, code)
	}
	r.add(row)
}

// region gives the name of a region from its name or its code.
func (r *odsReader) region(line int, value string) string {
	if value == "" {
		return ""
	}
	var names []string
	for _, known := range reference.Regions() {
		if strings.EqualFold(value, known.Name) || strings.EqualFold(value, known.Code) {
			return known.Name
		}
		names = append(names, known.Name)
	}
	r.fail(line, "“%s” is no region: write one of %s", models.Truncate(value, 40), strings.Join(names, ", "))
	return ""
}

// day reads a date as 2024-11-01 or 20241101.
func (r *odsReader) day(line int, column, value string) *time.Time {
	if value == "" {
		return nil
	}
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if t, err := time.Parse(layout, value); err == nil {
			return &t
		}
	}
	r.fail(line, "The %s “%s” is no date: write it as 2024-11-01 or 20241101", column, models.Truncate(value, 40))
	return nil
}

// add keeps a row, or says what is wrong with it.
func (r *odsReader) add(row Row) {
	if !models.ValidODSCode(row.Code) {
		r.fail(row.Line, "“%s” is no ODS code, which has 3 to 10 capitals and digits", models.Truncate(row.Code, 40))
	} else if before, twice := r.lines[row.Code]; twice {
		r.fail(row.Line, "The code %s stands on line %d too", row.Code, before)
	}
	if row.Name == "" {
		r.fail(row.Line, "The name is missing")
	}
	if row.ICBCode != "" && !models.ValidODSCode(row.ICBCode) {
		r.fail(row.Line, "“%s” is no code of an integrated care board", models.Truncate(row.ICBCode, 40))
	}
	r.short(row.Line, "name", row.Name, maxName)
	r.short(row.Line, "kind", row.Kind, maxKind)
	r.short(row.Line, "name of the board", row.ICBName, maxName)
	r.short(row.Line, "postcode", row.Postcode, maxPostcode)
	err := personal.Stop([]personal.Text{{Value: row.Name}, {Value: row.Kind}, {Value: row.ICBName}}, personal.Options{})
	if list := models.Fields(err); len(list) > 0 {
		r.fail(row.Line, "%s", list[0].Message)
	}
	r.lines[row.Code] = row.Line
	r.rows = append(r.rows, row)
}

func (r *odsReader) short(line int, what, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		r.fail(line, "The %s has more than %d characters", what, most)
	}
}
