package assistants

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"grassroots/models"
)

type getInput struct {
	ID string `json:"id" jsonschema:"id of the case study, or the last part of its address"`
}

type getOutput struct {
	Notice    string `json:"notice"`
	ID        string `json:"id"`
	Title     string `json:"title"`
	URL       string `json:"url" jsonschema:"its page, to give to people"`
	Revision  int    `json:"revision"`
	Updated   string `json:"updated"`
	Votes     int    `json:"votes"`
	Comments  int    `json:"comments"`
	Adoptions int    `json:"adoptions"`
	Markdown  string `json:"markdown" jsonschema:"the case study as a file: YAML front matter, then the text in Markdown"`
}

func (f *Feature) get(ctx context.Context, in getInput) (getOutput, error) {
	id := models.Truncate(models.CleanLine(in.ID), models.MaxQuery)
	if id == "" {
		return getOutput{}, models.E(models.BadRequest, "Say which: id is empty.")
	}
	cs, err := f.sources.CaseStudy(ctx, id)
	if err != nil {
		return getOutput{}, err
	}
	text, err := f.sources.Markdown(cs)
	return getOutput{Notice: theirWords, ID: cs.ID, Title: cs.Title, URL: f.site.URL("/case-studies/" + cs.Slug), Revision: cs.Revision,
		Updated: cs.UpdatedAt.UTC().Format(time.RFC3339), Votes: cs.Votes, Comments: cs.Comments, Adoptions: cs.Adoptions, Markdown: string(text)}, err
}

// readStudy gives a case study as a resource.
func (f *Feature) readStudy(ctx context.Context, request *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
	slug, ok := strings.CutPrefix(request.Params.URI, f.site.URL("/case-studies/"))
	slug, file := strings.CutSuffix(slug, ".md")
	slug, err := url.PathUnescape(slug)
	if !ok || !file || err != nil || slug == "" {
		return nil, mcp.ResourceNotFoundError(request.Params.URI)
	}
	cs, err := f.sources.CaseStudy(ctx, slug)
	switch models.KindOf(err) {
	case models.NotFound, models.Gone:
		return nil, mcp.ResourceNotFoundError(request.Params.URI)
	}
	if err != nil {
		return nil, f.told(ctx, "resource", err)
	}
	text, err := f.sources.Markdown(cs)
	if err != nil {
		return nil, f.told(ctx, "resource", err)
	}
	return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: request.Params.URI, MIMEType: "text/markdown", Text: string(text)}}}, nil
}
