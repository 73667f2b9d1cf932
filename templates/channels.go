package templates

import "time"

// ChannelsPage lists where teams of an organisation are told of case studies.
type ChannelsPage struct {
	Organisation, Base string
	Channels           []ChannelLine
	Full               bool // no more can be added
}

// ChannelLine is one of them, with what was posted there.
type ChannelLine struct {
	ID, Kind, Host, Hears string
	Made                  time.Time
	Posts                 []PostLine
}

// PostLine is one post.
type PostLine struct {
	What, State, Why string
	When             time.Time
	Failed           bool
}

// ChannelForm adds a channel.
type ChannelForm struct {
	Organisation, Action     string
	Kind, Address            string
	Own                      bool // told of the organisation's own
	Systems, Standards, Tags string
	Kinds                    []Option
	Errors                   []FieldError
}

func (f ChannelForm) ownValues() []string {
	if f.Own {
		return []string{"yes"}
	}
	return nil
}
