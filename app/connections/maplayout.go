package connections

import (
	"math"
	"slices"
)

// point is a place on a map, in pixels at its usual size.
type point struct{ x, y float64 }

// body is what a layout places: a circle with its name below it.
type body struct {
	radius        float64
	width, height float64 // of the name
}

// link joins two bodies, by their indexes. The heavier, the closer.
type link struct {
	a, b   int
	weight float64
}

// How a layout is made.
const (
	layoutRatio = 1.4    // width to height
	rounds      = 240    // for a graph of up to fewNodes; a large one gets fewer
	fewNodes    = 150    //
	gravity     = 0.1    // holds together what nothing joins
	nodeArea    = 10_000 // square pixels for each body with its name
	clearance   = 6      // pixels between two
	gap         = 4      // pixels between a circle and its name
)

// layout places the bodies of a graph: those that are joined near each other,
// none over another's name. It begins with the first in the middle, so give
// the most joined first. The same graph is always placed the same way, which
// the layouts of gonum do not give: they begin at random and walk through maps,
// and what nothing joins drifts away. The first of the parts is Fruchterman and
// Reingold's, with a pull to the middle.
func layout(bodies []body, links []link) []point {
	places := spread(len(bodies))
	n := max(1, len(bodies))
	turns := rounds
	if n > fewNodes {
		turns = max(40, rounds*fewNodes/n)
	}
	moves := make([]point, len(bodies))
	for turn := range turns {
		forces(places, links, moves)
		heat := 0.9*(1-float64(turn)/float64(turns)) + 0.02
		for i, m := range moves {
			long := math.Hypot(m.x, m.y)
			if long > 0 {
				step := min(long, heat) / long
				places[i].x += m.x * step
				places[i].y += m.y * step
			}
		}
	}
	scale(places, math.Sqrt(float64(n)*nodeArea*layoutRatio), math.Sqrt(float64(n)*nodeArea/layoutRatio))
	separate(places, bodies)
	return places
}

// spread puts points on a spiral, each as far from its neighbours, the first
// in the middle.
func spread(n int) []point {
	golden := math.Pi * (3 - math.Sqrt(5))
	out := make([]point, n)
	for i := range out {
		away := math.Sqrt(float64(i) + 0.5)
		out[i] = point{away * math.Cos(float64(i)*golden), away * math.Sin(float64(i)*golden)}
	}
	return out
}

// forces works out where each body is drawn to: away from all others, towards
// those that it is joined to, and to the middle.
func forces(places []point, links []link, moves []point) {
	for i, p := range places {
		moves[i] = point{-gravity * p.x, -gravity * p.y}
	}
	for i, p := range places {
		for j := i + 1; j < len(places); j++ {
			dx, dy := p.x-places[j].x, p.y-places[j].y
			square := max(dx*dx+dy*dy, 0.01)
			dx, dy = dx/square, dy/square
			moves[i].x, moves[i].y = moves[i].x+dx, moves[i].y+dy
			moves[j].x, moves[j].y = moves[j].x-dx, moves[j].y-dy
		}
	}
	for _, l := range links {
		a, b := places[l.a], places[l.b]
		dx, dy := b.x-a.x, b.y-a.y
		pull := l.weight * math.Hypot(dx, dy)
		dx, dy = dx*pull, dy*pull
		moves[l.a].x, moves[l.a].y = moves[l.a].x+dx, moves[l.a].y+dy
		moves[l.b].x, moves[l.b].y = moves[l.b].x-dx, moves[l.b].y-dy
	}
}

// scale makes points fill a size, with their own proportions kept to half.
func scale(places []point, width, height float64) {
	low, high := bounds(places)
	wide, tall := max(high.x-low.x, 1e-6), max(high.y-low.y, 1e-6)
	sx, sy := width/wide, height/tall
	if len(places) < 3 { // two points are a line, which would be stretched without end
		sx, sy = min(sx, 160/max(wide, tall)), min(sy, 160/max(wide, tall))
	}
	sx, sy = min(sx, 2*sy), min(sy, 2*sx)
	for i, p := range places {
		places[i] = point{(p.x - low.x) * sx, (p.y - low.y) * sy}
	}
}

func bounds(places []point) (low, high point) {
	low, high = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range places {
		low.x, low.y = min(low.x, p.x), min(low.y, p.y)
		high.x, high.y = max(high.x, p.x), max(high.y, p.y)
	}
	return low, high
}

// separate moves bodies that lie over one another apart, along the shorter
// way, until none does or a hundred rounds have not helped.
func separate(places []point, bodies []body) {
	for range 100 {
		still := true
		for i := range places {
			for j := i + 1; j < len(places); j++ {
				still = !part(places, bodies, i, j) && still
			}
		}
		if still {
			return
		}
	}
}

// part moves two bodies apart when they overlap, and tells whether they did.
func part(places []point, bodies []body, i, j int) bool {
	a, b := bodies[i], bodies[j]
	reach := (max(a.width, 2*a.radius)+max(b.width, 2*b.radius))/2 + clearance
	dx := places[j].x - places[i].x
	overX := reach - math.Abs(dx)
	if overX <= 0 {
		return false
	}
	// A body reaches from the top of its circle to the foot of its name.
	aTop, aFoot := places[i].y-a.radius, places[i].y+a.radius+gap+a.height
	bTop, bFoot := places[j].y-b.radius, places[j].y+b.radius+gap+b.height
	overY := min(aFoot, bFoot) - max(aTop, bTop) + clearance
	if overY <= 0 {
		return false
	}
	if overX < overY {
		half := math.Copysign(overX/2+0.1, dx)
		places[i].x, places[j].x = places[i].x-half, places[j].x+half
		return true
	}
	half := math.Copysign(overY/2+0.1, places[j].y-places[i].y)
	places[i].y, places[j].y = places[i].y-half, places[j].y+half
	return true
}

// frame moves points so that all that is drawn has a margin around it, in
// whole pixels, and gives the size of the drawing.
func frame(places []point, bodies []body, margin float64) (out []point, width, height int) {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for i, p := range places {
		b := bodies[i]
		half := max(b.width/2, b.radius)
		low.x, low.y = min(low.x, p.x-half), min(low.y, p.y-b.radius)
		high.x, high.y = max(high.x, p.x+half), max(high.y, p.y+b.radius+gap+b.height)
	}
	out = slices.Clone(places)
	for i := range out {
		out[i] = point{math.Round(out[i].x - low.x + margin), math.Round(out[i].y - low.y + margin)}
	}
	return out, int(math.Ceil(high.x - low.x + 2*margin)), int(math.Ceil(high.y - low.y + 2*margin))
}
