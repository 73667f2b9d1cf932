package store

import (
	"sync"
)

// ballotsAtOnce bounds what one statement writes.
const ballotsAtOnce = 200

// ballotBox gathers votes that come while others are being written, and lets
// one goroutine at a time write all that have gathered.
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
	for {
		list := x.next()
		if list == nil {
			return
		}
		write(list)
	}
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
