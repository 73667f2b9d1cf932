package models

import (
	"slices"
	"time"
)

// EventType is something that other systems can be told of.
type EventType string

// What other systems can be told of. EventTest is sent by an admin, to see
// whether an endpoint works.
const (
	EventCaseStudyPublished EventType = "case_study.published"
	EventCaseStudyRevised   EventType = "case_study.revised"
	EventCaseStudyWithdrawn EventType = "case_study.withdrawn"
	EventCommentCreated     EventType = "comment.created"
	EventCommentDeleted     EventType = "comment.deleted"
	EventAdoptionCreated    EventType = "adoption.created"
	EventAdoptionUpdated    EventType = "adoption.updated"
	EventAdoptionRemoved    EventType = "adoption.removed"
	EventTest               EventType = "test.ping"
)

// EventTypes lists what an endpoint can ask for.
func EventTypes() []EventType {
	return []EventType{EventCaseStudyPublished, EventCaseStudyRevised, EventCaseStudyWithdrawn, EventCommentCreated, EventCommentDeleted,
		EventAdoptionCreated, EventAdoptionUpdated, EventAdoptionRemoved}
}

// Label gives the type as a person reads it.
func (t EventType) Label() string {
	switch t {
	case EventCaseStudyPublished:
		return "A case study is published, or brought back"
	case EventCaseStudyRevised:
		return "A case study is revised"
	case EventCaseStudyWithdrawn:
		return "A case study is withdrawn"
	case EventCommentCreated:
		return "A comment is posted"
	case EventCommentDeleted:
		return "A comment is deleted"
	case EventAdoptionCreated:
		return "An organisation adopts a case study"
	case EventAdoptionUpdated:
		return "An organisation says more about how it adopts a case study"
	case EventAdoptionRemoved:
		return "An organisation takes back that it adopts a case study"
	case EventTest:
		return "A test"
	}
	return string(t)
}

// Limits of webhooks.
const (
	MaxWebhooks = 50
	// WebhookPauseAfter is how long an endpoint may fail without a success
	// before it is paused: about as long as one event is tried.
	WebhookPauseAfter = 24 * time.Hour
	// FormerSecretFor is how long a secret that was replaced still signs.
	FormerSecretFor = 24 * time.Hour
	// WebhookEventsFor is how long events are kept, with what became of them.
	WebhookEventsFor = 30 * 24 * time.Hour
)

// Webhook is an endpoint of another system. The secrets are sealed.
type Webhook struct {
	ID           string
	URL          string
	Description  string
	Events       []EventType
	Secret       string
	FormerSecret string     // still signs until FormerUntil
	FormerUntil  *time.Time // nil without one
	PausedAt     *time.Time // nil while events are sent
	PausedWhy    string
	FailingSince *time.Time // nil after a success
	CreatedBy    string
	CreatedAt    time.Time
}

// Wants tells whether the endpoint asked for events of a type.
func (w *Webhook) Wants(t EventType) bool { return slices.Contains(w.Events, t) }

// FailedTooLong tells whether the endpoint has failed for so long that it
// should be paused.
func (w *Webhook) FailedTooLong(now time.Time) bool {
	return w.FailingSince != nil && now.Sub(*w.FailingSince) >= WebhookPauseAfter
}

// Validate cleans and checks what an admin typed, but for the address.
func (w *Webhook) Validate() error {
	var p problems
	w.Description = CleanLine(w.Description)
	if runeLen(w.Description) > MaxName {
		p.add("description", "The description must be %d characters or fewer", MaxName)
	}
	slices.Sort(w.Events)
	w.Events = slices.Compact(w.Events)
	if len(w.Events) == 0 {
		p.add("events", "Choose at least one event")
	}
	for _, t := range w.Events {
		if !slices.Contains(EventTypes(), t) {
			p.add("events", "There is no event called “%s”", Truncate(CleanLine(string(t)), 40))
		}
	}
	return p.err("The webhook was not saved.")
}

// DeliveryState says what became of an event on its way to an endpoint.
type DeliveryState string

// The states: a delivery that is held waits for its endpoint to be resumed.
const (
	DeliveryPending   DeliveryState = "pending"
	DeliveryHeld      DeliveryState = "held"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryFailed    DeliveryState = "failed"
)

// WebhookEvent is what happened, as it is told to every endpoint.
type WebhookEvent struct {
	ID        string
	Type      EventType
	Payload   string // JSON
	CreatedAt time.Time
}

// WebhookDelivery is one event on its way to one endpoint.
type WebhookDelivery struct {
	ID        string
	WebhookID string
	Event     WebhookEvent
	State     DeliveryState
	Attempts  int
	CreatedAt time.Time
	Log       []WebhookAttempt // newest first; read by Deliveries alone
}

// WebhookAttempt is one try to deliver.
type WebhookAttempt struct {
	ID        string
	Status    int    // of the answer; 0 when there was none
	Error     string // why there was none, or why it will not do
	Answer    string // the beginning of it
	Took      time.Duration
	CreatedAt time.Time
}

// Good tells whether the endpoint took the event.
func (a WebhookAttempt) Good() bool { return a.Status >= 200 && a.Status < 300 }
