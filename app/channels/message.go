package channels

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"grassroots/models"
	"grassroots/templates"
)

// message is what is posted, as plain text: each kind of channel has its own form.
type message struct {
	lead, title, summary string
	facts                string
	url                  string // empty for none
}

// test is a message that says nothing.
func test(c models.Channel) message {
	return message{lead: "Grassroots", title: "This is a test", summary: "New case studies will be posted in this channel of " + c.Kind.Label() + "."}
}

// mostSummary is how much of a summary is posted, in characters.
const mostSummary = 500

// about is a message about a case study that anybody may read.
func (f *Feature) about(ctx context.Context, cs models.CaseStudy) message {
	facts := []string{cs.Stage.Label()}
	if cs.Organisation != "" {
		name := cs.Organisation
		if names, err := f.store.OrganisationNames(ctx, []string{cs.Organisation}); err == nil && names[cs.Organisation] != "" {
			name = names[cs.Organisation]
		}
		facts = append(facts, name)
	}
	return message{lead: "New on Grassroots", title: templates.PlainText(cs.Title), summary: templates.PlainText(models.Truncate(cs.Summary, mostSummary)), facts: strings.Join(facts, " · "),
		url: f.site.URL("/case-studies/" + url.PathEscape(cs.Slug))}
}

// request makes the request of an incoming webhook.
func (m message) request(ctx context.Context, kind models.ChannelKind, address string) (*http.Request, error) {
	body := m.card()
	if kind == models.ChannelSlack {
		body = m.blocks()
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

type object = map[string]any

// card is the message as a workflow of Teams takes it: an Adaptive Card. Its text
// is of runs, which know no Markdown, so that a title cannot become a link.
func (m message) card() object {
	run := func(text string, more object) object {
		inline := object{"type": "TextRun", "text": text}
		for k, v := range more {
			inline[k] = v
		}
		return object{"type": "RichTextBlock", "inlines": []any{inline}}
	}
	body := []any{run(m.lead, object{"isSubtle": true}), run(m.title, object{"weight": "Bolder", "size": "Large"})}
	for _, text := range []string{m.facts, m.summary} {
		if text != "" {
			body = append(body, run(text, nil))
		}
	}
	card := object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body, "msteams": object{"width": "Full"}}
	if m.url != "" {
		card["actions"] = []any{object{"type": "Action.OpenUrl", "title": "Read it", "url": m.url}}
	}
	return object{"type": "message", "attachments": []any{object{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}}
}

// slackText has the three characters replaced that Slack gives a meaning.
var slackText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// blocks is the message as Slack takes it, with plain text alone, so that a title
// can neither become a link nor call everybody.
func (m message) blocks() object {
	plain := func(text string, most int) object {
		return object{"type": "plain_text", "text": models.Truncate(slackText.Replace(text), most), "emoji": false}
	}
	blocks := []any{object{"type": "header", "text": plain(m.title, 150)}}
	for _, text := range []string{m.facts, m.summary} {
		if text != "" {
			blocks = append(blocks, object{"type": "section", "text": plain(text, 3000)})
		}
	}
	if m.url != "" {
		blocks = append(blocks, object{"type": "actions", "elements": []any{object{"type": "button", "text": plain("Read it", 75), "url": m.url}}})
	}
	return object{"text": slackText.Replace(m.lead + ": " + m.title), "blocks": blocks}
}
