package models

import (
	"slices"
	"strings"
	"time"
)

// Limits of the files that answer questions of campaigns.
const (
	MaxEntryFile = 10 << 20 // bytes
	// MaxFilesAside is how many files somebody can have in a campaign that no entry has.
	MaxFilesAside = 24
	// MaxFileWords is how many characters of the words in a PDF are kept beside it.
	MaxFileWords = 20000
	// FilesAside is how long such a file is kept.
	FilesAside = 30 * 24 * time.Hour
)

// ErrNoSuchFile is what somebody is told who asks for a file that is not there, or that
// they may not know of.
var ErrNoSuchFile = E(NotFound, "That file cannot be found.")

// CampaignFile is a file that answers a question of a campaign. It is kept from the moment
// it arrives, so that it is there still when the rest of the form is put right.
type CampaignFile struct {
	ID          string
	CampaignID  string
	QuestionID  string
	EntryID     string // the entry that has it; empty while none does
	UploadedBy  string
	FileName    string
	ContentType string
	Size        int64
	SHA256      string
	Words       string // what a PDF says, as far as it can be read, for blind judging
	CreatedAt   time.Time
}

// IsPicture tells whether it is a picture, of which nothing is kept but what it shows.
func (f *CampaignFile) IsPicture() bool {
	return strings.HasPrefix(f.ContentType, "image/")
}

// FileAnswers gives the ids of the files that an entry answers questions with, by the id
// of the question.
func (c *Campaign) FileAnswers(answers []EntryAnswer) map[string]string {
	out := map[string]string{}
	e := CampaignEntry{Answers: answers}
	for _, q := range c.Questions {
		if id := e.Answer(q.ID); q.Kind == QuestionFile && id != "" {
			out[q.ID] = id
		}
	}
	return out
}

// AsksForFiles tells whether a question of the campaign is answered by a file.
func (c *Campaign) AsksForFiles() bool {
	return slices.ContainsFunc(c.Questions, func(q CampaignQuestion) bool { return q.Kind == QuestionFile })
}
