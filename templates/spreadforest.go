package templates

import (
	"fmt"
	"strings"
)

// SpreadForest is one measure over the sites that report it, as a plot of the forest type:
// a row for each, with its change, and the interval of that where there is one.
type SpreadForest struct {
	Key, Name   string
	LowerBetter bool
	Marks       []ForestMark
	Low, High   float64 // ends of the axis, in per cent
	Table       ReportTable
	More        bool         // there are more than are shown
	Silent      []SpreadSaid // who tried it and reports nothing of this measure
	MoreSilent  bool
}

// ForestMark is one row of such a plot, in per cent of what was before.
type ForestMark struct {
	Name, Status string // no name: the case study itself
	Known        ForestShape
	At           float64
	Bounded      bool // From and To are the ends of an interval
	From, To     float64
}

// ForestShape is what a point looks like, by how well it is known.
type ForestShape string

// The shapes.
const (
	ForestMeasured  ForestShape = "square"
	ForestClaimed   ForestShape = "circle"
	ForestEstimated ForestShape = "diamond"
)

const (
	forestWide = 320
	forestSide = 22 // left free at both sides, for the arrows and the ends of numbers
	forestRow  = 38
	forestName = 30 // characters of a name that stand in the plot; the table has the whole
)

// NewForestAxis gives the ends of an axis that holds all that is drawn: as narrow as it can
// be, and never beyond −100 and +200 per cent, where a single far value would press all others
// together. What lies outside is an arrow at the edge.
func NewForestAxis(marks []ForestMark) (low, high float64) {
	least, most := 0.0, 0.0
	for _, m := range marks {
		least, most = min(least, m.At), max(most, m.At)
		if m.Bounded {
			least, most = min(least, m.From), max(most, m.To)
		}
	}
	switch {
	case least >= -50 && most <= 50:
		return -50, 50
	case least >= -100 && most <= 100:
		return -100, 100
	}
	return -100, 200
}

// ForestName gives what of the name of an organisation has room in a plot.
func ForestName(name string) string {
	if r := []rune(PlainText(name)); len(r) > forestName {
		return strings.TrimSpace(string(r[:forestName-1])) + "…"
	}
	return PlainText(name)
}

func (f *SpreadForest) high() int { return len(f.Marks)*forestRow + 26 }

// x is where a change stands: between the sides, and at the edge for what is beyond.
func (f *SpreadForest) x(percent float64) float64 {
	share := (min(f.High, max(f.Low, percent)) - f.Low) / (f.High - f.Low)
	return forestSide + share*(forestWide-2*forestSide)
}

func (f *SpreadForest) y(row int) float64 { return float64(row*forestRow) + 26 }

// ticks are where the axis has numbers.
func (f *SpreadForest) ticks() []float64 {
	if f.High > -f.Low {
		return []float64{-100, 0, 100, 200}
	}
	return []float64{f.Low, f.Low / 2, 0, f.High / 2, f.High}
}

func tickText(t float64) string {
	if t == 0 {
		return "0%"
	}
	return strings.Replace(fmt.Sprintf("%+.0f%%", t), "-", "−", 1)
}

// inside tells whether a change is within the ends of the axis.
func (f *SpreadForest) inside(percent float64) bool { return percent >= f.Low && percent <= f.High }

// bar draws the interval of a row, with a line across each end that is within
// the axis, higher than the point: or that would hide a narrow one.
func (f *SpreadForest) bar(row int) string {
	m, y := &f.Marks[row], f.y(row)
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f %.1fH%.1f", f.x(m.From), y, f.x(m.To))
	for _, end := range []float64{m.From, m.To} {
		if f.inside(end) {
			fmt.Fprintf(&b, "M%.1f %.1fv14", f.x(end), y-7)
		}
	}
	return b.String()
}

// arrows draws an arrow at the edge for a point, or an end of an interval, that is beyond it.
func (f *SpreadForest) arrows(row int) string {
	m, y := &f.Marks[row], f.y(row)
	least, most := m.At, m.At
	if m.Bounded {
		least, most = min(least, m.From), max(most, m.To)
	}
	var b strings.Builder
	if least < f.Low {
		fmt.Fprintf(&b, "M%d %.1fl10 -6v12Z", forestSide-12, y)
	}
	if most > f.High {
		fmt.Fprintf(&b, "M%d %.1fl-10 -6v12Z", forestWide-forestSide+12, y)
	}
	return b.String()
}

// point draws the point of a row, in the shape that says how well it is known.
func (f *SpreadForest) point(row int) string {
	return forestPoint(f.Marks[row].Known, f.x(f.Marks[row].At), f.y(row))
}

func forestPoint(shape ForestShape, x, y float64) string {
	switch shape {
	case ForestMeasured:
		return fmt.Sprintf("M%.1f %.1fh10v10h-10Z", x-5, y-5)
	case ForestClaimed:
		return fmt.Sprintf("M%.1f %.1fa5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", x-5, y)
	}
	return fmt.Sprintf("M%.1f %.1fl6 6l-6 6l-6 -6Z", x, y-6)
}

// fill keeps what is measured full, and the rest hollow.
func (s ForestShape) fill() string {
	if s == ForestMeasured {
		return "#005eb8"
	}
	return "#ffffff"
}

// SpreadTile is a region of the tile map, at a column and a row about where it lies.
type SpreadTile struct {
	Name              string
	Column, Row, Many int
}

// fill is darker where there are more: the number in the tile says the same.
func (t SpreadTile) fill() string {
	if t.Many == 0 {
		return "#ffffff"
	}
	return "#d1e5f5"
}
