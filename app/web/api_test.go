package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models"
)

// kettle is a feature with one page and one operation.
type kettle struct{ site *web.Site }

type answer struct {
	Body web.List[string]
}

func (k kettle) Routes(r fiber.Router) {
	r.Get("/kettle", func(c *fiber.Ctx) error { return c.SendString("whistles") })
}

func (k kettle) API(api huma.API) {
	web.Operation(k.site, api, huma.Operation{OperationID: "list-kettles", Method: http.MethodGet, Path: "/kettles", Summary: "Kettles"},
		func(_ context.Context, in *web.PageParams) (*answer, error) {
			if in.Cursor == "broken" {
				return nil, context.DeadlineExceeded
			}
			return &answer{web.NewList([]string{"green"}, "", 1)}, nil
		})
	web.Operation(k.site, api, huma.Operation{OperationID: "boil", Method: http.MethodPost, Path: "/kettles", Summary: "Boil", Security: web.TokenSecurity()},
		func(context.Context, *struct{}) (*answer, error) {
			return nil, models.E(models.Conflict, "It boils already.")
		})
}

func each(t *testing.T, f func(t *testing.T, a *apptest.App)) {
	t.Helper()
	t.Parallel()
	apptest.Each(t, func(site *web.Site) []apptest.Routes { return []apptest.Routes{kettle{site}} }, f)
}

func TestMethodsThatAnAddressDoesNotTake(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		for _, method := range []string{"PATCH", "TRACE", "BREW", "PROPFIND", "get"} {
			p := c.Do(method, "/api/v1/kettles", nil, "")
			p.WantProblem(http.StatusMethodNotAllowed)
			if got := p.Header.Get("Allow"); got != "GET, HEAD, POST" {
				t.Errorf("%s is told of %q", method, got)
			}
			c.Do(method, "/api/v1/teapots", nil, "").WantProblem(http.StatusNotFound)
			if p := c.Do(method, "/kettle", nil, "").Want(http.StatusMethodNotAllowed).WantText("This cannot be done here"); p.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s of a page is told of %q", method, p.Header.Get("Allow"))
			}
		}
	})
}

func TestReadsOfTheAPIHaveAState(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		p := c.Get("/api/v1/kettles").Want(http.StatusOK)
		tag := p.Header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) || p.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(p.Header.Get("Vary"), "Authorization") {
			t.Errorf("a read answers with %v", p.Header)
		}
		if head := c.Do(http.MethodHead, "/api/v1/kettles", nil, "").Want(http.StatusOK); head.Body != "" || head.Header.Get("ETag") != tag {
			t.Errorf("HEAD answers %q with %v", head.Body, head.Header)
		}
		for header, status := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, "*": 304, `"a", ` + tag: 304, `"a"`: 200, "": 200, "W/": 200, strings.Trim(tag, `W/"`): 200} {
			c.Header.Set("If-None-Match", header)
			if p := c.Get("/api/v1/kettles").Want(status); status == 304 && (p.Body != "" || p.Header.Get("Content-Type") != "" || p.Header.Get("ETag") != tag) {
				t.Errorf("304 comes with %q and %v", p.Body, p.Header)
			}
		}
		c.Header.Set("If-None-Match", "*")
		c.Get("/kettle").Want(http.StatusOK)
		c.Get("/api/v1/kettles?limit=0").Want(http.StatusBadRequest)

		program := a.Program(t, apptest.Person(t, a.Store))
		if p := program.Get("/api/v1/kettles").Want(http.StatusOK); p.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("what somebody reads may be kept by %q", p.Header.Get("Cache-Control"))
		}
	})
}

func TestErrorsOfTheAPIAreProblems(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		c, program := a.Client(t), a.Program(t, apptest.Person(t, a.Store))
		refused := c.Do(http.MethodPost, "/api/v1/kettles", nil, "")
		if refused.WantProblem(http.StatusUnauthorized); refused.Header.Get("WWW-Authenticate") != `Bearer realm="grassroots"` {
			t.Errorf("WWW-Authenticate is %q", refused.Header.Get("WWW-Authenticate"))
		}
		if got := program.Do(http.MethodPost, "/api/v1/kettles", nil, "").WantProblem(http.StatusConflict); got.Detail != "It boils already." || got.Title != "Conflict" {
			t.Errorf("the problem is %+v", got)
		}
		// A scheme is a word in any case.
		program.Header.Set("Authorization", strings.Replace(program.Header.Get("Authorization"), "Bearer", "bearer", 1))
		program.Do(http.MethodPost, "/api/v1/kettles", nil, "").WantProblem(http.StatusConflict)

		if got := c.Get("/api/v1/kettles?cursor=broken").WantProblem(http.StatusInternalServerError); strings.Contains(got.Detail, "deadline") {
			t.Errorf("a fault of ours is told as %+v", got)
		}
		if !strings.Contains(a.Log.String(), context.DeadlineExceeded.Error()) {
			t.Error("a fault of ours is not logged")
		}
		if got := c.Get("/api/v1/kettles?limit=x").WantProblem(http.StatusBadRequest); len(got.Errors) != 1 || got.Errors[0].Field != "limit" {
			t.Errorf("a wrong limit is told as %+v", got)
		}
	})
}

func TestAddressesThatNobodyCanRead(t *testing.T) {
	each(t, func(t *testing.T, a *apptest.App) {
		get := func(target string) *apptest.Page {
			return a.Raw(t, "GET "+target+" HTTP/1.1\r\nHost: grassroots.test\r\n\r\n")
		}
		get("/api/v1/kettles?cursor=\x7f").Want(http.StatusBadRequest)
		get("/api/v1/kettles/%zz").WantProblem(http.StatusNotFound)
		get("/api/v1/kettles?limit=5&%zz=1").Want(http.StatusOK) // no parameter of that name can be read
		long := strings.Repeat("a", 20<<10)
		get("/api/v1/kettles?cursor=" + long).WantProblem(http.StatusRequestHeaderFieldsTooLarge)
		get("/kettle?q=" + long).Want(http.StatusRequestHeaderFieldsTooLarge).WantText("longer than we take")
	})
}

// order is a body with a field that may be left out, one that may be null, and
// parts that have fields of their own.
type order struct {
	Body struct {
		Colour string   `json:"colour,omitempty"`
		Size   *float64 `json:"size,omitempty" nullable:"true"`
		Lids   []struct {
			Shape string `json:"shape,omitempty"`
		} `json:"lids,omitempty"`
		Extra map[string]any `json:"extra,omitempty"`
	}
}

type kettleShop struct{ site *web.Site }

func (kettleShop) Routes(fiber.Router) {}

func (k kettleShop) API(api huma.API) {
	web.Operation(k.site, api, huma.Operation{OperationID: "order-kettle", Method: http.MethodPost, Path: "/orders", Summary: "Order"},
		func(context.Context, *order) (*answer, error) {
			return &answer{web.NewList([]string{"ordered"}, "", 1)}, nil
		})
	web.Operation(k.site, api, huma.Operation{OperationID: "list-orders", Method: http.MethodGet, Path: "/orders", Summary: "Orders"},
		func(_ context.Context, in *struct {
			web.PageParams
			Colour []string `query:"colour,explode"`
		}) (*answer, error) {
			return &answer{web.NewList(in.Colour, "", len(in.Colour))}, nil
		})
}

// What the description does not allow is refused with the name of the field,
// where huma would take null for left out, and the first of two for the only.
func TestRequestsAreHeldToTheDescription(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(site *web.Site) []apptest.Routes { return []apptest.Routes{kettleShop{site}} }, func(t *testing.T, a *apptest.App) {
		c := a.Client(t)
		for body, field := range map[string]string{`{"colour":null}`: "colour", `{"lids":[{"shape":"flat"},{"shape":null}]}`: "lids[1].shape",
			`{"lids":null}`: "lids", `{"lids":[null]}`: "lids[0]", `null`: "body", `{"extra":null,"size":null}`: "extra"} {
			problem := c.Do(http.MethodPost, "/api/v1/orders", strings.NewReader(body), "application/json").WantProblem(http.StatusUnprocessableEntity)
			if len(problem.Errors) != 1 || problem.Errors[0].Field != field {
				t.Errorf("%s is answered with %+v", body, problem)
			}
		}
		for _, body := range []string{`{}`, `{"colour":"null","size":null,"extra":{"any":null}}`, `{"colour":"red","lids":[]}`} {
			c.Do(http.MethodPost, "/api/v1/orders", strings.NewReader(body), "application/json").Want(http.StatusOK)
		}
		c.Do(http.MethodPost, "/api/v1/orders", strings.NewReader(`{"colour":null`), "application/json").WantProblem(http.StatusBadRequest)
		c.Get("/api/v1/orders?limit=2&colour=red&colour=blue").Want(http.StatusOK).WantText("blue")
		for _, query := range []string{"?limit=2&limit=2", "?cursor=a&cursor="} {
			problem := c.Get("/api/v1/orders" + query).WantProblem(http.StatusBadRequest)
			if len(problem.Errors) != 1 || !strings.HasPrefix(query[1:], problem.Errors[0].Field+"=") {
				t.Errorf("%s is answered with %+v", query, problem)
			}
		}
	})
}
