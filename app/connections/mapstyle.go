package connections

import (
	"slices"

	"grassroots/models"
	"grassroots/templates"
)

// mapStyles are the looks of lines, one a standard. Colours can be told apart
// with the usual kinds of colour blindness and stand out from white by 3 to 1
// or more; each has a pattern of its own besides.
func mapStyles() []templates.MapStyle {
	return []templates.MapStyle{
		{Colour: "#0072b2"},
		{Colour: "#d55e00", Dash: []int{9, 4}},
		{Colour: "#00785c", Dash: []int{2, 4}},
		{Colour: "#7a1f4d", Dash: []int{12, 4, 2, 4}},
		{Colour: "#212b32", Dash: []int{16, 6}},
		{Colour: "#a3429b", Dash: []int{5, 3}},
		{Colour: "#8a6d00", Dash: []int{10, 4, 2, 4, 2, 4}},
	}
}

// otherStyle is the look of the standards that have none of their own.
func otherStyle() templates.MapStyle { return templates.MapStyle{Colour: "#5d6b76", Dash: []int{1, 5}} }

// stylesFor gives the standards that are shown, the most used of all first,
// looks of their own as far as they go, by index; the rest has the last, which
// is for all others. A standard that is among the most used keeps its look
// whatever the filters.
func stylesFor(standards []string, shown map[string]*tally) map[string]int {
	n := len(mapStyles())
	out, taken := map[string]int{}, make([]bool, n)
	var late []string
	for i, code := range slices.DeleteFunc(slices.Clone(standards), func(code string) bool { return code == models.Unknown }) {
		switch {
		case shown[code] == nil:
		case i < n:
			out[code], taken[i] = i, true
		default:
			late = append(late, code)
		}
	}
	for i := range taken {
		if !taken[i] && len(late) > 0 {
			out[late[0]], late = i, late[1:]
		}
	}
	for _, code := range late {
		out[code] = n
	}
	if shown[models.Unknown] != nil {
		out[models.Unknown] = n
	}
	return out
}
