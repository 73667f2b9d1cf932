package models

import (
	"slices"
	"time"
)

// ConversationKind says what somebody asks for.
type ConversationKind string

// The kinds of conversation.
const (
	AskQuestion ConversationKind = "question"
	AskVisit    ConversationKind = "visit"
)

// ConversationKinds lists what can be asked for.
func ConversationKinds() []ConversationKind { return []ConversationKind{AskQuestion, AskVisit} }

// Label gives the kind as a person reads it.
func (k ConversationKind) Label() string {
	if k == AskVisit {
		return "A visit"
	}
	return "A question"
}

// The states of a conversation.
const (
	ConversationOpen     = "open" // somebody waits for an answer
	ConversationAnswered = "answered"
	ConversationDeclined = "declined"
)

// The parts that people have in a conversation.
const (
	PartAsker = "asker"
	PartAsked = "asked"
)

// Limits of conversations.
const (
	MinMessage           = 10   // characters of the first message
	MaxMessage           = 1500 // characters
	MaxMessages          = 200  // in one conversation
	MaxAsksADay          = 10   // conversations begun by one person within 24 hours
	NewcomerAsks         = 3    // the same, for new accounts
	MaxMessagesAnHour    = 30   // by one person
	MaxMessageReport     = 400  // characters of what is said with a report of a message
	ConversationsAPage   = 20
	ConversationsWaiting = 50 // that a list shows first
)

// AnswerWithin is how long somebody may wait for an answer before it counts as
// overdue.
const AnswerWithin = 7 * 24 * time.Hour

// Conversation is a private question and what followed. Only those in it read it.
type Conversation struct {
	ID           string
	Kind         ConversationKind
	CaseStudyID  string // empty for a question to somebody who knows something
	Title        string // of the case study when it was asked
	State        string
	CreatedAt    time.Time
	LastAt       time.Time
	WaitingSince *time.Time // nil while nobody waits for an answer
	Part         string     // of whoever reads it
	Unread       bool       // by them
	Members      []Member
	Messages     []Message
}

// Member is somebody in a conversation. Left says that they read it no more.
type Member struct {
	PersonID, Name, Handle, JobTitle string // no handle once the account is closed
	Part                             string
	Left                             bool
}

// Message is one message of a conversation.
type Message struct {
	ID, ConversationID string
	AuthorID           string
	AuthorName         string // read with it
	Body               string // empty once its author has closed their account
	CreatedAt          time.Time
}

// Overdue tells whether somebody has waited too long for an answer.
func (c *Conversation) Overdue(now time.Time) bool {
	return c.State == ConversationOpen && c.WaitingSince != nil && now.Sub(*c.WaitingSince) > AnswerWithin
}

// Others lists the ids of those in the conversation but one, who have not left.
func (c *Conversation) Others(but string) (ids []string) {
	for _, m := range c.Members {
		if m.PersonID != but && !m.Left {
			ids = append(ids, m.PersonID)
		}
	}
	return ids
}

// Asker gives who began the conversation.
func (c *Conversation) Asker() Member {
	if at := slices.IndexFunc(c.Members, func(m Member) bool { return m.Part == PartAsker }); at >= 0 {
		return c.Members[at]
	}
	return Member{}
}

// Validate cleans and checks a message; first says that it begins a conversation.
func (m *Message) Validate(first bool) error {
	var p problems
	m.Body = CleanText(m.Body)
	switch n := runeLen(m.Body); {
	case n == 0:
		p.add("body", "Write your message")
	case first && n < MinMessage:
		p.add("body", "Say a little more, so that they can answer: at least %d characters", MinMessage)
	case n > MaxMessage:
		p.add("body", "A message must be %d characters or fewer; it has %d", MaxMessage, n)
	}
	return p.err("The message was not sent.")
}
