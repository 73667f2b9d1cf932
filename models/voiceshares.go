package models

import (
	"fmt"
	"math"
	"slices"
)

// VoiceShare is the part of a group among all who are counted, in per cent: it is
// between the two, since of the groups that are not shown only the most is known.
type VoiceShare struct{ Low, High float64 }

// Share gives the part of a group by what is shown alone, so that it tells no
// more: groups are all that there are. ok is false when no group at all is shown.
func (c *VoiceColumn) Share(by VoiceBy, value string, groups []VoiceGroup) (share VoiceShare, ok bool) {
	shown, hidden := 0, 0
	for _, g := range groups {
		if n := c.Counts[by][g.Value]; n > 0 {
			shown += n
		} else {
			hidden++
		}
	}
	if shown == 0 {
		return share, false
	}
	if n := float64(c.Counts[by][value]); n > 0 {
		return VoiceShare{100 * n / float64(shown+hidden*(VoiceLeast-1)), 100 * n / float64(shown)}, true
	}
	return VoiceShare{0, math.Min(100, 100*float64(VoiceLeast-1)/float64(shown))}, true
}

// Words says a share as people do: 18 in 100, or 14 to 18 in 100.
func (s VoiceShare) Words() string {
	low, high := math.Round(s.Low), math.Round(s.High)
	switch {
	case low == 0 && high <= 1:
		return "1 in 100 at most"
	case low == 0:
		return fmt.Sprintf("%.0f in 100 at most", high)
	case low == high:
		return fmt.Sprintf("%.0f in 100", low)
	}
	return fmt.Sprintf("%.0f to %.0f in 100", low, high)
}

// InHundred says per cent as people do.
func InHundred(share float64) string {
	if share > 0 && share < 0.5 {
		return "fewer than 1 in 100"
	}
	return fmt.Sprintf("%.0f in 100", math.Round(share))
}

// unheardFrom is from which part of the workforce on a group is looked for.
const unheardFrom = 0.5

// Unheard lists the groups of the workforce that do a thing half as often as their
// number would have it, or less, the largest first.
func (m *WorkforceMix) Unheard(c *VoiceColumn, groups []VoiceGroup) (out []VoiceGroup) {
	for _, g := range groups {
		work, said := m.Share(g.Value)
		share, ok := c.Share(m.By, g.Value, groups)
		if said && ok && work >= unheardFrom && share.High*2 <= work {
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b VoiceGroup) int {
		x, _ := m.Share(a.Value)
		y, _ := m.Share(b.Value)
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out
}
