package search


// Synonyms is a table of words and phrases that mean the same. The zero value
// holds none.
type Synonyms struct {
	groups []group
}

// group is one line of the table: any phrase of from also finds every phrase
// of to.
type group struct {
	from, to []string
}
