package connections

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// wheel is a graph of a hub, as many spokes, and two pairs that nothing joins
// to it.
func wheel(spokes int) ([]body, []link) {
	var bodies []body
	var links []link
	for i := range spokes + 5 {
		bodies = append(bodies, body{radius: float64(6 + i%15), width: float64(40 + 90*(i%2)), height: float64(15 * (1 + i%3))})
		if i > 0 && i <= spokes {
			links = append(links, link{0, i, 1})
		}
	}
	return bodies, append(links, link{spokes + 1, spokes + 2, 1}, link{spokes + 3, spokes + 4, 1})
}

func TestALayoutCanBeRead(t *testing.T) {
	t.Parallel()
	for _, spokes := range []int{0, 1, 6, 40, 170} {
		bodies, links := wheel(spokes)
		places := layout(bodies, links)
		if again := layout(bodies, links); !slices.Equal(again, places) {
			t.Fatalf("%d spokes: the same graph is placed in another way", spokes)
		}
		framed, width, height := frame(places, bodies, 20)
		for i, a := range bodies {
			p := framed[i]
			if math.IsNaN(p.x) || p.x-a.width/2 < 19 || p.x+a.width/2 > float64(width)-19 || p.y-a.radius < 19 || p.y+a.radius+gap+a.height > float64(height)-19 {
				t.Errorf("%d spokes: body %d at %v is not within %d by %d", spokes, i, p, width, height)
			}
			for j := i + 1; j < len(bodies); j++ {
				if spokes < 100 && part(slices.Clone(places), bodies, i, j) {
					t.Errorf("%d spokes: bodies %d and %d lie over one another", spokes, i, j)
				}
			}
		}
	}
	if places := layout(nil, nil); len(places) != 0 {
		t.Errorf("nothing is placed at %v", places)
	}
	if framed, width, height := frame(layout([]body{{radius: 6}}, nil), []body{{radius: 6, width: 50, height: 15}}, 20); len(framed) != 1 || width != 90 || height != 71 {
		t.Errorf("one body alone: %v in %d by %d", framed, width, height)
	}
}

func TestWhatIsJoinedIsNear(t *testing.T) {
	t.Parallel()
	bodies, links := wheel(8)
	places := layout(bodies, links)
	away := func(i, j int) float64 { return math.Hypot(places[i].x-places[j].x, places[i].y-places[j].y) }
	if pair, others := away(9, 10), away(9, 11); pair > others {
		t.Errorf("a system is %.0f from the one that it is joined to and %.0f from another", pair, others)
	}
}

func TestLooksOfStandards(t *testing.T) {
	t.Parallel()
	var all []string
	for i := range 12 {
		all = append(all, fmt.Sprintf("s%02d", i))
	}
	all = append([]string{"unknown"}, all...)
	shown := func(codes ...string) map[string]*tally {
		out := map[string]*tally{}
		for _, c := range codes {
			out[c] = &tally{}
		}
		return out
	}
	other := len(mapStyles())
	for _, c := range []struct {
		shown []string
		want  map[string]int
	}{
		{[]string{"s00", "s06", "unknown"}, map[string]int{"s00": 0, "s06": 6, "unknown": other}},
		{[]string{"s03", "s09", "s11"}, map[string]int{"s03": 3, "s09": 0, "s11": 1}}, // those that are rare get what is free
		{all, map[string]int{"s00": 0, "s06": 6, "s07": other, "s11": other, "unknown": other}},
		{nil, nil},
	} {
		got := stylesFor(all, shown(c.shown...))
		if len(got) != len(c.shown) {
			t.Errorf("%v: %v", c.shown, got)
		}
		for code, want := range c.want {
			if got[code] != want {
				t.Errorf("%v: %s has %d, not %d", c.shown, code, got[code], want)
			}
		}
	}
	seen := map[string]bool{}
	for _, s := range append(mapStyles(), otherStyle()) {
		if key := fmt.Sprint(s.Dash); seen[key] || seen[s.Colour] {
			t.Errorf("two standards have the pattern %v or the colour %s", s.Dash, s.Colour)
		}
		seen[fmt.Sprint(s.Dash)], seen[s.Colour] = true, true
		if c := contrast(t, s.Colour); c < 3 {
			t.Errorf("%s stands out from white by %.1f to 1", s.Colour, c)
		}
	}
}

// contrast is how a colour stands out from white, by WCAG.
func contrast(t *testing.T, colour string) float64 {
	t.Helper()
	var rgb [3]int
	if _, err := fmt.Sscanf(colour, "#%02x%02x%02x", &rgb[0], &rgb[1], &rgb[2]); err != nil {
		t.Fatal(err)
	}
	light := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(rgb[i]) / 255
		if v <= 0.03928 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		light += weight * v
	}
	return 1.05 / (light + 0.05)
}

func TestNamesAreBrokenIntoShortLines(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ICE":                                "ICE",
		"Genomics England submission portal": "Genomics England|submission portal",
		"Summary Care Record application":    "Summary Care|Record application",
		"One two three four five six seven eight nine ten eleven twelve thirteen": "One two three four|five six seven|eight nine ten …",
		"Donaudampfschifffahrtsgesellschaftskapitän":                              "Donaudampfschifffahrt…",
		"":         "",
		"a\u202eb": "ab",
	} {
		if got := strings.Join(shortLines(name, 18, 3), "|"); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}

func TestShadesAreExplained(t *testing.T) {
	t.Parallel()
	for highest, want := range map[int]string{0: "0 None", 1: "0 None, 1 1", 2: "0 None, 1 1, 2 2", 3: "0 None, 1 1, 2 2, 3 3", 7: "0 None, 1 1 to 3, 2 4 to 5, 3 6 to 7", 1200: "0 None, 1 1 to 400, 2 401 to 800, 3 801 to 1,200"} {
		var got []string
		for _, l := range levels(highest) {
			got = append(got, fmt.Sprintf("%d %s", l.Level, l.Text))
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("up to %d: %q, not %q", highest, s, want)
		}
	}
}

func TestDistinctValuesAreCountedOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 16, 17, 300} {
		var d distinct
		for range 2 {
			for i := range n {
				d.add(fmt.Sprint(i))
			}
		}
		if d.count() != n {
			t.Errorf("%d values are counted as %d", n, d.count())
		}
	}
}
