package store

import (
	"sync"
	"time"
)

const (
	// ballotsAtOnce bounds what is written together.
	ballotsAtOnce = 200
	// gatherFor is how long votes are waited for that are likely to come. A
	// commit takes longer.
	gatherFor = time.Millisecond
)

// ballotBox gathers votes that come while others are being written, so that
// all of them share one commit.
type ballotBox struct {
	// lanes is how many commits may be under way at once: while one waits for
	// the disk another is made ready.
	lanes int

	mu        sync.Mutex
	waiting   []*ballot
	gathering map[chan struct{}]int // lanes that wait for so many ballots
	writing   int                   // commits under way
	flying    map[string]bool       // the case studies that they are about
}

// add puts a ballot in the box and, unless enough are at it already, begins to
// empty the box with write.
func (x *ballotBox) add(b *ballot, write func([]*ballot)) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.waiting = append(x.waiting, b)
	for full, n := range x.gathering {
		if len(x.waiting) >= n {
			close(full)
			delete(x.gathering, full)
		}
	}
	if x.writing < max(x.lanes, 1) {
		x.writing++
		go x.empty(write)
	}
}

func (x *ballotBox) empty(write func([]*ballot)) {
	for list := x.next(nil); list != nil; list = x.next(list) {
		write(list)
		// As many as were answered just now will be back in a moment when the
		// site is busy. Going on with the first of them alone would let all the
		// others wait for a commit that they could have shared.
		if len(list) > 1 {
			x.gather(len(list))
		}
	}
}

// gather waits until n ballots are there, gatherFor at most. It is woken by the
// last of them: sleeping in steps would cost a millisecond each on an idle
// processor.
func (x *ballotBox) gather(n int) {
	full := make(chan struct{})
	x.mu.Lock()
	if len(x.waiting) >= n {
		x.mu.Unlock()
		return
	}
	if x.gathering == nil {
		x.gathering = map[chan struct{}]int{}
	}
	x.gathering[full] = n
	x.mu.Unlock()
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	select {
	case <-full:
	case <-timer.C:
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.gathering, full)
	}
}

// next takes what can be written together, after what was written before: of a
// person who votes for a case study and takes it back, the two are apart and in
// their order, and votes for a case study wait for those that are being written,
// since the row's lock would make the whole commit wait. Nothing to take ends
// the lane.
func (x *ballotBox) next(written []*ballot) []*ballot {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, b := range written {
		delete(x.flying, b.caseStudyID)
	}
	type pair struct{ study, person string }
	seen := make(map[pair]bool, len(x.waiting))
	var list, rest []*ballot
	for _, b := range x.waiting {
		p := pair{b.caseStudyID, b.personID}
		if seen[p] || x.flying[b.caseStudyID] || len(list) == ballotsAtOnce {
			rest = append(rest, b)
		} else {
			list = append(list, b)
		}
		seen[p] = true
	}
	x.waiting = rest
	if len(list) == 0 {
		// What is left is taken up by the lane that is writing for the same
		// case study.
		x.writing--
		return nil
	}
	if x.flying == nil {
		x.flying = map[string]bool{}
	}
	for _, b := range list {
		x.flying[b.caseStudyID] = true
	}
	return list
}
