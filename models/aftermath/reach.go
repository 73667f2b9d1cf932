package aftermath

import (
	"cmp"
	"maps"
	"slices"
)

// Least is the smallest number of people that is shown of whom a campaign reached.
const Least = 5

// Did is what people are counted for.
type Did string

// What people are counted for.
const (
	Entered   Did = "entered"
	Voted     Did = "voted"
	Commented Did = "commented"
)

// Dids lists what people are counted for, in the order in which it is shown.
func Dids() []Did { return []Did{Entered, Voted, Commented} }

// Member is somebody who took part, as far as they are counted. What they have not said is
// empty. The region is that of the organisation, so that each of these has but one.
type Member struct{ Organisation, Region, StaffGroup string }

// Counts is how many people did one thing, as it is shown: each number is of Least people
// or more, and so is every number that can be worked out from them. Of who is in none of a
// table's numbers only the sum is known, which is none at all or Least or more.
type Counts struct {
	Total         int            `json:"total"` // 0 when fewer than Least did it
	Organisations map[string]int `json:"organisations,omitempty"`
	Regions       map[string]int `json:"regions,omitempty"`
	StaffGroups   map[string]int `json:"staff_groups,omitempty"`
}

// Rest gives how many of the total are in no number of a table.
func (c *Counts) Rest(table map[string]int) int {
	rest := c.Total
	for _, n := range table {
		rest -= n
	}
	return rest
}

// Count counts people. Regions part them into groups of Least or more, and organisations
// part each of these groups again; so whatever is added to or taken from what, no group
// comes out that is smaller. Staff groups part them by themselves.
func Count(people []Member) Counts {
	if len(people) < Least {
		return Counts{}
	}
	out := Counts{Total: len(people), Organisations: map[string]int{}}
	out.Regions, _ = part(people, func(m Member) string { return m.Region })
	out.StaffGroups, _ = part(people, func(m Member) string { return m.StaffGroup })
	within := map[string][]Member{}
	for _, m := range people {
		region := m.Region
		if out.Regions[region] == 0 {
			region = "" // with all others whose region is not shown
		}
		within[region] = append(within[region], m)
	}
	for _, group := range within {
		shown, _ := part(group, func(m Member) string { return m.Organisation })
		maps.Copy(out.Organisations, shown)
	}
	return out
}

// part counts a group of people by one thing, and shows of it what leaves the others,
// together with who did not say, Least or more, or nobody. rest is how many they are.
func part(people []Member, by func(Member) string) (shown map[string]int, rest int) {
	shown = map[string]int{}
	for _, m := range people {
		if value := by(m); value != "" {
			shown[value]++
		} else {
			rest++
		}
	}
	for value, n := range shown {
		if n < Least {
			rest += n
			delete(shown, value)
		}
	}
	for rest > 0 && rest < Least && len(shown) > 0 {
		smallest := slices.MinFunc(slices.Collect(maps.Keys(shown)), func(a, b string) int {
			return cmp.Or(cmp.Compare(shown[a], shown[b]), cmp.Compare(a, b))
		})
		rest += shown[smallest]
		delete(shown, smallest)
	}
	return shown, rest
}
