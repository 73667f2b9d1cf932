package apptest

import (
	"encoding/csv"
	"strings"
)

// Table reads the answer as CSV and fails the test unless it is a file as every
// table of the site is: UTF-8 with a byte order mark, lines that end in CRLF,
// a name to save it under, and no cell that a spreadsheet would run. It gives
// each row by the names of the columns.
func (p *Page) Table() []map[string]string {
	p.t.Helper()
	p.Want(200)
	if got := p.Header.Get("Content-Type"); got != "text/csv; charset=utf-8; header=present" {
		p.t.Errorf("%s is %q", p.Path, got)
	}
	if got := p.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="`) || !strings.HasSuffix(got, `.csv"`) {
		p.t.Errorf("%s is to be saved as %q", p.Path, got)
	}
	body, marked := strings.CutPrefix(p.Body, "\ufeff")
	if !marked || !strings.HasSuffix(body, "\r\n") {
		p.t.Errorf("%s has no byte order mark or does not end its last line", p.Path)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) == 0 {
		p.t.Fatalf("%s is no table: %v\n%s", p.Path, err, p.Body)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, cell := range row {
			named[rows[0][i]] = cell
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				p.t.Errorf("%s: a spreadsheet would run %q", p.Path, cell)
			}
		}
		out = append(out, named)
	}
	return out
}

// Column gives the cells of a column of a table, joined by bars.
func Column(rows []map[string]string, name string) string {
	var out []string
	for _, r := range rows {
		out = append(out, r[name])
	}
	return strings.Join(out, " | ")
}
