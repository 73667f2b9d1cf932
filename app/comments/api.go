package comments

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// apiComment is a comment as the API gives it.
type apiComment struct {
	ID        string       `json:"id" doc:"ULID"`
	CaseStudy string       `json:"case_study" doc:"Id of the case study that it is on."`
	ReplyTo   *string      `json:"reply_to" doc:"Id of the top-level comment that it answers; null for one that begins a thread."`
	Kind      string       `json:"kind" enum:"question,suggestion,experience,result"`
	Body      string       `json:"body" doc:"Markdown; empty when it is deleted or hidden."`
	HTML      string       `json:"html" doc:"The body as it is shown, made safe; empty when it is deleted or hidden."`
	Official  bool         `json:"official" doc:"The response of those who posted the case study."`
	Helped    bool         `json:"helped" doc:"Whoever asked, or wrote the case study, says that it helped."`
	Asked     bool         `json:"asked" doc:"Its author was asked for their experience before they wrote it."`
	Author    *apiWriter   `json:"author" doc:"Who wrote it; null when it is deleted or hidden."`
	Created   time.Time    `json:"created"`
	Edited    *time.Time   `json:"edited" doc:"When it was last changed; null when it never was."`
	Deleted   bool         `json:"deleted" doc:"It is empty and keeps the place of what was said, for the replies to make sense."`
	Hidden    bool         `json:"hidden" doc:"A moderator has hidden it: it is empty but for whoever wrote it and for moderators."`
	URL       string       `json:"url" format:"uri" doc:"Its place on the page of the case study."`
	Replies   []apiComment `json:"replies" doc:"Oldest first. A reply has none of its own."`
}

// apiWriter is who wrote a comment.
type apiWriter struct {
	_                struct{} `nullable:"true"` // a comment that is deleted or hidden has none
	Handle           string   `json:"handle" doc:"Empty when the account is closed."`
	Name             string   `json:"name"`
	Role             string   `json:"role" doc:"What they are, such as Ward manager."`
	StaffGroup       string   `json:"staff_group" doc:"A staff group of the Electronic Staff Record."`
	YearsExperience  *int     `json:"years_experience" doc:"Whole years in health and care; null when they have not said."`
	Organisation     string   `json:"organisation" doc:"ODS code"`
	OrganisationName string   `json:"organisation_name"`
}

func (f *Feature) forAPI(c models.Comment) apiComment {
	out := apiComment{ID: c.ID, CaseStudy: c.CaseStudyID, Kind: string(c.Kind), Body: c.Body, HTML: c.HTML, Official: c.Official, Helped: c.Helped, Asked: c.Asked,
		Created: c.CreatedAt.UTC(), Deleted: c.DeletedAt != nil, Hidden: c.Hidden != "", URL: f.site.URL(commentURL(c.ID)), Replies: []apiComment{}}
	if c.ParentID != "" {
		out.ReplyTo = &c.ParentID
	}
	if c.EditedAt != nil {
		edited := c.EditedAt.UTC()
		out.Edited = &edited
	}
	if !c.Stub() || c.Measure != nil {
		a := c.Author
		out.Author = &apiWriter{Handle: a.Handle, Name: a.Name, Role: a.JobTitle, StaffGroup: a.StaffGroup, YearsExperience: a.YearsExperience,
			Organisation: a.Organisation, OrganisationName: a.OrgName}
	}
	for _, reply := range c.Replies {
		out.Replies = append(out.Replies, f.forAPI(reply))
	}
	return out
}

type apiListInput struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	web.PageParams
}

type apiListOutput struct{ Body web.List[apiComment] }

// apiNewComment is what a POST takes.
type apiNewComment struct {
	Body     string `json:"body" doc:"Markdown, at most 5,000 characters. @handle mentions somebody." example:"How did the wards take to it?"`
	ReplyTo  string `json:"reply_to,omitempty" nullable:"true" doc:"Id of the comment that it answers. An answer to a reply goes under the same top-level comment."`
	Kind     string `json:"kind,omitempty" enum:"question,suggestion,experience,result" default:"suggestion" example:"question"`
	Official bool   `json:"official,omitempty" doc:"The response of those who posted the case study: for its authors alone."`
}

type apiPostInput struct {
	ID   string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
	Body apiNewComment
}

// apiCommentChange is what a PUT takes.
type apiCommentChange struct {
	Body string `json:"body" doc:"Markdown, at most 5,000 characters." example:"How did the night staff take to it?"`
	Kind string `json:"kind,omitempty" enum:"question,suggestion,experience,result" doc:"As it was when left out."`
}

// APIOne names one comment. It is exported because huma passes over
// embedded types that are not.
type APIOne struct {
	ID string `path:"id" doc:"ULID" maxLength:"200" example:"01JF0A1B2C3D4E5F6G7H8J9K0M"`
}

type apiPutInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the text that the change was made from; 412 when there is a later one."`
	Body    apiCommentChange
}

type apiDeleteInput struct {
	APIOne
	IfMatch string `header:"If-Match" doc:"ETag of the text that is meant; 412 when there is a later one."`
}

type apiAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     apiComment
}

type apiHelpedInput struct {
	APIOne
	Body struct {
		Helped bool `json:"helped" doc:"False takes it back."`
	}
}

// API adds the operations on comments.
func (f *Feature) API(api huma.API) {
	add := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Description: description, Tags: []string{"Comments"}, Errors: errors}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	web.Operation(f.site, api, add("list-comments", http.MethodGet, "/case-studies/{id}/comments", "Comments on a case study",
		"The threads, each a comment with its replies: official responses first, then the oldest first. `total` counts the threads.", 404, 410), f.apiList)
	post := add("post-comment", http.MethodPost, "/case-studies/{id}/comments", "Comment on a case study",
		"A person can write 30 comments within an hour.", 404, 410, 413, 415, 429)
	post.DefaultStatus = http.StatusCreated
	web.Operation(f.site, api, post, f.apiPost)
	web.Operation(f.site, api, add("get-comment", http.MethodGet, "/comments/{id}", "One comment, with its replies", "", 404, 410), f.apiGet)
	web.Operation(f.site, api, add("put-comment", http.MethodPut, "/comments/{id}", "Change a comment",
		"For the person who wrote it. The change is marked, but not one that changes nothing.", 404, 409, 410, 412, 413, 415), f.apiPut)
	web.Operation(f.site, api, add("delete-comment", http.MethodDelete, "/comments/{id}", "Delete a comment",
		"For the person who wrote it. Its place is kept, so that the replies still make sense. Moderators hide it: see `take-measure`.", 404, 410, 412), f.apiDelete)
	web.Operation(f.site, api, add("put-comment-helped", http.MethodPut, "/comments/{id}/helped", "Say that a comment helped",
		"Of a comment of somebody else: for those who wrote the case study, and for whoever it answers. Doing it again changes nothing.", 404, 409, 410, 413, 415), f.apiHelped)
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	page, err := f.List(ctx, web.PersonIn(ctx), in.ID, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	threads, err := f.CountThreads(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiComment, len(page.Items))
	for i, c := range page.Items {
		items[i] = f.forAPI(c)
	}
	return &apiListOutput{web.NewList(items, page.Next, threads)}, nil
}

func (f *Feature) apiPost(ctx context.Context, in *apiPostInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	kind := models.CommentKind(in.Body.Kind)
	if kind == "" {
		kind = models.Suggestion
	}
	c, err := f.Post(ctx, person, NewComment{CaseStudy: in.ID, Body: in.Body.Body, Kind: kind, ReplyTo: in.Body.ReplyTo, Official: in.Body.Official})
	if err != nil {
		return nil, err
	}
	answer, err := f.answer(c)
	if err == nil {
		answer.Location = f.site.URL("/api/v1/comments/" + c.ID)
	}
	return answer, err
}

// answer gives a comment with the ETag of its state, which begins with its
// version.
func (f *Feature) answer(c models.Comment) (*apiAnswer, error) {
	a := &apiAnswer{Body: f.forAPI(c)}
	var err error
	a.ETag, err = web.ETagOf("v"+strconv.Itoa(c.Version), a.Body)
	return a, err
}

func (f *Feature) apiGet(ctx context.Context, in *APIOne) (*apiAnswer, error) {
	c, err := f.Thread(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return f.answer(c)
}

func (f *Feature) apiPut(ctx context.Context, in *apiPutInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	c, err := f.Thread(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if err := matches(c, in.IfMatch); err != nil {
		return nil, err
	}
	kind := c.Kind
	if in.Body.Kind != "" {
		kind = models.CommentKind(in.Body.Kind)
	}
	saved, err := f.Edit(ctx, person, c.ID, in.Body.Body, kind, c.Version)
	if err != nil {
		return nil, err
	}
	saved.Replies = c.Replies
	return f.answer(saved)
}

func (f *Feature) apiDelete(ctx context.Context, in *apiDeleteInput) (*struct{}, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	c, _, err := f.Get(ctx, web.PersonIn(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if err := matches(c, in.IfMatch); err != nil {
		return nil, err
	}
	_, err = f.Delete(ctx, person, c.ID)
	return nil, err
}

func (f *Feature) apiHelped(ctx context.Context, in *apiHelpedInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	c, err := f.SetHelped(ctx, person, in.ID, in.Body.Helped)
	if err != nil {
		return nil, err
	}
	return f.answer(c)
}

func matches(c models.Comment, ifMatch string) error {
	n, err := web.IfMatch(ifMatch, "v")
	if err == nil && n != 0 && n != c.Version {
		err = models.E(models.Precondition, "The comment has been changed since you read it. Read it again and make your change from that.")
	}
	return err
}
