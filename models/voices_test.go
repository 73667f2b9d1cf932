package models

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// voiceWorld is a made-up site, quarter after quarter: whom it has, what they did,
// and what was shown of it.
type voiceWorld struct {
	r      *rand.Rand
	secret string
	people []Voice
	acts   map[VoiceDid][]VoiceAct
	closed map[string]bool
	made   []VoiceColumn
	sets   []map[string]bool // who was in each when it was made
	truth  []map[VoiceBy]map[string]int
}

func newVoiceWorld(seed uint64) *voiceWorld {
	return &voiceWorld{r: rand.New(rand.NewPCG(seed, 7)), secret: fmt.Sprint(seed), acts: map[VoiceDid][]VoiceAct{}, closed: map[string]bool{}}
}

// leftOut is a draw that leaves out about one in ten.
func (w *voiceWorld) leftOut(by VoiceBy, id string) bool {
	h := fnv.New64a()
	fmt.Fprint(h, w.secret, by, id)
	return h.Sum64()%10 == 0
}

var voiceStart = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func quarterAfter(n int) time.Time { return voiceStart.AddDate(0, 3*n, 0) }

// join adds people, some of whom do something at once.
func (w *voiceWorld) join(n int) {
	for range n {
		v := Voice{ID: fmt.Sprint("p", len(w.people))}
		if w.r.IntN(5) > 0 {
			v.StaffGroup = fmt.Sprint("g", w.r.IntN(6)*w.r.IntN(2))
		}
		if w.r.IntN(3) > 0 {
			v.Band = fmt.Sprint("b", w.r.IntN(4))
		}
		if o := w.r.IntN(9); o > 0 { // an organisation gives both
			v.Region, v.Where = fmt.Sprint("r", o%3), fmt.Sprint("k", o/3)
		}
		if w.r.IntN(4) == 0 {
			v.Settings = []string{fmt.Sprint("s", w.r.IntN(3)), "s3"}
		}
		w.people = append(w.people, v)
	}
}

// act has somebody do something in a quarter.
func (w *voiceWorld) act(who, quarter int) {
	at := quarterAfter(quarter).Add(time.Duration(w.r.IntN(80*24)) * time.Hour).Unix()
	add := func(d VoiceDid, known int64) {
		w.acts[d] = append(w.acts[d], VoiceAct{Person: who, At: at, Known: known, Hours: w.r.Float64() * 500})
	}
	switch w.r.IntN(3) {
	case 0:
		add(DidVote, at)
	case 1:
		add(DidComment, at)
	default:
		add(DidPost, at)
		if w.r.IntN(4) > 0 {
			add(WasHeard, at+int64(w.r.IntN(60*24))*3600)
		}
		if w.r.IntN(3) == 0 {
			add(WasAdopted, at)
		}
	}
}

// live lets a quarter pass and shows what is to be shown after it.
func (w *voiceWorld) live(quarter int) {
	w.join([]int{0, 1, 2, 4, 15, 60}[w.r.IntN(6)])
	for i := range w.people {
		if w.r.IntN(6) == 0 || i > len(w.people)-5 {
			w.act(i, quarter)
		}
		if w.r.IntN(300) == 0 {
			w.closed[w.people[i].ID] = true
		}
	}
	w.show(quarter + 1)
}

// count is the people and acts that there are now; places are made anew.
func (w *voiceWorld) count() *VoiceCount {
	n := &VoiceCount{Acts: map[VoiceDid][]VoiceAct{}, LeftOut: w.leftOut}
	place := map[int]int{}
	for i, p := range w.people {
		if !w.closed[p.ID] {
			place[i] = len(n.People)
			n.People = append(n.People, p)
		}
	}
	for d, acts := range w.acts {
		for _, a := range acts {
			if at, ok := place[a.Person]; ok {
				a.Person = at
				n.Acts[d] = append(n.Acts[d], a)
			}
		}
	}
	return n
}

func (w *voiceWorld) show(quarter int) {
	n := w.count()
	for _, c := range n.Make(w.made, WantedVoices(w.made, voiceStart, quarterAfter(quarter))) {
		set, counts := w.who(n, &c)
		w.made, w.sets, w.truth = append(w.made, c), append(w.sets, set), append(w.truth, counts)
	}
}

// who says by its own count who is in a column, and how many of each are counted.
func (w *voiceWorld) who(n *VoiceCount, c *VoiceColumn) (map[string]bool, map[VoiceBy]map[string]int) {
	set, counts := map[string]bool{}, map[VoiceBy]map[string]int{}
	for _, a := range n.Acts[c.Did] {
		if at := time.Unix(a.At, 0); !at.Before(c.From) && at.Before(c.To) && time.Unix(a.Known, 0).Before(c.To) {
			set[n.People[a.Person].ID] = true
		}
	}
	for _, by := range VoiceBys() {
		counts[by] = map[string]int{}
		for _, p := range n.People {
			for _, v := range p.Values(by) {
				if set[p.ID] && !w.leftOut(by, p.ID) {
					counts[by][v]++
				}
			}
		}
	}
	return set, counts
}

func minus(a, b map[string]bool) (n int) {
	for id := range a {
		if !b[id] {
			n++
		}
	}
	return n
}

// cell is what an attacker knows of a count.
type cell struct{ low, high int }

// attack draws from everything that was ever shown of one value all that follows:
// from the rounding, from what is not shown, and, of any two columns, from how
// many people are in one and not in the other. Of everything but votes an attacker
// can look that up; here they are told it of votes too.
func (w *voiceWorld) attack(by VoiceBy, value string) map[int]cell {
	cells := map[int]cell{}
	for i, c := range w.made {
		if c.Held {
			continue
		}
		if p, ok := c.Counts[by][value]; ok {
			cells[i] = cell{p - VoiceStep/2, p + VoiceStep/2}
		} else {
			cells[i] = cell{0, VoiceLeast - 1}
		}
	}
	keys := slices.Sorted(maps.Keys(cells))
	for changed := true; changed; {
		changed = false
		for _, i := range keys {
			for _, j := range keys {
				if i == j {
					continue
				}
				a, b := cells[i], cells[j]
				a.high = min(a.high, b.high+minus(w.sets[i], w.sets[j]))
				a.low = max(a.low, b.low-minus(w.sets[j], w.sets[i]))
				if a != cells[i] {
					cells[i], changed = a, true
				}
			}
		}
		for _, all := range keys { // who is in all time is in a year or since
			sum, years := 0, map[string]bool{}
			for _, i := range keys {
				if w.made[i].Did == w.made[all].Did && w.made[i].Period != VoicesEver && !w.made[i].To.After(w.made[all].To) {
					sum += cells[i].high
					maps.Copy(years, w.sets[i])
				}
			}
			if a := cells[all]; w.made[all].Period == VoicesEver && a.high > sum+minus(w.sets[all], years) {
				a.high = sum + minus(w.sets[all], years)
				cells[all], changed = a, true
			}
		}
	}
	return cells
}

const voiceWorlds = 30

func eachVoiceWorld(t *testing.T, f func(t *testing.T, w *voiceWorld)) {
	t.Parallel()
	for seed := range uint64(voiceWorlds) {
		w := newVoiceWorld(seed)
		for q := range 9 {
			w.live(q)
		}
		if f(t, w); t.Failed() {
			t.Fatalf("in the world of seed %d", seed)
		}
	}
}

// Nobody finds out a count of fewer than five people, nor that a count is one.
func TestNobodyFindsOutASmallCount(t *testing.T) {
	shown, hidden := 0, 0
	eachVoiceWorld(t, func(t *testing.T, w *voiceWorld) {
		for _, by := range VoiceBys() {
			values := map[string]bool{}
			for _, p := range w.people {
				for _, v := range p.Values(by) {
					values[v] = true
				}
			}
			for value := range values {
				for i, c := range w.attack(by, value) {
					truth := w.truth[i][by][value]
					if p, ok := w.made[i].Counts[by][value]; ok {
						if shown++; p < 10 || p%VoiceStep != 0 || truth < 5 {
							t.Errorf("%s %s: %d is shown, and it is %d", by, value, p, truth)
						}
						continue
					}
					hidden++
					if truth < c.low || truth > c.high {
						t.Fatalf("the attack is wrong: %s %s is %d, not within %v", by, value, truth, c)
					}
					if truth < 5 && c.high < 5 {
						t.Errorf("%s %s in %s of %s until %s: an attacker knows that %d is within %v", by, value, w.made[i].Did, w.made[i].Period, w.made[i].To.Format(time.DateOnly), truth, c)
					}
				}
			}
		}
	})
	if shown < 1000 || hidden < 1000 {
		t.Errorf("only %d counts were shown and %d were not: this shows little", shown, hidden)
	}
}

// No two columns that were ever shown differ by a few people whom somebody could
// know by name, so that what they differ in is nobody's own.
func TestNoTwoColumnsDifferByAFewPeople(t *testing.T) {
	pairs := 0
	eachVoiceWorld(t, func(t *testing.T, w *voiceWorld) {
		for i, a := range w.made {
			for j, b := range w.made {
				if i == j || a.Held || b.Held || a.Did != b.Did && (a.Did == DidVote || b.Did == DidVote) {
					continue
				}
				if n := minus(w.sets[i], w.sets[j]); n > 0 && n < 5 {
					t.Errorf("%s of %s until %s has %d people whom %s of %s until %s has not", a.Did, a.Period, a.To.Format(time.DateOnly), n, b.Did, b.Period, b.To.Format(time.DateOnly))
				}
				pairs++
			}
		}
	})
	if pairs < 1000 {
		t.Errorf("only %d pairs were compared", pairs)
	}
}

// Yesterday's page and today's are the same when a few people came or left.
func TestOnePersonChangesNothing(t *testing.T) {
	eachVoiceWorld(t, func(t *testing.T, w *voiceWorld) {
		before := w.shown()
		for n := range 1 + w.r.IntN(4) {
			if w.r.IntN(2) == 0 {
				w.join(1)
				w.act(len(w.people)-1, 9)
			} else {
				w.closed[w.people[(n*17+w.r.IntN(20))%len(w.people)].ID] = true
			}
		}
		w.show(9) // again, in the same quarter
		if after := w.shown(); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("within a quarter\n%v\nbecame\n%v", before, after)
		}
		w.show(10)
		for key, c := range w.shown() {
			old, was := before[key]
			if !was || fmt.Sprint(c) == fmt.Sprint(old) {
				continue
			}
			// The few came to others who had come before, and whom the page had not shown either.
			if came, left := minus(w.setOf(c), w.setOf(old)), minus(w.setOf(old), w.setOf(c)); came+left < 5 {
				t.Errorf("%s changed in the quarter after, when %d people came and %d left", key, came, left)
			}
		}
	})
}

// setOf is who was in a column when it was made.
func (w *voiceWorld) setOf(c VoiceColumn) map[string]bool {
	i := slices.IndexFunc(w.made, func(m VoiceColumn) bool { return m.Period == c.Period && m.Did == c.Did && m.To.Equal(c.To) })
	return w.sets[i]
}

// shown is what is to be seen on the page: the last of each.
func (w *voiceWorld) shown() map[string]VoiceColumn {
	out := map[string]VoiceColumn{}
	for _, c := range w.made {
		if !c.Held {
			out[c.Period+" "+string(c.Did)] = c
		}
	}
	return out
}

// One person more or less in what a column is made of moves a count by one step,
// and brings none to light that was of fewer than five.
func TestOnePersonMoreMovesACountByOneStep(t *testing.T) {
	eachVoiceWorld(t, func(t *testing.T, w *voiceWorld) {
		c := VoiceColumn{Period: VoicesEver, Did: DidPost, To: quarterAfter(9)}
		n := w.count()
		_, truth := w.who(n, &c)
		made := n.Make(nil, []VoiceColumn{c})[0]
		w.join(1)
		w.acts[DidPost] = append(w.acts[DidPost], VoiceAct{Person: len(w.people) - 1, At: voiceStart.Unix(), Known: voiceStart.Unix()})
		more := w.count().Make(nil, []VoiceColumn{c})[0]
		for _, by := range VoiceBys() {
			for value, p := range more.Counts[by] {
				old, was := made.Counts[by][value]
				if was && p-old != 0 && p-old != VoiceStep || !was && truth[by][value] < 5 {
					t.Errorf("%s %s: %d became %d, of %d", by, value, old, p, truth[by][value])
				}
			}
		}
	})
}

// Everybody with an organisation has a region and a kind, so the sums of the two
// tables are one; and still the one does not give away the other, since each
// leaves out people of its own whom nobody knows.
func TestTheSumOfOneTableDoesNotGiveAwayAnother(t *testing.T) {
	t.Parallel()
	make := func(extra bool) VoiceColumn {
		n := &VoiceCount{Acts: map[VoiceDid][]VoiceAct{}, LeftOut: func(by VoiceBy, id string) bool { return id == "extra" }}
		add := func(id, region, kind string) {
			n.Acts[DidVote] = append(n.Acts[DidVote], VoiceAct{Person: len(n.People), At: voiceStart.Unix(), Known: voiceStart.Unix()})
			n.People = append(n.People, Voice{ID: id, Region: region, Where: kind})
		}
		for i := range 39 { // three regions of 13, shown as 15, and kinds of 17 and 22, shown as 15 and 20
			kind := "k1"
			if i >= 17 {
				kind = "k2"
			}
			add(fmt.Sprint(i), fmt.Sprint("r", i%3), kind)
		}
		if extra {
			add("extra", "r4", "k1")
		}
		return n.Make(nil, []VoiceColumn{{Period: VoicesEver, Did: DidVote, To: quarterAfter(1)}})[0]
	}
	// Without the draw nobody could be in r4: at least 3 × 13 people are in the
	// others, and 17 + 22 at most in all.
	if a, b := make(false), make(true); fmt.Sprint(a.Counts) != fmt.Sprint(b.Counts) || a.Counts[ByRegion]["r0"] != 15 || a.Counts[ByKind]["k2"] != 20 {
		t.Errorf("%v and %v tell whether somebody is in r4", a.Counts, b.Counts)
	}
}

func TestAQuarterThatIsOver(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{"2026-11-26T22:00:00Z": "2026-10-01", "2026-10-01T00:00:00Z": "2026-10-01", "2026-09-30T23:59:59Z": "2026-07-01", "2026-01-01T00:30:00Z": "2026-01-01"} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := VoicesUntil(at).Format(time.DateOnly); got != want {
			t.Errorf("at %s it is %s, want %s", now, got, want)
		}
	}
}
