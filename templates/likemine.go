package templates

// LikeMinePage is what comes from organisations like a person's own.
type LikeMinePage struct {
	Named            bool   // the person has named their organisation
	Organisation     string // its name
	Places           int    // how many organisations are like it
	Total            int
	Sorts            []Sort
	Lines            []LikeMineLine
	PrevURL, NextURL string
}

// LikeMineLine is a case study, and what its place has in common with the
// person's.
type LikeMineLine struct {
	Card ListCardProps
	Why  string
}
