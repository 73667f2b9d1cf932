// Package assistants lets assistants that speak the Model Context Protocol
// (MCP) read what everybody may read: search case studies, get one, and find
// who has joined what to what. Nothing is written, and it makes no difference
// who asks.
package assistants

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"grassroots/app/web"
	"grassroots/models"
)

const (
	path = "/mcp"
	// maxRequest is the largest request that is read, in bytes: a question, not a text.
	maxRequest = 64 << 10
	// timeout is how long an answer may take.
	timeout = 20 * time.Second
)

// Sources is what is read of other features. None of it is for some people
// alone.
type Sources struct {
	// Find answers a query for case studies.
	Find func(ctx context.Context, q models.ListQuery) (models.Page[models.Summary], error)
	// CaseStudy gives one that everybody may read, by its id or slug.
	CaseStudy func(ctx context.Context, idOrSlug string) (models.CaseStudy, error)
	// Markdown gives it as a file in the case study format, without e-mail addresses.
	Markdown func(cs models.CaseStudy) ([]byte, error)
	// Connections finds connections; see connections.Feature.Find.
	Connections func(ctx context.Context, q models.JoinQuery) (list []models.Join, next string, total int, err error)
}

// Feature is the endpoint, with what it leans on.
type Feature struct {
	site    *web.Site
	sources Sources
	http    http.Handler
}

// New makes the feature.
func New(site *web.Site, sources Sources) *Feature {
	f := &Feature{site: site, sources: sources}
	server := f.server()
	f.http = mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server },
		&mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true, MaxRequestBodyBytes: maxRequest, PropagateRequestCancellation: true})
	return f
}

// Routes adds the endpoint. Without sessions there is nothing to open with GET
// or to end with DELETE, so it takes POST alone.
func (f *Feature) Routes(r fiber.Router) { r.Post(path, f.serve) }

func (f *Feature) serve(c *fiber.Ctx) error {
	if err := f.fromHere(c.Get(fiber.HeaderOrigin)); err != nil {
		return err
	}
	body := c.BodyRaw()
	if len(body) > maxRequest {
		return models.Errorf(models.TooLarge, "The request is larger than %d KB.", maxRequest>>10)
	}
	if bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")) { // many questions that would count as one
		return models.E(models.BadRequest, "Several messages in one request are not taken. Send one at a time.")
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), timeout)
	defer cancel()
	return adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.http.ServeHTTP(w, r.WithContext(ctx)) })(c)
}

// fromHere refuses a request that a page of another site sends. The same-origin
// check of the whole site compares with the name that the request is for, which
// is the other site's own when a name is made to lead here (DNS rebinding); so
// here the origin has to be ours by its address.
func (f *Feature) fromHere(origin string) error {
	if origin == "" {
		return nil // a program, not a page
	}
	ours, err := url.Parse(f.site.BaseURL)
	if err != nil || origin != ours.Scheme+"://"+ours.Host {
		return models.E(models.Forbidden, "This came from a page of another site, so it was not answered.")
	}
	return nil
}

// server describes what there is to ask.
func (f *Feature) server() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "grassroots", Title: "Grassroots: what NHS staff have tried, joined up and learnt", Version: f.site.Version, WebsiteURL: f.site.BaseURL},
		&mcp.ServerOptions{Instructions: instructions, Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}, Resources: &mcp.ResourceCapabilities{}}})
	s.AddReceivingMiddleware(onlyAnswers)
	f.addTools(s)
	s.AddResourceTemplate(&mcp.ResourceTemplate{Name: "case-study", Title: "A case study", MIMEType: "text/markdown", URITemplate: f.site.URL("/case-studies/{slug}.md"),
		Description: "A case study in Markdown with YAML front matter, as its authors wrote it. " + theirWords}, f.readStudy)
	return s
}

// onlyAnswers refuses to keep a connection open for news: nothing here changes
// that a client would have to be told of.
func onlyAnswers(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, request mcp.Request) (mcp.Result, error) {
		if method == "subscriptions/listen" {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound, Message: "There is nothing to listen to here. Ask again instead."}
		}
		return next(ctx, method, request)
	}
}
