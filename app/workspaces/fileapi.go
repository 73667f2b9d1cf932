package workspaces

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/web"
	"grassroots/models"
)

// APIWorkspaceFile is a file of a workspace as the API gives it.
type APIWorkspaceFile struct {
	ID          string    `json:"id" doc:"ULID"`
	Name        string    `json:"name"`
	ContentType string    `json:"content_type" enum:"image/jpeg,image/png,image/gif,application/pdf"`
	Size        int64     `json:"size" doc:"Bytes."`
	Added       time.Time `json:"added"`
	URL         string    `json:"url" format:"uri" doc:"Of its content, for those who may open the workspace."`
}

// APIWorkspaceFileOf names a file. It is exported as APIWorkspaceOf is.
type APIWorkspaceFileOf struct {
	APIWorkspaceOf
	File string `path:"file" doc:"ULID" maxLength:"26"`
}

type apiWorkFilePostInput struct {
	APIWorkspaceOf
	Name    string `query:"name" doc:"What the file is called." maxLength:"200" example:"form.pdf"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type apiWorkFileOutput struct {
	Location string `header:"Location"`
	Body     APIWorkspaceFile
}

type apiWorkFileListOutput struct{ Body web.List[APIWorkspaceFile] }

type apiWorkFileContent struct {
	Disposition string `header:"Content-Disposition"`
	Type        string `header:"Content-Type"`
	Body        []byte
}

func (f *Feature) fileAPI(api huma.API) {
	const files = workspaceAPI + "/files"
	web.Operation(f.site, api, operation("list-workspace-files", http.MethodGet, "/files", "The files of a workspace", "The first that was added first; each names where its content is.", 0), f.apiFiles)
	post := huma.Operation{OperationID: "post-workspace-file", Method: http.MethodPost, Path: files, Summary: "Add a file to a workspace", Tags: []string{"Adoptions"}, Security: web.TokenSecurity(), DefaultStatus: http.StatusCreated,
		Description: "The content as it is: a JPEG, PNG, GIF or WebP picture, which loses all but what it shows, or a PDF, of at most 10 MB.", Errors: []int{404, 409, 410, 413, 415}, MaxBodyBytes: models.MaxWorkFile + 1}
	web.Operation(f.site, api, post, f.apiAddFile)
	get := huma.Operation{OperationID: "get-workspace-file", Method: http.MethodGet, Path: files + "/{file}", Summary: "A file of a workspace", Description: "Its content.", Tags: []string{"Adoptions"}, Errors: []int{404, 410}}
	get.Responses = map[string]*huma.Response{"200": {Description: "The content.", Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	web.Operation(f.site, api, get, f.apiFile)
	web.Operation(f.site, api, huma.Operation{OperationID: "delete-workspace-file", Method: http.MethodDelete, Path: files + "/{file}", Summary: "Remove a file from a workspace", Tags: []string{"Adoptions"}, Security: web.TokenSecurity(),
		DefaultStatus: http.StatusNoContent, Errors: []int{404, 410}}, f.apiRemoveFile)
}

func (f *Feature) fileForAPI(r *room, file *models.WorkFile) APIWorkspaceFile {
	return APIWorkspaceFile{ID: file.ID, Name: file.FileName, ContentType: file.ContentType, Size: file.Size, Added: file.AddedAt.UTC(), URL: f.apiAt(r, "/files/"+file.ID)}
}

func (f *Feature) apiFiles(ctx context.Context, in *apiWorkspaceList) (*apiWorkFileListOutput, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	list, err := pageOf(r.Files, in.PageParams, func(file models.WorkFile) string { return file.ID }, func(file models.WorkFile) APIWorkspaceFile { return f.fileForAPI(&r, &file) })
	return &apiWorkFileListOutput{list}, err
}

func (f *Feature) apiAddFile(ctx context.Context, in *apiWorkFilePostInput) (*apiWorkFileOutput, error) {
	r, p, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	file, err := f.AddFile(ctx, p, &r, in.Name, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	body := f.fileForAPI(&r, &file)
	return &apiWorkFileOutput{Location: body.URL, Body: body}, nil
}

func (f *Feature) apiFile(ctx context.Context, in *APIWorkspaceFileOf) (*apiWorkFileContent, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	file := r.File(in.File)
	if file == nil {
		return nil, models.ErrNoSuchFile
	}
	raw, err := f.uploads.Read(ctx, file.SHA256)
	if err != nil {
		return nil, err
	}
	return &apiWorkFileContent{Disposition: "attachment", Type: "application/octet-stream", Body: raw}, nil
}

func (f *Feature) apiRemoveFile(ctx context.Context, in *APIWorkspaceFileOf) (*struct{}, error) {
	r, _, err := f.apiEnter(ctx, in.APIWorkspaceOf)
	if err != nil {
		return nil, err
	}
	return nil, f.RemoveFile(ctx, &r, in.File)
}
