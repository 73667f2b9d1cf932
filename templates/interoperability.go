package templates

// InteroperabilityPage asks who has joined what to what, and shows the answer
// when something was asked.
type InteroperabilityPage struct {
	Heading string
	Form    JoinForm
	// Suggestions are the question again with what may have been meant.
	Suggestions []Crumb
	// Asked tells that there is an answer; else the page shows where to begin.
	Asked     bool
	Sentences []string
	// Nothing says in words that nobody has joined what was asked for.
	Nothing string
	// SaveURL is where somebody signed in saves what is asked for as a search of case
	// studies, to be told of the first that joins it; empty where it is none.
	SaveURL string
	// Instead is what there is in place of it.
	Instead []JoinHint
	// Steps are what the one system that was named is joined to.
	Steps        []JoinLine
	Paths        []JoinPath
	Studies      []JoinStudy
	StudiesTotal int
	// StudiesURL leads to the list of case studies with the same two systems, when it has more.
	StudiesURL string
	FeedURL    string
	// NearText says by what the case studies are in order.
	NearText string
	People   []JoinPerson

	// What follows is for where to begin.
	Total     string
	Pairs     []JoinLine
	Standards []CountLink
}

// JoinForm is the form of the question, with what was typed.
type JoinForm struct {
	From, To, Standard, Status, Region, Near string
	// NearHint says whose organisation is taken when none is typed.
	NearHint  string
	Systems   []SystemOption
	Standards []OptionGroup
	Regions   []Option
	Errors    []FieldError
	// Open shows the further choices unfolded.
	Open bool
}

// JoinHint is a sentence that leads to another question.
type JoinHint struct{ Text, LinkText, URL string }

// JoinLine is two systems and how many have joined them.
type JoinLine struct {
	From, To string
	// ViewOnly says that it can only be looked at.
	ViewOnly bool
	Evidence string
	URL      string
}

func (l JoinLine) evidenceText() string {
	if l.ViewOnly {
		return l.Evidence + ", to look at only"
	}
	return l.Evidence
}

// JoinPath leads from one system to another over others.
type JoinPath struct {
	Name  string
	Steps []JoinLine
}

// JoinStudy is a case study that answers the question.
type JoinStudy struct {
	Card ListCardProps
	// Lines are those of its connections that were asked for, in words.
	Lines []string
	// Near says what its organisation has in common with the asker's.
	Near string
}

// JoinPerson is somebody to ask.
type JoinPerson struct {
	Byline BylineProps
	Wrote  []Crumb
	Near   string
}
