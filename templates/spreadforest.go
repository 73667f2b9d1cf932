package templates

import (
	"fmt"
	"strings"
	"unicode"
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

	tops  []int // worked out once
	names [][]string
}

// ForestMark is one row of such a plot, in per cent of what was before.
type ForestMark struct {
	Name, Status string // no name: the case study itself
	Demo         bool   // invented for the demonstration
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
	forestLine = 14 // from line to line of a name
	forestCap  = 10 // how far the ends of an interval reach above and below it: further than a point, which else hides a narrow one
)

// forestInvented marks in a plot what is invented for the demonstration.
const forestInvented = "Invented"

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

// nameLines gives the name of a row over two lines at most, as far as there is room beside how
// far it is; the title of the row and the table have the whole of a longer one.
func (m *ForestMark) nameLines() []string {
	const room, gap = forestWide - 4, 10
	first, second := room-gap-textWidth(m.Status), float64(room)
	if m.Demo {
		second -= gap + textWidth(forestInvented)
	}
	rest := strings.Fields(PlainText(m.Name))
	line := func(most float64) (out string) {
		for len(rest) > 0 {
			next := strings.TrimSpace(out + " " + rest[0])
			if textWidth(next) > most {
				break
			}
			out, rest = next, rest[1:]
		}
		return out
	}
	lines := []string{line(first)}
	if lines[0] == "" { // a word that is wider than a line
		second = first
	} else if len(rest) > 0 {
		lines = append(lines, line(second))
	}
	if len(rest) > 0 {
		last := &lines[len(lines)-1]
		for r := []rune(strings.TrimSpace(*last + " " + strings.Join(rest, " "))); len(r) > 0; r = r[:len(r)-1] {
			if *last = strings.TrimSpace(string(r)) + "…"; textWidth(*last) <= second {
				break
			}
		}
	}
	return lines
}

// textWidth is about how wide a text is in a plot: no browser is asked, so it is rather too
// much than too little.
func textWidth(text string) (wide float64) {
	for _, r := range text {
		switch {
		case strings.ContainsRune(" iljtfI.,:;'’!|()[]-", r):
			wide += 4
		case strings.ContainsRune("mwMW@%", r) || r > 0x2e80:
			wide += 11.5
		case unicode.IsUpper(r):
			wide += 9
		default:
			wide += 6.9
		}
	}
	return wide
}

// lay gives each row its place: where it begins, and what its name is over how many lines.
func (f *SpreadForest) lay() {
	if f.tops != nil {
		return
	}
	y := 0
	for i := range f.Marks {
		f.tops, f.names = append(f.tops, y), append(f.names, f.Marks[i].nameLines())
		lines := max(1, len(f.names[i]))
		if f.Marks[i].Demo {
			lines = 2 // the second says so
		}
		y += lines*forestLine + 28
	}
	f.tops = append(f.tops, y)
}

// name gives the lines of the name of a row.
func (f *SpreadForest) name(row int) []string {
	f.lay()
	return f.names[row]
}

// top is where a row begins; that behind the last is where the axis does.
func (f *SpreadForest) top(row int) int {
	f.lay()
	return f.tops[row]
}

// textY is where a line of the name of a row stands.
func (f *SpreadForest) textY(row, line int) string {
	return fmt.Sprint(f.top(row) + 12 + line*forestLine)
}

func (f *SpreadForest) high() int { return f.top(len(f.Marks)) + 26 }

// x is where a change stands: between the sides, and at the edge for what is beyond.
func (f *SpreadForest) x(percent float64) float64 {
	share := (min(f.High, max(f.Low, percent)) - f.Low) / (f.High - f.Low)
	return forestSide + share*(forestWide-2*forestSide)
}

func (f *SpreadForest) y(row int) float64 { return float64(f.top(row+1) - 13) }

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
			fmt.Fprintf(&b, "M%.1f %.1fv%d", f.x(end), y-forestCap, 2*forestCap)
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
		return fmt.Sprintf("M%.1f %.1fh8v8h-8Z", x-4, y-4)
	case ForestClaimed:
		return fmt.Sprintf("M%.1f %.1fa4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", x-4, y)
	}
	return fmt.Sprintf("M%.1f %.1fl5 5l-5 5l-5 -5Z", x, y-5)
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
