package templates

import (
	"fmt"
	"strconv"
	"strings"
)

// MapPage is a view of the map of connections.
type MapPage struct {
	Views   []Sort // the ways to look at it
	Facets  []ListFacet
	Selects []SelectProps
	Filters FiltersProps
	Chosen  []ChosenFilter
	Count   string // what is shown, in a sentence
	Cut     string // what is left out of all views, if anything is
	Empty   bool   // no case study says yet what it joins
	// One of these is set, unless there is nothing to show.
	Graph   *MapGraph
	Table   *MapTable
	Matrix  *MapMatrix
	England *MapEngland
}

// MapStyle is the look of a line: a colour, and dashes and gaps in pixels; none is a line without gaps.
type MapStyle struct {
	Colour string `json:"colour"`
	Dash   []int  `json:"dash,omitempty"`
}

// MapGraph is the systems as circles and their connections as lines, drawn here and drawn again by the script.
type MapGraph struct {
	Width, Height int
	Nodes         []MapNode
	Lines         []MapLine
	Styles        []MapStyle // what MapLine.Style is an index of
	Legend        []MapLegend
	Others        []MapLegend // the standards that share the last style
	Note          string      // what is not drawn
	Choose        MapChoose
	One           *MapOne // the system that is looked at
	// Data and Library are addresses for the script: what to draw, and what draws it.
	Data, Library string
}

// MapNode is a system, drawn at X and Y with its name below.
type MapNode struct {
	URL, Name string
	Label     []string // the name in short lines
	Title     string   // what is counted of it
	X, Y, R   int
	Selected  bool
}

// MapLine is the connections from one system to another by one standard. Path is of SVG.
type MapLine struct {
	Path  string
	Style int
	Wide  float64 // pixels
	To    bool    // an arrow at its end
	From  bool    // and one at its start
	Title string
	Faded bool // it is not of the system that is looked at
	URL   string
}

// MapLegend explains a line.
type MapLegend struct {
	Style     int
	Text, URL string
	Count     int // connections
}

// MapChoose is the form that looks at one system.
type MapChoose struct {
	ActionURL string
	Keep      []NameValue
	Select    SelectProps
	ClearURL  string
}

// MapOne is one system and what it is joined to.
type MapOne struct {
	Slug, Name, URL string
	Facts           []string
	Rows            []MapOneRow
	More            int // how many more it is joined to
	MoreURL         string
}

// MapOneRow is a system that another is joined to. Out and In count organisations that send to it and receive from it;
// a text, since where nobody says who, case studies are counted.
type MapOneRow struct {
	Name, URL   string
	Out, OutURL string
	In, InURL   string
	Standards   string
}

// MapTable is the connections as rows.
type MapTable struct {
	Columns          []MapColumn
	Rows             []MapRow
	Caption          string
	CSVURL, JoinsURL string // all rows as a table, and every connection that they count
	PrevURL, NextURL string
}

// MapColumn is the head of a column. With an address it sorts.
type MapColumn struct {
	Text, URL string
	Sort      string // aria-sort: "ascending", "descending" or empty
	Number    bool
}

// MapRow is the connections of two systems that agree in standard, direction and status.
type MapRow struct {
	From, To, Standard     Crumb
	Direction, Status      string
	Live                   bool
	Organisations, Studies int
	PairURL                string
}

// MapMatrix is systems by systems: a row for each that gives, a column for each that takes.
type MapMatrix struct {
	Choose  MapChoose
	One     *MapOne
	Columns []Crumb
	Rows    []MapMatrixRow
	Note    string
}

// MapMatrixRow is what one system gives to each of the columns.
type MapMatrixRow struct {
	System Crumb
	Cells  []MapCell
}

// MapCell counts the connections from one system to another. Without an address there are none.
type MapCell struct {
	Text, URL, Label string
	Level            int // 1 to 3, how many beside the others
}

// MapEngland is where connections are, as tiles and as a table.
type MapEngland struct {
	Tiles   []MapTile
	Levels  []MapLevel
	Columns []MapColumn
	Rows    []MapRegion
	Total   MapRegion
}

// MapTile is a region as a square of the map, at a column and a row of the grid.
type MapTile struct {
	Column, Row int
	Name        string
	URL, Title  string
	Live        int // organisations with a live connection
	Level       int // 0 to 3, how many beside the others
	Selected    bool
	Nation      bool // another nation than England
}

// MapLevel explains a shade.
type MapLevel struct {
	Level int
	Text  string
}

// MapRegion is what is counted of a region, a number for each column after the first.
type MapRegion struct {
	Name, URL string
	Counts    []int
}

// dashes is the dashes of a line as SVG has them.
func (s MapStyle) dashes() string {
	var out []string
	for _, d := range s.Dash {
		out = append(out, strconv.Itoa(d))
	}
	return strings.Join(out, " ")
}

// wide is a width in pixels.
func wide(w float64) string { return strconv.FormatFloat(w, 'f', 1, 64) }

func (g MapGraph) viewBox() string { return fmt.Sprintf("0 0 %d %d", g.Width, g.Height) }

// MapLineHeight is how far apart the lines of a name are, in pixels.
const MapLineHeight = 15

// tileFill is the shade of a level: none is white.
func tileFill(level int) string {
	if level == 0 {
		return "#ffffff"
	}
	return "url(#map-level-" + strconv.Itoa(level) + ")"
}
