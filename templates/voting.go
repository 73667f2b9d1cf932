package templates

import "time"

// VotePage is the vote of a campaign.
type VotePage struct {
	Title, URL         string
	Rules              []string // sentences
	Rule               string
	Have               int
	Secret             bool
	Open, Over, Voted  bool
	Opens, Closes      time.Time
	SignInURL          string
	Lines              []VoteLine
	Pair               []VoteLine // two, while there is a pair to compare
	PairsDone          int
	Counts, Loose      bool // Loose: comparisons alone leave some order open
	Turnout            int
	Results            []VoteResult
	RulesURL, SignsURL string // for organisers
	Errors             []FieldError
}

// VoteLine is an entry that can be voted for.
type VoteLine struct {
	ID, Title, Summary, Organisation, URL string
	Own                                   bool
	Votes                                 string
}

// VoteResult is an entry with what it has of votes.
type VoteResult struct {
	Title, URL, Organisation string
	Place, Count             int
	Tied                     bool
}

// countHead names what is counted.
func (p VotePage) countHead() string {
	if p.Rule == "pairwise" {
		return "Preferred to an average entry"
	}
	return "Votes"
}

// BallotForm is where organisers say how people vote.
type BallotForm struct {
	Title, URL, BackURL       string
	Rule, Have, Counts, Stage string
	Secret, Begun             bool
	Version                   int
	Stages                    []Option
	Errors                    []FieldError
}

func ruleOptions() []Option {
	return []Option{
		{Value: "open", Text: "Open", Hint: "One vote for each of as many entries as people like"},
		{Value: "equal", Text: "The same number of votes for everybody", Hint: "An entry gets one at most from each"},
		{Value: "quadratic", Text: "Quadratic", Hint: "Everybody has the same number of credits, and several votes for one entry cost more: 1, 4, 9"},
		{Value: "pairwise", Text: "In pairs", Hint: "People say which of two is better, again and again"},
	}
}

func countOptions() []Option {
	return []Option{{Value: "after", Text: "With the results"}, {Value: "always", Text: "While people vote", Hint: "People then vote for what others vote for"}, {Value: "never", Text: "Never, only organisers once voting is over"}}
}

func secretOptions() []Option {
	return []Option{{Value: "false", Text: "No", Hint: "Votes can be changed, and signs of traded votes be seen"}, {Value: "true", Text: "Yes", Hint: "It is not kept who voted for what. Votes are final, and traded votes cannot be seen"}}
}

// SignsPage lists what in the votes of a campaign should be looked at.
type SignsPage struct {
	Title, BackURL string
	Secret, Pairs  bool
	Turnout        int
	Lines          []SignLine
}

// SignLine is one sign.
type SignLine struct {
	Kind         string
	Entries      []VoteLine
	Organisation string
	N, Of        int
	From, To     time.Time
}
