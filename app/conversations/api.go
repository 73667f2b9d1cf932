package conversations

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

// APIConversation is a conversation in a list; exported as APIConversationID is.
type APIConversation struct {
	ID        string      `json:"id" doc:"ULID"`
	Kind      string      `json:"kind" enum:"question,visit"`
	State     string      `json:"state" enum:"open,answered,declined" doc:"open: somebody waits for an answer."`
	Part      string      `json:"part" enum:"asker,asked" doc:"Yours."`
	CaseStudy string      `json:"case_study" doc:"Id of the case study that it is about; empty for a question to somebody who knows something."`
	Title     string      `json:"title" doc:"Of that case study when it was asked."`
	Unread    bool        `json:"unread" doc:"Something was written since you opened it."`
	Overdue   bool        `json:"overdue" doc:"Somebody has waited for an answer for more than a week."`
	People    []apiMember `json:"people"`
	Created   time.Time   `json:"created"`
	Last      time.Time   `json:"last" doc:"When something was written last."`
	URL       string      `json:"url" format:"uri"`
}

type apiMember struct {
	Handle string `json:"handle" doc:"Empty once the account is closed."`
	Name   string `json:"name"`
	Part   string `json:"part" enum:"asker,asked"`
	Left   bool   `json:"left" doc:"They read it no more."`
}

type apiMessage struct {
	ID      string    `json:"id" doc:"ULID"`
	By      string    `json:"by" doc:"Name of who wrote it."`
	Own     bool      `json:"own" doc:"You did."`
	Body    string    `json:"body" doc:"Plain text; empty once who wrote it has closed their account."`
	Created time.Time `json:"created"`
}

type apiConversationsInput struct{ web.PageParams }

type apiConversationsOutput struct{ Body web.List[APIConversation] }

// APIConversationID names a conversation. It is exported because huma passes over
// embedded types that are not.
type APIConversationID struct {
	ID string `path:"id" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiWholeConversation struct {
	APIConversation
	Messages []apiMessage `json:"messages" doc:"In the order in which they were written."`
}

type apiConversationOutput struct {
	Location string `header:"Location"`
	Body     apiWholeConversation
}

type apiAskTeamInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body apiQuestion
}

type apiQuestion struct {
	Kind string `json:"kind" enum:"question,visit"`
	Body string `json:"body" maxLength:"6000" doc:"Plain text of 10 to 1,500 characters." example:"What did it cost you in the end?"`
}

type apiAskPersonInput struct {
	ID   string `path:"id" doc:"ULID or handle" maxLength:"200" example:"amina-yusuf"`
	Body apiQuestion
}

type apiReplyInput struct {
	APIConversationID
	Body apiReply
}

type apiReply struct {
	Body string `json:"body" maxLength:"6000" doc:"Plain text of at most 1,500 characters." example:"About three weeks of one developer."`
}

// API adds the operations on private questions.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, status int, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, DefaultStatus: status, Tags: []string{"Conversations"}, Errors: errors, Security: web.TokenSecurity()}
	}
	web.Operation(f.site, api, add("list-conversations", http.MethodGet, "/me/conversations", "Your conversations", "Those begun last first, without their messages.", 0), f.apiList)
	web.Operation(f.site, api, add("get-conversation", http.MethodGet, "/me/conversations/{id}", "A conversation of yours", "With its messages. Reading it here leaves it unread.", 0, 404), f.apiGet)
	web.Operation(f.site, api, add("ask-team", http.MethodPost, "/case-studies/{id}/conversations", "Ask those who wrote a case study", "In private: only those in the conversation read it.", http.StatusCreated, 404, 409, 410, 413, 415, 429), f.apiAskTeam)
	web.Operation(f.site, api, add("ask-person", http.MethodPost, "/people/{id}/conversations", "Ask somebody who agreed to be found", "In private.", http.StatusCreated, 404, 409, 413, 415, 429), f.apiAskPerson)
	web.Operation(f.site, api, add("post-message", http.MethodPost, "/me/conversations/{id}/messages", "Write in a conversation of yours", "The others in it are told.", http.StatusCreated, 404, 409, 413, 415, 429), f.apiReply)
	web.Operation(f.site, api, add("decline-conversation", http.MethodPost, "/me/conversations/{id}/decline", "Say that you cannot help", "For all who were asked.", http.StatusNoContent, 404, 409), f.apiDecline)
}

func (f *Feature) forAPI(c *models.Conversation) APIConversation {
	out := APIConversation{ID: c.ID, Kind: string(c.Kind), State: c.State, Part: c.Part, CaseStudy: c.CaseStudyID, Title: c.Title, Unread: c.Unread, Overdue: c.Overdue(f.site.Now()), People: []apiMember{},
		Created: c.CreatedAt.UTC(), Last: c.LastAt.UTC(), URL: f.site.URL(listURL + "/" + c.ID)}
	for _, m := range c.Members {
		out.People = append(out.People, apiMember{m.Handle, m.Name, m.Part, m.Left})
	}
	return out
}

func (f *Feature) apiList(ctx context.Context, in *apiConversationsInput) (*apiConversationsOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if in.Cursor != "" && !models.ValidID(in.Cursor) {
		return nil, models.ErrCursor
	}
	ctx = store.Fresh(ctx)
	list, more, err := f.store.Conversations(ctx, p.ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	total, err := f.store.CountConversations(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	items, next := make([]APIConversation, len(list)), ""
	for i := range list {
		items[i] = f.forAPI(&list[i])
	}
	if more {
		next = list[len(list)-1].ID
	}
	return &apiConversationsOutput{web.NewList(items, next, total)}, nil
}

func (f *Feature) apiGet(ctx context.Context, in *APIConversationID) (*apiConversationOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	out, err := f.whole(ctx, p, in.ID)
	if out != nil {
		out.Location = ""
	}
	return out, err
}

// whole gives a conversation with its messages, and where it is.
func (f *Feature) whole(ctx context.Context, p *models.Person, id string) (*apiConversationOutput, error) {
	c, err := f.get(store.Fresh(ctx), p, id)
	if err != nil {
		return nil, err
	}
	out := &apiConversationOutput{Location: f.site.URL("/api/v1/me/conversations/" + c.ID), Body: apiWholeConversation{APIConversation: f.forAPI(&c), Messages: []apiMessage{}}}
	for _, m := range c.Messages {
		out.Body.Messages = append(out.Body.Messages, apiMessage{m.ID, m.AuthorName, m.AuthorID == p.ID, m.Body, m.CreatedAt.UTC()})
	}
	return out, nil
}

func (f *Feature) apiAskTeam(ctx context.Context, in *apiAskTeamInput) (*apiConversationOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	cs, err := f.site.StandingCaseStudy(ctx, p, in.ID)
	if err != nil {
		return nil, err
	}
	asked, err := f.team(ctx, p, &cs)
	if err != nil {
		return nil, err
	}
	return f.apiAsk(ctx, p, asking{kind: models.ConversationKind(in.Body.Kind), study: &cs, asked: asked, body: models.CleanText(in.Body.Body)})
}

func (f *Feature) apiAskPerson(ctx context.Context, in *apiAskPersonInput) (*apiConversationOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	handle := in.ID
	if models.ValidID(handle) {
		other, err := f.store.PersonByID(ctx, handle)
		if err != nil {
			return nil, err
		}
		handle = other.Handle
	}
	other, err := f.expert(ctx, p, handle)
	if err != nil {
		return nil, err
	}
	return f.apiAsk(ctx, p, asking{kind: models.ConversationKind(in.Body.Kind), asked: []string{other.ID}, body: models.CleanText(in.Body.Body)})
}

func (f *Feature) apiAsk(ctx context.Context, p *models.Person, a asking) (*apiConversationOutput, error) {
	id, err := f.ask(ctx, p, a)
	if err != nil {
		return nil, err
	}
	f.site.PeopleChanged()
	return f.whole(ctx, p, id)
}

func (f *Feature) apiReply(ctx context.Context, in *apiReplyInput) (*apiConversationOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.Reply(ctx, p, in.ID, models.CleanText(in.Body.Body)); err != nil {
		return nil, err
	}
	f.site.PeopleChanged()
	return f.whole(ctx, p, in.ID)
}

func (f *Feature) apiDecline(ctx context.Context, in *APIConversationID) (*struct{}, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	if err := f.Decline(ctx, p, in.ID); err != nil {
		return nil, err
	}
	f.site.PeopleChanged()
	return nil, nil
}
