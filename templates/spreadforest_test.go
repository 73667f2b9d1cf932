package templates

import (
	"slices"
	"testing"
)

func TestNamesInAPlotHaveTwoLinesAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, status string
		demo         bool
		want         []string
	}{
		{"Leeds Teaching Hospitals NHS Trust", "In use", false, []string{"Leeds Teaching Hospitals NHS Trust"}},
		{"Cambridgeshire and Peterborough NHS Foundation Trust", "Trying it", false, []string{"Cambridgeshire and Peterborough NHS", "Foundation Trust"}},
		{"NHS Bath and North East Somerset, Swindon and Wiltshire Integrated Care Board and All Its Practices", "Interested", true, []string{"NHS Bath and North East Somerset,", "Swindon and Wiltshire Integrated Care B…"}},
		{"Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochsurgery", "Stopped", false, []string{"Llanfairpwllgwyngyllgogerychwyrndrob…"}},
		{"", "", false, []string{""}},
	} {
		m := ForestMark{Name: c.name, Status: c.status, Demo: c.demo}
		if got := m.nameLines(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	f := SpreadForest{Marks: []ForestMark{{Name: "Short", Status: "In use"}, {Name: "Short", Status: "In use", Demo: true}, {}}}
	if f.y(0) != 29 || f.top(1) != 42 || f.top(2) != 98 || f.high() != 166 {
		t.Errorf("rows at %v, %d, %d of %d", f.y(0), f.top(1), f.top(2), f.high())
	}
}
