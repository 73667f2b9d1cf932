package connections

import (
	"fmt"
	"math"
	"strings"

	"grassroots/templates"
)

// graphPage is the graph as the server draws it.
func (d *drawing) graphPage(q mapQuery) *templates.MapGraph {
	g := &templates.MapGraph{Width: d.width, Height: d.height, Styles: append(mapStyles(), otherStyle()), Note: d.note()}
	g.Legend, g.Others = d.legend()
	for i, m := range d.systems {
		facts := m.facts()
		g.Nodes = append(g.Nodes, templates.MapNode{URL: systemURL(m.slug), Name: d.name(i), Label: d.labels[i], Title: facts[0] + ", " + facts[1] + ", " + facts[2],
			X: int(d.places[i].x), Y: int(d.places[i].y), R: int(d.bodies[i].radius), Selected: m.slug == q.selected})
	}
	selected := q.selected != ""
	for i, l := range d.lines {
		from, to := d.systems[l.from].slug, d.systems[l.to].slug
		g.Lines = append(g.Lines, templates.MapLine{Path: d.path(i), Style: d.styles[l.standard], Wide: lineWidth(l.tally), To: l.toward, From: l.back, URL: templates.InteroperabilityURL(from, to),
			Title: fmt.Sprintf("%s to %s by %s: %s", d.name(l.from), d.name(l.to), d.source.words.StandardName(l.standard), l.text()),
			Faded: selected && from != q.selected && to != q.selected})
	}
	return g
}

// lineWidth is the wider the more organisations there are, and thin when
// nothing is live.
func lineWidth(t *tally) float64 {
	if t.live == 0 {
		return 1
	}
	return min(6, 1.8+0.7*math.Log2(float64(1+t.number())))
}

// legend explains the looks, that of the most used standard first, and names
// the others, which share one.
func (d *drawing) legend() (own, others []templates.MapLegend) {
	codes := sortedKeys(d.byStandard, func(a, b *tally) int { return b.connections - a.connections }, strings.Compare)
	for _, code := range codes {
		entry := templates.MapLegend{Style: d.styles[code], Text: d.source.words.StandardName(code), URL: standardURL(code), Count: d.byStandard[code].connections}
		if entry.Style == len(mapStyles()) {
			others = append(others, entry)
		} else {
			own = append(own, entry)
		}
	}
	return own, others
}

// between gives the lines of the same two systems, whichever way, and which of
// them one is.
func (d *drawing) between(i int) (at, of int) {
	l := d.lines[i]
	for j, o := range d.lines {
		if min(o.from, o.to) != min(l.from, l.to) || max(o.from, o.to) != max(l.from, l.to) {
			continue
		}
		if j == i {
			at = of
		}
		of++
	}
	return at, of
}

// path draws a line: straight when it is the only one between its systems,
// else bent to its own side.
func (d *drawing) path(i int) string {
	l := d.lines[i]
	a, b := d.places[l.from], d.places[l.to]
	ra, rb := d.bodies[l.from].radius, d.bodies[l.to].radius
	at, of := d.between(i)
	if l.from == l.to {
		return fmt.Sprintf("M%.0f %.0fa%d %d 0 1 1 %d 0", a.x-6, a.y-ra, 10+4*at, 10+4*at, 12)
	}
	side := 2 * 13 * (float64(at) - float64(of-1)/2)
	if l.from > l.to { // the sides are those of one direction
		side = -side
	}
	dx, dy := b.x-a.x, b.y-a.y
	long := max(math.Hypot(dx, dy), 1)
	bend := point{(a.x+b.x)/2 - side*dy/long, (a.y+b.y)/2 + side*dx/long}
	start, end := towards(a, bend, ra+2), towards(b, bend, rb+3)
	if side == 0 {
		return fmt.Sprintf("M%.1f %.1fL%.1f %.1f", start.x, start.y, end.x, end.y)
	}
	return fmt.Sprintf("M%.1f %.1fQ%.1f %.1f %.1f %.1f", start.x, start.y, bend.x, bend.y, end.x, end.y)
}

// towards is the point on the way from a to b that is so far from a.
func towards(a, b point, far float64) point {
	long := max(math.Hypot(b.x-a.x, b.y-a.y), 1)
	return point{a.x + (b.x-a.x)*far/long, a.y + (b.y-a.y)*far/long}
}

// mapData is what the script draws. Systems and standards are named in lines by
// their places in the lists.
type mapData struct {
	Systems   []mapDataSystem      `json:"systems"`
	Lines     [][6]int             `json:"lines"` // from, to, standard, organisations, case studies, flags
	Standards []mapDataStandard    `json:"standards"`
	Styles    []templates.MapStyle `json:"styles"`
	Note      string               `json:"note"`
}

type mapDataSystem struct {
	Slug  string `json:"slug"`
	Name  string `json:"name"`
	Label string `json:"label"`
	Facts string `json:"facts"`
	X     int    `json:"x"`
	Y     int    `json:"y"`
	R     int    `json:"r"`
}

type mapDataStandard struct {
	Name  string `json:"name"`
	Style int    `json:"style"`
}

// legibleSystems is how many systems fit on a screen with names that can be
// read.
const legibleSystems = 100

// The flags of a line.
const (
	flagLive   = 1 // some connection is live
	flagToward = 2 // information goes from the first to the second
	flagBack   = 4 // and from the second to the first
)

// data is the graph as the script draws it.
func (d *drawing) data() mapData {
	out := mapData{Systems: []mapDataSystem{}, Lines: [][6]int{}, Standards: []mapDataStandard{}, Styles: append(mapStyles(), otherStyle()), Note: d.note()}
	if len(d.systems) > legibleSystems {
		out.Note = strings.TrimSpace(out.Note + " Zoom in to read the names.")
	}
	for i, m := range d.systems {
		facts := m.facts()
		out.Systems = append(out.Systems, mapDataSystem{Slug: m.slug, Name: d.name(i), Label: strings.Join(d.labels[i], "\n"), Facts: facts[0] + ", " + facts[1] + ", " + facts[2],
			X: int(d.places[i].x), Y: int(d.places[i].y), R: int(d.bodies[i].radius)})
	}
	index := map[string]int{}
	for _, l := range d.lines {
		at, known := index[l.standard]
		if !known {
			at = len(out.Standards)
			index[l.standard] = at
			out.Standards = append(out.Standards, mapDataStandard{d.source.words.StandardName(l.standard), d.styles[l.standard]})
		}
		flags := 0
		for flag, set := range map[int]bool{flagLive: l.live > 0, flagToward: l.toward, flagBack: l.back} {
			if set {
				flags |= flag
			}
		}
		out.Lines = append(out.Lines, [6]int{l.from, l.to, at, l.organisations.count(), l.studies, flags})
	}
	return out
}
