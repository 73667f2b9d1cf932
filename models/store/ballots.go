package store

import (
	"sync"
	"time"
)

const (
	// ballotsAtOnce bounds what is written together.
	ballotsAtOnce = 200
	// gatherFor is how long votes are waited for that are likely to come, and
	// gatherStep how often it is looked whether they have. A commit takes
	// longer than both.
	gatherFor  = time.Millisecond
	gatherStep = 200 * time.Microsecond
)

// ballotBox gathers votes that come while others are being written, so that
// all of them share one commit.
type ballotBox struct {
	mu      sync.Mutex
	waiting []*ballot
	writing bool
}

// add puts a ballot in the box and, unless somebody is at it already, begins to
// empty the box with write.
func (x *ballotBox) add(b *ballot, write func([]*ballot)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.waiting = append(x.waiting, b)
	if !x.writing {
		x.writing = true
		go x.empty(write)
	}
}

func (x *ballotBox) empty(write func([]*ballot)) {
	for list := x.next(); list != nil; list = x.next() {
		write(list)
		// As many as were answered just now will be back in a moment when the
		// site is busy. Going on with the first of them alone would let all the
		// others wait for a commit that they could have shared.
		for began := time.Now(); len(list) > 1 && x.size() < len(list) && time.Since(began) < gatherFor; {
			time.Sleep(gatherStep)
		}
	}
}

func (x *ballotBox) size() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.waiting)
}

// next takes what can be written together: of a person who votes for a case
// study and takes it back, the two are apart and in their order.
func (x *ballotBox) next() []*ballot {
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.waiting) == 0 {
		x.writing = false
		return nil
	}
	type pair struct{ study, person string }
	seen := make(map[pair]bool, len(x.waiting))
	var list, rest []*ballot
	for _, b := range x.waiting {
		p := pair{b.caseStudyID, b.personID}
		if seen[p] || len(list) == ballotsAtOnce {
			rest = append(rest, b)
		} else {
			list = append(list, b)
		}
		seen[p] = true
	}
	x.waiting = rest
	return list
}
