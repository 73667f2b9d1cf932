package templates

import "strconv"

// ReadingPanel is what an author is told of how hard their text is to read.
type ReadingPanel struct {
	Other            bool   // the text is in a language of which nothing can be said
	Language         string // of the text
	Words, Sentences int
	Age              int // 0 when the text is too short to tell
	Long             []LongSentence
	Unexplained      []string // abbreviations
	Plainer          []PlainerWord
}

// LongSentence is one of many words.
type LongSentence struct {
	Text  string
	Words int
}

// PlainerWord is a word with a plainer one.
type PlainerWord struct{ Word, Plainer string }

func (p ReadingPanel) age() string {
	if p.Age == 0 {
		return "Too short to tell a reading age."
	}
	return "Reading age: about " + strconv.Itoa(p.Age) + "."
}

// none tells whether there is no hint beside the age.
func (p ReadingPanel) none() bool { return len(p.Long)+len(p.Unexplained)+len(p.Plainer) == 0 }
