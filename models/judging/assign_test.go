package judging_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"grassroots/models/judging"
)

// somePanel makes a panel of any shape: organisations that several share,
// conflicts, and sometimes more judges asked for than there are.
func somePanel(random *rand.Rand, entries, judges, organisations int) judging.Panel {
	p := judging.Panel{PerEntry: 1 + random.IntN(4), Seed: random.Uint64()}
	organisation := func() []string { return []string{fmt.Sprintf("O%d", random.IntN(organisations))} }
	for i := range entries {
		p.Entries = append(p.Entries, judging.Entry{ID: fmt.Sprintf("e%03d", i), Organisations: organisation()})
	}
	for j := range judges {
		p.Judges = append(p.Judges, judging.Judge{ID: fmt.Sprintf("j%02d", j), Organisations: organisation()})
	}
	for range random.IntN(entries + 1) {
		p.Conflicts = append(p.Conflicts, judging.Pair{Entry: p.Entries[random.IntN(entries)].ID, Judge: p.Judges[random.IntN(judges)].ID})
	}
	return p
}

// holds checks what is true of every assignment.
func holds(t *testing.T, p *judging.Panel, a judging.Assignment) {
	t.Helper()
	seen, got := map[judging.Pair]bool{}, map[string]int{}
	for _, pair := range a.Pairs {
		if seen[pair] {
			t.Fatalf("%v twice", pair)
		}
		seen[pair] = true
		got[pair.Entry]++
	}
	short := map[string]int{}
	for _, s := range a.Short {
		short[s.Entry] = s.Got
	}
	for _, e := range p.Entries {
		free := 0
		for _, j := range p.Judges {
			may := p.MayJudge(e, j)
			if may {
				free++
			}
			if seen[judging.Pair{Entry: e.ID, Judge: j.ID}] && !may {
				t.Fatalf("%s judges %s in spite of a conflict", j.ID, e.ID)
			}
		}
		want := min(p.PerEntry, free)
		if got[e.ID] != want {
			t.Fatalf("%s has %d judges, want %d", e.ID, got[e.ID], want)
		}
		if said, is := short[e.ID]; is != (want < p.PerEntry) || is && said != want {
			t.Fatalf("%s has %d of %d, said short: %v", e.ID, want, p.PerEntry, is)
		}
	}
}

func TestEveryAssignmentKeepsTheRules(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := somePanel(random, 1+random.IntN(25), 1+random.IntN(9), 1+random.IntN(6))
		a := p.Assign()
		holds(t, &p, a)
		if again := p.Assign(); !reflect.DeepEqual(a, again) {
			t.Fatal("the same seed assigned otherwise")
		}
	}
}

// fairest tries every assignment, and gives the smallest greatest load and the
// largest smallest one.
func fairest(p *judging.Panel) (greatest, smallest int) {
	greatest = 1 << 30
	loads := make([]int, len(p.Judges))
	var entry func(i int)
	var pick func(i, from, left int)
	pick = func(i, from, left int) {
		if left == 0 {
			entry(i + 1)
			return
		}
		for j := from; j < len(p.Judges); j++ {
			if p.MayJudge(p.Entries[i], p.Judges[j]) {
				loads[j]++
				pick(i, j+1, left-1)
				loads[j]--
			}
		}
	}
	entry = func(i int) {
		if i == len(p.Entries) {
			greatest, smallest = min(greatest, slices.Max(loads)), max(smallest, slices.Min(loads))
			return
		}
		free := 0
		for _, j := range p.Judges {
			if p.MayJudge(p.Entries[i], j) {
				free++
			}
		}
		pick(i, 0, min(p.PerEntry, free))
	}
	entry(0)
	return greatest, smallest
}

func TestNoOtherAssignmentIsMoreEven(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 150 {
		p := somePanel(random, 1+random.IntN(6), 1+random.IntN(4), 3)
		loads := p.Loads(p.Assign().Pairs)
		greatest, smallest := fairest(&p)
		var most, least = 0, 1 << 30
		for _, n := range loads {
			most, least = max(most, n), min(least, n)
		}
		if most != greatest || least != smallest {
			t.Fatalf("loads %v, the fairest have %d at most and %d at least", loads, greatest, smallest)
		}
	}
}

func TestLoadsDifferByOneWhenNothingStandsInTheWay(t *testing.T) {
	p := judging.Panel{PerEntry: 5, Seed: 7}
	for i := range 400 {
		p.Entries = append(p.Entries, judging.Entry{ID: fmt.Sprintf("e%03d", i), Organisations: []string{fmt.Sprintf("T%d", i%100)}})
	}
	for j := range 40 {
		p.Judges = append(p.Judges, judging.Judge{ID: fmt.Sprintf("j%02d", j), Organisations: []string{fmt.Sprintf("T%d", j)}})
	}
	a := p.Assign()
	holds(t, &p, a)
	for id, n := range p.Loads(a.Pairs) {
		if n != 50 {
			t.Errorf("%s has %d of 50", id, n)
		}
	}
	var scores []judging.Score
	for _, pair := range a.Pairs {
		scores = append(scores, judging.Score{Entry: pair.Entry, Judge: pair.Judge})
	}
	if groups := judging.Additive(scores, 0).Groups; len(groups) != 1 {
		t.Errorf("judges fall into %d groups that nothing links", len(groups))
	}
	other := p
	other.Seed = 8
	if reflect.DeepEqual(a.Pairs, other.Assign().Pairs) {
		t.Error("another seed assigns the same")
	}
}

func TestJudgesAreMixed(t *testing.T) {
	for seed := range uint64(50) {
		p := judging.Panel{PerEntry: 2, Seed: seed}
		for i := range 12 {
			p.Entries = append(p.Entries, judging.Entry{ID: fmt.Sprintf("e%02d", i)})
		}
		for j := range 4 {
			p.Judges = append(p.Judges, judging.Judge{ID: fmt.Sprintf("j%d", j)})
		}
		together := map[string]int{}
		pairs := p.Assign().Pairs
		for i := 0; i < len(pairs); i += 2 {
			together[pairs[i].Judge+pairs[i+1].Judge]++
		}
		if len(together) != 6 {
			t.Errorf("seed %d: %v: each two should meet", seed, together)
		}
	}
}

func TestARepairMovesWhatTheConflictTookAndNothingElse(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		p := somePanel(random, 2+random.IntN(20), 2+random.IntN(8), 4)
		before := p.Assign()
		if len(before.Pairs) == 0 {
			continue
		}
		taken := before.Pairs[random.IntN(len(before.Pairs))]
		p.Conflicts = append(p.Conflicts, taken)
		p.Kept = before.Pairs
		after := p.Assign()
		holds(t, &p, after)
		if len(after.Lost) != 1 || after.Lost[0] != taken {
			t.Fatalf("lost %v, want %v", after.Lost, taken)
		}
		for _, pair := range before.Pairs {
			if pair != taken && !slices.Contains(after.Pairs, pair) {
				t.Fatalf("%v was moved for %v", pair, taken)
			}
		}
	}
}

func TestAJudgeWhoLeavesIsReplacedEvenly(t *testing.T) {
	p := judging.Panel{PerEntry: 2, Seed: 1}
	for i := range 12 {
		p.Entries = append(p.Entries, judging.Entry{ID: fmt.Sprintf("e%02d", i)})
	}
	for j := range 4 {
		p.Judges = append(p.Judges, judging.Judge{ID: fmt.Sprintf("j%d", j)})
	}
	p.Kept = p.Assign().Pairs
	p.Judges = p.Judges[:3]
	after := p.Assign()
	holds(t, &p, after)
	for id, n := range p.Loads(after.Pairs) {
		if n != 8 {
			t.Errorf("%s has %d of 8", id, n)
		}
	}
	if len(after.Lost) != 6 {
		t.Errorf("%d lost, want the 6 of who left", len(after.Lost))
	}
}
