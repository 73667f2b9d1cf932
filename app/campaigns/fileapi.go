package campaigns

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
	"grassroots/models/store"
)

type apiFilePostInput struct {
	APIOneCampaign
	Question string `query:"question" required:"true" doc:"Id of the question that it answers." maxLength:"26"`
	Name     string `query:"name" doc:"What the file is called." maxLength:"200" example:"plan.pdf"`
	RawBody  []byte `contentType:"application/octet-stream"`
}

// APIEntryFile is a file that answers a question of a campaign.
type APIEntryFile struct {
	ID          string `json:"id" doc:"ULID: what the question is answered with."`
	Question    string `json:"question" doc:"Its id."`
	Name        string `json:"name"`
	ContentType string `json:"content_type" enum:"image/jpeg,image/png,image/gif,application/pdf"`
	Size        int64  `json:"size" doc:"Bytes."`
	URL         string `json:"url" format:"uri" doc:"Of its content, for those who may read the answer."`
}

type apiFileOutput struct {
	Location string `header:"Location"`
	Body     APIEntryFile
}

type apiFileGetInput struct {
	APIOneCampaign
	File string `path:"file" doc:"ULID" maxLength:"26"`
}

type apiFileContent struct {
	Disposition string `header:"Content-Disposition"`
	Type        string `header:"Content-Type"`
	Body        []byte
}

// fileAPI adds the operations on files that answer questions.
func (f *Feature) fileAPI(api huma.API) {
	post := huma.Operation{OperationID: "post-campaign-file", Method: http.MethodPost, Path: "/campaigns/{id}/files", Summary: "Send a file that answers a question",
		Description: "The content as it is: a JPEG, PNG, GIF or WebP picture, which loses all but what it shows, or a PDF, of at most 10 MB. An entry has it once it is sent with the file's id as the answer; what no entry has goes after 30 days.",
		Tags:        []string{"Campaigns"}, Errors: []int{403, 404, 409, 413, 415}, Security: web.TokenSecurity(), DefaultStatus: http.StatusCreated, MaxBodyBytes: models.MaxEntryFile + 1}
	web.Operation(f.site, api, post, f.apiAddFile)
	get := huma.Operation{OperationID: "get-campaign-file", Method: http.MethodGet, Path: "/campaigns/{id}/files/{file}", Summary: "A file that answers a question",
		Description: "Its content, for those whose entry it is, for organisers and, from when judging begins, for those who judge the entry; of these, who judge blind are given pictures alone.", Tags: []string{"Campaigns"}, Errors: []int{403, 404}, Security: web.TokenSecurity()}
	get.Responses = map[string]*huma.Response{"200": {Description: "The content.", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	web.Operation(f.site, api, get, f.apiFile)
}

func (f *Feature) apiAddFile(ctx context.Context, in *apiFilePostInput) (*apiFileOutput, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	c, err := f.Get(ctx, p, in.ID)
	if err == nil {
		err = f.mayEnter(ctx, p, &c)
	}
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(c.Questions, func(q models.CampaignQuestion) bool { return q.ID == in.Question && q.Kind == models.QuestionFile }) {
		return nil, models.InvalidField("question", "This campaign has no such question that a file answers")
	}
	file, err := f.AddFile(ctx, p, &c, in.Question, in.Name, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	at := f.site.URL("/api/v1/campaigns/" + url.PathEscape(c.ID) + "/files/" + file.ID)
	return &apiFileOutput{Location: at, Body: APIEntryFile{ID: file.ID, Question: file.QuestionID, Name: file.FileName, ContentType: file.ContentType, Size: file.Size, URL: at}}, nil
}

func (f *Feature) apiFile(ctx context.Context, in *apiFileGetInput) (*apiFileContent, error) {
	p, err := web.RequireIn(ctx)
	if err != nil {
		return nil, err
	}
	ctx = store.Fresh(ctx)
	file, err := f.File(ctx, p, in.ID, in.File)
	if err != nil {
		return nil, err
	}
	raw, err := f.uploads.Read(ctx, file.SHA256)
	if err != nil {
		return nil, err
	}
	return &apiFileContent{Disposition: "attachment", Type: "application/octet-stream", Body: raw}, nil
}
