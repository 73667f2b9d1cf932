package models

// Waits is what waits for a person, as their start page says it. Counts are of
// what they can read now.
type Waits struct {
	Conversations int            // questions in private that wait for them, or others who were asked with them
	Asks          int            // ideas that they were asked about and neither commented on nor declined
	Drafts        []Draft        // the few saved last, without their text
	Searches      []SavedSearch  // those of their searches with something new
	Ideas         map[string]int // by organisation that they lead: ideas that wait for a first response for too long
	Reports       int            // reports that wait for moderators; 0 for who is none
}

// Pick is a case study picked for a person, and why in words.
type Pick struct {
	Summary
	Why string
}
