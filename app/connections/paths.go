package connections

import (
	"cmp"
	"slices"
	"strings"

	"grassroots/models"
)

const (
	shownPaths = 5
	// manyPaths bounds how many are compared: among systems that are joined to
	// very many others, those of the best evidence are looked at first.
	manyPaths = 20_000
)

// path leads from one system to another over others.
type path []models.JoinStep

// evidence is how many organisations do the step that fewest do, and in all.
func (p path) evidence() (weakest, total int) {
	for i, s := range p {
		n := s.Organisations
		if i == 0 || n < weakest {
			weakest = n
		}
		total += n
	}
	return weakest, total
}

func (p path) compare(o path) int {
	weakest, total := p.evidence()
	otherWeakest, otherTotal := o.evidence()
	return cmp.Or(cmp.Compare(len(p), len(o)), cmp.Compare(otherWeakest, weakest), cmp.Compare(otherTotal, total), strings.Compare(p.name(), o.name()))
}

func (p path) name() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteString(s.To + "\x00")
	}
	return b.String()
}

// findPaths gives paths over two or three joins, the shortest and best
// evidenced first. Information goes only the way of a step, and no further than
// where it can only be looked at. Nothing goes through a system that through
// refuses.
func findPaths(steps []models.JoinStep, from, to string, through func(string) bool) []path {
	out, in := map[string][]models.JoinStep{}, map[string]models.JoinStep{}
	for _, s := range steps {
		if s.From == s.To {
			continue
		}
		if !s.ViewOnly {
			out[s.From] = append(out[s.From], s)
		}
		if s.To == to {
			if best, ok := in[s.From]; !ok || best.ViewOnly && !s.ViewOnly {
				in[s.From] = s
			}
		}
	}
	usable := func(slug string) bool { return slug != from && slug != to && through(slug) }
	var found []path
	for _, first := range out[from] {
		if last, ok := in[first.To]; ok && usable(first.To) {
			found = append(found, path{first, last})
		}
	}
	if len(found) < shownPaths {
		found = append(found, threeSteps(out, in, from, usable)...)
	}
	slices.SortFunc(found, path.compare)
	return found[:min(len(found), shownPaths)]
}

func threeSteps(out map[string][]models.JoinStep, in map[string]models.JoinStep, from string, usable func(string) bool) []path {
	var found []path
	for _, first := range out[from] {
		if !usable(first.To) {
			continue
		}
		for _, second := range out[first.To] {
			if last, ok := in[second.To]; ok && usable(second.To) {
				if found = append(found, path{first, second, last}); len(found) == manyPaths {
					return found
				}
			}
		}
	}
	return found
}
