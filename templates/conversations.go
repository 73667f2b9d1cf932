package templates

import (
	"time"

	"grassroots/models"
)

// AskPage is the form of a private question.
type AskPage struct {
	Heading, About, AboutURL string
	ActionURL                string
	To                       []string // names of who reads it
	Kind, Body               string
	Kinds                    []Option
	// Why says why nobody can be asked, where that is so; SignInURL is for who is not signed in.
	Why, SignInURL string
	Errors         []FieldError
}

// ConversationsPage lists a person's conversations.
type ConversationsPage struct {
	Waiting, Lines []ConversationLine
	First          bool
	NextURL        string
}

// ConversationLine is a conversation in a list.
type ConversationLine struct {
	URL, Title, Kind, State string
	With                    []string // names of the others
	When                    time.Time
	Unread, Overdue         bool
}

// ConversationPage is a conversation with its messages.
type ConversationPage struct {
	ConversationLine
	AboutURL             string // of the case study, or empty
	Members              []ConversationMember
	Messages             []ConversationMessage
	Body                 string
	MayDecline, MayBlock bool
	Alone                bool // nobody else reads it any more
	Asker                string
	Errors               []FieldError
}

// ConversationMember is somebody in a conversation.
type ConversationMember struct {
	Name, URL, JobTitle string
	Own, Left           bool
}

// ConversationMessage is one message.
type ConversationMessage struct {
	ID, Author, Body string
	Own              bool
	When             time.Time
	ReportURL        string // empty for one's own
}

// ReportMessagePage is the form by which moderators are told of a message.
type ReportMessagePage struct {
	Author, Quoted     string
	ActionURL, BackURL string
	Reason, Words      string
	Reasons            []Option
	Errors             []FieldError
}

const maxMessage, maxMessageReport = models.MaxMessage, models.MaxMessageReport

// with names the others.
func (l ConversationLine) with() string { return PlainText(models.Together(l.With)) }

// readBy says who reads a question.
func (p AskPage) readBy() string { return PlainText(models.Together(p.To)) }
