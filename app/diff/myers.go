package diff

// edit is a run of tokens and what became of them.
type edit struct {
	kind   Kind
	tokens []string
}

// comparison holds two texts as numbers, equal for equal tokens.
type comparison struct {
	oldTokens, newTokens []string
	old, new             []int
	emit                 func(edit)
	left                 *int  // steps that may still be taken
	forward, backward    []int // furthest reach on each diagonal
}

// compare tells how the new tokens come from the old ones, in order. It takes
// its steps from left.
func compare(old, new []string, left *int, emit func(edit)) {
	numbers := make(map[string]int, len(old))
	number := func(tokens []string) []int {
		out := make([]int, len(tokens))
		for i, t := range tokens {
			n, ok := numbers[t]
			if !ok {
				n = len(numbers)
				numbers[t] = n
			}
			out[i] = n
		}
		return out
	}
	c := &comparison{oldTokens: old, newTokens: new, old: number(old), new: number(new), emit: emit, left: left}
	size := 2*(len(old)+len(new)) + 4
	c.forward, c.backward = make([]int, size), make([]int, size)
	c.run(0, len(old), 0, len(new))
}

// run compares old[a0:a1] with new[b0:b1].
func (c *comparison) run(a0, a1, b0, b1 int) {
	head := 0
	for a0+head < a1 && b0+head < b1 && c.old[a0+head] == c.new[b0+head] {
		head++
	}
	c.put(Equal, c.oldTokens[a0:a0+head])
	a0, b0 = a0+head, b0+head
	tail := 0
	for a1-tail > a0 && b1-tail > b0 && c.old[a1-tail-1] == c.new[b1-tail-1] {
		tail++
	}
	a1, b1 = a1-tail, b1-tail
	if a, b, ok := c.middle(a0, a1, b0, b1); ok {
		c.run(a0, a, b0, b)
		c.run(a, a1, b, b1)
	} else {
		c.put(Delete, c.oldTokens[a0:a1])
		c.put(Insert, c.newTokens[b0:b1])
	}
	c.put(Equal, c.oldTokens[a1:a1+tail])
}

func (c *comparison) put(kind Kind, tokens []string) {
	if len(tokens) > 0 {
		c.emit(edit{kind, tokens})
	}
}

// middle finds a point through which a shortest way from the one corner to the
// other goes, by searching from both at once. It finds none when one side is
// empty, nothing is common, or the steps are used up.
//
// On diagonal k, forward[k] is how far in the old tokens d changes can come
// from the beginning, and backward[k] how far back from the end.
func (c *comparison) middle(a0, a1, b0, b1 int) (a, b int, ok bool) {
	n, m := a1-a0, b1-b0
	if n == 0 || m == 0 {
		return 0, 0, false
	}
	limit, delta := (n+m+1)/2, n-m
	zero := n + m + 1 // where diagonal 0 stands
	c.forward[zero+1], c.backward[zero+1] = 0, 0
	for d := 0; d <= limit; d++ {
		if *c.left -= 2 * (d + 1); *c.left < 0 {
			*c.left = 0
			return 0, 0, false
		}
		for k := -d; k <= d; k += 2 {
			x := c.reach(c.forward, zero, k, d)
			for y := x - k; x < n && y >= 0 && y < m && c.old[a0+x] == c.new[b0+y]; y++ {
				x++
				*c.left--
			}
			c.forward[zero+k] = x
			if y := x - k; delta%2 != 0 && abs(delta-k) < d && x <= n && y >= 0 && y <= m && x+c.backward[zero+delta-k] >= n {
				return split(a0+x, b0+y, a0, a1, b0, b1)
			}
		}
		for k := -d; k <= d; k += 2 {
			x := c.reach(c.backward, zero, k, d)
			for y := x - k; x < n && y >= 0 && y < m && c.old[a1-x-1] == c.new[b1-y-1]; y++ {
				x++
				*c.left--
			}
			c.backward[zero+k] = x
			if y := x - k; delta%2 == 0 && abs(delta-k) <= d && x <= n && y >= 0 && y <= m && x+c.forward[zero+delta-k] >= n {
				return split(a1-x, b1-y, a0, a1, b0, b1)
			}
		}
	}
	return 0, 0, false
}

// reach gives how far d changes come on diagonal k, before what is equal
// there: from one neighbour by a step in the new tokens, from the other by one
// in the old.
func (c *comparison) reach(furthest []int, zero, k, d int) int {
	if k == -d || k != d && furthest[zero+k-1] < furthest[zero+k+1] {
		return furthest[zero+k+1]
	}
	return furthest[zero+k-1] + 1
}

// split refuses a point at either corner, which would take the search nowhere.
func split(a, b, a0, a1, b0, b1 int) (int, int, bool) {
	return a, b, !(a == a0 && b == b0 || a == a1 && b == b1)
}

func abs(n int) int { return max(n, -n) }
