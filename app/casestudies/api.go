package casestudies

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/format"
)

// apiCaseStudy is a case study as the API gives it: the names of the format,
// then what the site adds.
type apiCaseStudy struct {
	ID string `json:"id" doc:"ULID"`
	models.Document
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
	Slug      string    `json:"slug" doc:"Its name in the address of its page."`
	URL       string    `json:"url" format:"uri" doc:"Its page."`
	Revision  int       `json:"revision" doc:"Counts from 1."`
	Votes     int       `json:"votes"`
	Comments  int       `json:"comments"`
	Adoptions int       `json:"adoptions"`
	// A client compares the day with its own, so that an answer can be kept.
	Reviewed  time.Time `json:"reviewed" doc:"When somebody last changed it or said that it is still right."`
	ReviewDue time.Time `json:"review_due" doc:"When it is to be read again: the end of the day of review_by, or twelve months after reviewed."`

	Decision *apiDecided `json:"decision,omitempty" doc:"What was decided about it, last; absent while nothing was."`
	Origin   *apiOrigin  `json:"origin,omitempty" doc:"Where it is from, for a copy of one at another instance."`
}

// apiCaseStudyInput is what a POST or PUT takes as JSON. What an answer adds
// may be sent back, so that a program can read, change and write; it is not
// looked at.
type apiCaseStudyInput struct {
	ID string `json:"id,omitempty" doc:"ULID; made when absent. Not looked at by PUT."`
	models.Document
	Note      string    `json:"note,omitempty" maxLength:"300" doc:"What changed, for the history."`
	Created   time.Time `json:"created,omitzero" readOnly:"true"`
	Updated   time.Time `json:"updated,omitzero" readOnly:"true"`
	Slug      string    `json:"slug,omitempty" readOnly:"true"`
	URL       string    `json:"url,omitempty" readOnly:"true"`
	Revision  int       `json:"revision,omitempty" readOnly:"true"`
	Votes     int       `json:"votes,omitempty" readOnly:"true"`
	Comments  int       `json:"comments,omitempty" readOnly:"true"`
	Adoptions int       `json:"adoptions,omitempty" readOnly:"true"`
	Reviewed  time.Time `json:"reviewed,omitzero" readOnly:"true"`
	ReviewDue time.Time `json:"review_due,omitzero" readOnly:"true"`

	Decision *apiDecided `json:"decision,omitempty" readOnly:"true"`
	Origin   *apiOrigin  `json:"origin,omitempty" readOnly:"true"`
}

// forAPI makes the API's form of a case study, without e-mail addresses.
func (f *Feature) forAPI(cs models.CaseStudy) apiCaseStudy {
	return apiCaseStudy{ID: cs.ID, Document: cs.WithoutEmails(), Created: cs.CreatedAt.UTC(), Updated: cs.UpdatedAt.UTC(), Slug: cs.Slug,
		URL: f.site.URL("/case-studies/" + cs.Slug), Revision: cs.Revision, Votes: cs.Votes, Comments: cs.Comments, Adoptions: cs.Adoptions, Reviewed: cs.LastReviewed().UTC(), ReviewDue: cs.ReviewDue(),
		Decision: decidedOf(cs.Decision), Origin: originOf(cs.Copy)}
}

// etag names a state of a case study: its revision, which If-Match looks at,
// and its counts, which a cache has to know of.
func etag(cs models.CaseStudy) string {
	tag := fmt.Sprintf(`"r%d.%d.%d.%d.%s`, cs.Revision, cs.Votes, cs.Comments, cs.Adoptions, cs.Status[:1])
	if o := originOf(cs.Copy); o != nil && o.Checked != nil {
		tag += fmt.Sprintf(".%d.%d", o.Revision, o.Checked.Unix())
	}
	if cs.ReviewedAt != nil {
		tag += fmt.Sprintf(".v%d", cs.ReviewedAt.UnixMicro())
	}
	if cs.Decision.Status != "" {
		tag += fmt.Sprintf(".d%d", cs.Decision.MadeAt.UnixMicro())
	}
	return tag + `"`
}

type apiListInput struct {
	web.PageParams
	Q            string   `query:"q" maxLength:"500" doc:"What to search for." example:"discharge letters"`
	Sort         string   `query:"sort" doc:"hot, new, updated, top, adopted, discussed or relevance; relevance needs q, updated must not have it."`
	Stage        []string `query:"stage,explode"`
	Organisation []string `query:"organisation,explode" doc:"ODS code"`
	Region       []string `query:"region,explode"`
	Setting      []string `query:"setting,explode"`
	StaffGroup   []string `query:"staff_group,explode"`
	System       []string `query:"system,explode" doc:"Slug of a system on either side of a connection"`
	FromSystem   []string `query:"from_system,explode"`
	ToSystem     []string `query:"to_system,explode"`
	Standard     []string `query:"standard,explode"`
	Campaign     []string `query:"campaign,explode"`
	Tag          []string `query:"tag,explode"`
	Evidence     []string `query:"evidence,explode" doc:"Kind of evidence, as in the format"`
	NICETier     []string `query:"nice_tier,explode" doc:"A, B or C: the tier of the NICE evidence standards framework that its authors put it in"`
	Review       []string `query:"review,explode" doc:"overdue: nobody has changed or confirmed it since it was to be read again"`
	Devices      []string `query:"devices,explode" doc:"all-met, gaps or unknown: how the provisions for connected devices are met"`
	Facets       string   `query:"facets" enum:"0,1" doc:"1 adds counts."`
}

func (in *apiListInput) query() (models.ListQuery, error) {
	q := models.ListQuery{Text: in.Q, Sort: models.Sort(in.Sort), Limit: in.Limit, Filters: map[string][]string{}}
	for name, values := range map[string][]string{models.FacetStage: in.Stage, models.FacetOrganisation: in.Organisation, models.FacetRegion: in.Region,
		models.FacetSetting: in.Setting, models.FacetStaffGroup: in.StaffGroup, models.FacetSystem: in.System, models.FacetFromSystem: in.FromSystem,
		models.FacetToSystem: in.ToSystem, models.FacetStandard: in.Standard, models.FacetCampaign: in.Campaign, models.FacetTag: in.Tag,
		models.FacetEvidence: in.Evidence, models.FacetDevices: in.Devices, models.FacetReview: in.Review, models.FacetNICETier: in.NICETier} {
		for _, v := range values {
			if v = models.CleanLine(v); v != "" {
				q.Filters[name] = append(q.Filters[name], v)
			}
		}
	}
	var err error
	q.Cursor, err = models.ParseCursor(in.Cursor)
	return q, err
}

type apiListOutput struct{ Body web.List[apiCaseStudy] }

// APIOne names one case study. It is exported because huma passes over
// embedded types that are not.
type APIOne struct {
	ID string `path:"id" doc:"ULID or slug" maxLength:"200" example:"01JD3Z6V7Q8R9S0T1V2W3X4Y5Z"`
}

type apiAnswer struct {
	Status      int
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Location    string `header:"Location"`
	Vary        string `header:"Vary"`
	Body        []byte
}

type apiGetInput struct {
	APIOne
	Accept string `header:"Accept" hidden:"true"`
}

type apiWriteInput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte
}

type apiPutInput struct {
	APIOne
	IfMatch     string `header:"If-Match" doc:"ETag of the revision that the change was made from; 412 when there is a later one."`
	ContentType string `header:"Content-Type" hidden:"true"`
	RawBody     []byte
}

type apiDeleteInput struct {
	APIOne
	IfMatch string `header:"If-Match"`
	Reason  string `query:"reason" maxLength:"2000" doc:"Why, for those who wrote it. Needed of whoever has not posted it, such as a lead of its organisation." example:"The trial has ended."`
}

// apiVoted is how many votes there are now.
type apiVoted struct {
	Votes int  `json:"votes"`
	Voted bool `json:"voted" doc:"Whether you have voted."`
}

type apiVoteOutput struct{ Body apiVoted }

type apiRevision struct {
	Revision int       `json:"revision"`
	Editor   string    `json:"editor"`
	Note     string    `json:"note"`
	Created  time.Time `json:"created"`
}

type apiRevisionsOutput struct{ Body web.List[apiRevision] }

// API adds the operations on case studies.
func (f *Feature) API(api huma.API) {
	f.api = api
	describe(api)
	write := writeBody(api)
	add := func(id, method, path, summary string, errors ...int) huma.Operation {
		op := huma.Operation{OperationID: id, Method: method, Path: "/case-studies" + path, Summary: summary, Description: operationTexts[id], Tags: []string{"Case studies"}, Errors: errors}
		if method != http.MethodGet {
			op.Security = web.TokenSecurity()
		}
		return op
	}
	web.Operation(f.site, api, add("list-case-studies", http.MethodGet, "", "List and search case studies"), f.apiList)
	get := add("get-case-study", http.MethodGet, "/{id}", "One case study", 404, 406, 410)
	get.Responses = readResponses(api)
	web.Operation(f.site, api, get, f.apiGet)
	post := add("post-case-study", http.MethodPost, "", "Post a case study", 413, 415)
	// The body comes in two forms, and is checked where it is read.
	post.SkipValidateBody, post.MaxBodyBytes = true, web.MaxBody
	post.RequestBody, post.DefaultStatus, post.Responses = write, http.StatusCreated, writeResponses(api, "201")
	web.Operation(f.site, api, post, f.apiPost)
	put := add("put-case-study", http.MethodPut, "/{id}", "Replace a case study", 404, 409, 410, 412, 413, 415)
	put.SkipValidateBody, put.MaxBodyBytes = true, web.MaxBody
	put.RequestBody, put.Responses = write, writeResponses(api, "200")
	web.Operation(f.site, api, put, f.apiPut)
	// huma takes a raw body for bytes of any kind, which would be refused.
	delete(write.Content, "application/octet-stream")
	withdraw := add("withdraw-case-study", http.MethodDelete, "/{id}", "Withdraw a case study", 404, 410, 412)
	withdraw.DefaultStatus, withdraw.Description = http.StatusNoContent, "For those who wrote it and the leads of its organisation. Moderators hide it: see `take-measure`."
	web.Operation(f.site, api, withdraw, f.apiDelete)
	f.limitedAPI(api)
	f.likeMineAPI(api)
	f.mergeAPI(api)
	web.Operation(f.site, api, add("list-revisions", http.MethodGet, "/{id}/revisions", "Revisions, newest first", 404, 410), f.apiRevisions)
	web.Operation(f.site, api, add("list-similar", http.MethodGet, "/{id}/similar", "Case studies about the same", 404, 410), f.apiSimilar)
	web.Operation(f.site, api, add("vote", http.MethodPut, "/{id}/vote", "Vote", 404, 410), f.apiVote(true))
	web.Operation(f.site, api, add("unvote", http.MethodDelete, "/{id}/vote", "Take a vote back", 404, 410), f.apiVote(false))
}

// published gives a case study that the holder of the token may read and that is
// not withdrawn: to the API one that is withdrawn is gone, whoever asks.
func (f *Feature) published(ctx context.Context, id string) (models.CaseStudy, error) {
	return f.site.StandingCaseStudy(ctx, web.PersonIn(ctx), id)
}

func (f *Feature) apiList(ctx context.Context, in *apiListInput) (*apiListOutput, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	var facets []string
	if in.Facets == "1" {
		facets = models.FacetNames()
	}
	listing, err := f.List(ctx, q, facets)
	if err != nil {
		return nil, err
	}
	items, err := f.inFull(listing.Items, func(ids []string) ([]models.CaseStudy, error) { return f.store.TextsByID(ctx, ids) })
	if err != nil {
		return nil, err
	}
	out := &apiListOutput{Body: web.NewList(items, listing.Next, listing.Total)}
	out.Body.Facets = listing.Facets
	return out, nil
}

// inFull gives whole case studies for the rows of a list, in their order.
func (f *Feature) inFull(rows []models.Summary, read func(ids []string) ([]models.CaseStudy, error)) ([]apiCaseStudy, error) {
	ids := make([]string, len(rows))
	for i, s := range rows {
		ids[i] = s.ID
	}
	texts, err := read(ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]models.CaseStudy, len(texts))
	for _, cs := range texts {
		byID[cs.ID] = cs
	}
	items := make([]apiCaseStudy, 0, len(ids))
	for _, id := range ids {
		if cs, ok := byID[id]; ok {
			items = append(items, f.forAPI(cs))
		}
	}
	return items, nil
}

func (f *Feature) apiGet(ctx context.Context, in *apiGetInput) (*apiAnswer, error) {
	cs, err := f.published(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	answer := &apiAnswer{Status: http.StatusOK, ETag: etag(cs), Vary: "Accept, Authorization"}
	switch mediaType(in.Accept) {
	case "text/markdown":
		answer.ContentType = "text/markdown; charset=utf-8"
		answer.Body, err = format.Write(f.File(cs))
		answer.ETag = strings.TrimSuffix(answer.ETag, `"`) + `.md"`
	case "application/ld+json":
		answer.ContentType = "application/ld+json"
		answer.Body, err = f.JSONLD(ctx, cs)
		answer.ETag = strings.TrimSuffix(answer.ETag, `"`) + `.ld"`
	case "application/json":
		answer.ContentType = "application/json"
		answer.Body, err = json.Marshal(f.forAPI(cs))
	default:
		return nil, &web.APIProblem{Type: "about:blank", Title: http.StatusText(http.StatusNotAcceptable), Status: http.StatusNotAcceptable,
			Detail: "A case study comes as application/json, text/markdown or application/ld+json."}
	}
	return answer, err
}

// mediaType chooses the form that an Accept header asks for first; "" when it
// takes none of ours.
func mediaType(accept string) string {
	if strings.TrimSpace(accept) == "" {
		return "application/json"
	}
	for part := range strings.SplitSeq(accept, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch name {
		case "text/markdown", "application/ld+json", "application/json":
			return name
		case "*/*", "application/*":
			return "application/json"
		case "text/*":
			return "text/markdown"
		}
	}
	return ""
}

// File gives a case study in the format, without e-mail addresses.
func (f *Feature) File(cs models.CaseStudy) format.File {
	doc := f.forAPI(cs).Document
	return format.File{ID: cs.ID, Document: doc, Created: cs.CreatedAt, Updated: cs.UpdatedAt}
}

// read reads a document out of a request, JSON or the format.
func (f *Feature) read(api huma.API, contentType string, raw []byte) (apiCaseStudyInput, error) {
	name, _, _ := strings.Cut(contentType, ";")
	switch strings.TrimSpace(strings.ToLower(name)) {
	case "text/markdown":
		file, err := format.Parse("case-study.md", raw)
		return apiCaseStudyInput{ID: file.ID, Document: file.Document}, err
	case "application/json", "":
		return readJSON(api, raw)
	}
	return apiCaseStudyInput{}, models.E(models.Unsupported, "Send a case study as application/json or text/markdown.")
}

// readJSON checks a body against the schema that the API describes, so that
// what the description promises is what is held to.
func readJSON(api huma.API, raw []byte) (apiCaseStudyInput, error) {
	var in apiCaseStudyInput
	var loose any
	if err := json.Unmarshal(raw, &loose); err != nil {
		return in, models.Wrap(models.BadRequest, "The body is not JSON.", err)
	}
	registry := api.OpenAPI().Components.Schemas
	schema := registry.Schema(reflect.TypeFor[apiCaseStudyInput](), true, "CaseStudyInput")
	result := &huma.ValidateResult{}
	path := huma.NewPathBuffer([]byte{}, 0)
	path.Push("body")
	huma.Validate(registry, schema, path, huma.ModeWriteToServer, loose, result)
	if len(result.Errors) > 0 {
		return in, huma.NewError(http.StatusUnprocessableEntity, "The case study was not saved: some fields need your attention.", result.Errors...)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if err := decoder.Decode(&in); err != nil && err != io.EOF {
		return in, models.Wrap(models.BadRequest, "The body is not a case study in JSON.", err)
	}
	return in, nil
}

func (f *Feature) apiPost(ctx context.Context, in *apiWriteInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	doc, err := f.read(f.api, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	cs, err := f.Create(ctx, person, Publication{ID: doc.ID, Document: doc.Document, Note: doc.Note, Poster: person})
	if err != nil {
		return nil, err
	}
	return f.answer(cs, http.StatusCreated)
}

func (f *Feature) answer(cs models.CaseStudy, status int) (*apiAnswer, error) {
	body, err := json.Marshal(f.forAPI(cs))
	a := &apiAnswer{Status: status, ContentType: "application/json", ETag: etag(cs), Body: body}
	if status == http.StatusCreated {
		a.Location = f.site.URL("/api/v1/case-studies/" + cs.ID)
	}
	return a, err
}

func (f *Feature) apiPut(ctx context.Context, in *apiPutInput) (*apiAnswer, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	cs, err := f.published(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := matches(cs, in.IfMatch); err != nil {
		return nil, err
	}
	doc, err := f.read(f.api, in.ContentType, in.RawBody)
	if err != nil {
		return nil, err
	}
	doc.KeepEmails(&cs.Document)
	cs, err = f.Revise(ctx, person, Publication{ID: cs.ID, Document: doc.Document, Base: cs.Revision, Note: doc.Note})
	if err != nil {
		return nil, err
	}
	return f.answer(cs, http.StatusOK)
}

func matches(cs models.CaseStudy, ifMatch string) error {
	n, err := web.IfMatch(ifMatch, "r")
	if err == nil && n != 0 && n != cs.Revision {
		err = models.Errorf(models.Precondition, "The case study is at revision %d now. Read it again and make your change from that.", cs.Revision)
	}
	return err
}

func (f *Feature) apiDelete(ctx context.Context, in *apiDeleteInput) (*struct{}, error) {
	person, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	cs, err := f.published(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := matches(cs, in.IfMatch); err != nil {
		return nil, err
	}
	_, err = f.Withdraw(ctx, person, cs.ID, in.Reason)
	return nil, err
}

func (f *Feature) apiRevisions(ctx context.Context, in *APIOne) (*apiRevisionsOutput, error) {
	cs, err := f.published(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := f.store.Revisions(ctx, cs.ID)
	if err != nil {
		return nil, err
	}
	items := make([]apiRevision, len(list))
	for i, r := range list {
		items[i] = apiRevision{r.Number, r.EditorName, r.Note, r.CreatedAt.UTC()}
	}
	return &apiRevisionsOutput{web.NewList(items, "", len(items))}, nil
}

func (f *Feature) apiSimilar(ctx context.Context, in *APIOne) (*apiListOutput, error) {
	cs, err := f.published(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rows, err := f.Similar(ctx, cs.Title, cs.Summary, cs.ID, 10)
	if err != nil {
		return nil, err
	}
	items, err := f.inFull(rows, func(ids []string) ([]models.CaseStudy, error) { return f.store.TextsByID(ctx, ids) })
	return &apiListOutput{web.NewList(items, "", len(items))}, err
}

func (f *Feature) apiVote(on bool) func(context.Context, *APIOne) (*apiVoteOutput, error) {
	return func(ctx context.Context, in *APIOne) (*apiVoteOutput, error) {
		person, err := web.RequireIn(ctx)
		if err != nil {
			return nil, err
		}
		out := &apiVoteOutput{}
		out.Body.Voted = on
		out.Body.Votes, err = f.Vote(ctx, person, in.ID, on)
		if models.KindOf(err) == models.NotFound { // or withdrawn, which is to be said
			if _, gone := f.published(ctx, in.ID); gone != nil {
				err = gone
			}
		}
		return out, err
	}
}
