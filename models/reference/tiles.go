package reference

// Tile is where a region of England or another nation stands on a grid of three columns,
// counted from 0.
type Tile struct {
	Name        string
	Column, Row int
}

// Tiles places the regions of England and the other nations on a grid, about where they
// are.
func Tiles() []Tile {
	return []Tile{
		{"Scotland", 1, 0},
		{"Northern Ireland", 0, 1}, {"North West", 1, 1}, {"North East and Yorkshire", 2, 1},
		{"Wales", 0, 2}, {"Midlands", 1, 2}, {"East of England", 2, 2},
		{"South West", 0, 3}, {"South East", 1, 3}, {"London", 2, 3},
	}
}
