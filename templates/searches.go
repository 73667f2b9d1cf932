package templates

// SearchesPage lists the searches that a person saved.
type SearchesPage struct{ Lines []SearchLine }

// SearchLine is one of them.
type SearchLine struct {
	Name, Asks     string // "“letters”; Stage: In use"
	New            int
	URL, RemoveURL string
	Follow         FollowButtonProps
}

// SaveSearchPage is the form that saves a search.
type SaveSearchPage struct {
	Query, Asks, Name string
	Kept              bool // they have saved it already
	Follow            bool
	Errors            []FieldError
}

func (p SaveSearchPage) followValues() []string {
	if p.Follow {
		return []string{"yes"}
	}
	return nil
}
