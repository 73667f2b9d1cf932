package apptest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttputil"

	"grassroots/app/web"
	"grassroots/models"
)

// APIOnly mounts a feature that has a part in the API and no page.
func APIOnly(f Operations) Routes { return apiOnly{f} }

type apiOnly struct{ Operations }

// Routes implements Routes.
func (apiOnly) Routes(fiber.Router) {}

// Program opens a client that is no browser: it acts with a token of a
// person's, says nothing of where its requests come from, and takes JSON.
func (a *App) Program(t testing.TB, p models.Person) *Client {
	t.Helper()
	secret := web.TokenPrefix + web.NewSecret()
	if err := a.Store.CreateToken(t.Context(), secret, models.Token{ID: a.Store.NewID(), PersonID: p.ID, Name: "test", CreatedAt: a.Store.Now()}); err != nil {
		t.Fatal(err)
	}
	c := a.Client(t)
	c.Header.Set("Authorization", "Bearer "+secret)
	c.Header.Set("Accept", "application/json")
	return c
}

// Send sends a value as JSON.
func (c *Client) Send(method, path string, v any) *Page {
	c.t.Helper()
	body, err := json.Marshal(v)
	c.must(err)
	return c.Do(method, path, bytes.NewReader(body), "application/json")
}

// JSON reads the answer into v.
func (p *Page) JSON(v any) *Page {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.Body), v); err != nil {
		p.t.Fatalf("%s: %v\n%s", p.Path, err, p.Body)
	}
	return p
}

// Problem is a failed answer of the API.
type Problem struct {
	Type, Title, Detail string
	Status              int
	Errors              []models.FieldError
}

// WantProblem fails the test unless the answer is a problem detail of the
// status, and gives it.
func (p *Page) WantProblem(status int) Problem {
	p.t.Helper()
	p.Want(status)
	if got := p.Header.Get("Content-Type"); got != "application/problem+json" {
		p.t.Errorf("%s answers %d as %q", p.Path, status, got)
	}
	var problem Problem
	p.JSON(&problem)
	if problem.Status != status || problem.Type != "about:blank" || problem.Title == "" || problem.Detail == "" {
		p.t.Errorf("%s: the problem is %s", p.Path, p.Body)
	}
	return problem
}

// Raw sends a request as it stands, for what no client would send.
func (a *App) Raw(t testing.TB, request string) *Page {
	t.Helper()
	a.Fiber.Handler() // makes the application ready to serve
	listener := fasthttputil.NewInmemoryListener()
	served := make(chan error, 1)
	go func() { served <- a.Fiber.Server().Serve(listener) }()
	defer func() {
		if err := errors.Join(listener.Close(), <-served); err != nil {
			t.Error(err)
		}
	}()
	connection, err := listener.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	sent := make(chan struct{})
	go func() { // the answer may come, and the connection close, before all is sent
		defer close(sent)
		_, _ = io.WriteString(connection, request)
	}()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close(), connection.Close()); err != nil {
		t.Fatal(err)
	}
	<-sent
	line, _, _ := strings.Cut(request, "\r\n")
	return &Page{t: t, Status: response.StatusCode, Header: response.Header, Body: string(content), Path: models.Truncate(line, 80)}
}
