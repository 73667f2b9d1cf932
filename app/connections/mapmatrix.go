package connections

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// matrixSystems is how many systems the matrix has, the most joined.
const matrixSystems = 40

// oneRows is how many others are listed of a system.
const oneRows = 100

// matrixPage is the systems by the systems, those most joined first.
func (s *mapSource) matrixPage(list []models.JoinRecord) *templates.MapMatrix {
	m := &templates.MapMatrix{}
	systems := systemsOf(list)
	all := len(systems)
	systems = systems[:min(all, matrixSystems)]
	if all > len(systems) {
		m.Note = fmt.Sprintf("Shown are the %d most joined of %s systems. The table has all; look at one system to see all that it is joined to.", len(systems), templates.FormatNumber(all))
	}
	pairs := group(list, pairOf)
	highest := 1
	for _, t := range pairs {
		highest = max(highest, t.number())
	}
	for _, to := range systems {
		m.Columns = append(m.Columns, templates.Crumb{Text: s.words.SystemName(to.slug), URL: systemURL(to.slug)})
	}
	for _, from := range systems {
		row := templates.MapMatrixRow{System: templates.Crumb{Text: s.words.SystemName(from.slug), URL: systemURL(from.slug)}}
		for _, to := range systems {
			row.Cells = append(row.Cells, s.cell(pairs, joined{from.slug, to.slug}, highest))
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func (s *mapSource) cell(pairs map[joined]*tally, p joined, highest int) templates.MapCell {
	t := pairs[p]
	if t == nil {
		return templates.MapCell{}
	}
	return templates.MapCell{Text: strconv.Itoa(t.number()), URL: templates.InteroperabilityURL(p.from, p.to), Level: level(t.number(), highest),
		Label: fmt.Sprintf("%s to %s: %s", s.words.SystemName(p.from), s.words.SystemName(p.to), t.text())}
}

// level sorts a number into 1, 2 or 3 by what the highest is, and nothing
// into 0.
func level(n, highest int) int {
	if n == 0 {
		return 0
	}
	return min(3, 1+3*(n-1)/max(1, highest))
}

// onePage is one system and what it is joined to, the most organisations
// first; nil for a system that is joined to nothing.
func (s *mapSource) onePage(list []models.JoinRecord, q mapQuery) *templates.MapOne {
	if q.selected == "" {
		return nil
	}
	own := slices.DeleteFunc(slices.Clone(list), func(r models.JoinRecord) bool { return r.From != q.selected && r.To != q.selected })
	if len(own) == 0 {
		return &templates.MapOne{Slug: q.selected, Name: s.words.SystemName(q.selected), URL: systemURL(q.selected)}
	}
	systems := systemsOf(own)
	me := systems[slices.IndexFunc(systems, func(m mapSystem) bool { return m.slug == q.selected })]
	one := &templates.MapOne{Slug: me.slug, Name: s.words.SystemName(me.slug), URL: systemURL(me.slug), Facts: me.facts()}
	one.Rows = s.rowsOf(own, me.slug)
	if len(one.Rows) > oneRows {
		one.More, one.MoreURL = len(one.Rows)-oneRows, q.address(inView(viewTable), only(models.JoinBySystem, me.slug), selecting(""))
		one.Rows = one.Rows[:oneRows]
	}
	return one
}

// rowsOf lists what a system is joined to by the connections that have it.
func (s *mapSource) rowsOf(own []models.JoinRecord, slug string) []templates.MapOneRow {
	other := func(r models.JoinRecord) string {
		if r.From == slug {
			return r.To
		}
		return r.From
	}
	pairs, others, standards := group(own, pairOf), group(own, other), map[string][]string{}
	for _, r := range own {
		if o := other(r); !slices.Contains(standards[o], r.Standard) {
			standards[o] = append(standards[o], r.Standard)
		}
	}
	var rows []templates.MapOneRow
	for _, o := range sortedKeys(others, most, strings.Compare) {
		row := templates.MapOneRow{Name: s.words.SystemName(o), URL: systemURL(o), Standards: s.standardNames(standards[o])}
		if t := pairs[joined{slug, o}]; t != nil {
			row.Out, row.OutURL = t.text(), templates.InteroperabilityURL(slug, o)
		}
		if t := pairs[joined{o, slug}]; t != nil && o != slug {
			row.In, row.InURL = t.text(), templates.InteroperabilityURL(o, slug)
		}
		rows = append(rows, row)
	}
	return rows
}

// namedStandards is how many standards are named in a row.
const namedStandards = 3

// standardNames names standards in a sentence, the most used of all first.
func (s *mapSource) standardNames(codes []string) string {
	slices.SortFunc(codes, func(a, b string) int { return cmp.Compare(slices.Index(s.standards, a), slices.Index(s.standards, b)) })
	var names []string
	for _, code := range codes[:min(len(codes), namedStandards)] {
		names = append(names, s.words.StandardName(code))
	}
	if more := len(codes) - len(names); more > 0 {
		names = append(names, strconv.Itoa(more)+" more")
	}
	return models.Together(names)
}
