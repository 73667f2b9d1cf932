package models

import (
	"slices"
	"time"
)

// FollowKind says what somebody follows.
type FollowKind string

// What can be followed.
const (
	FollowStudy        FollowKind = "case-study"
	FollowSystem       FollowKind = "system"
	FollowStandard     FollowKind = "standard"
	FollowOrganisation FollowKind = "organisation"
	FollowPerson       FollowKind = "person"
	FollowTag          FollowKind = "tag"
	FollowSearch       FollowKind = "search" // that the person has saved
	FollowCampaign     FollowKind = "campaign"
)

// FollowKinds lists what can be followed.
func FollowKinds() []FollowKind {
	return []FollowKind{FollowStudy, FollowSystem, FollowStandard, FollowOrganisation, FollowPerson, FollowTag, FollowSearch, FollowCampaign}
}

// Valid tells whether the kind is one of the list.
func (k FollowKind) Valid() bool { return slices.Contains(FollowKinds(), k) }

// MaxFollows is how many things one person can follow.
const MaxFollows = 500

// Followed is one thing that can be followed: a case study or a person by id, a
// system or a tag by slug, a standard or an organisation by code, a saved search
// or a campaign by id.
type Followed struct {
	Kind  FollowKind
	Thing string
}

// Following is one thing that a person follows, as it is called now.
type Following struct {
	Followed
	Delivery  Delivery // how they hear of it; empty for as usual
	Name, URL string
}

// NotifyReason says why somebody is told of something.
type NotifyReason string

// The reasons. Of several the first of the list counts: nobody is told of one
// thing twice.
const (
	NotifyMention    NotifyReason = "mention"    // a comment names them
	NotifyReply      NotifyReason = "reply"      // to a comment of theirs
	NotifyOwn        NotifyReason = "own"        // a comment on a case study that they posted or wrote
	NotifyStage      NotifyReason = "stage"      // of a case study that they posted, voted for, commented on or follow
	NotifyAdoption   NotifyReason = "adoption"   // an organisation says how far it is with a case study that they posted or wrote
	NotifyComment    NotifyReason = "comment"    // on a case study that they follow
	NotifyPublished  NotifyReason = "published"  // about something that they follow
	NotifyRevised    NotifyReason = "revised"    // a case study that they follow
	NotifyMessage    NotifyReason = "message"    // somebody asks them something in private, or answers
	NotifyDecided    NotifyReason = "decided"    // what became of a case study that they posted, voted for, commented on or follow
	NotifyOverdue    NotifyReason = "overdue"    // ideas of an organisation that they lead wait for a first response
	NotifyThanks     NotifyReason = "thanks"     // somebody thanks them for a case study of theirs
	NotifyInvited    NotifyReason = "invited"    // somebody wants to look after a collection together with them
	NotifyCampaign   NotifyReason = "campaign"   // a campaign that they follow or entered is further, or has their entry
	NotifyInvitation NotifyReason = "invitation" // they are invited to a campaign, or reminded of that
	NotifyWorkspace  NotifyReason = "workspace"  // they are added to the workspace of an adoption, or given a task there
	NotifyOriginal   NotifyReason = "original"   // a case study that their organisation adopts has changed
	NotifyReview     NotifyReason = "review"     // a case study of theirs, or of an organisation that they lead, is to be read again
	NotifyAsked      NotifyReason = "asked"      // they are asked for what they know about an idea
)

// Notification is what one person is told, once.
type Notification struct {
	ID          string
	PersonID    string
	Event       string // names what happened; the same for all who are told of it
	Reason      NotifyReason
	CaseStudyID string // empty when it is about a conversation
	CommentID   string // empty when it is about the case study itself
	ActorID     string // who did it
	Detail      string // the new stage, the kind and id of what is followed, as "system:systmone", the status and code of who adopts, as "trying:RR8", the id of a conversation or of a collection, by what they know, the id of a campaign and what it tells, as "01J…:judge", what happened in a workspace and the code of who adopts, as "task:RR8" or "changed:RR8", or the code of an organisation and how many ideas wait, as "RR8:3"
	CreatedAt   time.Time
	ReadAt      *time.Time
	Delivery    Delivery // how the person was to hear of it: never NotAtAll

	// Read with it.
	Slug, Title            string
	Status                 Status
	ActorName, ActorHandle string // no handle once the account is closed
}
