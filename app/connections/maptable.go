package connections

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// rowsPerPage is how many rows a page of the table has.
const rowsPerPage = 50

// rowKey is what the connections of a row of the table have in common.
type rowKey struct {
	joined
	standard, direction, status string
}

func rowOf(r models.JoinRecord) rowKey { return rowKey{pairOf(r), r.Standard, r.Direction, r.Status} }

func (k rowKey) compare(o rowKey) int {
	return cmp.Or(k.joined.compare(o.joined), strings.Compare(k.standard, o.standard), strings.Compare(k.direction, o.direction), strings.Compare(k.status, o.status))
}

// mapColumns are the columns of the table by the orders that they give.
func mapColumns() []struct{ sort, text string } {
	return []struct{ sort, text string }{{"from", "From"}, {"to", "To"}, {"standard", "Standard"}, {"direction", "Direction"}, {"status", "Status"},
		{"organisations", "Organisations"}, {"case-studies", "Case studies"}}
}

// mapSorts are the orders that the table can have.
func mapSorts() []string {
	var out []string
	for _, c := range mapColumns() {
		out = append(out, c.sort)
	}
	return out
}

// usualSort is the order of the table when none is asked for.
const usualSort = "-organisations"

// tablePage is a page of the connections as rows. A page after the last is
// NotFound.
func (s *mapSource) tablePage(list []models.JoinRecord, q mapQuery) (*templates.MapTable, error) {
	rows := group(list, rowOf)
	keys := s.sortRows(rows, cmp.Or(q.sort, usualSort))
	first := (q.page - 1) * rowsPerPage
	if first >= len(keys) {
		return nil, models.E(models.NotFound, "The table does not have so many pages.")
	}
	last := min(len(keys), first+rowsPerPage)
	t := &templates.MapTable{Caption: fmt.Sprintf("Connections, rows %s to %s of %s", templates.FormatNumber(first+1), templates.FormatNumber(last), templates.FormatNumber(len(keys)))}
	for _, k := range keys[first:last] {
		t.Rows = append(t.Rows, s.row(k, rows[k]))
	}
	if q.page > 1 {
		t.PrevURL = q.address(onPage(q.page - 1))
	}
	if last < len(keys) {
		t.NextURL = q.address(onPage(q.page + 1))
	}
	t.Columns = columnHeads(q)
	return t, nil
}

func (s *mapSource) row(k rowKey, t *tally) templates.MapRow {
	return templates.MapRow{From: templates.Crumb{Text: s.words.SystemName(k.from), URL: systemURL(k.from)}, To: templates.Crumb{Text: s.words.SystemName(k.to), URL: systemURL(k.to)},
		Standard: templates.Crumb{Text: s.words.StandardName(k.standard), URL: standardURL(k.standard)}, Direction: templates.ConnectionText(k.direction),
		Status: templates.ConnectionText(k.status), Live: k.status == models.StatusLive, Organisations: t.organisations.count(), Studies: t.studies, PairURL: templates.InteroperabilityURL(k.from, k.to)}
}

// sortRows orders rows by a column, after a hyphen downwards; rows that are the
// same in that are ordered by what they have in common.
func (s *mapSource) sortRows(rows map[rowKey]*tally, order string) []rowKey {
	column, down := strings.CutPrefix(order, "-")
	by := map[string]func(a, b rowKey) int{
		"from": func(a, b rowKey) int { return compareNames(s.words.SystemName(a.from), s.words.SystemName(b.from)) },
		"to":   func(a, b rowKey) int { return compareNames(s.words.SystemName(a.to), s.words.SystemName(b.to)) },
		"standard": func(a, b rowKey) int {
			return compareNames(s.words.StandardName(a.standard), s.words.StandardName(b.standard))
		},
		"direction": func(a, b rowKey) int {
			return cmp.Compare(slices.Index(models.Directions(), a.direction), slices.Index(models.Directions(), b.direction))
		},
		"status": func(a, b rowKey) int {
			return cmp.Compare(slices.Index(models.Statuses(), a.status), slices.Index(models.Statuses(), b.status))
		},
		"organisations": func(a, b rowKey) int {
			return cmp.Compare(rows[a].organisations.count(), rows[b].organisations.count())
		},
		"case-studies": func(a, b rowKey) int { return cmp.Compare(rows[a].studies, rows[b].studies) },
	}[column]
	keys := make([]rowKey, 0, len(rows))
	for k := range rows {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b rowKey) int {
		c := by(a, b)
		if down {
			c = -c
		}
		return cmp.Or(c, most(rows[a], rows[b]), a.compare(b))
	})
	return keys
}

// compareNames orders names as a list does, capital letters or not.
func compareNames(a, b string) int {
	return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
}

// columnHeads are the heads of the table, each a link that sorts by it: words
// upwards first and numbers downwards, and the other way when it is sorted so.
func columnHeads(q mapQuery) []templates.MapColumn {
	column, down := strings.CutPrefix(cmp.Or(q.sort, usualSort), "-")
	var out []templates.MapColumn
	for _, c := range mapColumns() {
		head := templates.MapColumn{Text: c.text, Number: c.sort == "organisations" || c.sort == "case-studies"}
		next := c.sort
		if head.Number {
			next = "-" + c.sort
		}
		if c.sort == column {
			head.Sort, next = "ascending", "-"+c.sort
			if down {
				head.Sort, next = "descending", c.sort
			}
		}
		head.URL = q.address(onPage(1), func(q *mapQuery) { q.sort = next })
		out = append(out, head)
	}
	return out
}
