package aftermath

import (
	"strings"
	"time"

	"grassroots/models"
)

// MaxLessons is how long what was learnt from a campaign can be, in characters.
const MaxLessons = 20000

// Lessons is what the organisers of a campaign say that they learnt from it.
type Lessons struct {
	CampaignID string
	Revision   int    // 0 for none yet; every one is kept
	Body       string // Markdown
	PersonID   string // who wrote this revision
	ByName     string // read with it
	CreatedAt  time.Time
}

// Clean checks what was written.
func (l *Lessons) Clean() error {
	l.Body = strings.TrimSpace(models.CleanText(l.Body))
	if n := len([]rune(l.Body)); n > MaxLessons {
		return models.InvalidField("body", "What was learnt must be 20,000 characters or fewer")
	}
	return nil
}
