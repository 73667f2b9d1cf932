package templates

import (
	"time"

	"github.com/a-h/templ"
)

// BookmarkButtonProps describe a BookmarkButton.
type BookmarkButtonProps struct {
	// ActionURL takes the POST. The form sends kept=true to keep and kept=false to let go, so a press that is repeated or
	// late still means what the person saw.
	ActionURL string
	Kept      bool
	SignedIn  bool
	// Gap, a mark of models.OwnMarks, gives both buttons of a signed-in person, for a page that is kept with gaps.
	Gap string
	// Title is what is kept, for screen readers.
	Title string
	// BackURL is sent as back: the path to return to without JavaScript, and after signing in.
	BackURL string
	// Side puts the icon above the word, for the side of a card in a list.
	Side bool
}

// asIf is the button of somebody who keeps it, or not.
func (p BookmarkButtonProps) asIf(kept bool) templ.Component {
	p.Gap, p.Kept = "", kept
	return BookmarkButton(p)
}

func (p BookmarkButtonProps) forText() string {
	if !p.SignedIn {
		return " for later: " + PlainText(p.Title) + " (sign in first)"
	}
	return " for later: " + PlainText(p.Title)
}

// BookmarksPage is what Bookmarks shows.
type BookmarksPage struct {
	Lines   []BookmarkLine
	First   bool // the first page of the list
	NextURL string
}

// BookmarkLine is one thing that a person keeps: a card, or where it cannot be
// read any more, when it was kept and a button to remove it.
type BookmarkLine struct {
	Card               *ListCardProps
	CollectSlug        string // of the card
	Kept               time.Time
	IntoURL, IntoTitle string // where it is now, of one that was merged
	Remove             BookmarkButtonProps
}
