package models

import (
	"slices"
	"time"
)

// ChannelKind says what takes the posts of a channel.
type ChannelKind string

// The kinds of channel.
const (
	ChannelTeams ChannelKind = "teams"
	ChannelSlack ChannelKind = "slack"
)

// Label gives the kind as a person reads it.
func (k ChannelKind) Label() string {
	if k == ChannelSlack {
		return "Slack"
	}
	return "Microsoft Teams"
}

// Limits of channels.
const (
	MaxChannels     = 20 // of one organisation
	MaxChannelHears = 50
	// ChannelPostsFor is how long it is kept what was posted.
	ChannelPostsFor = 30 * 24 * time.Hour
)

// Channel is where a team of an organisation is told of new case studies. What
// anybody may read is posted there, and nothing else.
type Channel struct {
	ID           string
	Organisation string // ODS code of whose it is
	Kind         ChannelKind
	Address      string   // sealed
	Host         string   // of the address: what of it may be shown
	Hears        []string // of what, by kind and id: "organisation:RR8", "system:systmone", "standard:hl7-v2", "tag:discharge"
	CreatedBy    string
	CreatedAt    time.Time
}

// Wants tells whether the channel is told of something that is filed under some
// things.
func (c *Channel) Wants(things []string) bool {
	return slices.ContainsFunc(c.Hears, func(h string) bool { return slices.Contains(things, h) })
}

// PostState says what became of a post on its way to a channel.
type PostState string

// The states. A post is dropped when its case study is not for everybody any more.
const (
	PostPending PostState = "pending"
	PostSent    PostState = "sent"
	PostFailed  PostState = "failed"
	PostDropped PostState = "dropped"
)

// ChannelPost is one post on its way to a channel.
type ChannelPost struct {
	ID          string
	ChannelID   string
	CaseStudyID string // empty for a test
	Title       string // of the case study as it is now, for everybody; read with it
	State       PostState
	Attempts    int
	Error       string
	CreatedAt   time.Time
}
