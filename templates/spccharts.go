package templates

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"

	"grassroots/models/spc"
)

// measureBlock is how a measure over time stands in the HTML of a case study.
var measureBlock = regexp.MustCompile(`(?s)<pre class="gr-measure"><code>(.*?)</code></pre>`)

// bodyPart is a part of the body of a case study: its HTML, then a measure that is drawn
// where there is one.
type bodyPart struct {
	html    string
	measure *SPCChart
}

// bodyParts parts a body where measures stand. The text of one that cannot be read stays
// as it was written, with what is wrong.
func bodyParts(sanitised string) (out []bodyPart) {
	at := 0
	for n, m := range measureBlock.FindAllStringSubmatchIndex(sanitised, -1) {
		chart := chartOf(html.UnescapeString(sanitised[m[2]:m[3]]), strconv.Itoa(n+1))
		if chart.Wrong != "" {
			chart.Raw = sanitised[m[0]:m[1]]
		}
		out = append(out, bodyPart{sanitised[at:m[0]], chart})
		at = m[1]
	}
	return append(out, bodyPart{sanitised[at:], nil})
}

// chartOf reads a measure over time, to be drawn.
func chartOf(text, key string) *SPCChart {
	c := &SPCChart{Key: key}
	var err error
	if c.Measure, err = spc.Parse(text); err != nil {
		c.Wrong = err.Error()
	}
	c.Points = spc.Plot(c.Series)
	c.low, c.high = c.scale()
	return c
}

// SPCChart is a measure over time as it is drawn.
type SPCChart struct {
	spc.Measure
	Key    string // tells it from others on the page
	Points []spc.Plotted
	Wrong  string // why it cannot be drawn; then Raw is how it was written
	Raw    string

	low, high float64 // what the drawing shows, from bottom to top
}

// The size of the drawing. Its text is as large as it is so that it can be read at 320
// pixels.
const (
	chartWide, chartHigh             = 400, 230
	chartLeft, chartTop, chartBottom = 52, 10, 26
)

func (m *SPCChart) title() string {
	if m.Title != "" {
		return m.Title
	}
	return "A measure over time"
}

// scale works out the lowest and highest that the drawing shows.
func (m *SPCChart) scale() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	see := func(y float64) {
		if !math.IsNaN(y) {
			low, high = min(low, y), max(high, y)
		}
	}
	for _, p := range m.Points {
		see(p.Y)
		see(p.Lower)
		see(p.Upper)
	}
	if m.Target != nil {
		see(*m.Target)
	}
	if high-low < 1e-12 {
		low, high = low-1, high+1
	}
	margin := (high - low) * 0.04
	return low - margin, high + margin
}

func (m *SPCChart) x(i int) float64 {
	return chartLeft + (float64(i)+0.5)*(chartWide-chartLeft-6)/float64(len(m.Points))
}

func (m *SPCChart) y(v float64) float64 {
	return chartTop + (m.high-v)/(m.high-m.low)*(chartHigh-chartTop-chartBottom)
}

func short(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// line is a path through the points for which of gives a value, broken where a phase ends
// if that is asked for.
func (m *SPCChart) line(of func(p *spc.Plotted) float64, broken bool) string {
	var b strings.Builder
	for i := range m.Points {
		v := of(&m.Points[i])
		if math.IsNaN(v) {
			continue
		}
		command := "L"
		if b.Len() == 0 || broken && m.Points[i].Phase != m.Points[i-1].Phase {
			command = "M"
		}
		b.WriteString(command + short(m.x(i)) + " " + short(m.y(v)))
	}
	return b.String()
}

func (m *SPCChart) values() string { return m.line(func(p *spc.Plotted) float64 { return p.Y }, true) }
func (m *SPCChart) means() string {
	return m.line(func(p *spc.Plotted) float64 { return p.Mean }, true)
}
func (m *SPCChart) uppers() string {
	return m.line(func(p *spc.Plotted) float64 { return p.Upper }, true)
}
func (m *SPCChart) lowers() string {
	return m.line(func(p *spc.Plotted) float64 { return p.Lower }, true)
}

// mark is the shape of a point: a circle for chance, a square that is better, a triangle
// that is worse or only changed.
func (m *SPCChart) mark(i int) string {
	p := &m.Points[i]
	x, y := m.x(i), m.y(p.Y)
	switch {
	case len(p.Rules) == 0:
		return fmt.Sprintf("M%s %sa3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z", short(x-3), short(y))
	case m.better(p):
		return fmt.Sprintf("M%s %sh8v8h-8Z", short(x-4), short(y-4))
	}
	return fmt.Sprintf("M%s %sl5 9h-10Z", short(x), short(y-6))
}

func (m *SPCChart) better(p *spc.Plotted) bool {
	return m.Better != spc.Neither && p.High == (m.Better == spc.Higher)
}

func (m *SPCChart) colour(i int) string {
	switch p := &m.Points[i]; {
	case len(p.Rules) == 0:
		return "#4c6272"
	case m.better(p):
		return "#005eb8"
	}
	return "#b34100"
}

// number writes a value of the measure.
func (m *SPCChart) number(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	if m.Kind == spc.P {
		return strconv.FormatFloat(math.Round(x*1000)/10, 'f', -1, 64) + "%"
	}
	switch size := math.Abs(x); {
	case size >= 100:
		x = math.Round(x)
	case size >= 10:
		x = math.Round(x*10) / 10
	default:
		x = math.Round(x*100) / 100
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func (m *SPCChart) withUnit(x float64) string {
	if m.Unit == "" || m.Kind == spc.P {
		return m.number(x)
	}
	return m.number(x) + " " + m.Unit
}

// sentences say what the chart shows, the latest point first.
func (m *SPCChart) sentences() (out []string) {
	variation, assurance := m.Summary(m.Points)
	switch variation {
	case spc.Common:
		out = append(out, "The latest point is within what the measure always does: it shows no change.")
	case spc.Improvement:
		out = append(out, "The latest point is more than chance: it is an improvement.")
	case spc.Concern:
		out = append(out, "The latest point is more than chance: it is a concern.")
	case spc.Changed:
		out = append(out, "The latest point is more than chance: something has changed.")
	case spc.TooShort:
	}
	switch assurance {
	case spc.Passes:
		out = append(out, "It will meet its target each time, unless something changes.")
	case spc.Fails:
		out = append(out, "It will miss its target each time, unless something changes.")
	case spc.HitOrMiss:
		out = append(out, "It will meet its target at times and miss it at others, by chance alone.")
	case spc.NoTarget:
	}
	return out
}

// warnings say what the data cannot carry.
func (m *SPCChart) warnings() (out []string) {
	for _, c := range m.Cautions(m.Points) {
		switch c {
		case spc.TwoPoints:
			out = append(out, "One point before and one after cannot tell a change from chance. Give more points in time.")
		case spc.FewPoints:
			out = append(out, "There are fewer than 10 points here or in a phase, too few for limits: a change cannot be told from chance.")
		case spc.Provisional:
			out = append(out, "There are fewer than 15 points here or in a phase, so the limits are provisional.")
		case spc.SmallCounts:
			out = append(out, "Fewer than 5 events are to be expected at a time, so the limits do not hold well.")
		}
	}
	return out
}

// phases say what the mean is from each step on.
func (m *SPCChart) phases() (out [][3]string) {
	if len(m.Points) == 0 {
		return nil
	}
	out = append(out, [3]string{m.Points[0].At, m.withUnit(m.Points[0].Mean), ""})
	for i, at := range m.Steps {
		out = append(out, [3]string{m.Points[at].At, m.withUnit(m.Points[at].Mean), m.Why[i]})
	}
	return out
}

func ruleText(r spc.Rule) string {
	switch r {
	case spc.Beyond:
		return "Outside the limits"
	case spc.Shift:
		return "Seven or more on one side of the mean"
	case spc.Trend:
		return "Seven or more rising or falling"
	case spc.TwoOf3:
		return "Two of three near a limit"
	}
	return string(r)
}

// exampleMeasure is the example of the help: invented figures with a step.
const exampleMeasure = `title: Time until a discharge letter is sent
unit: hours
better: lower
target: 24
step: 2026-03-23 The letter is sent by MESH
week,hours
2026-01-05,46
2026-01-12,52
2026-01-19,49
2026-01-26,44
2026-02-02,51
2026-02-09,47
2026-02-16,55
2026-02-23,45
2026-03-02,50
2026-03-09,48
2026-03-16,53
2026-03-23,20
2026-03-30,17
2026-04-06,19
2026-04-13,16
2026-04-20,21
2026-04-27,18
2026-05-04,15
2026-05-11,19
2026-05-18,17
2026-05-25,18
2026-06-01,16
2026-06-08,20
2026-06-15,17
2026-06-22,18
2026-06-29,16
`
