package webhooks

import (
	"context"
	"encoding/json"
	"net/url"
	"time"

	"grassroots/app/jobs"
	"grassroots/models"
)

// payload is an event as it is told, in the form of the specification.
type payload struct {
	Type      models.EventType `json:"type"`
	Timestamp time.Time        `json:"timestamp"`
	Data      any              `json:"data"`
}

// told is what is told of a case study: what anybody may read, and where the
// rest is.
type told struct {
	ID           string       `json:"id"`
	Title        string       `json:"title"`
	Summary      string       `json:"summary,omitempty"`
	Stage        models.Stage `json:"stage"`
	Organisation string       `json:"organisation,omitempty"`
	Tags         []string     `json:"tags,omitempty"`
	Revision     int          `json:"revision"`
	Updated      time.Time    `json:"updated"`
	URL          string       `json:"url"`
	APIURL       string       `json:"api_url"`
}

// toldComment is what is told of a comment.
type toldComment struct {
	ID        string             `json:"id"`
	ReplyTo   string             `json:"reply_to,omitempty"`
	Kind      models.CommentKind `json:"kind,omitempty"`
	Official  bool               `json:"official,omitempty"`
	Author    string             `json:"author,omitempty"`
	Body      string             `json:"body,omitempty"`
	Created   time.Time          `json:"created"`
	URL       string             `json:"url"`
	CaseStudy toldOn             `json:"case_study"`
}

// toldOn is the case study that something is on.
type toldOn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// toldAdoption is what is told of an adoption.
type toldAdoption struct {
	ID           string                `json:"id"`
	Organisation string                `json:"organisation"`
	Name         string                `json:"organisation_name"`
	Status       models.AdoptionStatus `json:"status,omitempty"`
	Result       string                `json:"result,omitempty"`
	Adaptations  string                `json:"adaptations,omitempty"`
	Reason       string                `json:"reason,omitempty"`
	Changed      time.Time             `json:"changed"`
	APIURL       string                `json:"api_url"`
	CaseStudy    toldOn                `json:"case_study"`
}

// toldTest is a test.
type toldTest struct {
	Message string `json:"message"`
}

// CaseStudy tells what happened to a case study, in the transaction in which
// it happened.
func (f *Feature) CaseStudy(ctx context.Context, t models.EventType, cs models.CaseStudy) error {
	return f.tell(ctx, t, func() any {
		data := told{ID: cs.ID, Title: cs.Title, Stage: cs.Stage, Organisation: cs.Organisation, Revision: cs.Revision, Updated: cs.UpdatedAt.UTC(),
			URL: f.site.URL("/case-studies/" + url.PathEscape(cs.Slug)), APIURL: f.site.URL("/api/v1/case-studies/" + cs.ID)}
		if t != models.EventCaseStudyWithdrawn { // what it said is not to be read any more
			data.Summary, data.Tags = cs.Summary, cs.Tags
		}
		return data
	})
}

// Comment tells what happened to a comment, in the transaction in which it
// happened. Of one on a case study that not everybody may read nothing is told.
func (f *Feature) Comment(ctx context.Context, t models.EventType, m models.Comment, cs models.CaseStudy) error {
	if cs.Status == models.Limited {
		return nil
	}
	return f.tell(ctx, t, func() any {
		data := toldComment{ID: m.ID, ReplyTo: m.ParentID, Created: m.CreatedAt.UTC(), URL: f.site.URL("/comments/" + m.ID),
			CaseStudy: toldOn{ID: cs.ID, Title: cs.Title, URL: f.site.URL("/case-studies/" + url.PathEscape(cs.Slug))}}
		if t != models.EventCommentDeleted {
			data.Kind, data.Official, data.Author, data.Body = m.Kind, m.Official, m.Author.Name, m.Body
		}
		return data
	})
}

// Adoption tells what an organisation says of how it adopts a case study, in the
// transaction in which it says so. Of a case study that not everybody may read
// nothing is told.
func (f *Feature) Adoption(ctx context.Context, t models.EventType, a models.Adoption, cs models.CaseStudy) error {
	if cs.Status == models.Limited {
		return nil
	}
	return f.tell(ctx, t, func() any {
		data := toldAdoption{ID: a.ID, Organisation: a.Organisation, Name: a.OrgName, Changed: a.ChangedAt.UTC(),
			APIURL:    f.site.URL("/api/v1/case-studies/" + cs.ID + "/adoptions/" + url.PathEscape(a.Organisation)),
			CaseStudy: toldOn{ID: cs.ID, Title: cs.Title, URL: f.site.URL("/case-studies/" + url.PathEscape(cs.Slug))}}
		if t != models.EventAdoptionRemoved {
			data.Status, data.Result, data.Adaptations, data.Reason = a.Status, a.Result, a.Adaptations, a.Reason
		}
		return data
	})
}

// tell writes an event, and a job for each endpoint that asked for its type.
// data is made only when there is one.
func (f *Feature) tell(ctx context.Context, t models.EventType, data func() any) error {
	all, err := f.store.Webhooks(ctx)
	if err != nil {
		return err
	}
	var to []models.Webhook
	for _, w := range all {
		if w.Wants(t) {
			to = append(to, w)
		}
	}
	if len(to) == 0 {
		return nil
	}
	return f.send(ctx, t, data(), to)
}

// send writes an event and its deliveries, and enqueues those that can be sent.
func (f *Feature) send(ctx context.Context, t models.EventType, data any, to []models.Webhook) error {
	now := f.site.Now().UTC().Truncate(time.Millisecond)
	raw, err := json.Marshal(payload{t, now, data})
	if err != nil {
		return models.Wrap(models.Internal, "The event could not be written.", err)
	}
	return f.store.Tx(ctx, func(ctx context.Context) error {
		send, err := f.store.AddWebhookEvent(ctx, models.WebhookEvent{ID: f.store.NewID(), Type: t, Payload: string(raw), CreatedAt: now}, to)
		if err != nil {
			return err
		}
		return f.enqueue(ctx, send)
	})
}

func (f *Feature) enqueue(ctx context.Context, deliveries []string) error {
	for _, id := range deliveries {
		if err := f.queue.Enqueue(ctx, delivery{id}, jobs.Outside()); err != nil {
			return err
		}
	}
	return nil
}
