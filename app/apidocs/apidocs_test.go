package apidocs_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"grassroots/app/apidocs"
	"grassroots/app/apptest"
	"grassroots/app/web"
)

// things is a feature with operations to tell of.
type things struct{ site *web.Site }

type thing struct {
	Name  string  "json:\"name\" example:\"It's a kettle\" doc:\"What it is called, in `plain` words.\""
	Parts []part  `json:"parts,omitempty"`
	Old   *string `json:"old"`
	Whole []thing `json:"whole,omitempty"`
	Made  string  `json:"made,omitempty" readOnly:"true"`
}

type part struct {
	Colour string `json:"colour" enum:"red,green,blue"`
}

type one struct {
	ID   string `path:"id" doc:"Its id" example:"k-1"`
	Body thing
}

type many struct {
	web.PageParams
	Q string `query:"q" doc:"<b>Words</b>" example:"a & b"`
}

type answer struct{ Body thing }

func (f things) API(api huma.API) {
	web.Operation(f.site, api, huma.Operation{OperationID: "list-things", Method: http.MethodGet, Path: "/things", Summary: "Things <script>alert(1)</script>", Tags: []string{"Other things"}},
		func(context.Context, *many) (*answer, error) { return &answer{}, nil })
	web.Operation(f.site, api, huma.Operation{OperationID: "put-thing", Method: http.MethodPut, Path: "/things/{id}", Summary: "Change a thing", Description: "Says `name` and no more.",
		Tags: []string{"Other things"}, Security: web.TokenSecurity()}, func(context.Context, *one) (*answer, error) { return &answer{}, nil })
}

func each(t *testing.T, f func(t *testing.T, a *apptest.App)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(site *web.Site) []apptest.Routes {
		return []apptest.Routes{apptest.APIOnly(things{site})}
	}, func(t *testing.T, a *apptest.App) {
		apidocs.New(a.Site, a.API).Routes(a.Fiber)
		f(t, a)
	})
}

func TestThePageTellsWhatProgramsCanDo(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		page := a.Client(t).Get("/api/docs").Want(http.StatusOK)
		page.WantText("The API", "Other things", "Things <script>alert(1)</script>", "GET /api/v1/things", "limit whole number, in the query, 20 unless you say otherwise", "<b>Words</b>",
			"curl '"+apptest.BaseURL+"/api/v1/things?q=a+%26+b'", "Change a thing", "PUT /api/v1/things/{id} Needs a token.", "Says name and no more.",
			"curl -X PUT '"+apptest.BaseURL+"/api/v1/things/k-1' \\ -H 'Authorization: Bearer YOUR_TOKEN' \\ -H 'Content-Type: application/json' \\ -d '{\"name\": \"It'\\''s a kettle\"}'",
			"name text, required", "What it is called, in plain words.", "parts list", "parts[].colour red, green or blue", "old text, or null, required", "whole list", "401 A token is needed")
		page.WantNoText("whole[].name", "If-None-Match text", "made text")
		for _, n := range page.All(apptest.Tag("script")) {
			if apptest.Attr(n, "src") == "" || strings.Contains(apptest.Attr(n, "src"), "//") {
				t.Errorf("the page runs %q", apptest.Attr(n, "src"))
			}
		}
		for _, to := range page.Links() {
			if id, ok := strings.CutPrefix(to, "#"); ok {
				page.ByID(id)
			}
		}
		a.Client(t).Get("/api").Want(http.StatusMovedPermanently)
	})
}

func TestTheDescriptionIsServed(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		for path, contentType := range map[string]string{"/api/openapi.json": "application/openapi+json", "/schemas/case-study-1.json": "application/schema+json"} {
			p := c.Get(path).Want(http.StatusOK)
			if !json.Valid([]byte(p.Body)) || p.Header.Get("Content-Type") != contentType {
				t.Errorf("%s is %s: %.80s", path, p.Header.Get("Content-Type"), p.Body)
			}
			c.Header.Set("If-None-Match", p.Header.Get("ETag"))
			c.Get(path).Want(http.StatusNotModified)
			c.Header.Del("If-None-Match")
		}
		var document struct{ OpenAPI string }
		if c.Get("/api/openapi.json").JSON(&document); document.OpenAPI != "3.1.0" {
			t.Errorf("the description is of OpenAPI %q", document.OpenAPI)
		}
		// What is not there is a problem, not a page, under /api.
		c.Get("/api/v1/nothing").WantProblem(http.StatusNotFound)
		c.Get("/schemas/case-study-2.json").Want(http.StatusNotFound)
	})
}
