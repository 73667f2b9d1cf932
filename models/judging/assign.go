package judging

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Entry is something to be judged.
type Entry struct {
	ID            string
	Organisations []string // of everybody who entered it
}

// Judge is somebody who judges.
type Judge struct {
	ID            string
	Organisations []string
}

// Pair says that a judge judges an entry.
type Pair struct{ Entry, Judge string }

// Panel is what an assignment is made from.
type Panel struct {
	Entries   []Entry
	Judges    []Judge
	Conflicts []Pair // declared: this judge may not judge this entry
	PerEntry  int    // how many judges each entry should have
	Seed      uint64 // the same panel with the same seed is assigned the same way
	Kept      []Pair // stay as they are where they are still allowed
}

// Short is an entry for which too few judges are without a conflict.
type Short struct {
	Entry string
	Got   int // judges that it has
	Want  int
}

// Assignment is who judges what.
type Assignment struct {
	Pairs []Pair // by entry in the order of the panel, then by judge
	Short []Short
	Lost  []Pair // of the kept ones, those that are not allowed any more
}

// MayJudge tells whether a judge may judge an entry: not one of the judge's own
// organisation, and none with which a conflict was declared.
func (p *Panel) MayJudge(e Entry, j Judge) bool {
	for _, own := range j.Organisations {
		if own != "" && slices.Contains(e.Organisations, own) {
			return false
		}
	}
	return !slices.Contains(p.Conflicts, Pair{e.ID, j.ID})
}

// Assign gives each entry PerEntry different judges, as many as there are
// without a conflict, with loads as even as the conflicts allow: no other
// assignment of as many judges has a smaller greatest load or a larger
// smallest one. It does so by first filling each entry from those with the
// least to do, and then moving entries along paths from a judge to one who has
// at least two fewer, until there is no such path. That no cost-reducing path
// is left is when an assignment is optimal (Harvey, Ladner, Lovász and Tamir,
// "Semi-matchings for bipartite graphs and load balancing", Journal of
// Algorithms 59 (2006) 53–78, theorem 3.1; the argument holds for several
// judges an entry, as the flow is the same).
//
// What is Kept is not moved, though the load would be more even: so a repair
// after a later conflict replaces what the conflict took and nothing else.
func (p *Panel) Assign() Assignment {
	a := newAssigner(p)
	a.keep()
	a.fill()
	a.level()
	return a.answer()
}

// assigner works with places in the lists instead of ids.
type assigner struct {
	panel *Panel
	may   [][]bool // entry, judge
	has   [][]bool
	fixed [][]bool // was kept: stays
	load  []int
	luck  []int // breaks what is equal among judges, by the seed; another for each entry
	order []int // entries, by the seed, those with the fewest judges first
	lost  []Pair

	random *rand.Rand
}

func newAssigner(p *Panel) *assigner {
	random := rand.New(rand.NewPCG(p.Seed, 0x6a75646765))
	a := &assigner{panel: p, load: make([]int, len(p.Judges)), luck: random.Perm(len(p.Judges)), order: random.Perm(len(p.Entries)), random: random}
	declared := map[Pair]bool{}
	for _, c := range p.Conflicts {
		declared[c] = true
	}
	bare := *p
	bare.Conflicts = nil
	free := make([]int, len(p.Entries))
	for i, e := range p.Entries {
		a.may = append(a.may, make([]bool, len(p.Judges)))
		a.has = append(a.has, make([]bool, len(p.Judges)))
		a.fixed = append(a.fixed, make([]bool, len(p.Judges)))
		for j, judge := range p.Judges {
			if a.may[i][j] = !declared[Pair{e.ID, judge.ID}] && bare.MayJudge(e, judge); a.may[i][j] {
				free[i]++
			}
		}
	}
	slices.SortStableFunc(a.order, func(x, y int) int { return cmp.Compare(free[x], free[y]) })
	return a
}

// keep puts in place what stays.
func (a *assigner) keep() {
	entries, judges := map[string]int{}, map[string]int{}
	for i, e := range a.panel.Entries {
		entries[e.ID] = i
	}
	for j, judge := range a.panel.Judges {
		judges[judge.ID] = j
	}
	for _, kept := range a.panel.Kept {
		i, there := entries[kept.Entry]
		j, sits := judges[kept.Judge]
		if !there || !sits || !a.may[i][j] {
			a.lost = append(a.lost, kept)
			continue
		}
		if !a.has[i][j] {
			a.has[i][j], a.fixed[i][j] = true, true
			a.load[j]++
		}
	}
}

// fill gives each entry the judges that it still needs: those with least to do,
// among them those who have judged least together. Were the same two always
// together, nothing would link them to the others, and how severe they are could
// not be told from how good their entries are.
func (a *assigner) fill() {
	together := make([][]int, len(a.load))
	for j := range together {
		together[j] = make([]int, len(a.load))
	}
	for _, i := range a.order {
		var chosen []int
		take := func(j int) {
			for _, other := range chosen {
				together[j][other]++
				together[other][j]++
			}
			chosen = append(chosen, j)
		}
		for j, has := range a.has[i] {
			if has {
				take(j)
			}
		}
		a.luck = a.random.Perm(len(a.load))
		for len(chosen) < a.panel.PerEntry {
			best, bestMet := -1, 0
			for j := range a.load {
				if !a.may[i][j] || a.has[i][j] {
					continue
				}
				met := 0
				for _, other := range chosen {
					met += together[j][other]
				}
				if best < 0 || cmp.Or(cmp.Compare(a.load[j], a.load[best]), cmp.Compare(met, bestMet), cmp.Compare(a.luck[j], a.luck[best])) < 0 {
					best, bestMet = j, met
				}
			}
			if best < 0 {
				break
			}
			a.has[i][best] = true
			a.load[best]++
			take(best)
		}
	}
}

// level moves entries until no path leads from a judge to one with at least two
// fewer. Each move lowers the sum of the squares of the loads, so it ends.
func (a *assigner) level() {
	for moved := true; moved; {
		moved = false
		byLoad := make([]int, len(a.load))
		for j := range byLoad {
			byLoad[j] = j
		}
		slices.SortFunc(byLoad, func(x, y int) int {
			return cmp.Or(cmp.Compare(a.load[y], a.load[x]), cmp.Compare(a.luck[x], a.luck[y]))
		})
		for _, from := range byLoad {
			if a.relieve(from) {
				moved = true
				break
			}
		}
	}
}

// step is how a search came to a judge: by taking an entry from another.
type step struct{ judge, entry int }

// relieve looks for the shortest path from a judge to one with at least two
// fewer, and moves one entry along each step of it.
func (a *assigner) relieve(from int) bool {
	came := map[int]step{from: {-1, -1}}
	queue := []int{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if a.load[at] <= a.load[from]-2 {
			a.load[from]--
			a.load[at]++
			for s := came[at]; s.judge >= 0; at, s = s.judge, came[s.judge] {
				a.has[s.entry][s.judge], a.has[s.entry][at] = false, true
			}
			return true
		}
		for i := range a.has {
			if !a.has[i][at] || a.fixed[i][at] {
				continue
			}
			for to := range a.load {
				if _, seen := came[to]; !seen && a.may[i][to] && !a.has[i][to] {
					came[to] = step{at, i}
					queue = append(queue, to)
				}
			}
		}
	}
	return false
}

func (a *assigner) answer() Assignment {
	out := Assignment{Lost: a.lost}
	for i, e := range a.panel.Entries {
		got := 0
		for j, has := range a.has[i] {
			if has {
				got++
				out.Pairs = append(out.Pairs, Pair{e.ID, a.panel.Judges[j].ID})
			}
		}
		if got < a.panel.PerEntry {
			out.Short = append(out.Short, Short{e.ID, got, a.panel.PerEntry})
		}
	}
	return out
}

// Loads counts how many entries each judge of a panel has in an assignment;
// those with none are counted too.
func (p *Panel) Loads(pairs []Pair) map[string]int {
	loads := map[string]int{}
	for _, j := range p.Judges {
		loads[j.ID] = 0
	}
	for _, pair := range pairs {
		loads[pair.Judge]++
	}
	return loads
}
