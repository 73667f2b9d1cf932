package store

// Query gives how the rows of a section are read.
func (s OwnSection) Query() string { return s.query }
