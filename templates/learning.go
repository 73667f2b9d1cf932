package templates

// LearningPage is what others learnt, by topic.
type LearningPage struct {
	Query             string
	Chosen            []LearningChoice
	Topics            []LearningTopic // on the first page
	Points            []LearningLine
	Total             int
	First             bool
	FirstURL, NextURL string
}

// LearningChoice is a topic that is chosen.
type LearningChoice struct {
	Name, Value, Legend, Text, WithoutURL string
	Named                                 bool // Text is a name, which stays as it is
}

// LearningTopic is a kind of topics, with how many case studies have each.
type LearningTopic struct {
	Legend string
	Named  bool // its texts are names
	Links  []CountLink
}

// LearningLine is one thing that somebody learnt, with its case study.
type LearningLine struct {
	Words, Title, URL             string
	Organisation, OrganisationURL string
}
