package apptest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"grassroots/models"
)

// Client is a browser: it keeps cookies and says where its requests come from.
// It follows no redirect by itself: see Page.Follow.
type Client struct {
	t   testing.TB
	app *App
	// Header is added to every request; a value set here wins.
	Header http.Header
	jar    map[string]cookie
	last   string // address of the page that was open last
}

type cookie struct {
	value, path string
	ends        time.Time // zero: with the browser
}

// Client opens a browser in which nobody is signed in.
func (a *App) Client(t testing.TB) *Client {
	return &Client{t: t, app: a, Header: http.Header{}, jar: map[string]cookie{}}
}

// As opens a browser in which a person is signed in.
func (a *App) As(t testing.TB, p models.Person) *Client {
	t.Helper()
	c := a.Client(t)
	c.Post(strings.Replace(signInPath, ":id", p.ID, 1), nil).Want(http.StatusNoContent)
	return c
}

// Get opens a page.
func (c *Client) Get(path string) *Page {
	c.t.Helper()
	return c.Do(http.MethodGet, path, nil, "")
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) *Page {
	c.t.Helper()
	return c.Do(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// File is a file that is sent with a form.
type File struct {
	Field, Name, ContentType string
	Content                  []byte
}

// PostFiles sends a form with files.
func (c *Client) PostFiles(path string, form url.Values, files ...File) *Page {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			c.must(w.WriteField(name, v))
		}
	}
	for _, f := range files {
		header := map[string][]string{"Content-Disposition": {multipart.FileContentDisposition(f.Field, f.Name)}, "Content-Type": {f.ContentType}}
		part, err := w.CreatePart(header)
		c.must(err)
		_, err = part.Write(f.Content)
		c.must(err)
	}
	c.must(w.Close())
	return c.Do(http.MethodPost, path, &body, w.FormDataContentType())
}

// Do sends any request and reads the answer.
func (c *Client) Do(method, path string, body io.Reader, contentType string) *Page {
	c.t.Helper()
	base, err := url.Parse(c.app.Site.BaseURL)
	c.must(err)
	target, err := base.Parse(path)
	c.must(err)
	request, err := http.NewRequestWithContext(c.t.Context(), method, target.String(), body)
	c.must(err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	request.Header.Set("Accept", "text/html,application/xhtml+xml")
	request.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0")
	if method != http.MethodGet && method != http.MethodHead && c.Header.Get("Authorization") == "" {
		request.Header.Set("Origin", base.Scheme+"://"+base.Host)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, values := range c.Header {
		request.Header[name] = values
	}
	for name, k := range c.jar {
		if c.sends(k, target.Path) {
			request.AddCookie(&http.Cookie{Name: name, Value: k.value})
		}
	}
	response, err := c.app.Fiber.Test(request, -1)
	c.must(err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	c.must(err)
	c.keep(response.Cookies())
	c.last = target.RequestURI()
	return &Page{t: c.t, client: c, Status: response.StatusCode, Header: response.Header, Body: string(content), Path: c.last}
}

// sends tells whether a cookie goes with a request for a path. The clock is
// the site's, so that a cookie can end in a test.
func (c *Client) sends(k cookie, path string) bool {
	return (k.ends.IsZero() || c.app.Site.Now().Before(k.ends)) && (k.path == "" || k.path == "/" || path == k.path || strings.HasPrefix(path, strings.TrimSuffix(k.path, "/")+"/"))
}

func (c *Client) keep(cookies []*http.Cookie) {
	now := c.app.Site.Now()
	for _, k := range cookies {
		kept := cookie{value: k.Value, path: k.Path, ends: k.Expires}
		if k.MaxAge > 0 {
			kept.ends = now.Add(time.Duration(k.MaxAge) * time.Second)
		}
		if k.MaxAge < 0 || !kept.ends.IsZero() && !now.Before(kept.ends) {
			delete(c.jar, k.Name)
			continue
		}
		c.jar[k.Name] = kept
	}
}

// Cookie gives the value of a cookie that the browser has.
func (c *Client) Cookie(name string) string { return c.jar[name].value }

// Cookies names every cookie with its value, to search them for what they
// should not hold.
func (c *Client) Cookies() map[string]string {
	out := make(map[string]string, len(c.jar))
	for name, k := range c.jar {
		out[name] = k.value
	}
	return out
}

// Forget drops a cookie.
func (c *Client) Forget(name string) { delete(c.jar, name) }

func (c *Client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// Page is an answer.
type Page struct {
	t      testing.TB
	client *Client
	Status int
	Header http.Header
	Body   string
	Path   string
	doc    *html.Node
}

// Want fails the test when the status is another one.
func (p *Page) Want(status int) *Page {
	p.t.Helper()
	if p.Status != status {
		p.t.Fatalf("%s: status %d, want %d\n%s", p.Path, p.Status, status, excerpt(p.Text()))
	}
	return p
}

// WantRedirect fails the test unless the answer is a 303 to a path.
func (p *Page) WantRedirect(to string) *Page {
	p.t.Helper()
	p.Want(http.StatusSeeOther)
	if got := p.Header.Get("Location"); got != to {
		p.t.Fatalf("%s leads to %q, want %q", p.Path, got, to)
	}
	return p
}

// Follow opens the page that a redirect leads to.
func (p *Page) Follow() *Page {
	p.t.Helper()
	to := p.Header.Get("Location")
	if to == "" {
		p.t.Fatalf("%s: status %d leads nowhere\n%s", p.Path, p.Status, excerpt(p.Text()))
	}
	return p.client.Get(to)
}

// WantText fails the test unless the page shows every text, white space aside.
func (p *Page) WantText(texts ...string) *Page {
	p.t.Helper()
	shown := p.Text()
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			p.t.Errorf("%s does not show %q\n%s", p.Path, text, excerpt(shown))
		}
	}
	return p
}

// WantNoText fails the test when the page shows any of the texts.
func (p *Page) WantNoText(texts ...string) *Page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Text(), text) {
			p.t.Errorf("%s shows %q", p.Path, text)
		}
	}
	return p
}

func excerpt(text string) string { return models.Truncate(text, 2000) }
