package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"grassroots/models"
	"grassroots/models/schemaorg"
	"grassroots/templates"
)

// QueryEscape escapes a value for the query of an address.
func QueryEscape(s string) string { return url.QueryEscape(s) }

// Shell starts the frame of a page for this request. The page's own address is
// its path, unless the handler says otherwise.
func (s *Site) Shell(c *fiber.Ctx, title string) templates.Shell {
	shell := templates.Shell{Title: title, Path: c.Path(), Search: models.Truncate(models.CleanLine(c.Query("q")), models.MaxQuery),
		CSS: s.Assets.URL("app.css"), JS: s.Assets.URL("app.js"), Icon: s.Assets.URL("icon.svg"), Flash: takeFlash(c),
		Canonical: s.BaseURL + (&url.URL{Path: c.Path()}).EscapedPath(), Image: s.URL("/card.png"),
		FeedURL: "/feeds/case-studies.atom", FeedTitle: "Case studies", Stopped: stopped(c), Language: Language(c)}
	shell.Words = s.scriptWords[shell.Language]
	if p := Person(c); p != nil {
		shell.Person = shellPerson(p)
		shell.Idle = s.Idle()
		shell.Shared = IsShared(c)
		s.tellMeasures(&shell, p)
	}
	if s.searchAway.Load() {
		shell.Banners = append(shell.Banners, "Search is away for the moment. Lists and searches answer from the database: they find exact words only. Posting, voting and commenting go on as usual.")
	}
	return shell
}

func shellPerson(p *models.Person) *templates.Person {
	return &templates.Person{Name: p.Name, Handle: p.Handle, URL: "/people/" + p.Handle, Organisation: p.OrgName, CanAdminister: p.MightDo(models.Administer), CanModerate: p.MightDo(models.Moderate), Unread: p.Unread}
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Describe puts what a page is about into its head, in the words of schema.org,
// with the way that leads to it.
func (s *Site) Describe(shell *templates.Shell, nodes ...schemaorg.Node) {
	if len(shell.Crumbs) > 0 {
		steps := []schemaorg.Step{{Name: "Home", Path: "/"}}
		for _, c := range shell.Crumbs {
			steps = append(steps, schemaorg.Step{Name: c.Text, Path: c.URL})
		}
		nodes = append(nodes, schemaorg.Site(s.BaseURL).Breadcrumbs(append(steps, schemaorg.Step{Name: shell.Title})))
	}
	raw, err := schemaorg.Document(nodes...)
	if err != nil { // a page without it is as good to people
		s.Log.Error("a page could not be described", "page", shell.Path, "error", err)
		return
	}
	shell.JSONLD = string(raw)
}

// Render answers with a page: the content inside the shell.
func (s *Site) Render(c *fiber.Ctx, status int, shell templates.Shell, content templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if shell.JSONLD == "" && len(shell.Crumbs) > 0 && !shell.NoIndex {
		s.Describe(&shell)
	}
	ctx := templ.WithChildren(c.UserContext(), content)
	if err := templates.Layout(shell).Render(ctx, buf); err != nil {
		return err
	}
	return s.sendHTML(c, status, buf.Bytes())
}

// Fragment answers with a piece of a page, for a script of ours.
func (s *Site) Fragment(c *fiber.Ctx, content templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := content.Render(c.UserContext(), buf); err != nil {
		return err
	}
	return s.sendHTML(c, fiber.StatusOK, buf.Bytes())
}

// sendHTML copies the page, in the reader's language, into the answer. A page that was made for one
// person is never kept by a cache between us and them.
func (s *Site) sendHTML(c *fiber.Ctx, status int, body []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if len(c.Response().Header.Peek(fiber.HeaderCacheControl)) == 0 {
		c.Set(fiber.HeaderCacheControl, "private, no-cache")
	}
	c.Status(status).Response().SetBody(s.words.HTML(Language(c), body))
	c.Vary(fiber.HeaderAcceptLanguage)
	return nil
}

const flashCookie = "grassroots_flash"

// Flash leaves a message for the next page that this browser opens. It is a
// person's own note to themselves, shown escaped, so it is not signed.
func (s *Site) Flash(c *fiber.Ctx, f templates.Flash) {
	raw, err := json.Marshal(f)
	if err != nil {
		return
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(raw), Path: "/", HTTPOnly: true,
		Secure: s.Secure(), SameSite: fiber.CookieSameSiteLaxMode, Expires: s.Now().Add(5 * time.Minute)})
}

func takeFlash(c *fiber.Ctx) *templates.Flash {
	value := c.Cookies(flashCookie)
	if value == "" {
		return nil
	}
	// Fiber's ClearCookie names no path, and a browser then clears the cookie
	// for the folder of this page alone.
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/", HTTPOnly: true, MaxAge: -1, Expires: time.Unix(0, 0)})
	raw, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	var f templates.Flash
	if json.Unmarshal(raw, &f) != nil || f.Message == "" || len(f.Message) > 500 {
		return nil
	}
	f.LinkURL = models.SafeReturn(f.LinkURL, "")
	return &f
}

// Done leaves a message and sends the browser on, after a write that worked.
func (s *Site) Done(c *fiber.Ctx, to, message string) error {
	s.Flash(c, templates.Flash{Kind: templates.FlashSuccess, Message: message})
	return c.Redirect(to, fiber.StatusSeeOther)
}
