package connections

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"grassroots/models"
	"grassroots/templates"
)

// How much of the map is drawn. A table has the rest.
const (
	drawnSystems  = 40  // by the server
	drawnLines    = 240 //
	scriptSystems = 400 // by the script
	scriptLines   = 6000
)

// The names of systems on the map, in letters and pixels.
const (
	labelLetters = 18
	labelLines   = 3
	letterWidth  = 7.4
)

// drawing is the systems of a map with their places, and the lines between.
type drawing struct {
	source        *mapSource
	systems       []mapSystem
	labels        [][]string
	bodies        []body
	places        []point
	width, height int
	lines         []drawnLine
	allSystems    int
	allLines      int
	byStandard    map[string]*tally
	styles        map[string]int
}

// drawnLine is the connections from one system to another by one standard.
type drawnLine struct {
	from, to int // indexes of systems
	standard string
	*tally
}

// lineKey is what the connections of a line have in common.
type lineKey struct {
	joined
	standard string
}

// draw places the most joined systems of connections, and the one that is
// looked at, with the lines between them that have most organisations.
func (f *Feature) draw(ctx context.Context, s *mapSource, list []models.JoinRecord, selected string, systems, lines int) (*drawing, error) {
	d := &drawing{source: s, systems: systemsOf(list), byStandard: group(list, func(r models.JoinRecord) string { return r.Standard })}
	d.allSystems = len(d.systems)
	if len(d.systems) > systems {
		at := slices.IndexFunc(d.systems, func(m mapSystem) bool { return m.slug == selected })
		if at >= systems {
			d.systems[systems-1] = d.systems[at]
		}
		d.systems = d.systems[:systems]
	}
	for _, m := range d.systems {
		label := shortLines(s.words.SystemName(m.slug), labelLetters, labelLines)
		d.labels = append(d.labels, label)
		d.bodies = append(d.bodies, bodyOf(m, label))
	}
	d.styles = stylesFor(s.standards, d.byStandard)
	d.addLines(list, selected, lines)
	err := d.place(ctx, f)
	return d, err
}

// bodyOf sizes a circle by its organisations.
func bodyOf(m mapSystem, label []string) body {
	b := body{radius: math.Round(min(26, 6+2.4*math.Sqrt(float64(m.organisations.count())))), height: float64(len(label) * templates.MapLineHeight)}
	for _, line := range label {
		b.width = max(b.width, math.Ceil(float64(utf8.RuneCountInString(line))*letterWidth))
	}
	return b
}

// addLines counts the lines between the systems that are drawn.
func (d *drawing) addLines(list []models.JoinRecord, selected string, most int) {
	index := map[string]int{}
	for i, m := range d.systems {
		index[m.slug] = i
	}
	tallies := group(list, func(r models.JoinRecord) lineKey { return lineKey{pairOf(r), r.Standard} })
	d.allLines = len(tallies)
	ofSelected := func(k lineKey) bool { return k.from == selected || k.to == selected }
	for _, k := range sortedLines(tallies) {
		from, drawn := index[k.from]
		to, too := index[k.to]
		if drawn && too && (len(d.lines) < most || ofSelected(k)) {
			d.lines = append(d.lines, drawnLine{from, to, k.standard, tallies[k]})
		}
	}
}

func sortedLines(tallies map[lineKey]*tally) []lineKey {
	return sortedKeys(tallies, most, func(a, b lineKey) int {
		return cmp.Or(a.compare(b.joined), strings.Compare(a.standard, b.standard))
	})
}

// place gives the systems their places: worked out, or as they were the last
// time that the same graph was drawn.
func (d *drawing) place(ctx context.Context, f *Feature) error {
	links := d.links()
	hash := sha256.New()
	fmt.Fprintln(hash, d.bodies, links) // a hash never fails to write
	places, err := f.maps.places.Get(ctx, string(hash.Sum(nil)), func(context.Context) ([]point, error) {
		return layout(d.bodies, links), nil
	})
	d.places, d.width, d.height = frame(places, d.bodies, 24)
	return err
}

// links gives each two systems that are joined once, by whatever and which way.
func (d *drawing) links() []link {
	seen := map[[2]int]bool{}
	var out []link
	for _, l := range d.lines {
		ends := [2]int{min(l.from, l.to), max(l.from, l.to)}
		if l.from != l.to && !seen[ends] {
			seen[ends] = true
			out = append(out, link{ends[0], ends[1], 1})
		}
	}
	slices.SortFunc(out, func(a, b link) int { return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b)) })
	return out
}

// note says what is not drawn.
func (d *drawing) note() string {
	switch {
	case len(d.systems) < d.allSystems:
		return fmt.Sprintf("Drawn are the %s most joined of %s systems, and %s between them. The table has all.", templates.FormatNumber(len(d.systems)),
			templates.FormatNumber(d.allSystems), templates.FormatCount(len(d.lines), "line", "lines"))
	case len(d.lines) < d.allLines:
		return fmt.Sprintf("Drawn are the %s of %s lines that have most organisations. The table has all.", templates.FormatNumber(len(d.lines)), templates.FormatNumber(d.allLines))
	}
	return ""
}

// name gives the name of a system that is drawn.
func (d *drawing) name(i int) string { return d.source.words.SystemName(d.systems[i].slug) }

// text says how many have a connection: organisations, or case studies where
// none says which.
func (t *tally) text() string {
	if n := t.organisations.count(); n > 0 {
		return templates.FormatCount(n, "organisation", "organisations")
	}
	return templates.FormatCount(t.studies, "case study", "case studies")
}

// number is the number in text.
func (t *tally) number() int { return cmp.Or(t.organisations.count(), t.studies) }

// facts says what is counted of a system.
func (m mapSystem) facts() []string {
	return []string{"Joined to " + templates.FormatCount(len(m.others), "system", "systems"), templates.FormatCount(m.organisations.count(), "organisation", "organisations"),
		templates.FormatCount(m.studies, "case study", "case studies")}
}

// shortLines breaks a name between words into lines of about as many letters;
// what does not fit into so many lines is cut off with an ellipsis.
func shortLines(name string, letters, lines int) []string {
	var out []string
	for _, word := range strings.Fields(templates.PlainText(name)) {
		last := len(out) - 1
		switch {
		case last >= 0 && utf8.RuneCountInString(out[last])+1+utf8.RuneCountInString(word) <= letters:
			out[last] += " " + word
		case len(out) == lines:
			out[last] = models.Truncate(out[last], letters-2) + " …"
			return out
		default:
			out = append(out, models.Truncate(word, letters+4))
		}
	}
	return out
}
