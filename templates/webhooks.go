package templates

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// WebhookState says how an endpoint is doing.
type WebhookState string

// The states of an endpoint.
const (
	WebhookSending WebhookState = "Sending"
	WebhookFailing WebhookState = "Failing"
	WebhookPaused  WebhookState = "Paused"
)

func (s WebhookState) colour() Colour {
	switch s {
	case WebhookFailing:
		return Orange
	case WebhookPaused:
		return Red
	}
	return Green
}

// WebhooksPage lists the endpoints.
type WebhooksPage struct {
	Webhooks []WebhookLine
	Full     bool // no more can be added
}

// WebhookLine is one endpoint in that list.
type WebhookLine struct {
	URL, Address, Description string
	Events                    int
	State                     WebhookState
}

// WebhookForm adds or changes an endpoint.
type WebhookForm struct {
	Title, Action        string
	Address, Description string
	Events               []string
	Choices              []Option
	Errors               []FieldError
}

// WebhookPage is one endpoint with what was sent to it.
type WebhookPage struct {
	ID, Address, Description, Events string

	State           WebhookState
	Paused, Failing *time.Time
	Why             string     // why it is paused
	Secret          string     // when it has just been made
	FormerUntil     *time.Time // the secret before still signs
	Held            int
	Deliveries      []DeliveryLine
	First           bool
	NextURL         string
}

// DeliveryLine is one event that was sent there.
type DeliveryLine struct {
	Event, MessageID, State, Payload, ResendURL string

	Made     time.Time
	Attempts int
	Log      []AttemptLine
}

// AttemptLine is one try to send it.
type AttemptLine struct {
	When          time.Time
	Status        int
	Error, Answer string
	Took          time.Duration
	Good          bool
}

func (d DeliveryLine) colour() Colour {
	switch d.State {
	case "Delivered":
		return Green
	case "Failed":
		return Red
	}
	return Grey
}

// pretty is the payload as people read it.
func (d DeliveryLine) pretty() string {
	var out bytes.Buffer
	if json.Indent(&out, []byte(d.Payload), "", "  ") != nil {
		return d.Payload
	}
	return out.String()
}

func (a AttemptLine) text() string {
	text := a.Error
	if a.Good {
		text = "The server answered " + strconv.Itoa(a.Status) + "."
	}
	return text + " It took " + FormatNumber(int(a.Took.Milliseconds())) + " ms."
}

// firstURL leads back to the newest, from any page after.
func (p WebhookPage) firstURL() string {
	if p.First {
		return ""
	}
	return "/admin/webhooks/" + p.ID
}
